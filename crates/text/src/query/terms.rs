//! What a query asks a text for, to be found in it word by word.

use std::collections::HashMap;

use super::Match;
use super::clause::Clause;
use super::lexeme::{Class, Lexeme, asked};

/// The words and phrases that a query asks for.
#[derive(Debug, Default)]
pub struct Terms<'a> {
    /// By form, who asks for it in which class.
    places: HashMap<&'a str, Vec<(Class, Place)>>,
    phrases: Vec<Vec<u32>>,
}

/// A word of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The term's number, less than [`super::MAX_TERMS`].
    pub term: usize,
    /// The word's number in it.
    pub word: usize,
}

impl<'a> Terms<'a> {
    pub(super) fn of(clauses: impl Iterator<Item = &'a Clause>, strength: Match) -> Self {
        let mut terms = Self::default();
        for clause in clauses {
            let term = terms.phrases.len();
            let (positions, words): (Vec<_>, Vec<_>) = clause.asked(strength).unzip();
            for (word, token) in words.into_iter().enumerate() {
                for Lexeme { class, form } in asked(token, strength) {
                    terms.places.entry(form).or_default().push((class, Place { term, word }));
                }
            }
            terms.phrases.push(positions);
        }
        terms
    }

    /// Whether nothing is asked for.
    pub fn is_empty(&self) -> bool {
        self.phrases.is_empty()
    }

    /// The words that ask for a lexeme.
    pub fn places(&self, lexeme: Lexeme) -> impl Iterator<Item = Place> {
        let of_form = self.places.get(lexeme.form).into_iter().flatten();
        of_form.filter(move |(class, _)| *class == lexeme.class).map(|(_, place)| *place)
    }

    /// How far behind the first word of a term each of its words stands; a single 0 where the
    /// term is a word.
    pub fn offsets(&self, term: usize) -> &[u32] {
        self.phrases.get(term).map_or(&[], Vec::as_slice)
    }
}
