//! The words of a text.

mod plain;

use unicode_normalization::char::is_combining_mark;
use unicode_segmentation::UnicodeSegmentation;

use super::fold::is_digit;
use plain::{Stretch, stretch};

/// The words of a text and where they begin, by the word boundaries of UAX 29, with four
/// tailorings for news: the words of a `#tag_of_words` are words, and so are those on both sides
/// of a colon or a full stop without a space; `U.S` remains one. The narrow space of French is a space.
/// A number is a word beside letters: `2026م`, `100دولار`, `100km`, `Euro2024`. Latin letters make a name with it
/// where they are one or two before it, as in `G20`, `H5N1` and `B2B`, or one behind a single digit, as in `5G`; and an
/// ordinal is one word: `21st`.
///
/// Ideographs, kana and letters of Thai, Lao, Khmer and Burmese are a word each.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
    Words { text, at: 0, involved: None }
}

/// Plain words are taken as they stand, which is many times faster; all rules are for the rest.
struct Words<'a> {
    text: &'a str,
    /// Where the next stretch begins.
    at: usize,
    /// The words of the last stretch that are still to come.
    involved: Option<Box<dyn Iterator<Item = (usize, &'a str)> + 'a>>,
}

impl<'a> Iterator for Words<'a> {
    type Item = (usize, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(word) = self.involved.as_mut().and_then(Iterator::next) {
                return Some(word);
            }
            self.involved = None;
            let start = self.at;
            let found = stretch(self.text, start)?;
            let (Stretch::Word(end) | Stretch::Gap(end) | Stretch::Involved(end)) = found;
            let stretch = self.text.get(start..end)?;
            self.at = end;
            match found {
                Stretch::Word(_) => return Some((start, stretch)),
                Stretch::Gap(_) => {}
                Stretch::Involved(_) => {
                    let words = by_all_rules(stretch).map(move |(at, word)| (start + at, word));
                    self.involved = Some(Box::new(words));
                }
            }
        }
    }
}

fn by_all_rules(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.unicode_word_indices()
        .flat_map(|(start, word)| parts(word).map(move |(at, part)| (start + at, part)))
        .flat_map(|(start, word)| numbers_apart(word).map(move |(at, part)| (start + at, part)))
}

fn parts(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_divided_by_points = word.contains('.') && !has_inner_points(word);
    let separates =
        move |c| matches!(c, ':' | '\u{FF1A}') || is_extender(c) || c == '.' && is_divided_by_points;
    let mut next = 0;
    word.split_inclusive(separates).filter_map(move |part| {
        let start = next;
        next += part.len();
        let part = part.trim_end_matches(separates);
        (!part.is_empty()).then_some((start, part))
    })
}

/// What UAX 29 takes for a part of words and numbers: low lines, and the narrow space that parts them.
fn is_extender(c: char) -> bool {
    matches!(
        c,
        '_' | '\u{202F}' | '\u{203F}' | '\u{2040}' | '\u{2054}' | '\u{FE33}' | '\u{FE34}' | '\u{FE4D}'
            ..='\u{FE4F}' | '\u{FF3F}'
    )
}

/// A word cut between numbers and letters.
fn numbers_apart(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut start = 0;
    std::iter::from_fn(move || {
        let rest = word.get(start..).filter(|rest| !rest.is_empty())?;
        let length = until_number(rest).unwrap_or(rest.len());
        start += length;
        Some((start - length, &rest[..length]))
    })
}

/// Where a number begins in a word, or what follows it.
fn until_number(word: &str) -> Option<usize> {
    let mut before: Option<char> = None;
    // How many letters and digits there were, and whether Latin letters were among them.
    let (mut letters, mut digits, mut has_latin) = (0, 0, false);
    for (at, c) in word.char_indices() {
        // Marks belong to what is before.
        if !c.is_alphanumeric() || is_combining_mark(c) {
            before = before.filter(|_| is_combining_mark(c) || !matches!(c, '.' | ',' | '٫' | '٬' | '\''));
            continue;
        }
        let rest = &word[at..];
        let are_apart = |before: char| match (is_digit(before), is_digit(c)) {
            (false, true) => !is_latin(before) || letters > 2 && digits == 0 && rest.chars().all(is_digit),
            (true, false) => !is_latin(c) || !has_latin && is_word_behind(digits, rest),
            _ => false,
        };
        if before.is_some_and(are_apart) {
            return Some(at);
        }
        if is_digit(c) {
            digits += 1;
        } else {
            letters += 1;
        }
        has_latin |= is_latin(c);
        before = Some(c);
    }
    None
}

/// Whether what stands behind so many digits is a word or a unit, and not the end of a name or of an ordinal.
fn is_word_behind(digits: usize, rest: &str) -> bool {
    let is_letters = rest.chars().all(|c| c.is_alphabetic() || is_combining_mark(c));
    let is_one = rest.chars().filter(|c| !is_combining_mark(*c)).nth(1).is_none();
    let is_ordinal = ["st", "nd", "rd", "th", "er"].iter().any(|end| rest.eq_ignore_ascii_case(end));
    is_letters && !is_ordinal && !(is_one && digits == 1)
}

fn is_latin(c: char) -> bool {
    matches!(c,
        'A'..='Z' | 'a'..='z' | '\u{AA}'..='\u{2FF}' | '\u{1D00}'..='\u{1DBF}' | '\u{1E00}'..='\u{1EFF}'
        | '\u{2C60}'..='\u{2C7F}' | '\u{A720}'..='\u{A7FF}' | '\u{FB00}'..='\u{FB06}' | '\u{FF21}'..='\u{FF5A}')
}

/// Whether it is a number or single letters.
fn has_inner_points(word: &str) -> bool {
    word.contains(char::is_numeric) || word.split('.').all(|part| part.chars().nth(1).is_none())
}

#[cfg(test)]
mod tests;
