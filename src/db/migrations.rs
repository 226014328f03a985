//! The migrations, inside the binary, run by one instance at a time.

use std::{thread, time::Duration};

use diesel::{
    PgConnection, QueryResult, QueryableByName, RunQueryDsl,
    dsl::sql,
    migration::MigrationSource,
    pg::Pg,
    select, sql_query,
    sql_types::{Bool, Text},
};
use diesel_migrations::{EmbeddedMigrations, MigrationHarness, embed_migrations};

use super::{
    prepared::{Prepared, Value},
    server,
};

type MigrationResult<T> = diesel::migration::Result<T>;

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
    #[error(
        "{0}, so its schema cannot be brought up to date: give the DATABASE_URL of one that takes writes, or serve \
         reads alone with --no-migrate"
    )]
    ReadOnly(&'static str),
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

/// Runs the pending migrations and returns their names. Others that start at
/// the same time wait, and then find none pending.
pub fn run(connection: &mut PgConnection) -> Result<Vec<String>, MigrationError> {
    if let Some(why) = server::read_only(connection).map_err(MigrationError::Lock)? {
        return Err(MigrationError::ReadOnly(why));
    }
    lock(connection).map_err(MigrationError::Lock)?;
    let names = run_pending(connection);
    let unlocked = unlock(connection).map_err(MigrationError::Lock);
    let names = names.map_err(MigrationError::Failed)?;
    unlocked.map(|()| names)
}

fn run_pending(connection: &mut PgConnection) -> MigrationResult<Vec<String>> {
    let mut names: Vec<String> = Vec::new();
    loop {
        match connection.run_next_migration(MIGRATIONS) {
            Ok(version) => names.push(version.to_string()),
            Err(error) => match left_behind(connection, &error.to_string())? {
                Some(index) => {
                    sql_query(format!("DROP INDEX CONCURRENTLY \"{index}\"")).execute(connection)?;
                }
                None if connection.has_pending_migration(MIGRATIONS)? => return Err(error),
                None => return Ok(names),
            },
        }
    }
}

/// The index that a migration finds there before it makes it. One that is built concurrently is in no transaction: who is
/// killed meanwhile leaves it behind, whole or not, and nobody knows that the migration has been run.
fn left_behind(connection: &mut PgConnection, error: &str) -> MigrationResult<Option<String>> {
    let next = connection.pending_migrations(MIGRATIONS)?.into_iter().next();
    if next.is_none_or(|migration| migration.metadata().run_in_transaction()) {
        return Ok(None);
    }
    let name = error.split_once("relation \"").and_then(|(_, rest)| rest.split_once("\" already exists"));
    let Some((name, _)) = name else { return Ok(None) };
    let index =
        "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({}) AND relkind = 'i') AS is_index";
    let is_index: bool =
        Prepared::<Bool>::new(index, [Value::Text(format!("\"{name}\""))]).get_result(connection)?;
    Ok(is_index.then(|| name.to_owned()))
}

/// Whether none is pending. The database may have more: a newer version runs beside this one.
pub fn are_current(connection: &mut PgConnection) -> Result<bool, MigrationError> {
    // Diesel's harness makes its table where there is none, even to answer: asking must change nothing.
    let failed = |error| MigrationError::Failed(Box::new(error));
    let has_table = select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
    if !has_table.get_result::<bool>(connection).map_err(failed)? {
        return Ok(false);
    }
    let versions = sql_query("SELECT version FROM __diesel_schema_migrations");
    let run = versions.load::<Run>(connection).map_err(failed)?;
    let known = MigrationSource::<Pg>::migrations(&MIGRATIONS).map_err(MigrationError::Failed)?;
    let has_run = |version: String| run.iter().any(|run| run.version == version);
    Ok(known.iter().all(|migration| has_run(migration.name().version().to_string())))
}

/// A migration that has been run.
#[derive(QueryableByName)]
struct Run {
    #[diesel(sql_type = Text)]
    version: String,
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
