//! Connections: how one is made, and when the pool throws one away.

use std::{
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use diesel::{
    Connection as _, ConnectionError, PgConnection,
    connection::{AnsiTransactionManager, SimpleConnection, TransactionManager},
};
use scheduled_thread_pool::ScheduledThreadPool;

use super::conninfo;
use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult, Problem},
};

/// Why no connection could be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    #[error(
        "this build of maqal speaks no TLS, which the database URL asks for: build it with --features tls"
    )]
    NoTls,
    #[error("cannot connect to PostgreSQL: {0}")]
    Failed(String),
    #[error(
        "DATABASE_URL leads to a connection pooler that pools transactions, as PgBouncer does with \
         pool_mode = transaction: maqal listens, and prepares statements, on sessions. Set pool_mode = session for \
         this database, or give a DATABASE_URL that leads to PostgreSQL itself"
    )]
    PooledTransactions,
    #[error(
        "cannot connect to PostgreSQL, and the reason is not shown because it may repeat the password: DATABASE_URL \
         must be postgres://USER:PASSWORD@HOST:PORT/DATABASE, where user and password have every character but \
         letters, digits and -._~ percent-encoded (@ is %40, / is %2F, : is %3A)"
    )]
    Unshowable,
}

/// A connection breaks after twenty seconds in which the other end acknowledges nothing, or is not there: the kernel by
/// itself would wait for a quarter of an hour, or without end. Whoever needs other times says so in the URL.
const DEFAULTS: [(&str, &str); 5] = [
    ("connect_timeout", "20"),
    ("keepalives_idle", "10"),
    ("keepalives_interval", "5"),
    ("keepalives_count", "2"),
    ("tcp_user_timeout", "20000"),
];

/// Connects once, with the session's settings.
pub fn establish(url: &str, statement_timeout: Option<Duration>) -> Result<PgConnection, ConnectError> {
    if !conninfo::is_readable(url) {
        return Err(ConnectError::Unshowable);
    }
    let mut connection =
        PgConnection::establish(&conninfo::with_defaults(url, &DEFAULTS)).map_err(|error| match error {
            ConnectionError::BadConnection(message) if message.contains("SSL support is not compiled in") => {
                ConnectError::NoTls
            }
            error => conninfo::showable(url, &error.to_string())
                .map_or(ConnectError::Unshowable, ConnectError::Failed),
        })?;
    let timeout = statement_timeout.unwrap_or_default().as_millis();
    // Who waits for another's lock gives up before it is stopped for being slow.
    let lock_timeout = timeout / 2;
    connection
        .batch_execute(&format!(
            "SET TIME ZONE 'UTC'; SET client_min_messages = warning; SET statement_timeout = {timeout}; SET lock_timeout = {lock_timeout}"
        ))
        .map_err(|error| ConnectError::Failed(error.to_string()))?;
    // Packing long texts in PostgreSQL's own way was a fifth of an import's work. Not every build knows this one.
    let _ = connection.batch_execute("SET default_toast_compression = 'lz4'");
    // Two failures are told by their words alone. Not every account may set this.
    let _ = connection.batch_execute("SET lc_messages = 'C'");
    Ok(connection)
}

/// What all pools have in common.
pub(super) struct Pools {
    url: String,
    connection_timeout: Duration,
    statement_timeout: Duration,
    /// On these, connections are made and looked after.
    threads: Arc<ScheduledThreadPool>,
}

impl Pools {
    pub fn new(url: &str, config: &PoolConfig) -> Self {
        Self {
            url: url.to_owned(),
            connection_timeout: Duration::from_secs(config.db_timeout),
            statement_timeout: Duration::from_secs(config.statement_timeout),
            threads: Arc::new(
                ScheduledThreadPool::builder().num_threads(2).thread_name_pattern("pool-{}").build(),
            ),
        }
    }

    /// A pool of so many connections for one sort of work, by whose name PostgreSQL lists them, each with these settings
    /// besides.
    pub fn build(&self, work: &str, size: u32, settings: &str) -> r2d2::Pool<Manager> {
        r2d2::Pool::builder()
            .max_size(size)
            .connection_timeout(self.connection_timeout)
            .thread_pool(self.threads.clone())
            // Whoever waits for a connection tells why there is none.
            .error_handler(Box::new(r2d2::NopErrorHandler))
            // A round trip on each checkout costs a third of the throughput;
            // `Connection::died_in` finds dead connections without it.
            .test_on_check_out(false)
            .build_unchecked(Manager {
                url: self.url.clone(),
                statement_timeout: self.statement_timeout,
                settings: format!("SET application_name = 'maqal {work}'; {settings}"),
            })
    }
}

