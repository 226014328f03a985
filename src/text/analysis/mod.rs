//! The one analysis of text for search, mentions, highlights and suggestions.
//!
//! A text is cut into words ([UAX 29](https://unicode.org/reports/tr29/)), each is folded, so
//! that spellings of one word meet, and each has variants by which it is found as well: in
//! Arabic what is left without particles, in other languages the Snowball stem.

mod arabic;
mod fold;
mod script;
mod stems;
mod stops;
mod words;

use std::ops::Range;

pub use fold::fold;
use script::Script;

/// The version of what is stored of a text that is to be found: of what [`tokens`] gives, and of
/// the lexemes that are made of it. What was stored under another one is stale.
pub const VERSION: i16 = 3;

/// The longest form of a word in bytes; of a longer word its beginning counts.
pub const MAX_FORM: usize = 100;

/// A word of a text or of a query.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Its number among the words of the text, from 0, stop words included.
    pub position: u32,
    /// In NFC and lower case, with its marks, without invisible characters.
    pub exact: String,
    /// As [`fold`] gives it; never empty.
    pub folded: String,
    /// Other forms by which it is found, without repetition and never `folded` itself; none of
    /// a stop word.
    pub variants: Vec<String>,
    /// Whether it is a function word, which says nothing about what a text is about.
    pub is_stop: bool,
}

/// The words of a text to be found. An Arabic word that may begin with particles has every
/// remainder of three letters or more among its variants: `وبالعراق` is found by `العراق` and by
/// `عراق`, with the particles of light10 (Larkey, Ballesteros and Connell, 2007) in any chain.
///
/// The language, a BCP 47 tag, counts for words in its own script. Words in another one, and all
/// where there is none, are taken for Arabic, English, Russian, Greek or Tamil, by their script.
pub fn tokens(text: &str, language: Option<&str>) -> impl Iterator<Item = Token> {
    analyzed(text, language, arabic::peeled)
}

/// The words of a query, to be compared with [`tokens`]: each asks for its folded form and for
/// its variants. An Arabic word loses its article, also behind a particle, and takes the
/// endings that its gender, number or case may have changed; a lone particle stays, since it may
/// as well be a letter of the word.
///
/// Words that touch each other in the text (Chinese, Japanese, Thai: a word is a character
/// there) are one phrase.
pub fn terms(text: &str, language: Option<&str>) -> impl Iterator<Item = Token> {
    analyzed(text, language, arabic::asked)
}

impl Token {
    /// Where a variant begins in the text that the token is from: behind the particles that it
    /// lacks. The article that `لل` hides begins with the word.
    pub fn start_of(&self, variant: &str, text: &str) -> usize {
        let missing = self.folded.chars().count().saturating_sub(variant.chars().count());
        let word = text.get(self.span.clone()).unwrap_or_default();
        let is_variant_of_end = self.folded.ends_with(variant);
        let letters = word.char_indices().filter(|(_, c)| !fold::is_dropped(*c));
        match letters.map(|(at, _)| at).nth(missing) {
            Some(at) if is_variant_of_end => self.span.start + at,
            _ => self.span.start,
        }
    }
}

fn analyzed(
    text: &str,
    language: Option<&str>,
    arabic: fn(&str) -> Vec<String>,
) -> impl Iterator<Item = Token> {
    words::words(text)
        .filter_map(move |(start, word)| {
            let beginning = cut(word, 4 * MAX_FORM);
            let folded = shortened(fold(beginning));
            if folded.is_empty() {
                return None;
            }
            let exact = shortened(fold::exact(beginning));
            let language = Script::of(&folded).language(language);
            let is_stop = stops::is_stop(&exact, language);
            let variants = match language {
                _ if is_stop => Vec::new(),
                "ar" => arabic(&folded),
                _ => stems::stems(&exact, &folded, language),
            };
            let span = start..start + word.len();
            Some(Token { span, position: 0, exact, folded, variants, is_stop })
        })
        .zip(0..)
        .map(|(token, position)| Token { position, ..token })
}

fn shortened(mut form: String) -> String {
    form.truncate(form.floor_char_boundary(MAX_FORM));
    form
}

fn cut(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

#[cfg(test)]
mod tests;
