//! One line: read and validated, before the database is asked.

use crate::{
    bulk::line,
    entities::{body::EntityInput, edit, model::EntityContent},
    error::{ApiError, ApiResult},
    values::Slug,
};

/// What a line says.
#[derive(Debug)]
pub struct LineEntity {
    pub slug: Option<String>,
    pub content: EntityContent,
    /// What a slug is made of, where it needs one.
    pub name: String,
    /// What the entity is found by.
    pub vector: String,
}

/// What an entity can be known by, the most certain first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Name<'a> {
    /// A source, and the id there.
    External(&'a str, &'a str),
    Wikidata(&'a str),
    Slug(&'a str),
}

impl<'a> Name<'a> {
    /// The names that are made of these, in order.
    pub fn all(
        external: Option<(&'a str, &'a str)>,
        wikidata_id: Option<&'a str>,
        slug: Option<&'a str>,
    ) -> impl Iterator<Item = Self> {
        let external = external.map(|(source, id)| Name::External(source, id));
        [external, wikidata_id.map(Name::Wikidata), slug.map(Name::Slug)].into_iter().flatten()
    }
}

impl LineEntity {
    /// Reads and validates a line.
    pub fn read(text: &[u8]) -> ApiResult<Self> {
        let input: EntityInput = line::parse(text)?;
        let content = edit::content(&input)?;
        let entity = Self {
            slug: input.slug.map(Slug::into_string),
            name: content.names.0.nearest("en").unwrap_or_default().to_owned(),
            vector: content.vector(),
            content,
        };
        if entity.names().next().is_none() {
            return Err(ApiError::invalid_field(
                "",
                "required",
                "needs source and external_id, a wikidata_id, or a slug: without, each import would make it anew",
            ));
        }
        Ok(entity)
    }

    /// What it is known by.
    pub fn names(&self) -> impl Iterator<Item = Name<'_>> {
        Name::all(self.external_key(), self.content.wikidata_id.as_deref(), self.slug.as_deref())
    }

    /// The source and the id there, if the line has them.
    pub fn external_key(&self) -> Option<(&str, &str)> {
        self.content.source.as_deref().zip(self.content.external_id.as_deref())
    }
}
