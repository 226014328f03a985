//! What it takes to say how entities are covered.

use std::{cmp::Ordering, collections::HashMap};

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::{Bucket, Cooccurring, CoveredEntity, Period, Timeline, Together, Trend, Trending},
    measures::{burst, npmi},
    queries::{self, Scope},
    time::{Interval, Span},
};
use crate::{
    entities::{self, model::EntityType},
    error::ApiResult,
    http::{page::Limit, params::invalid_parameter},
    tags,
    values::{Key, Moment, Timestamp, rounded, text_enum},
};

text_enum! {
    /// The order of what an entity appears with.
    pub enum CooccurringSort {
        /// Those that share the most articles first.
        Count = "count",
        /// Those first that appear with it more often than by chance.
        Npmi = "npmi",
    }
}

/// How many parts a timeline has at most.
pub const MAX_PARTS: usize = 1000;

/// Which articles count, as it was asked for.
#[derive(Debug, Clone)]
pub struct Articles {
    pub languages: Vec<String>,
    pub tags: Vec<Key>,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
}

impl Articles {
    fn look_up(&self, connection: &mut PgConnection) -> ApiResult<Scope> {
        let mut found = match self.tags.as_slice() {
            [] => HashMap::new(),
            keys => tags::queries::families(connection, keys)?,
        };
        Ok(Scope {
            languages: self.languages.clone(),
            // Of a tag that is not there, no article has any.
            tags: self.tags.iter().map(|key| found.remove(key).unwrap_or_default()).collect(),
            from: self.from.map(Moment::start),
            to: self.to.map(Moment::end),
        })
    }
}

/// The articles of an entity in parts of time, from the first day to the last that was asked for
/// or that has any.
pub fn timeline(
    connection: &mut PgConnection,
    key: &Key,
    interval: Interval,
    articles: &Articles,
) -> ApiResult<(Uuid, Timeline)> {
    let entity = entities::queries::find(connection, key)?.id;
    let scope = articles.look_up(connection)?;
    let days = queries::days(connection, entity, &scope)?;
    let first = scope.from.map(|from| from.date_naive()).or(days.first().map(|(day, _)| *day));
    let last = scope.to.map(|to| to.date_naive()).or(days.last().map(|(day, _)| *day));
    let parts = match first.zip(last) {
        None => Vec::new(),
        Some((first, last)) => interval.parts(first, last, MAX_PARTS),
    };
    if parts.len() > MAX_PARTS {
        return Err(invalid_parameter(
            "interval",
            "too_many",
            format_args!(
                "makes more than {MAX_PARTS} parts: give a longer one, or from and to nearer each other"
            ),
        ));
    }
    let mut counts: HashMap<NaiveDate, i64> = HashMap::new();
    for (day, count) in &days {
        *counts.entry(interval.start_of(*day)).or_default() += count;
    }
    let data = parts.into_iter().map(|start| Bucket {
        start,
        end: interval.next(start).and_then(|next| next.checked_sub_days(Days::new(1))).unwrap_or(start),
        count: counts.get(&start).copied().unwrap_or_default(),
    });
    let total = days.iter().map(|(_, count)| count).sum();
    Ok((entity, Timeline { interval, total, data: data.collect() }))
}

/// What to tell of those that an entity appears with.
#[derive(Debug, Clone)]
pub struct Companions {
    pub kinds: Vec<EntityType>,
    pub at_least: u32,
    pub sort: CooccurringSort,
    pub limit: Limit,
}

