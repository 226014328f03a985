//! Several queries that see the database in one state.

use diesel::PgConnection;

use crate::error::ApiResult;

/// Runs queries of which one depends on what another has found: between two of them nobody else has
/// written anything. What they find is true of the time when the first of them ran, so a cache must not
/// take it for true now.
pub fn in_one_state<T>(
    connection: &mut PgConnection,
    work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
) -> ApiResult<T> {
    connection.build_transaction().repeatable_read().read_only().run(work)
}
