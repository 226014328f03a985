//! The names in a text: at each word the longest that begins there.

use std::ops::Range;

use super::super::analysis::{self, Word};
use super::case::{self, Case};
use super::common::is_common;
use super::forms;
use super::patterns::{Pattern, Patterns, WordNumber};
use super::reading::Reading;
use super::writing::Writing;
use crate::breaks;

/// Words of a text that are some name.
#[derive(Clone, Debug)]
pub struct Match {
    /// The number of the field.
    pub field: usize,
    /// Its bytes in the text of the field.
    pub span: Range<usize>,
    /// The name.
    pub pattern: Pattern,
    pub writing: Writing,
}

/// The names in the text of a field, in order, none in another.
pub fn matches(
    patterns: &Patterns<Reading>,
    (number, text): (usize, &str),
    language: Option<&str>,
) -> Vec<Match> {
    let words: Vec<Word> = analysis::words(text, language).collect();
    let cases: Vec<Case> = words.iter().map(case::of).collect();
    let is_capitalised = case::is_capitalised(&words, &cases);
    let numbers = words.iter().map(|word| patterns.word(&word.folded)).collect();
    let scan = Scan { patterns, text, words, numbers, cases, is_capitalised, language };
    let mut matches = Vec::new();
    let mut at = 0;
    while at < scan.words.len() {
        let found = scan.longest(at);
        at = found.as_ref().map_or(at + 1, |found| found.end);
        let matched = |Found { span, pattern, writing, .. }| Match { field: number, span, pattern, writing };
        matches.extend(found.map(matched));
    }
    matches
}

struct Scan<'a> {
    patterns: &'a Patterns<Reading>,
    text: &'a str,
    words: Vec<Word<'a>>,
    /// By word, its number in the patterns.
    numbers: Vec<Option<WordNumber>>,
    /// By word, how it is written.
    cases: Vec<Case>,
    is_capitalised: bool,
    language: Option<&'a str>,
}

struct Found {
    span: Range<usize>,
    /// The word after the last.
    end: usize,
    pattern: Pattern,
    writing: Writing,
}

/// The first word of a name, perhaps without what is written onto it.
struct Beginning {
    /// Nothing where the word is a name at most without its ending.
    number: Option<WordNumber>,
    start: usize,
    is_peeled: bool,
}

