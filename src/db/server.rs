//! What is asked of the PostgreSQL server as a whole, at start.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
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
