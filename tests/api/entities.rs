//! Entities.

use serde_json::{Value, json};

use crate::support::{TestApp, article, entity};

fn place(slug: &str) -> Value {
    json!({"slug": slug, "type": "place", "names": {"en": slug}, "latitude": 15.6, "longitude": 32.5})
}

/// A published article that speaks of the entities.
fn about(headline: &str, entities: &[&str]) -> Value {
    let mut article = article(headline);
    article["entities"] = json!(entities);
    article
}

fn id(item: &Value) -> &str {
    item["id"].as_str().expect("an id")
}

#[test]
fn an_entity_is_read_back_by_its_slug_and_by_its_id() {
    let app = TestApp::start();
    let body = json!({
        "slug": "khartoum", "type": "place", "names": {"ar": "الخرطوم", "en": "Khartoum"},
        "aliases": [{"language": "ar", "name": "العاصمة المثلثة"}, {"language": null, "name": "KRT"}],
        "description": {"en": "The capital of Sudan"}, "wikidata_id": "Q1963",
        "same_as": ["https://www.geonames.org/379252"], "latitude": 15.6, "longitude": -180.0,
    });
    let created = app.post("/v1/entities", body.clone());
    assert_eq!(created.status, 201);
    assert_eq!(created.header("location"), "/v1/entities/khartoum");
    let entity = created.json();
    for (member, value) in body.as_object().expect("an object") {
        assert_eq!(&entity[member], value, "{member}");
    }
    let by_slug = app.get("/v1/entities/khartoum");
    assert_eq!(by_slug.json(), entity);
    assert_eq!(by_slug.header("etag"), created.header("etag"));
    assert_eq!(app.get(&format!("/v1/entities/{}", id(&entity).to_uppercase())).json(), entity);
}

#[test]
fn every_type_of_entity_can_be_made_and_no_other() {
    let app = TestApp::start();
    for kind in ["person", "organisation", "place", "event", "work"] {
        let made = app.create("/v1/entities", json!({"type": kind, "names": {"en": kind}}));
        assert_eq!((&made["type"], &made["slug"]), (&json!(kind), &json!(kind)));
    }
    let other = app.post("/v1/entities", json!({"type": "planet", "names": {"en": "Mars"}}));
    other.refused(400, "invalid-body", &[("/type", "unknown_value")]);
}

#[test]
fn an_entity_needs_a_type_and_a_name() {
    let app = TestApp::start();
    let missing = app.post("/v1/entities", json!({}));
    missing.refused(400, "invalid-body", &[("/names", "required"), ("/type", "required")]);
    let empty = app.post("/v1/entities", json!({"type": "work", "names": {"ar": " ", "x": "y"}}));
    empty.refused(400, "invalid-body", &[("/names/ar", "blank"), ("/names/x", "invalid_language")]);
    let twice = app.post("/v1/entities", json!({"type": "work", "names": {"ar": "أ", "AR": "ب"}}));
    twice.refused(400, "invalid-body", &[("/names", "duplicate")]);
    let long = app.post("/v1/entities", json!({"type": "work", "names": {"ar": "ا".repeat(301)}}));
    long.refused(400, "invalid-body", &[("/names/ar", "too_long")]);
}

#[test]
fn a_slug_is_made_from_the_english_name_and_numbered_where_it_is_taken() {
    let app = TestApp::start();
    let made = |names| app.create("/v1/entities", json!({"type": "person", "names": names}))["slug"].clone();
    assert_eq!(made(json!({"ar": "الطيب صالح", "en": "Tayeb Salih"})), "tayeb-salih");
    assert_eq!(made(json!({"ar": "الطيب صالح", "en-GB": "Tayeb Salih"})), "tayeb-salih-2");
    assert_eq!(made(json!({"ar": "الطيّب صالح"})), "الطيب-صالح");
    assert_eq!(made(json!({"en": "…"})), "entity");
    app.post("/v1/entities", entity("tayeb-salih")).refused(409, "conflict", &[("/slug", "taken")]);
    for slug in ["Tayeb", "a b", "a--b", "-a", "", "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11"] {
        app.post("/v1/entities", entity(slug)).problem(400, "invalid-body");
    }
}

#[test]
fn a_replaced_entity_keeps_nothing_but_its_slug() {
    let app = TestApp::start();
    let mut body = place("khartoum");
    body["wikidata_id"] = json!("Q1963");
    body["aliases"] = json!([{"name": "KRT"}]);
    body["same_as"] = json!(["https://example.org/khartoum"]);
    let before = app.create("/v1/entities", body);
    let replaced = app.put("/v1/entities/khartoum", json!({"type": "place", "names": {"ar": "الخرطوم"}}));
    assert_eq!(replaced.status, 200, "{}", replaced.text());
    let after = replaced.json();
    assert_eq!((&after["id"], &after["slug"]), (&before["id"], &before["slug"]));
    assert_eq!((&after["version"], &after["names"]), (&json!(2), &json!({"ar": "الخرطوم"})));
    for member in ["wikidata_id", "latitude", "longitude"] {
        assert_eq!(after[member], Value::Null);
    }
    assert_eq!((&after["aliases"], &after["same_as"]), (&json!([]), &json!([])));
}

