//! Tags as JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};
use uuid::Uuid;

use super::model::{self, Description, Names, TagKind};
use crate::{
    error::FieldError,
    http::{input::Input, json::patch_schema},
    page::PageInfo,
    values::{Key, Slug, Text, Timestamp},
};

/// A label that editors give to articles.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11", "slug": "books", "kind": "topic",
    "parent_id": null, "names": {"ar": "كتب", "en": "Books", "fr": "Livres"},
    "description": {"ar": "الكتب ومعارضها وكتّابها"}, "scheme": null, "code": null,
    "article_count": 12, "version": 1,
    "created_at": "2026-11-23T09:30:00Z", "updated_at": "2026-11-23T09:30:00Z"
})))]
pub struct Tag {
    /// The id, a UUIDv7: it never changes.
    pub id: Uuid,
    /// The name in URLs: it may change, and the old one then leads to the new one.
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    pub kind: TagKind,
    /// The tag above it in the hierarchy.
    #[schema(required)]
    pub parent_id: Option<Uuid>,
    pub names: Names,
    pub description: Description,
    /// The vocabulary in which it has a code, as a URI.
    #[schema(required, value_type = Option<Text<1, 500>>)]
    pub scheme: Option<String>,
    /// Its code in that vocabulary.
    #[schema(required, value_type = Option<Text<1, 200>>)]
    pub code: Option<String>,
    /// The number of published articles that have it.
    #[schema(minimum = 0)]
    pub article_count: i64,
    /// Goes up with each change of the tag.
    #[schema(minimum = 1)]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<model::Tag> for Tag {
    fn from(tag: model::Tag) -> Self {
        Self {
            id: tag.id,
            slug: tag.slug,
            kind: tag.kind,
            parent_id: tag.parent_id,
            names: tag.names.0,
            description: tag.description.0,
            scheme: tag.scheme,
            code: tag.code,
            article_count: tag.article_count,
            version: tag.version,
            created_at: tag.created_at.into(),
            updated_at: tag.updated_at.into(),
        }
    }
}

/// A page of a list of tags.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagPage {
    #[schema(max_items = 100)]
    pub data: Vec<Tag>,
    pub page: PageInfo,
}

/// A tag as a client writes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "slug": "cinema", "kind": "topic", "parent": null,
    "names": {"ar": "سينما", "en": "Cinema"}, "description": {"ar": "الأفلام ومهرجاناتها وصنّاعها"}
})))]
pub struct TagInput {
    /// Made from the English name, or else the first one, where it is left out.
    pub slug: Option<Slug>,
    #[schema(required, nullable = false)]
    pub kind: Option<TagKind>,
    /// The id or the slug of the tag above it.
    pub parent: Option<Key>,
    #[schema(required, nullable = false)]
    pub names: Option<Names>,
    pub description: Option<Description>,
    /// The URI of a vocabulary, as `http://cv.iptc.org/newscodes/mediatopic/`. Goes with `code`.
    pub scheme: Option<Text<1, 500>>,
    /// The code in the vocabulary, as medtop:01000000. Goes with `scheme`.
    pub code: Option<Text<1, 200>>,
}

impl Input for TagInput {
    const REQUIRED: &'static [&'static str] = &["kind", "names"];
    const READ_ONLY: &'static [&'static str] =
        &["id", "parent_id", "article_count", "version", "created_at", "updated_at"];

    fn check(&self, faults: &mut Vec<FieldError>) {
        match (&self.scheme, &self.code) {
            (Some(_), None) => faults.push(FieldError::new("/code", "required", "goes with scheme")),
            (None, Some(_)) => faults.push(FieldError::new("/scheme", "required", "goes with code")),
            _ => {}
        }
    }
}

/// A patch of a tag: the members to change (RFC 7396).
pub struct TagPatch;

impl PartialSchema for TagPatch {
    fn schema() -> RefOr<Schema> {
        patch_schema::<TagInput>(json!({"names": {"fr": "Patrimoine"}, "parent": "culture"}))
    }
}

impl ToSchema for TagPatch {}

/// The tag as a client would write it, for a patch to be applied to.
pub fn as_written(tag: &model::Tag) -> Value {
    json!({
        "kind": tag.kind, "parent": tag.parent_id, "names": tag.names,
        "description": tag.description, "scheme": tag.scheme, "code": tag.code,
    })
}
