//! What somebody is about to type: words by their beginnings, with a slip or without.
//!
//! A slip is a letter too few, too many or wrong, or two in the wrong order. Both sides leave out
//! each letter in turn and are then equal but for the rest of the word, so that the index finds in
//! a few steps what lies at an edit distance of 1 (the symmetric deletions of Garbe's SymSpell,
//! 2012).

mod slip;

use super::{
    analysis::{Token, tokens},
    literal::quoted,
};
use slip::{is_near, without_a_letter};

/// The fewest letters of which one may be wrong.
const LEAST_LETTERS: usize = 4;

/// The letters of a word among which a wrong one is looked for.
const LOOKED_AT: usize = 12;

/// The most words of what is typed.
pub const MAX_WORDS: usize = 10;

/// What stands before the beginning of a word, and before one that lacks a letter.
const WHOLE: char = '^';
const LACKING: char = '?';

const ARTICLE: &str = "ال";

/// The lexemes by which a word is found while it is typed: its own, without the Arabic particles
/// before it, and those of its slips.
pub fn lexemes(token: &Token) -> Vec<String> {
    let peeled = || token.variants.iter().filter(|form| token.folded.ends_with(*form));
    let mut lexemes = vec![marked(WHOLE, &token.folded)];
    lexemes.extend(peeled().map(|form| marked(WHOLE, form)));
    if !token.is_stop {
        let barest = peeled().min_by_key(|form| form.len()).unwrap_or(&token.folded);
        lexemes.extend(slips(bare(barest)).map(|form| marked(LACKING, &form)));
    }
    lexemes
}

/// The lexemes by which two words that are written as one (`عبدالله`, `10million`) are found while they are typed so.
pub fn lexemes_of_both(first: &Token, second: &Token) -> Vec<String> {
    both(first, second).map(|form| marked(WHOLE, &form)).collect()
}

/// Two words as one, with and without the particles before the first, where they stand together and where they end can
/// not be told before both are typed.
fn both(first: &Token, second: &Token) -> impl Iterator<Item = String> {
    let is_arabic = second.folded.starts_with(|c| matches!(c, '\u{621}'..='\u{64A}'));
    let is_number = first.folded.ends_with(|c: char| c.is_ascii_digit());
    let are_one = first.span.end == second.span.start && (is_arabic || is_number);
    let peeled = first.variants.iter().filter(|form| first.folded.ends_with(*form));
    let firsts = are_one.then(|| [&first.folded].into_iter().chain(peeled)).into_iter().flatten();
    firsts.map(|form| [&**form, &second.folded].concat())
}

fn marked(mark: char, form: &str) -> String {
    format!("{mark}{form}")
}

/// A word without the Arabic article.
fn bare(form: &str) -> &str {
    form.strip_prefix(ARTICLE).filter(|rest| rest.chars().nth(1).is_some()).unwrap_or(form)
}

/// A word without one of its letters, if it has enough of them.
fn slips(form: &str) -> impl Iterator<Item = String> {
    let may_slip = form.chars().count() >= LEAST_LETTERS;
    may_slip.then(|| without_a_letter(form, LOOKED_AT)).into_iter().flatten()
}

/// How what was typed fits a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fit {
    /// As it is.
    Exact,
    /// But for one slip in a word.
    Slip,
}

/// What somebody has typed so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    words: Vec<String>,
}

impl Completion {
    /// Reads what was typed: each of its words is the beginning of one. None where there are too many.
    pub fn parse(typed: &str, language: Option<&str>) -> Option<Self> {
        let words: Vec<String> =
            tokens(typed, language).map(|token| token.folded).take(MAX_WORDS + 1).collect();
        (words.len() <= MAX_WORDS).then_some(Self { words })
    }

    /// The text of a `tsquery` for [`lexemes`], of what fits at least so well; none where nothing
    /// was typed. With [`Fit::Slip`] it also finds some that do not fit, which [`Self::fit`] tells.
    pub fn to_tsquery(&self, fit: Fit) -> Option<String> {
        let any = |beginnings: Vec<String>| {
            let asked: Vec<String> = beginnings.iter().map(|form| format!("{}:*", quoted(form))).collect();
            format!("({})", asked.join(" | "))
        };
        let words: Vec<String> = self.beginnings(fit).into_iter().map(any).collect();
        (!words.is_empty()).then(|| words.join(" & "))
    }

    /// Of each word, the beginnings of lexemes of which it asks for any.
    pub fn beginnings(&self, fit: Fit) -> Vec<Vec<String>> {
        let beginnings = |word: &String| {
            let mut forms: Vec<String> = whole(word).map(|form| marked(WHOLE, form)).collect();
            let lacking: Vec<String> = slips(bare(word)).collect();
            if fit == Fit::Slip && !lacking.is_empty() {
                forms.push(marked(LACKING, bare(word)));
                forms.extend(lacking.iter().flat_map(|form| [marked(WHOLE, form), marked(LACKING, form)]));
            }
            forms
        };
        self.words.iter().map(beginnings).collect()
    }

    /// How it fits a text: each word begins one of the text's.
    pub fn fit(&self, text: &str, language: Option<&str>) -> Option<Fit> {
        let tokens: Vec<Token> = tokens(text, language).collect();
        let of_both = tokens.array_windows().flat_map(|[first, second]| both(first, second));
        let forms: Vec<String> = of_both
            .chain(
                tokens.iter().flat_map(|token| [&token.folded].into_iter().chain(&token.variants)).cloned(),
            )
            .collect();
        let best = |word: &String| {
            let is_begun = |form: &String| whole(word).any(|begun| form.starts_with(begun));
            let is_near = |form: &String| is_near(bare(word), bare(form));
            let may_slip = bare(word).chars().count() >= LEAST_LETTERS;
            match () {
                () if forms.iter().any(is_begun) => Some(Fit::Exact),
                () if may_slip && forms.iter().any(is_near) => Some(Fit::Slip),
                () => None,
            }
        };
        self.words.iter().map(best).try_fold(Fit::Exact, |worst, fit| Some(worst.max(fit?)))
    }
}

/// A typed word with and without the Arabic article.
fn whole(word: &str) -> impl Iterator<Item = &str> {
    let bare = bare(word);
    [word].into_iter().chain((bare != word).then_some(bare))
}

#[cfg(test)]
mod tests;