#[test]
fn a_patch_merges_the_names_and_replaces_the_lists() {
    let app = TestApp::start();
    let mut body = place("khartoum");
    body["aliases"] = json!([{"language": "en", "name": "KRT"}, {"name": "Khartum"}]);
    app.create("/v1/entities", body);
    let patch = |body| app.patch("/v1/entities/khartoum", body);
    let patched = patch(json!({"names": {"ar": "الخرطوم"}, "aliases": [{"name": "K"}], "latitude": 15.5}));
    let after = patched.json();
    assert_eq!(after["names"], json!({"ar": "الخرطوم", "en": "khartoum"}));
    assert_eq!(after["aliases"], json!([{"language": null, "name": "K"}]));
    assert_eq!((&after["latitude"], &after["longitude"]), (&json!(15.5), &json!(32.5)));
    assert_eq!(patch(json!({"names": {"en": null}})).json()["names"], json!({"ar": "الخرطوم"}));
    assert_eq!(patch(json!({"aliases": null})).json()["aliases"], json!([]));
    patch(json!({"bogus": null})).refused(400, "invalid-body", &[("/bogus", "unknown")]);
    assert_eq!(patch(json!({})).json()["version"], 4);
}

#[test]
fn a_deleted_entity_is_gone_and_taken_off_its_articles() {
    let app = TestApp::start();
    let un = app.create("/v1/entities", entity("un"));
    app.create("/v1/entities", entity("unesco"));
    let article = app.create("/v1/articles", about("a", &["un", "unesco"]));
    assert_eq!(app.get("/v1/entities/un/articles").column("headline"), ["a"]);
    assert_eq!(app.delete("/v1/entities/un").status, 204);
    for path in ["/v1/entities/un".to_owned(), format!("/v1/entities/{}", id(&un))] {
        assert!(app.get(&path).problem(410, "gone")["deleted_at"].is_string());
        app.delete(&path).problem(410, "gone");
    }
    let entities = app.get(&format!("/v1/articles/{}", id(&article))).json()["entities"].clone();
    assert_eq!(entities.as_array().map(Vec::len), Some(1));
    assert_eq!(entities[0]["slug"], "unesco");
    app.get("/v1/entities/nato").problem(404, "not-found");
}

#[test]
fn a_former_slug_leads_to_the_present_one() {
    let app = TestApp::start();
    let constantinople = app.create("/v1/entities", place("constantinople"));
    app.patch("/v1/entities/constantinople", json!({"slug": "istanbul"}));
    let moved = app.get("/v1/entities/constantinople");
    moved.problem(301, "moved");
    assert_eq!(moved.header("location"), "/v1/entities/istanbul");
    app.patch("/v1/entities/constantinople", json!({})).problem(308, "moved");
    let article = app.create("/v1/articles", about("a", &["constantinople"]));
    assert_eq!(article["entities"][0]["id"], constantinople["id"]);
    app.patch("/v1/entities/istanbul", json!({"slug": "constantinople"}));
    assert_eq!(app.get("/v1/entities/constantinople").json()["id"], constantinople["id"]);
    assert_eq!(app.get("/v1/entities/istanbul").header("location"), "/v1/entities/constantinople");
}

#[test]
fn a_wikidata_id_has_its_form_and_belongs_to_one_entity() {
    let app = TestApp::start();
    let with = |slug: &str, id: Value| {
        let mut entity = entity(slug);
        entity["wikidata_id"] = id;
        app.post("/v1/entities", entity)
    };
    for wrong in ["", "1963", "q1963", "Q0", "Q01", "Q1963 ", "Q١", "P31", "Q1234567890123"] {
        with("x", json!(wrong)).refused(400, "invalid-body", &[("/wikidata_id", "invalid_wikidata_id")]);
    }
    with("x", json!(1963)).refused(400, "invalid-body", &[("/wikidata_id", "invalid_type")]);
    assert_eq!(with("a", json!("Q1963")).status, 201);
    with("b", json!("Q1963")).refused(409, "conflict", &[("/wikidata_id", "taken")]);
    assert_eq!(with("c", Value::Null).status, 201);
    let patched = app.patch("/v1/entities/c", json!({"wikidata_id": "Q1963"}));
    patched.refused(409, "conflict", &[("/wikidata_id", "taken")]);
}

