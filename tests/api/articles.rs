//! Articles, one by one.

use serde_json::json;

use crate::support::{TestApp, article};

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
            "entities": [{"slug": "khartoum", "type": "place", "name": "الخرطوم", "relation": "about", "salience": 0.5}],
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
    assert_eq!(article["entities"][0]["salience"], 0.5);
    let by_id = app.get(&format!("/v1/articles/{}", article["id"].as_str().expect("an id")));
    assert_eq!(by_id.body, read.body);
}

#[test]
fn a_draft_is_invisible_without_a_key() {
    let app = TestApp::start();
    let mut draft = article("مسودة");
    draft["status"] = json!("draft");
    let draft = app.create("/v1/articles", draft);
    let path = format!("/v1/articles/{}", draft["id"].as_str().expect("an id"));
    app.get(&path).problem(404, "not-found");
    assert_eq!(app.as_editor("GET", &path).send().json()["headline"], "مسودة");
    assert!(app.get("/v1/articles").column("id").is_empty());
    app.get("/v1/articles?status=draft").problem(401, "unauthenticated");
    assert_eq!(app.as_editor("GET", "/v1/articles?status=draft").send().column("headline"), ["مسودة"]);
}
