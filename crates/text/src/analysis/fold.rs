//! Spellings of one word made one.

use std::borrow::Cow;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// The form in which spellings of one word meet, with nothing but letters, digits, the marks
/// that matter, and a point between digits. Folding twice is folding once.
///
/// - NFKC and lower case; `ß` is `ss` and a final `ς` is `σ`, as in Unicode's full case folding;
///   `ø`, `ł`, `đ`, `ı` and the like are the letters that they look like.
/// - Marks of Latin, Greek, Arabic, Hebrew and Syriac go. On Cyrillic letters the marks of `й`,
///   `ї`, `ў`, `ӣ`, `ӯ`, `ѓ` and `ќ` stay, stress and the dots of `ё` go. Where marks are vowels
///   or tones (Devanagari, Thai and their like) or parts of a letter (kana) they stay.
/// - Arabic: no tatweel, one alif, `ى ئ` as `ي`, `ؤ` as `و`, `ة` as `ه`, Persian, Urdu and Kurdish
///   `ک ی ہ ە` as `ك ي ه ه`, `ڤ` as `ف`; a hamza before `و` as `و`, whatever has it.
/// - Letters that stand for a glottal stop or for ʿayn in other scripts go, as apostrophes do: `Qurʾan`.
/// - Digits of every script are those of ASCII.
pub fn fold(word: &str) -> Cow<'_, str> {
    let mut is_folded = true;
    let mut may_be_hamza = false;
    for c in word.chars() {
        let folded = plain(c);
        if folded == INVOLVED || folded == 'و' && may_be_hamza {
            return Cow::Owned(fold_by_all_rules(word));
        }
        is_folded &= folded == c;
        may_be_hamza = matches!(c, 'ئ' | 'ء' | HAMZA_ABOVE) || may_be_hamza && folded == NOTHING;
    }
    if is_folded {
        return Cow::Borrowed(word);
    }
    let mut letters = String::with_capacity(word.len());
    letters.extend(word.chars().map(plain).filter(|c| *c != NOTHING));
    Cow::Owned(letters)
}

const HAMZA_ABOVE: char = '\u{654}';

/// In place of a folded letter: nothing of it remains, or the rules for whole words decide.
const NOTHING: char = '\u{0}';
const INVOLVED: char = '\u{1}';

/// What is always made of a character, whatever stands beside it.
fn plain(c: char) -> char {
    PLAIN.get(c as usize).copied().unwrap_or(INVOLVED)
}

/// By code point, of ASCII and Arabic.
static PLAIN: [char; 0x700] = {
    let mut letters = [INVOLVED; 0x700];
    let mut code = 0;
    while code < letters.len() {
        letters[code] = match char::from_u32(code as u32) {
            Some(c) if c.is_ascii_alphanumeric() => c.to_ascii_lowercase(),
            Some('\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}') => NOTHING,
            Some('\u{660}'..='\u{669}') => (b'0' + (code - 0x660) as u8) as char,
            Some('\u{6F0}'..='\u{6F9}') => (b'0' + (code - 0x6F0) as u8) as char,
            Some(c) if is_plain_arabic(c) => folded_arabic(c),
            _ => INVOLVED,
        };
        code += 1;
    }
    letters
};

fn fold_by_all_rules(word: &str) -> String {
    let mut letters = String::with_capacity(word.len());
    let mut base = ' ';
    let mut is_after_point = false;
    let mut is_after_hamza = false;
    for c in word.nfkd().flat_map(char::to_lowercase).map(ascii_digit) {
        if is_combining_mark(c) {
            if !is_ornament(c) || is_part_of_cyrillic(base, c) {
                letters.push(c);
            }
            is_after_hamza |= c == HAMZA_ABOVE && folded_arabic(base) == 'ي';
        } else if matches!(c, '.' | '٫') {
            is_after_point = letters.ends_with(|c: char| c.is_ascii_digit());
        } else if !is_dropped(c) {
            if is_after_point && c.is_ascii_digit() {
                letters.push('.');
            }
            is_after_point = false;
            base = c;
            if folded_arabic(c) == 'و' && is_after_hamza {
                seat_on_waw(&mut letters);
            }
            is_after_hamza = c == 'ء';
            push_letter(c, &mut letters);
        }
    }
    letters.nfc().collect()
}

/// Takes the hamza at the end of a word for one that `و` has: some write `مسئول`, others `مسؤول`.
fn seat_on_waw(letters: &mut String) {
    letters.pop();
    let others = letters.trim_end_matches('ء').len();
    let before = letters.split_off(others).chars().count();
    letters.extend(std::iter::repeat_n('و', before + 1));
}

/// The NFC of a word in lower case, without invisible characters.
pub fn exact(word: &str) -> Cow<'_, str> {
    if word.chars().all(is_plain_arabic) {
        return Cow::Borrowed(word);
    }
    if word.is_ascii() {
        return Cow::Owned(word.to_ascii_lowercase());
    }
    Cow::Owned(word.chars().filter(|c| !is_invisible(*c)).nfc().collect::<String>().to_lowercase())
}

