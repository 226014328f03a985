//! What the articles of a list have in common, counted.

use serde_json::{Value, json};

use crate::support::{TestApp, entity, tag};

fn newsroom() -> TestApp {
    let app = TestApp::start();
    for slug in ["weather", "floods"] {
        app.create("/v1/tags", tag(slug));
    }
    app.create("/v1/entities", entity("nile"));
    let on = |date: &str| format!("{date}T23:30:00Z");
    app.publish(
        "ارتفاع النيل",
        json!({"tags": ["weather", "floods"], "entities": ["nile"], "source": "desk",
        "published_at": on("2026-10-31")}),
    );
    app.publish("أمطار", json!({"tags": ["weather"], "source": "desk", "published_at": on("2026-11-01")}));
    app.publish(
        "The Nile rises",
        json!({"language": "en", "entities": ["nile"], "published_at": on("2026-11-02")}),
    );
    app.publish("مسودة", json!({"tags": ["weather"], "status": "draft"}));
    app
}

/// The facets of a list.
fn facets(app: &TestApp, query: &str) -> Value {
    let response = app.get(&format!("/v1/{query}"));
    assert_eq!(response.status, 200, "{query}: {}", response.text());
    response.json()["facets"].clone()
}

/// The values of a facet with their counts.
fn counts(facets: &Value, facet: &str, name: &str) -> Vec<(String, u64)> {
    let values = facets[facet].as_array().expect("a facet").iter();
    values
        .map(|value| {
            (value[name].as_str().expect("a name").to_owned(), value["count"].as_u64().expect("a count"))
        })
        .collect()
}

fn pairs(pairs: &[(&str, u64)]) -> Vec<(String, u64)> {
    pairs.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

#[test]
fn facets_count_what_the_matches_have() {
    let app = newsroom();
    let all = facets(&app, "articles?facets=tags,entities,language,source,month&limit=1");
    assert_eq!((&all["counted"], &all["is_exact"]), (&json!(3), &json!(true)));
    assert_eq!(counts(&all, "tags", "slug"), pairs(&[("weather", 2), ("floods", 1)]));
    assert_eq!(counts(&all, "entities", "slug"), pairs(&[("nile", 2)]));
    assert_eq!(counts(&all, "language", "value"), pairs(&[("ar", 2), ("en", 1)]));
    assert_eq!(counts(&all, "source", "value"), pairs(&[("desk", 2)]));
    assert_eq!(counts(&all, "month", "value"), pairs(&[("2026-11", 2), ("2026-10", 1)]));
    assert_eq!(all["entities"][0]["type"], "organisation");
}

#[test]
fn facets_honour_the_filters_and_the_search() {
    let app = newsroom();
    let of_tag = facets(&app, "tags/weather/articles?facets=month,tags&language=ar");
    assert_eq!(counts(&of_tag, "month", "value"), pairs(&[("2026-11", 1), ("2026-10", 1)]));
    assert_eq!(of_tag["language"], Value::Null);
    let found = facets(&app, "articles?q=%D9%86%D9%8A%D9%84&facets=tags");
    assert_eq!(counts(&found, "tags", "slug"), pairs(&[("weather", 1), ("floods", 1)]));
    let none = facets(&app, "articles?q=zeppelin&facets=tags");
    assert_eq!(none, json!({"counted": 0, "is_exact": true, "tags": []}));
}

#[test]
fn facets_are_as_many_as_are_asked_for_and_none_unless_asked() {
    let app = newsroom();
    assert_eq!(facets(&app, "articles"), Value::Null);
    let one = facets(&app, "articles?facets=tags,month&facet_limit=1");
    assert_eq!(counts(&one, "tags", "slug"), pairs(&[("weather", 2)]));
    assert_eq!(counts(&one, "month", "value"), pairs(&[("2026-11", 2)]));
    app.get("/v1/articles?facets=colour").problem(400, "invalid-parameters");
    app.get("/v1/articles?facets=tags&facet_limit=101").problem(400, "invalid-parameters");
}

#[test]
fn editors_count_drafts_too() {
    let app = newsroom();
    let path = "/v1/articles?facets=tags&status=draft&status=published";
    let seen = app.as_editor("GET", path).send().json();
    assert_eq!(counts(&seen["facets"], "tags", "slug"), pairs(&[("weather", 3), ("floods", 1)]));
}
