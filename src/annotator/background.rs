//! New names reach stored articles: the queue of them is worked off in the background or by
//! `maqal annotate`, in transactions of a moment, so that whoever is killed loses nothing, and any
//! number may work at it side by side. First the articles that have the names are put into the queue,
//! then those in the queue are annotated.

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use actix_web::rt::time::sleep;
use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    annotate::annotate_with,
    matcher::{Matcher, Names, SharedMatcher, Spotted},
    queries,
    queries::{company, names, queue, writers},
};
use crate::{
    blocking::{Work, blocking},
    db::{
        Background, Db,
        invalidation::{Dependency, InvalidationClock},
        resources::Topic,
    },
    error::{ApiError, ApiResult},
    index,
};
use maqal_text::query::{Match, Query};

/// For how many new names the articles are searched at once.
const NAMES: usize = 50;
/// How many articles are annotated at once.
const ARTICLES: i64 = 200;
/// How often it is looked whether names have changed.
const PAUSE: Duration = Duration::from_millis(100);
/// How long it is left alone after it failed.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(1);
/// How old the matcher gets where no name changes, but the use that articles make of them.
const STALE: Duration = Duration::from_secs(600);
/// How long the longest writer is waited for: a batch of an import, or a merge of very many articles.
const LONGEST_WRITE: Duration = Duration::from_secs(120);
/// How often the queue is asked where changes are not heard of, or others work at it.
const SLOW_PAUSE: Duration = Duration::from_secs(5);

/// Keeps the matcher up to date, and works off the queue, for as long as the service runs.
pub async fn keep(db: Db, shared: SharedMatcher) {
    let slots = InvalidationClock::slots(&[Dependency::Any(Topic::Entities)]);
    let counts = InvalidationClock::slots(&[Dependency::Any(Topic::EntityCounts)]);
    let mut built_at = None;
    let mut built = Instant::now();
    let mut asked = Instant::now();
    // What keeps it from working, as it was said last.
    let mut hindrance = None;
    loop {
        let now = db.invalidation().now();
        let mut is_due = built_at.is_none_or(|revision| !db.invalidation().is_unchanged(&slots, revision));
        if built.elapsed() >= STALE {
            built = Instant::now();
            is_due |= built_at.is_none_or(|revision| !db.invalidation().is_unchanged(&counts, revision));
        }
        if !is_due && asked.elapsed() >= SLOW_PAUSE {
            asked = Instant::now();
            is_due = db.read(|connection| Ok(queue::has_more(connection)?)).await.unwrap_or(false);
        }
        if is_due {
            let start = Instant::now();
            let turn = async {
                if db.is_read_only().await? {
                    return Err(ApiError::read_only("names are not looked for"));
                }
                let known = renew(&db, &shared).await?;
                (built_at, built) = (Some(now), Instant::now());
                work_off(&db, &shared, &known, |_| {}).await
            };
            match turn.await {
                Ok(left) => {
                    if left == Left::NewNames {
                        built_at = None;
                    }
                    if hindrance.take().is_some() {
                        log::info!("stored articles are looked through for new names again");
                    }
                }
                Err(error) => {
                    let error = error.to_string();
                    if hindrance.as_ref() != Some(&error) {
                        log::warn!("new names do not reach stored articles for now: {error}");
                        hindrance = Some(error);
                    }
                    sleep(PAUSE_AFTER_FAILURE).await;
                }
            }
            // While names change all the time, it takes a part of the time alone.
            sleep(start.elapsed().min(SLOW_PAUSE)).await;
        }
        sleep(PAUSE).await;
    }
}

/// Works off the queue, all articles included if they are to be, and says now and then how many there
/// have been. The number of them in the end.
pub async fn run(db: &Db, all: bool, say: impl Fn(u64)) -> ApiResult<u64> {
    if all {
        db.write(&Background, |connection| Ok(queue::add_all(connection)?)).await?;
    }
    let shared = SharedMatcher::default();
    let mut count = 0;
    loop {
        let known = renew(db, &shared).await?;
        let annotated = |some| {
            count += some;
            say(count);
        };
        if work_off(db, &shared, &known, annotated).await? == Left::Nothing {
            return Ok(count);
        }
    }
}

/// Loads the names as they are now. The rows of the queue whose names are among them: taken away
/// earlier, a name would be neither there nor known.
async fn renew(db: &Db, shared: &SharedMatcher) -> ApiResult<Vec<i64>> {
    // By itself, since only this writes.
    db.write(&Background, |connection| Ok(names::renumber(connection)?)).await?;
    let known = db.read(|connection| Ok(queue::named(connection)?)).await?;
    let names = db.read(|connection| Ok(Names::load(connection)?)).await?;
    let mut matcher = blocking(Work::Background, move || Matcher::build(names)).await?;
    let namesakes = matcher.namesakes();
    let company = db.read(move |connection| Ok(company::of(connection, &namesakes)?)).await;
    matcher.relate(company.unwrap_or_default());
    shared.set(matcher);
    Ok(known)
}

