//! Who writes articles at the moment, and may do so with the names of before: why no article misses
//! a name.
//!
//! Whoever annotates an article, which it has locked or made, does two things in this order: its
//! transaction is given a number, and then it asks, by a statement of its own, whether there is a name
//! that its matcher has not seen; if so, it puts the article into the queue
//! ([`super::names::queue_unless_seen`]).
//!
//! Whoever works off a new name does four: it finds the name in the queue, is given a number itself,
//! waits until all transactions with lesser numbers have ended, and only then looks for articles that
//! have the name, puts them into the queue and takes the name away.
//!
//! Let somebody be the last to annotate an article, without having seen a name that stands in it. If
//! its number is greater than that of the worker, it asked when the name was there to be seen, and has
//! put the article into the queue. If it is less, it had ended when the worker looked, which found the
//! article as it is now. Either way the article is in the queue after that, and whoever takes it
//! from there annotates it later: so it was not the last.
//!
//! The worker's number has to be one of its own. What a snapshot calls its end is one more than the
//! last number that has *ended*, and somebody who has not seen the name may have a greater one already.
//!
//! The worker need not add an article that is in the queue already: whoever has taken that row and
//! not ended yet locks the article after the last one, and so annotates it later too. New names of the
//! transaction itself are in the queue when it has ended, and are found like those of others.

use diesel::{PgConnection, QueryResult, RunQueryDsl, sql_types::BigInt};

use crate::db::prepared::Prepared;

/// The number of this transaction, given to it unless it has one: it gets one when it first writes or
/// locks a row.
pub fn register(connection: &mut PgConnection) -> QueryResult<i64> {
    Prepared::<BigInt>::new("SELECT pg_current_xact_id()::text::bigint", []).get_result(connection)
}

/// The least number of those that have not ended.
pub fn oldest(connection: &mut PgConnection) -> QueryResult<i64> {
    const OLDEST: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    Prepared::<BigInt>::new(OLDEST, []).get_result(connection)
}
