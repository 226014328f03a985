//! What the gazetteer is told of an entity.

/// What the gazetteer is to know of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entity {
    /// Its number with the caller.
    pub id: u32,
    /// Its names and aliases.
    pub names: Vec<Name>,
    /// Whether it is a person, who may be called by surname.
    pub is_person: bool,
    /// The number of articles that mention it.
    pub uses: u32,
    /// The entities with which it often appears, or without which it seldom does: the country of
    /// a town.
    pub related: Vec<u32>,
}

/// A name of an entity.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Name {
    pub text: String,
    /// A BCP 47 tag; nothing where the name is in no language.
    pub language: Option<String>,
}

impl Entity {
    /// Takes what another description of the same entity knows; true, so that it can go.
    pub fn join(&mut self, other: &mut Self) -> bool {
        self.names.append(&mut other.names);
        self.is_person |= other.is_person;
        self.uses = self.uses.max(other.uses);
        self.related.append(&mut other.related);
        true
    }
}
