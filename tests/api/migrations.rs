//! The migrations, up and down.

use std::thread;

use diesel::{
    RunQueryDsl,
    dsl::sql,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sql_types::BigInt,
};
use diesel_migrations::MigrationHarness;
use maqal::db::migrations::{self, MIGRATIONS};

use crate::support::TestDatabase;

mod interrupted;
mod locks;
mod releases;
mod reserved;
mod statements;

fn count() -> usize {
    let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().expect("the migrations");
    all.len()
}

/// The schema, without diesel's own table.
fn objects(database: &TestDatabase) -> Vec<String> {
    database.objects().into_iter().filter(|line| !line.contains("__diesel_schema_migrations")).collect()
}

fn up(database: &TestDatabase) {
    database.connect().run_next_migration(MIGRATIONS).expect("a migration goes up");
}

fn down(database: &TestDatabase) {
    database.connect().revert_last_migration(MIGRATIONS).expect("a migration goes down");
}

fn assert_same(found: &[String], expected: &[String], when: &str) {
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
    let left: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
    assert!(missing.is_empty() && left.is_empty(), "{when}\nmissing: {missing:#?}\nleft: {left:#?}");
}

#[test]
fn each_migration_takes_back_all_that_it_did_and_nothing_else() {
    let database = TestDatabase::bare();
    let mut stages = vec![objects(&database)];
    for _ in 0..count() {
        up(&database);
        stages.push(objects(&database));
    }
    for (number, stage) in stages.windows(2).enumerate().rev() {
        down(&database);
        assert_same(&objects(&database), &stage[0], &format!("migration {} down", number + 1));
        up(&database);
        assert_same(&objects(&database), &stage[1], &format!("migration {} down and up", number + 1));
        down(&database);
    }
    assert_eq!(objects(&database), Vec::<String>::new(), "something is left after all downs");
    migrations::run(&mut database.connect()).expect("all go up again");
    assert_same(&objects(&database), &stages[count()], "all down and up");
}

#[test]
fn of_ten_that_run_the_migrations_at_once_all_succeed_and_each_runs_once() {
    let database = TestDatabase::bare();
    let ran: Vec<String> = thread::scope(|scope| {
        let run = || migrations::run(&mut database.connect()).expect("migrations run");
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(ran.len(), count(), "{ran:?}");
    assert!(ran.is_sorted(), "{ran:?}");
    let recorded: i64 = sql::<BigInt>("SELECT count(*) FROM __diesel_schema_migrations")
        .get_result(&mut database.connect())
        .expect("diesel's table");
    assert_eq!(usize::try_from(recorded), Ok(count()));
}

#[test]
fn asking_whether_migrations_are_pending_changes_nothing() {
    let database = TestDatabase::bare();
    assert!(!migrations::are_current(&mut database.connect()).expect("an answer"));
    assert_eq!(database.objects(), Vec::<String>::new());
    migrations::run(&mut database.connect()).expect("migrations run");
    assert!(migrations::are_current(&mut database.connect()).expect("an answer"));
    down(&database);
    assert!(!migrations::are_current(&mut database.connect()).expect("an answer"));
}
