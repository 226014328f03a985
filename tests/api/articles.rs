//! Articles, one by one: what is written and what is read.

use chrono::{DateTime, TimeDelta};
use proptest::prop_assert_eq;
use serde_json::{Value, json};
use unicode_normalization::UnicodeNormalization;

use crate::support::{TestApp, article, article_with, cases, import, line, path_of, results};

/// The pairs, as `Response::faults` gives them.
pub fn faults(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|(pointer, code)| (pointer.to_string(), code.to_string())).collect()
}

#[test]
fn an_article_is_read_back_as_it_was_written() {
    let app = TestApp::start();
    let body = "افتُتح المعرض صباح اليوم.\n\nوقالت المديرة: «أهلًا».";
    let created = app
        .as_editor("POST", "/v1/articles")
        .json(&json!({
            "language": "ar", "status": "published", "headline": "افتتاح معرض الخرطوم للكتاب",
            "standfirst": "ثلاثمئة ناشر", "body": body, "byline": "ليلى عثمان",
            "tags": [{"slug": "books", "kind": "topic", "names": {"ar": "كتب", "en": "Books"}}],
            "entities": [{"slug": "khartoum", "type": "place", "name": "الخرطوم", "relation": "about", "salience": 0.9}],
        }))
        .send();
    assert_eq!(created.status, 201, "{}", created.text());
    let location = created.header("location").to_owned();
    let read = app.get(&location);
    assert_eq!(read.status, 200);
    assert_eq!(read.json(), created.json());
    assert_eq!(read.header("etag"), created.header("etag"));
    let article = read.json();
    assert_eq!(article["slug"], "افتتاح-معرض-الخرطوم-للكتاب");
    assert_eq!(article["direction"], "rtl");
    assert_eq!(article["body"], body);
    assert_eq!(article["tags"][0]["name"], "كتب");
    assert_eq!(article["entities"][0]["name"], "الخرطوم");
    assert_eq!(article["entities"][0]["salience"], 0.9);
    assert_eq!(app.get(&path_of(&article)).body, read.body);
}

#[test]
fn any_headline_is_read_back_in_nfc_at_the_address_it_got() {
    let app = TestApp::start();
    let property = |headline: String| {
        let created = app.write("POST", "/v1/articles", &article(&headline));
        let read = app.get(created.header("location"));
        prop_assert_eq!(read.json(), created.json());
        prop_assert_eq!(&read.json()["headline"], &headline.nfc().collect::<String>());
        Ok(())
    };
    // But for what is refused, and what is closed or left out.
    let any = "[^\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\u{202a}-\\u{202e}\\u{2066}-\\u{2069}]{1,60}";
    cases(24).run(&any, property).expect("no counterexample");
}

#[test]
fn an_article_that_says_the_least_is_an_empty_draft() {
    let app = TestApp::start();
    let draft = app.create("/v1/articles", json!({"language": "en", "headline": "Soon"}));
    assert_eq!(draft["status"], "draft");
    assert_eq!(
        (&draft["body"], &draft["body_format"], &draft["word_count"]),
        (&json!(""), &json!("text"), &json!(0))
    );
    assert_eq!(
        (&draft["tags"], &draft["entities"], &draft["metadata"]),
        (&json!([]), &json!([]), &json!({}))
    );
    for absent in ["standfirst", "byline", "source", "external_id", "image", "published_at", "translation_of"]
    {
        assert_eq!(draft.get(absent), Some(&Value::Null), "{absent}");
    }
}

#[test]
fn every_fault_of_an_article_is_named_at_once() {
    let app = TestApp::start();
    let response = app.write(
        "POST",
        "/v1/articles",
        &json!({
            "language": "no language", "headline": "", "status": "spiked", "slug": "Not A Slug", "body": 7,
            "external_id": "1", "canonical_url": "ftp://example.org/", "published_at": "yesterday",
            "image": {"url": "x", "size": 1}, "tags": [{"slug": "a", "colour": "red"}, 7],
            "entities": [{"slug": "b", "salience": 1.5}], "extra": true,
        }),
    );
    response.problem(400, "invalid-body");
    let expected = [
        ("/body", "invalid_type"),
        ("/canonical_url", "invalid_url"),
        ("/entities/0/salience", "out_of_range"),
        ("/extra", "unknown"),
        ("/headline", "blank"),
        ("/image/size", "unknown"),
        ("/image/url", "invalid_url"),
        ("/language", "invalid_language"),
        ("/published_at", "invalid_timestamp"),
        ("/slug", "invalid_slug"),
        ("/source", "required"),
        ("/status", "unknown_value"),
        ("/tags/0/colour", "unknown"),
        ("/tags/1", "invalid_type"),
    ];
    assert_eq!(response.faults(), faults(&expected));
    let nothing = app.write("POST", "/v1/articles", &json!({}));
    assert_eq!(nothing.faults(), faults(&[("/headline", "required"), ("/language", "required")]));
}

