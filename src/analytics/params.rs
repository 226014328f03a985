//! The parameters of coverage.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    read::{Articles, Companions, CooccurringSort, Trends},
    time::{Interval, Span},
};
use crate::{
    entities::model::EntityType,
    error::FieldError,
    http::{
        input::Input,
        params::{check_range, set},
    },
    page::Limit,
    values::{Key, LanguageTag, Moment},
};

fn texts(languages: &[LanguageTag]) -> Vec<String> {
    set(languages.iter().map(|language| language.as_str().to_owned()).collect())
}

/// What a timeline takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TimelineParams {
    /// The length of each bucket. Default: `month`.
    #[param(nullable = false)]
    interval: Option<Interval>,
    /// Only articles in any of these languages.
    #[param(example = json!(["ar"]))]
    language: Vec<LanguageTag>,
    /// Only articles with all of these tags (ids or slugs), or tags below them. An unknown tag matches no article.
    tags: Vec<Key>,
    /// The start: a day (UTC) or an instant. Default: the first article.
    from: Option<Moment>,
    /// The end, inclusive: a day (UTC) or an instant, not before `from`. Default: the last article.
    to: Option<Moment>,
}

impl Input for TimelineParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        check_range(self.from, self.to, faults);
    }
}

impl TimelineParams {
    /// What is asked for.
    pub fn asked(self) -> (Interval, Articles) {
        let articles =
            Articles { languages: texts(&self.language), tags: set(self.tags), from: self.from, to: self.to };
        (self.interval.unwrap_or(Interval::Month), articles)
    }
}

/// What the entities take that appear with another one.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct CooccurringParams {
    /// Only entities of any of these types.
    #[serde(rename = "type")]
    kind: Vec<EntityType>,
    /// Only articles in any of these languages.
    #[param(example = json!(["ar"]))]
    language: Vec<LanguageTag>,
    /// Only articles with all of these tags (ids or slugs), or tags below them. An unknown tag matches no article.
    tags: Vec<Key>,
    /// Only articles dated at or after this day (UTC) or instant.
    from: Option<Moment>,
    /// Only articles dated at or before this day (UTC) or instant, which must not be before `from`.
    to: Option<Moment>,
    /// Adds counts per day, week or month: `timeline`, and `counts` of each entity.
    #[param(nullable = false)]
    interval: Option<Interval>,
    /// The minimum number of shared articles, from 1 to 100. Default: 1.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, example = json!(1))]
    min_count: Option<Limit>,
    /// The sort order. Default: by the number of shared articles.
    #[param(nullable = false)]
    sort: Option<CooccurringSort>,
    /// The maximum number of entities.
    limit: Limit,
}

impl Input for CooccurringParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        check_range(self.from, self.to, faults);
    }
}

impl CooccurringParams {
    /// What is asked for.
    pub fn asked(self) -> (Companions, Articles) {
        let articles =
            Articles { languages: texts(&self.language), tags: set(self.tags), from: self.from, to: self.to };
        let companions = Companions {
            kinds: set(self.kind),
            at_least: self.min_count.map_or(1, |count| count.0),
            sort: self.sort.unwrap_or(CooccurringSort::Count),
            interval: self.interval,
            limit: self.limit,
        };
        (companions, articles)
    }
}

/// What trends take.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TrendingParams {
    /// The length of the window to rank. Default: 7 days.
    #[param(nullable = false)]
    window: Option<Span>,
    /// The length of the period before the window that it is compared with. Default: 28 days.
    #[param(nullable = false, example = json!("28d"))]
    baseline: Option<Span>,
    /// The end of the window. Default: now.
    at: Option<Moment>,
    /// Only entities of any of these types.
    #[serde(rename = "type")]
    kind: Vec<EntityType>,
    /// Only articles in any of these languages.
    #[param(example = json!(["ar"]))]
    language: Vec<LanguageTag>,
    /// Only articles with all of these tags (ids or slugs), or tags below them. An unknown tag matches no article.
    tags: Vec<Key>,
    /// The minimum number of articles in the window that mention an entity, from 1 to 100. Default: 3.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, example = json!(1))]
    min_count: Option<Limit>,
    /// The maximum number of entities.
    limit: Limit,
}

impl Input for TrendingParams {}

impl TrendingParams {
    /// What is asked for.
    pub fn asked(self) -> Trends {
        Trends {
            window: self.window.unwrap_or(Span::days(7)),
            baseline: self.baseline.unwrap_or(Span::days(28)),
            at: self.at,
            kinds: set(self.kind),
            at_least: self.min_count.map_or(3, |count| count.0),
            limit: self.limit,
            languages: texts(&self.language),
            tags: set(self.tags),
        }
    }
}
