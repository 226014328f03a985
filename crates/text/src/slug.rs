//! Slugs: names that a person can read in an address, in any script.

use std::fmt::Display;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The words that stand where a slug may stand in a path of the API, now or to come.
pub const RESERVED: &[&str] = &["bulk", "export", "suggest", "trending"];

/// The longest slug, in code points.
pub const MAX_LENGTH: usize = 120;

/// The longest slug that [`slug`] makes: it leaves room for a number and for a longer name that
/// an editor may choose.
const MADE_LENGTH: usize = 80;

/// What [`PATTERN`] takes for a letter, a digit or a mark: whatever is not known to be none.
macro_rules! letter {
    () => {
        concat!(
            r"[^\s",
            r"\u0000-/:-`{-\u007f", // ASCII but for 0-9 and a-z
            r"\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8", // the signs and capitals of Latin-1
            r"\u00bb\u00bf-\u00de\u00f7",
            r"\u0130\u0386-\u038f\u0391-\u03ab\u0400-\u042f\u0531-\u0556", // capitals that stand together
            r"\u2000-\u206f\u3000-\u3004",                                 // punctuation
            r"\ue000-\uf8ff\ufeff", // private use, and the mark of byte order
            "]"
        )
    };
}

/// A pattern for JSON Schema, to be given with `maxLength` [`MAX_LENGTH`]: every slug matches, of whichever script.
///
/// [`is_slug`] refuses more: single capitals and signs, and UUIDs. The pattern names what is refused and not what
/// is accepted, since it has to be read by all dialects: `\p{L}` is an error in Python, and letters beyond U+FFFF, which
/// Fulani and some Chinese names have, are two characters each in JavaScript.
pub const PATTERN: &str = concat!("^", letter!(), "+(-", letter!(), "+)*$");

/// The slug of a text: its words in lower case, joined by hyphens. Empty where the text has no
/// letter or digit, or is a UUID.
///
/// Letters and digits of every script stay as they are written, hamza included (NFKC). Arabic
/// and Hebrew vowel signs, tatweel, accents on Latin letters, apostrophes and invisible controls
/// are dropped. At most 80 code points, cut between words where there is more than one.
pub fn slug(text: &str) -> String {
    let lower = text.nfkc().collect::<String>().to_lowercase();
    let mut on_latin = false;
    let kept = lower.nfkd().filter(|&c| {
        if is_dropped(c) || on_latin && is_accent(c) {
            return false;
        }
        if !is_combining_mark(c) {
            on_latin = is_latin(c);
        }
        true
    });
    let mut slug = String::new();
    let mut in_word = false;
    for c in kept.nfc() {
        let letter = is_letter_or_digit(c);
        if letter && !in_word && !slug.is_empty() {
            slug.push('-');
        }
        in_word = letter || in_word && is_combining_mark(c);
        if in_word {
            slug.push(c);
        }
    }
    let short = shortened(&slug, MADE_LENGTH);
    if is_uuid(short) {
        return String::new();
    }
    short.to_owned()
}

/// The form in which a slug is stored and looked for, whatever invisible or ornamental marks it was given with: in NFC
/// without Arabic and Hebrew vowel signs, tatweel and controls, which most people neither type nor see. What parts words
/// without a space, as the non-joiner of Persian does, is a hyphen. Of what is no slug it makes none.
pub fn canonical(text: &str) -> String {
    let letters: String = text.nfd().filter(|c| !is_mark(*c)).nfc().collect();
    letters.trim_matches(PARTING).replace(PARTING, "-")
}

/// The zero width space and non-joiner.
const PARTING: [char; 2] = ['\u{200B}', '\u{200C}'];

