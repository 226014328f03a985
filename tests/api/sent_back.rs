//! What is sent back as it was read, and what is not stored as it was sent.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::support::{Said, TestApp, article_with, cases, entity, import, line, maqal, path_of, tag};

/// One of each kind, of which everything is filled.
fn filled(app: &TestApp) -> [String; 3] {
    app.create("/v1/tags", tag("above"));
    app.create(
        "/v1/tags",
        json!({
            "slug": "books", "kind": "topic", "parent": "above", "names": {"ar": "كتب", "en": "Books"},
            "description": {"en": "All that is bound"}, "scheme": "https://example.org/scheme", "code": "b1",
        }),
    );
    app.create("/v1/entities", json!({
        "slug": "khartoum", "type": "place", "names": {"ar": "الخرطوم"}, "aliases": [{"language": null, "name": "KRT"}],
        "description": {"en": "A city"}, "wikidata_id": "Q1963", "source": "s", "external_id": "e1",
        "same_as": ["https://example.org/k"], "latitude": 15.6, "longitude": 32.5,
    }));
    app.publish("الأصل", json!({"slug": "original"}));
    app.publish("خبر", json!({
        "slug": "a", "kicker": "ك", "alternative_headline": "آخر", "standfirst": "س", "body": "في **المدينة**.", "body_format": "markdown",
        "byline": "ل", "source": "s", "external_id": "1", "canonical_url": "https://example.org/a",
        "image": {"url": "https://example.org/a.jpg", "alt": "صورة"}, "translation_of": "original",
        "metadata": {"n": 1.50, "big": 9_007_199_254_740_993_u64}, "tags": ["books"],
        "entities": [{"slug": "above-all", "type": "event", "name": "المعرض", "relation": "about", "salience": 0.5}],
    }));
    ["/v1/articles/a", "/v1/tags/books", "/v1/entities/khartoum"].map(str::to_owned)
}

#[test]
fn what_was_read_is_taken_back_and_changes_nothing() {
    let app = TestApp::start();
    for path in filled(&app) {
        let whole = match path.contains("articles") {
            // All members, those that are shown on demand as well.
            true => {
                let fields = maqal_fields();
                app.as_editor("GET", &format!("{path}?fields={fields}&include=tags,entities")).send()
            }
            false => app.get(&path),
        };
        for read in [app.as_editor("GET", &path).send(), whole] {
            let put =
                app.as_editor("PUT", &path).header("If-Match", read.header("etag")).json(&read.json()).send();
            assert_eq!(put.status, 200, "{path}: {}", put.text());
            let now = app.as_editor("GET", &path).send().json();
            for (name, value) in read.json().as_object().expect("members") {
                if !name.starts_with("body_") {
                    assert_eq!(now[name], *value, "{path}: {name}");
                }
            }
        }
    }
}

fn maqal_fields() -> String {
    let document = maqal::server::document();
    let properties =
        document["components"]["schemas"]["Article"]["properties"].as_object().expect("members").clone();
    let not_fields = ["tags", "entities", "highlights"];
    let fields = properties.keys().filter(|name| !not_fields.contains(&name.as_str()));
    fields.cloned().collect::<Vec<_>>().join(",")
}

