//! What the index holds of an article.

use std::{collections::HashMap, fmt::Display};

use super::super::literal::quoted;
use super::super::{
    analysis::{Token, tokens},
    completion,
};
use super::lexeme::{Lexeme, lexemes};

/// How much a field counts, as PostgreSQL names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    A,
    B,
    C,
    D,
}

impl Weight {
    fn letter(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::C => "C",
            Self::D => "D",
        }
    }

    /// As a position of a `tsvector` has it.
    fn bits(self) -> u16 {
        match self {
            Self::A => 3,
            Self::B => 2,
            Self::C => 1,
            Self::D => 0,
        }
    }
}

/// How far apart the words of two fields are, so that no phrase is found across them.
const GAP: u32 = 10;

/// The last position that a `tsvector` knows; later words stand there too.
const LAST_POSITION: u16 = 16_383;

/// The most positions of a lexeme in a `tsvector`.
const MAX_POSITIONS: usize = 256;

/// The most bytes of lexemes and positions; a `tsvector` has room for 1,048,575.
const MAX_SIZE: usize = 900_000;

/// The bytes of a position.
const POSITION_SIZE: usize = 2;

/// The bytes of a lexeme beside its text: padding, the number of its positions, the first one.
const LEXEME_SIZE: usize = 5;

/// A text that something is found by.
#[derive(Clone, Copy, Debug)]
pub struct Field<'a> {
    pub text: &'a str,
    /// A BCP 47 tag.
    pub language: Option<&'a str>,
    pub weight: Weight,
    /// Whether it is also found while its words are typed.
    pub is_completed: bool,
}

/// The text of a `tsvector` literal: the lexemes of fields, with their positions and weights.
/// Of a text that has no room in a `tsvector` the beginning counts.
pub fn vector<'a>(fields: impl IntoIterator<Item = Field<'a>>) -> String {
    collected(fields).literal()
}

/// The same as [`vector`], to be copied.
pub fn packed<'a>(fields: impl IntoIterator<Item = Field<'a>>) -> Packed {
    collected(fields).packed()
}

fn collected<'a>(fields: impl IntoIterator<Item = Field<'a>>) -> Vector {
    let mut vector = Vector::default();
    let mut before = 0;
    for Field { text, language, weight, is_completed } in fields {
        let mut count = 0;
        let mut last: Option<Token> = None;
        for token in tokens(text, language) {
            count = token.position + 1;
            let position = u16::try_from(before + count).unwrap_or(LAST_POSITION).min(LAST_POSITION);
            for lexeme in lexemes(&token) {
                vector.add(lexeme, (position, weight));
            }
            if is_completed {
                vector.add_beginnings(completion::lexemes(&token));
                let of_both = |last| completion::lexemes_of_both(last, &token);
                vector.add_beginnings(last.as_ref().map(of_both).unwrap_or_default());
                last = Some(token);
            }
        }
        before += count + GAP;
    }
    vector
}

/// The lexeme by which everything is found that has a label: a tag or an entity, by its id.
pub fn label(id: impl Display) -> String {
    format!("#{id}")
}

/// What a `tsvector` literal of [`vector`] goes on with, for something that has these labels.
pub fn labels<T: Display>(ids: impl IntoIterator<Item = T>) -> String {
    let weight = Weight::C.letter();
    // Away from all words: it stands next to none of them.
    ids.into_iter().map(|id| format!(" {}:{LAST_POSITION}{weight}", quoted(&label(id)))).collect()
}

/// A `tsvector` in PostgreSQL's binary format, which it need not parse: as many lexemes as are
/// said, each with a null byte behind its text, then the number of its positions and these.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Packed {
    count: u32,
    lexemes: Vec<u8>,
}

impl Packed {
    fn push(&mut self, lexeme: &str, places: &[(u16, Weight)]) {
        let number = u16::try_from(places.len()).unwrap_or_default();
        self.lexemes.extend_from_slice(lexeme.as_bytes());
        self.lexemes.push(0);
        self.lexemes.extend(number.to_be_bytes());
        let of_place = |(position, weight): &(u16, Weight)| (weight.bits() << 14 | position).to_be_bytes();
        self.lexemes.extend(places.iter().flat_map(of_place));
        self.count += 1;
    }

    /// Adds labels, as [`labels`] does, to one that has none.
    pub fn add_labels<T: Display>(&mut self, ids: impl IntoIterator<Item = T>) {
        let mut labels: Vec<String> = ids.into_iter().map(label).collect();
        labels.sort_unstable();
        let words = std::mem::take(self);
        // Before all words, as their mark is: what is in order PostgreSQL need not sort.
        labels.iter().for_each(|label| self.push(label, &[(LAST_POSITION, Weight::C)]));
        self.lexemes.extend(words.lexemes);
        self.count += words.count;
    }

    /// All of its bytes, in two parts.
    pub fn bytes(&self) -> ([u8; 4], &[u8]) {
        (self.count.to_be_bytes(), &self.lexemes)
    }
}

#[derive(Default)]
struct Vector {
    places: HashMap<String, Vec<(u16, Weight)>>,
    size: usize,
    /// The text of the lexeme at hand, so that a known one needs no memory.
    text: String,
}

impl Vector {
    fn add(&mut self, lexeme: Lexeme, place: (u16, Weight)) {
        self.text.clear();
        self.text.extend([lexeme.class.mark(), lexeme.form]);
        let known = self.places.get_mut(&self.text);
        let size = if known.is_some() { POSITION_SIZE } else { LEXEME_SIZE + self.text.len() };
        if self.size + size > MAX_SIZE {
            return;
        }
        match known {
            Some(places) if places.len() == MAX_POSITIONS => return,
            Some(places) if places.last().is_some_and(|(last, _)| *last == place.0) => return,
            Some(places) => places.push(place),
            None => {
                self.places.insert(self.text.clone(), vec![place]);
            }
        }
        self.size += size;
    }

    /// Adds lexemes that stand at no place.
    fn add_beginnings(&mut self, lexemes: Vec<String>) {
        for lexeme in lexemes {
            let size = LEXEME_SIZE + lexeme.len();
            if self.size + size <= MAX_SIZE {
                self.places.entry(lexeme).or_default();
                self.size += size;
            }
        }
    }

    /// In the order in which PostgreSQL has them.
    fn sorted(self) -> Vec<(String, Vec<(u16, Weight)>)> {
        let mut lexemes: Vec<_> = self.places.into_iter().collect();
        lexemes.sort_unstable();
        lexemes
    }

    fn packed(self) -> Packed {
        let mut packed = Packed { count: 0, lexemes: Vec::with_capacity(self.size) };
        self.sorted().iter().for_each(|(lexeme, places)| packed.push(lexeme, places));
        packed
    }

    fn literal(self) -> String {
        let mut literal = String::with_capacity(2 * self.size);
        for (lexeme, places) in self.sorted() {
            literal.extend([if literal.is_empty() { "" } else { " " }, &quoted(&lexeme)]);
            for (index, (position, weight)) in places.into_iter().enumerate() {
                let before = if index == 0 { ":" } else { "," };
                literal.extend([before, &position.to_string(), weight.letter()]);
            }
        }
        literal
    }
}

#[cfg(test)]
mod tests;
