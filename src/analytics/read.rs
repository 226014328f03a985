//! What it takes to say how entities are covered.

use std::{cmp::Ordering, collections::HashMap};

use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::{Bucket, Cooccurring, CoveredEntity, Period, Timeline, Together, Trend, Trending},
    measures::{burst, npmi},
    queries::{self, Scope},
    time::{Interval, Parts, Span},
};
use crate::{
    entities::{self, model::EntityType},
    error::{ApiResult, invalid_parameter},
    page::Limit,
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
    Ok((entity, Timeline::of(&parts(interval, scope.from, scope.to, &days)?, &days)))
}

/// The parts from one moment to another, or from the first or to the last of these days.
fn parts(
    interval: Interval,
    from: Option<DateTime<Utc>>,
    to: Option<DateTime<Utc>>,
    days: &[(NaiveDate, i64)],
) -> ApiResult<Parts> {
    let days = || days.iter().map(|(day, _)| *day);
    let first = from.map(|from| from.date_naive()).or(days().min());
    let last = to.map(|to| to.date_naive()).or(days().max());
    match first.zip(last) {
        None => Ok(Parts { interval, starts: Vec::new() }),
        Some((first, last)) => Parts::between(interval, first, last).ok_or_else(|| {
            let max = Parts::MAX;
            let detail = format_args!(
                "makes more than {max} parts: give a longer one, or from and to nearer each other"
            );
            invalid_parameter("interval", "too_many", detail)
        }),
    }
}

impl Timeline {
    fn of(parts: &Parts, days: &[(NaiveDate, i64)]) -> Self {
        let bucket = |(&start, count)| Bucket { start, end: parts.interval.end(start), count };
        Self {
            interval: parts.interval,
            total: days.iter().map(|(_, count)| count).sum(),
            data: parts.starts.iter().zip(parts.sums(days)).map(bucket).collect(),
        }
    }
}

/// What to tell of those that an entity appears with.
#[derive(Debug, Clone)]
pub struct Companions {
    pub kinds: Vec<EntityType>,
    pub at_least: u32,
    pub sort: CooccurringSort,
    /// Whether they are counted in parts of time as well, and in which.
    pub interval: Option<Interval>,
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
    let is_exact = company.counted == company.articles;
    let ids = || measured.iter().map(|(other, _)| other.id);
    let mut shown = shown(connection, ids())?;
    let series = match wanted.interval {
        None => None,
        Some(interval) => {
            // Before the first of the newest nothing was looked at: no 0 may say that there is none.
            let from = scope.from.filter(|_| is_exact);
            Some(Series::read(connection, entity, ids().collect(), interval, from, &scope)?)
        }
    };
    let together = measured.iter().filter_map(|(other, npmi)| {
        Some(Together {
            entity: shown.remove(&other.id)?,
            count: other.shared,
            counts: series.as_ref().map(|series| series.counts(other.id)),
            article_count: other.articles,
            npmi: rounded(*npmi),
        })
    });
    Ok(Cooccurring {
        article_count: company.articles,
        counted: company.counted,
        is_exact,
        data: together.collect(),
        timeline: series.map(|series| Timeline::of(&series.parts, &series.own)),
    })
}

/// When an entity appears, and when with others.
struct Series {
    parts: Parts,
    own: Vec<(NaiveDate, i64)>,
    shared: HashMap<Uuid, Vec<(NaiveDate, i64)>>,
}

impl Series {
    fn read(
        connection: &mut PgConnection,
        entity: Uuid,
        mut with: Vec<Uuid>,
        interval: Interval,
        from: Option<DateTime<Utc>>,
        scope: &Scope,
    ) -> ApiResult<Self> {
        // It shares all of its articles with itself.
        with.push(entity);
        let mut shared: HashMap<Uuid, Vec<_>> = HashMap::new();
        for (other, day, count) in queries::shared_days(connection, entity, with, scope)? {
            shared.entry(other).or_default().push((day, count));
        }
        let own = shared.remove(&entity).unwrap_or_default();
        Ok(Self { parts: parts(interval, from, scope.to, &own)?, own, shared })
    }

    fn counts(&self, other: Uuid) -> Vec<i64> {
        self.parts.sums(self.shared.get(&other).map(Vec::as_slice).unwrap_or_default())
    }
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
