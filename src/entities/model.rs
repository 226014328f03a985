//! Entities as they are stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    page::SortKey,
    schema::entities,
    taxonomy::{self, counts::EntityCount},
    values::{Json, LanguageTag, Localized, StoredTexts, Text, Url, text_enum},
};

/// The names of an entity.
pub type Names = Localized<1, 300>;
/// What an entity is.
pub type Description = Localized<0, 5000>;

text_enum! {
    /// What sort of thing an entity is.
    pub enum EntityType {
        /// A human being, real or not.
        Person = "person",
        /// A body of people: a state's organs, a company, a club.
        Organisation = "organisation",
        /// Somewhere.
        Place = "place",
        /// Something that happens.
        Event = "event",
        /// A book, a film, a painting.
        Work = "work",
    }
}

/// Another name of an entity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"language": "ar", "name": "أم الدنيا"})))]
pub struct Alias {
    /// The language of the name; null where it has none.
    pub language: Option<LanguageTag>,
    pub name: Text<1, 300>,
}

/// A stored entity.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = entities)]
pub struct Entity {
    pub id: Uuid,
    pub slug: String,
    #[diesel(column_name = type_)]
    pub kind: EntityType,
    pub names: Json<Names>,
    pub aliases: Json<Vec<Alias>>,
    pub description: Json<Description>,
    pub wikidata_id: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub same_as: Json<Vec<Url>>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
    #[diesel(select_expression = EntityCount, select_expression_type = EntityCount)]
    pub article_count: i64,
    /// The same when it was last folded, by which lists are put in order.
    #[diesel(column_name = article_count)]
    pub base_count: i64,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
}

/// What is shown of an entity in passing.
#[derive(Debug, Clone)]
pub struct EntityBrief {
    pub id: Uuid,
    pub slug: String,
    pub kind: EntityType,
    pub names: StoredTexts,
}

/// All that a client decides of an entity but its slug.
#[derive(Debug, Clone, Insertable, AsChangeset, Serialize)]
#[diesel(table_name = entities, treat_none_as_null = true)]
pub struct EntityContent {
    #[serde(rename = "type")]
    #[diesel(column_name = type_)]
    pub kind: EntityType,
    pub names: Json<Names>,
    pub aliases: Json<Vec<Alias>>,
    pub description: Json<Description>,
    pub wikidata_id: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub same_as: Json<Vec<Url>>,
    pub latitude: Option<f64>,
    pub longitude: Option<f64>,
}

impl EntityContent {
    /// What the entity is found by.
    pub fn vector(&self) -> String {
        let names = self.names.0.iter().map(|(language, name)| (Some(language), name));
        let aliases = self.aliases.0.iter();
        let aliases = aliases.map(|alias| (alias.language.as_ref().map(LanguageTag::as_str), &*alias.name));
        taxonomy::vector_of(names.chain(aliases))
    }
}

/// The orders of a list of entities.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum EntitySort {
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

impl EntitySort {
    /// The value that the order compares, of one entity.
    pub fn key(self, entity: &Entity) -> SortKey {
        match self {
            EntitySort::Slug | EntitySort::SlugDescending => SortKey::Text(entity.slug.clone()),
            EntitySort::ArticleCountDescending => SortKey::Number(entity.base_count),
            EntitySort::UpdatedAt | EntitySort::UpdatedAtDescending => SortKey::Time(entity.updated_at),
        }
    }
}
