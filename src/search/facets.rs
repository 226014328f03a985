//! What the articles of a list have in common, as JSON.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{plan::COUNTED, queries::facets::FacetCount};
use crate::{
    articles::model::Facet,
    entities::model::{EntityType, Names as EntityNames},
    tags::model::{Names as TagNames, TagKind},
    values::{StoredTexts, Text},
};

/// How many of the matches have what: of each facet that was asked for, the most frequent values.
/// The filters of the list hold.
#[derive(Debug, Default, Serialize, ToSchema)]
#[schema(examples(json!({
    "counted": 42, "is_exact": true,
    "tags": [{"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11", "slug": "books", "kind": "topic",
              "names": {"ar": "كتب", "en": "Books"}, "count": 17}],
    "language": [{"value": "ar", "count": 40}, {"value": "en", "count": 2}]
})))]
pub struct Facets {
    /// How many matches were counted: all, or the newest 10,000.
    #[schema(minimum = 0, maximum = 10000)]
    pub counted: i64,
    /// Whether all matches were counted.
    pub is_exact: bool,
    /// Their own tags, not those above them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub tags: Option<Vec<TagCount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub entities: Option<Vec<EntityCount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub language: Option<Vec<ValueCount>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub source: Option<Vec<ValueCount>>,
    /// The months of publication in UTC, as 2026-11, the newest first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 100)]
    pub month: Option<Vec<ValueCount>>,
}

/// How many of the matches have a tag.
#[derive(Debug, Serialize, ToSchema)]
pub struct TagCount {
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    #[schema(value_type = TagKind)]
    pub kind: String,
    #[schema(value_type = TagNames)]
    pub names: StoredTexts,
    #[schema(minimum = 1)]
    pub count: i64,
}

/// How many of the matches speak of an entity.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityCount {
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    #[serde(rename = "type")]
    #[schema(value_type = EntityType)]
    pub kind: String,
    #[schema(value_type = EntityNames)]
    pub names: StoredTexts,
    #[schema(minimum = 1)]
    pub count: i64,
}

/// How many of the matches have a value.
#[derive(Debug, Serialize, ToSchema)]
pub struct ValueCount {
    #[schema(value_type = Text<1, 100>)]
    pub value: String,
    #[schema(minimum = 1)]
    pub count: i64,
}

impl Facets {
    /// Those that were asked for, of what was counted.
    pub fn new(asked: &[Facet], counts: Vec<FacetCount>) -> Self {
        let mut facets = Self::default();
        for facet in asked {
            match facet {
                Facet::Tags => facets.tags = Some(Vec::new()),
                Facet::Entities => facets.entities = Some(Vec::new()),
                Facet::Language => facets.language = Some(Vec::new()),
                Facet::Source => facets.source = Some(Vec::new()),
                Facet::Month => facets.month = Some(Vec::new()),
            }
        }
        for count in counts {
            facets.add(count);
        }
        facets
    }

    fn add(&mut self, FacetCount { facet, id, value, kind, names, count }: FacetCount) {
        let Some(facet) = facet else {
            (self.counted, self.is_exact) = (count.min(COUNTED.into()), count <= COUNTED.into());
            return;
        };
        let (value, kind) = (value.unwrap_or_default(), kind.unwrap_or_default());
        let values = match facet.parse() {
            Ok(Facet::Language) => &mut self.language,
            Ok(Facet::Source) => &mut self.source,
            Ok(Facet::Month) => &mut self.month,
            Ok(Facet::Tags) => {
                if let (Some(tags), Some(id), Some(names)) = (&mut self.tags, id, names) {
                    tags.push(TagCount { id, slug: value, kind, names: names.0, count });
                }
                return;
            }
            Ok(Facet::Entities) => {
                if let (Some(entities), Some(id), Some(names)) = (&mut self.entities, id, names) {
                    entities.push(EntityCount { id, slug: value, kind, names: names.0, count });
                }
                return;
            }
            Err(_) => return,
        };
        values.get_or_insert_default().push(ValueCount { value, count });
    }
}