#[test]
fn a_draft_is_invisible_without_a_key() {
    let app = TestApp::start();
    let draft = app.publish("مسودة", json!({"status": "draft"}));
    let path = path_of(&draft);
    app.get(&path).problem(404, "not-found");
    assert_eq!(app.as_editor("GET", &path).send().json()["headline"], "مسودة");
    assert!(app.get("/v1/articles").column("id").is_empty());
    app.get("/v1/articles?status=draft").problem(401, "unauthenticated");
    assert_eq!(app.as_editor("GET", "/v1/articles?status=draft").send().column("headline"), ["مسودة"]);
}

#[test]
fn readers_see_an_article_from_its_publication_to_its_archiving() {
    let app = TestApp::start();
    let path = path_of(&app.publish("One", json!({"status": "draft"})));
    let mut seen = Vec::new();
    for status in ["draft", "published", "archived", "published"] {
        app.change(&path, json!({"status": status}));
        seen.push((app.get(&path).status, app.get("/v1/articles").column("id").len()));
    }
    assert_eq!(seen, [(404, 0), (200, 1), (404, 0), (200, 1)]);
}

#[test]
fn what_is_published_without_a_date_is_published_now_and_keeps_its_date() {
    let app = TestApp::start();
    app.clock().advance(TimeDelta::days(400));
    let before = app.clock().now();
    let created = app.publish("News", json!({}));
    let path = path_of(&created);
    let date = created["published_at"].as_str().expect("a date");
    let instant = DateTime::parse_from_rfc3339(date).expect("an instant");
    assert!(before <= instant && instant <= app.clock().now());
    let replaced = app.write("PUT", &path, &article("Newer")).json();
    assert_eq!((&replaced["headline"], &replaced["published_at"]), (&json!("Newer"), &json!(date)));
    for change in
        [json!({"published_at": null}), json!({"status": "archived"}), json!({"status": "published"})]
    {
        assert_eq!(app.change(&path, change)["published_at"], date);
    }
}

#[test]
fn a_date_that_is_left_out_stays_in_every_status() {
    for status in ["draft", "archived", "published"] {
        let app = TestApp::start();
        let new = line("1", json!({}));
        let created = app.create("/v1/articles", new.clone());
        let (path, date) = (path_of(&created), &created["published_at"]);
        app.change(&path, json!({"status": status}));
        let mut replaced = article("Newer");
        replaced["status"] = json!(null);
        assert_eq!(app.put(&path, replaced).json()["published_at"], *date, "PUT of one that is {status}");
        let mut again = line("1", json!({"status": status, "standfirst": "س"}));
        assert_eq!(results(&import(&app, &[again.clone()])), ["created"], "PUT has taken its key away");
        app.change(&path, json!({"source": "s", "external_id": "2"}));
        again["external_id"] = json!("2");
        assert_eq!(results(&import(&app, &[again])), ["updated"]);
        let read = app.as_editor("GET", &path).send().json();
        assert_eq!((&read["status"], &read["published_at"]), (&json!(status), date), "import");
    }
}

#[test]
fn a_patch_takes_the_date_of_what_is_not_published_away_by_null() {
    let app = TestApp::start();
    let created = app.publish("H", json!({}));
    let path = path_of(&created);
    let patched = |patch| app.change(&path, patch)["published_at"].clone();
    assert_eq!(patched(json!({"published_at": null})), created["published_at"]);
    assert_eq!(patched(json!({"status": "archived"})), created["published_at"]);
    assert_eq!(patched(json!({"published_at": null})), json!(null));
    assert_ne!(patched(json!({"status": "published"})), created["published_at"]);
}

