//! Behind a connection pooler nothing is wrong, at worst slow.

use maqal::auth::Role;
use serde_json::json;

use crate::support::{
    Pooler, Request, Said, Serving, TestDatabase, TransactionPooler, article_with, as_lines, eventually,
    line, maqal,
};

fn serve(pooler: &Pooler) -> Serving {
    Serving::by(maqal(&["serve", "--no-migrate", "--database-url", &pooler.url()]))
}

fn lines_with(serving: &Serving, words: &str) -> usize {
    serving.log().iter().filter(|line| line.contains(words)).count()
}

#[test]
fn where_notifications_do_not_arrive_nothing_is_kept_and_one_warning_says_why() {
    let database = TestDatabase::new();
    let pooler = Pooler::before(&database);
    let serving = serve(&pooler);
    let key = database.key(Role::Editor);
    let post = |path: &str| serving.request("POST", path).key(&key);
    let article = article_with("0", json!({"slug": "news"}));
    assert_eq!(post("/v1/articles").json(&article).send().status, 201);
    let headline = || serving.get("/v1/articles/news").json()["headline"].clone();
    let rounds = |numbers: std::ops::Range<u32>| {
        for number in numbers {
            let _ = (headline(), headline());
            database.execute(&format!("UPDATE articles SET headline = '{number}'"));
            // At once, since it is read.
            assert_eq!(headline(), number.to_string());
        }
    };
    rounds(1..10);
    eventually("a warning", || lines_with(&serving, "cannot hear of changes") == 1);
    rounds(10..20);
    assert_eq!(lines_with(&serving, "pool_mode = session"), 1, "{:?}", serving.log());

    pooler.pass_notifications_on();
    eventually("changes are heard", || lines_with(&serving, "hearing of changes again") == 1);
    assert_eq!(headline(), "19");
    database.execute("UPDATE articles SET headline = 'heard'");
    eventually("the change shows", || headline() == "heard");
    assert_eq!(lines_with(&serving, "cannot hear of changes"), 1, "{:?}", serving.log());
}

#[test]
fn an_import_whose_notifications_do_not_arrive_shows_at_once() {
    let database = TestDatabase::new();
    let pooler = Pooler::before(&database);
    pooler.pass_notifications_on_to_listeners();
    let serving = serve(&pooler);
    let key = database.key(Role::Editor);
    for round in 1..=20 {
        let _ = serving.get("/v1/articles?count=exact");
        let body = as_lines(&[line(&round.to_string(), json!({}))]);
        let url = format!("http://{}/v1/articles/bulk", serving.address());
        let request = Request::new("POST", url).key(&key).bytes("application/x-ndjson", body.as_bytes());
        assert!(request.send().text().contains("created"));
        assert_eq!(serving.get("/v1/articles?count=exact").json()["page"]["total"], round);
    }
    assert_eq!(lines_with(&serving, "cannot hear of changes"), 0, "{:?}", serving.log());
}

#[test]
fn one_that_pools_transactions_is_refused_by_name() {
    let database = TestDatabase::new();
    let pooler = TransactionPooler::before(&database);
    let commands: [&[&str]; 4] = [
        &["serve", "--bind", "127.0.0.1:0"],
        &["serve", "--no-migrate", "--bind", "127.0.0.1:0"],
        &["migrate"],
        &["keys", "list"],
    ];
    for command in commands {
        let mut command = maqal(command);
        command.args(["--database-url", &pooler.url()]);
        let told = Said::by(command).failure();
        assert!(told.contains("PgBouncer") && told.contains("pool_mode = session"), "{told}");
    }
    assert!(
        Said::by(maqal(&["keys", "list", "--database-url", &Pooler::before(&database).url()]))
            .ok()
            .contains("ID")
    );
}
