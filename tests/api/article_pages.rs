//! Pages of articles: cursors, links, and what writers do meanwhile.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{TestApp, article, entity, path_of, tag, walk};

/// Articles whose headlines are these, the first one the newest.
fn publish_all(app: &TestApp, headlines: &[&str]) -> Vec<Value> {
    let dated = |(index, headline): (usize, &&str)| {
        let date = format!("2026-11-23T09:{:02}:00Z", 59 - index);
        app.publish(headline, json!({"published_at": date}))
    };
    headlines.iter().enumerate().map(dated).collect()
}

/// The page's next cursor.
fn next(app: &TestApp, path: &str) -> String {
    app.get(path).json()["page"]["next_cursor"].as_str().expect("a cursor").to_owned()
}

#[test]
fn the_ends_of_a_list_have_no_cursors_beyond_them() {
    let app = TestApp::start();
    let cursors = |path: &str| {
        let page = app.get(path).json()["page"].clone();
        [page["prev_cursor"].is_string(), page["next_cursor"].is_string()]
    };
    assert_eq!(cursors("/v1/articles?limit=2"), [false, false]);
    publish_all(&app, &["a", "b"]);
    assert_eq!(cursors("/v1/articles?limit=2"), [false, false]);
    let cursor = next(&app, "/v1/articles?limit=1");
    assert_eq!(cursors("/v1/articles?limit=1"), [false, true]);
    assert_eq!(cursors(&format!("/v1/articles?limit=1&cursor={cursor}")), [true, false]);
}

#[test]
fn a_cursor_belongs_to_its_filters_and_order_but_not_to_what_is_shown() {
    let app = TestApp::start();
    publish_all(&app, &["a", "b", "c"]);
    let cursor = next(&app, "/v1/articles?language=ar&limit=1");
    for query in
        ["", "language=en", "language=ar&source=x", "language=ar&sort=headline", "language=ar&tags=x"]
    {
        let response = app.get(&format!("/v1/articles?{query}&cursor={cursor}"));
        response.problem(400, "invalid-parameters");
        assert_eq!(response.faults(), [("/cursor".to_owned(), "foreign_cursor".to_owned())], "{query}");
    }
    app.get(&format!("/v1/tags?cursor={cursor}")).problem(400, "invalid-parameters");
    let response =
        app.get(&format!("/v1/articles?language=ar&cursor={cursor}&limit=2&fields=headline&count=exact"));
    assert_eq!(response.column("headline"), ["b", "c"]);
}

#[test]
fn what_is_no_cursor_is_refused() {
    let app = TestApp::start();
    for cursor in ["", "x", "%00", "e30", "bnVsbA", "W10"] {
        let response = app.get(&format!("/v1/articles?cursor={cursor}"));
        response.problem(400, "invalid-parameters");
        assert_eq!(response.faults(), [("/cursor".to_owned(), "invalid_cursor".to_owned())], "{cursor:?}");
    }
}

#[test]
fn a_cursor_that_was_tampered_with_is_refused() {
    let app = TestApp::start();
    publish_all(&app, &["a", "b"]);
    let tampered = |sort: &str, key: Value| {
        let path = format!("/v1/articles?limit=1&sort={sort}");
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(next(&app, &path)).expect("a cursor");
        let mut parts: Value = serde_json::from_slice(&bytes).expect("a cursor");
        parts[2][0] = key;
        app.get(&format!("{path}&cursor={}", BASE64_URL_SAFE_NO_PAD.encode(parts.to_string())))
    };
    assert_eq!(tampered("headline", json!({"s": "a"})).status, 200);
    for (sort, key) in [
        ("headline", json!({"s": "a\0"})),
        ("headline", json!({"n": 1})),
        ("published_at", json!({"s": "a"})),
        ("published_at", json!({"t": "+262142-01-01T00:00:00Z"})),
        ("published_at", json!({"t": "-262142-01-01T00:00:00Z"})),
    ] {
        let response = tampered(sort, key.clone());
        response.problem(400, "invalid-parameters");
        assert_eq!(response.faults(), [("/cursor".to_owned(), "invalid_cursor".to_owned())], "{key}");
    }
}

#[test]
fn the_link_header_leads_through_the_list() {
    let app = TestApp::start();
    publish_all(&app, &["a", "b", "c"]);
    let links = |path: &str| -> Vec<(String, String)> {
        let response = app.get(path);
        let parts = response.header("link").split(", ").map(|link| {
            let (target, relation) = link.split_once(">; rel=").expect("a link");
            (relation.trim_matches('"').to_owned(), target.trim_start_matches('<').to_owned())
        });
        parts.collect()
    };
    let relations =
        |links: &[(String, String)]| links.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    let first = links("/v1/articles?limit=1&language=ar");
    assert_eq!(relations(&first), ["first", "next"]);
    assert_eq!(first[0].1, "/v1/articles?limit=1&language=ar");
    assert_eq!(app.get(&first[1].1).column("headline"), ["b"]);
    let second = links(&first[1].1);
    assert_eq!(relations(&second), ["first", "prev", "next"]);
    assert_eq!(app.get(&second[1].1).column("headline"), ["a"]);
    assert_eq!(app.get(&second[2].1).column("headline"), ["c"]);
    assert_eq!(relations(&links("/v1/articles")), ["first"]);
}

