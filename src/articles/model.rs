//! Articles as they are stored.

use chrono::{DateTime, Utc};
use diesel::{dsl::SqlTypeOf, pg::Pg, prelude::*, query_builder::AstPass, sql_types::Array};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    columns::article_columns,
    terms::{EntitySummary, TagSummary},
};
use crate::{
    annotator::model::{LinkOrigin, Texts},
    cache::dependency_cache::Cached,
    index,
    page::SortKey,
    schema::articles,
    values::{StoredJson, Text, Url, text_enum},
};
use maqal_text::query::Packed;

text_enum! {
    /// Who may see an article.
    pub enum ArticleStatus {
        /// Not yet public: only with a key.
        Draft = "draft",
        /// Public.
        Published = "published",
        /// No longer public: only with a key.
        Archived = "archived",
    }
}

text_enum! {
    /// How a body is written.
    pub enum BodyFormat {
        /// Plain text; blank lines part its paragraphs.
        Text = "text",
        /// CommonMark, with tables, strikethrough and footnotes, which stand at the end. `*` and `~` open and close an
        /// emphasis beside letters of scripts that write words together too, as in `و**«القدس»**`.
        Markdown = "markdown",
        /// HTML, of which `body_html` keeps what is harmless. Of pictures as `data:` URLs those are kept that are PNG, JPEG,
        /// GIF, WebP or AVIF in base64, of up to 64 KiB; of any other, as SVG, `body_html` has an `img` without `src`.
        Html = "html",
    }
}

text_enum! {
    /// What an entity is to an article.
    pub enum Relation {
        /// The article is about it.
        About = "about",
        /// The article names it.
        Mentions = "mentions",
        /// It wrote the article.
        Author = "author",
    }
}

/// The picture of an article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({
    "url": "https://example.org/fair.jpg", "alt": "زوار بين رفوف الكتب",
    "caption": null, "credit": "ليلى عثمان"
})))]
pub struct Image {
    pub url: Url,
    /// What it shows, for those who do not see it.
    pub alt: Option<Text<0, 1000>>,
    pub caption: Option<Text<0, 2000>>,
    /// Whom to thank for it.
    pub credit: Option<Text<0, 500>>,
}

article_columns! {
    language: String,
    headline: String,
    kicker: Option<String>,
    alternative_headline: Option<String>,
    standfirst: Option<String>,
    body_format: BodyFormat,
    byline: Option<String>,
    source: Option<String>,
    external_id: Option<String>,
    canonical_url: Option<String>,
    image: Option<StoredJson>,
    metadata: StoredJson,
}

/// Whether a column says nothing, so that a client need not write it.
fn is_absent(value: &impl Absent) -> bool {
    value.is_absent()
}

trait Absent {
    fn is_absent(&self) -> bool {
        false
    }
}

impl Absent for String {}
impl Absent for BodyFormat {}

impl<T> Absent for Option<T> {
    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

impl Absent for StoredJson {
    fn is_absent(&self) -> bool {
        self.as_str() == "{}"
    }
}

impl<T: Absent> Absent for &T {
    fn is_absent(&self) -> bool {
        (**self).is_absent()
    }
}

/// What of an article depends on what is stored already.
#[derive(Debug, Clone)]
pub struct Placement {
    pub slug: String,
    pub status: ArticleStatus,
    pub published_at: Option<DateTime<Utc>>,
    pub translation_of: Option<Uuid>,
}

/// Whether an article is published, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Publication {
    pub status: ArticleStatus,
    pub published_at: Option<DateTime<Utc>>,
}

impl Publication {
    /// That of an article which is given this status and this date, and had
    /// that publication before: what is not given stays.
    pub fn given(
        status: Option<ArticleStatus>,
        date: Option<DateTime<Utc>>,
        current: Option<Self>,
        now: DateTime<Utc>,
    ) -> Self {
        let status = status.or(current.map(|current| current.status)).unwrap_or(ArticleStatus::Draft);
        let date = date.or(current.and_then(|current| current.published_at));
        // Published for the first time, and without a date: now.
        let published_at = if status == ArticleStatus::Published { date.or(Some(now)) } else { date };
        Self { status, published_at }
    }

    /// The same, of an article that is not published at that date: a patch takes a date away by null, unless readers
    /// need it.
    pub fn dated(self, date: Option<DateTime<Utc>>) -> Self {
        match self.status {
            ArticleStatus::Published => self,
            status => Self { status, published_at: date },
        }
    }

