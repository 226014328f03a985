//! The words of a text.

use unicode_segmentation::UnicodeSegmentation;

/// The words of a text and where they begin, by the word boundaries of UAX 29, with three
/// tailorings for news: the words of a `#tag_of_words` are words, and so are those on both sides
/// of a colon or a full stop without a space; `U.S` remains one.
///
/// Ideographs, kana and letters of Thai, Lao, Khmer and Burmese are a word each.
pub fn words(text: &str) -> impl Iterator<Item = (usize, &str)> {
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
