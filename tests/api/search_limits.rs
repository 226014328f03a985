//! Searches that would cost much: what they get, and what they leave to others.

use std::thread;

use diesel::{PgConnection, connection::SimpleConnection};
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, eventually, import, import_into, line, walk, walk_back};

/// Of which a page is by date, since there is no time to rank.
const NO_TIME: [&str; 2] = ["--rank-timeout", "0"];

/// Articles with a word, each a day older than the one before; their ids, the newest first.
fn publish(app: &TestApp, count: usize) -> Vec<String> {
    let day = |place: usize| format!("2026-10-{:02}T00:00:00Z", 28 - place);
    let published = (0..count).map(|place| {
        // The older, the more relevant.
        let body = "فيضان ".repeat(place + 1);
        app.publish(&format!("فيضان {place}"), json!({"body": body, "published_at": day(place)}))
    });
    published.map(|article| article["id"].as_str().expect("an id").to_owned()).collect()
}

#[test]
fn where_matches_cannot_be_ranked_in_time_the_newest_come_first_and_the_page_says_so() {
    let app = TestApp::with(TestDatabase::new(), &NO_TIME);
    let newest_first = publish(&app, 7);
    let first = "/v1/articles?q=%D9%81%D9%8A%D8%B6%D8%A7%D9%86&limit=2";
    assert_eq!(app.get(first).json()["sorted_by"], "-published_at");
    let (walked, last) = walk(&app, first);
    assert_eq!(walked, newest_first);
    assert_eq!(walk_back(&app, &last), newest_first);
    assert_eq!(app.get(&last).json()["sorted_by"], "-published_at");
    // Who asks for this order is told nothing new.
    let by_date = app.get(&format!("{first}&sort=-published_at")).json();
    assert_eq!(by_date.get("sorted_by"), None);
    assert_eq!(app.get("/v1/articles").json().get("sorted_by"), None);

    // A list goes on as it began, whatever could be ranked meanwhile.
    let ranking = TestApp::with(app.database.clone(), &[]);
    let page = ranking.get(first).json();
    assert_eq!(page["sorted_by"], "relevance");
    let ids = |page: &Value| -> Vec<String> {
        let data = page["data"].as_array().expect("a list");
        data.iter().map(|it| it["id"].as_str().expect("an id").to_owned()).collect()
    };
    assert_ne!(ids(&page), newest_first[..2]);
    let cursor = |page: &Value| page["page"]["next_cursor"].as_str().expect("more").to_owned();
    let second = ranking.get(&format!("{first}&cursor={}", cursor(&app.get(first).json()))).json();
    assert_eq!(
        (second["sorted_by"].as_str(), ids(&second)),
        (Some("-published_at"), newest_first[2..4].to_vec())
    );
    // What came before by relevance may come by date: there is no such page.
    let refused = app.get(&format!("{first}&cursor={}", cursor(&page)));
    let problem = refused.problem(503, "unavailable");
    assert!(problem["detail"].as_str().expect("a detail").contains("fewer words"), "{problem}");
}

/// Keeps every search waiting.
fn hold_searches(connection: &mut PgConnection) {
    connection
        .batch_execute("BEGIN; LOCK TABLE article_search IN ACCESS EXCLUSIVE MODE")
        .expect("the table is locked");
}

#[test]
fn a_search_that_takes_too_long_is_refused_and_told_what_to_do() {
    let flags = ["--search-timeout", "300", "--rank-timeout", "100"];
    let app = TestApp::with(TestDatabase::new(), &flags);
    publish(&app, 1);
    let mut holder = app.database.connect();
    hold_searches(&mut holder);
    for path in [
        "/v1/articles?q=a",
        "/v1/articles?q=b&sort=-published_at",
        "/v1/articles?q=c&sort=headline",
        "/v1/articles?q=d&count=exact&facets=tags",
    ] {
        let refused = app.get(path);
        let problem = refused.problem(503, "unavailable");
        assert!(problem["detail"].as_str().expect("a detail").contains("fewer words"), "{path}: {problem}");
        assert!(refused.header("retry-after").parse::<u32>().is_ok());
    }
    holder.batch_execute("ROLLBACK").expect("the table is free");
    // The connection is as good as before.
    let found = app.get("/v1/articles?q=%D9%81%D9%8A%D8%B6%D8%A7%D9%86");
    assert_eq!((found.status, found.column("id").len()), (200, 1));
}

#[test]
fn searches_leave_connections_to_those_who_read() {
    let flags = ["--search-timeout", "4000", "--db-timeout", "1", "--cache-size", "0"];
    let app = TestApp::with(TestDatabase::new(), &flags);
    publish(&app, 1);
    let mut holder = app.database.connect();
    hold_searches(&mut holder);
    thread::scope(|scope| {
        let searches: Vec<_> = (0..8)
            .map(|n| {
                let app = &app;
                scope.spawn(move || app.get(&format!("/v1/articles?q=w{n}")).status)
            })
            .collect();
        eventually("a search waits", || app.database.waiting_queries() == 1);
        // One of the two connections is theirs, however many there are.
        for _ in 0..20 {
            assert_eq!(app.get("/v1/articles").status, 200);
        }
        holder.batch_execute("ROLLBACK").expect("the table is free");
        let answers: Vec<u16> =
            searches.into_iter().map(|search| search.join().expect("an answer")).collect();
        assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{answers:?}");
        assert!(answers.contains(&200), "{answers:?}");
    });
}

