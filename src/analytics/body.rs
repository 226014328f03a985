//! How entities are covered, as JSON.

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::time::Interval;
use crate::{
    entities::model::{EntityBrief, EntityType, Names},
    values::{StoredTexts, Timestamp},
};

/// An entity, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "type": "place",
    "names": {"ar": "الخرطوم", "en": "Khartoum"}
})))]
pub struct CoveredEntity {
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    #[serde(rename = "type")]
    pub kind: EntityType,
    #[schema(value_type = Names)]
    pub names: StoredTexts,
}

impl From<EntityBrief> for CoveredEntity {
    fn from(EntityBrief { id, slug, kind, names }: EntityBrief) -> Self {
        Self { id, slug, kind, names }
    }
}

/// The number of an entity's articles in each part of a time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "interval": "month", "total": 7,
    "data": [{"start": "2026-09-01", "end": "2026-09-30", "count": 5},
             {"start": "2026-10-01", "end": "2026-10-31", "count": 0},
             {"start": "2026-11-01", "end": "2026-11-30", "count": 2}]
})))]
pub struct Timeline {
    pub interval: Interval,
    /// The number of all articles in it.
    #[schema(minimum = 0)]
    pub total: i64,
    /// The parts, the earliest first, without gaps.
    #[schema(max_items = 1000)]
    pub data: Vec<Bucket>,
}

/// A part of a timeline.
#[derive(Debug, Serialize, ToSchema)]
pub struct Bucket {
    /// Its first day, in UTC.
    pub start: NaiveDate,
    /// Its last day.
    pub end: NaiveDate,
    /// The articles that were published in it; of the first and the last part, those between `from` and `to`.
    #[schema(minimum = 0)]
    pub count: i64,
}

/// The entities that appear in the articles of another one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "article_count": 12, "counted": 12, "is_exact": true,
    "timeline": {"interval": "month", "total": 12,
                 "data": [{"start": "2026-09-01", "end": "2026-09-30", "count": 7},
                          {"start": "2026-10-01", "end": "2026-10-31", "count": 0},
                          {"start": "2026-11-01", "end": "2026-11-30", "count": 5}]},
    "data": [{"entity": {"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "type": "place",
                         "names": {"ar": "الخرطوم", "en": "Khartoum"}},
              "count": 4, "counts": [1, 0, 3], "article_count": 9, "npmi": 0.417}]
})))]
pub struct Cooccurring {
    /// The articles of the entity that was asked about.
    #[schema(minimum = 0)]
    pub article_count: i64,
    /// How many of them were looked at: all, or the newest 10,000.
    #[schema(minimum = 0, maximum = 10000)]
    pub counted: i64,
    /// Whether all of them were looked at.
    pub is_exact: bool,
    /// With `interval`: when those that were looked at were published.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub timeline: Option<Timeline>,
    #[schema(max_items = 100)]
    pub data: Vec<Together>,
}

/// How many articles there are.
#[derive(Debug, Serialize, ToSchema)]
#[schema(minimum = 0)]
pub struct ArticleCount(i64);

/// An entity that appears with another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Together {
    pub entity: CoveredEntity,
    /// How many of the articles that were looked at speak of both.
    #[schema(minimum = 1)]
    pub count: i64,
    /// With `interval`: how many of them are in each part of `timeline`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, max_items = 1000, value_type = Option<Vec<ArticleCount>>)]
    pub counts: Option<Vec<i64>>,
    /// How many articles speak of this one.
    #[schema(minimum = 1)]
    pub article_count: i64,
    /// The normalised pointwise mutual information of the two: 1 where neither appears without the
    /// other, 0 where they meet by chance, less where they avoid each other.
    #[schema(minimum = -1.0, maximum = 1.0)]
    pub npmi: f64,
}

/// The entities of whom articles speak more than before.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "window": {"from": "2026-11-17T09:30:00Z", "to": "2026-11-24T09:30:00Z", "article_count": 140},
    "baseline": {"from": "2026-10-20T09:30:00Z", "to": "2026-11-17T09:30:00Z", "article_count": 560},
    "data": [{"entity": {"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "type": "place",
                         "names": {"ar": "الخرطوم", "en": "Khartoum"}},
              "count": 12, "baseline_count": 8, "expected": 2.0, "score": 4.307}]
})))]
pub struct Trending {
    pub window: Period,
    pub baseline: Period,
    #[schema(max_items = 100)]
    pub data: Vec<Trend>,
}

/// A time, and its articles.
#[derive(Debug, Serialize, ToSchema)]
pub struct Period {
    pub from: Timestamp,
    pub to: Timestamp,
    /// The published articles of the time that the filters let through.
    #[schema(minimum = 0)]
    pub article_count: i64,
}

/// An entity of whom articles speak more than before.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trend {
    pub entity: CoveredEntity,
    /// The articles of the window that speak of it.
    #[schema(minimum = 1)]
    pub count: i64,
    /// The articles of the baseline that do.
    #[schema(minimum = 0)]
    pub baseline_count: i64,
    /// How many of the window would, were it as before.
    #[schema(minimum = 0.0)]
    pub expected: f64,
    /// The signed root of the log-likelihood ratio: about the standard deviations above what was
    /// expected.
    #[schema(minimum = 0.0)]
    pub score: f64,
}
