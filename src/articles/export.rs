//! Articles as the lines of an import that makes the same again.

use serde::Serialize;

use super::{
    model::{ArticleStatus, BodyFormat, FullArticle, LinkedEntity, Relation},
    queries::export::Exported,
    shown::ShownTag,
};
use crate::{
    annotator::model::LinkOrigin,
    cache::dependency_cache::Cached,
    entities::model::EntityType,
    tags::model::TagKind,
    values::{SharedJson, StoredJson, Timestamp},
};

/// An article as `ArticleInput` reads it; what it has not is left out.
#[derive(Serialize)]
pub struct ExportedArticle {
    slug: String,
    status: ArticleStatus,
    language: String,
    headline: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    alternative_headline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    standfirst: Option<String>,
    body: String,
    body_format: BodyFormat,
    #[serde(skip_serializing_if = "Option::is_none")]
    byline: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    canonical_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<StoredJson>,
    #[serde(skip_serializing_if = "Option::is_none")]
    published_at: Option<Timestamp>,
    #[serde(skip_serializing_if = "Option::is_none")]
    translation_of: Option<String>,
    #[serde(skip_serializing_if = "is_empty")]
    metadata: StoredJson,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tags: Vec<ExportedTag>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    entities: Vec<ExportedEntity>,
}

fn is_empty(metadata: &StoredJson) -> bool {
    metadata.as_str() == "{}"
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

impl From<Exported> for ExportedArticle {
    fn from(exported: Exported) -> Self {
        let Exported { full, original } = exported;
        let FullArticle { article, bodies, tags, entities, .. } = full;
        let tag =
            |tag: Cached<ShownTag>| ExportedTag { slug: tag.slug(), kind: tag.kind, names: tag.names() };
        let entity = |LinkedEntity { entity, relation, salience, .. }: LinkedEntity| ExportedEntity {
            slug: entity.slug(),
            kind: entity.kind,
            names: entity.names(),
            relation,
            salience,
        };
        // The annotator finds the others again.
        let given = entities.into_iter().flatten().filter(|entity| entity.origin == LinkOrigin::Editor);
        Self {
            slug: article.slug,
            status: article.status,
            language: article.language,
            headline: article.headline,
            alternative_headline: article.alternative_headline,
            standfirst: article.standfirst,
            body: bodies.body.unwrap_or_default(),
            body_format: article.body_format,
            byline: article.byline,
            source: article.source,
            external_id: article.external_id,
            canonical_url: article.canonical_url,
            image: article.image,
            published_at: article.published_at.map(Timestamp),
            translation_of: original,
            metadata: article.metadata,
            tags: tags.into_iter().flatten().map(tag).collect(),
            entities: given.map(entity).collect(),
        }
    }
}