#[test]
fn a_replaced_article_keeps_its_slug_and_loses_what_is_left_out() {
    let app = TestApp::start();
    let created = app.publish(
        "First",
        json!({
            "standfirst": "s", "byline": "b", "source": "desk", "external_id": "1", "metadata": {"a": 1},
            "tags": [{"kind": "topic", "name": "t"}], "image": {"url": "https://example.org/a.jpg"},
        }),
    );
    let least = json!({"language": "en", "headline": "Second", "status": "published"});
    let replaced = app.write("PUT", &path_of(&created), &least).json();
    assert_eq!((&replaced["id"], &replaced["slug"]), (&created["id"], &json!("first")));
    assert_eq!(
        (&replaced["body"], &replaced["metadata"], &replaced["tags"]),
        (&json!(""), &json!({}), &json!([]))
    );
    for gone in ["standfirst", "byline", "source", "external_id", "image"] {
        assert_eq!(replaced[gone], Value::Null, "{gone}");
    }
}

#[test]
fn a_merge_patch_changes_what_it_names_and_null_takes_away() {
    let app = TestApp::start();
    let created = app.publish("H", json!({
        "standfirst": "s", "byline": "b", "metadata": {"desk": "culture", "print": {"page": 1, "column": 2}},
        "image": {"url": "https://example.org/a.jpg", "alt": "a", "credit": "c"},
    }));
    let patched = app.change(
        &path_of(&created),
        json!({
            "byline": null, "image": {"alt": null, "caption": "new"},
            "metadata": {"desk": null, "print": {"page": 3, "column": null}, "list": [null]},
        }),
    );
    let mut expected = created.clone();
    expected["byline"] = Value::Null;
    expected["image"] =
        json!({"url": "https://example.org/a.jpg", "alt": null, "caption": "new", "credit": "c"});
    expected["metadata"] = json!({"print": {"page": 3}, "list": [null]});
    expected["version"] = json!(2);
    expected["updated_at"] = patched["updated_at"].clone();
    assert_eq!(patched, expected);
    let emptied = app.change(&path_of(&created), json!({"metadata": null, "image": null, "slug": null}));
    assert_eq!(
        (&emptied["metadata"], &emptied["image"], &emptied["slug"]),
        (&json!({}), &Value::Null, &json!("h"))
    );
}

#[test]
fn a_patch_takes_away_nothing_that_is_required_and_names_what_is_unknown() {
    let app = TestApp::start();
    let path = path_of(&app.publish("H", json!({"source": "desk", "external_id": "1"})));
    let response =
        app.write("PATCH", &path, &json!({"headline": null, "nix": null, "image": {"alt": "no url"}}));
    response.problem(400, "invalid-body");
    let expected = [("/headline", "required"), ("/image/url", "required"), ("/nix", "unknown")];
    assert_eq!(response.faults(), faults(&expected));
    let response = app.write("PATCH", &path, &json!({"source": null}));
    assert_eq!(response.faults(), faults(&[("/source", "required")]));
    assert_eq!(app.get(&path).json()["version"], 1);
}

#[test]
fn the_version_counts_changes_and_nothing_else() {
    let app = TestApp::start();
    let whole = article_with(
        "H",
        json!({
            "image": {"url": "https://example.org/a.jpg"}, "metadata": {"b": 1.5, "a": [1]},
            "tags": [{"slug": "one", "kind": "topic", "name": "One"}],
            "entities": [{"slug": "cairo", "type": "place", "name": "Cairo", "salience": 0.7}],
        }),
    );
    let created = app.create("/v1/articles", whole.clone());
    let path = path_of(&created);
    assert_eq!(app.write("PUT", &path, &whole).json(), created);
    assert_eq!(app.change(&path, json!({})), created);
    assert_eq!(app.change(&path, json!({"headline": "H", "tags": ["one"]})), created);
    let changes = [
        json!({"headline": "I"}),
        json!({"slug": "i"}),
        json!({"metadata": {"a": null}}),
        json!({"tags": []}),
        json!({"entities": [{"slug": "cairo", "salience": 0.8}]}),
        json!({"entities": [{"slug": "cairo", "relation": "about"}]}),
    ];
    let versions = changes.map(|change| app.change(&path, change)["version"].as_i64().expect("a version"));
    assert_eq!(versions, [2, 3, 4, 5, 6, 7]);
    let article = app.get(&path).json();
    assert!(article["updated_at"].as_str() > created["updated_at"].as_str());
    assert_eq!(article["created_at"], created["created_at"]);
}