    /// The date that public lists sort by; none while the article is not public.
    pub fn public_date(self) -> Option<DateTime<Utc>> {
        self.published_at.filter(|_| self.status == ArticleStatus::Published)
    }
}

impl Article {
    /// Whether it is published, and since when.
    pub fn publication(&self) -> Publication {
        Publication { status: self.status, published_at: self.published_at }
    }
}

/// The bodies of an article that were asked for.
#[derive(Debug, Clone, Default, Queryable)]
pub struct Bodies {
    pub body: Option<String>,
    pub body_html: Option<String>,
    pub body_text: Option<String>,
}

/// An entity, as one of its articles shows it.
#[derive(Debug, Clone)]
pub struct LinkedEntity {
    pub entity: Cached<EntitySummary>,
    pub relation: Relation,
    pub salience: Option<f64>,
    pub origin: LinkOrigin,
}

text_enum! {
    /// What an article may have.
    pub enum Feature {
        /// A picture.
        Image = "image",
    }
}

text_enum! {
    /// What the articles of a list may have in common.
    pub enum Facet {
        Tags = "tags",
        Entities = "entities",
        Language = "language",
        Source = "source",
        /// The month of publication.
        Month = "month",
    }
}

/// An article with what was asked for besides.
#[derive(Debug, Clone)]
pub struct FullArticle {
    pub article: Article,
    /// The article that it translates, though readers may not know of it.
    pub original: Option<Uuid>,
    pub bodies: Bodies,
    pub tags: Option<Vec<Cached<TagSummary>>>,
    pub entities: Option<Vec<LinkedEntity>>,
}

impl ArticleContent {
    /// The texts in which names are found, of the article with that id.
    pub fn texts(&self, id: Uuid) -> Texts {
        Texts {
            id,
            language: self.language.clone(),
            headline: self.headline.clone(),
            standfirst: self.standfirst.clone(),
            body_text: self.body_text.clone(),
        }
    }
}

/// What an article is linked to by its editor: the ids of its tags, and its entities, each in order.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Links {
    pub tags: Vec<Uuid>,
    pub entities: Vec<EntityLink>,
}

/// An entity's id, what the entity is to the article, and its salience.
pub type EntityLink = (Uuid, Relation, Option<f64>);

impl Links {
    /// The ids of all of them.
    pub fn labels(&self) -> impl Iterator<Item = Uuid> {
        self.tags.iter().copied().chain(self.entities.iter().map(|(id, _, _)| *id))
    }
}

/// An article that is there already, as far as it has to be known to decide what becomes of it.
#[derive(Debug, Clone)]
pub struct Current {
    pub id: Uuid,
    pub slug: String,
    pub publication: Publication,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub version: i64,
    /// The provisional slug that it had before, where a line names it by that.
    pub former_slug: Option<String>,
}

impl Current {
    /// The source and the id there, if it has them.
    pub fn external_key(&self) -> Option<(&str, &str)> {
        self.source.as_deref().zip(self.external_id.as_deref())
    }
}

/// All that is stored of an article, and that a writer may change.
#[derive(Debug)]
pub struct Stored {
    pub article: Article,
    pub bodies: Bodies,
    pub links: Links,
}

/// The orders of a list of articles. What was never published is sorted by its creation.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ArticleSort {
    /// The newest first.
    #[default]
    #[serde(rename = "-published_at")]
    PublishedAtDescending,
    #[serde(rename = "published_at")]
    PublishedAt,
    #[serde(rename = "-updated_at")]
    UpdatedAtDescending,
    #[serde(rename = "updated_at")]
    UpdatedAt,
    /// By the code points of the headline.
    #[serde(rename = "headline")]
    Headline,
    /// What matches `q` best first: the newest matches alone are ranked.
    #[serde(rename = "relevance")]
    Relevance,
}

impl ArticleSort {
    /// The value that the order compares, of one article.
    pub fn key(self, article: &Article) -> SortKey {
        match self {
            ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => SortKey::Time(article.sort_date),
            ArticleSort::UpdatedAt | ArticleSort::UpdatedAtDescending => SortKey::Time(article.updated_at),
            ArticleSort::Headline => SortKey::Text(article.headline.clone()),
            // The score is no part of the article.
            ArticleSort::Relevance => SortKey::Number(0),
        }
    }
}

impl ArticleContent {
    /// The analysed texts of the article.
    pub fn packed_vector(&self) -> Packed {
        let texts = index::Texts {
            language: &self.language,
            headline: &self.headline,
            kicker: self.kicker.as_deref(),
            standfirst: self.standfirst.as_deref(),
            body_text: &self.body_text,
        };
        texts.packed()
    }
}
