//! A query as PostgreSQL reads it.

use super::lexeme::{asked, quoted};
use super::{Clause, Match, Query, Role, Token};

/// Of each word or phrase that a query asks for, in order, the labels whose names have it, as
/// lexemes: whatever bears one of them has the word or phrase as well.
pub type Labels = [Vec<String>];

impl Query {
    /// The text of a `tsquery` literal; nothing where the query is empty.
    pub fn to_tsquery(&self, strength: Match, labels: &Labels) -> Option<String> {
        let asked = self.asked_with(labels);
        let groups = asked.chunk_by(|_, (next, _)| next.role == Role::Alternative);
        let groups = groups.map(|group| {
            joined(" | ", group.iter().map(|(clause, labels)| clause.to_tsquery(strength, labels)))
        });
        (!asked.is_empty()).then(|| joined(" & ", groups))
    }

    /// Each word or phrase that it asks for, in order, as the text of a `tsquery` literal: what a
    /// name has that is one of its labels.
    pub fn names(&self, strength: Match) -> Vec<String> {
        self.asked().map(|clause| clause.phrase(strength)).collect()
    }

    /// The words that a match has to have, of each the lexemes of which any will do: as many of
    /// them as are sure, so that the rarest tells how few matches there are at most.
    pub fn required(&self, strength: Match, labels: &Labels) -> Vec<Vec<String>> {
        let lexemes = |token: &Token, labels: &[String]| -> Vec<String> {
            asked(token, strength).iter().map(ToString::to_string).chain(labels.iter().cloned()).collect()
        };
        let asked = self.asked_with(labels);
        let groups = asked.chunk_by(|_, (next, _)| next.role == Role::Alternative);
        let mut required: Vec<Vec<String>> = Vec::new();
        for group in groups {
            match group {
                [(clause, _)] if clause.role == Role::Without => {}
                [(clause, labels)] => {
                    required.extend(clause.asked(strength).map(|(_, token)| lexemes(token, labels)));
                }
                // Of each alternative one word.
                several => {
                    let words = several
                        .iter()
                        .filter_map(|(clause, labels)| Some((clause.asked(strength).next()?.1, labels)));
                    required.push(words.flat_map(|(token, labels)| lexemes(token, labels)).collect());
                }
            }
        }
        required
    }

    fn asked_with<'a>(&'a self, labels: &'a Labels) -> Vec<(&'a Clause, &'a [String])> {
        let labels = labels.iter().map(Vec::as_slice).chain(std::iter::repeat(&[][..]));
        self.asked().zip(labels).collect()
    }
}

impl Clause {
    fn to_tsquery(&self, strength: Match, labels: &[String]) -> String {
        let labels = labels.iter().map(|label| quoted(label));
        let any = joined(" | ", [self.phrase(strength)].into_iter().chain(labels));
        if self.role == Role::Without { format!("!{any}") } else { any }
    }

    fn phrase(&self, strength: Match) -> String {
        let mut words = self.asked(strength);
        let first = words.next().map(|(offset, token)| (offset, any(token, strength)));
        let (_, phrase) = words.fold(first.unwrap_or_default(), |(before, phrase), (offset, token)| {
            (offset, format!("({phrase} <{}> {})", offset - before, any(token, strength)))
        });
        phrase
    }
}

fn any(token: &Token, strength: Match) -> String {
    joined(" | ", asked(token, strength).iter().map(|lexeme| quoted(&lexeme.to_string())))
}

fn joined(operator: &str, operands: impl Iterator<Item = String>) -> String {
    let operands: Vec<String> = operands.collect();
    match operands.as_slice() {
        [operand] => operand.clone(),
        _ => format!("({})", operands.join(operator)),
    }
}
