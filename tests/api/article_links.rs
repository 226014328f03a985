//! The tags and entities of an article.

use std::thread;

use serde_json::{Value, json};

use crate::support::{TestApp, article_with, entity, import, path_of, results, tag};

fn slugs(items: &Value) -> Vec<&str> {
    items.as_array().expect("a list").iter().map(|item| item["slug"].as_str().expect("a slug")).collect()
}

fn tag_with(slug: &str, names: Value) -> Value {
    json!({"slug": slug, "kind": "topic", "names": names})
}

#[test]
fn an_article_brings_its_tags_and_entities_along() {
    let app = TestApp::start();
    let article = app.publish("افتتاح", json!({
        "tags": [{"kind": "section", "slug": "culture", "name": "ثقافة"}, {"kind": "topic", "slug": "books", "name": "كتب"}],
        "entities": [{"type": "place", "slug": "khartoum", "name": "الخرطوم"}, {"type": "person", "slug": "layla", "name": "ليلى"}],
    }));
    assert_eq!(slugs(&article["tags"]), ["culture", "books"]);
    assert_eq!(slugs(&article["entities"]), ["khartoum", "layla"]);
    assert_eq!(article["entities"][0]["relation"], "mentions");
    assert_eq!(article["entities"][0]["salience"], Value::Null);
    let tag = app.get("/v1/tags/culture").json();
    assert_eq!((&tag["kind"], &tag["names"]), (&json!("section"), &json!({"ar": "ثقافة"})));
    let entity = app.get("/v1/entities/layla").json();
    assert_eq!((&entity["type"], &entity["names"]), (&json!("person"), &json!({"ar": "ليلى"})));
    let another = app.publish("إغلاق", json!({"tags": ["books", tag["id"]], "entities": ["layla"]}));
    assert_eq!(slugs(&another["tags"]), ["books", "culture"]);
    assert_eq!(another["entities"][0]["id"], entity["id"]);
}

#[test]
fn a_tag_that_only_has_a_name_gets_its_slug_from_it() {
    let app = TestApp::start();
    let by_name = json!({"tags": [{"kind": "topic", "name": "Open Data"}], "entities": [{"type": "place", "name": "نهر النيل"}]});
    let first = app.publish("One", by_name.clone());
    assert_eq!(slugs(&first["tags"]), ["open-data"]);
    assert_eq!(slugs(&first["entities"]), ["نهر-النيل"]);
    let second = app.publish("Two", by_name);
    assert_eq!((&second["tags"], &second["entities"]), (&first["tags"], &first["entities"]));
}

#[test]
fn a_name_is_given_in_the_language_of_the_article_or_the_nearest() {
    let app = TestApp::start();
    app.create("/v1/tags", tag_with("a", json!({"ar": "كتب", "en": "Books", "fr": "Livres"})));
    app.create("/v1/tags", tag_with("b", json!({"ar": "فن", "pt-BR": "Arte"})));
    let names = |language: &str| {
        let article = app.publish("H", json!({"language": language, "tags": ["a", "b"]}));
        [0, 1].map(|index| article["tags"][index]["name"].as_str().expect("a name").to_owned())
    };
    assert_eq!(names("ar"), ["كتب", "فن"]);
    assert_eq!(names("fr-CA"), ["Livres", "فن"]);
    assert_eq!(names("pt"), ["Books", "Arte"]);
}

#[test]
fn what_is_unknown_and_cannot_be_made_is_named() {
    let app = TestApp::start();
    let unknown = |members: Value| {
        let response = app.write("POST", "/v1/articles", &article_with("H", members));
        let problem = response.problem(400, "invalid-body");
        (response.faults(), problem.to_string())
    };
    let (faults, problem) = unknown(json!({"tags": ["nix"]}));
    assert_eq!(faults, [("/tags/0".to_owned(), "unknown_tag".to_owned())]);
    assert!(problem.contains("there is no tag nix"), "{problem}");
    app.create("/v1/tags", tag("known"));
    let (faults, _) = unknown(json!({
        "tags": ["known", {"slug": "no-kind", "name": "x"}, {"kind": "topic"}, "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13"],
        "entities": [{"slug": "no-name", "type": "place"}, {"name": "؟"}],
    }));
    let places: Vec<&str> = faults.iter().map(|(pointer, _)| pointer.as_str()).collect();
    assert_eq!(places, ["/entities/0", "/entities/1", "/tags/1", "/tags/2", "/tags/3"]);
}

#[test]
fn where_one_link_is_faulty_nothing_of_the_others_is_stored() {
    let app = TestApp::start();
    let new = |faulty: Value| {
        article_with(
            "H",
            json!({
                "tags": [{"slug": "new-tag", "kind": "topic", "name": "x"}],
                "entities": [{"slug": "new-entity", "type": "place", "name": "x"}, faulty],
            }),
        )
    };
    app.write("POST", "/v1/articles", &new(json!("nix"))).problem(400, "invalid-body");
    let path = path_of(&app.publish("Before", json!({})));
    app.write("PUT", &path, &new(json!("nix"))).problem(400, "invalid-body");
    for list in ["tags", "entities"] {
        assert!(app.get(&format!("/v1/{list}")).column("slug").is_empty());
    }
    assert_eq!(app.get("/v1/articles").column("headline"), ["Before"]);
}