/// A connection that answers, though all that idle in the pool may be dead.
pub(super) fn living_connection(pool: &r2d2::Pool<Manager>) -> ApiResult<r2d2::PooledConnection<Manager>> {
    for _ in 0..=pool.max_size() {
        let mut connection = pool.get().map_err(ApiError::unavailable)?;
        if connection.answers() {
            return Ok(connection);
        }
    }
    Err(every_connection_died())
}

pub(super) fn every_connection_died() -> ApiError {
    ApiError::unavailable("every connection of the pool died")
}

/// What connections for writes have besides. Writes find what they change by keys, so that a plan for any values is as
/// good as one for these; to plan anew for lists of other lengths was a fifth of a write's work. Who waits for
/// another's lock gives up before those do who wait for his connection.
pub(super) fn of_writes(config: &PoolConfig) -> String {
    let patience = config.db_timeout * 1000 * 2 / 3;
    let lock_timeout = match config.statement_timeout {
        0 => patience,
        timeout => patience.min(timeout * 1000 / 2),
    };
    format!("SET plan_cache_mode = force_generic_plan; SET lock_timeout = {lock_timeout}")
}

pub(super) struct Manager {
    url: String,
    statement_timeout: Duration,
    settings: String,
}

pub(super) struct Connection {
    inner: PgConnection,
    dead: bool,
}

impl Connection {
    /// Asks the server for a sign of life.
    pub(super) fn answers(&mut self) -> bool {
        self.dead = self.inner.batch_execute("SELECT 1").is_err();
        !self.dead
    }

    /// Whether the work failed because the connection did.
    pub(super) fn died_in<T>(&mut self, result: &ApiResult<T>) -> bool {
        let suspicious = matches!(
            result,
            Err(error) if matches!(error.problem, Problem::Internal | Problem::Unavailable)
        );
        suspicious && !self.answers()
    }
}

impl Connection {
    /// Has the pool throw it away. Whether a session takes writes may be as it was when it began, so of one that
    /// takes none another is to be asked next time.
    pub(super) fn retire(&mut self) {
        self.dead = true;
    }
}

impl Deref for Connection {
    type Target = PgConnection;

    fn deref(&self) -> &PgConnection {
        &self.inner
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.inner
    }
}

impl r2d2::ManageConnection for Manager {
    type Connection = Connection;
    type Error = ConnectError;

    fn connect(&self) -> Result<Connection, ConnectError> {
        let mut inner = establish(&self.url, Some(self.statement_timeout))?;
        // Each query of a request has an index. The planner takes a row of `article_search` for a small
        // one, though its vector is stored elsewhere, and would read all of them: ten times slower.
        inner
            .batch_execute(&format!("SET enable_seqscan = off; {}", self.settings))
            .map_err(|error| ConnectError::Failed(error.to_string()))?;
        Ok(Connection { inner, dead: false })
    }

    fn is_valid(&self, connection: &mut Connection) -> Result<(), ConnectError> {
        if connection.answers() { Ok(()) } else { Err(ConnectError::Failed("no answer".to_owned())) }
    }

    fn has_broken(&self, connection: &mut Connection) -> bool {
        connection.dead
            // A panic may have left a transaction open.
            || std::thread::panicking()
            || AnsiTransactionManager::is_broken_transaction_manager(&mut connection.inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_waits_for_anothers_lock_gives_up_before_those_do_who_wait_for_its_connection() {
        for (db_timeout, statement_timeout, milliseconds) in
            [(3, 15, 2000), (3, 0, 2000), (3, 2, 1000), (3, 1, 500), (30, 15, 7500), (1, 15, 666)]
        {
            let config = PoolConfig {
                pool_size: None,
                db_timeout,
                statement_timeout,
                search_timeout: 800,
                rank_timeout: 400,
            };
            let settings = of_writes(&config);
            assert!(settings.ends_with(&format!("SET lock_timeout = {milliseconds}")), "{settings}");
            assert!(settings.starts_with("SET plan_cache_mode = force_generic_plan;"), "{settings}");
        }
    }
}
