//! Suggestions as JSON.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    entities::model::EntityType,
    tags::model::TagKind,
    values::{LanguageTag, Text, Timestamp, text_enum},
};

text_enum! {
    /// What can be suggested.
    pub enum SuggestionType {
        Tag = "tag",
        Entity = "entity",
        Article = "article",
    }
}

/// What somebody may be about to type.
#[derive(Debug, Serialize, ToSchema)]
pub struct Suggestions {
    #[schema(max_items = 300)]
    pub data: Vec<Suggestion>,
}

/// A tag, an entity or an article that somebody may be about to type.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "type": "entity", "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum",
    "name": "الخرطوم", "matched": "العاصمة المثلثة", "language": "ar", "is_corrected": false,
    "entity_type": "place", "article_count": 7
})))]
pub struct Suggestion {
    #[serde(rename = "type")]
    pub kind: SuggestionType,
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    /// The name in the language that was asked for, or the nearest there is; without one, the name
    /// that was found. An article's headline.
    #[schema(value_type = Text<1, 500, true>)]
    pub name: String,
    /// The name or alias that was found.
    #[schema(value_type = Text<1, 500, true>)]
    pub matched: String,
    /// The language of what was found.
    #[schema(required, value_type = Option<LanguageTag>)]
    pub language: Option<String>,
    /// Whether it was found by taking one letter of a word for a slip.
    pub is_corrected: bool,
    /// Of tags alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub tag_kind: Option<TagKind>,
    /// Of entities alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub entity_type: Option<EntityType>,
    /// The number of published articles that have it: of tags and entities.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 0)]
    pub article_count: Option<i64>,
    /// Of articles alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub published_at: Option<Timestamp>,
}
