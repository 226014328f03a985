//! No kept answer shows what is gone: not after a write's own answer on the
//! node that wrote, and on no node for longer than a second.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use maqal::auth::Role;
use proptest::{prelude::*, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::support::{
    Pooler, Serving, TestApp, TestDatabase, Wire, article_with, entity, eventually, maqal, signal, tag,
};

/// How long another node may show what is gone.
const PROMISE: Duration = Duration::from_secs(1);

/// Two services on one database.
fn two_nodes() -> [TestApp; 2] {
    two_nodes_with(&[])
}

fn two_nodes_with(flags: &[&str]) -> [TestApp; 2] {
    let database = TestDatabase::new();
    [TestApp::with(database.clone(), flags), TestApp::with(database, flags)]
}

/// Without a cache of answers, what tags and entities are called is still kept.
const NO_ANSWERS: [&str; 2] = ["--cache-size", "0"];

/// Reads until the answer is right. It has to be, of every read that begins
/// when the promise is over.
fn await_truth<T: PartialEq + std::fmt::Debug>(read: impl Fn() -> T, truth: &T) {
    let told = Instant::now();
    loop {
        let is_over = told.elapsed() > PROMISE;
        let answer = read();
        if answer == *truth {
            return;
        }
        assert!(!is_over, "still {answer:?} in place of {truth:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

fn member(app: &TestApp, path: &str, pointer: &str) -> Value {
    let response = app.get(path);
    assert_eq!(response.status, 200, "{path}: {}", response.text());
    response.json().pointer(pointer).cloned().unwrap_or(Value::Null)
}

/// A step that changes what a path shows at a pointer.
type Step<'a> = (&'a dyn Fn(), &'a str, &'a str, Value);

/// Each step shows at once on the node that makes it, and soon on the other.
fn assert_shown(writer: &TestApp, other: &TestApp, steps: &[Step]) {
    for (change, path, pointer, expected) in steps {
        for app in [writer, other] {
            // So that there is an old answer to be given.
            let _ = (app.get(path), app.get(path));
        }
        change();
        assert_eq!(member(writer, path, pointer), *expected, "{path} {pointer}");
        await_truth(|| member(other, path, pointer), expected);
    }
}

#[test]
fn a_write_shows_in_every_answer_that_it_changes() {
    assert_writes_show(two_nodes());
}

#[test]
fn a_write_shows_at_once_where_no_answers_are_kept() {
    assert_writes_show(two_nodes_with(&NO_ANSWERS));
}

fn assert_writes_show([app, other]: [TestApp; 2]) {
    app.create("/v1/tags", tag("sea"));
    app.create("/v1/tags", tag("sky"));
    app.create("/v1/entities", entity("tunis"));
    let article = app.publish("Old", json!({"slug": "news", "tags": ["sea"], "entities": ["tunis"]}));
    let by_id = format!("/v1/articles/{}", article["id"].as_str().expect("an id"));
    let app = &app;
    let headline =
        |text: &'static str| move || drop(app.change("/v1/articles/news", json!({"headline": text})));
    assert_shown(
        app,
        &other,
        &[
            (&headline("A"), "/v1/articles/news", "/headline", json!("A")),
            (&headline("B"), &by_id, "/headline", json!("B")),
            (&headline("C"), "/v1/articles", "/data/0/headline", json!("C")),
            (&headline("D"), "/v1/tags/sea/articles", "/data/0/headline", json!("D")),
            (&headline("E"), "/v1/articles?entities=tunis&fields=headline", "/data/0/headline", json!("E")),
            (
                &|| drop(app.change("/v1/tags/sea", json!({"names": {"en": "Ocean"}}))),
                "/v1/articles/news",
                "/tags/0/name",
                json!("Ocean"),
            ),
            (
                &|| drop(app.change("/v1/tags/sea", json!({"names": {"en": "Lake"}}))),
                "/v1/articles?include=tags",
                "/data/0/tags/0/name",
                json!("Lake"),
            ),
            (
                &|| drop(app.change("/v1/entities/tunis", json!({"names": {"en": "Tunis City"}}))),
                "/v1/articles/news",
                "/entities/0/name",
                json!("Tunis City"),
            ),
            (
                &|| drop(app.change("/v1/articles/news", json!({"tags": ["sky"]}))),
                "/v1/articles/news",
                "/tags/0/slug",
                json!("sky"),
            ),
            (
                &|| drop(app.publish("Another", json!({"tags": ["sky"]}))),
                "/v1/tags/sky",
                "/article_count",
                json!(2),
            ),
            (
                &|| drop(app.publish("One more", json!({"tags": ["sky"]}))),
                "/v1/tags?sort=-slug",
                "/data/0/article_count",
                json!(3),
            ),
            (&|| app.remove("/v1/entities/tunis"), "/v1/articles/news", "/entities", json!([])),
            (&|| app.remove("/v1/tags/sky"), "/v1/articles/news", "/tags", json!([])),
            (
                &|| drop(app.create("/v1/tags", tag("sky"))),
                "/v1/articles?tags_any=sky&tags_any=sea&count=exact",
                "/page/total",
                json!(0),
            ),
        ],
    );
}

#[test]
fn what_is_no_longer_public_is_gone_from_every_node() {
    let [app, other] = two_nodes();
    let original = app.publish("Original", json!({"slug": "original"}));
    app.publish("Translation", json!({"slug": "translation", "translation_of": "original"}));
    app.publish("Renamed", json!({"slug": "before"}));
    app.publish("Deleted", json!({"slug": "deleted"}));
    for path in ["original", "translation", "before", "deleted"] {
        for app in [&app, &other] {
            assert_eq!(app.get(&format!("/v1/articles/{path}")).status, 200);
        }
    }
    assert_eq!(member(&app, "/v1/articles/translation", "/translation_of"), original["id"]);
    app.change("/v1/articles/original", json!({"status": "archived"}));
    app.change("/v1/articles/before", json!({"slug": "after"}));
    app.remove("/v1/articles/deleted");
    let expected = [("original", 404), ("before", 301), ("deleted", 410)];
    for (slug, status) in expected {
        assert_eq!(app.get(&format!("/v1/articles/{slug}")).status, status);
    }
    assert_eq!(member(&app, "/v1/articles/translation", "/translation_of"), Value::Null);
    for (slug, status) in expected {
        await_truth(|| other.get(&format!("/v1/articles/{slug}")).status, &status);
    }
    await_truth(|| member(&other, "/v1/articles/translation", "/translation_of"), &Value::Null);
}

#[test]
fn lists_by_the_number_of_articles_follow_in_five_seconds_though_they_are_kept() {
    let app = TestApp::start();
    let lists = ["/v1/tags?sort=-article_count", "/v1/entities?sort=-article_count"];
    for slug in ["a", "b"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    app.publish("One", json!({"tags": ["a"], "entities": ["a"]}));
    // Kept as they are before the counts that they are put in order by have followed.
    lists.iter().for_each(|list| drop(app.get(list)));
    let told = Instant::now();
    for list in lists {
        while member(&app, list, "/data/0/slug") != "a" {
            assert!(told.elapsed() < Duration::from_secs(5), "{list} is still in its former order");
            thread::sleep(Duration::from_millis(50));
        }
    }
}

#[test]
fn changes_made_by_hand_show_within_the_promise() {
    assert_changes_by_hand_show(two_nodes());
}

#[test]
fn changes_made_by_hand_show_as_soon_where_no_answers_are_kept() {
    assert_changes_by_hand_show(two_nodes_with(&NO_ANSWERS));
}

fn assert_changes_by_hand_show([app, other]: [TestApp; 2]) {
    app.create("/v1/tags", tag("sea"));
    app.create("/v1/entities", entity("tunis"));
    let article = app.publish("Old", json!({"slug": "news", "tags": ["sea"], "entities": ["tunis"]}));
    let id = article["id"].as_str().expect("an id");
    let steps = [
        ("UPDATE articles SET headline = 'New'".to_owned(), "/v1/articles/news", "/headline", json!("New")),
        ("UPDATE tags SET names = '{\"en\": \"Lake\"}'".to_owned(), "/v1/articles/news", "/tags/0/name", json!("Lake")),
        (format!("DELETE FROM article_tags WHERE article_id = '{id}'"), "/v1/articles/news", "/tags", json!([])),
        ("INSERT INTO article_tags (article_id, tag_id, position) SELECT articles.id, tags.id, 0 FROM articles, tags".to_owned(),
            "/v1/articles/news", "/tags/0/slug", json!("sea")),
        ("UPDATE article_entities SET relation = 'about'".to_owned(), "/v1/articles/news", "/entities/0/relation", json!("about")),
        (
            "UPDATE article_entities SET relation = 'author'".to_owned(),
            "/v1/entities/tunis/articles?include=entities", "/data/0/entities/0/relation", json!("author"),
        ),
        ("UPDATE article_entities SET salience = 0.5".to_owned(), "/v1/articles/news", "/entities/0/salience", json!(0.5)),
        ("UPDATE entities SET names = '{\"en\": \"Tunis City\"}'".to_owned(), "/v1/articles/news", "/entities/0/name", json!("Tunis City")),
        ("DELETE FROM article_entities".to_owned(), "/v1/articles/news", "/entities", json!([])),
        ("UPDATE tags SET article_count = article_count + 6".to_owned(), "/v1/tags/sea", "/article_count", json!(7)),
        // More than are named one by one.
        (
            "INSERT INTO articles (id, slug, status, language, headline, body, body_format, body_html, body_text, word_count, published_at)
             SELECT gen_random_uuid(), 's' || n, 'published', 'en', 'H', '', 'text', '', '', 0, now() FROM generate_series(1, 300) AS n".to_owned(),
            "/v1/articles?count=exact", "/page/total", json!(301),
        ),
        ("UPDATE articles SET byline = 'All'".to_owned(), "/v1/articles/news", "/byline", json!("All")),
        ("TRUNCATE article_tags".to_owned(), "/v1/articles/news", "/tags", json!([])),
        ("DELETE FROM articles WHERE slug <> 'news'".to_owned(), "/v1/articles?count=exact", "/page/total", json!(1)),
    ];
    for (sql, path, pointer, expected) in steps {
        for app in [&app, &other] {
            let _ = (app.get(path), app.get(path));
        }
        app.database.execute(&sql);
        for app in [&app, &other] {
            await_truth(|| member(app, path, pointer), &expected);
        }
    }
}

#[test]
fn a_node_that_hears_nothing_answers_from_the_database() {
    let [app, other] = two_nodes();
    app.publish("0", json!({"slug": "news"}));
    for round in 1..=8 {
        let _ = (app.get("/v1/articles/news"), other.get("/v1/articles/news"));
        if round % 2 == 0 {
            app.database.cut_listeners();
        }
        app.database.execute(&format!("UPDATE articles SET headline = '{round}'"));
        if round % 4 == 1 {
            app.database.cut_listeners();
        }
        for app in [&app, &other] {
            await_truth(|| member(app, "/v1/articles/news", "/headline"), &json!(round.to_string()));
        }
    }
}

#[test]
fn what_changed_while_a_node_was_deaf_shows_once_it_hears_again() {
    let app = TestApp::start();
    app.publish("0", json!({"slug": "news"}));
    for round in 1..=4 {
        let deaf = app.database.listeners();
        assert_eq!(deaf.len(), 1);
        // Kept from now on, as what is announced later tells of nothing that came before.
        let _ = (app.get("/v1/articles/news"), app.get("/v1/articles"));
        // Announced when the old listener has gone, and before the next one comes.
        app.database.execute(&format!(
            "BEGIN;
             UPDATE articles SET headline = '{round}';
             SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity
             WHERE datname = current_database() AND application_name = 'maqal listener';
             COMMIT"
        ));
        eventually("it hears again, and trusts what it has kept", || {
            let listeners = app.database.listeners();
            !listeners.is_empty() && listeners != deaf && app.db.invalidation().is_trusted()
        });
        for (path, pointer) in [("/v1/articles/news", "/headline"), ("/v1/articles", "/data/0/headline")] {
            assert_eq!(member(&app, path, pointer), round.to_string(), "{path}");
        }
    }
}

#[test]
fn whoever_asks_after_a_write_is_not_given_a_read_that_began_before_it() {
    let database = TestDatabase::new();
    let pooler = Pooler::before(&database);
    pooler.pass_notifications_on();
    let arguments = ["serve", "--no-migrate", "--workers", "1", "--pool-size", "4", "--database-url"];
    let serving = Serving::by(maqal(&[&arguments[..], &[&pooler.url()]].concat()));
    let key = database.key(Role::Editor);
    let write = |method: &str, path: &str, body: &Value| {
        let written = serving.request(method, path).key(&key).json(body).send();
        assert!([200, 201].contains(&written.status), "{}", written.text());
        written.json()
    };
    let id = write("POST", "/v1/articles", &article_with("0", json!({"slug": "held-back"})))["id"].clone();
    let by_id = format!("/v1/articles/{}", id.as_str().expect("an id"));
    // Of each of these nothing is kept yet.
    for text in ["body", "body_html", "body_text"] {
        let path = format!("/v1/articles/held-back?fields=headline,{text}");
        thread::scope(|scope| {
            let held = pooler.hold_answer_to(b"held-back");
            let before = scope.spawn(|| serving.get(&path));
            eventually("a read has begun", || held.is_there());
            write("PATCH", &by_id, &json!({"headline": text}));
            let mut after = Wire::to(serving.address());
            after.send(format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n"));
            // The only worker has taken it up by the time that it has answered whoever came later.
            for _ in 0..3 {
                assert_eq!(serving.get("/healthz").status, 200);
            }
            drop(held);
            assert_eq!(after.answer(false).json()["headline"], text);
            assert_eq!(before.join().expect("an answer").status, 200);
        });
    }
}

#[test]
fn a_listener_that_gets_no_answer_is_not_trusted() {
    let [app, other] = two_nodes();
    app.publish("before", json!({"slug": "news"}));
    let _ = (app.get("/v1/articles/news"), other.get("/v1/articles/news"));
    let listeners = app.database.listeners();
    assert_eq!(listeners.len(), 2);
    // The connection stays open, and nothing comes.
    listeners.iter().for_each(|pid| signal(*pid, libc::SIGSTOP));
    app.database.execute("UPDATE articles SET headline = 'after'");
    for app in [&app, &other] {
        await_truth(|| member(app, "/v1/articles/news", "/headline"), &json!("after"));
    }
    listeners.iter().for_each(|pid| signal(*pid, libc::SIGCONT));
}

/// One write or one read of a reader's log.
struct Seen {
    node: usize,
    began: Instant,
    version: i64,
}

#[test]
fn under_many_writers_and_readers_no_answer_is_older_than_promised() {
    let nodes = two_nodes();
    nodes[0].publish("0", json!({"slug": "news"}));
    let is_over = AtomicBool::new(false);
    let acknowledged: Mutex<Vec<Seen>> = Mutex::default();
    let reads: Mutex<Vec<Seen>> = Mutex::default();
    let paths = ["/v1/articles/news", "/v1/articles"];
    let count = AtomicU64::new(0);
    thread::scope(|scope| {
        for node in 0..2 {
            scope.spawn({
                let (nodes, is_over, acknowledged, count) = (&nodes, &is_over, &acknowledged, &count);
                move || {
                    while !is_over.load(Ordering::Relaxed) {
                        let number = count.fetch_add(1, Ordering::Relaxed);
                        let written =
                            nodes[node].change("/v1/articles/news", json!({"byline": number.to_string()}));
                        let version = written["version"].as_i64().expect("a version");
                        // Acknowledged by now at the latest.
                        acknowledged.lock().expect("the log").push(Seen {
                            node,
                            began: Instant::now(),
                            version,
                        });
                        thread::sleep(Duration::from_millis(number % 40));
                    }
                }
            });
            for path in paths {
                scope.spawn({
                    let (nodes, is_over, reads) = (&nodes, &is_over, &reads);
                    move || {
                        while !is_over.load(Ordering::Relaxed) {
                            let began = Instant::now();
                            let json = nodes[node].get(path).json();
                            let version = json.pointer("/version").or(json.pointer("/data/0/version"));
                            let version = version.and_then(Value::as_i64).expect("a version");
                            reads.lock().expect("the log").push(Seen { node, began, version });
                        }
                    }
                });
            }
        }
        for _ in 0..3 {
            thread::sleep(Duration::from_millis(700));
            nodes[0].database.cut_listeners();
        }
        thread::sleep(Duration::from_millis(1500));
        is_over.store(true, Ordering::Relaxed);
    });
    let acknowledged = acknowledged.into_inner().expect("the log");
    let reads = reads.into_inner().expect("the log");
    assert!(acknowledged.len() > 20 && reads.len() > 100);
    for read in &reads {
        for write in &acknowledged {
            let promise = if write.node == read.node { Duration::ZERO } else { PROMISE };
            if write.began + promise <= read.began {
                let late = read.began - write.began;
                assert!(read.version >= write.version, "version {} is gone for {late:?}", read.version);
            }
        }
    }
}

#[derive(Debug, Clone)]
enum Act {
    /// A change through a node.
    Write(usize),
    /// The same article read on a node, as an item or in a list.
    Read(usize, bool),
    Cut,
    Rename(usize),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let node = 0..2usize;
    let act = prop_oneof![
        4 => node.clone().prop_map(Act::Write),
        8 => (node.clone(), any::<bool>()).prop_map(|(node, list)| Act::Read(node, list)),
        1 => Just(Act::Cut),
        2 => node.prop_map(Act::Rename),
    ];
    prop::collection::vec(act, 1..25)
}

#[test]
fn in_any_order_of_writes_and_reads_a_node_shows_what_it_wrote() {
    let nodes = two_nodes();
    nodes[0].create("/v1/tags", tag("sea"));
    nodes[0].publish("0", json!({"slug": "news", "tags": ["sea"]}));
    let number = AtomicU64::new(0);
    let config = ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() };
    let run = TestRunner::new(config).run(&acts(), |acts| {
        // What each node may show of the article and of its tag: its own last write, and those which
        // the other has made since. What the other wrote before may still be on its way.
        let mut allowed: [[Vec<String>; 2]; 2] = Default::default();
        let begin = [Act::Write(0), Act::Rename(0), Act::Write(1), Act::Rename(1)];
        for act in begin.into_iter().chain(acts) {
            let text = number.fetch_add(1, Ordering::Relaxed).to_string();
            let mut written = |node: usize, part: usize| {
                allowed[node][part] = vec![text.clone()];
                allowed[1 - node][part].push(text.clone());
            };
            match act {
                Act::Write(node) => {
                    nodes[node].change("/v1/articles/news", json!({"byline": text}));
                    written(node, 0);
                }
                Act::Rename(node) => {
                    nodes[node].change("/v1/tags/sea", json!({"names": {"en": text}}));
                    written(node, 1);
                }
                Act::Cut => nodes[0].database.cut_listeners(),
                Act::Read(node, list) => {
                    let (path, at) = match list {
                        true => ("/v1/articles?include=tags", "/data/0"),
                        false => ("/v1/articles/news", ""),
                    };
                    let json = nodes[node].get(path).json();
                    for (part, name) in ["/byline", "/tags/0/names/en"].into_iter().enumerate() {
                        let shown = json.pointer(&format!("{at}{name}")).and_then(Value::as_str);
                        let shown = shown.unwrap_or_default().to_owned();
                        let allowed = &allowed[node][part];
                        prop_assert!(allowed.contains(&shown), "{name} {shown} on {node}, of {allowed:?}");
                    }
                }
            }
        }
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
}
