//! Articles as JSON, the way they are read.

use std::borrow::Cow;

use serde::Serialize;
use serde_json::{Value, json};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        Ref, RefOr,
        schema::{AnyOfBuilder, Schema},
    },
};
use uuid::Uuid;

use super::{
    highlights::Highlights,
    model::{ArticleStatus, BodyFormat, FullArticle, Image, LinkedEntity, Relation},
    shape::Shape,
    terms::TagSummary,
};
use crate::{
    annotator::model::LinkOrigin,
    entities::model::{EntityType, Names as EntityNames},
    error::ApiResult,
    http::respond,
    tags::model::{Names as TagNames, TagKind},
    values::{
        INLINE, LanguageTag, Metadata, SharedJson, StoredJson, Text, Timestamp, Url, direction_of, text_enum,
    },
};
use maqal_text::language::Direction;

text_enum! {
    /// The direction of a text.
    pub enum TextDirection {
        LeftToRight = "ltr",
        RightToLeft = "rtl",
    }
}

impl From<Direction> for TextDirection {
    fn from(direction: Direction) -> Self {
        match direction {
            Direction::Ltr => TextDirection::LeftToRight,
            Direction::Rtl => TextDirection::RightToLeft,
        }
    }
}

/// A piece of news, as it is read without `fields` and `include`, and as a write answers.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13", "slug": "افتتاح-معرض-الخرطوم-للكتاب",
    "status": "published", "language": "ar", "direction": "rtl",
    "headline": "افتتاح معرض الخرطوم للكتاب", "kicker": "معارض الكتب", "alternative_headline": null, "standfirst": "ثلاثمئة ناشر من عشرين بلدًا",
    "body": "افتُتح المعرض صباح اليوم.", "body_format": "text", "word_count": 4,
    "byline": "ليلى عثمان", "source": "desk", "external_id": "2026-118", "canonical_url": null,
    "image": null, "published_at": "2026-11-23T09:30:00Z", "translation_of": null,
    "metadata": {}, "version": 1,
    "created_at": "2026-11-23T09:30:00Z", "updated_at": "2026-11-23T09:30:00Z",
    "tags": [{"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11", "slug": "books", "kind": "topic",
              "name": "كتب", "names": {"ar": "كتب", "en": "Books"}}],
    "entities": [{"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "type": "place",
                  "name": "الخرطوم", "names": {"ar": "الخرطوم", "en": "Khartoum"},
                  "relation": "about", "salience": 0.9, "origin": "editor"}]
})))]
pub struct Article {
    /// The id, a UUIDv7: it never changes.
    pub id: Uuid,
    /// The name in URLs: it may change, and the old one then leads to the new one.
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    pub status: ArticleStatus,
    /// A BCP 47 language tag.
    #[schema(value_type = LanguageTag)]
    pub language: String,
    /// The direction in which the language is written.
    pub direction: TextDirection,
    #[schema(value_type = Text<1, 500, true>)]
    pub headline: String,
    /// A short line above the headline: the subject or the series, say.
    #[schema(required, value_type = Option<Text<0, 200>>)]
    pub kicker: Option<String>,
    /// Another headline, for places where the first does not fit.
    #[schema(required, value_type = Option<Text<0, 500>>)]
    pub alternative_headline: Option<String>,
    /// A sentence or two below the headline.
    #[schema(required, value_type = Option<Text<0, 5000>>)]
    pub standfirst: Option<String>,
    /// As it was written. A list has it where `fields` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required, value_type = Text<0, 1_000_000>)]
    pub body: Option<String>,
    pub body_format: BodyFormat,
    /// The body as harmless HTML, where `fields` names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Text<0, 10_000_000>, required = false)]
    pub body_html: Option<String>,
    /// The body as plain text, where `fields` names it. Positions count its code points.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Text<0, 10_000_000>, required = false)]
    pub body_text: Option<String>,
    /// The words of the body's plain text.
    #[schema(minimum = 0)]
    pub word_count: i32,
    /// Who wrote it, as readers see it.
    #[schema(required, value_type = Option<Text<0, 500>>)]
    pub byline: Option<String>,
    /// Where it comes from.
    #[schema(required, value_type = Option<Text<1, 100>>)]
    pub source: Option<String>,
    /// Its id there: `source` and `external_id` together are unique.
    #[schema(required, value_type = Option<Text<1, 300>>)]
    pub external_id: Option<String>,
    #[schema(required)]
    pub canonical_url: Option<Url>,
    #[schema(required, value_type = Option<Image>)]
    pub image: Option<StoredJson>,
    #[schema(required)]
    pub published_at: Option<Timestamp>,
    /// The id of the article that this one translates.
    #[schema(required)]
    pub translation_of: Option<Uuid>,
    #[schema(value_type = Metadata)]
    pub metadata: StoredJson,
    /// Goes up with each change of the article itself. A tag that is renamed or deleted changes its
    /// articles' answers and ETags, but not their versions.
    #[schema(minimum = 1)]
    pub version: i64,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Its tags, in the editor's order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required, max_items = 200)]
    pub tags: Option<Vec<ArticleTag>>,
    /// The entities it speaks of: those of the editor, in order, and then those that the annotator
    /// has found in the text, the most salient first.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, required, max_items = 1000)]
    pub entities: Option<Vec<ArticleEntity>>,
    /// Where it matches `q`, if `highlight` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub highlights: Option<Highlights>,
}

