//! Suggestions while somebody types.

use serde_json::{Value, json};

use crate::support::TestApp;

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

fn suggestions(app: &TestApp, q: &str, parameters: &str) -> Vec<Value> {
    let response = app.get(&format!("/v1/suggest?q={}{parameters}", encoded(q)));
    assert_eq!(response.status, 200, "{q}: {}", response.text());
    response.json()["data"].as_array().expect("a list").clone()
}

fn slugs(app: &TestApp, q: &str, parameters: &str) -> Vec<String> {
    suggestions(app, q, parameters)
        .iter()
        .map(|found| found["slug"].as_str().expect("a slug").to_owned())
        .collect()
}

/// Khartoum with two articles, the university with one, a tag without any.
fn newsroom() -> TestApp {
    let app = TestApp::start();
    let names = json!({"ar": "الخرطوم", "en": "Khartoum"});
    let aliases = json!([{"language": "ar", "name": "العاصمة المثلثة"}]);
    app.create(
        "/v1/entities",
        json!({"slug": "khartoum", "type": "place", "names": names, "aliases": aliases}),
    );
    let names = json!({"ar": "جامعة الخرطوم", "en": "University of Khartoum"});
    app.create("/v1/entities", json!({"slug": "university", "type": "organisation", "names": names}));
    app.create("/v1/tags", json!({"slug": "kharif", "kind": "topic", "names": {"ar": "الخريف"}}));
    app.publish("افتتاح معرض الكتاب", json!({"slug": "fair", "entities": ["khartoum", "university"]}));
    app.publish(
        "Khartoum opens its fair",
        json!({"slug": "news", "language": "en", "entities": ["khartoum"]}),
    );
    app.publish("Khartoum, unwritten", json!({"slug": "draft", "language": "en", "status": "draft"}));
    app
}

#[test]
fn names_are_completed_in_any_script_by_their_use() {
    let app = newsroom();
    for (q, expected) in [
        ("k", &["khartoum", "university", "news"][..]),
        ("KHÁRT", &["khartoum", "university", "news"]),
        ("الخر", &["khartoum", "university", "kharif"]),
        ("خر", &["khartoum", "university", "kharif"]),
        ("المثل", &["khartoum"]),
        ("خرط جامع", &["university"]),
        ("مع", &["fair"]),
        ("zeppelin", &[]),
        ("…", &[]),
    ] {
        assert_eq!(slugs(&app, q, ""), expected, "{q}");
    }
}

#[test]
fn one_slip_from_four_letters_on_is_forgiven_and_said() {
    let app = newsroom();
    for q in ["khrtoum", "khatr", "khaartou", "qhartoum", "الخرتوم"] {
        let found = suggestions(&app, q, "&types=entity");
        assert_eq!(found.first().map(|first| &first["slug"]), Some(&json!("khartoum")), "{q}");
        assert!(found.iter().all(|found| found["is_corrected"] == true), "{q}");
    }
    assert_eq!(slugs(&app, "mearid", "").len() + slugs(&app, "khx", "").len(), 0);
    assert_eq!(slugs(&app, "افتاح", "&types=article"), ["fair"]);
}

#[test]
fn a_suggestion_says_what_it_is_and_which_name_was_found() {
    let app = newsroom();
    let found = suggestions(&app, "المثل", "&language=en");
    let expected = json!({
        "type": "entity", "id": found[0]["id"], "slug": "khartoum", "name": "Khartoum", "matched": "العاصمة المثلثة",
        "language": "ar", "is_corrected": false, "entity_type": "place", "article_count": 2,
    });
    assert_eq!(found[0], expected);
    let tag = suggestions(&app, "خريف", "&types=tag");
    assert_eq!((&tag[0]["tag_kind"], &tag[0]["name"]), (&json!("topic"), &json!("الخريف")));
}

#[test]
fn suggestions_are_of_the_types_and_as_many_as_are_asked_for() {
    let app = newsroom();
    assert_eq!(slugs(&app, "khar", "&types=article"), ["news"]);
    assert_eq!(slugs(&app, "khar", "&types=article&language=ar"), Vec::<String>::new());
    assert_eq!(slugs(&app, "khar", "&types=tag,entity&limit=1"), ["khartoum"]);
    for bad in ["", "?q=", "?q=a&types=person", "?q=a&limit=0", "?q=a&language=!"] {
        app.get(&format!("/v1/suggest{bad}")).problem(400, "invalid-parameters");
    }
    let long = ["a"; 11].join("+");
    app.get(&format!("/v1/suggest?q={long}")).problem(400, "invalid-parameters");
}

#[test]
fn a_new_name_is_suggested_at_once_and_an_old_one_no_more() {
    let app = newsroom();
    assert_eq!(slugs(&app, "omdur", ""), Vec::<String>::new());
    app.change("/v1/entities/khartoum", json!({"names": {"ar": null, "en": "Omdurman"}}));
    assert_eq!(slugs(&app, "omdur", ""), ["khartoum"]);
    assert_eq!(slugs(&app, "khartoum", "&types=entity"), ["university"]);
    app.remove("/v1/entities/khartoum");
    assert_eq!(slugs(&app, "omdur", ""), Vec::<String>::new());
}