#[test]
fn who_counts_what_matches_leaves_connections_to_those_who_read() {
    let flags = ["--search-timeout", "4000", "--db-timeout", "1", "--cache-size", "0"];
    let app = TestApp::with(TestDatabase::new(), &flags);
    publish(&app, 1);
    let mut holder = app.database.connect();
    holder.batch_execute("BEGIN; LOCK TABLE tags IN ACCESS EXCLUSIVE MODE").expect("the table is locked");
    thread::scope(|scope| {
        let counts: Vec<_> = (1..=8)
            .map(|n| {
                let app = &app;
                scope.spawn(move || app.get(&format!("/v1/articles?facets=tags&facet_limit={n}")).status)
            })
            .collect();
        eventually("a count waits", || app.database.waiting_queries() > 0);
        for _ in 0..20 {
            assert_eq!(app.get("/v1/articles").status, 200);
        }
        holder.batch_execute("ROLLBACK").expect("the table is free");
        let answers: Vec<u16> = counts.into_iter().map(|count| count.join().expect("an answer")).collect();
        assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{answers:?}");
        assert!(answers.contains(&200), "{answers:?}");
    });
}

#[test]
fn whoever_has_more_looked_at_than_is_shown_keeps_nobody_else_waiting() {
    let app = TestApp::with(TestDatabase::new(), &["--db-timeout", "1", "--cache-size", "0"]);
    app.create("/v1/tags", json!({"slug": "sea", "kind": "topic", "names": {"en": "Sea"}}));
    app.create("/v1/entities", json!({"slug": "aden", "type": "place", "names": {"en": "Aden"}}));
    app.publish("News", json!({"tags": ["sea"], "entities": ["aden"], "language": "en"}));
    // What lists show of articles is known from here on, and takes none of these tables.
    let others = ["/v1/articles", "/v1/articles?language=en", "/v1/articles?q=news", "/v1/tags/sea"];
    for path in others {
        assert_eq!(app.get(path).status, 200, "{path}");
    }
    for (table, path) in [
        ("article_entities", "/v1/entities/aden/timeline?from=2026-01-0"),
        ("article_entities", "/v1/entities/aden/cooccurring?limit="),
        ("article_entities", "/v1/entities/trending?limit="),
        ("article_tags", "/v1/articles?tags_none=sea&limit="),
        ("article_tags", "/v1/articles?tags=sea&language=en&limit="),
        ("article_tags", "/v1/articles?tags=sea&sort=headline&limit="),
        ("article_tags", "/v1/articles?facets=tags&limit="),
        ("article_tags", "/v1/articles?tags=sea&count=exact&limit="),
    ] {
        let mut holder = app.database.connect();
        holder
            .batch_execute(&format!("BEGIN; LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE"))
            .expect("the table is locked");
        thread::scope(|scope| {
            let app = &app;
            let costly: Vec<_> =
                (1..=8).map(|n| scope.spawn(move || app.get(&format!("{path}{n}")).status)).collect();
            eventually("one waits", || app.database.waiting_queries() > 0);
            for _ in 0..5 {
                for other in
                    ["/v1/articles", "/v1/articles?language=en", "/v1/articles?q=news", "/v1/tags/sea"]
                {
                    assert_eq!(app.get(other).status, 200, "{other} beside {path}");
                }
            }
            holder.batch_execute("ROLLBACK").expect("the table is free");
            let answers: Vec<u16> =
                costly.into_iter().map(|answer| answer.join().expect("an answer")).collect();
            assert!(answers.iter().all(|status| matches!(status, 200 | 503)), "{path}: {answers:?}");
            assert!(answers.contains(&200), "{path}: {answers:?}");
        });
    }
}

#[test]
fn a_search_stands_for_fewer_labels_the_more_words_it_has() {
    let app = TestApp::start();
    let named: Vec<Value> = (0..120)
        .map(|n| json!({"slug": format!("salma-{n}"), "type": "person", "names": {"en": format!("Salma W{n}")}}))
        .collect();
    import_into(&app, "entities", &named);
    let labels = |q: &str| -> Vec<usize> {
        let page = app.get(&format!("/v1/articles?explain=true&q={q}")).json();
        let clauses = page["query"]["clauses"].as_array().expect("clauses").clone();
        clauses.iter().map(|clause| clause["labels"].as_array().expect("labels").len()).collect()
    };
    assert_eq!(labels("salma"), [100]);
    assert_eq!(labels("salma+b1+c1+d1+e1+f1+g1+h1"), [25, 0, 0, 0, 0, 0, 0, 0]);
    // What is said again is not looked for again.
    assert_eq!(labels("salma+OR+salma+OR+Salma"), [100, 0, 0]);
}

#[test]
fn what_matches_by_a_label_alone_comes_with_the_others_and_the_newest_of_it_first() {
    let app = TestApp::start();
    app.create(
        "/v1/tags",
        json!({"slug": "floods", "kind": "topic", "names": {"en": "Floods", "ar": "فيضانات"}}),
    );
    let tagged = |id: &str, day: &str, headline: &str| {
        let tags: &[&str] = if headline.contains("Floods") { &[] } else { &["floods"] };
        line(id, json!({"headline": headline, "language": "en", "published_at": day, "tags": tags}))
    };
    let lines = [
        tagged("old", "2026-10-01T00:00:00Z", "Rain in the north"),
        tagged("new", "2026-11-20T00:00:00Z", "Rain in the south"),
        tagged("named", "2026-09-01T00:00:00Z", "Floods after the rain"),
        tagged("middle", "2026-11-01T00:00:00Z", "Rain in the east"),
    ];
    import(&app, &lines);
    assert_eq!(app.get("/v1/articles?q=floods").column("external_id"), ["named", "new", "middle", "old"]);
}
