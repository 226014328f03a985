//! Many items at once: lines of JSON, each as the resource's `POST` takes it.
//!
//! A line is made where nothing has its key yet, and otherwise replaces what
//! does. The lines of a batch are written in one transaction by a few statements
//! for all of them; a line that cannot be written is reported and harms no other.

pub mod free_slugs;
mod item;
pub mod line;
mod outcome;
mod report;
pub mod stream;

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    ops::Range,
    thread,
};

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection};

pub use item::{Batch, Item, Numbered};
pub use line::{BATCH_LINES, Line};
pub use outcome::{Change, Outcome, Stored};
pub use report::{LineResult, MAX_LINE_FAULTS, is_skipped, report, stopped};

use crate::{
    config::cores,
    db,
    error::{ApiError, ApiResult, Problem},
};

/// How often a batch that lost against another writer is begun again.
const TRIES: usize = 5;

/// What became of the lines of a batch, in order.
#[derive(Debug, Default)]
pub struct Written {
    pub outcomes: Vec<Outcome>,
    /// Why not all of the lines were dealt with, and the first that was not.
    pub failure: Option<(u64, ApiError)>,
}

/// Called in the transaction that writes the last line of a batch.
pub type AtEnd<'a> = &'a dyn Fn(&mut PgConnection) -> ApiResult<()>;

/// Prepares the lines of a batch, on all cores.
pub fn prepare<I: Item>(tools: &I::Tools, lines: &mut [Line<I>]) {
    let share = lines.len().div_ceil(cores()).max(1);
    thread::scope(|scope| {
        for some in lines.chunks_mut(share) {
            scope.spawn(|| some.iter_mut().for_each(|line| line.prepare(tools)));
        }
    });
}

/// Writes the lines of a batch now, which were prepared with these tools. Only the database's own failure stops it: then
/// what was not tried, or was undone with it, is neither written nor refused.
pub fn write<I: Item>(
    connection: &mut PgConnection,
    tools: &I::Tools,
    lines: Vec<Line<I>>,
    now: DateTime<Utc>,
    at_end: AtEnd<'_>,
) -> Written {
    let mut written = Written::default();
    let after_all = lines.last().map_or(0, |line| line.number + 1);
    let mut items = Vec::with_capacity(lines.len());
    for Line { number, item } in lines {
        match item {
            Ok(item) => items.push((number, item)),
            Err(error) => written.outcomes.push(Outcome { line: number, result: Err(error) }),
        }
    }
    let mut done = BTreeMap::new();
    if let Err(error) = write_all(connection, tools, &mut items, now, at_end, &mut done) {
        let first = items.iter().map(|(line, _)| *line).find(|line| !done.contains_key(line));
        let first = first.unwrap_or(after_all);
        written.outcomes.retain(|outcome| outcome.line < first);
        written.failure = Some((first, error));
    }
    written.outcomes.extend(done.into_values());
    written.outcomes.sort_by_key(|outcome| outcome.line);
    written
}

/// Writes the items in as few transactions as can be: one, unless some of
/// them depend on the order of the lines, or one cannot be written, which is
/// then found by halves. Who waited for a later line comes after all others.
fn write_all<I: Item>(
    connection: &mut PgConnection,
    tools: &I::Tools,
    items: &mut [Numbered<I>],
    now: DateTime<Utc>,
    at_end: AtEnd<'_>,
    outcomes: &mut BTreeMap<u64, Outcome>,
) -> ApiResult<()> {
    let mut pending: Vec<Range<usize>> = std::iter::once(0..items.len()).collect();
    let mut awaiting = I::awaiting(items);
    let mut has_ended = false;
    while let Some(range) = pending.pop() {
        let Some((line, _)) = items.get(range.start) else { break };
        let at_end: Option<AtEnd<'_>> = (pending.is_empty() && awaiting.is_empty()).then_some(at_end);
        match try_several(connection, tools, &items[range.clone()], now, at_end) {
            Ok(batch) => {
                let reached = range.start + batch.lines;
                if reached < range.end {
                    pending.push(reached..range.end);
                }
                has_ended = at_end.is_some() && pending.is_empty();
                outcomes.extend(batch.outcomes.into_iter().map(|outcome| (outcome.line, outcome)));
            }
            Err(error) if is_of_database(connection, &error) => {
                let unavailable = || ApiError::unavailable(error.cause.as_deref().unwrap_or(&error.detail));
                return Err(if error.problem == Problem::Unavailable { error } else { unavailable() });
            }
            Err(error) if range.len() == 1 => {
                if let Some(cause) = &error.cause {
                    log::error!("line {line} cannot be written: {cause}");
                }
                outcomes.insert(*line, Outcome { line: *line, result: Err(error) });
            }
            Err(_) => {
                let middle = range.start + range.len() / 2;
                pending.extend([middle..range.end, range.start..middle]);
            }
        }
        if pending.is_empty() && !awaiting.is_empty() {
            let again = lines_to_try_again(&mut awaiting, outcomes);
            items.sort_by_key(|(line, _)| (again.contains(line), *line));
            pending.push(items.len() - again.len()..items.len());
        }
    }
    if has_ended { Ok(()) } else { connection.transaction(at_end) }
}

/// The lines that were refused before another one made what they name. Each of them is tried again once.
fn lines_to_try_again(
    awaiting: &mut HashMap<u64, String>,
    outcomes: &BTreeMap<u64, Outcome>,
) -> HashSet<u64> {
    let stored = outcomes.values().filter_map(|outcome| outcome.result.as_ref().ok());
    let made: HashSet<&str> = stored.map(|stored| stored.slug.as_str()).collect();
    let is_refused = |line: &u64| {
        let result = outcomes.get(line).map(|outcome| &outcome.result);
        matches!(result, Some(Err(error)) if error.errors.iter().any(|fault| fault.code.starts_with("unknown_")))
    };
    let ready = awaiting.iter().filter(|(line, slug)| is_refused(line) && made.contains(slug.as_str()));
    let ready: HashSet<u64> = ready.map(|(line, _)| *line).collect();
    awaiting.retain(|line, _| !ready.contains(line));
    ready
}

/// Whether no line can be written, so that it is no use to look for the one that cannot. What failed otherwise than
/// a write can tells nothing, so the database is asked.
fn is_of_database(connection: &mut PgConnection, error: &ApiError) -> bool {
    match error.problem {
        Problem::Unavailable => !error.lost_race,
        Problem::Internal => !db::takes_writes(connection),
        _ => false,
    }
}

fn try_several<I: Item>(
    connection: &mut PgConnection,
    tools: &I::Tools,
    items: &[Numbered<I>],
    now: DateTime<Utc>,
    at_end: Option<AtEnd<'_>>,
) -> ApiResult<Batch> {
    let mut tries = 1;
    loop {
        let result = connection.transaction(|connection| -> ApiResult<Batch> {
            db::let_take_time(connection)?;
            let batch = I::write(connection, tools, items, now)?;
            if let Some(at_end) = at_end.filter(|_| batch.lines == items.len()) {
                at_end(connection)?;
            }
            Ok(batch)
        });
        match result {
            // What conflicts was looked for: another writer has made it since.
            Err(error) if tries < TRIES && (error.lost_race || error.problem == Problem::Conflict) => {
                tries += 1;
            }
            result => return result,
        }
    }
}
