//! A query as PostgreSQL reads it.

use super::lexeme::{asked, quoted};
use super::{Clause, Match, Query, Role, Token};

impl Query {
    /// The text of a `tsquery` literal; nothing where the query is empty.
    pub fn to_tsquery(&self, strength: Match) -> Option<String> {
        let asked: Vec<&Clause> = self.asked().collect();
        let groups = asked.chunk_by(|_, next| next.role == Role::Alternative);
        let groups =
            groups.map(|group| joined(" | ", group.iter().map(|clause| clause.to_tsquery(strength))));
        (!asked.is_empty()).then(|| joined(" & ", groups))
    }
}

impl Query {
    /// The words that a match has to have, of each the lexemes of which any will do: as many of
    /// them as are sure, so that the rarest tells how few matches there are at most.
    pub fn required(&self, strength: Match) -> Vec<Vec<String>> {
        let lexemes = |token: &Token| asked(token, strength).iter().map(ToString::to_string).collect();
        let asked: Vec<&Clause> = self.asked().collect();
        let groups = asked.chunk_by(|_, next| next.role == Role::Alternative);
        let mut required: Vec<Vec<String>> = Vec::new();
        for group in groups {
            match group {
                [clause] if clause.role == Role::Without => {}
                [clause] => required.extend(clause.asked(strength).map(|(_, token)| lexemes(token))),
                // Of each alternative one word.
                several => {
                    let words = several.iter().filter_map(|clause| clause.asked(strength).next());
                    required.push(words.flat_map(|(_, token)| lexemes(token)).collect());
                }
            }
        }
        required
    }
}

impl Clause {
    fn to_tsquery(&self, strength: Match) -> String {
        let mut words = self.asked(strength);
        let first = words.next().map(|(offset, token)| (offset, any(token, strength)));
        let (_, phrase) = words.fold(first.unwrap_or_default(), |(before, phrase), (offset, token)| {
            (offset, format!("({phrase} <{}> {})", offset - before, any(token, strength)))
        });
        if self.role == Role::Without { format!("!{phrase}") } else { phrase }
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
