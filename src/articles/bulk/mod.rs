//! Many articles at once: lines of JSON, each as `POST /v1/articles` takes it.
//!
//! A line is made where nothing bears its key yet, and otherwise replaces what
//! does. The key is its source and external id, or else its slug. The lines of
//! a batch are written in one transaction by a few statements for all of them;
//! a line that cannot be written is reported and harms no other.

mod free_slugs;
pub mod line;
mod plan;
mod report;
pub mod row;

use std::{collections::HashSet, ops::Range};

use diesel::{Connection, PgConnection};
use uuid::Uuid;

pub use line::{BATCH_LINES, Line};
pub use report::{LineResult, MAX_LINE_FAULTS, report, stopped};

use super::{links::FoundLinks, queries::bulk as queries};
use crate::{
    error::{ApiError, ApiResult, Problem},
    mentions::matcher::Matcher,
};
use plan::Plan;

/// How often a batch that lost against another writer is begun again.
const TRIES: usize = 5;

/// What became of a line.
#[derive(Debug)]
pub struct Outcome {
    pub line: u64,
    pub result: ApiResult<Stored>,
}

/// What a line stands for now.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub change: Change,
    pub id: Uuid,
    pub slug: String,
    pub version: i64,
}

/// What a line has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Created,
    Updated,
    Unchanged,
}

/// What became of the lines of a batch, in order.
#[derive(Debug, Default)]
pub struct Written {
    pub outcomes: Vec<Outcome>,
    /// Why not all of the lines were dealt with, and the first that was not.
    pub failure: Option<(u64, ApiError)>,
}

/// Called in the transaction that writes the last line of a batch.
pub type AtEnd<'a> = &'a dyn Fn(&mut PgConnection) -> ApiResult<()>;

/// Writes the lines of a batch. Only the database's own failure stops it.
pub fn write(
    connection: &mut PgConnection,
    matcher: &Matcher,
    lines: Vec<Line>,
    at_end: AtEnd<'_>,
) -> Written {
    let mut written = Written::default();
    let mut articles = Vec::with_capacity(lines.len());
    for Line { number, article } in lines {
        match article {
            Ok(article) => articles.push((number, article)),
            Err(error) => written.outcomes.push(Outcome { line: number, result: Err(error) }),
        }
    }
    let mut done = Vec::with_capacity(articles.len());
    if let Err(error) = write_all(connection, matcher, &articles, at_end, &mut done) {
        let dealt_with: HashSet<u64> = done.iter().map(|outcome| outcome.line).collect();
        let first = articles.iter().map(|(line, _)| *line).find(|line| !dealt_with.contains(line));
        let first = first.unwrap_or(u64::MAX);
        written.outcomes.retain(|outcome| outcome.line < first);
        written.failure = Some((first, error));
    }
    written.outcomes.append(&mut done);
    written.outcomes.sort_by_key(|outcome| outcome.line);
    written
}

type Article = (u64, Box<line::LineArticle>);

/// Writes the articles in as few transactions as can be: one, unless some of
/// them depend on the order of the lines, or one cannot be written, which is
/// then found by halves.
fn write_all(
    connection: &mut PgConnection,
    matcher: &Matcher,
    articles: &[Article],
    at_end: AtEnd<'_>,
    outcomes: &mut Vec<Outcome>,
) -> ApiResult<()> {
    let mut pending: Vec<Range<usize>> = std::iter::once(0..articles.len()).collect();
    let mut has_ended = false;
    while let Some(range) = pending.pop() {
        let Some((line, _)) = articles.get(range.start) else { break };
        let at_end: Option<AtEnd<'_>> = pending.is_empty().then_some(at_end);
        match try_several(connection, matcher, &articles[range.clone()], at_end) {
            Ok(batch) => {
                let reached = range.start + batch.lines;
                if reached < range.end {
                    pending.push(reached..range.end);
                }
                has_ended = pending.is_empty();
                outcomes.extend(batch.outcomes);
            }
            Err(error) if error.problem == Problem::Unavailable && !error.lost_race => return Err(error),
            Err(error) if range.len() == 1 => {
                if let Some(cause) = &error.cause {
                    log::error!("line {line} cannot be written: {cause}");
                }
                outcomes.push(Outcome { line: *line, result: Err(error) });
            }
            Err(_) => {
                let middle = range.start + range.len() / 2;
                pending.extend([middle..range.end, range.start..middle]);
            }
        }
    }
    if has_ended { Ok(()) } else { connection.transaction(at_end) }
}

/// What one transaction has done.
struct Batch {
    /// How many of the lines it has dealt with, from the first on.
    lines: usize,
    outcomes: Vec<Outcome>,
}

fn try_several(
    connection: &mut PgConnection,
    matcher: &Matcher,
    articles: &[Article],
    at_end: Option<AtEnd<'_>>,
) -> ApiResult<Batch> {
    let mut tries = 1;
    loop {
        let result = connection.transaction(|connection| write_some(connection, matcher, articles, at_end));
        match result {
            // What conflicts was looked for: another writer has made it since.
            Err(error) if tries < TRIES && (error.lost_race || error.problem == Problem::Conflict) => {
                tries += 1;
            }
            result => return result,
        }
    }
}

fn write_some(
    connection: &mut PgConnection,
    matcher: &Matcher,
    articles: &[Article],
    at_end: Option<AtEnd<'_>>,
) -> ApiResult<Batch> {
    queries::prepare(connection)?;
    let current = queries::look_up(connection, articles.iter().map(|(_, article)| article.as_ref()))?;
    let named: Vec<_> = articles.iter().map(|(_, article)| &article.links).collect();
    let mut found = FoundLinks::look_up(connection, &named)?;
    let mut plan = Plan::new(articles, &current, |links| found.faults(links));
    let originals = queries::find_originals(connection, &plan.original_keys())?;
    loop {
        let made = free_slugs::choose(&plan.bases(), &plan.given_slugs(), |slugs| {
            queries::taken_slugs(connection, slugs)
        })?;
        plan.set_slugs(made);
        // Without a line that fails, its slug is free for another.
        if plan.find_originals(&originals) {
            break;
        }
    }
    let good: Vec<_> = plan.rows.iter().map(|row| &row.article.links).collect();
    found.make_missing(connection, &good)?;
    let links = good.iter().map(|links| found.links(links)).collect::<ApiResult<Vec<_>>>()?;
    let stored = queries::write(connection, matcher, &plan.rows, &links)?;
    let mut outcomes = plan.failed;
    for row in &plan.rows {
        let change = stored.get(&row.id).copied();
        let (change, version) = match (row.current, change) {
            (None, _) => (Change::Created, 1),
            (Some(_), Some(version)) => (Change::Updated, version),
            (Some(current), None) => (Change::Unchanged, current.version),
        };
        let stored = Stored { change, id: row.id, slug: row.slug.clone(), version };
        outcomes.push(Outcome { line: row.line, result: Ok(stored) });
    }
    if let Some(at_end) = at_end.filter(|_| plan.lines == articles.len()) {
        at_end(connection)?;
    }
    Ok(Batch { lines: plan.lines, outcomes })
}
