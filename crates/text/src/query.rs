//! What a reader is looking for: a query as it was typed, read, and asked of the index.
//!
//! All words have to be there; `"phrases"` as they stand; `-word` and `-"phrase"` must not; of
//! neighbours with `OR` or `|` between them one suffices. What is written together (`well-known`,
//! Chinese) is a phrase. There are no errors of syntax: a sign that makes no sense is left out.

mod explain;
mod lexeme;
mod ranked;
mod read;
mod terms;
mod tsquery;
mod vector;

use thiserror::Error;

use super::analysis::{self, Token};
pub use explain::{ExplainedClause, ExplainedToken, Explanation, Kind};
pub use lexeme::{Class, Lexeme, lexemes, quoted};
pub use ranked::Ranked;
use read::Item;
pub use terms::{Place, Terms};
pub use tsquery::Labels;
pub use vector::{Field, Packed, Weight, label, labels, packed, vector};

/// The longest query, in code points.
pub const MAX_LENGTH: usize = 1_000;

/// The most words of a query, those of its phrases included.
pub const MAX_TERMS: usize = 32;

/// How close a word of a text has to be to a word of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Match {
    /// Written the same, but for upper case.
    Exact,
    /// The same in another spelling: without accents, or with another alif.
    Folded,
    /// With other particles or endings.
    #[default]
    Stem,
}

/// Why a query was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum QueryFault {
    #[error("The query has {0} characters, but at most {MAX_LENGTH} are allowed. Search for fewer words.")]
    TooLong(usize),
    #[error(
        "The query has {0} words, but at most {MAX_TERMS} are allowed. Leave out those that matter least."
    )]
    TooManyTerms(usize),
}

/// What a reader is looking for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    clauses: Vec<Clause>,
}

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
struct Clause {
    role: Role,
    is_quoted: bool,
    words: Vec<Word>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Word {
    text: String,
    token: Token,
}

impl Query {
    /// Reads what was typed. The language, a BCP 47 tag, counts as in [`analysis::terms`].
    pub fn parse(text: &str, language: Option<&str>) -> Result<Self, QueryFault> {
        let length = text.chars().count();
        if length > MAX_LENGTH {
            return Err(QueryFault::TooLong(length));
        }
        let mut query = Self::default();
        let mut is_after_or = false;
        for item in read::items(text) {
            match item {
                Item::Or => is_after_or = true,
                Item::Text { text, is_quoted, is_without } => {
                    let mut clauses = clauses(text, is_quoted, language);
                    match clauses.first_mut() {
                        Some(first) if is_without => first.role = Role::Without,
                        Some(first) if is_after_or => first.role = Role::Alternative,
                        Some(_) => {}
                        None => continue,
                    }
                    query.clauses.append(&mut clauses);
                    is_after_or = false;
                }
            }
        }
        query.settle_roles();
        query.admit_function_words();
        let count = query.asked().map(|clause| clause.words.len()).sum();
        if count > MAX_TERMS {
            return Err(QueryFault::TooManyTerms(count));
        }
        query.leave_out_repeated();
        Ok(query)
    }

    /// Whether it has no words, and so matches nothing.
    pub fn is_empty(&self) -> bool {
        self.clauses.is_empty()
    }

    /// What is to be highlighted in a text that matches.
    pub fn positive_terms(&self, strength: Match) -> Terms<'_> {
        Terms::of(self.asked().filter(|clause| clause.role != Role::Without), strength)
    }

    fn asked(&self) -> impl Iterator<Item = &Clause> {
        self.clauses.iter().filter(|clause| clause.role != Role::LeftOut)
    }

    /// Leaves out function words, where there is more, and alternatives to nothing.
    fn settle_roles(&mut self) {
        let has_more = self.clauses.iter().any(|clause| !clause.is_function_word());
        let mut is_after_or = false;
        let mut before = Role::LeftOut;
        for clause in &mut self.clauses {
            is_after_or |= clause.role == Role::Alternative;
            if has_more && clause.is_function_word() {
                clause.role = Role::LeftOut;
                continue;
            }
            if clause.role != Role::Without {
                let has_neighbour = matches!(before, Role::Required | Role::Alternative);
                let is_alternative = is_after_or && has_neighbour;
                clause.role = if is_alternative { Role::Alternative } else { Role::Required };
            }
            before = clause.role;
            is_after_or = false;
        }
    }

