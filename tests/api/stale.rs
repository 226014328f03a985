//! While the database does not answer: nothing, or what was true a moment ago, to those who want that.

use std::thread;

use serde_json::{Value, json};

use crate::support::{Response, TestApp, TestDatabase, Wire, entity, eventually, import, line, tag};

const LIST: &str = "/v1/articles?fields=headline";
const ITEM: &str = "/v1/articles/news";

/// A service that may keep an item and a list.
fn ready(flags: &[&str]) -> TestApp {
    let app = TestApp::with(TestDatabase::new(), &[&["--db-timeout", "1"], flags].concat());
    app.publish("Old", json!({"slug": "news"}));
    app.publish("Another", json!({"slug": "other"}));
    // Changes are heard in their order: once this one is, nothing that comes makes untrue what is kept below.
    app.database.execute("UPDATE articles SET headline = 'Other' WHERE slug = 'other'");
    eventually("it is heard of", || app.get(LIST).text().contains("Other"));
    app
}

/// One that keeps both.
fn warm() -> TestApp {
    let app = ready(&["--stale-if-error", "3600"]);
    app.keep(&[ITEM, LIST]);
    app
}

fn is_stale(response: &Response) -> bool {
    response.status == 200 && response.try_header("cache-status").is_some()
}

#[test]
fn kept_answers_go_on_and_say_how_old_they_are() {
    let app = warm();
    let (item, list) = (app.get(ITEM), app.get(LIST));
    assert_eq!((item.try_header("age"), item.try_header("cache-status")), (None, None));
    app.database.admit(false);
    for (path, before) in [(ITEM, &item), (LIST, &list)] {
        eventually("it is not certain any more", || {
            let answer = app.get(path);
            assert_eq!((answer.status, answer.text()), (200, before.text()), "{path}");
            is_stale(&answer)
        });
        let answer = app.get(path);
        let age: u64 = answer.header("age").parse().expect("a number");
        let status = format!("maqal; hit; ttl=-{age}; detail=stale-if-error");
        assert_eq!(answer.header("cache-status"), status);
        assert_eq!(answer.header("etag"), before.header("etag"));
        assert_eq!(answer.header("cache-control"), "public, no-cache");
        let held = app.request("GET", path).header("If-None-Match", before.header("etag")).send();
        assert_eq!((held.status, held.header("cache-status")), (304, answer.header("cache-status")));
        let coded = app.request("GET", path).header("Accept-Encoding", "gzip").send();
        assert!(coded.status == 200 && coded.header("etag").ends_with("-gzip\""), "{coded:?}");
        assert!(coded.try_header("age").is_some());
    }
    // What was not kept, what asks with a key, and writes.
    app.get("/v1/articles/other").problem(503, "unavailable");
    app.as_editor("GET", ITEM).send().problem(503, "unavailable");
    app.patch(ITEM, json!({"headline": "New"})).problem(503, "unavailable");
    app.get("/readyz").problem(503, "unavailable");

    app.database.admit(true);
    app.database.execute("UPDATE articles SET headline = 'New' WHERE slug = 'news'");
    eventually("it is fresh", || app.get(ITEM).json()["headline"] == "New");
    for path in [ITEM, LIST] {
        let answer = app.get(path);
        assert!(answer.text().contains("New") && !is_stale(&answer), "{answer:?}");
    }
}

#[test]
fn a_database_that_is_there_and_does_not_answer_is_not_waited_for() {
    let app = warm();
    let before = app.get(ITEM);
    let frozen = app.database.freeze();
    eventually("it is not certain any more", || {
        let answer = app.get(ITEM);
        assert_eq!((answer.status, answer.text()), (200, before.text()));
        is_stale(&answer)
    });
    app.get("/readyz").problem(503, "unavailable");
    app.as_editor("GET", ITEM).send().problem(503, "unavailable");
    drop(frozen);
    app.database.execute("UPDATE articles SET headline = 'New' WHERE slug = 'news'");
    eventually("it is fresh", || app.get(ITEM).json()["headline"] == "New");
}

