//! How far the imports of files have come.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use crate::schema::import_checkpoints as checkpoints;

/// How much of a file is imported.
#[derive(Debug, Clone, PartialEq, Eq, Queryable)]
pub struct Checkpoint {
    pub lines: i64,
    /// Of the bytes of those lines.
    pub sha256: Vec<u8>,
}

/// How much of the file is imported, if its import was not finished.
pub fn find(connection: &mut PgConnection, file: &str) -> QueryResult<Option<Checkpoint>> {
    checkpoints::table
        .find(file)
        .select((checkpoints::lines, checkpoints::sha256))
        .first(connection)
        .optional()
}

/// Notes how much of the file is imported now.
pub fn keep(
    connection: &mut PgConnection,
    file: &str,
    checkpoint: &Checkpoint,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let values = (
        checkpoints::lines.eq(checkpoint.lines),
        checkpoints::sha256.eq(&checkpoint.sha256),
        checkpoints::updated_at.eq(now),
    );
    diesel::insert_into(checkpoints::table)
        .values((checkpoints::file.eq(file), values))
        .on_conflict(checkpoints::file)
        .do_update()
        .set(values)
        .execute(connection)
        .map(drop)
}

/// Forgets the file: all of it is imported.
pub fn forget(connection: &mut PgConnection, file: &str) -> QueryResult<()> {
    diesel::delete(checkpoints::table.find(file)).execute(connection).map(drop)
}
