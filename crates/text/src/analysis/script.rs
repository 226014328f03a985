//! Scripts, and the language that a word is in.

use crate::language;

/// A script in which there is more than one language of news, or whose language has stems.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Script {
    Arabic,
    Cyrillic,
    Greek,
    Latin,
    Tamil,
    Other,
}

impl Script {
    /// The script of a word's first letter that is in one of these.
    pub fn of(word: &str) -> Self {
        word.chars().map(Self::of_letter).find(|script| *script != Self::Other).unwrap_or(Self::Other)
    }

    fn of_letter(letter: char) -> Self {
        match letter {
            'A'..='Z' | 'a'..='z' | '\u{AA}'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' => Self::Latin,
            '\u{600}'..='\u{6FF}' | '\u{750}'..='\u{77F}' | '\u{8A0}'..='\u{8FF}' => Self::Arabic,
            '\u{400}'..='\u{52F}' => Self::Cyrillic,
            '\u{370}'..='\u{3FF}' | '\u{1F00}'..='\u{1FFF}' => Self::Greek,
            '\u{B80}'..='\u{BFF}' => Self::Tamil,
            _ => Self::Other,
        }
    }

    /// The script in which a text of that language is written; a BCP 47 tag.
    pub fn of_tag(tag: &str) -> Self {
        let script = if tag.contains('-') && !tag.starts_with("und-") { language::script(tag) } else { None };
        match script.as_deref() {
            Some("Arab") => Self::Arabic,
            Some("Cyrl") => Self::Cyrillic,
            Some("Grek") => Self::Greek,
            Some("Latn") => Self::Latin,
            Some("Taml") => Self::Tamil,
            Some(_) => Self::Other,
            None => Self::of_language(primary(tag)),
        }
    }

    /// The language of a word in this script in a text of that language, whose script is given too: the text's, where
    /// it is the same script, else the one that is most likely.
    pub fn language(self, of_text: Option<(&str, Self)>) -> &str {
        match of_text {
            Some((tag, script)) if script == self => primary(tag),
            _ => self.likely_language(),
        }
    }

    fn likely_language(self) -> &'static str {
        match self {
            Self::Arabic => "ar",
            Self::Cyrillic => "ru",
            Self::Greek => "el",
            Self::Latin => "en",
            Self::Tamil => "ta",
            Self::Other => "und",
        }
    }

    fn of_language(language: &str) -> Self {
        match language {
            "ar" | "fa" | "ur" | "ps" | "ckb" | "ug" | "sd" | "pnb" | "prs" => Self::Arabic,
            "ru" | "uk" | "be" | "bg" | "mk" | "sr" | "kk" | "ky" | "tg" | "tt" | "mn" => Self::Cyrillic,
            "el" => Self::Greek,
            "ta" => Self::Tamil,
            "am" | "as" | "bn" | "bo" | "dv" | "dz" | "gu" | "he" | "hi" | "hy" | "ja" | "ka" | "km"
            | "kn" | "ko" | "lo" | "ml" | "mr" | "my" | "ne" | "or" | "pa" | "sa" | "si" | "te" | "th"
            | "ti" | "yi" | "zh" => Self::Other,
            _ => Self::Latin,
        }
    }
}

fn primary(tag: &str) -> &str {
    tag.split('-').next().unwrap_or(tag)
}
