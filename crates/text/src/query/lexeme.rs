//! What the index holds of a word, and what a query asks it for.

use std::fmt::{self, Display, Formatter};

use super::super::analysis::Token;
use super::Match;

/// How a form of a word comes from the word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Class {
    /// The word as it is written.
    Exact,
    /// The word folded, where that changes it.
    Folded,
    /// A form by which it is found as well.
    Variant,
}

/// A form of a word as the index holds it: its text is the form behind the mark of its class, `=`
/// or nothing or `~`. No folded form begins with a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lexeme<'a> {
    pub class: Class,
    pub form: &'a str,
}

impl Class {
    pub fn mark(self) -> &'static str {
        match self {
            Self::Exact => "=",
            Self::Folded => "",
            Self::Variant => "~",
        }
    }

    fn of(self, form: &str) -> Lexeme<'_> {
        Lexeme { class: self, form }
    }
}

impl Display for Lexeme<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.class.mark(), self.form)
    }
}

/// The lexemes of a word of a text. The folded form is left out where the exact one says the
/// same. A function word has its exact form alone: that suffices for phrases, and it is not
/// confused with words that fold to the same letters.
pub fn lexemes(token: &Token) -> impl Iterator<Item = Lexeme<'_>> {
    let exact = Class::Exact.of(&token.exact);
    let is_folded = !token.is_stop && token.folded != token.exact;
    let folded = is_folded.then_some(Class::Folded.of(&token.folded));
    let variants = token.variants.iter().map(|form| Class::Variant.of(form));
    [exact].into_iter().chain(folded).chain(variants)
}

/// The lexemes of which a word of a query asks for any.
///
/// The exact form is always among them, since a word that means something in the query's language
/// may be a function word in the text's.
pub fn asked(token: &Token, strength: Match) -> Vec<Lexeme<'_>> {
    let exact = Class::Exact.of(&token.exact);
    let (classes, variants): (&[Class], &[String]) = match strength {
        Match::Folded if !token.is_stop => (&[Class::Exact, Class::Folded], &[]),
        Match::Stem if !token.is_stop => (&[Class::Exact, Class::Folded, Class::Variant], &token.variants),
        _ => return vec![exact],
    };
    let forms = [&token.folded].into_iter().chain(variants);
    let others = forms.flat_map(|form| classes.iter().map(|class| class.of(form)));
    [exact].into_iter().chain(others.filter(|lexeme| *lexeme != exact)).collect()
}