/// Whether a text may serve as a slug: 1 to 120 code points in its [`canonical`] form, words of lower-case letters,
/// digits and combining marks of any script with single hyphens between them, and not a UUID
/// (with hyphens or without), which is an id.
pub fn is_slug(text: &str) -> bool {
    let in_word = |c| is_letter_or_digit(c) || is_combining_mark(c);
    let is_word = |word: &str| word.starts_with(is_letter_or_digit) && word.chars().all(in_word);
    text.chars().count() <= MAX_LENGTH
        && text.split('-').all(is_word)
        && canonical(text) == text
        && !is_uuid(text)
}

/// A slug with a number, `war-2`, for a text whose slug another one has; the slug is shortened
/// where both together would be too long. An empty slug gives the number alone.
pub fn numbered(slug: &str, n: u32) -> String {
    let number = n.to_string();
    match shortened(slug, MAX_LENGTH - 1 - number.len()) {
        "" => number,
        short => format!("{short}-{number}"),
    }
}

/// How provisional slugs begin.
const PROVISIONAL: &str = "article-";

/// The slug of an article that has none yet, by its id in 32 hexadecimal digits: it says nothing of the article.
pub fn provisional(id: impl Display) -> String {
    format!("{PROVISIONAL}{id}")
}

/// Whether a slug is a provisional one, of whichever article. Nobody chooses such a slug.
pub fn is_provisional(slug: &str) -> bool {
    let id = slug.strip_prefix(PROVISIONAL).unwrap_or_default();
    id.len() == 32 && id.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// The beginning of a slug that has no more code points than that: whole words, or the first
/// word cut where it is too long by itself.
fn shortened(slug: &str, length: usize) -> &str {
    let Some((end, next)) = slug.char_indices().nth(length) else {
        return slug;
    };
    let cut = &slug[..end];
    match cut.rfind('-') {
        Some(boundary) if next != '-' => &cut[..boundary],
        _ => cut,
    }
}

fn is_uuid(text: &str) -> bool {
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    let hexadecimal = text.chars().all(|c| c == '-' || c.is_ascii_hexdigit());
    hexadecimal && matches!(groups[..], [8, 4, 4, 4, 12] | [32])
}

// The last two conditions differ: 🅰 is a capital that has no small letter.
fn is_letter_or_digit(c: char) -> bool {
    c.is_alphanumeric() && !is_combining_mark(c) && c.to_lowercase().eq([c]) && !c.is_uppercase()
}

fn is_latin(c: char) -> bool {
    let block = matches!(c,
        '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}'
        | '\u{A720}'..='\u{A7FF}' | '\u{AB30}'..='\u{AB6F}');
    c.is_ascii_alphanumeric() || block && c.is_alphabetic()
}

// On letters of other scripts these are no ornament: й is not и.
fn is_accent(c: char) -> bool {
    matches!(c,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}'
        | '\u{20D0}'..='\u{20FF}')
}

fn is_dropped(c: char) -> bool {
    is_mark(c) || is_apostrophe(c)
}

fn is_mark(c: char) -> bool {
    is_arabic_ornament(c) || is_hebrew_point(c) || is_invisible(c)
}

/// Tatweel, vowel signs and Quranic marks; not U+0653 to U+0655, the madda and the hamza, which
/// are part of a letter.
fn is_arabic_ornament(c: char) -> bool {
    matches!(c,
        '\u{640}' | '\u{610}'..='\u{61A}' | '\u{64B}'..='\u{652}' | '\u{656}'..='\u{65F}'
        | '\u{670}' | '\u{6D6}'..='\u{6DC}' | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}'
        | '\u{6EA}'..='\u{6ED}' | '\u{897}' | '\u{8CA}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}')
}

fn is_hebrew_point(c: char) -> bool {
    matches!(c, '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}' | '\u{5C2}' | '\u{5C4}' | '\u{5C5}' | '\u{5C7}')
}

fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2BB}' | '\u{2BC}')
}

/// Soft hyphens, joiners, directional controls and variation selectors. The zero width
/// non-joiner is not among them: in Persian it parts a word as a hyphen does.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200D}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests;
