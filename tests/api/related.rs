//! Articles that have to do with another one.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, entity, tag};

fn related(app: &TestApp, slug: &str) -> Vec<Value> {
    let response = app.get(&format!("/v1/articles/{slug}/related"));
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()["data"].as_array().expect("a list").clone()
}

fn slugs(related: &[Value]) -> Vec<&str> {
    related.iter().map(|item| item["article"]["slug"].as_str().expect("a slug")).collect()
}

/// Five articles about floods, one of which is in English and one a draft.
fn newsroom() -> TestApp {
    let app = TestApp::start();
    for slug in ["weather", "floods"] {
        app.create("/v1/tags", tag(slug));
    }
    app.create("/v1/entities", entity("nile"));
    app.publish("خبر", json!({"slug": "flood", "tags": ["weather", "floods"], "entities": ["nile"]}));
    app.publish("خبر", json!({"slug": "rain", "tags": ["weather"]}));
    app.publish("خبر", json!({"slug": "dam", "tags": ["weather"], "entities": ["nile"]}));
    app.publish("News", json!({"slug": "delta", "language": "en", "tags": ["floods"], "entities": ["nile"]}));
    app.publish(
        "خبر",
        json!({"slug": "hidden", "status": "draft", "tags": ["floods"], "entities": ["nile"]}),
    );
    app.publish("خبر", json!({"slug": "other"}));
    app
}

#[test]
fn related_articles_share_tags_and_entities_and_say_which() {
    let app = newsroom();
    let related = related(&app, "flood");
    assert_eq!(slugs(&related), ["dam", "rain", "delta"]);
    let reasons = |item: &Value| -> Vec<(String, String)> {
        let reasons = item["reasons"].as_array().expect("reasons").iter();
        reasons
            .map(|reason| {
                (
                    reason["kind"].as_str().expect("a kind").to_owned(),
                    reason["slug"].as_str().expect("a slug").to_owned(),
                )
            })
            .collect()
    };
    let text = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
        pairs.iter().map(|(kind, slug)| ((*kind).to_owned(), (*slug).to_owned())).collect()
    };
    assert_eq!(reasons(&related[1]), text(&[("tag", "weather")]));
    assert_eq!(reasons(&related[2]), text(&[("tag", "floods"), ("entity", "nile")]));
    let score = |item: &Value| item["score"].as_f64().expect("a number");
    assert!(score(&related[0]) > score(&related[1]));
}

#[test]
fn what_is_related_to_a_draft_is_seen_with_a_key_alone() {
    let app = newsroom();
    app.get("/v1/articles/hidden/related").problem(404, "not-found");
    let seen = app.as_editor("GET", "/v1/articles/hidden/related?fields=slug&limit=1").send();
    assert_eq!(seen.status, 200);
    assert_eq!(seen.json()["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_article_that_shares_nothing_has_no_related_ones() {
    let app = newsroom();
    assert_eq!(related(&app, "other"), Vec::<Value>::new());
    app.get("/v1/articles/nothing/related").problem(404, "not-found");
    app.get("/v1/articles/flood/related?limit=0").problem(400, "invalid-parameters");
    app.get("/v1/articles/flood/related?cursor=x").problem(400, "invalid-parameters");
}

#[test]
fn a_new_link_shows_at_once() {
    let app = newsroom();
    assert_eq!(related(&app, "flood").len(), 3);
    app.change("/v1/articles/other", json!({"tags": ["floods"]}));
    assert_eq!(related(&app, "flood").len(), 4);
    app.change("/v1/articles/other", json!({"status": "draft"}));
    assert_eq!(related(&app, "flood").len(), 3);
}

#[test]
fn what_is_related_counts_less_as_the_services_clock_goes_on() {
    let app = newsroom();
    let score = || {
        let related = app.as_editor("GET", "/v1/articles/flood/related?limit=1").send().json();
        related["data"][0]["score"].as_f64().expect("a score")
    };
    let fresh = score();
    // An article of today counts twice as much as an old one, one of this age half as much more.
    app.clock().advance(TimeDelta::days(30));
    assert!((score() / fresh - 0.75).abs() < 0.02, "{} after {fresh}", score());
}
