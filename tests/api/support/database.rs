use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection};
use maqal::{
    auth::{self, ApiKey, Role},
    clock::Clock,
    db,
};

use super::{
    cluster::{Cluster, TEMPLATE},
    command::signal,
};

static COUNTER: AtomicUsize = AtomicUsize::new(0);

/// A database of one test, migrated and empty; dropped with the last clone.
#[derive(Clone)]
pub struct TestDatabase {
    name: Arc<Name>,
}

struct Name(String);

#[derive(QueryableByName)]
struct Session {
    #[diesel(sql_type = diesel::sql_types::Integer)]
    pid: i32,
}

impl TestDatabase {
    /// A copy of the migrated template.
    pub fn new() -> Self {
        Self::create(&format!("TEMPLATE {TEMPLATE}"))
    }

    /// One without any migration.
    pub fn bare() -> Self {
        Self::create("TEMPLATE template0")
    }

    fn create(options: &str) -> Self {
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("maqal_test_{}_{number}", std::process::id());
        maintenance()
            .batch_execute(&format!("CREATE DATABASE {name} {options}"))
            .expect("a database for the test");
        Self { name: Arc::new(Name(name)) }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name.0
    }

    /// Its URL.
    pub fn url(&self) -> String {
        Cluster::get().url(self.name())
    }

    /// A connection to it.
    pub fn connect(&self) -> PgConnection {
        db::establish(&self.url(), None).expect("a connection to the test's database")
    }

    /// A new key, as its owner sends it.
    pub fn key(&self, role: Role) -> String {
        self.new_key(role, None)
    }

    /// A new key that is good until then.
    pub fn key_until(&self, role: Role, expires_at: DateTime<Utc>) -> String {
        self.new_key(role, Some(expires_at))
    }

    fn new_key(&self, role: Role, expires_at: Option<DateTime<Utc>>) -> String {
        let (key, now) = (ApiKey::generate().expect("random bytes"), Clock::default().now());
        auth::queries::insert(&mut self.connect(), &key, "test", role, now, expires_at).expect("a key");
        key.reveal()
    }

    /// Ends every connection to it, as a restart of the server does.
    pub fn cut_connections(&self) {
        let sql = format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{}' AND pid <> pg_backend_pid()",
            self.name()
        );
        maintenance().batch_execute(&sql).expect("the connections are cut");
    }

    /// Runs SQL, as an operator with psql does.
    pub fn execute(&self, sql: &str) {
        self.connect().batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Runs SQL on another database of the server; `{}` stands for this one's name.
    pub fn execute_alone(&self, sql: &str) {
        let sql = sql.replace("{}", self.name());
        maintenance().batch_execute(&sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Runs `work` while nobody else can read these tables; it is given the connection that holds them.
    pub fn without<T>(&self, tables: &str, work: impl FnOnce(&mut PgConnection) -> T) -> T {
        let mut connection = self.connect();
        let lock = format!("BEGIN; LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE");
        connection.batch_execute(&lock).expect("the tables are locked");
        let result = work(&mut connection);
        connection.batch_execute("ROLLBACK").expect("the tables are free");
        result
    }

    /// The same of all tables that answers without a key are made of.
    pub fn without_tables<T>(&self, work: impl FnOnce(&mut PgConnection) -> T) -> T {
        self.without("articles, tags, entities, article_tags, article_entities", work)
    }

    /// How many connections wait for a lock.
    pub fn waiting_queries(&self) -> i64 {
        diesel::dsl::sql::<diesel::sql_types::BigInt>(
            "SELECT count(*) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock' AND application_name NOT IN ('maqal background', 'maqal upkeep')",
        )
        .get_result(&mut self.connect())
        .expect("the activity")
    }

    /// The processes of the connections on which the services hear of changes.
    pub fn listeners(&self) -> Vec<i32> {
        self.sessions("maqal listener")
    }

    /// The processes of the connections of this name.
    pub fn sessions(&self, name: &str) -> Vec<i32> {
        let sql = format!(
            "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name = '{name}'"
        );
        let sessions = diesel::sql_query(sql).load::<Session>(&mut self.connect()).expect("the sessions");
        sessions.into_iter().map(|session| session.pid).collect()
    }

    /// Ends the connections on which the services hear of changes.
    pub fn cut_listeners(&self) {
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'maqal listener'",
        );
    }

    /// Has the database be there and answer nothing: its sessions stand still until this is dropped, and there are no
    /// others.
    pub fn freeze(&self) -> Frozen<'_> {
        self.execute_alone("ALTER DATABASE {} ALLOW_CONNECTIONS false");
        let sql = format!("SELECT pid FROM pg_stat_activity WHERE datname = '{}'", self.name());
        let sessions = diesel::sql_query(sql).load::<Session>(&mut maintenance()).expect("the sessions");
        let pids = sessions.into_iter().map(|session| session.pid).collect();
        let frozen = Frozen { database: self, pids };
        frozen.signal(libc::SIGSTOP);
        frozen
    }

    /// Lets connections in, or cuts those that are there and refuses others.
    pub fn admit(&self, admit: bool) {
        maintenance()
            .batch_execute(&format!("ALTER DATABASE {} ALLOW_CONNECTIONS {admit}", self.name()))
            .expect("the database is opened or closed");
        if !admit {
            self.cut_connections();
        }
    }
}

impl Drop for Name {
    fn drop(&mut self) {
        // A test that fails must not fail a second time here.
        let _ = maintenance().batch_execute(&format!("DROP DATABASE {} WITH (FORCE)", self.0));
    }
}

fn maintenance() -> PgConnection {
    db::establish(&Cluster::get().url("postgres"), None).expect("the maintenance database")
}

/// A database whose sessions stand still.
pub struct Frozen<'a> {
    database: &'a TestDatabase,
    pids: Vec<i32>,
}

impl Frozen<'_> {
    fn signal(&self, number: i32) {
        self.pids.iter().for_each(|pid| signal(*pid, number));
    }
}

impl Drop for Frozen<'_> {
    fn drop(&mut self) {
        self.signal(libc::SIGCONT);
        self.database.admit(true);
    }
}