#[test]
fn every_fault_in_aliases_and_links_is_told() {
    let app = TestApp::start();
    let mut body = entity("un");
    body["aliases"] = json!([{"name": "UN"}, {"language": "english", "name": "U.N."}, {"language": "ar"}, ["UN"],
        "UN", {"name": "", "langauge": "ar"}]);
    body["same_as"] = json!(["https://un.org", "ftp://un.org", "/un", "http://", "https://un .org", 1]);
    let expected = [
        ("/aliases/1/language", "invalid_language"),
        ("/aliases/2/name", "required"),
        ("/aliases/3", "invalid_type"),
        ("/aliases/4", "invalid_type"),
        ("/aliases/5/langauge", "unknown"),
        ("/aliases/5/name", "blank"),
        ("/same_as/1", "invalid_url"),
        ("/same_as/2", "invalid_url"),
        ("/same_as/3", "invalid_url"),
        ("/same_as/4", "invalid_url"),
        ("/same_as/5", "invalid_type"),
    ];
    app.post("/v1/entities", body.clone()).refused(400, "invalid-body", &expected);
    body["aliases"] = json!(vec![json!({"name": "UN"}); 1001]);
    body["same_as"] = json!(vec!["https://un.org"; 101]);
    let expected = [("/aliases", "too_many"), ("/same_as", "too_many")];
    app.post("/v1/entities", body).refused(400, "invalid-body", &expected);
}

#[test]
fn a_position_has_both_coordinates_in_their_ranges_and_belongs_to_a_place() {
    let app = TestApp::start();
    let at = |latitude: Value, longitude: Value| {
        let mut place = place("x");
        place["latitude"] = latitude;
        place["longitude"] = longitude;
        app.post("/v1/entities", place)
    };
    let refused =
        |response: crate::support::Response, faults: &[_]| response.refused(400, "invalid-body", faults);
    refused(at(json!(15.6), Value::Null), &[("/longitude", "required")]);
    refused(at(Value::Null, json!(32.5)), &[("/latitude", "required")]);
    refused(at(json!(90.1), json!(-180.1)), &[("/latitude", "out_of_range"), ("/longitude", "out_of_range")]);
    refused(at(json!("15.6"), json!(32.5)), &[("/latitude", "invalid_type")]);
    let poles = at(json!(-90), json!(180)).json();
    assert_eq!((&poles["latitude"], &poles["longitude"]), (&json!(-90.0), &json!(180.0)));
    let person = app.patch("/v1/entities/x", json!({"type": "person"}));
    refused(person, &[("/latitude", "not_a_place")]);
    refused(app.patch("/v1/entities/x", json!({"longitude": null})), &[("/longitude", "required")]);
    let homeless = json!({"type": "person", "latitude": null, "longitude": null});
    assert_eq!(app.patch("/v1/entities/x", homeless).json()["latitude"], Value::Null);
}

#[test]
fn an_entity_counts_the_published_articles_that_speak_of_it() {
    let app = TestApp::start();
    app.create("/v1/entities", entity("un"));
    let count = || app.get("/v1/entities/un").json()["article_count"].clone();
    let mut draft = about("b", &["un"]);
    draft["status"] = json!("draft");
    let article = app.create("/v1/articles", about("a", &["un"]));
    app.create("/v1/articles", draft);
    assert_eq!(count(), 1);
    let path = format!("/v1/articles/{}", id(&article));
    app.patch(&path, json!({"status": "draft"}));
    assert_eq!(count(), 0);
    app.patch(&path, json!({"status": "published"}));
    assert_eq!(count(), 1);
    app.delete(&path);
    assert_eq!(count(), 0);
}

#[test]
fn a_list_of_entities_is_filtered_by_type_and_wikidata_id() {
    let app = TestApp::start();
    app.create("/v1/entities", place("khartoum"));
    let mut un = entity("un");
    un["wikidata_id"] = json!("Q1065");
    app.create("/v1/entities", un);
    app.create("/v1/entities", json!({"slug": "olympics", "type": "event", "names": {"en": "Olympics"}}));
    let slugs = |query: &str| app.get(&format!("/v1/entities?{query}")).column("slug");
    assert_eq!(slugs("type=place"), ["khartoum"]);
    assert_eq!(slugs("type=place&type=event"), ["khartoum", "olympics"]);
    assert_eq!(slugs("wikidata_id=Q1065"), ["un"]);
    assert!(slugs("wikidata_id=Q1065&type=place").is_empty());
    assert!(slugs("wikidata_id=Q1").is_empty());
    let empty = app.get("/v1/entities?wikidata_id=");
    empty.refused(400, "invalid-parameters", &[("/wikidata_id", "invalid_wikidata_id")]);
    assert_eq!(app.get("/v1/entities?count=exact&limit=1").json()["page"]["total"], 3);
}

#[test]
fn a_list_of_entities_is_read_both_ways_in_every_order() {
    let app = TestApp::start();
    for slug in ["d", "b", "e", "a", "c"] {
        app.create("/v1/entities", entity(slug));
    }
    app.patch("/v1/entities/d", json!({"names": {"ar": "د"}}));
    for (number, entities) in [["a", "c"], ["c", "e"], ["c", "b"]].iter().enumerate() {
        app.create("/v1/articles", about(&number.to_string(), entities));
    }
    let walk = |sort: &str| app.walk(&format!("/v1/entities?limit=2&sort={sort}"), "slug").concat();
    assert_eq!(walk("slug"), "abcde");
    assert_eq!(walk("-slug"), "edcba");
    assert_eq!(walk("updated_at"), "beacd");
    assert_eq!(walk("-updated_at"), "dcaeb");
    assert_eq!(walk("-article_count"), "caebd");
}
