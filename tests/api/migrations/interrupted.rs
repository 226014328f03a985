//! Migrations of a test's own: that are broken off, and that have to wait for others.

use std::{fs, thread};

use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::BigInt};
use diesel_migrations::FileBasedMigrations;
use maqal::db::migrations;

use crate::support::{DataDir, TestDatabase, eventually};

/// A table, and then a migration of it.
struct Own {
    folder: DataDir,
}

impl Own {
    fn with(sql: &str, in_transaction: bool) -> Self {
        let own = Self { folder: DataDir::new() };
        own.write("2027-01-01-000001_create_table", "CREATE TABLE harbours (name text NOT NULL)", true);
        own.write("2027-01-01-000002_change_table", sql, in_transaction);
        own
    }

    fn write(&self, name: &str, sql: &str, in_transaction: bool) {
        let folder = self.folder.path().join(name);
        fs::create_dir_all(&folder).expect("a folder");
        fs::write(folder.join("up.sql"), sql).expect("the migration");
        let metadata = format!("run_in_transaction = {in_transaction}");
        fs::write(folder.join("metadata.toml"), metadata).expect("what is said of it");
    }

    /// Runs those that are pending, as a start does.
    fn run(&self, database: &TestDatabase) -> Result<Vec<String>, String> {
        let source = FileBasedMigrations::from_path(self.folder.path()).expect("the migrations");
        migrations::run_of(&source, &mut database.connect()).map_err(|error| error.to_string())
    }

    /// Makes the table alone.
    fn begin(&self, database: &TestDatabase) {
        self.run(database).expect("both run");
        database.execute(
            "DELETE FROM __diesel_schema_migrations WHERE version = '20270101000002'; DROP INDEX IF EXISTS harbours_name;
             ALTER TABLE harbours DROP COLUMN IF EXISTS country",
        );
    }
}

const INDEX: &str = "CREATE INDEX CONCURRENTLY harbours_name ON harbours (name)";

fn indexes(database: &TestDatabase, is_valid: bool) -> i64 {
    let sql = format!(
        "SELECT count(*) FROM pg_index WHERE indexrelid = to_regclass('harbours_name') AND indisvalid = {is_valid}"
    );
    diesel::dsl::sql::<BigInt>(&sql).get_result(&mut database.connect()).expect("the indexes")
}

/// A session that has a transaction open, in which it has run this.
fn session(database: &TestDatabase, sql: &str) -> PgConnection {
    let mut connection = database.connect();
    connection.batch_execute(&format!("BEGIN; {sql}")).expect("a transaction");
    connection
}

#[test]
fn an_index_that_was_left_behind_by_one_who_was_killed_is_made_again() {
    let database = TestDatabase::bare();
    let own = Own::with(INDEX, false);
    own.run(&database).expect("the migrations run");
    // The index is whole; that the migration has been run nobody has heard.
    database.execute("DELETE FROM __diesel_schema_migrations WHERE version = '20270101000002'");
    assert_eq!(own.run(&database), Ok(vec!["20270101000002".to_owned()]));
    assert_eq!(indexes(&database, true), 1);

    // Who builds it waits for a writer, and is killed.
    own.begin(&database);
    let writer = session(&database, "INSERT INTO harbours VALUES ('Tyre')");
    thread::scope(|scope| {
        let killed = scope.spawn(|| own.run(&database));
        eventually("the builder waits", || database.waiting_queries() == 1);
        database.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity
             WHERE datname = current_database() AND wait_event_type = 'Lock'",
        );
        assert!(killed.join().expect("no panic").is_err());
    });
    drop(writer);
    assert_eq!((indexes(&database, false), indexes(&database, true)), (1, 0));
    assert_eq!(own.run(&database), Ok(vec!["20270101000002".to_owned()]));
    assert_eq!((indexes(&database, false), indexes(&database, true)), (0, 1));
}

#[test]
fn an_index_is_built_however_long_a_writer_takes() {
    let database = TestDatabase::bare();
    let own = Own::with(INDEX, false);
    own.begin(&database);
    thread::scope(|scope| {
        // Ends with whatever goes wrong here, so that who waits for it ends too.
        let mut writer = session(&database, "INSERT INTO harbours VALUES ('Tyre')");
        let builder = scope.spawn(|| own.run(&database));
        eventually("the builder waits", || database.waiting_queries() == 1);
        // It is kept waiting by no limit, and keeps nobody waiting.
        database.execute(
            "SET lock_timeout = '5s'; INSERT INTO harbours VALUES ('Sidon'); SELECT count(*) FROM harbours",
        );
        writer.batch_execute("COMMIT").expect("the writer ends");
        assert_eq!(builder.join().expect("no panic"), Ok(vec!["20270101000002".to_owned()]));
    });
    assert_eq!(indexes(&database, true), 1);
}

#[test]
fn a_migration_that_waits_for_a_lock_gives_way_to_readers_and_is_tried_again() {
    let database = TestDatabase::bare();
    let own = Own::with("ALTER TABLE harbours ADD COLUMN country text", true);
    own.begin(&database);
    thread::scope(|scope| {
        // Ends with whatever goes wrong here, so that who waits for it ends too.
        let mut holder = session(&database, "SELECT count(*) FROM harbours");
        let migration = scope.spawn(|| own.run(&database));
        eventually("the migration waits", || database.waiting_queries() == 1);
        // Behind one that waits for good, this one would wait as well.
        database.execute("SET lock_timeout = '20s'; SELECT count(*) FROM harbours");
        holder.batch_execute("COMMIT").expect("the holder ends");
        assert_eq!(migration.join().expect("no panic"), Ok(vec!["20270101000002".to_owned()]));
    });
    sql::<BigInt>("SELECT count(country) FROM harbours")
        .get_result::<i64>(&mut database.connect())
        .expect("the column");
}

#[test]
fn a_migration_that_fails_is_not_tried_again() {
    let database = TestDatabase::bare();
    let own = Own::with("ALTER TABLE harbors ADD COLUMN country text", true);
    let failed = own.run(&database).expect_err("there is no such table");
    assert!(failed.contains("harbors") && failed.starts_with("a migration failed"), "{failed}");
    // Nor one whose name only looks like that of an index.
    let own = Own::with("CREATE TABLE harbours (name text)", false);
    assert!(own.run(&database).expect_err("it is there").contains("already exists"));
}
