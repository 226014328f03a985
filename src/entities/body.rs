//! Entities as JSON.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{RefOr, schema::Schema},
};
use uuid::Uuid;

use super::model::{self, Alias, Description, EntityType, Names};
use crate::{
    error::FieldError,
    http::{input::Input, json::patch_schema},
    page::PageInfo,
    values::{BoundedList, Latitude, Longitude, Object, Slug, Text, Timestamp, Url, WikidataId},
};

/// A real thing that articles speak of.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "type": "place",
    "names": {"ar": "الخرطوم", "en": "Khartoum"},
    "aliases": [{"language": "ar", "name": "العاصمة المثلثة"}],
    "description": {"en": "The capital of Sudan"}, "wikidata_id": "Q1963",
    "source": "geonames", "external_id": "379252",
    "same_as": ["https://www.geonames.org/379252"], "latitude": 15.6, "longitude": 32.5,
    "article_count": 7, "version": 1,
    "created_at": "2026-11-23T09:30:00Z", "updated_at": "2026-11-23T09:30:00Z"
})))]
pub struct Entity {
    /// The id, a UUIDv7: it never changes.
    pub id: Uuid,
    /// The name in URLs: it may change, and the old one then leads to the new one.
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    #[serde(rename = "type")]
    pub kind: EntityType,
    pub names: Names,
    /// Other names, in any language.
    #[schema(max_items = 1000)]
    pub aliases: Vec<Alias>,
    pub description: Description,
    #[schema(required, value_type = Option<WikidataId>)]
    pub wikidata_id: Option<String>,
    /// The catalogue that it was taken from.
    #[schema(required, value_type = Option<Text<1, 100>>)]
    pub source: Option<String>,
    /// Its id there: `source` and `external_id` together are unique.
    #[schema(required, value_type = Option<Text<1, 300>>)]
    pub external_id: Option<String>,
    /// Pages about the same thing elsewhere.
    #[schema(max_items = 100)]
    pub same_as: Vec<Url>,
    /// Degrees north of the equator; of places alone.
    #[schema(required, minimum = -90.0, maximum = 90.0)]
    pub latitude: Option<f64>,
    /// Degrees east of Greenwich; of places alone.
    #[schema(required, minimum = -180.0, maximum = 180.0)]
    pub longitude: Option<f64>,
    /// The number of published articles that speak of it.
    #[schema(minimum = 0)]
    pub article_count: i64,
    /// Goes up with each change of the entity.
    #[schema(minimum = 1)]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl From<model::Entity> for Entity {
    fn from(entity: model::Entity) -> Self {
        Self {
            id: entity.id,
            slug: entity.slug,
            kind: entity.kind,
            names: entity.names.0,
            aliases: entity.aliases.0,
            description: entity.description.0,
            wikidata_id: entity.wikidata_id,
            source: entity.source,
            external_id: entity.external_id,
            same_as: entity.same_as.0,
            latitude: entity.latitude,
            longitude: entity.longitude,
            article_count: entity.article_count,
            version: entity.version,
            created_at: entity.created_at.into(),
            updated_at: entity.updated_at.into(),
        }
    }
}

/// A page of a list of entities.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityPage {
    #[schema(max_items = 100)]
    pub data: Vec<Entity>,
    pub page: PageInfo,
}

/// How many aliases an entity has at most.
pub const MAX_ALIASES: usize = 1000;
/// How many pages are of the same as an entity at most.
pub const MAX_SAME_AS: usize = 100;

type Aliases = BoundedList<Object<Alias>, MAX_ALIASES>;
type Links = BoundedList<Url, MAX_SAME_AS>;

/// An entity as a client writes it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "slug": "omdurman", "type": "place", "names": {"ar": "أم درمان", "en": "Omdurman"},
    "aliases": [{"language": "ar", "name": "البقعة"}], "latitude": 15.65, "longitude": 32.48
})))]
pub struct EntityInput {
    /// Made from the English name, or else the first one, where it is left out.
    pub slug: Option<Slug>,
    #[serde(rename = "type")]
    #[schema(required, nullable = false)]
    pub kind: Option<EntityType>,
    #[schema(required, nullable = false)]
    pub names: Option<Names>,
    /// Other names, in any language.
    pub aliases: Option<Aliases>,
    pub description: Option<Description>,
    pub wikidata_id: Option<WikidataId>,
    /// The catalogue that it was taken from; with `external_id`.
    pub source: Option<Text<1, 100>>,
    /// Its id there: `source` and `external_id` together are unique.
    pub external_id: Option<Text<1, 300>>,
    /// Pages about the same thing elsewhere.
    pub same_as: Option<Links>,
    /// Degrees north of the equator; of places alone, with `longitude`.
    pub latitude: Option<Latitude>,
    /// Degrees east of Greenwich; of places alone, with `latitude`.
    pub longitude: Option<Longitude>,
}

impl Input for EntityInput {
    const REQUIRED: &'static [&'static str] = &["type", "names"];
    const READ_ONLY: &'static [&'static str] =
        &["id", "article_count", "version", "created_at", "updated_at"];

    fn check(&self, faults: &mut Vec<FieldError>) {
        for [one, other] in [
            [("latitude", self.latitude.is_some()), ("longitude", self.longitude.is_some())],
            [("source", self.source.is_some()), ("external_id", self.external_id.is_some())],
        ] {
            for ((missing, is_given), (with, is_with)) in [(one, other), (other, one)] {
                if is_with && !is_given {
                    faults.push(FieldError::new(
                        format!("/{missing}"),
                        "required",
                        format_args!("goes with {with}"),
                    ));
                }
            }
        }
        let has_position = self.latitude.is_some() && self.longitude.is_some();
        if has_position && self.kind.is_some_and(|kind| kind != EntityType::Place) {
            faults.push(FieldError::new("/latitude", "not_a_place", "only a place has a position"));
        }
    }
}

/// A patch of an entity: the members to change (RFC 7396).
pub struct EntityPatch;

impl PartialSchema for EntityPatch {
    fn schema() -> RefOr<Schema> {
        patch_schema::<EntityInput>(json!({"names": {"de": "Oman"}}))
    }
}

impl ToSchema for EntityPatch {}

/// The entity as a client would write it, for a patch to be applied to.
pub fn as_written(entity: &model::Entity) -> Value {
    json!({
        "type": entity.kind, "names": entity.names, "aliases": entity.aliases,
        "description": entity.description, "wikidata_id": entity.wikidata_id,
        "source": entity.source, "external_id": entity.external_id, "same_as": entity.same_as, "latitude": entity.latitude, "longitude": entity.longitude,
    })
}
