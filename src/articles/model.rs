//! Articles as they are stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::shown::{ShownEntity, ShownTag};
use crate::{
    annotator::model::{LinkOrigin, Texts},
    cache::dependency_cache::Cached,
    index,
    page::SortKey,
    schema::articles,
    values::{Json, Metadata, StoredJson, Text, Url, text_enum},
};
use maqal_text::query::{self, Packed};

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
        /// HTML, of which `body_html` keeps what is harmless; of pictures as `data:` URLs those of up to 64 KiB.
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

/// A stored article, but for its bodies, which most readers do not ask for.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = articles)]
pub struct Article {
    pub id: Uuid,
    pub slug: String,
    pub status: ArticleStatus,
    pub language: String,
    pub headline: String,
    pub alternative_headline: Option<String>,
    pub standfirst: Option<String>,
    pub body_format: BodyFormat,
    pub word_count: i32,
    pub byline: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub canonical_url: Option<String>,
    pub image: Option<StoredJson>,
    pub published_at: Option<DateTime<Utc>>,
    pub translation_of: Option<Uuid>,
    pub metadata: StoredJson,
    pub version: i64,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub sort_date: DateTime<Utc>,
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
    pub fn given(status: Option<ArticleStatus>, date: Option<DateTime<Utc>>, current: Option<Self>) -> Self {
        let status = status.or(current.map(|current| current.status)).unwrap_or(ArticleStatus::Draft);
        let date = date.or(current.and_then(|current| current.published_at));
        // Published for the first time, and without a date: now.
        let published_at =
            if status == ArticleStatus::Published { date.or_else(|| Some(now())) } else { date };
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
}

/// Now, to the microsecond, which is what PostgreSQL keeps.
fn now() -> DateTime<Utc> {
    use chrono::SubsecRound;
    Utc::now().trunc_subsecs(6)
}

impl Article {
    /// Whether it is published, and since when.
    pub fn publication(&self) -> Publication {
        Publication { status: self.status, published_at: self.published_at }
    }

    /// The date that public lists sort by; none while the article is not public.
    pub fn public_date(&self) -> Option<DateTime<Utc>> {
        self.published_at.filter(|_| self.status == ArticleStatus::Published)
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
    pub entity: Cached<ShownEntity>,
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
    pub tags: Option<Vec<Cached<ShownTag>>>,
    pub entities: Option<Vec<LinkedEntity>>,
}

/// All that is written of an article but its id and slug.
// With a value for each column the statement is always the same, and stays prepared.
#[derive(Debug, Clone, Insertable, AsChangeset)]
#[diesel(table_name = articles, treat_none_as_null = true, treat_none_as_default_value = false)]
pub struct ArticleContent {
    pub status: ArticleStatus,
    pub language: String,
    pub headline: String,
    pub alternative_headline: Option<String>,
    pub standfirst: Option<String>,
    pub body: String,
    pub body_format: BodyFormat,
    pub body_html: String,
    pub body_text: String,
    pub word_count: i32,
    pub byline: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub canonical_url: Option<String>,
    pub image: Option<Json<Image>>,
    pub published_at: Option<DateTime<Utc>>,
    pub translation_of: Option<Uuid>,
    pub metadata: Json<Metadata>,
}

impl ArticleContent {
    /// The date that public lists will sort by.
    pub fn public_date(&self) -> Option<DateTime<Utc>> {
        self.published_at.filter(|_| self.status == ArticleStatus::Published)
    }

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
        let Self { language, headline, standfirst, body_text, .. } = self;
        query::packed(index::fields(language, headline, standfirst.as_deref(), body_text))
    }
}