/// What was asked for of an article: `fields` and `include` decide which members are there; `id` always is.
pub struct PartialArticle;

impl PartialSchema for PartialArticle {
    fn schema() -> RefOr<Schema> {
        let mut schema = Article::schema();
        if let RefOr::T(Schema::Object(object)) = &mut schema {
            object.required = vec!["id".to_owned()];
            object.description = Some(
                "What was asked for of an article: `fields` and `include` decide which members are there; `id` always is."
                    .to_owned(),
            );
            object.examples = vec![json!({
                "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13", "headline": "افتتاح معرض الخرطوم للكتاب",
                "published_at": "2026-11-23T09:30:00Z"
            })];
        }
        schema
    }
}

impl ToSchema for PartialArticle {}

/// One article: the whole of it, unless `fields` or `include` ask for a part.
pub struct AnyArticle;

impl PartialSchema for AnyArticle {
    fn schema() -> RefOr<Schema> {
        let either = AnyOfBuilder::new().item(Ref::from_schema_name(Article::name()));
        either.item(Ref::from_schema_name(PartialArticle::name())).into()
    }
}

impl ToSchema for AnyArticle {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}article").into()
    }
}

/// A tag of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleTag {
    pub id: Uuid,
    #[schema(value_type = String, min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: SharedJson,
    pub kind: TagKind,
    /// The name in the article's language, or the nearest there is.
    #[schema(example = "كتب", value_type = Text<1, 200>)]
    pub name: SharedJson,
    #[schema(value_type = TagNames)]
    pub names: SharedJson,
}

/// An entity of an article.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleEntity {
    pub id: Uuid,
    #[schema(value_type = String, min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: SharedJson,
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// The name in the article's language, or the nearest there is.
    #[schema(example = "الخرطوم", value_type = Text<1, 300>)]
    pub name: SharedJson,
    #[schema(value_type = EntityNames)]
    pub names: SharedJson,
    pub relation: Relation,
    /// How much of the article is about it, 0 to 1.
    #[schema(required, minimum = 0.0, maximum = 1.0)]
    pub salience: Option<f64>,
    /// Who says so. What the annotator has linked follows the text.
    pub origin: LinkOrigin,
}

impl ArticleTag {
    fn new(tag: &TagSummary, language: &str) -> Self {
        Self { id: tag.id, slug: tag.slug(), kind: tag.kind, name: tag.name(language), names: tag.names() }
    }
}

impl ArticleEntity {
    fn new(LinkedEntity { entity, relation, salience, origin }: LinkedEntity, language: &str) -> Self {
        Self {
            id: entity.id,
            slug: entity.slug(),
            kind: entity.kind,
            name: entity.name(language),
            names: entity.names(),
            relation,
            salience,
            origin,
        }
    }
}

impl From<FullArticle> for Article {
    fn from(full: FullArticle) -> Self {
        let FullArticle { article, bodies, tags, entities, .. } = full;
        let language = article.language;
        Self {
            id: article.id,
            slug: article.slug,
            status: article.status,
            direction: direction_of(&language).into(),
            headline: article.headline,
            kicker: article.kicker,
            alternative_headline: article.alternative_headline,
            standfirst: article.standfirst,
            body: bodies.body,
            body_format: article.body_format,
            body_html: bodies.body_html,
            body_text: bodies.body_text,
            word_count: article.word_count,
            byline: article.byline,
            source: article.source,
            external_id: article.external_id,
            canonical_url: article.canonical_url.map(Url::stored),
            image: article.image,
            published_at: article.published_at.map(Timestamp),
            translation_of: article.translation_of,
            metadata: article.metadata,
            version: article.version,
            created_at: article.created_at.into(),
            updated_at: article.updated_at.into(),
            tags: tags.map(|tags| tags.iter().map(|tag| ArticleTag::new(tag, &language)).collect()),
            entities: entities.map(|entities| {
                entities.into_iter().map(|entity| ArticleEntity::new(entity, &language)).collect()
            }),
            highlights: None,
            language,
        }
    }
}

impl Article {
    /// The members that the shape names.
    pub fn shaped(self, shape: &Shape) -> ApiResult<Shaped> {
        match &shape.fields {
            None => Ok(Shaped::Whole(Box::new(self))),
            Some(fields) => {
                respond::select(&self, fields, &["tags", "entities", "highlights"]).map(Shaped::Part)
            }
        }
    }
}

/// An article, or what was asked for of it.
#[derive(Debug, Serialize)]
#[serde(untagged)]
pub enum Shaped {
    Whole(Box<Article>),
    Part(Value),
}