#[test]
fn no_read_waits_without_end_for_a_database_that_stands_still() {
    let paths = [
        LIST,
        ITEM,
        "/v1/articles?q=news",
        "/v1/articles?facets=tags",
        "/v1/articles?count=exact",
        "/v1/articles/news/related",
        "/v1/articles/news/mentions",
        "/v1/tags",
        "/v1/tags/sea",
        "/v1/tags/sea/articles",
        "/v1/entities",
        "/v1/entities/nile",
        "/v1/entities?name=nile",
        "/v1/entities/nile/merges",
        "/v1/suggest?q=ni",
    ];
    let app = TestApp::with(
        TestDatabase::new(),
        &[
            ["--pool-size", "32", "--cache-size", "0", "--listed-cache-size", "0"].as_slice(),
            &["--db-timeout", "1", "--statement-timeout", "1", "--search-timeout", "800"],
        ]
        .concat(),
    );
    app.create("/v1/tags", tag("sea"));
    app.create("/v1/entities", entity("nile"));
    app.publish("News", json!({"slug": "news", "tags": ["sea"], "entities": ["nile"]}));
    paths.iter().for_each(|path| assert_eq!(app.get(path).status, 200, "{path}"));
    // Each is asked on a connection that there is.
    eventually("there are all connections", || app.database.sessions("maqal reads").len() == 32);
    thread::scope(|scope| {
        let frozen = app.database.freeze();
        let app = &app;
        let reads = paths.map(|path| (path, scope.spawn(move || app.get(path))));
        eventually("all are answered", || reads.iter().all(|(_, read)| read.is_finished()));
        drop(frozen);
        for (path, read) in reads {
            let answer = read.join().expect("an answer");
            assert_eq!(answer.status, 503, "{path}");
            answer.problem(503, "unavailable");
        }
    });
    paths.iter().for_each(|path| eventually("it is answered", || app.get(path).status == 200));
}

#[test]
fn an_export_stops_where_the_database_stands_still() {
    let app = TestApp::with(
        TestDatabase::new(),
        &["--db-timeout", "1", "--statement-timeout", "5", "--search-timeout", "800"],
    );
    let lines: Vec<_> = (1..=1000).map(|number| line(&number.to_string(), json!({}))).collect();
    import(&app, &lines);
    // More than the system keeps for a client.
    app.database.execute("UPDATE articles SET body = repeat('x', 40000)");
    let mut wire = Wire::to(app.address());
    wire.send("GET /v1/articles?fields=body HTTP/1.1\r\nHost: h\r\nAccept: application/x-ndjson\r\n\r\n");
    while !wire.line().expect("a head").is_empty() {}
    let mut text = wire.chunk().expect("a chunk").expect("lines");
    let frozen = app.database.freeze();
    while let Some(chunk) = wire.chunk().expect("an answer that has an end") {
        text.extend(chunk);
    }
    drop(frozen);
    let lines: Vec<&[u8]> =
        text.strip_suffix(b"\n").expect("whole lines").split(|byte| *byte == b'\n').collect();
    let stopped: Value = serde_json::from_slice(lines[lines.len() - 1]).expect("JSON");
    assert_eq!((&stopped["line"], &stopped["result"]), (&json!(lines.len()), &json!("stopped")));
    assert_eq!(stopped["problem"]["type"], "/problems/unavailable");
    assert!(lines.len() < 1000, "{} articles were sent", lines.len() - 1);
}

#[test]
fn what_is_known_to_have_changed_is_never_given() {
    let app = warm();
    let tags = || app.get("/v1/tags").column("slug");
    assert!(tags().is_empty());
    app.database.execute("UPDATE articles SET headline = 'New' WHERE slug = 'news'");
    app.database
        .execute("INSERT INTO tags (id, slug, kind, names) VALUES (gen_random_uuid(), 'sea', 'topic', '{\"en\": \"Sea\"}')");
    // What is kept of them is untrue by then, and changes are heard in their order.
    eventually("the tag is heard of", || tags() == ["sea"]);
    app.keep(&[LIST]);
    assert!(app.get(LIST).text().contains("New"));
    app.database.admit(false);
    eventually("the list is not certain any more", || is_stale(&app.get(LIST)));
    app.get(ITEM).problem(503, "unavailable");
    assert!(app.get(LIST).text().contains("New"));
}

#[test]
fn nothing_uncertain_is_given_unless_asked_for_or_for_longer() {
    for flags in [&[][..], &["--stale-if-error", "1"], &["--stale-if-error", "600", "--cache-size", "0"]] {
        let app = ready(flags);
        for path in [ITEM, LIST] {
            assert_eq!(app.get(path).status, 200);
        }
        app.database.admit(false);
        for path in [ITEM, LIST] {
            eventually("it is not answered", || app.get(path).status == 503);
            app.get(path).problem(503, "unavailable");
        }
        app.database.admit(true);
        eventually("it is answered", || app.get(ITEM).status == 200);
    }
}