/// Two articles that say something in every member that the document names, and nowhere the same.
fn full() -> [Value; 2] {
    let article = json!({
        "slug": "one", "status": "published", "language": "ar", "headline": "خبر", "kicker": "ك", "alternative_headline": "آخر",
        "standfirst": "س", "body": "في **المدينة**.", "body_format": "markdown", "byline": "ل", "source": "s",
        "external_id": "1", "canonical_url": "https://example.org/a",
        "image": {"url": "https://example.org/a.jpg", "alt": "صورة", "caption": null, "credit": "ك"},
        "published_at": "2026-01-02T03:04:05.678901Z", "translation_of": "original",
        "metadata": {"n": 1.50, "big": 9_007_199_254_740_993_u64, "float": 2.5e-7}, "tags": ["t1", "t2"],
        "entities": [
            {"slug": "e1", "relation": "about", "salience": 0.5}, {"slug": "e2", "relation": "mentions", "salience": null},
        ],
    });
    let other = json!({
        "slug": "other", "status": "archived", "language": "en", "headline": "News", "kicker": "K", "alternative_headline": "Another",
        "standfirst": "S", "body": "<p>In the city.</p>", "body_format": "html", "byline": "L", "source": "r",
        "external_id": "2", "canonical_url": "https://example.org/b",
        "image": {"url": "https://example.org/b.jpg", "alt": null, "caption": "C", "credit": null},
        "published_at": "2025-01-02T03:04:05Z", "translation_of": "original-2",
        "metadata": {"n": 2, "big": 1, "float": 0.5}, "tags": ["t2", "t1"],
        "entities": [{"slug": "e1", "relation": "about", "salience": 0.25}],
    });
    let document = maqal::server::document();
    let members =
        document["components"]["schemas"]["ArticleInput"]["properties"].as_object().expect("members");
    for article in [&article, &other] {
        let named: BTreeSet<&String> = article.as_object().expect("members").keys().collect();
        assert_eq!(named, members.keys().collect(), "an article that says something in every member");
    }
    [article, other]
}

/// The article as it was sent, of what is read.
fn as_sent(read: &Value, sent: &Value) -> Value {
    let mut members = serde_json::Map::new();
    for name in sent.as_object().expect("members").keys() {
        let value = match name.as_str() {
            "tags" => read[name].as_array().expect("tags").iter().map(|tag| tag["slug"].clone()).collect(),
            "entities" => read[name]
                .as_array()
                .expect("entities")
                .iter()
                .map(|it| json!({"slug": it["slug"], "relation": it["relation"], "salience": it["salience"]}))
                .collect(),
            _ => read[name].clone(),
        };
        members.insert(name.clone(), value);
    }
    Value::Object(members)
}

#[test]
fn every_member_of_an_article_goes_every_way() {
    let app = TestApp::start();
    let ids = ["original", "original-2"].map(|slug| app.publish(slug, json!({"slug": slug}))["id"].clone());
    for number in 1..=2 {
        app.create("/v1/tags", tag(&format!("t{number}")));
        app.create("/v1/entities", entity(&format!("e{number}")));
    }
    let [one, other] = full();
    let is = |read: Value, sent: &Value| {
        let mut sent = sent.clone();
        let original = usize::from(sent["translation_of"] == "original-2");
        sent["translation_of"] = ids[original].clone();
        assert_eq!(as_sent(&read, &sent), sent);
        read
    };
    let made = is(app.create("/v1/articles", one.clone()), &one);
    let path = path_of(&made);
    let read = || app.as_editor("GET", &path).send().json();
    is(read(), &one);
    assert_eq!(app.put(&path, one.clone()).json()["version"], made["version"]);
    is(app.put(&path, other.clone()).json(), &other);
    is(app.change(&path, one.clone()), &one);
    // Each of them alone, by a patch, by a line, and by a line again.
    for name in one.as_object().expect("members").keys() {
        let before = read()["version"].as_i64().expect("a version");
        let mut changed = one.clone();
        changed[name] = other[name].clone();
        let patched = is(app.change(&path, json!({name: other[name]})), &changed);
        assert_eq!(patched["version"], before + 1, "{name}");
        is(app.put(&path, one.clone()).json(), &one);
        // By these a line is found.
        if !["source", "external_id"].contains(&name.as_str()) {
            for (line, result) in [(&changed, "updated"), (&changed, "unchanged"), (&one, "updated")] {
                let answers = import(&app, std::slice::from_ref(line));
                assert_eq!(answers[0]["result"], result, "{name}: {answers:?}");
                is(read(), line);
            }
        }
    }
    let export = maqal(&["export", "articles", "--database-url", &app.database.url()]);
    let exported = Said::by(export).ok();
    let lines: Vec<Value> = exported.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let mut line = lines.into_iter().find(|line| line["slug"] == "one").expect("the article");
    assert_eq!(import(&app, std::slice::from_ref(&line))[0]["result"], "unchanged");
    assert_eq!(line["translation_of"], "original");
    line["entities"][1]["salience"] = Value::Null;
    assert_eq!(as_sent(&line, &one), one);
}

