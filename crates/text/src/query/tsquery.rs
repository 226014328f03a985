//! A query as PostgreSQL reads it.

use super::super::analysis::Token;
use super::super::literal::quoted;
use super::clause::Clause;
use super::lexeme::asked;
use super::{Match, Query, Role};

/// Of each word or phrase that a query asks for, in order, the labels whose names have it, as
/// lexemes: whatever has one of them has the word or phrase as well.
pub type Labels = [Vec<String>];

impl Query {
    /// The text of a `tsquery` literal; nothing where the query is empty.
    pub fn to_tsquery(&self, strength: Match, labels: &Labels) -> Option<String> {
        self.combined(labels, |clause, labels| Some(clause.to_tsquery(clause.phrase(strength), labels)))
    }

    /// The same without the order of words in phrases: it matches whatever the query matches, and
    /// is told by an index that knows no places. Nothing where the query has no phrase, or nothing else
    /// than what must not be there.
    pub fn to_words(&self, strength: Match, labels: &Labels) -> Option<String> {
        if !self.asked().any(|clause| clause.is_phrase(strength)) {
            return None;
        }
        self.combined(labels, |clause, labels| {
            // Both words of what must not follow one another may be there.
            let is_sure = clause.role != Role::Without || !clause.is_phrase(strength);
            is_sure.then(|| clause.to_tsquery(clause.words_of(strength), labels))
        })
    }

    /// How many phrases a match has to have.
    pub fn phrases(&self, strength: Match) -> usize {
        self.asked().filter(|clause| clause.role != Role::Without && clause.is_phrase(strength)).count()
    }

    /// All that is asked for as one; what has no text is left out.
    fn combined(
        &self,
        labels: &Labels,
        text: impl Fn(&Clause, &[String]) -> Option<String>,
    ) -> Option<String> {
        let asked = self.asked_with(labels);
        let groups = asked.chunk_by(|_, (next, _)| next.role == Role::Alternative);
        let groups: Vec<String> = groups
            .filter_map(|group| {
                let texts: Option<Vec<String>> =
                    group.iter().map(|(clause, labels)| text(clause, labels)).collect();
                texts.map(|texts| joined(" | ", texts.into_iter()))
            })
            .collect();
        (!groups.is_empty()).then(|| joined(" & ", groups.into_iter()))
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
    /// `text` is what its words are asked for by.
    fn to_tsquery(&self, text: String, labels: &[String]) -> String {
        let labels = labels.iter().map(|label| quoted(label));
        let any = joined(" | ", [text].into_iter().chain(labels));
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

    fn is_phrase(&self, strength: Match) -> bool {
        self.asked(strength).nth(1).is_some()
    }

    fn words_of(&self, strength: Match) -> String {
        joined(" & ", self.asked(strength).map(|(_, token)| any(token, strength)))
    }
}

fn any(token: &Token, strength: Match) -> String {
    joined(" | ", asked(token, strength).iter().map(|lexeme| quoted(&lexeme.to_string())))
}

pub(super) fn joined(operator: &str, operands: impl Iterator<Item = String>) -> String {
    let operands: Vec<String> = operands.collect();
    match operands.as_slice() {
        [operand] => operand.clone(),
        _ => format!("({})", operands.join(operator)),
    }
}