/// Whether nothing remains in a folded word of a character that has no decomposition.
pub fn is_dropped(c: char) -> bool {
    let is_kept = c.is_alphanumeric() || is_combining_mark(c);
    !is_kept || is_ornament(c) || is_glottal(c)
}

/// Letters that stand for a glottal stop, for ʿayn, or for a soft sign, which many leave out or write as an apostrophe.
fn is_glottal(c: char) -> bool {
    matches!(c, '\u{2B9}'..='\u{2C1}' | '\u{2EE}' | '\u{7F4}' | '\u{7F5}' | '\u{A78B}' | '\u{A78C}')
}

/// Whether a character is a decimal digit.
pub fn is_digit(c: char) -> bool {
    ascii_digit(c).is_ascii_digit() || matches!(c, '０'..='９')
}

pub fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{2BC}' | '\u{FF07}')
}

/// Letters of Arabic and Persian, in which nothing is to be composed where no mark follows, and
/// digits.
const fn is_plain_arabic(c: char) -> bool {
    matches!(c,
        '\u{621}'..='\u{63A}' | '\u{641}'..='\u{64A}' | '\u{660}'..='\u{669}'
        | 'پ' | 'چ' | 'ژ' | 'ک' | 'گ' | 'ی' | 'ڤ' | '\u{6F0}'..='\u{6F9}')
}

const fn folded_arabic(c: char) -> char {
    match c {
        'أ' | 'إ' | 'آ' | 'ٱ' | 'ٲ' | 'ٳ' => 'ا',
        'ى' | 'ئ' | 'ی' | 'ے' | 'ۓ' => 'ي',
        'ؤ' => 'و',
        'ة' | 'ہ' | 'ھ' | 'ۂ' | 'ۃ' | 'ە' | 'ۀ' => 'ه',
        'ک' | 'ڪ' => 'ك',
        'ڤ' => 'ف',
        _ => c,
    }
}

fn push_letter(c: char, letters: &mut String) {
    let letter = match c {
        'ß' => return letters.push_str("ss"),
        'æ' => return letters.push_str("ae"),
        'œ' => return letters.push_str("oe"),
        'þ' => return letters.push_str("th"),
        'ø' => 'o',
        'đ' | 'ð' => 'd',
        'ħ' => 'h',
        'ı' => 'i',
        'ł' => 'l',
        'ŧ' => 't',
        'ς' => 'σ',
        _ => folded_arabic(c),
    };
    letters.push(letter);
}

fn ascii_digit(c: char) -> char {
    let Some(before) = ZEROS.partition_point(|zero| *zero <= c).checked_sub(1) else {
        return c;
    };
    let value = u32::from(c) - u32::from(ZEROS[before]);
    char::from_digit(value, 10).unwrap_or(c)
}

/// The zeros of the decimal digits (general category Nd) of scripts in use, in order.
const ZEROS: [char; 26] = [
    '\u{660}', '\u{6F0}', '\u{7C0}', '\u{966}', '\u{9E6}', '\u{A66}', '\u{AE6}', '\u{B66}', '\u{BE6}',
    '\u{C66}', '\u{CE6}', '\u{D66}', '\u{DE6}', '\u{E50}', '\u{ED0}', '\u{F20}', '\u{1040}', '\u{1090}',
    '\u{17E0}', '\u{1810}', '\u{1946}', '\u{19D0}', '\u{1A80}', '\u{1A90}', '\u{A8D0}', '\u{ABF0}',
];

/// Marks without which a word is the same word to its readers.
fn is_ornament(mark: char) -> bool {
    let is_of_other_scripts = matches!(mark,
        '\u{300}'..='\u{36F}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}'
        | '\u{FE20}'..='\u{FE2F}'                                            // on any letter
        | '\u{591}'..='\u{5BD}' | '\u{5BF}' | '\u{5C1}'..='\u{5C5}' | '\u{5C7}' // Hebrew
        | '\u{711}' | '\u{730}'..='\u{74A}'                                  // Syriac
        | '\u{180B}'..='\u{180F}' | '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}'); // variants
    is_of_other_scripts || is_arabic_ornament(mark)
}

/// Tatweel, vowel signs, Quranic marks, and the hamza and madda that a letter is composed of.
pub fn is_arabic_ornament(c: char) -> bool {
    matches!(c,
        '\u{610}'..='\u{61A}' | '\u{640}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{6D6}'..='\u{6DC}'
        | '\u{6DF}'..='\u{6E4}' | '\u{6E7}' | '\u{6E8}' | '\u{6EA}'..='\u{6ED}' | '\u{897}'
        | '\u{8CA}'..='\u{8E1}' | '\u{8E3}'..='\u{8FF}')
}

/// Whether base and mark are a letter of a Cyrillic alphabet.
fn is_part_of_cyrillic(base: char, mark: char) -> bool {
    matches!((base, mark), ('и' | 'у', '\u{306}' | '\u{304}') | ('і', '\u{308}') | ('г' | 'к', '\u{301}'))
}

/// Soft hyphens, joiners, directional controls and variation selectors.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}'
        | '\u{FEFF}' | '\u{E0000}'..='\u{E01EF}')
}

#[cfg(test)]
mod tests;
