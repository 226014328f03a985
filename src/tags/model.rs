//! Tags as they are stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    page::SortKey,
    schema::tags,
    taxonomy::{self, counts::TagCount},
    values::{Json, Localized, text_enum},
};

/// The names of a tag.
pub type Names = Localized<1, 200>;
/// What a tag means.
pub type Description = Localized<0, 5000>;

text_enum! {
    /// What sort of label a tag is.
    pub enum TagKind {
        /// What the article is about.
        Topic = "topic",
        /// The part of the publication it belongs to.
        Section = "section",
        /// A sequence of articles.
        Series = "series",
        /// A free word.
        Keyword = "keyword",
        /// The form: report, interview, opinion.
        Genre = "genre",
    }
}

/// A stored tag.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = tags)]
pub struct Tag {
    pub id: Uuid,
    pub slug: String,
    pub kind: TagKind,
    pub parent_id: Option<Uuid>,
    pub names: Json<Names>,
    pub description: Json<Description>,
    pub scheme: Option<String>,
    pub code: Option<String>,
    #[diesel(select_expression = TagCount, select_expression_type = TagCount)]
    pub article_count: i64,
    /// The same when it was last folded, by which lists are put in order.
    #[diesel(column_name = article_count)]
    pub base_count: i64,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// All that a client decides of a tag but its slug.
#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = tags, treat_none_as_null = true)]
pub struct TagContent {
    pub kind: TagKind,
    pub parent_id: Option<Uuid>,
    pub names: Json<Names>,
    pub description: Json<Description>,
    pub scheme: Option<String>,
    pub code: Option<String>,
}

impl TagContent {
    /// What the tag is found by.
    pub fn vector(&self) -> String {
        taxonomy::vector_of(self.names.0.iter().map(|(language, name)| (Some(language), name)))
    }
}

/// The orders of a list of tags.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize, utoipa::ToSchema,
)]
pub enum TagSort {
    #[default]
    #[serde(rename = "slug")]
    Slug,
    #[serde(rename = "-slug")]
    SlugDescending,
    /// The most used first.
    #[serde(rename = "-article_count")]
    ArticleCountDescending,
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
    #[serde(rename = "updated_at")]
    UpdatedAt,
}

impl TagSort {
    /// The value that the order compares, of one tag.
    pub fn key(self, tag: &Tag) -> SortKey {
        match self {
            TagSort::Slug | TagSort::SlugDescending => SortKey::Text(tag.slug.clone()),
            TagSort::ArticleCountDescending => SortKey::Number(tag.base_count),
            TagSort::UpdatedAt | TagSort::UpdatedAtDescending => SortKey::Time(tag.updated_at),
        }
    }
}
