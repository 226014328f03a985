use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};
use uuid::Uuid;

use super::{Text, invalid};
use maqal_text::slug;

/// What names an item in a path, a filter or a link: its id or its slug.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    Id(Uuid),
    /// Anything else; what is not of a slug's form names nothing.
    Slug(String),
}

impl Key {
    /// Reads a key; every text is one.
    pub fn parse(text: &str) -> Key {
        let canonical = slug::canonical(text);
        match Uuid::try_parse(&canonical) {
            // The other forms that the parser knows (without hyphens, in braces) are no ids here.
            Ok(id) if canonical.len() == 36 => Key::Id(id),
            // PostgreSQL takes no NUL, and no slug has one.
            _ => Key::Slug(canonical.replace('\0', "\u{fffd}")),
        }
    }

    /// Whether an item could have this key. PostgreSQL need not be asked for others.
    pub fn is_plausible(&self) -> bool {
        match self {
            Key::Id(_) => true,
            Key::Slug(text) => slug::is_slug(text),
        }
    }

    /// The id, if the key is one.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Key::Id(id) => Some(*id),
            Key::Slug(_) => None,
        }
    }

    /// The slug, if the key is one.
    pub fn slug(&self) -> Option<&str> {
        match self {
            Key::Id(_) => None,
            Key::Slug(slug) => Some(slug),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Id(id) => id.fmt(f),
            Key::Slug(slug) => f.write_str(slug),
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    /// A key of a parameter or a body; one that is of no slug's form names nothing.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Text::<1, { slug::MAX_LENGTH }>::deserialize(deserializer)?;
        if text.contains(',') {
            return Err(invalid("several_keys", "must be one id or slug: to give several, repeat it"));
        }
        Ok(Key::parse(&text))
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for Key {
    fn schema() -> RefOr<Schema> {
        let mut schema = Text::<1, { slug::MAX_LENGTH }>::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.description = Some("An id (UUID) or a slug.".to_owned());
            object.pattern = Some(r"^[^\u0000,]*[^\s\u0000,][^\u0000,]*$".to_owned());
            object.examples = vec!["khartoum-book-fair".into()];
        }
        schema
    }
}

impl ToSchema for Key {}
