//! Who writes articles at the moment, and may do so with the names of before.
//!
//! A transaction that annotates an article takes the matcher when it has been given its number. So
//! when a new matcher is in its place, whoever has taken an older one is among those whose number is
//! below the next one; when they have ended, their articles are seen, and searched for the new names
//! like all others. Whoever comes later has the new matcher.

use diesel::{PgConnection, QueryResult, RunQueryDsl, sql_types::BigInt};

use crate::db::prepared::Prepared;

/// Has this transaction be given its number, which others get when they first write.
pub fn register(connection: &mut PgConnection) -> QueryResult<()> {
    Prepared::<BigInt>::new("SELECT pg_current_xact_id()::text::bigint", [])
        .get_result::<i64>(connection)
        .map(drop)
}

/// The number that the next transaction will have.
pub fn next(connection: &mut PgConnection) -> QueryResult<i64> {
    const NEXT: &str = "SELECT pg_snapshot_xmax(pg_current_snapshot())::text::bigint";
    Prepared::<BigInt>::new(NEXT, []).get_result(connection)
}

/// The least number of those that have not ended.
pub fn oldest(connection: &mut PgConnection) -> QueryResult<i64> {
    const OLDEST: &str = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint";
    Prepared::<BigInt>::new(OLDEST, []).get_result(connection)
}
