//! What of a query counts for the relevance of what matches it.

use std::collections::HashSet;

use super::super::analysis::Token;
use super::super::literal::quoted;
use super::clause::Clause;
use super::lexeme::{Lexeme, asked};
use super::tsquery::joined;
use super::{Match, Query, Role};

/// What counts for the relevance, as the text of a `tsquery` literal.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Ranked {
    pub tsquery: String,
    /// How many lexemes it has: so much dearer it is to rank a text.
    pub lexemes: usize,
}

impl Query {
    /// The words of the query, each lexeme once, and so many lexemes at most: what it costs to rank a text
    /// grows with them, and with how often the text has each. What must not be there, and what was
    /// asked for before, tells no match from another. No labels: each word may stand for hundreds, and
    /// they say nothing of the text.
    ///
    /// A text that matches the query by its words matches this as well, but for what had no room.
    pub fn ranked(&self, strength: Match, at_most: usize) -> Ranked {
        let asked: Vec<&Clause> = self.asked().filter(|clause| clause.role != Role::Without).collect();
        let groups = asked.chunk_by(|_, next| next.role == Role::Alternative);
        let mut taken = Taken { lexemes: HashSet::new(), at_most };
        let texts: Vec<String> = groups.filter_map(|group| taken.group(group, strength)).collect();
        let tsquery = if texts.is_empty() { String::new() } else { joined(" & ", texts.into_iter()) };
        Ranked { tsquery, lexemes: taken.lexemes.len() }
    }
}

/// The lexemes that are in a query already.
struct Taken<'a> {
    lexemes: HashSet<Lexeme<'a>>,
    at_most: usize,
}

impl<'a> Taken<'a> {
    /// Alternatives, if they say anything more.
    fn group(&mut self, group: &[&'a Clause], strength: Match) -> Option<String> {
        let mut lexemes = group
            .iter()
            .flat_map(|clause| clause.asked(strength))
            .flat_map(|(_, token)| asked(token, strength));
        // Whoever has one of them may have none of the others.
        if lexemes.any(|lexeme| self.lexemes.contains(&lexeme)) {
            return None;
        }
        let texts: Vec<String> = group.iter().filter_map(|clause| self.clause(clause, strength)).collect();
        (!texts.is_empty()).then(|| joined(" | ", texts.into_iter()))
    }

    /// A word or phrase, but for the words that are there already.
    fn clause(&mut self, clause: &'a Clause, strength: Match) -> Option<String> {
        let mut phrase: Option<(u32, String)> = None;
        for (offset, token) in clause.asked(strength) {
            let Some(word) = self.word(token, strength) else { continue };
            let text = match phrase {
                None => word,
                Some((before, phrase)) => format!("({phrase} <{}> {word})", offset - before),
            };
            phrase = Some((offset, text));
        }
        phrase.map(|(_, text)| text)
    }

    fn word(&mut self, token: &'a Token, strength: Match) -> Option<String> {
        let mut texts = Vec::new();
        for lexeme in asked(token, strength) {
            if self.lexemes.len() < self.at_most && self.lexemes.insert(lexeme) {
                texts.push(quoted(&lexeme.to_string()));
            }
        }
        (!texts.is_empty()).then(|| joined(" | ", texts.into_iter()))
    }
}
