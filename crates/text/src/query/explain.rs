//! How a query was read, to be shown.

use super::super::analysis::Token;
use super::clause::{Clause, Word};
use super::lexeme::asked;
use super::{Match, Query, Role};

/// How a query was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Explanation {
    /// Its words and phrases, in order.
    pub clauses: Vec<ExplainedClause>,
}

/// How a word or phrase of a query was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedClause {
    /// Whether it is one word or several.
    pub kind: Kind,
    /// What it does to the query.
    pub role: Role,
    /// Its words.
    pub tokens: Vec<ExplainedToken>,
}

/// Whether words have to follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    Phrase,
}

/// How a word of a query was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExplainedToken {
    /// As it is written.
    pub text: String,
    /// In NFC and lower case.
    pub exact: String,
    /// In the form in which spellings meet.
    pub folded: String,
    /// Other forms that are looked for.
    pub variants: Vec<String>,
    /// Whether it is a function word.
    pub is_stop: bool,
    /// What the index is asked for; nothing where the word is left out.
    pub lexemes: Vec<String>,
}

impl Query {
    /// How the query was read, and what it asks the index for.
    pub fn explain(&self, strength: Match) -> Explanation {
        let clauses = self.clauses.iter().map(|clause| clause.explain(strength)).collect();
        Explanation { clauses }
    }
}

impl Clause {
    fn explain(&self, strength: Match) -> ExplainedClause {
        let kind = if self.words.len() == 1 { Kind::Word } else { Kind::Phrase };
        let explain = |word: &Word| {
            let is_asked = self.role != Role::LeftOut && self.asks(word, strength);
            let lexemes = if is_asked { asked(&word.token, strength) } else { Vec::new() };
            word.explain(lexemes.iter().map(ToString::to_string).collect())
        };
        ExplainedClause { kind, role: self.role, tokens: self.words.iter().map(explain).collect() }
    }
}

impl Word {
    fn explain(&self, lexemes: Vec<String>) -> ExplainedToken {
        let Self { text, token } = self.clone();
        let Token { exact, folded, variants, is_stop, .. } = token;
        ExplainedToken { text, exact, folded, variants, is_stop, lexemes }
    }
}
