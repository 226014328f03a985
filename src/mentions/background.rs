//! New names reach stored articles: the queue of them is worked off in steps, in the background or
//! by `maqal annotate`. A step is one transaction, so that whoever is killed loses nothing, and any
//! number may work at it side by side.

use std::time::{Duration, Instant};

use actix_web::rt::time::sleep;
use diesel::{Connection, PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    annotate::annotate,
    matcher::{Matcher, Names, SharedMatcher},
    queries::{self, company, queue, writers},
};
use crate::{
    articles::search,
    db::{
        Db,
        changes::Topic,
        freshness::{Freshness, Subject},
    },
    text::query::{Match, Query},
};

/// How many articles one step annotates at most.
const ARTICLES: i64 = 200;
/// How often it is looked whether names have changed.
const PAUSE: Duration = Duration::from_millis(100);
/// How old the matcher gets where no name changes, but the use that articles make of them.
const STALE: Duration = Duration::from_secs(600);
/// How long the longest writer is waited for: a batch of an import, or a merge of very many articles.
const LONGEST_WRITE: Duration = Duration::from_secs(120);
/// How often the queue is asked where changes are not heard of, or others work at it.
const SLOW_PAUSE: Duration = Duration::from_secs(5);

/// Keeps the matcher up to date, and works off the queue, for as long as the service runs.
pub async fn keep(db: Db, shared: SharedMatcher) {
    let slots = Freshness::slots(&[Subject::Any(Topic::Entities)]);
    let counts = Freshness::slots(&[Subject::Any(Topic::EntityCounts)]);
    let mut built_at = None;
    let mut built = Instant::now();
    let mut asked = Instant::now();
    loop {
        let now = db.freshness().now();
        let mut is_due = built_at.is_none_or(|tick| !db.freshness().is_unchanged(&slots, tick));
        if built.elapsed() >= STALE {
            built = Instant::now();
            is_due |= built_at.is_none_or(|tick| !db.freshness().is_unchanged(&counts, tick));
        }
        if !is_due && asked.elapsed() >= SLOW_PAUSE {
            asked = Instant::now();
            is_due = db.read(|connection| Ok(queue::has_more(connection)?)).await.unwrap_or(false);
        }
        if is_due {
            let start = Instant::now();
            if let Err(error) = db.write(|connection| Ok(queue::widen(connection)?)).await {
                log::warn!("the queue of new names stays as it is for now: {error}");
            }
            if let Ok(names) = db.read(|connection| Ok(Names::load(connection)?)).await
                && let Ok(mut matcher) = db.compute(move || Matcher::build(names)).await
            {
                let namesakes = matcher.namesakes();
                let company = db.read(move |connection| Ok(company::of(connection, &namesakes)?)).await;
                matcher.relate(company.unwrap_or_default());
                shared.set(matcher);
                (built_at, built) = (Some(now), Instant::now());
                await_writers(&db).await;
            }
            work_off(&db, &shared).await;
            // While names change all the time, it takes a part of the time alone.
            sleep(start.elapsed().min(SLOW_PAUSE)).await;
        }
        sleep(PAUSE).await;
    }
}

/// Waits for those who may write articles with the names of before, but not for ever.
async fn await_writers(db: &Db) {
    let start = Instant::now();
    let Ok(next) = db.read(|connection| Ok(writers::next(connection)?)).await else { return };
    while start.elapsed() < LONGEST_WRITE {
        match db.read(|connection| Ok(writers::oldest(connection)?)).await {
            Ok(oldest) if oldest < next => sleep(PAUSE).await,
            _ => return,
        }
    }
    log::warn!("a transaction takes very long: names that it does not know may be missing in what it writes");
}

async fn work_off(db: &Db, shared: &SharedMatcher) {
    loop {
        if shared.get().pending.is_empty() {
            return;
        }
        let shared = shared.clone();
        match db.write(move |connection| Ok(step(connection, &shared)?)).await {
            Ok(Step::Done) => return,
            Ok(Step::Annotated(_)) => {}
            Err(error) => {
                log::warn!("stored articles are not annotated for now: {error}");
                return;
            }
        }
    }
}

/// Works off the queue, all articles included if they are to be, and says after each step how many
/// articles there have been.
pub fn run(connection: &mut PgConnection, all: bool, mut say: impl FnMut(u64)) -> QueryResult<u64> {
    if all {
        queue::add_all(connection)?;
    }
    connection.transaction(queue::widen)?;
    let matcher = SharedMatcher::of(Matcher::load(connection)?);
    let mut count = 0;
    loop {
        match connection.transaction(|connection| step(connection, &matcher))? {
            Step::Done => return Ok(count),
            Step::Annotated(some) => {
                count += some;
                say(count);
            }
        }
    }
}

/// What a step has done.
enum Step {
    /// There was nothing to do.
    Done,
    /// So many articles were annotated.
    Annotated(u64),
}

/// The next articles that new names concern are annotated.
fn step(connection: &mut PgConnection, matcher: &SharedMatcher) -> QueryResult<Step> {
    let Some(pass) = queue::take(connection, &matcher.get().pending)? else { return Ok(Step::Done) };
    let ids = match &pass.entities {
        None => queue::next_articles(connection, pass.after, ARTICLES)?,
        Some(entities) => {
            let tsquery = tsquery(connection, entities)?;
            queue::concerned(connection, tsquery, entities, pass.after, ARTICLES)?
        }
    };
    let is_last = i64::try_from(ids.len()).unwrap_or(i64::MAX) < ARTICLES;
    queue::advance(connection, &pass, ids.last().copied().filter(|_| !is_last))?;
    if ids.is_empty() {
        return Ok(Step::Annotated(0));
    }
    let locked = queries::lock(connection, &ids)?;
    let annotated = annotate(connection, matcher, &locked)?;
    let relinked: Vec<Uuid> = annotated.iter().filter(|it| it.is_relinked).map(|it| it.article).collect();
    search::store_again(connection, &relinked)?;
    Ok(Step::Annotated(locked.len() as u64))
}

/// What has a meaning in a query.
const SIGNS: [char; 8] = ['"', '“', '”', '„', '«', '»', '-', '|'];

/// What an article's index must have, where it has one of the entities' names.
fn tsquery(connection: &mut PgConnection, entities: &[Uuid]) -> QueryResult<String> {
    let names = queue::names(connection, entities)?;
    let of_name = |(language, name): (Option<String>, String)| {
        // Signs that mean something in a query are none of the name's.
        let words: String = name.chars().map(|c| if SIGNS.contains(&c) { ' ' } else { c }).collect();
        let query = Query::parse(&words.to_lowercase(), language.as_deref()).ok()?;
        query.to_tsquery(Match::Stem, &[])
    };
    let queries: Vec<String> = names.into_iter().flat_map(|names| names.0).filter_map(of_name).collect();
    Ok(queries.join(" | "))
}
