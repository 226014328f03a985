//! Tags.

use std::{sync::Barrier, thread};

use serde_json::{Value, json};

use crate::support::{TestApp, article, tag};

/// A published article with the tags.
fn tagged(headline: &str, tags: &[&str]) -> Value {
    let mut article = article(headline);
    article["tags"] = json!(tags);
    article
}

fn child(slug: &str, parent: &str) -> Value {
    let mut child = tag(slug);
    child["parent"] = json!(parent);
    child
}

fn id(item: &Value) -> &str {
    item["id"].as_str().expect("an id")
}

#[test]
fn a_tag_is_read_back_by_its_slug_and_by_its_id() {
    let app = TestApp::start();
    let created = app.post(
        "/v1/tags",
        json!({
            "slug": "كتب", "kind": "section", "names": {"ar": "كتب", "en": "Books"},
            "description": {"ar": "الكتب ومعارضها"}, "scheme": "https://example.org/topics", "code": "b:1",
        }),
    );
    assert_eq!(created.status, 201);
    let tag = created.json();
    let by_slug = app.get(created.header("location"));
    let by_id = app.get(&format!("/v1/tags/{}", id(&tag)));
    assert_eq!(by_slug.json(), tag);
    assert_eq!(by_id.json(), tag);
    assert_eq!(by_slug.header("etag"), created.header("etag"));
    assert_eq!(tag["names"], json!({"ar": "كتب", "en": "Books"}));
    assert_eq!(tag["parent_id"], Value::Null);
    assert_eq!((&tag["article_count"], &tag["version"]), (&json!(0), &json!(1)));
}

#[test]
fn every_kind_of_tag_can_be_made_and_no_other() {
    let app = TestApp::start();
    for kind in ["topic", "section", "series", "keyword", "genre"] {
        let made = app.create("/v1/tags", json!({"kind": kind, "names": {"en": kind}}));
        assert_eq!(made["kind"], kind);
    }
    let other = app.post("/v1/tags", json!({"kind": "mood", "names": {"en": "x"}}));
    other.refused(400, "invalid-body", &[("/kind", "unknown_value")]);
}

#[test]
fn a_slug_is_made_from_the_english_name_or_else_from_the_first() {
    let app = TestApp::start();
    let made = |names| app.create("/v1/tags", json!({"kind": "topic", "names": names}))["slug"].clone();
    assert_eq!(made(json!({"ar": "كتب", "en": "Good Books!"})), "good-books");
    assert_eq!(made(json!({"ar": "كُتُب ومعارض", "fr": "Livres"})), "كتب-ومعارض");
    assert_eq!(made(json!({"en": "Good books"})), "good-books-2");
    assert_eq!(made(json!({"en": "!?"})), "tag");
}

#[test]
fn a_slug_is_made_even_where_the_highest_number_is_taken() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("war"));
    app.create("/v1/tags", tag("war-4294967295"));
    let made = app.create("/v1/tags", json!({"kind": "topic", "names": {"en": "War"}}));
    assert_eq!(made["slug"], "war-2");
}

#[test]
fn a_slug_that_another_tag_has_is_refused() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("books"));
    app.create("/v1/tags", tag("films"));
    let taken = [("/slug", "taken")];
    app.post("/v1/tags", tag("books")).refused(409, "conflict", &taken);
    app.patch("/v1/tags/films", json!({"slug": "books"})).refused(409, "conflict", &taken);
    app.put("/v1/tags/films", tag("books")).refused(409, "conflict", &taken);
    app.create("/v1/entities", crate::support::entity("books"));
}

#[test]
fn a_replaced_tag_keeps_nothing_but_its_slug() {
    let app = TestApp::start();
    let mut full = tag("books");
    full["description"] = json!({"en": "All of them"});
    full["scheme"] = json!("https://example.org/topics");
    full["code"] = json!("b:1");
    let before = app.create("/v1/tags", full);
    let replaced = app.put("/v1/tags/books", json!({"kind": "genre", "names": {"fr": "Livres"}}));
    assert_eq!(replaced.status, 200, "{}", replaced.text());
    let after = replaced.json();
    assert_eq!(after, app.get("/v1/tags/books").json());
    assert_eq!((&after["id"], &after["slug"]), (&before["id"], &before["slug"]));
    assert_eq!(after["names"], json!({"fr": "Livres"}));
    assert_eq!((&after["kind"], &after["description"]), (&json!("genre"), &json!({})));
    assert_eq!((&after["scheme"], &after["code"]), (&Value::Null, &Value::Null));
    assert_eq!(after["version"], 2);
    assert_eq!(after["created_at"], before["created_at"]);
}

