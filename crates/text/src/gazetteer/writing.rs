//! How a name is written in a text, and how sure that makes it to be one.

use super::common::Use;
use super::reading::{Reading, Role};

/// How the words of a match are written.
#[derive(Clone, Copy, Debug, Default)]
pub struct Writing {
    /// How many words it has.
    pub words: usize,
    /// Whether the script is Arabic.
    pub is_arabic: bool,
    /// Whether the script has capitals.
    pub has_case: bool,
    /// Which words have none, the least bit for the first.
    pub lower: u16,
    /// Whether any word has one.
    pub has_capital: bool,
    /// Whether it is one word in capitals.
    pub is_upper: bool,
    /// Whether it stands where capitals do not tell names from other words.
    pub is_in_capitals: bool,
    /// Whether it begins a sentence.
    pub is_first: bool,
    /// Whether a capitalised word goes before.
    pub is_preceded: bool,
    /// Whether a capitalised word follows.
    pub is_followed: bool,
    /// Whether it consists of function words.
    pub is_stop: bool,
    /// Whether particles have been taken off.
    pub is_peeled: bool,
    /// Whether what has been taken off is a letter of a common word.
    pub is_torn: bool,
    /// Whether it ends with the `'s` of a possessive.
    pub is_possessive: bool,
    /// Whether it ends with the nunation of Arabic adverbs and predicates, which names lack.
    pub has_nunation: bool,
}

/// What speaks against words being meant as a name, and what may dispel it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Doubt {
    None,
    /// Dispelled by another name of the entity, or by its use in other articles.
    Slight,
    /// Dispelled by another name of the entity, or by the entities with which it often appears.
    Homograph,
    /// Dispelled by another name of the entity.
    Code,
    /// Never dispelled.
    Grave,
}

impl Writing {
    /// Whether a name can be written so.
    pub fn fits(&self, reading: &Reading) -> bool {
        let is_acronym = reading.is_acronym && self.is_upper && !self.is_in_capitals;
        let is_no_name = self.is_stop && !is_acronym || self.has_nunation;
        if is_no_name || self.is_possessive && !reading.is_possessive {
            return false;
        }
        if !self.has_case {
            return true;
        }
        let has_its_capitals = self.has_capital && reading.capitals & self.lower == 0;
        let is_in_its_case = self.is_upper == reading.is_acronym || self.is_in_capitals;
        has_its_capitals && (is_in_its_case || !reading.is_short)
    }

    /// What the form of the words says against a reading.
    pub fn doubt(&self, reading: &Reading) -> Doubt {
        if self.words > 1 || reading.role == Role::Surname {
            return Doubt::None;
        }
        let capitals_tell = self.has_case && !self.is_in_capitals && (self.is_upper || !self.is_first);
        let is_in_longer_name = self.is_followed || self.is_preceded && !reading.is_person;
        let is_slight = reading.is_given_name
            || reading.is_short && (self.is_in_capitals || self.is_peeled)
            || is_in_longer_name && !reading.is_acronym;
        match reading.usual {
            Use::Common if !capitals_tell => Doubt::Grave,
            _ if self.is_torn => Doubt::Grave,
            _ if reading.is_code => Doubt::Code,
            Use::Homograph => Doubt::Homograph,
            _ if is_slight => Doubt::Slight,
            _ => Doubt::None,
        }
    }
}