#[test]
fn the_order_of_links_is_the_writers() {
    let app = TestApp::start();
    for slug in ["a", "b", "c"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    let path = path_of(&app.publish("H", json!({"tags": ["c", "a"], "entities": ["b", "c"]})));
    let mut version = 1;
    for order in [["b", "a", "c"], ["c", "b", "a"]] {
        let patched = app.change(&path, json!({"tags": order, "entities": order}));
        version += 1;
        assert_eq!((slugs(&patched["tags"]), slugs(&patched["entities"])), (order.to_vec(), order.to_vec()));
        assert_eq!(patched["version"], version);
        assert_eq!(app.get(&path).json(), patched);
    }
}

#[test]
fn what_is_named_twice_counts_once() {
    let app = TestApp::start();
    let id = app.create("/v1/tags", tag("a"))["id"].clone();
    let new = json!({"slug": "b", "kind": "topic", "name": "B"});
    let article = app.publish(
        "H",
        json!({
            "tags": ["a", new, id, new, "a"],
            "entities": [
                {"slug": "x", "type": "place", "name": "X", "relation": "about"},
                {"slug": "x", "type": "place", "name": "X", "relation": "author"},
            ],
        }),
    );
    assert_eq!(slugs(&article["tags"]), ["a", "b"]);
    assert_eq!(slugs(&article["entities"]), ["x"]);
    assert_eq!(article["entities"][0]["relation"], "about");
    assert_eq!(app.get("/v1/tags/a").json()["article_count"], 1);
}

#[test]
fn the_former_slug_of_a_renamed_tag_or_entity_still_names_it() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("old"));
    app.create("/v1/entities", entity("old"));
    app.change("/v1/tags/old", json!({"slug": "new"}));
    app.change("/v1/entities/old", json!({"slug": "new"}));
    let inline = json!([{"slug": "old", "kind": "topic", "name": "Old"}, "new"]);
    let article = app.publish("H", json!({"tags": inline, "entities": ["old"]}));
    assert_eq!((slugs(&article["tags"]), slugs(&article["entities"])), (vec!["new"], vec!["new"]));
    for filter in ["tags=old", "entities_any=old"] {
        assert_eq!(app.get(&format!("/v1/articles?{filter}")).column("headline"), ["H"]);
    }
}

#[test]
fn links_can_be_written_as_they_are_read() {
    let app = TestApp::start();
    let article = app.publish(
        "H",
        json!({
            "tags": [{"slug": "a", "kind": "topic", "names": {"ar": "أ", "en": "A"}}],
            "entities": [{"slug": "b", "type": "event", "name": "ب", "relation": "about", "salience": 0.1}],
        }),
    );
    let same =
        app.change(&path_of(&article), json!({"tags": article["tags"], "entities": article["entities"]}));
    assert_eq!(same, article);
}

#[test]
fn a_patch_of_something_else_leaves_the_links_as_they_are() {
    let app = TestApp::start();
    let article = app.publish(
        "H",
        json!({
            "tags": [{"slug": "a", "kind": "topic", "name": "A"}],
            "entities": [{"slug": "b", "type": "person", "name": "B", "relation": "author", "salience": 0.3}],
        }),
    );
    let patched = app.change(&path_of(&article), json!({"headline": "I"}));
    assert_eq!((&patched["tags"], &patched["entities"]), (&article["tags"], &article["entities"]));
}

#[test]
fn a_deleted_tag_or_entity_is_taken_off_its_articles() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("a"));
    app.create("/v1/entities", entity("b"));
    let path = path_of(&app.publish("H", json!({"tags": ["a"], "entities": ["b"]})));
    app.remove("/v1/tags/a");
    app.remove("/v1/entities/b");
    let article = app.get(&path).json();
    assert_eq!((&article["tags"], &article["entities"]), (&json!([]), &json!([])));
    let response = app.write("PATCH", &path, &json!({"tags": ["a"]}));
    assert_eq!(response.faults(), [("/tags/0".to_owned(), "unknown_tag".to_owned())]);
}

#[test]
fn an_article_has_at_most_200_tags() {
    let app = TestApp::start();
    let many = |number: usize| {
        let tag = |index| json!({"slug": format!("t{index}"), "kind": "keyword", "name": "x"});
        article_with("H", json!({"tags": (0..number).map(tag).collect::<Vec<_>>()}))
    };
    let response = app.write("POST", "/v1/articles", &many(201));
    assert_eq!(response.faults(), [("/tags".to_owned(), "too_many".to_owned())]);
    assert_eq!(slugs(&app.create("/v1/articles", many(200))["tags"]).len(), 200);
}

