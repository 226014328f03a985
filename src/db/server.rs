//! What is asked of the PostgreSQL server as a whole, at start.

use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    select,
    sql_types::{Bool, Integer, Text},
};

use super::pool::{ConnectError, establish};

/// Makes the database, where it is not there yet.
pub fn create_database(connection: &mut PgConnection, name: &str) -> QueryResult<()> {
    use diesel::result::{DatabaseErrorKind, Error};
    let exists =
        sql::<Bool>("EXISTS (SELECT FROM pg_database WHERE datname = ").bind::<Text, _>(name).sql(")");
    if select(exists).get_result(connection)? {
        return Ok(());
    }
    match connection.batch_execute(&format!("CREATE DATABASE {name}")) {
        // Another process made it just now.
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, _)) => Ok(()),
        Err(Error::DatabaseError(_, info)) if info.message().contains("already exists") => Ok(()),
        result => result,
    }
}

/// Why the database takes no writes, if it takes none.
pub fn read_only(connection: &mut PgConnection) -> QueryResult<Option<&'static str>> {
    let (is_standby, is_read_only): (bool, bool) = select((
        sql::<Bool>("pg_is_in_recovery()"),
        sql::<Bool>("current_setting('transaction_read_only') = 'on'"),
    ))
    .get_result(connection)?;
    Ok(match (is_standby, is_read_only) {
        (true, _) => Some("the database is a hot standby, which is read-only"),
        (false, true) => Some("the database is read-only (default_transaction_read_only)"),
        (false, false) => None,
    })
}

/// Connects, once it is sure that a connection is a session of PostgreSQL's.
pub fn establish_sessions(url: &str) -> Result<PgConnection, ConnectError> {
    let mut connection = establish(url, None)?;
    if pools_transactions(url, &mut connection)? {
        return Err(ConnectError::PooledTransactions);
    }
    Ok(connection)
}

/// Whether a pooler lends connections to PostgreSQL for a transaction at a time: two that are open together are then
/// one and the same to PostgreSQL, or one of them becomes another.
fn pools_transactions(url: &str, connection: &mut PgConnection) -> Result<bool, ConnectError> {
    let refused = |error: diesel::result::Error| ConnectError::Failed(error.to_string());
    let backend = |connection: &mut PgConnection| {
        select(sql::<Integer>("pg_backend_pid()")).get_result::<i32>(connection).map_err(refused)
    };
    let mut other = establish(url, None)?;
    let first = backend(connection)?;
    // Where single statements are pooled, transactions are refused.
    if other.batch_execute("BEGIN").is_err() {
        return Ok(true);
    }
    let second = backend(&mut other)?;
    Ok(second == first || backend(connection)? != first)
}

/// Whether the server can store anything just now: some pages, which are taken back.
pub fn takes_writes(connection: &mut PgConnection) -> bool {
    const PROBE: &str = "CREATE TEMPORARY TABLE probe ON COMMIT DROP AS
                         SELECT sha256(n::text::bytea) AS bytes FROM generate_series(1, 2000) AS n";
    let taken: Result<(), diesel::result::Error> = connection.transaction(|connection| {
        connection.batch_execute(PROBE)?;
        Err(diesel::result::Error::RollbackTransaction)
    });
    matches!(taken, Err(diesel::result::Error::RollbackTransaction))
}

/// Logs a warning for each setting of a server that is not ours which would
/// make the service answer wrongly.
pub fn warn_of_settings(connection: &mut PgConnection) -> QueryResult<()> {
    let encoding: String =
        select(sql::<Text>("current_setting('server_encoding')")).get_result(connection)?;
    if encoding != "UTF8" {
        log::warn!("the database's encoding is {encoding}, not UTF8: most languages cannot be stored in it");
    }
    let ctype: String =
        select(sql::<Text>("(SELECT datctype::text FROM pg_database WHERE datname = current_database())"))
            .get_result(connection)?;
    if matches!(ctype.as_str(), "C" | "POSIX") {
        log::warn!(
            "the database's LC_CTYPE is {ctype}: it knows no letters but ASCII; make it with LC_CTYPE C.UTF-8"
        );
    }
    // Where maqal may, it has set it to C.
    let messages: String = select(sql::<Text>("current_setting('lc_messages')")).get_result(connection)?;
    if !speaks_english(&messages) {
        log::warn!(
            "the database's lc_messages is {messages}: some failures are told by their English words alone, and a \
             request that loses a deadlock is answered with 500 instead of being tried again; run ALTER DATABASE … SET \
             lc_messages = 'C' as a superuser"
        );
    }
    Ok(())
}

/// Whether messages are in English in this locale.
fn speaks_english(locale: &str) -> bool {
    let language = locale.split(['_', '.', '-', '@']).next().unwrap_or_default();
    ["", "C", "POSIX", "en", "English"].contains(&language)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_in_english_in_a_locale_that_is_none_or_english() {
        for locale in
            ["", "C", "C.UTF-8", "POSIX", "en", "en_US.UTF-8", "en_GB", "English_United States.1252"]
        {
            assert!(speaks_english(locale), "{locale}");
        }
        for locale in ["de_DE.UTF-8", "ar_SD", "fr", "German_Germany.1252", "ennui"] {
            assert!(!speaks_english(locale), "{locale}");
        }
    }
}
