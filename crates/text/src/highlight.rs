//! Where a text has what a query asks for, and the parts of it that show it best.

mod excerpt;
mod limits;
mod marks;

use super::query::Terms;
pub use limits::Limits;
use marks::{Word, marked};

/// A part of a text in which there is something to highlight.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fragment {
    /// The part as it is written.
    pub text: String,
    /// Where it begins in the text, in code points.
    pub start: u32,
    /// Where it ends in the text, in code points.
    pub end: u32,
    /// What is to be highlighted, in order.
    pub matches: Vec<Match>,
}

/// A word or phrase that the query asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Match {
    /// Where it begins in the text, in code points.
    pub start: u32,
    /// Where it ends in the text, in code points.
    pub end: u32,
    /// What is written there.
    pub exact: String,
}

/// The parts of a text, in its order, where what a query asks for stands most densely. A short
/// text is one part. Nothing where the text has nothing of it.
///
/// The language is that of the text. Particles that are written onto a word are not part of it
/// where the query asks for the word without them.
pub fn highlight(text: &str, language: Option<&str>, terms: &Terms, limits: Limits) -> Vec<Fragment> {
    let words = if terms.is_empty() { Vec::new() } else { marked(text, language, terms) };
    if !words.iter().any(Word::is_marked) {
        return Vec::new();
    }
    let mut points = CodePoints { text, byte: 0, count: 0 };
    if text.chars().nth(limits.whole).is_none() {
        return vec![points.fragment(0, text.len(), &words)];
    }
    let excerpts = excerpt::excerpts(&words, limits).into_iter().map(|excerpt| &words[excerpt]);
    let ends = |words: &[Word]| Some((words.first()?.span.start, words.last()?.span.end));
    excerpts.filter_map(|words| ends(words).map(|(start, end)| points.fragment(start, end, words))).collect()
}

/// Counts code points while it goes through a text.
struct CodePoints<'a> {
    text: &'a str,
    byte: usize,
    count: u32,
}

impl CodePoints<'_> {
    fn until(&mut self, byte: usize) -> u32 {
        self.count += self.text[self.byte..byte].chars().map(|_| 1).sum::<u32>();
        self.byte = byte;
        self.count
    }

    fn fragment(&mut self, start: usize, end: usize, words: &[Word]) -> Fragment {
        let text = self.text[start..end].to_owned();
        let start = self.until(start);
        let runs = words.chunk_by(|word, _| word.continues);
        let matches = runs.filter(|run| run[0].is_marked()).map(|run| self.of(run)).collect();
        Fragment { text, start, end: self.until(end), matches }
    }

    fn of(&mut self, run: &[Word]) -> Match {
        let (start, end) = (run[0].start.byte, run[run.len() - 1].span.end);
        let exact = self.text[start..end].to_owned();
        Match { start: self.until(start), end: self.until(end), exact }
    }
}

#[cfg(test)]
mod tests;