#[test]
fn an_article_has_at_most_500_entities_of_its_editors() {
    let app = TestApp::start();
    let many = |number: usize, origin: &str| {
        let entity =
            |index| json!({"slug": format!("e{index}"), "type": "event", "name": "x", "origin": origin});
        article_with("H", json!({"entities": (0..number).map(entity).collect::<Vec<_>>()}))
    };
    let response = app.write("POST", "/v1/articles", &many(501, "editor"));
    assert_eq!(response.faults(), [("/entities".to_owned(), "too_many".to_owned())]);
    // Of what was read, those of the annotator are left to it.
    assert_eq!(app.create("/v1/articles", many(1000, "gazetteer"))["entities"], json!([]));
    let response = app.write("POST", "/v1/articles", &many(1001, "gazetteer"));
    assert_eq!(response.faults(), [("/entities".to_owned(), "too_many".to_owned())]);
}

#[test]
fn no_article_is_by_way_of_others_a_translation_of_itself() {
    let app = TestApp::start();
    let make = |slug: &str, original: Value| {
        app.publish("H", json!({"slug": slug, "translation_of": original}));
    };
    make("a", json!(null));
    make("b", json!("a"));
    make("c", json!("b"));
    let cycle = [("/translation_of".to_owned(), "cycle".to_owned())];
    for (of, original) in [("a", "a"), ("a", "b"), ("a", "c"), ("b", "c")] {
        let path = format!("/v1/articles/{of}");
        assert_eq!(
            app.patch(&path, json!({"translation_of": original})).faults(),
            cycle,
            "{of} of {original}"
        );
        let replaced = app.put(&path, article_with("H", json!({"translation_of": original})));
        assert_eq!(replaced.faults(), cycle, "{of} of {original}");
        let line = article_with("H", json!({"slug": of, "translation_of": original}));
        assert_eq!(import(&app, &[line])[0]["problem"]["errors"][0]["code"], "cycle", "{of} of {original}");
    }
    // A translation may be translated on, and be that of another article later.
    app.change("/v1/articles/c", json!({"translation_of": "a"}));
    app.change("/v1/articles/b", json!({"translation_of": "c"}));
    let lines = ["x", "y", "z"].map(|slug| {
        let original = match slug {
            "x" => "y",
            "y" => "z",
            _ => "x",
        };
        article_with("H", json!({"slug": slug, "translation_of": original}))
    });
    assert_eq!(results(&import(&app, &lines)), ["failed"; 3]);
}

#[test]
fn a_cycle_that_is_longer_than_anybody_looks_is_refused() {
    let app = TestApp::start();
    let id = |n: &str| format!("md5({n}::text)::uuid");
    app.database.execute(&format!(
        "SET session_replication_role = replica;
         INSERT INTO articles (id, slug, status, language, headline, published_at, body, body_format, body_html,
            body_text, word_count, translation_of)
         SELECT {}, 'a' || n, 'published', 'ar', 'H', now(), '', 'text', '', '', 0, CASE WHEN n > 1 THEN {} END
         FROM generate_series(1, 150) AS n",
        id("n"),
        id("(n - 1)"),
    ));
    let too_deep = [("/translation_of".to_owned(), "too_deep".to_owned())];
    let original = |original: &str| json!({"translation_of": original});
    assert_eq!(app.patch("/v1/articles/a1", original("a150")).faults(), too_deep);
    assert_eq!(app.post("/v1/articles", article_with("H", original("a150"))).faults(), too_deep);
    let line = article_with("H", json!({"slug": "new", "translation_of": "a102"}));
    assert_eq!(import(&app, &[line])[0]["problem"]["errors"][0]["code"], "too_deep");
    app.create("/v1/articles", article_with("H", original("a100")));
    let cycle = [("/translation_of".to_owned(), "cycle".to_owned())];
    assert_eq!(app.patch("/v1/articles/a1", original("a100")).faults(), cycle);
}

#[test]
fn changes_at_once_close_no_cycle_of_translations() {
    let app = TestApp::start();
    let slugs = ["a", "b", "c", "d"];
    for slug in slugs {
        app.publish("H", json!({"slug": slug}));
    }
    thread::scope(|scope| {
        for (place, of) in slugs.iter().enumerate() {
            let (app, original) = (&app, slugs[(place + 1) % slugs.len()]);
            scope.spawn(move || {
                for round in 0..4 {
                    let original = if round % 2 == 0 { json!(original) } else { json!(null) };
                    let changed =
                        app.patch(&format!("/v1/articles/{of}"), json!({"translation_of": original}));
                    assert!([200, 400, 503].contains(&changed.status), "{}", changed.text());
                    let changed = app.patch(
                        &format!("/v1/articles/{of}"),
                        json!({"translation_of": slugs[(place + 1) % 4]}),
                    );
                    assert!([200, 400, 503].contains(&changed.status), "{}", changed.text());
                }
            });
        }
    });
    let original = |slug: &str| app.get(&format!("/v1/articles/{slug}")).json()["translation_of"].clone();
    assert!(slugs.iter().any(|slug| original(slug).is_null()), "all of them translate one another");
}