#[test]
fn an_external_id_is_unique_within_its_source() {
    let app = TestApp::start();
    let first = app.publish("One", json!({"source": "wire", "external_id": "7"}));
    app.publish("Two", json!({"source": "desk", "external_id": "7"}));
    app.publish("Three", json!({"source": "wire"}));
    let response = app.write(
        "POST",
        "/v1/articles",
        &article_with("Four", json!({"source": "wire", "external_id": "7"})),
    );
    response.problem(409, "conflict");
    assert_eq!(response.faults(), faults(&[("/external_id", "taken")]));
    app.remove(&path_of(&first));
    app.publish("Five", json!({"source": "wire", "external_id": "7"}));
}

#[test]
fn a_translation_names_its_original_by_slug_or_id() {
    let app = TestApp::start();
    let original = app.publish("Original", json!({"language": "en"}));
    let former = app.publish("Renamed", json!({"slug": "before"}));
    app.change(&path_of(&former), json!({"slug": "after"}));
    for (key, of) in
        [(&json!("original"), &original), (&original["id"], &original), (&json!("before"), &former)]
    {
        let translation = app.publish("ترجمة", json!({"translation_of": key}));
        assert_eq!(translation["translation_of"], of["id"]);
    }
    let response = app.write("POST", "/v1/articles", &article_with("H", json!({"translation_of": "nix"})));
    response.problem(400, "invalid-body");
    assert_eq!(response.faults(), faults(&[("/translation_of", "unknown_article")]));
    let response = app.write("PATCH", &path_of(&original), &json!({"translation_of": "original"}));
    assert_eq!(response.faults(), faults(&[("/translation_of", "cycle")]));
    let orphan = app.publish("يتيم", json!({"translation_of": "original"}));
    app.remove(&path_of(&original));
    let orphan = app.get(&path_of(&orphan)).json();
    assert_eq!((&orphan["translation_of"], &orphan["version"]), (&Value::Null, &json!(2)));
}

#[test]
fn metadata_is_an_object_of_at_most_16_kib() {
    let app = TestApp::start();
    let of_size = |size: usize| json!({"a": "x".repeat(size - r#"{"a":""}"#.len())});
    let largest = app.publish("H", json!({"metadata": of_size(16 * 1024)}));
    assert_eq!(largest["metadata"], of_size(16 * 1024));
    for (metadata, code) in [(of_size(16 * 1024 + 1), "too_long"), (json!([]), "invalid_type")] {
        let response = app.write("POST", "/v1/articles", &article_with("H", json!({"metadata": metadata})));
        assert_eq!(response.faults(), faults(&[("/metadata", code)]));
    }
    let response = app.write("PATCH", &path_of(&largest), &json!({"metadata": {"b": 1}}));
    assert_eq!(response.faults(), faults(&[("/metadata", "too_long")]));
}

#[test]
fn a_replacement_without_a_status_leaves_the_article_published() {
    let app = TestApp::start();
    let path = path_of(&app.publish("قبل", json!({})));
    let replaced = app.put(&path, json!({"language": "ar", "headline": "بعد"})).json();
    assert_eq!((&replaced["status"], &replaced["headline"]), (&json!("published"), &json!("بعد")));
}

#[test]
fn a_translation_does_not_give_away_its_unpublished_original() {
    let app = TestApp::start();
    let draft = app.create("/v1/articles", article_with("أصل", json!({"status": "draft"})));
    let path = path_of(&app.publish("Translation", json!({"translation_of": draft["id"]})));
    assert_eq!(app.get(&path).json()["translation_of"], json!(null));
    assert_eq!(
        app.get("/v1/articles?fields=translation_of").json()["data"][0]["translation_of"],
        json!(null)
    );
    assert_eq!(app.as_editor("GET", &path).send().json()["translation_of"], draft["id"]);
    app.change(&path_of(&draft), json!({"status": "published"}));
    assert_eq!(app.get(&path).json()["translation_of"], draft["id"]);
}

#[test]
fn the_greatest_and_the_least_numbers_of_metadata_are_read_back() {
    let app = TestApp::start();
    let metadata =
        json!({"numbers": [f64::MAX, f64::MIN, 1.7976931348623155e308, 5e-324, 0.1, u64::MAX, i64::MIN]});
    let path = path_of(&app.publish("H", json!({"metadata": metadata})));
    assert_eq!(app.get(&path).json()["metadata"], metadata);
    assert_eq!(app.change(&path, json!({"byline": "B"}))["metadata"], metadata);
}