/// The entities that appear in the articles of another one.
pub fn cooccurring(
    connection: &mut PgConnection,
    key: &Key,
    wanted: &Companions,
    articles: &Articles,
) -> ApiResult<Cooccurring> {
    let entity = entities::queries::find(connection, key)?.id;
    let scope = articles.look_up(connection)?;
    // All articles of each are counted, so of no more entities than it takes.
    let at_most = match wanted.sort {
        CooccurringSort::Count => wanted.limit.0,
        CooccurringSort::Npmi => queries::MEASURED,
    };
    let company = queries::company(connection, entity, &wanted.kinds, wanted.at_least, at_most, &scope)?;
    let all = queries::articles(connection, &scope)?;
    let (own, counted) = (company.articles as f64, company.counted.max(1) as f64);
    let measured = company.companions.into_iter().map(|other| {
        // As many as there would be, had all been counted; never more than are possible.
        let both = (other.shared as f64 * own / counted).min(other.articles as f64);
        let npmi = npmi(both, own, other.articles as f64, all.max(1) as f64);
        (other, npmi)
    });
    let mut measured: Vec<_> = measured.collect();
    measured.sort_by(|(a, by_a), (b, by_b)| {
        let by_npmi = by_b.partial_cmp(by_a).unwrap_or(Ordering::Equal);
        let by_count = b.shared.cmp(&a.shared);
        let (first, second) = match wanted.sort {
            // As they were chosen.
            CooccurringSort::Count => (by_count, Ordering::Equal),
            CooccurringSort::Npmi => (by_npmi, by_count),
        };
        first.then(second).then(a.id.cmp(&b.id))
    });
    measured.truncate(wanted.limit.0 as usize);
    let mut shown = shown(connection, measured.iter().map(|(other, _)| other.id))?;
    let together = measured.into_iter().filter_map(|(other, npmi)| {
        let entity = shown.remove(&other.id)?;
        Some(Together { entity, count: other.shared, article_count: other.articles, npmi: rounded(npmi) })
    });
    Ok(Cooccurring {
        article_count: company.articles,
        counted: company.counted,
        is_exact: company.counted == company.articles,
        data: together.collect(),
    })
}

/// Of whom articles speak more than before.
#[derive(Debug, Clone)]
pub struct Trends {
    pub window: Span,
    pub baseline: Span,
    pub at: Option<Moment>,
    pub kinds: Vec<EntityType>,
    pub at_least: u32,
    pub limit: Limit,
    pub languages: Vec<String>,
    pub tags: Vec<Key>,
}

/// The entities that are in more of the articles of the window than in those of the baseline
/// before it.
pub fn trending(connection: &mut PgConnection, wanted: &Trends, now: DateTime<Utc>) -> ApiResult<Trending> {
    let end = wanted.at.map_or(now, Moment::end);
    let since = before(end, wanted.window.delta());
    let start = before(since, wanted.baseline.delta());
    let articles =
        Articles { languages: wanted.languages.clone(), tags: wanted.tags.clone(), from: None, to: None };
    let scope = Scope { from: Some(start), to: Some(end), ..articles.look_up(connection)? };
    let all = queries::articles(connection, &scope)?;
    let recent = Scope { from: Some(since + TimeDelta::microseconds(1)), ..scope.clone() };
    let all_now = queries::articles(connection, &recent)?;
    let all_before = all - all_now;
    let changes = queries::changes(connection, &wanted.kinds, since, wanted.at_least, &scope)?;
    let scored = changes.into_iter().map(|change| {
        // One article more on both sides, so that there are trends before there is a baseline.
        let (of_now, of_before) = (all_now + 1, all_before + 1);
        let score = burst(change.now as f64, of_now as f64, change.before as f64, of_before as f64);
        (change, score)
    });
    let mut scored: Vec<_> = scored.filter(|(_, score)| *score > 0.0).collect();
    scored.sort_by(|(a, by_a), (b, by_b)| {
        let by_score = by_b.partial_cmp(by_a).unwrap_or(Ordering::Equal);
        by_score.then(b.now.cmp(&a.now)).then(a.id.cmp(&b.id))
    });
    scored.truncate(wanted.limit.0 as usize);
    let mut shown = shown(connection, scored.iter().map(|(change, _)| change.id))?;
    let expected = |before: i64| before as f64 * all_now as f64 / all_before.max(1) as f64;
    let trends = scored.into_iter().filter_map(|(change, score)| {
        Some(Trend {
            entity: shown.remove(&change.id)?,
            count: change.now,
            baseline_count: change.before,
            expected: rounded(expected(change.before)),
            score: rounded(score),
        })
    });
    let period = |from, to, article_count| Period { from: Timestamp(from), to: Timestamp(to), article_count };
    Ok(Trending {
        window: period(since, end, all_now),
        baseline: period(start, since, all_before),
        data: trends.collect(),
    })
}

fn before(end: DateTime<Utc>, span: TimeDelta) -> DateTime<Utc> {
    let first = NaiveDate::from_ymd_opt(1, 1, 1).unwrap_or(NaiveDate::MIN).and_time(NaiveTime::MIN).and_utc();
    end.checked_sub_signed(span).unwrap_or(first).max(first)
}

fn shown(
    connection: &mut PgConnection,
    ids: impl Iterator<Item = Uuid>,
) -> ApiResult<HashMap<Uuid, CoveredEntity>> {
    let shown = queries::shown(connection, ids.collect())?.into_iter();
    Ok(shown.map(|entity| (entity.id, entity.into())).collect())
}
