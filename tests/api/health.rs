//! Alive and ready.

use std::thread;

use diesel::connection::SimpleConnection;
use serde_json::json;

use crate::support::{TestApp, TestDatabase, eventually, tag};

#[test]
fn a_service_with_a_current_database_is_alive_and_ready() {
    let app = TestApp::start();
    assert_eq!(app.get("/healthz").json()["status"], "ok");
    assert_eq!(app.get("/readyz").json()["status"], "ok");
}

#[test]
fn a_service_whose_database_lacks_migrations_is_alive_but_not_ready() {
    // Whose editor has a key already.
    let app = TestApp::start();
    diesel_migrations::MigrationHarness::revert_last_migration(
        &mut app.database.connect(),
        maqal::db::migrations::MIGRATIONS,
    )
    .expect("the last migration goes down");
    assert_eq!(app.get("/healthz").status, 200);
    let response = app.get("/readyz");
    let problem = response.problem(503, "unavailable");
    assert!(problem["detail"].as_str().expect("a text").contains("maqal migrate"));
    assert_eq!(response.header("retry-after"), "2");
}

#[test]
fn reads_and_writes_go_on_after_every_connection_was_cut() {
    let app = TestApp::start();
    app.create("/v1/tags", crate::support::tag("before"));
    app.publish("H", json!({"slug": "news"}));
    for round in 0..3 {
        app.database.cut_connections();
        assert_eq!(app.get("/v1/tags").status, 200);
        app.database.cut_connections();
        assert_eq!(app.get("/v1/articles/news").status, 200);
        app.database.cut_connections();
        app.create("/v1/tags", crate::support::tag(&format!("after-{round}")));
    }
    assert_eq!(app.get("/readyz").status, 200);
}

#[test]
fn a_service_whose_database_is_away_is_alive_but_not_ready() {
    let app = TestApp::with(TestDatabase::new(), &["--db-timeout", "1"]);
    app.database.admit(false);
    assert_eq!(app.get("/healthz").status, 200);
    for path in ["/readyz", "/v1/articles", "/v1/tags/none"] {
        let response = app.get(path);
        let problem = response.problem(503, "unavailable");
        assert_eq!(response.header("retry-after"), "2");
        assert!(!problem.to_string().contains("PostgreSQL"), "{problem} tells of the inside");
    }
    assert_eq!(app.get("/openapi.json").status, 200);
    assert_eq!(app.get("/problems").status, 200);
    app.database.admit(true);
    eventually("the service is ready again", || app.get("/readyz").status == 200);
}

#[test]
fn who_finds_every_connection_busy_is_asked_to_come_again() {
    let app = TestApp::with(TestDatabase::new(), &["--db-timeout", "1", "--cache-size", "0"]);
    app.create("/v1/tags", tag("held"));
    let mut holder = app.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE entities IN ACCESS EXCLUSIVE MODE").expect("the table is held");
    thread::scope(|scope| {
        // As many as reads have connections.
        for limit in 1..=2 {
            let app = &app;
            scope.spawn(move || app.get(&format!("/v1/entities?limit={limit}")));
        }
        eventually("a read is refused", || app.get("/v1/tags").status == 503);
        let refused = app.get("/v1/tags");
        refused.problem(503, "unavailable");
        assert_eq!(refused.header("retry-after"), "2");
        // Others have connections of their own.
        assert_eq!(app.get("/readyz").status, 200);
        app.change("/v1/tags/held", json!({"kind": "series"}));
        holder.batch_execute("ROLLBACK").expect("the table is free");
    });
    assert_eq!(app.get("/v1/tags").status, 200);
}

#[test]
fn who_waits_for_a_locked_item_gives_up_before_those_who_wait_for_his_connection() {
    let app = TestApp::with(TestDatabase::new(), &["--db-timeout", "3"]);
    app.create("/v1/tags", tag("held"));
    let mut holder = app.database.connect();
    holder.batch_execute("BEGIN; SELECT 1 FROM tags FOR UPDATE").expect("the row is held");
    thread::scope(|scope| {
        // As many as writes have connections.
        let writers: Vec<_> = (0..2)
            .map(|_| scope.spawn(|| app.patch("/v1/tags/held", json!({"kind": "series"})).status))
            .collect();
        eventually("both wait", || app.database.waiting_queries() == 2);
        app.create("/v1/tags", tag("free"));
        let statuses: Vec<u16> =
            writers.into_iter().map(|writer| writer.join().expect("an answer")).collect();
        assert_eq!(statuses, [503, 503]);
    });
    holder.batch_execute("ROLLBACK").expect("the row is free");
}

#[test]
fn writers_who_wait_for_each_other_keep_no_reader_waiting() {
    let app = TestApp::with(TestDatabase::new(), &["--db-timeout", "1", "--cache-size", "0"]);
    app.create("/v1/tags", tag("held"));
    let mut holder = app.database.connect();
    holder.batch_execute("BEGIN; SELECT 1 FROM tags FOR UPDATE").expect("the row is held");
    thread::scope(|scope| {
        let writers: Vec<_> = (0..20)
            .map(|_| scope.spawn(|| app.patch("/v1/tags/held", json!({"kind": "series"})).status))
            .collect();
        // Some have waited in vain by then, and the others wait.
        eventually("a writer is refused", || writers.iter().any(|writer| writer.is_finished()));
        for _ in 0..5 {
            assert_eq!(app.get("/v1/tags").status, 200);
        }
        holder.batch_execute("ROLLBACK").expect("the row is free");
    });
}