#[test]
fn rows_that_stand_still_are_neither_skipped_nor_repeated_while_others_write() {
    let app = TestApp::start();
    let articles = publish_all(&app, &["a", "b", "c", "d", "e", "f"]);
    let mut path = "/v1/articles?limit=2".to_owned();
    let mut read = Vec::new();
    // After each page, the list changes before it, at its edge and after it.
    let writes: [&dyn Fn(); 3] = [
        &|| {
            app.publish("newest", json!({}));
            app.remove(&path_of(&articles[1]));
            app.remove(&path_of(&articles[2]));
        },
        &|| {
            app.change(
                &path_of(&articles[0]),
                json!({"published_at": "2026-11-23T09:54:30Z", "headline": "moved"}),
            );
            app.publish("among the read", json!({"published_at": "2026-11-23T09:58:30Z"}));
            app.publish("oldest", json!({"published_at": "2026-11-23T08:00:00Z"}));
        },
        &|| {},
    ];
    for write in writes {
        let page = app.get(&path);
        read.extend(page.column("headline"));
        write();
        let cursor = page.json()["page"]["next_cursor"].as_str().map(str::to_owned);
        path = format!("/v1/articles?limit=2&cursor={}", cursor.unwrap_or_default());
    }
    assert_eq!(read, ["a", "b", "d", "e", "moved", "f"]);
    assert_eq!(app.get(&path).column("headline"), ["oldest"]);
}

#[test]
fn the_way_back_from_a_page_that_came_out_empty_is_the_end_of_the_list() {
    let app = TestApp::start();
    let articles = publish_all(&app, &["a", "b", "c"]);
    let cursor = next(&app, "/v1/articles?limit=2");
    app.remove(&path_of(&articles[2]));
    let empty = app.get(&format!("/v1/articles?limit=2&cursor={cursor}"));
    assert!(empty.column("id").is_empty());
    let prev = empty.json()["page"]["prev_cursor"].as_str().expect("a way back").to_owned();
    assert_eq!(app.get(&format!("/v1/articles?limit=2&cursor={prev}")).column("headline"), ["a", "b"]);
}

#[test]
fn the_articles_of_a_tag_or_an_entity_are_a_list_like_any_other() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("x"));
    app.create("/v1/entities", entity("x"));
    for headline in ["a", "b", "c"] {
        app.publish(headline, json!({"tags": ["x"], "entities": ["x"]}));
    }
    app.publish("other", json!({}));
    app.publish("draft", json!({"tags": ["x"], "entities": ["x"], "status": "draft"}));
    for collection in ["tags", "entities"] {
        let path = format!("/v1/{collection}/x/articles");
        assert_eq!(app.get(&path).column("headline"), ["c", "b", "a"]);
        assert_eq!(
            app.get(&format!("{path}?sort=headline&limit=2&fields=headline")).column("headline"),
            ["a", "b"]
        );
        assert_eq!(walk(&app, &format!("{path}?limit=2")).0.len(), 3);
        assert_eq!(app.get(&format!("{path}?tags=nix")).json()["data"], json!([]));
        assert_eq!(
            app.as_editor("GET", &format!("{path}?status=draft")).send().column("headline"),
            ["draft"]
        );
        app.get(&format!("{path}?status=draft")).problem(401, "unauthenticated");
        app.get(&format!("/v1/{collection}/nix/articles")).problem(404, "not-found");
        app.change(&format!("/v1/{collection}/x"), json!({"slug": "y"}));
        let moved = app.get(&format!("{path}?limit=1"));
        moved.problem(301, "moved");
        assert_eq!(moved.header("location"), format!("/v1/{collection}/y/articles?limit=1"));
        app.remove(&format!("/v1/{collection}/y"));
        app.get(&path).problem(410, "gone");
    }
}

#[test]
fn a_tag_and_an_entity_count_the_articles_that_are_published() {
    let app = TestApp::start();
    for slug in ["x", "y"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    let counts = || {
        let counts = ["tags/x", "entities/x", "tags/y", "entities/y"]
            .map(|path| app.get(&format!("/v1/{path}")).json()["article_count"].as_i64().expect("a count"));
        assert_eq!((counts[0], counts[2]), (counts[1], counts[3]));
        [counts[0], counts[2]]
    };
    let mut draft = article("H");
    draft["status"] = json!("draft");
    draft["tags"] = json!(["x"]);
    draft["entities"] = json!(["x"]);
    let path = path_of(&app.create("/v1/articles", draft));
    assert_eq!(counts(), [0, 0]);
    let steps = [
        (json!({"status": "published"}), [1, 0]),
        (json!({"tags": ["y", "x"], "entities": ["x", "y"]}), [1, 1]),
        (json!({"tags": ["y"], "entities": ["y"], "headline": "I"}), [0, 1]),
        (json!({"published_at": "2020-01-01T00:00:00Z"}), [0, 1]),
        (json!({"status": "archived", "tags": ["x"], "entities": ["x"]}), [0, 0]),
        (json!({"status": "published", "tags": ["x", "y"], "entities": ["x", "y"]}), [1, 1]),
    ];
    for (change, expected) in steps {
        app.change(&path, change.clone());
        assert_eq!(counts(), expected, "{change}");
    }
    app.remove(&path);
    assert_eq!(counts(), [0, 0]);
    assert_eq!(app.get("/v1/tags/x").json()["version"], 1);
}

#[test]
fn a_page_with_long_bodies_ends_early_and_leads_on() {
    let app = TestApp::start();
    let ids: Vec<_> = (0..5)
        .map(|_| {
            app.publish("H", json!({"body": "a".repeat(950_000)}))["id"].as_str().expect("an id").to_owned()
        })
        .collect();
    let list = "/v1/articles?sort=published_at&limit=100&fields=body,body_html,body_text";
    let first = app.get(list).column("id");
    assert!((1..5).contains(&first.len()), "{} articles", first.len());
    assert_eq!(walk(&app, list).0, ids);
    assert_eq!(app.get("/v1/articles?limit=100").column("id").len(), 5);
}
