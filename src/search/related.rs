//! Articles that have to do with another one: what is related, and why.

use std::{cmp::Ordering, collections::HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::queries::{
    self,
    related::{Label, Labelled},
};
use crate::{
    articles::{
        body::{Article, PartialArticle, Shaped},
        model::FullArticle,
        queries as articles, read,
        shape::Shape,
        terms::TermCache,
    },
    db::in_one_state,
    error::ApiResult,
    page::Limit,
    taxonomy::LabelKind,
    values::{Key, Text, rounded},
};

/// The articles that have to do with another one, the nearest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedArticles {
    #[schema(max_items = 100)]
    pub data: Vec<RelatedArticle>,
}

/// An article that has to do with another one.
#[derive(Debug, Serialize, ToSchema)]
pub struct RelatedArticle {
    #[schema(value_type = PartialArticle)]
    pub article: Shaped,
    /// How near the two are: the weights of what they share, more for newer articles.
    #[schema(minimum = 0.0, example = 1.62)]
    pub score: f64,
    /// What they share, the weightiest first.
    #[schema(min_items = 1, max_items = 20)]
    pub reasons: Vec<Reason>,
}

/// A tag or an entity that two articles share.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "kind": "entity", "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartoum", "name": "الخرطوم",
    "weight": 0.43
})))]
pub struct Reason {
    pub kind: LabelKind,
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    /// The name in the language of the article that was asked about, or the nearest there is.
    #[schema(value_type = Text<1, 300>)]
    pub name: String,
    /// How much it says, from above 0 to 1: the fewer articles have it, the more.
    #[schema(exclusive_minimum = 0.0, maximum = 1.0)]
    pub weight: f64,
}

impl Label {
    /// The weight of Adamic and Adar ("Friends and neighbors on the Web", 2003).
    fn weight(&self) -> f64 {
        1.0 / (self.article_count.max(2) as f64).log2()
    }

    fn reason(&self, language: &str) -> Reason {
        Reason {
            kind: self.kind,
            id: self.id,
            slug: self.slug.clone(),
            name: self.names.nearest(language).unwrap_or_else(|| self.slug.clone()),
            weight: rounded(self.weight()),
        }
    }
}

/// An article that was found to be related.
pub struct Related {
    article: FullArticle,
    score: f64,
    reasons: Vec<Reason>,
}

/// The articles that are related to the one with the key, of which newer ones count more today.
pub fn read(
    connection: &mut PgConnection,
    key: &Key,
    limit: Limit,
    shape: &Shape,
    cache: &TermCache,
    today: NaiveDate,
) -> ApiResult<Vec<Related>> {
    let seen = Shape::listed().seeing_unpublished(shape.unpublished);
    let (article, labels, sharing) = in_one_state(connection, |connection| {
        // It shows no tags and no entities, so nothing is to be kept of them.
        let article = articles::find(connection, key, &seen)?.article;
        let labels = queries::related::labels(connection, article.id)?;
        let sharing = queries::related::sharing(connection, article.id, &labels)?;
        Ok((article, labels, sharing))
    })?;
    let language = article.language;
    let mut nearest = nearest(&labels, sharing, &language, today);
    nearest.truncate(limit.0 as usize);
    let mut ids: Vec<Uuid> = nearest.iter().map(|near| near.article).collect();
    ids.truncate(articles::affordable(connection, &ids, shape)?);
    let rows = articles::load(connection, &ids, shape)?;
    let found = read::all(connection, rows, shape, cache)?;
    let mut found: HashMap<Uuid, FullArticle> =
        found.into_iter().map(|full| (full.article.id, full)).collect();
    let found = nearest.iter().filter_map(|near| {
        let article = found.remove(&near.article)?;
        let reasons = near.labels.iter().map(|label| label.reason(&language)).collect();
        Some(Related { article, score: rounded(near.score), reasons })
    });
    Ok(found.collect())
}

