//! A database that takes no writes, as a hot standby does not: reads are answered.

use maqal::auth::Role;
use serde_json::json;

use crate::support::{
    Said, Serving, TestApp, TestDatabase, article, article_with, eventually, import, line, maqal, results,
    tag,
};

/// New connections cannot write; those that are there are cut.
fn seal(database: &TestDatabase) {
    database.execute_alone("ALTER DATABASE {} SET default_transaction_read_only = on");
    database.cut_connections();
}

#[test]
fn reads_are_answered_and_writes_are_told_why_not() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("sea"));
    app.publish("Old", json!({"slug": "news", "tags": ["sea"]}));
    seal(&app.database);
    for path in
        ["/v1/articles/news", "/v1/articles", "/v1/articles?q=old&facets=tags", "/v1/suggest?q=se", "/readyz"]
    {
        let answer = app.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
    }
    assert_eq!(app.as_editor("GET", "/v1/articles?status=draft").send().status, 200);
    let refused = [
        app.post("/v1/articles", article("New")),
        app.as_editor("POST", "/v1/articles").header("Idempotency-Key", "k").json(&article("New")).send(),
        app.patch("/v1/articles/news", json!({"headline": "New"})),
        app.delete("/v1/articles/news"),
        app.put("/v1/tags/sea", tag("sky")),
    ];
    for response in refused {
        let problem = response.problem(503, "unavailable");
        assert!(problem["detail"].as_str().unwrap_or_default().contains("read-only"), "{problem}");
        assert_eq!(response.header("retry-after"), "2");
    }
    let answers = import(&app, &[line("1", json!({})), line("2", json!({}))]);
    assert_eq!(results(&answers), ["stopped"]);
    assert!(answers[0]["problem"]["detail"].as_str().unwrap_or_default().contains("read-only"));
}

#[test]
fn a_read_only_database_is_served_without_migrations_and_said_once() {
    let database = TestDatabase::new();
    let key = database.key(Role::Editor);
    seal(&database);
    let url = database.url();
    let refused = Said::by(maqal(&["serve", "--database-url", &url, "--bind", "127.0.0.1:0"])).failure();
    assert!(refused.contains("read-only") && refused.contains("--no-migrate"), "{refused}");
    let refused = Said::by(maqal(&["migrate", "--database-url", &url])).failure();
    assert!(refused.contains("read-only"), "{refused}");
    assert!(Said::by(maqal(&["keys", "list", "--database-url", &url])).ok().contains("editor"));

    let serving = Serving::by(maqal(&["serve", "--no-migrate", "--database-url", &url]));
    assert_eq!(serving.get("/readyz").status, 200);
    assert_eq!(serving.get("/v1/articles").status, 200);
    let write = |headline: &str| {
        let article = article_with(headline, json!({}));
        serving.request("POST", "/v1/articles").key(&key).json(&article).send().status
    };
    assert_eq!(write("early"), 503);
    let told = || serving.log().iter().filter(|line| line.contains("new names")).count();
    eventually("it is said", || told() == 1);
    // Sessions that are there go on taking none: the service has to begin others.
    database.execute_alone("ALTER DATABASE {} RESET default_transaction_read_only");
    eventually("writes are taken", || write("late") == 201);
    eventually("new names are looked for", || serving.log().iter().any(|line| line.contains("again")));
    assert!(told() <= 2, "{:?}", serving.log());
}

#[test]
fn a_question_makes_no_table_and_more_migrations_than_known_are_no_fault() {
    let database = TestDatabase::bare();
    let url = database.url();
    let serving = Serving::by(maqal(&["serve", "--no-migrate", "--database-url", &url]));
    serving.get("/readyz").problem(503, "unavailable");
    assert!(Said::by(maqal(&["keys", "list", "--database-url", &url])).failure().contains("maqal migrate"));
    database
        .execute("DO $$ BEGIN ASSERT NOT EXISTS (SELECT FROM pg_tables WHERE schemaname = 'public'); END $$");

    let app = TestApp::start();
    app.database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')");
    assert_eq!(app.get("/readyz").status, 200);
}
