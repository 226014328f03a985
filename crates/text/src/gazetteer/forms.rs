//! What is written onto a name and is not part of it.

use std::borrow::Cow;

use super::super::analysis::{Word, fold};

const ARTICLE: &str = "ال";

/// Whether a word is in Arabic letters.
pub fn is_arabic(word: &Word) -> bool {
    word.folded.starts_with(|c| matches!(c, '\u{620}'..='\u{64A}'))
}

/// The forms of a word that a name may begin with, beside the whole word: without Arabic particles
/// or, in French and Italian, without an elided article.
///
/// Those of a stop word, which is none, are among them.
pub fn beginnings<'a>(word: &'a Word, language: Option<&str>) -> impl Iterator<Item = Cow<'a, str>> {
    let is_arabic = is_arabic(word);
    let variants = if is_arabic { word.variants() } else { Vec::new() };
    let elides = !is_arabic && language.is_some_and(|tag| tag.starts_with("fr") || tag.starts_with("it"));
    let divided = elides.then(|| divided(word)).flatten();
    let elided = divided.filter(|(article, _)| article.len() <= LONGEST_ELIDED);
    variants.into_iter().chain(elided.map(|(_, noun)| fold(noun)))
}

/// Where a form that a name begins with stands in the text. Nothing where an Arabic article has
/// been taken off, which belongs to the name; the article that `لل` hides begins behind that.
pub fn start(word: &Word, form: &str) -> Option<usize> {
    if !is_arabic(word) {
        return divided(word).map(|(_, noun)| word.span().end - noun.len());
    }
    let bare = match word.folded.strip_suffix(form) {
        Some(particles) if particles.ends_with(ARTICLE) || particles.ends_with("لل") => return None,
        Some(_) => form,
        None => form.strip_prefix(ARTICLE)?,
    };
    Some(word.start_of(bare))
}

/// The bytes of the longest article or preposition that is elided: `dell'`.
const LONGEST_ELIDED: usize = 4;

/// The form of a word that a name may end with, and where it ends in the text: without the `'s`
/// of a possessive, without the endings that an apostrophe ties to names in Turkish.
pub fn ending<'a>(word: &Word<'a>, language: Option<&str>) -> Option<(Cow<'a, str>, usize)> {
    if is_arabic(word) {
        return None;
    }
    let (name, rest) = divided(word)?;
    let is_ending = rest.eq_ignore_ascii_case("s") || language.is_some_and(|tag| tag.starts_with("tr"));
    is_ending.then(|| (fold(name), word.start + name.len()))
}

/// What stands before and after the first apostrophe in a word.
fn divided<'a>(word: &Word<'a>) -> Option<(&'a str, &'a str)> {
    let is_apostrophe = |c| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{FF07}');
    word.text.split_once(is_apostrophe)
}
