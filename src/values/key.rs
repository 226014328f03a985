use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};
use uuid::Uuid;

use super::string_schema;
use crate::text::slug;

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
        match Uuid::try_parse(text) {
            // The other forms that the parser knows (without hyphens, in braces) are no ids here.
            Ok(id) if text.len() == 36 => Key::Id(id),
            // PostgreSQL takes no NUL, and no slug has one.
            _ => Key::Slug(text.nfc().map(|c| if c == '\0' { '\u{fffd}' } else { c }).collect()),
        }
    }

    /// Whether an item could bear this key. PostgreSQL need not be asked for others.
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Key::parse(&String::deserialize(deserializer)?))
    }
}

impl Serialize for Key {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl PartialSchema for Key {
    fn schema() -> RefOr<Schema> {
        string_schema("An id (UUID) or a slug.", slug::PATTERN, "khartoum-book-fair")
            .max_length(Some(slug::MAX_LENGTH))
            .into()
    }
}

impl ToSchema for Key {}