#[test]
fn a_patch_merges_the_names_and_null_takes_one_away() {
    let app = TestApp::start();
    let books = json!({"slug": "books", "kind": "topic", "names": {"ar": "كتب", "en": "Books"}});
    app.create("/v1/tags", books);
    let patched = app.patch("/v1/tags/books", json!({"names": {"fr": "Livres", "en": null}}));
    assert_eq!(patched.json()["names"], json!({"ar": "كتب", "fr": "Livres"}));
    let emptied = app.patch("/v1/tags/books", json!({"names": {"fr": null, "ar": null}}));
    emptied.refused(400, "invalid-body", &[("/names", "too_few")]);
    let unnamed = app.patch("/v1/tags/books", json!({"names": null, "kind": null}));
    unnamed.refused(400, "invalid-body", &[("/kind", "required"), ("/names", "required")]);
    assert_eq!(app.get("/v1/tags/books").json(), patched.json());
}

#[test]
fn a_write_that_changes_nothing_moves_nothing() {
    let app = TestApp::start();
    let before = app.create("/v1/tags", tag("books"));
    assert_eq!(app.put("/v1/tags/books", tag("books")).json(), before);
    assert_eq!(app.patch("/v1/tags/books", json!({})).json(), before);
}

#[test]
fn a_deleted_tag_is_gone_until_another_takes_its_slug() {
    let app = TestApp::start();
    let books = app.create("/v1/tags", tag("books"));
    let deleted = app.delete("/v1/tags/books");
    assert_eq!((deleted.status, deleted.text()), (204, String::new()));
    let by_id = format!("/v1/tags/{}", id(&books));
    for path in ["/v1/tags/books", "/v1/tags/books/articles", &by_id] {
        assert!(app.get(path).problem(410, "gone")["deleted_at"].is_string());
    }
    app.patch(&by_id, json!({})).problem(410, "gone");
    app.delete("/v1/tags/books").problem(410, "gone");
    assert!(app.get("/v1/tags").column("slug").is_empty());
    let heir = app.create("/v1/tags", tag("books"));
    assert_eq!(app.get("/v1/tags/books").json(), heir);
    app.get(&by_id).problem(410, "gone");
    app.get("/v1/tags/films").problem(404, "not-found");
}

#[test]
fn a_former_slug_leads_to_the_present_one() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("books"));
    app.patch("/v1/tags/books", json!({"slug": "novels"}));
    app.patch("/v1/tags/novels", json!({"slug": "كتب"}));
    let present = "/v1/tags/%D9%83%D8%AA%D8%A8";
    for former in ["books", "novels"] {
        let path = format!("/v1/tags/{former}");
        for method in ["GET", "HEAD"] {
            let moved = app.request(method, &path).send();
            assert_eq!((moved.status, moved.header("location")), (301, present));
        }
        app.get(&path).problem(301, "moved");
        for method in ["PUT", "PATCH", "DELETE"] {
            let moved = app.as_editor(method, &path).json(&tag("x")).send();
            moved.problem(308, "moved");
            assert_eq!(moved.header("location"), present);
        }
        let below = app.get(&format!("{path}/articles?limit=3&sort=headline"));
        assert_eq!(below.header("location"), format!("{present}/articles?limit=3&sort=headline"));
    }
    assert_eq!(app.delete(present).status, 204);
    app.get("/v1/tags/books").problem(410, "gone");
}

#[test]
fn a_parent_is_named_by_slug_former_slug_or_id() {
    let app = TestApp::start();
    let culture = app.create("/v1/tags", tag("arts"));
    app.patch("/v1/tags/arts", json!({"slug": "culture"}));
    for (index, parent) in ["culture", "arts", id(&culture)].into_iter().enumerate() {
        assert_eq!(app.create("/v1/tags", child(&format!("t{index}"), parent))["parent_id"], culture["id"]);
    }
    assert_eq!(app.patch("/v1/tags/t0", json!({"parent": null})).json()["parent_id"], Value::Null);
    assert_eq!(app.put("/v1/tags/t1", tag("t1")).json()["parent_id"], Value::Null);
    let unknown = [("/parent", "unknown_tag")];
    app.post("/v1/tags", child("t3", "nothing")).refused(400, "invalid-body", &unknown);
    app.patch("/v1/tags/t0", json!({"parent": ""})).refused(400, "invalid-body", &[("/parent", "blank")]);
}

