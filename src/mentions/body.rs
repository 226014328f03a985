//! Mentions as JSON, in and out.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::queries::MentioningArticle;
use crate::{
    annotator::model::{self, GivenOrigin, MentionField, MentionOrigin, MentionStatus},
    articles::model::{Article, ArticleStatus},
    entities::model::{EntityBrief, EntityType},
    http::input::Input,
    page::{Page, PageInfo},
    values::{Excerpt, Key, LanguageTag, Text, Timestamp, rounded},
};

/// What stands in a text: an editor may mark as much of it as there is.
pub type Exact = Excerpt<1, 1_000_000>;

/// A few code points before or after it.
pub type Nearby = Excerpt<0, 32>;

/// One place in an article's text where an entity is named.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b21",
    "entity": {"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "type": "place", "name": "الخرطوم"},
    "field": "headline", "start": 12, "end": 19, "exact": "الخرطوم", "prefix": "افتتاح معرض ", "suffix": " للكتاب",
    "origin": "gazetteer", "status": "found", "confidence": 0.97, "created_at": "2026-11-23T09:30:00Z"
})))]
pub struct Mention {
    pub id: Uuid,
    pub entity: EntityOfMention,
    pub field: MentionField,
    /// Where it begins, in code points of the field's plain text.
    #[schema(minimum = 0)]
    pub start: i32,
    /// Where it ends: the code point after the last. In JavaScript,
    /// `[...text].slice(start, end).join("")` is what stands there.
    #[schema(minimum = 1)]
    pub end: i32,
    /// What stands there, without Arabic particles.
    #[schema(value_type = Exact)]
    pub exact: String,
    /// Up to 32 code points before it.
    #[schema(value_type = Nearby)]
    pub prefix: String,
    /// Up to 32 code points after it.
    #[schema(value_type = Nearby)]
    pub suffix: String,
    pub origin: MentionOrigin,
    pub status: MentionStatus,
    /// How likely it is that this entity is meant.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub confidence: f64,
    pub created_at: Timestamp,
}

/// The entity of a mention.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityOfMention {
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    #[serde(rename = "type")]
    pub kind: EntityType,
    /// The name in the article's language, or the nearest there is.
    #[schema(example = "الخرطوم", value_type = Text<1, 300>)]
    pub name: String,
}

impl EntityOfMention {
    /// The entity, as an article of that language shows it.
    pub fn new(entity: EntityBrief, language: &str) -> Self {
        let name = entity.names.nearest(language).unwrap_or_else(|| entity.slug.clone());
        Self { id: entity.id, slug: entity.slug, kind: entity.kind, name }
    }
}

impl Mention {
    /// A mention in an article of that language.
    pub fn new(mention: model::Mention, entity: EntityBrief, language: &str) -> Self {
        Self {
            id: mention.id,
            entity: EntityOfMention::new(entity, language),
            field: mention.field,
            start: mention.start,
            end: mention.end,
            exact: mention.exact,
            prefix: mention.prefix,
            suffix: mention.suffix,
            origin: mention.origin,
            status: mention.status,
            confidence: rounded(mention.confidence.into()),
            created_at: mention.created_at.into(),
        }
    }
}

/// A page of the mentions of an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct MentionPage {
    #[schema(max_items = 100)]
    pub data: Vec<Mention>,
    pub page: PageInfo,
    /// The article, which its address names in one way or another.
    #[serde(skip)]
    pub article: Uuid,
}

impl MentionPage {
    /// Those that were found in an article.
    pub fn new(article: &Article, found: Page<(model::Mention, EntityBrief)>) -> Self {
        let mention = |(mention, entity)| Mention::new(mention, entity, &article.language);
        Self { data: found.rows.into_iter().map(mention).collect(), page: found.info, article: article.id }
    }
}

/// A place in some article where an entity is named.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct EntityMention {
    pub id: Uuid,
    pub article: ArticleOfMention,
    pub field: MentionField,
    /// Where it begins, in code points of the field's plain text.
    #[schema(minimum = 0)]
    pub start: i32,
    /// Where it ends: the code point after the last.
    #[schema(minimum = 1)]
    pub end: i32,
    /// What stands there.
    #[schema(example = "الخرطوم")]
    #[schema(value_type = Exact)]
    pub exact: String,
    /// Up to 32 code points before it.
    #[schema(value_type = Nearby)]
    pub prefix: String,
    /// Up to 32 code points after it.
    #[schema(value_type = Nearby)]
    pub suffix: String,
    pub origin: MentionOrigin,
    pub status: MentionStatus,
    /// How likely it is that this entity is meant.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub confidence: f64,
    pub created_at: Timestamp,
}

/// The article of a mention.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ArticleOfMention {
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    /// A BCP 47 language tag.
    #[schema(value_type = LanguageTag)]
    pub language: String,
    #[schema(example = "افتتاح معرض الخرطوم للكتاب", value_type = Text<1, 500, true>)]
    pub headline: String,
    pub status: ArticleStatus,
    /// Null where it has never been published.
    pub published_at: Option<Timestamp>,
}

impl EntityMention {
    /// A mention in that article.
    pub fn new(mention: model::Mention, article: MentioningArticle) -> Self {
        let MentioningArticle { id, slug, headline, language, status, published_at } = article;
        let published_at = published_at.map(Timestamp);
        Self {
            id: mention.id,
            article: ArticleOfMention { id, slug, language, headline, status, published_at },
            field: mention.field,
            start: mention.start,
            end: mention.end,
            exact: mention.exact,
            prefix: mention.prefix,
            suffix: mention.suffix,
            origin: mention.origin,
            status: mention.status,
            confidence: rounded(mention.confidence.into()),
            created_at: mention.created_at.into(),
        }
    }
}

/// A page of the mentions of an entity.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityMentionPage {
    #[schema(max_items = 100)]
    pub data: Vec<EntityMention>,
    pub page: PageInfo,
}

/// A mention as an editor makes it: with `start` and `end`, or with `exact`, which has to stand in
/// the field once, with this `prefix` and `suffix`.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(
    json!({"entity": "oman", "field": "headline", "start": 6, "end": 11, "exact": "عُمان"}),
    json!({"entity": "oman", "field": "headline", "exact": "عُمان", "prefix": "أفلاج "}),
))]
pub struct MentionInput {
    /// The id or the slug of the entity.
    #[schema(required, nullable = false)]
    pub entity: Option<Key>,
    #[schema(required, nullable = false)]
    pub field: Option<MentionField>,
    /// Where it begins, in code points of the field's plain text.
    pub start: Option<u32>,
    /// Where it ends: the code point after the last.
    pub end: Option<u32>,
    /// What stands there. With `start` and `end` it is compared with the text.
    pub exact: Option<Excerpt<1, 1000>>,
    /// What stands before it.
    pub prefix: Option<Excerpt<0, 1000>>,
    /// What stands after it.
    pub suffix: Option<Excerpt<0, 1000>>,
    /// Who says so: an editor, unless given.
    #[schema(nullable = false)]
    pub origin: Option<GivenOrigin>,
}

impl Input for MentionInput {
    const REQUIRED: &'static [&'static str] = &["entity", "field"];
}