#[test]
fn a_number_that_is_written_otherwise_is_no_change() {
    let app = TestApp::start();
    let line = |metadata: &str| {
        let mut line = line("1", json!({}));
        line["metadata"] = serde_json::from_str(metadata).expect("JSON");
        line
    };
    for (metadata, result) in [
        (r#"{"a": [1e16, 1.0, -0.50], "b": 1}"#, "created"),
        (r#"{"a": [1e16, 1.0, -0.50], "b": 1}"#, "unchanged"),
        (r#"{"b": 1.0, "a": [10000000000000000, 1, -5e-1]}"#, "unchanged"),
        (r#"{"b": 1.5, "a": [10000000000000000, 1, -5e-1]}"#, "updated"),
    ] {
        assert_eq!(import(&app, &[line(metadata)])[0]["result"], result, "{metadata}");
    }
}

/// What nobody writes of an item: what it is shown with, and not made with.
fn read_only(shown: &str, written: &str) -> BTreeSet<String> {
    let document = maqal::server::document();
    let members = |name: &str| -> BTreeSet<String> {
        let schema = &document["components"]["schemas"][name];
        schema["properties"].as_object().expect("members").keys().cloned().collect()
    };
    &members(shown) - &members(written)
}

#[test]
fn a_member_that_nobody_writes_is_refused_by_name_where_it_is_not_as_it_is() {
    let app = TestApp::start();
    let kinds = [("Article", "ArticleInput"), ("Tag", "TagInput"), ("Entity", "EntityInput")];
    for (path, (shown, written)) in filled(&app).iter().zip(kinds) {
        let names = read_only(shown, written);
        assert!(names.contains("version") && names.len() > 4, "{names:?}");
        let read = app.as_editor("GET", path).send().json();
        for name in names.iter().filter(|name| *name != "highlights") {
            let mut other = read.clone();
            other[name] = json!("2001-02-03T04:05:06Z");
            let put = app.put(path, other.clone());
            assert_eq!(put.faults(), [(format!("/{name}"), "read_only".to_owned())], "{path}");
            // Where nothing is there yet it may not be given at all.
            let collection = path.rsplit_once('/').expect("a path").0;
            let made = app.post(collection, other);
            assert!(made.faults().contains(&(format!("/{name}"), "unknown".to_owned())), "{path} {name}");
        }
        assert_eq!(app.as_editor("GET", path).send().json(), read);
    }
}

#[test]
fn a_time_that_a_client_has_cut_and_a_count_that_has_moved_are_taken() {
    let app = TestApp::start();
    let [article, tag, _] = filled(&app);
    let mut read = app.get(&article).json();
    let created = read["created_at"].as_str().expect("a time").to_owned();
    read["created_at"] = json!(format!("{}+00:00", &created[..23]));
    assert_eq!(app.put(&article, read).status, 200);
    let read = app.get(&tag).json();
    app.publish("H", json!({"tags": ["books"]}));
    let put = app.put(&tag, read);
    assert_eq!(put.status, 200, "{}", put.text());
    assert_ne!(put.json()["parent_id"], Value::Null);
}

#[test]
fn a_number_is_kept_or_refused() {
    let app = TestApp::start();
    let path = path_of(&app.publish("H", json!({})));
    let send = |method: &str, path: &str, metadata: &str| {
        let body = format!("{{\"language\": \"ar\", \"headline\": \"H\", \"metadata\": {metadata}}}");
        app.as_editor(method, path).bytes("application/json", body.as_bytes()).send()
    };
    for number in [
        "18446744073709551616",
        "-9223372036854775809",
        "123456789012345678901234567890",
        "0.1000000000000000055",
        "1e-400",
        "1.00000000000000000001",
    ] {
        let metadata = format!("{{\"a\": [{number}]}}");
        for (method, path) in [("POST", "/v1/articles"), ("PUT", path.as_str()), ("PATCH", path.as_str())] {
            let fault = [("/metadata/a/0", "inexact_number")];
            send(method, path, &metadata).refused(400, "invalid-body", &fault);
        }
    }
    send("PUT", &path, "{\"a\": 1e400}").problem(400, "malformed-json");
    for number in ["18446744073709551615", "-9223372036854775808", "9007199254740993", "0.1", "1.5", "-0.25"]
    {
        let put = send("PUT", &path, &format!("{{\"a\":{number}}}"));
        assert!(put.text().contains(&format!("\"metadata\":{{\"a\": {number}}}")), "{}", put.text());
        assert_eq!(app.change(&path, json!({"standfirst": number}))["metadata"], put.json()["metadata"]);
    }
    let mut refused = line("1", json!({}));
    refused["metadata"] = json!({"a": "N"});
    let text = refused.to_string().replace("\"N\"", "18446744073709551616");
    let lines =
        app.as_editor("POST", "/v1/articles/bulk").bytes("application/x-ndjson", text.as_bytes()).send();
    assert!(lines.text().contains("inexact_number"), "{}", lines.text());
    assert_eq!(app.get("/v1/articles?source=s").column("id").len(), 0);
}

#[test]
fn metadata_of_any_numbers_comes_back_as_it_was() {
    let app = TestApp::start();
    let path = path_of(&app.publish("H", json!({})));
    let number = proptest::prop_oneof![
        proptest::strategy::Strategy::prop_map(proptest::num::f64::NORMAL, |number| json!(number)),
        proptest::strategy::Strategy::prop_map(proptest::num::u64::ANY, |number| json!(number)),
        proptest::strategy::Strategy::prop_map(proptest::num::i64::ANY, |number| json!(number)),
    ];
    cases(30)
        .run(&proptest::collection::vec(number, 1..8), |numbers| {
            let metadata = json!({"numbers": numbers});
            let put = app.put(&path, article_with("H", json!({"metadata": metadata})));
            proptest::prop_assert_eq!(put.status, 200, "{}", put.text());
            let again = app.put(&path, put.json());
            for stored in [put.json(), again.json()] {
                let stored = stored["metadata"]["numbers"].as_array().expect("numbers").clone();
                let is_whole = stored.len() == numbers.len();
                let all = stored.iter().zip(&numbers).all(|(stored, number)| is_same_number(stored, number));
                proptest::prop_assert!(is_whole && all, "{:?} of {:?}", stored, numbers);
            }
            Ok(())
        })
        .expect("numbers stay");
}

/// Whether both are the same number: a large one may come back without its exponent.
fn is_same_number(one: &Value, other: &Value) -> bool {
    one == other || (one.is_f64() || other.is_f64()) && one.as_f64() == other.as_f64()
}

#[test]
fn a_byte_order_mark_before_a_body_is_overlooked_as_before_lines() {
    let app = TestApp::start();
    let marked = |body: &Value| format!("\u{feff}{body}");
    for (list, body) in
        [("articles", article_with("H", json!({}))), ("tags", tag("t")), ("entities", entity("e"))]
    {
        let post = app.as_editor("POST", &format!("/v1/{list}"));
        let made = post.bytes("application/json", marked(&body).as_bytes()).send();
        assert_eq!(made.status, 201, "{}", made.text());
        let path = format!("/v1/{list}/{}", made.json()["id"].as_str().expect("an id"));
        for (method, body) in [("PUT", body), ("PATCH", json!({}))] {
            let written =
                app.as_editor(method, &path).bytes("application/json", marked(&body).as_bytes()).send();
            assert_eq!(written.status, 200, "{}", written.text());
        }
    }
    let twice =
        app.as_editor("POST", "/v1/tags").bytes("application/json", "\u{feff}\u{feff}{}".as_bytes()).send();
    twice.problem(400, "malformed-json");
}

#[test]
fn an_item_that_is_called_as_a_path_of_the_api_has_an_address_that_answers() {
    let app = TestApp::start();
    let document = maqal::server::document();
    let paths = document["paths"].as_object().expect("paths").keys();
    let words: BTreeSet<(String, String)> = paths
        .filter_map(|path| {
            let (list, word) = path.strip_prefix("/v1/")?.split_once('/')?;
            let word = word.split('/').next()?;
            (!word.starts_with('{')).then(|| (list.to_owned(), word.to_owned()))
        })
        .collect();
    assert!(words.len() >= 3, "{words:?}");
    for (list, word) in words {
        let name = word.to_uppercase();
        let make = |slug: Option<&str>| match list.as_str() {
            "articles" => article_with(&name, json!({"slug": slug})),
            "tags" => json!({"kind": "topic", "names": {"en": name}, "slug": slug}),
            _ => json!({"type": "event", "names": {"en": name}, "slug": slug}),
        };
        let made = app.create(&format!("/v1/{list}"), make(None));
        let slug = made["slug"].as_str().expect("a slug").to_owned();
        let read = app.get(&format!("/v1/{list}/{slug}"));
        assert_eq!((read.status, &read.json()["id"]), (200, &made["id"]), "{slug}");
        let given = app.post(&format!("/v1/{list}"), make(Some(&word)));
        assert_eq!(given.faults(), [("/slug".to_owned(), "reserved_slug".to_owned())], "{list} {word}");
        // By a draft that is published later, by a line, and named by an article.
        if list == "articles" {
            let mut draft = make(None);
            draft["status"] = json!("draft");
            let path = path_of(&app.create("/v1/articles", draft));
            let published = app.change(&path, json!({"status": "published"}));
            assert_eq!(
                app.get(&format!("/v1/articles/{}", published["slug"].as_str().expect("a slug"))).status,
                200
            );
            let mut one = line("1", json!({}));
            one["headline"] = json!(name);
            let slug = import(&app, &[one])[0]["slug"].as_str().expect("a slug").to_owned();
            assert_eq!(app.get(&format!("/v1/articles/{slug}")).status, 200);
        } else {
            let (sort, kind) = if list == "tags" { ("kind", "section") } else { ("type", "work") };
            let article = app.publish("H", json!({&list: [{sort: kind, "name": name}]}));
            let slug = article[&list][0]["slug"].as_str().expect("a slug");
            assert_eq!(app.get(&format!("/v1/{list}/{slug}")).status, 200, "{slug}");
        }
    }
}

#[test]
fn an_offset_whose_plus_was_not_encoded_is_told_from_other_faults() {
    let app = TestApp::start();
    let detail = |query: &str| {
        let refused = app.get(&format!("/v1/articles?{query}"));
        refused.problem(400, "invalid-parameters")["detail"].as_str().expect("a text").to_owned()
    };
    for parameter in ["from", "to"] {
        let hint = detail(&format!("{parameter}=2026-11-23T09:30:00+03:00"));
        assert!(hint.contains("%2B"), "{hint}");
        assert!(!detail(&format!("{parameter}=yesterday")).contains("%2B"));
        let query = format!("{parameter}=2026-11-23T09:30:00%2B03:00");
        assert_eq!(app.get(&format!("/v1/articles?{query}")).status, 200);
    }
}

#[test]
fn all_filters_hold_at_once_of_entities_looked_up_by_a_name() {
    let app = TestApp::start();
    let make = |slug: &str, kind: &str, source: Option<&str>, id: &str, wikidata_id: &str| {
        app.create(
            "/v1/entities",
            json!({
                "slug": slug, "type": kind, "names": {"en": "Lima"}, "wikidata_id": wikidata_id,
                "source": source, "external_id": source.map(|_| id),
            }),
        );
    };
    make("a", "place", Some("s"), "1", "Q1");
    make("b", "person", Some("s"), "2", "Q2");
    make("c", "place", Some("t"), "1", "Q3");
    make("d", "place", None, "", "Q4");
    let filters = [
        ("source=s&external_id=1", vec!["a"]),
        ("type=place", vec!["a", "c", "d"]),
        ("wikidata_id=Q2", vec!["b"]),
    ];
    for bits in 0..1 << filters.len() {
        let chosen: Vec<_> = filters.iter().enumerate().filter(|(at, _)| bits >> at & 1 == 1).collect();
        let query: String = chosen.iter().map(|(_, (filter, _))| format!("&{filter}")).collect();
        let expected: Vec<&str> = ["a", "b", "c", "d"]
            .into_iter()
            .filter(|slug| chosen.iter().all(|(_, (_, slugs))| slugs.contains(slug)))
            .collect();
        for name in ["", "&name=lima"] {
            let answer = app.get(&format!("/v1/entities?limit=10{query}{name}"));
            assert_eq!(answer.status, 200, "{query}{name}: {}", answer.text());
            let mut found = answer.column("slug");
            found.sort();
            assert_eq!(found, expected, "{query}{name}");
        }
    }
}
