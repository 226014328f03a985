//! The migrations, inside the binary, run by one instance at a time.

use std::{thread, time::Duration};

use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    migration::{Migration, MigrationSource},
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

/// So long does a migration wait for the lock of a table, and whoever asks for the table after it: readers too.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// Between two tries of a migration that did not get its lock: those that it kept waiting go on meanwhile.
const RETRY: Duration = Duration::from_secs(3);

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
    #[error(
        "the database was made by another release of maqal: it has the migration {0}, which this one does not know. \
         It was left as it is. To carry it over, write its articles with the release that made it (maqal export \
         articles), and read them with this one into a new database (maqal import articles); to carry all of it over, \
         see \"Data of another release\" in README.md"
    )]
    OtherRelease(String),
    #[error("a migration failed: {0}")]
    Failed(Box<dyn std::error::Error + Send + Sync>),
}

/// Runs the pending migrations and returns their versions. Others that start at
/// the same time wait, and then find none pending.
pub fn run(connection: &mut PgConnection) -> Result<Vec<String>, MigrationError> {
    run_of(&MIGRATIONS, connection)
}

/// The same with migrations from elsewhere.
pub fn run_of(
    source: &impl MigrationSource<Pg>,
    connection: &mut PgConnection,
) -> Result<Vec<String>, MigrationError> {
    if let Some(why) = server::read_only(connection).map_err(MigrationError::Lock)? {
        return Err(MigrationError::ReadOnly(why));
    }
    lock(connection).map_err(MigrationError::Lock)?;
    let versions = run_pending(source, connection);
    let unlocked = unlock(connection).map_err(MigrationError::Lock);
    let versions = versions?;
    unlocked.map(|()| versions)
}

fn run_pending(
    source: &impl MigrationSource<Pg>,
    connection: &mut PgConnection,
) -> Result<Vec<String>, MigrationError> {
    let pending = pending(source, connection)?;
    // Makes diesel's table where there is none.
    connection.applied_migrations().map_err(MigrationError::Failed)?;
    for migration in &pending {
        run_until_done(&**migration, connection).map_err(MigrationError::Failed)?;
    }
    Ok(pending.iter().map(|migration| version(&**migration)).collect())
}

/// Runs a migration, again where it did not get a lock in time, or found an index that it had left behind.
fn run_until_done(migration: &dyn Migration<Pg>, connection: &mut PgConnection) -> MigrationResult<()> {
    let is_alone = !migration.metadata().run_in_transaction();
    loop {
        let run = if is_alone {
            // It locks out neither readers nor writers, but has to wait for transactions that have begun before.
            connection.run_migration(migration).map(drop)
        } else {
            connection.transaction(|connection| {
                let limit = format!("SET LOCAL lock_timeout = {}", LOCK_TIMEOUT.as_millis());
                connection.batch_execute(&limit)?;
                connection.run_migration(migration).map(drop)
            })
        };
        let Err(error) = run else { return Ok(()) };
        let told = error.to_string();
        if is_alone {
            let index = left_behind(connection, &told)?.ok_or(error)?;
            sql_query(format!("DROP INDEX CONCURRENTLY \"{index}\"")).execute(connection)?;
        } else if told.contains("due to lock timeout") {
            log::warn!("migration {} waits for a lock that another session holds", migration.name());
            thread::sleep(RETRY);
        } else {
            return Err(error);
        }
    }
}

/// The index that a migration finds there before it makes it. One that is built concurrently is in no transaction: who is
/// killed meanwhile leaves it behind, whole or not, and nobody knows that the migration has been run.
fn left_behind(connection: &mut PgConnection, error: &str) -> QueryResult<Option<String>> {
    let name = error.split_once("relation \"").and_then(|(_, rest)| rest.split_once("\" already exists"));
    let Some((name, _)) = name else { return Ok(None) };
    let index =
        "SELECT EXISTS (SELECT FROM pg_class WHERE oid = to_regclass({}) AND relkind = 'i') AS is_index";
    let is_index: bool =
        Prepared::<Bool>::new(index, [Value::Text(format!("\"{name}\""))]).get_result(connection)?;
    Ok(is_index.then(|| name.to_owned()))
}

/// Whether none is pending. The database may have more: a newer release runs beside this one.
pub fn are_current(connection: &mut PgConnection) -> Result<bool, MigrationError> {
    Ok(pending(&MIGRATIONS, connection)?.is_empty())
}

/// The migrations that have not been run yet, in their order. A newer release may have gone on from where this one
/// ends; a database that has any other migration which this one does not know has another history, and what would
/// become of it nobody knows.
fn pending(
    source: &impl MigrationSource<Pg>,
    connection: &mut PgConnection,
) -> Result<Vec<Box<dyn Migration<Pg>>>, MigrationError> {
    let run = versions_run(connection).map_err(|error| MigrationError::Failed(Box::new(error)))?;
    let mut known = source.migrations().map_err(MigrationError::Failed)?;
    known.sort_unstable_by_key(|migration| version(&**migration));
    let versions: Vec<String> = known.iter().map(|migration| version(&**migration)).collect();
    known.retain(|migration| !run.contains(&version(&**migration)));
    match run.into_iter().find(|run| !versions.contains(run)) {
        Some(unknown) if !known.is_empty() || versions.last() > Some(&unknown) => {
            Err(MigrationError::OtherRelease(unknown))
        }
        _ => Ok(known),
    }
}

fn version(migration: &dyn Migration<Pg>) -> String {
    migration.name().version().to_string()
}

/// The versions of the migrations that have been run, in their order. Diesel's harness makes its table where there is
/// none, even to answer: asking must change nothing.
fn versions_run(connection: &mut PgConnection) -> QueryResult<Vec<String>> {
    let has_table = select(sql::<Bool>("to_regclass('__diesel_schema_migrations') IS NOT NULL"));
    if !has_table.get_result::<bool>(connection)? {
        return Ok(Vec::new());
    }
    sql::<Text>("SELECT version FROM __diesel_schema_migrations ORDER BY version COLLATE \"C\"")
        .load(connection)
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
