//! The words of a text.

mod plain;

use unicode_segmentation::UnicodeSegmentation;

use plain::{Stretch, stretch};

/// The words of a text and where they begin, by the word boundaries of UAX 29, with three
/// tailorings for news: the words of a `#tag_of_words` are words, and so are those on both sides
/// of a colon or a full stop without a space; `U.S` remains one.
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
}

fn parts(word: &str) -> impl Iterator<Item = (usize, &str)> {
    let is_divided_by_points = word.contains('.') && !has_inner_points(word);
    let separates = move |c| matches!(c, '_' | ':' | '\u{FF1A}') || c == '.' && is_divided_by_points;
    let mut next = 0;
    word.split_inclusive(separates).filter_map(move |part| {
        let start = next;
        next += part.len();
        let part = part.trim_end_matches(separates);
        (!part.is_empty()).then_some((start, part))
    })
}

/// Whether it is a number or single letters.
fn has_inner_points(word: &str) -> bool {
    word.contains(char::is_numeric) || word.split('.').all(|part| part.chars().nth(1).is_none())
}

#[cfg(test)]
mod tests;
