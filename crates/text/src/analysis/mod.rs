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

use std::borrow::Cow;
use std::ops::Range;

#[cfg(test)]
pub use arabic::hides_a_whole_word;
pub use fold::fold;
use script::Script;
pub use stops::undotted as function_word;

/// The version of what is stored of a text that is to be found: of what [`tokens`] gives, and of
/// the lexemes that are made of it. What was stored under another one is stale.
pub const VERSION: i16 = 6;

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

/// A word of a text, of which no more is known than is asked: most words of a text are none that
/// somebody looks for.
#[derive(Clone, Debug)]
pub struct Word<'a> {
    /// Where it begins in the text, in bytes.
    pub start: usize,
    /// As it is written.
    pub text: &'a str,
    /// As [`fold`] gives it; never empty.
    pub folded: Cow<'a, str>,
    /// Its own language, or the text's.
    language: &'a str,
}

/// The words of a text, with the language as in [`tokens`].
pub fn words<'a>(text: &'a str, language: Option<&'a str>) -> impl Iterator<Item = Word<'a>> {
    let language = language.map(|tag| (tag, Script::of_tag(tag)));
    // Most words are in the script of the one before.
    let mut last = (Script::Other, Script::Other.language(language));
    let folded = words::words(text).flat_map(|(start, text)| {
        let folded = shortened(fold(beginning(text)));
        match arabic::joint(&folded).and_then(|joint| parted(text, &folded, joint)) {
            Some([first, second]) => {
                let second_start = start + first.0.len();
                [Some((start, first.0, first.1)), Some((second_start, second.0, second.1))]
            }
            None => [Some((start, text, folded)), None],
        }
    });
    folded.flatten().filter(|(.., folded)| !folded.is_empty()).map(move |(start, text, folded)| {
        let script = Script::of(&folded);
        if script != last.0 {
            last = (script, script.language(language));
        }
        Word { start, text, folded, language: last.1 }
    })
}

/// The two words of which one is written, each with its folded form; `joint` is where the second begins in the folded
/// form of both.
fn parted<'a>(text: &'a str, folded: &str, joint: usize) -> Option<[(&'a str, Cow<'a, str>); 2]> {
    let (first, second) = folded.split_at_checked(joint)?;
    let (before, behind) = text.split_at_checked(start_in(text, folded, second))?;
    let parts = [(before, fold(before)), (behind, fold(behind))];
    // Ligatures are several letters.
    (parts[0].1 == first && parts[1].1 == second).then_some(parts)
}

impl Word<'_> {
    /// Its bytes in the text.
    pub fn span(&self) -> Range<usize> {
        self.start..self.start + self.text.len()
    }

    /// In NFC and lower case, with its marks, without invisible characters.
    pub fn exact(&self) -> Cow<'_, str> {
        shortened(fold::exact(beginning(self.text)))
    }

    /// Whether it is a function word, which says nothing about what a text is about.
    pub fn is_stop(&self) -> bool {
        stops::is_stop(&self.exact(), self.language)
    }

    /// What are the variants of its [`Token`] if it is no stop word.
    pub fn variants(&self) -> Vec<Cow<'_, str>> {
        self.variants_by(arabic::peeled)
    }

    /// Where a variant begins in the text, as [`Token::start_of`].
    pub fn start_of(&self, variant: &str) -> usize {
        self.start + start_in(self.text, &self.folded, variant)
    }

    fn variants_by(&self, arabic: fn(&str) -> Vec<Cow<'_, str>>) -> Vec<Cow<'_, str>> {
        match self.language {
            "ar" => arabic(&self.folded),
            _ => stems::stems(&self.exact(), &self.folded, self.language),
        }
    }
}

/// The words of a text to be found. An Arabic word that may begin with particles has every
/// remainder of three letters or more among its variants: `وبالعراق` is found by `العراق` and by
/// `عراق`, with the particles of light10 (Larkey, Ballesteros and Connell, 2007) in any chain.
///
/// The language, a BCP 47 tag, counts for words in its own script. Words in another one, and all
/// where there is none, are taken for Arabic, English, Russian, Greek or Tamil, by their script.
pub fn tokens<'a>(text: &'a str, language: Option<&'a str>) -> impl Iterator<Item = Token> {
    analyzed(text, language, arabic::peeled)
}

/// The words of a query, to be compared with [`tokens`]: each asks for its folded form and for
/// its variants. An Arabic word loses its article, also behind a particle, and takes the
/// endings that its gender, number or case may have changed; a lone particle stays, since it may
/// as well be a letter of the word.
///
/// Words that touch each other in the text (Chinese, Japanese, Thai: a word is a character
/// there) are one phrase.
pub fn terms<'a>(text: &'a str, language: Option<&'a str>) -> impl Iterator<Item = Token> {
    analyzed(text, language, arabic::asked)
}

impl Token {
    /// Where a variant begins in the text that the token is from: behind the particles that it
    /// lacks. The article that `لل` hides begins with the word.
    pub fn start_of(&self, variant: &str, text: &str) -> usize {
        let word = text.get(self.span.clone()).unwrap_or_default();
        self.span.start + start_in(word, &self.folded, variant)
    }
}

/// Where a variant begins in a word.
fn start_in(word: &str, folded: &str, variant: &str) -> usize {
    if !folded.ends_with(variant) {
        return 0;
    }
    let missing = folded.chars().count() - variant.chars().count();
    let letters = word.char_indices().filter(|(_, c)| !fold::is_dropped(*c));
    letters.map(|(at, _)| at).nth(missing).unwrap_or_default()
}

fn analyzed<'a>(
    text: &'a str,
    language: Option<&'a str>,
    arabic: fn(&str) -> Vec<Cow<'_, str>>,
) -> impl Iterator<Item = Token> {
    words(text, language).zip(0..).map(move |(word, position)| {
        let exact = word.exact();
        let is_stop = stops::is_stop(&exact, word.language);
        let variants = if is_stop { Vec::new() } else { word.variants_by(arabic) };
        Token {
            span: word.span(),
            position,
            variants: variants.into_iter().map(Cow::into_owned).collect(),
            exact: exact.into_owned(),
            is_stop,
            folded: word.folded.into_owned(),
        }
    })
}

fn shortened(form: Cow<'_, str>) -> Cow<'_, str> {
    match form {
        Cow::Borrowed(form) => Cow::Borrowed(cut(form, MAX_FORM)),
        Cow::Owned(mut form) => {
            form.truncate(form.floor_char_boundary(MAX_FORM));
            Cow::Owned(form)
        }
    }
}

/// As much of a word as a form of it may come from.
fn beginning(word: &str) -> &str {
    cut(word, 4 * MAX_FORM)
}

fn cut(text: &str, length: usize) -> &str {
    &text[..text.floor_char_boundary(length)]
}

#[cfg(test)]
mod tests;
