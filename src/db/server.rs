//! What is asked of the PostgreSQL server as a whole, at start.

use diesel::{
    Connection, PgConnection, QueryResult, RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    select,
    sql_types::{Bool, Text},
};

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
    Ok(())
}
