//! Entities looked up by a name.

use serde_json::json;

use crate::support::TestApp;

fn newsroom() -> TestApp {
    let app = TestApp::start();
    for entity in [
        json!({"slug": "khartoum", "type": "place", "names": {"ar": "الخرطوم", "en": "Khartoum"}}),
        json!({"slug": "university", "type": "organisation",
               "names": {"ar": "جامعة الخرطوم", "en": "University of Khartoum"}}),
        json!({"slug": "osama", "type": "person", "names": {"ar": "أسامة عثمان"},
               "aliases": [{"language": "ar", "name": "أبو ليلى"}, {"language": "ar", "name": "عثمان الصغير"},
                           {"language": "ru", "name": "Усама Осман"}]}),
        json!({"slug": "muller", "type": "person", "names": {"de": "Jürgen Müller"}}),
    ] {
        app.create("/v1/entities", entity);
    }
    app
}

fn named(app: &TestApp, query: &str) -> Vec<String> {
    let response = app.get(&format!("/v1/entities?{}", encoded(query)));
    assert_eq!(response.status, 200, "{}", response.text());
    let data = response.json()["data"].as_array().expect("a list").clone();
    data.iter().map(|entity| entity["slug"].as_str().expect("a slug").to_owned()).collect()
}

/// The query with its words percent-encoded.
fn encoded(query: &str) -> String {
    let pairs = query.split('&').map(|pair| pair.split_once('=').expect("a parameter"));
    url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish()
}

#[test]
fn an_entity_is_found_by_any_name_in_any_spelling() {
    let app = newsroom();
    for name in ["اسامه عثمان", "أُسَامَة عُثمان", "عثمان أسامة", "ابو ليلي", "Усама Осман", "УСАМА"]
    {
        assert_eq!(named(&app, &format!("name={name}")), ["osama"], "{name}");
    }
    assert_eq!(named(&app, "name=jurgen muller"), ["muller"]);
    assert_eq!(named(&app, "name=nobody"), [""; 0]);
    assert_eq!(named(&app, "name=!!!"), [""; 0]);
}

#[test]
fn whose_name_it_is_comes_before_who_has_its_words() {
    let app = newsroom();
    app.publish("خبر", json!({"entities": ["university"]}));
    app.publish("خبر", json!({"entities": ["university"]}));
    for name in ["khartoum", "الخرطوم", "خرطوم", "للخرطوم"] {
        assert_eq!(named(&app, &format!("name={name}")), ["khartoum", "university"], "{name}");
    }
    assert_eq!(named(&app, "name=khartoum&type=organisation"), ["university"]);
    assert_eq!(app.walk("/v1/entities?name=khartoum&limit=1", "slug"), ["khartoum", "university"]);
    let counted = app.get("/v1/entities?name=khartoum&limit=1&count=exact").json();
    assert_eq!(counted["page"]["total"], 2);
}

#[test]
fn a_new_name_is_found_at_once() {
    let app = newsroom();
    assert_eq!(named(&app, "name=thekla"), [""; 0]);
    app.change("/v1/entities/muller", json!({"aliases": [{"language": "en", "name": "Thekla"}]}));
    assert_eq!(named(&app, "name=thekla"), ["muller"]);
}

#[test]
fn a_name_that_cannot_be_looked_up_says_why() {
    let app = newsroom();
    let long = "a+".repeat(151);
    for query in ["name=", "name=khartoum&sort=slug", &format!("name={long}")] {
        app.get(&format!("/v1/entities?{query}")).problem(400, "invalid-parameters");
    }
}
