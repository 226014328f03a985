//! What words may mean.

use super::common::Use;

/// What a sequence of words may mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Reading {
    /// The number of the entity in the gazetteer.
    pub entity: u32,
    pub role: Role,
    /// The language of the name.
    pub language: Option<Primary>,
    pub is_person: bool,
    /// What its word is usually, if it is one.
    pub usual: Use,
    /// Whether it is one word that is a given name of several persons as well.
    pub is_given_name: bool,
    /// Whether it is a few letters in no language that do not abbreviate another name.
    pub is_code: bool,
    /// Whether it is one word of so few letters that it is a name in its own case alone.
    pub is_short: bool,
    /// Whether it is one word in capitals.
    pub is_acronym: bool,
    /// Whether it ends with `'s`.
    pub is_possessive: bool,
    /// Which of its words begin with a capital, the least bit for the first.
    pub capitals: u16,
}

/// What a name is to its entity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// It stands for the entity by itself.
    Name,
    /// It stands for a person who has been named in full.
    Surname,
}

/// The primary subtag of a language tag.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Primary([u8; 3]);

impl Primary {
    /// The primary subtag of a BCP 47 tag; nothing where it is not of two or three letters.
    pub fn of(tag: &str) -> Option<Self> {
        match *tag.split('-').next()?.as_bytes() {
            [a, b] => Some(Self([a, b, 0].map(|byte| byte.to_ascii_lowercase()))),
            [a, b, c] => Some(Self([a, b, c].map(|byte| byte.to_ascii_lowercase()))),
            _ => None,
        }
    }

    /// Whether the language is written in Arabic letters.
    pub fn is_arabic(self) -> bool {
        let languages: [&[u8; 3]; 9] =
            [b"ar\0", b"fa\0", b"ur\0", b"ps\0", b"ug\0", b"sd\0", b"ckb", b"pnb", b"prs"];
        languages.contains(&&self.0)
    }
}

/// A sequence of folded words and what it may mean.
pub type Named = (Vec<Box<str>>, Reading);