    /// Where a name may as well be a function word that many write alike, amid two other words at least, either will do.
    fn admit_function_words(&mut self) {
        let others = self.asked().filter(|clause| clause.role != Role::Without && !clause.is_function_word());
        if others.count() < 3 {
            return;
        }
        let unquoted =
            self.clauses.iter_mut().filter(|clause| !clause.is_quoted && clause.role == Role::Required);
        for Clause { words, .. } in unquoted {
            if let [Word { token, .. }] = words.as_mut_slice() {
                token.variants.extend(analysis::function_word(&token.exact).map(str::to_owned));
            }
        }
    }

    /// Leaves out what says nothing more: an alternative that is among the others already, and a word, or
    /// all of several alternatives, that was asked for before. Each would be looked for again.
    fn leave_out_repeated(&mut self) {
        for place in self.repeated() {
            if let Some(clause) = self.clauses.get_mut(place) {
                clause.role = Role::LeftOut;
            }
        }
    }

    fn repeated(&self) -> Vec<usize> {
        let asked: Vec<(usize, &Clause)> =
            self.clauses.iter().enumerate().filter(|(_, clause)| clause.role != Role::LeftOut).collect();
        let mut repeated = Vec::new();
        let mut known: Vec<Vec<&Clause>> = Vec::new();
        for group in asked.chunk_by(|_, (_, next)| next.role == Role::Alternative) {
            let mut alternatives: Vec<&Clause> = Vec::new();
            for (place, clause) in group {
                match alternatives.iter().any(|other| other.says_the_same_as(clause)) {
                    true => repeated.push(*place),
                    false => alternatives.push(clause),
                }
            }
            let are_these = |others: &Vec<&Clause>| {
                let is_in = |clause: &&Clause| others.iter().any(|other| other.says_the_same_as(clause));
                others.len() == alternatives.len() && alternatives.iter().all(is_in)
            };
            match known.iter().any(are_these) {
                true => repeated.extend(group.iter().map(|(place, _)| *place)),
                false => known.push(alternatives),
            }
        }
        repeated
    }
}

impl Clause {
    fn is_function_word(&self) -> bool {
        !self.is_quoted && self.has_function_words_alone()
    }

    fn has_function_words_alone(&self) -> bool {
        self.words.iter().all(|word| word.token.is_stop)
    }

    fn says_the_same_as(&self, other: &Self) -> bool {
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
    fn asked(&self, strength: Match) -> impl Iterator<Item = (u32, &Token)> {
        let words = self.words.iter().filter(move |word| self.asks(word, strength));
        let mut tokens = words.map(|word| &word.token).peekable();
        let first = tokens.peek().map_or(0, |token| token.position);
        tokens.map(move |token| (token.position - first, token))
    }

    /// Whether a word is to be found; of a function word in a phrase only the place counts.
    fn asks(&self, word: &Word, strength: Match) -> bool {
        !word.token.is_stop || strength == Match::Exact || self.has_function_words_alone()
    }
}

/// The words of a text as one phrase or, where a comma or the like stands between them, several.
fn clauses(text: &str, is_quoted: bool, language: Option<&str>) -> Vec<Clause> {
    let mut clauses: Vec<Clause> = Vec::new();
    let mut end = 0;
    for token in analysis::terms(text, language) {
        let separator = &text[end..token.span.start];
        end = token.span.end;
        let word = Word { text: text[token.span.clone()].to_owned(), token };
        match clauses.last_mut() {
            Some(clause) if is_quoted || !separator.contains(separates) => clause.words.push(word),
            _ => clauses.push(Clause { role: Role::Required, is_quoted, words: vec![word] }),
        }
    }
    clauses
}

fn separates(c: char) -> bool {
    matches!(c, ',' | '،' | '、' | '，' | ';' | '؛' | '/' | '(' | ')' | '[' | ']' | '!' | '?' | '؟' | '…')
}

#[cfg(test)]
mod tests;