#[test]
fn no_tag_becomes_its_own_ancestor() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("a"));
    app.create("/v1/tags", child("b", "a"));
    app.create("/v1/tags", child("c", "b"));
    for parent in ["a", "b", "c"] {
        let patched = app.patch("/v1/tags/a", json!({"parent": parent}));
        patched.refused(400, "invalid-body", &[("/parent", "cycle")]);
        let replaced = app.put("/v1/tags/a", child("a", parent));
        replaced.refused(400, "invalid-body", &[("/parent", "cycle")]);
    }
    assert_eq!(app.get("/v1/tags/a").json()["parent_id"], Value::Null);
}

#[test]
fn no_two_changes_make_a_cycle_together() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("a"));
    app.create("/v1/tags", tag("b"));
    for _ in 0..3 {
        let start = Barrier::new(2);
        let put_below = |slug: &str, parent: &str| {
            start.wait();
            app.patch(&format!("/v1/tags/{slug}"), json!({"parent": parent})).status
        };
        let mut statuses = thread::scope(|scope| {
            let other = scope.spawn(|| put_below("a", "b"));
            [put_below("b", "a"), other.join().expect("an answer")]
        });
        statuses.sort();
        assert_eq!(statuses, [200, 400]);
        for slug in ["a", "b"] {
            assert_eq!(app.patch(&format!("/v1/tags/{slug}"), json!({"parent": null})).status, 200);
        }
    }
}

#[test]
fn a_parent_stays_as_long_as_it_has_children() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("culture"));
    app.create("/v1/tags", child("books", "culture"));
    app.delete("/v1/tags/culture").refused(409, "conflict", &[("", "has_children")]);
    assert_eq!(app.get("/v1/tags/culture").status, 200);
    app.patch("/v1/tags/books", json!({"parent": null}));
    assert_eq!(app.delete("/v1/tags/culture").status, 204);
}

#[test]
fn a_code_goes_with_its_scheme_and_is_unique_in_it() {
    let app = TestApp::start();
    let coded = |slug: &str, scheme: &str, code: &str| {
        let mut tag = tag(slug);
        tag["scheme"] = json!(scheme);
        tag["code"] = json!(code);
        app.post("/v1/tags", tag)
    };
    assert_eq!(coded("a", "https://example.org/1", "x").status, 201);
    assert_eq!(coded("b", "https://example.org/2", "x").status, 201);
    coded("c", "https://example.org/1", "x").refused(409, "conflict", &[("/code", "taken")]);
    let patch = |body| app.patch("/v1/tags/a", body);
    patch(json!({"code": null})).refused(400, "invalid-body", &[("/code", "required")]);
    patch(json!({"scheme": null})).refused(400, "invalid-body", &[("/scheme", "required")]);
    patch(json!({"code": " "})).refused(400, "invalid-body", &[("/code", "blank")]);
    assert_eq!(patch(json!({"code": null, "scheme": null})).status, 200);
}

#[test]
fn names_are_given_in_at_least_one_language_and_once_in_each() {
    let app = TestApp::start();
    let refused = |names: Value, pointer: &str, code: &str| {
        let response = app.post("/v1/tags", json!({"kind": "topic", "names": names}));
        response.refused(400, "invalid-body", &[(pointer, code)]);
    };
    refused(Value::Null, "/names", "required");
    refused(json!({}), "/names", "too_few");
    refused(json!(["Books"]), "/names", "invalid_type");
    refused(json!("Books"), "/names", "invalid_type");
    refused(json!({"en": ""}), "/names/en", "blank");
    refused(json!({"en": "\u{a0}\n"}), "/names/en", "blank");
    refused(json!({"en": null}), "/names/en", "invalid_type");
    refused(json!({"en": "x".repeat(201)}), "/names/en", "too_long");
    refused(json!({"english": "Books"}), "/names/english", "invalid_language");
    refused(json!({"en_GB": "Books"}), "/names/en_GB", "invalid_language");
    refused(json!({"ar": "كتب", "ara": "كتاب"}), "/names", "duplicate");
    let made = app.create("/v1/tags", json!({"kind": "topic", "names": {"EN-gb": "ك".repeat(200)}}));
    assert_eq!(made["names"], json!({"en-GB": "ك".repeat(200)}));
}

