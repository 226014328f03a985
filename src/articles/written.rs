//! Articles as clients write them, made of what is stored: a line of an export, which makes the same again, and what a
//! patch is applied to.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    model::{Article, ArticleStatus, FullArticle, GivenColumns, LinkedEntity, Relation, Stored},
    terms::TagSummary,
};
use crate::{
    annotator::model::LinkOrigin,
    cache::dependency_cache::Cached,
    entities::model::EntityType,
    error::{ApiError, ApiResult},
    tags::model::TagKind,
    values::{SharedJson, Timestamp},
};

/// An article as `ArticleInput` reads it; what it has not is left out.
#[derive(Serialize)]
struct WrittenArticle<'a, Original, Tag, Entity> {
    #[serde(skip_serializing_if = "Option::is_none")]
    slug: Option<&'a str>,
    status: ArticleStatus,
    #[serde(flatten)]
    columns: GivenColumns<'a>,
    body: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_of: Option<Original>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<Tag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entities: Vec<Entity>,
}

impl<'a, Original, Tag, Entity> WrittenArticle<'a, Original, Tag, Entity> {
    /// Of an article, but for what it is linked to.
    fn of(article: &'a Article, body: Option<&'a str>) -> Self {
        Self {
            slug: None,
            status: article.status,
            columns: article.given(),
            body: body.unwrap_or_default(),
            published_at: article.published_at.map(Timestamp),
            translation_of: None,
            tags: Vec::new(),
            entities: Vec::new(),
        }
    }
}

/// The article as a client would write it, for a patch to be applied to. What no patch names is not looked up again.
pub fn to_be_patched(stored: &Stored) -> ApiResult<Value> {
    let Stored { article, bodies, links } = stored;
    let entities = links
        .entities
        .iter()
        .map(|(id, relation, salience)| json!({"id": id, "relation": relation, "salience": salience}));
    let written = WrittenArticle {
        translation_of: article.translation_of,
        tags: links.tags.clone(),
        entities: entities.collect(),
        ..WrittenArticle::<Uuid, Uuid, Value>::of(article, bodies.body.as_deref())
    };
    serde_json::to_value(written).map_err(ApiError::internal)
}

#[derive(Serialize)]
struct ExportedTag {
    slug: SharedJson,
    kind: TagKind,
    names: SharedJson,
}

#[derive(Serialize)]
struct ExportedEntity {
    slug: SharedJson,
    #[serde(rename = "type")]
    kind: EntityType,
    names: SharedJson,
    relation: Relation,
    #[serde(skip_serializing_if = "Option::is_none")]
    salience: Option<f64>,
}

/// The article as a line that an import takes, given the slugs of the articles that are translated.
pub fn exported<'a>(full: &'a FullArticle, originals: &'a HashMap<Uuid, String>) -> impl Serialize + 'a {
    let original = full.original.and_then(|id| originals.get(&id));
    let tag = |tag: &Cached<TagSummary>| ExportedTag { slug: tag.slug(), kind: tag.kind, names: tag.names() };
    let entity = |LinkedEntity { entity, relation, salience, .. }: &LinkedEntity| ExportedEntity {
        slug: entity.slug(),
        kind: entity.kind,
        names: entity.names(),
        relation: *relation,
        salience: *salience,
    };
    // The annotator finds the others again.
    let given = full.entities.iter().flatten().filter(|entity| entity.origin == LinkOrigin::Editor);
    WrittenArticle {
        slug: Some(&full.article.slug),
        translation_of: original,
        tags: full.tags.iter().flatten().map(tag).collect(),
        entities: given.map(entity).collect(),
        ..WrittenArticle::of(&full.article, full.bodies.body.as_deref())
    }
}
