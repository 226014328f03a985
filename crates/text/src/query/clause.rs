//! A word or phrase of a query.

use super::super::analysis::Token;
use super::Match;

/// What a word or phrase does to its query.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It has to be in the text.
    Required,
    /// It may be in the text in place of the clause before it.
    Alternative,
    /// It must not be in the text.
    Without,
    /// It is a function word, and the query asks for more than such; or it was asked for before.
    LeftOut,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clause {
    pub role: Role,
    pub is_quoted: bool,
    pub words: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Word {
    pub text: String,
    pub token: Token,
}

impl Clause {
    pub fn is_function_word(&self) -> bool {
        !self.is_quoted && self.has_function_words_alone()
    }

    pub fn has_function_words_alone(&self) -> bool {
        self.words.iter().all(|word| word.token.is_stop)
    }

    pub fn says_the_same_as(&self, other: &Self) -> bool {
        let first = |clause: &Self| clause.words.first().map_or(0, |word| word.token.position);
        let (own_first, other_first) = (first(self), first(other));
        let is_without = |clause: &Self| clause.role == Role::Without;
        let is_same = |(own, other): (&Word, &Word)| {
            let (own, other) = (&own.token, &other.token);
            own.position - own_first == other.position - other_first
                && (&own.exact, &own.folded, &own.variants) == (&other.exact, &other.folded, &other.variants)
                && own.is_stop == other.is_stop
        };
        is_without(self) == is_without(other)
            && self.words.len() == other.words.len()
            && self.words.iter().zip(&other.words).all(is_same)
    }

    /// The words to be found, and how far each stands behind the first.
    pub fn asked(&self, strength: Match) -> impl Iterator<Item = (u32, &Token)> {
        let words = self.words.iter().filter(move |word| self.asks(word, strength));
        let mut tokens = words.map(|word| &word.token).peekable();
        let first = tokens.peek().map_or(0, |token| token.position);
        tokens.map(move |token| (token.position - first, token))
    }

    /// Whether a word is to be found; of a function word in a phrase only the place counts.
    pub fn asks(&self, word: &Word, strength: Match) -> bool {
        !word.token.is_stop || strength == Match::Exact || self.has_function_words_alone()
    }
}
