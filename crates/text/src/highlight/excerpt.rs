//! The parts of a text that show best what it has of a query.

use std::cmp::Reverse;
use std::ops::Range;

use super::Limits;
use super::marks::Word;

/// The excerpts of a text, in its order, as ranges of its words.
pub fn excerpts(words: &[Word], limits: Limits) -> Vec<Range<usize>> {
    let mut excerpts: Vec<Range<usize>> = Vec::new();
    let mut shown = 0;
    while excerpts.len() < limits.fragments {
        let begins = |at: usize| at == 0 || !words[at - 1].continues;
        let candidates = (0..words.len()).filter(|at| words[*at].is_marked() && begins(*at));
        let windows = candidates.filter_map(|first| window(words, first, &excerpts, limits.words));
        let Some(best) = windows.max_by_key(|window| window.value(shown)) else { break };
        shown |= best.terms;
        excerpts.push(best.excerpt(words, limits.words));
    }
    excerpts.sort_unstable_by_key(|excerpt| excerpt.start);
    excerpts
}

/// A stretch of words from one match to another that fits into an excerpt.
struct Window {
    first: usize,
    last: usize,
    terms: u64,
    matches: usize,
    /// The words that no other excerpt has.
    free: Range<usize>,
}

/// The longest window that begins at a match; none within another excerpt.
fn window(words: &[Word], first: usize, taken: &[Range<usize>], length: usize) -> Option<Window> {
    let is_taken = taken.iter().any(|other| other.contains(&first));
    let start = taken.iter().map(|other| other.end).filter(|end| *end <= first).max();
    let end = taken.iter().map(|other| other.start).filter(|start| *start > first).min();
    let free = start.unwrap_or(0)..end.unwrap_or(words.len());
    let matches: Vec<usize> = (first..free.end).take(length).filter(|at| words[*at].is_marked()).collect();
    let last = matches.iter().rfind(|at| !words[**at].continues).or(matches.last()).copied()?;
    let terms = matches.iter().fold(0, |terms, at| terms | words[*at].terms);
    (!is_taken).then_some(Window { first, last, terms, matches: matches.len(), free })
}

impl Window {
    /// Terms that are not shown yet come before terms, these before matches, and what comes first
    /// in the text before what follows.
    fn value(&self, shown: u64) -> impl Ord + use<> {
        let fresh = (self.terms & !shown).count_ones();
        (fresh, self.terms.count_ones(), self.matches, Reverse(self.first))
    }

    /// The window amid other words, so many in all, without parts of other phrases.
    fn excerpt(&self, words: &[Word], length: usize) -> Range<usize> {
        let spare = length.saturating_sub(self.last + 1 - self.first);
        let start = self.first.saturating_sub(spare / 2).max(self.free.start);
        let end = self.free.end.min(start + length);
        let start = end.saturating_sub(length).max(self.free.start);
        let is_inside = |at: &usize| *at > 0 && words[at - 1].continues;
        let start = (start..self.first).find(|at| !is_inside(at)).unwrap_or(self.first);
        let end = (self.last + 1..=end).rfind(|at| !is_inside(at)).unwrap_or(end);
        start..end
    }
}
