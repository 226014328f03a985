//! What a reader is looking for: a query as it was typed, read, and asked of the index.
//!
//! All words have to be there; `"phrases"` as they stand; `-word` and `-"phrase"` must not; of
//! neighbours with `OR` or `|` between them one suffices. What is written together (`well-known`,
//! Chinese) is a phrase. There are no errors of syntax: a sign that makes no sense is left out.

mod clause;
mod closeness;
mod explain;
mod lexeme;
mod ranked;
mod read;
mod terms;
mod tsquery;
mod vector;

use thiserror::Error;

use super::analysis;
pub use super::literal::quoted;
pub use clause::Role;
use clause::{Clause, Word};
pub use closeness::Match;
pub use explain::{ExplainedClause, ExplainedToken, Explanation, Kind};
pub use lexeme::{Class, Lexeme, lexemes};
pub use ranked::Ranked;
use read::Item;
pub use terms::{Place, Terms};
pub use tsquery::Labels;
pub use vector::{Field, Packed, Weight, label, labels, packed, vector};

/// The longest query, in code points.
pub const MAX_LENGTH: usize = 1_000;

/// The most words of a query, those of its phrases included.
pub const MAX_TERMS: usize = 32;

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
