//! `POST` requests that may be sent again.

use std::thread;

use chrono::TimeDelta;
use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
use maqal::auth::Role;
use serde_json::{Value, json};

use crate::support::{Response, TestApp, TestDatabase, article, entity, eventually, tag};

/// Posts with an `Idempotency-Key`.
fn post_once(app: &TestApp, key: &str, path: &str, body: &Value) -> Response {
    app.as_editor("POST", path).header("Idempotency-Key", key).json(body).send()
}

fn total(app: &TestApp, list: &str) -> Value {
    app.get(&format!("{list}?count=exact")).json()["page"]["total"].clone()
}

#[test]
fn a_repeated_request_gets_the_first_answer_and_makes_nothing() {
    let app = TestApp::start();
    let bodies = [
        ("/v1/articles", article("خبر")),
        ("/v1/tags", json!({"kind": "topic", "names": {"ar": "كتب"}})),
        ("/v1/entities", json!({"type": "person", "names": {"ar": "الطيب صالح"}})),
    ];
    for (path, body) in bodies {
        let first = post_once(&app, path, path, &body);
        assert_eq!(first.status, 201, "{}", first.text());
        app.patch(first.header("location"), json!({"slug": "changed-meanwhile"}));
        for _ in 0..2 {
            let again = post_once(&app, path, path, &body);
            assert_eq!((again.status, &again.body), (201, &first.body));
            for header in ["location", "etag", "content-type"] {
                assert_eq!(again.header(header), first.header(header));
            }
        }
        assert_eq!(total(&app, path), 1);
        assert_eq!(app.post(path, body).status, 201);
        assert_eq!(total(&app, path), 2);
    }
}

#[test]
fn a_key_stands_for_one_request_alone() {
    let app = TestApp::start();
    assert_eq!(post_once(&app, "k", "/v1/tags", &tag("a")).status, 201);
    post_once(&app, "k", "/v1/tags", &tag("b")).problem(422, "idempotency-key-reused");
    post_once(&app, "k", "/v1/entities", &entity("a")).problem(422, "idempotency-key-reused");
    post_once(&app, "k", "/v1/articles", &article("a")).problem(422, "idempotency-key-reused");
    assert_eq!(post_once(&app, "K", "/v1/tags", &tag("b")).status, 201);
    assert_eq!(app.get("/v1/tags").column("slug"), ["a", "b"]);
    assert_eq!(total(&app, "/v1/entities"), 0);
}

#[test]
fn each_api_key_has_its_own_idempotency_keys() {
    let app = TestApp::start();
    assert_eq!(post_once(&app, "k", "/v1/tags", &tag("a")).status, 201);
    let other = app.database.key(Role::Editor);
    let request = app.request("POST", "/v1/tags").key(&other).header("Idempotency-Key", "k");
    assert_eq!(request.json(&tag("b")).send().status, 201);
    assert_eq!(app.get("/v1/tags").column("slug"), ["a", "b"]);
}

#[test]
fn a_failed_request_may_be_sent_again_mended() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("taken"));
    post_once(&app, "k", "/v1/tags", &json!({"kind": "topic"})).problem(400, "invalid-body");
    post_once(&app, "k", "/v1/tags", &tag("taken")).problem(409, "conflict");
    let mut orphan = tag("a");
    orphan["parent"] = json!("nothing");
    post_once(&app, "k", "/v1/tags", &orphan).problem(400, "invalid-body");
    assert_eq!(post_once(&app, "k", "/v1/tags", &tag("a")).status, 201);
}

#[test]
fn requests_sent_at_once_with_one_key_make_one_item() {
    let app = TestApp::start();
    let body = json!({"kind": "topic", "names": {"en": "Books"}});
    let send = || post_once(&app, "k", "/v1/tags", &body);
    let answers = thread::scope(|scope| {
        let others: Vec<_> = (0..3).map(|_| scope.spawn(send)).collect();
        others.into_iter().map(|other| other.join().expect("an answer")).collect::<Vec<_>>()
    });
    for answer in &answers {
        assert_eq!((answer.status, &answer.body), (201, &answers[0].body));
    }
    assert_eq!(app.get("/v1/tags").column("slug"), ["books"]);
}