impl Scan<'_> {
    /// The name of the most words that begins with a word; of as many words, the one of which
    /// the least was taken off.
    fn longest(&self, at: usize) -> Option<Found> {
        let found = self.beginnings(at).filter_map(|beginning| self.longest_from(at, &beginning));
        found.reduce(|best, other| {
            let key = |found: &Found| (found.end, std::cmp::Reverse(found.span.start));
            if key(&other) > key(&best) { other } else { best }
        })
    }

    fn beginnings(&self, at: usize) -> impl Iterator<Item = Beginning> {
        let word = self.words.get(at);
        let number = self.number(at);
        let whole = word.filter(|word| number.is_some() || !forms::is_arabic(word));
        let whole = whole.map(|word| Beginning { number, start: word.start, is_peeled: false });
        let forms = word
            .into_iter()
            .flat_map(|word| forms::beginnings(word, self.language).map(move |form| (word, form)));
        let peeled = forms.filter_map(|(word, form)| {
            let number = Some(self.patterns.word(&form)?);
            let start = forms::start(word, &form).filter(|_| !word.is_stop())?;
            Some(Beginning { number, start, is_peeled: true })
        });
        whole.into_iter().chain(peeled)
    }

    fn longest_from(&self, at: usize, beginning: &Beginning) -> Option<Found> {
        let mut longest = None;
        let mut node = self.patterns.root();
        for (last, word) in self.words.iter().enumerate().skip(at) {
            if last > at && !self.is_joined(last) {
                break;
            }
            let is_whole = last > at || !beginning.is_peeled;
            let form = if is_whole { forms::ending(word, self.language) } else { None };
            let found = |number, end| {
                let node = self.patterns.child(&node, number)?;
                let pattern = self.patterns.ending(&node)?;
                let is_possessive = end == word.span().end && form.is_some();
                let writing = Writing { is_possessive, ..self.writing(at..last + 1, beginning.is_peeled) };
                let fits = self.patterns.meanings(pattern).iter().any(|reading| writing.fits(reading));
                fits.then(|| Found { span: beginning.start..end, end: last + 1, pattern, writing })
            };
            let possessive = form.as_ref().and_then(|(form, end)| found(self.patterns.word(form)?, *end));
            let number = if last == at { beginning.number } else { self.number(last) };
            let whole = number.and_then(|number| found(number, word.span().end));
            longest = whole.or(possessive).or(longest);
            match number.and_then(|number| self.patterns.child(&node, number)) {
                Some(child) => node = child,
                None => break,
            }
        }
        longest
    }

    fn number(&self, at: usize) -> Option<WordNumber> {
        self.numbers.get(at).copied().flatten()
    }

    fn writing(&self, at: Range<usize>, is_peeled: bool) -> Writing {
        let cases = self.cases.get(at.clone()).unwrap_or_default();
        let words = self.words.get(at.clone()).unwrap_or_default();
        let word = if let [word] = words { Some(word) } else { None };
        Writing {
            words: words.len(),
            is_arabic: words.iter().any(forms::is_arabic),
            has_case: cases.iter().any(|case| *case != Case::None),
            lower: case::mask(cases, |case| *case == Case::Lower),
            has_capital: cases.iter().any(|case| case.has_capital()),
            is_upper: cases == [Case::Upper],
            is_in_capitals: self.is_capitalised,
            is_first: self.is_first_of_sentence(at.start),
            is_preceded: self.touches_capital(at.start, at.start.checked_sub(1)),
            is_followed: self.touches_capital(at.end, Some(at.end)),
            is_stop: words.iter().all(Word::is_stop),
            is_peeled,
            is_torn: is_peeled && word.is_some_and(|word| is_common(&word.folded)),
            is_possessive: false,
            has_nunation: word.is_some_and(|word| word.exact().contains('\u{64B}')),
        }
    }

    /// Whether one of two neighbours, the second of which is given, is capitalised, is no function
    /// word, and nothing but white space is between them.
    fn touches_capital(&self, second: usize, neighbour: Option<usize>) -> bool {
        let is_apart = || self.gap(second).is_none_or(|(_, gap)| !gap.trim_matches(is_blank).is_empty());
        let is_name = |at: usize| {
            let has_capital = self.cases.get(at).is_some_and(|case| case.has_capital());
            has_capital && self.words.get(at).is_some_and(|word| !word.is_stop())
        };
        neighbour.is_some_and(is_name) && !self.is_capitalised && !is_apart()
    }

    /// What stands between a word and the one before.
    fn gap(&self, at: usize) -> Option<(&Word<'_>, &str)> {
        let before = self.words.get(at.checked_sub(1)?)?;
        let word = self.words.get(at)?;
        Some((before, self.text.get(before.span().end..word.start)?))
    }

    /// Whether a word and the one before may be words of one name.
    fn is_joined(&self, at: usize) -> bool {
        self.gap(at).is_some_and(|(before, gap)| {
            let sign = gap.trim_matches(is_blank);
            match sign {
                "" => breaks::count(gap) < 2,
                "-" | "\u{2010}" | "\u{2011}" | "–" | "'" | "’" | "/" => sign == gap,
                "&" | "·" => true,
                "." => before.folded.chars().nth(3).is_none(),
                _ => false,
            }
        })
    }

    fn is_first_of_sentence(&self, at: usize) -> bool {
        let ends = |c| matches!(c, '.' | '!' | '?' | '…' | ':' | '"' | '“' | '«' | '•' | '<');
        self.gap(at).is_none_or(|(_, gap)| gap.contains(ends) || breaks::count(gap) > 1)
    }
}

/// White space, tatweel and invisible controls.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '\u{AD}' | '\u{61C}' | '\u{640}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}