#[test]
fn a_tag_counts_its_published_articles() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("books"));
    let count = || app.get("/v1/tags/books").json()["article_count"].as_i64().expect("a count");
    let path = |article: &Value| format!("/v1/articles/{}", id(article));
    let mut draft = tagged("b", &["books"]);
    draft["status"] = json!("draft");
    let (published, draft) =
        (app.create("/v1/articles", tagged("a", &["books", "books"])), app.create("/v1/articles", draft));
    assert_eq!(count(), 1);
    app.patch(&path(&draft), json!({"status": "published"}));
    assert_eq!(count(), 2);
    app.patch(&path(&draft), json!({"status": "archived"}));
    app.patch(&path(&published), json!({"headline": "a again"}));
    assert_eq!(count(), 1);
    app.patch(&path(&published), json!({"tags": []}));
    assert_eq!(count(), 0);
    app.patch(&path(&published), json!({"tags": ["books"]}));
    app.delete(&path(&published));
    assert_eq!(count(), 0);
    assert_eq!(app.get("/v1/tags/books").json()["version"], 1);
}

#[test]
fn a_deleted_tag_is_taken_off_its_articles() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("books"));
    app.create("/v1/tags", tag("films"));
    let article = app.create("/v1/articles", tagged("a", &["books", "films"]));
    assert_eq!(app.get("/v1/tags/books/articles").column("headline"), ["a"]);
    app.delete("/v1/tags/books");
    let article = app.get(&format!("/v1/articles/{}", id(&article))).json();
    assert_eq!(article["tags"].as_array().map(Vec::len), Some(1));
    assert_eq!(article["tags"][0]["slug"], "films");
}

#[test]
fn a_list_of_tags_is_filtered_by_kind_and_parent() {
    let app = TestApp::start();
    let culture = app.create("/v1/tags", tag("culture"));
    app.create("/v1/tags", child("books", "culture"));
    app.create("/v1/tags", child("novels", "books"));
    app.create("/v1/tags", json!({"slug": "opinion", "kind": "genre", "names": {"en": "Opinion"}}));
    let slugs = |query: &str| app.get(&format!("/v1/tags?{query}")).column("slug");
    assert_eq!(slugs("kind=genre"), ["opinion"]);
    assert_eq!(slugs("kind=genre&kind=topic").len(), 4);
    assert_eq!(slugs("parent=culture"), ["books"]);
    assert_eq!(slugs(&format!("parent={}", id(&culture))), ["books"]);
    assert!(slugs("parent=culture&kind=genre").is_empty());
    assert!(slugs("parent=nothing").is_empty());
    let counted = app.get("/v1/tags?kind=topic&limit=1&count=exact").json();
    assert_eq!((&counted["page"]["total"], &counted["page"]["total_kind"]), (&json!(3), &json!("exact")));
}

#[test]
fn a_list_of_tags_is_read_both_ways_in_every_order() {
    let app = TestApp::start();
    for slug in ["d", "b", "e", "a", "c"] {
        app.create("/v1/tags", tag(slug));
    }
    app.patch("/v1/tags/d", json!({"names": {"ar": "د"}}));
    for (number, tags) in [["a", "c"], ["c", "e"], ["c", "b"]].iter().enumerate() {
        app.create("/v1/articles", tagged(&number.to_string(), tags));
    }
    let walk = |sort: &str| app.walk(&format!("/v1/tags?limit=2&sort={sort}"), "slug").concat();
    assert_eq!(walk("slug"), "abcde");
    assert_eq!(walk("-slug"), "edcba");
    assert_eq!(walk("updated_at"), "beacd");
    assert_eq!(walk("-updated_at"), "dcaeb");
    // Those with one article each, and none, from the latest made to the first.
    assert_eq!(walk("-article_count"), "caebd");
    assert_eq!(app.walk("/v1/tags?limit=100", "slug").concat(), "abcde");
    assert_eq!(app.walk("/v1/tags?limit=5", "slug").concat(), "abcde");
}