/// What is left to be done.
#[derive(Debug, PartialEq)]
enum Left {
    Nothing,
    /// There are names that the matcher does not know, and articles that wait for them.
    NewNames,
}

/// Works off the rows of names, and then the articles in the queue, and says each time how many there
/// have been.
async fn work_off(
    db: &Db,
    shared: &SharedMatcher,
    known: &[i64],
    mut say: impl FnMut(u64),
) -> ApiResult<Left> {
    if !known.is_empty() {
        let is_final = await_writers(db).await?;
        for some in known.chunks(NAMES) {
            let some = some.to_vec();
            db.write(&Background, move |connection| Ok(expand(connection, &some, is_final)?)).await?;
        }
    }
    loop {
        let (shared, now) = (shared.clone(), db.clock().now());
        match db.write(&Background, move |connection| Ok(step(connection, &shared, now)?)).await? {
            Step::Done => return Ok(Left::Nothing),
            Step::Annotated(count) => say(count),
            Step::Outdated => return Ok(Left::NewNames),
        }
    }
}

/// Waits until all have ended who may write articles with the names of before, and says whether they
/// have: not for ever. [`writers`] tells why.
async fn await_writers(db: &Db) -> ApiResult<bool> {
    let start = Instant::now();
    let own = db.write(&Background, |connection| Ok(writers::register(connection)?)).await?;
    while db.read(|connection| Ok(writers::oldest(connection)?)).await? < own {
        if start.elapsed() >= LONGEST_WRITE {
            log::warn!(
                "a transaction takes very long: what it writes is searched for new names when it has ended"
            );
            return Ok(false);
        }
        sleep(PAUSE).await;
    }
    Ok(true)
}

/// The articles that new names concern, each given by its row, are put into the queue. The names stay
/// there if they are to be looked for again.
fn expand(connection: &mut PgConnection, rows: &[i64], is_final: bool) -> QueryResult<()> {
    let (rows, entities) = queue::take_entities(connection, rows)?;
    if rows.is_empty() {
        return Ok(());
    }
    let tsqueries = tsqueries(connection, &entities)?;
    queue::add_concerned(connection, tsqueries, &entities)?;
    if is_final { queue::remove(connection, &rows) } else { Ok(()) }
}

/// What a step has done.
#[derive(Debug, PartialEq)]
pub enum Step {
    /// There was nothing to do.
    Done,
    /// So many articles were annotated.
    Annotated(u64),
    /// They were, but not with the newest names, and are in the queue again.
    Outdated,
}

/// The next articles in the queue are annotated.
pub fn step(connection: &mut PgConnection, shared: &SharedMatcher, now: DateTime<Utc>) -> QueryResult<Step> {
    // Whoever takes rows away has a number.
    let ids = queue::take_articles(connection, ARTICLES)?;
    if ids.is_empty() {
        return Ok(Step::Done);
    }
    let matcher = shared.get();
    // What takes long comes before the articles are locked.
    let texts = queries::texts(connection, &ids)?;
    let spotted: Vec<(Uuid, Spotted)> =
        texts.into_iter().map(|texts| (texts.id, matcher.spot(texts))).collect();
    let ids = queries::lock(connection, &ids)?;
    let is_outdated = names::queue_unless_seen(connection, &ids, &matcher.seen)?;
    index::leave_to_caller(connection, true)?;
    let annotated = annotate_with(
        connection,
        &matcher,
        &ids,
        &spotted.iter().map(|(id, spotted)| (*id, spotted)).collect(),
        now,
    )?;
    let relinked: Vec<Uuid> = annotated.iter().filter(|it| it.is_relinked).map(|it| it.article).collect();
    index::store_again(connection, &relinked)?;
    Ok(if is_outdated { Step::Outdated } else { Step::Annotated(ids.len() as u64) })
}

/// What has a meaning in a query.
const SIGNS: [char; 8] = ['"', '“', '”', '„', '«', '»', '-', '|'];

/// What an article's index must have, where it has one of the entities' names: a query for each name.
fn tsqueries(connection: &mut PgConnection, entities: &[Uuid]) -> QueryResult<Vec<String>> {
    let names = queue::names(connection, entities)?;
    let of_name = |(language, name): (Option<String>, String)| {
        // Signs that mean something in a query are none of the name's.
        let words: String = name.chars().map(|c| if SIGNS.contains(&c) { ' ' } else { c }).collect();
        let query = Query::parse(&words.to_lowercase(), language.as_deref()).ok()?;
        query.to_tsquery(Match::Stem, &[])
    };
    // A name is often the same in several languages.
    let queries: BTreeSet<String> = names.into_iter().flat_map(|names| names.0).filter_map(of_name).collect();
    Ok(queries.into_iter().collect())
}
