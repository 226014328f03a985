//! The migrations, inside the binary, run by one instance at a time.

use std::{thread, time::Duration};

use diesel::{PgConnection, QueryResult, RunQueryDsl, dsl::sql, select, sql_types::Bool};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

/// Every migration, in order.
pub const MIGRATIONS: EmbeddedMigrations = embed_migrations!("migrations");

/// "maqal" in ASCII: the advisory lock that guards the schema.
const LOCK: i64 = 0x006d_6171_616c;

/// Between two tries to take the lock.
const PAUSE: Duration = Duration::from_millis(50);

/// Why the schema could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrationError {
    #[error("cannot take the migration lock: {0}")]
    Lock(diesel::result::Error),
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

/// Runs the pending migrations and returns their names. Others that start at
/// the same time wait, and then find none pending.
pub fn run(connection: &mut PgConnection) -> Result<Vec<String>, MigrationError> {
    lock(connection).map_err(MigrationError::Lock)?;
    let result = connection.run_pending_migrations(MIGRATIONS);
    let names = result.map(|versions| versions.iter().map(ToString::to_string).collect());
    let unlocked = unlock(connection).map_err(MigrationError::Lock);
    let names = names.map_err(MigrationError::Failed)?;
    unlocked.map(|()| names)
}

/// Whether none is pending.
pub fn are_current(connection: &mut PgConnection) -> Result<bool, MigrationError> {
    // Diesel's harness makes its table where there is none: asking must change nothing.
    let failed = |error| MigrationError::Failed(Box::new(error));
    let has_table = select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
    if !has_table.get_result::<bool>(connection).map_err(failed)? {
        return Ok(false);
    }
    connection.has_pending_migration(MIGRATIONS).map(|pending| !pending).map_err(MigrationError::Failed)
}

fn lock(connection: &mut PgConnection) -> QueryResult<()> {
    let try_lock =
        || select(sql::<Bool>("pg_try_advisory_lock(").bind::<diesel::sql_types::BigInt, _>(LOCK).sql(")"));
    // A statement that waits for the lock would be waited for by an index that is built
    // concurrently by whoever has it.
    while !try_lock().get_result::<bool>(connection)? {
        thread::sleep(PAUSE);
    }
    Ok(())
}

fn unlock(connection: &mut PgConnection) -> QueryResult<()> {
    select(sql::<Bool>("pg_advisory_unlock(").bind::<diesel::sql_types::BigInt, _>(LOCK).sql(")"))
        .get_result::<bool>(connection)
        .map(drop)
}