impl RelatedArticles {
    /// Those that were found, as they are asked for.
    pub fn new(found: Vec<Related>, shape: &Shape) -> ApiResult<Self> {
        let shaped = |Related { article, score, reasons }| {
            Ok(RelatedArticle { article: Article::from(article).shaped(shape)?, score, reasons })
        };
        Ok(Self { data: found.into_iter().map(shaped).collect::<ApiResult<_>>()? })
    }
}

/// An article with all that it shares, the rarest first.
#[derive(Debug)]
struct Near<'a> {
    article: Uuid,
    date: DateTime<Utc>,
    is_same_language: bool,
    labels: Vec<&'a Label>,
    score: f64,
}

/// The articles that share labels, those in the language first, the nearest of each first. Of the
/// labels the rarest come first.
fn nearest<'a>(
    labels: &'a [Label],
    sharing: Vec<Labelled>,
    language: &str,
    today: NaiveDate,
) -> Vec<Near<'a>> {
    let mut found: HashMap<Uuid, Near> = HashMap::new();
    let places: HashMap<Uuid, usize> =
        labels.iter().enumerate().map(|(place, label)| (label.id, place)).collect();
    for shared in sharing {
        let Some(label) = places.get(&shared.label).and_then(|place| labels.get(*place)) else { continue };
        let near = found.entry(shared.article).or_insert_with(|| Near {
            article: shared.article,
            date: shared.date,
            is_same_language: shared.language == language,
            labels: Vec::new(),
            score: 0.0,
        });
        near.labels.push(label);
    }
    let mut nearest: Vec<Near> = found.into_values().collect();
    for near in &mut nearest {
        near.labels.sort_by_key(|label| places.get(&label.id));
        let weight: f64 = near.labels.iter().map(|label| label.weight()).sum();
        near.score = weight * queries::recency(near.date, today);
    }
    nearest.sort_by(|a, b| {
        let by_score = b.score.partial_cmp(&a.score).unwrap_or(Ordering::Equal);
        b.is_same_language
            .cmp(&a.is_same_language)
            .then(by_score)
            .then(b.date.cmp(&a.date))
            .then(b.article.cmp(&a.article))
    });
    nearest
}

#[cfg(test)]
mod tests {
    use super::*;

    fn label(number: u128, article_count: i64) -> Label {
        let names = serde_json::from_str(r#"{"en": "Name"}"#).expect("names");
        Label {
            kind: LabelKind::Tag,
            id: Uuid::from_u128(number),
            slug: number.to_string(),
            names,
            article_count,
        }
    }

    fn labelled(label: u128, article: u128, date: &str, language: &str) -> Labelled {
        Labelled {
            label: Uuid::from_u128(label),
            article: Uuid::from_u128(article),
            date: date.parse().expect("a date"),
            language: language.to_owned(),
        }
    }

    fn order(sharing: Vec<Labelled>) -> Vec<u128> {
        let labels = [label(1, 2), label(2, 1000)];
        let today = NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day");
        nearest(&labels, sharing, "ar", today).iter().map(|near| near.article.as_u128()).collect()
    }

    const DAY: &str = "2026-11-20T00:00:00Z";

    #[test]
    fn what_is_rare_says_more_than_what_is_common() {
        assert_eq!(order(vec![labelled(2, 10, DAY, "ar"), labelled(1, 11, DAY, "ar")]), [11, 10]);
    }

    #[test]
    fn who_shares_more_is_nearer() {
        let sharing =
            vec![labelled(1, 10, DAY, "ar"), labelled(1, 11, DAY, "ar"), labelled(2, 11, DAY, "ar")];
        assert_eq!(order(sharing), [11, 10]);
    }

    #[test]
    fn the_same_language_comes_first_and_then_the_newest() {
        let sharing = vec![
            labelled(1, 10, "2020-01-01T00:00:00Z", "ar"),
            labelled(1, 11, DAY, "ar"),
            labelled(1, 12, DAY, "en"),
            labelled(2, 13, "2020-01-01T00:00:00Z", "ar"),
        ];
        assert_eq!(order(sharing), [11, 10, 13, 12]);
    }
}
