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
    /// The length of a part: a month, unless given.
    #[param(nullable = false)]
    interval: Option<Interval>,
    /// Articles in any of these languages.
    #[param(example = json!(["ar"]))]
    language: Vec<LanguageTag>,
    /// Articles that bear all of these tags, each by id or slug, or one below them. No article bears a tag that is
    /// not known.
    tags: Vec<Key>,
    /// Not before this day or instant; the first article, unless given.
    from: Option<Moment>,
    /// Not after this day or instant, which must not be before `from`; the last article, unless given.
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
    /// Entities of any of these types.
    #[serde(rename = "type")]
    kind: Vec<EntityType>,
    /// Articles in any of these languages.
    #[param(example = json!(["ar"]))]
    language: Vec<LanguageTag>,
    /// Articles that bear all of these tags, each by id or slug, or one below them. No article bears a tag that is
    /// not known.
    tags: Vec<Key>,
    /// Not before this day or instant.
    from: Option<Moment>,
    /// Not after this day or instant, which must not be before `from`.
    to: Option<Moment>,
    /// Counts the shared articles of each day, week or month as well: `timeline`, and the `counts` of
    /// each entity.
    #[param(nullable = false)]
    interval: Option<Interval>,
    /// Entities that share so many articles with it at least: 1 to 100, 1 unless given.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, example = json!(1))]
    min_count: Option<Limit>,
    /// The order: by the number of shared articles, unless given.
    #[param(nullable = false)]
    sort: Option<CooccurringSort>,
    /// How many entities there are at most.
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
    /// The time that is looked at: the last 7 days, unless given.
    #[param(nullable = false)]
    window: Option<Span>,
    /// The time before it with which it is compared: 28 days, unless given.
    #[param(nullable = false, example = json!("28d"))]
    baseline: Option<Span>,
    /// The end of the window: now, unless given.
    at: Option<Moment>,
    /// Entities of any of these types.
    #[serde(rename = "type")]
    kind: Vec<EntityType>,
    /// Articles in any of these languages.
    #[param(example = json!(["ar"]))]
    language: Vec<LanguageTag>,
    /// Articles that bear all of these tags, each by id or slug, or one below them. No article bears a tag that is
    /// not known.
    tags: Vec<Key>,
    /// Entities that are in so many articles of the window at least: 1 to 100, 3 unless given.
    #[param(value_type = Option<i32>, nullable = false, minimum = 1, maximum = 100, example = json!(1))]
    min_count: Option<Limit>,
    /// How many entities there are at most.
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
