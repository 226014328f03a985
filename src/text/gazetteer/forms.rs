//! What is written onto a name and is not part of it.

use std::borrow::Cow;

use super::super::analysis::{Token, fold};

const ARTICLE: &str = "ال";

/// Whether a word is in Arabic letters.
pub fn is_arabic(token: &Token) -> bool {
    token.folded.starts_with(|c| matches!(c, '\u{620}'..='\u{64A}'))
}

/// The forms of a word that a name may begin with, beside the whole word: without Arabic particles
/// or, in French and Italian, without an elided article.
pub fn beginnings<'a>(
    token: &'a Token,
    text: &'a str,
    language: Option<&str>,
) -> impl Iterator<Item = Cow<'a, str>> {
    let is_arabic = is_arabic(token);
    let variants = if is_arabic { token.variants.as_slice() } else { &[] };
    let elides = !is_arabic && language.is_some_and(|tag| tag.starts_with("fr") || tag.starts_with("it"));
    let divided = elides.then(|| divided(token, text)).flatten();
    let elided = divided.filter(|(article, _)| article.len() <= LONGEST_ELIDED);
    variants.iter().map(Cow::from).chain(elided.map(|(_, noun)| Cow::from(fold(noun))))
}

/// Where a form that a name begins with stands in the text. Nothing where an Arabic article has
/// been taken off, which belongs to the name; the article that `لل` hides begins behind that.
pub fn start(token: &Token, form: &str, text: &str) -> Option<usize> {
    if !is_arabic(token) {
        return divided(token, text).map(|(_, noun)| token.span.end - noun.len());
    }
    let bare = match token.folded.strip_suffix(form) {
        Some(particles) if particles.ends_with(ARTICLE) || particles.ends_with("لل") => return None,
        Some(_) => form,
        None => form.strip_prefix(ARTICLE)?,
    };
    Some(token.start_of(bare, text))
}

/// The bytes of the longest article or preposition that is elided: `dell'`.
const LONGEST_ELIDED: usize = 4;

/// The form of a word that a name may end with, and where it ends in the text: without the `'s`
/// of a possessive, without the endings that an apostrophe ties to names in Turkish.
pub fn ending(token: &Token, text: &str, language: Option<&str>) -> Option<(String, usize)> {
    if is_arabic(token) {
        return None;
    }
    let (name, rest) = divided(token, text)?;
    let is_ending = rest.eq_ignore_ascii_case("s") || language.is_some_and(|tag| tag.starts_with("tr"));
    is_ending.then(|| (fold(name), token.span.start + name.len()))
}

/// What stands before and after the first apostrophe in a word.
fn divided<'a>(token: &Token, text: &'a str) -> Option<(&'a str, &'a str)> {
    let is_apostrophe = |c| matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{FF07}');
    text.get(token.span.clone())?.split_once(is_apostrophe)
}