#[test]
fn an_idempotency_key_has_1_to_200_visible_ascii_characters() {
    let app = TestApp::start();
    for wrong in ["", "a b", "مفتاح", &"k".repeat(201)] {
        let refused = post_once(&app, wrong, "/v1/tags", &tag("a"));
        refused.refused(400, "invalid-parameters", &[("/Idempotency-Key", "invalid_value")]);
    }
    assert_eq!(post_once(&app, &"k".repeat(200), "/v1/tags", &tag("a")).status, 201);
    assert_eq!(post_once(&app, "\"quoted;{key}\"", "/v1/tags", &tag("b")).status, 201);
}

#[test]
fn a_key_that_has_expired_stands_for_a_new_request() {
    let app = TestApp::start();
    let send = |headline: &str| {
        app.as_editor("POST", "/v1/articles").header("Idempotency-Key", "day").json(&article(headline)).send()
    };
    assert_eq!(send("One").status, 201);
    for young in [0, 23 * 60, 50] {
        app.clock().advance(TimeDelta::minutes(young));
        send("Another").problem(422, "idempotency-key-reused");
        assert_eq!(send("One").json()["slug"], "one");
    }
    app.clock().advance(TimeDelta::minutes(11));
    let another = send("Another");
    assert_eq!((another.status, another.json()["slug"].as_str()), (201, Some("another")));
    assert_eq!(send("Another").body, another.body);
}

#[test]
fn answers_that_are_no_longer_to_be_had_are_cleared_away_beside_the_requests() {
    let database = TestDatabase::new();
    let editor = database.key(Role::Editor);
    let id = editor.split('_').nth(1).expect("the key's id");
    database.execute(&format!(
        "INSERT INTO idempotency_keys (api_key_id, key, request_sha256, created_at)
         SELECT '{id}', 'k' || n, '', now() - n * interval '1 hour' FROM generate_series(1, 2500) AS n"
    ));
    let app = TestApp::with(database, &[]);
    let left = "SELECT count(*) FROM idempotency_keys";
    let left = || sql::<BigInt>(left).get_result::<i64>(&mut app.database.connect()).expect("a number");
    eventually("those of a day are left", || left() == 23);
}

#[test]
fn a_repeat_shows_nothing_that_was_deleted_or_merged_meanwhile() {
    let app = TestApp::start();
    let bodies = [
        ("/v1/articles", article("خبر")),
        ("/v1/tags", json!({"kind": "topic", "names": {"ar": "كتب"}})),
        ("/v1/entities", json!({"type": "person", "names": {"ar": "الطيب صالح"}})),
    ];
    for (path, body) in bodies {
        let first = post_once(&app, path, path, &body);
        assert_eq!(first.status, 201, "{}", first.text());
        app.remove(first.header("location"));
        post_once(&app, path, path, &body).problem(410, "gone");
        assert_eq!(total(&app, path), 0);
    }
    app.create("/v1/entities", entity("who-stays"));
    let merged = entity("who-goes");
    let first = post_once(&app, "k", "/v1/entities", &merged);
    let merge = format!("{}/merge", first.header("location"));
    assert_eq!(app.post(&merge, json!({"into": "who-stays"})).status, 200);
    post_once(&app, "k", "/v1/entities", &merged).problem(308, "moved");
}

#[test]
fn a_repeat_shows_no_mention_that_is_gone() {
    let app = TestApp::start();
    app.create("/v1/entities", entity("acme"));
    app.publish("Acme", json!({"slug": "news"}));
    let body = json!({"entity": "acme", "field": "headline", "exact": "Acme"});
    let path = "/v1/articles/news/mentions";
    let first = post_once(&app, "k", path, &body);
    assert_eq!(first.status, 201, "{}", first.text());
    app.change("/v1/articles/news", json!({"slug": "newer"}));
    assert_eq!(post_once(&app, "k", path, &body).body, first.body);
    app.remove(first.header("location"));
    post_once(&app, "k", path, &body).problem(404, "not-found");
    app.remove("/v1/articles/newer");
    post_once(&app, "k", path, &body).problem(410, "gone");
}
