//! The documentation that the service serves of itself.

use maqal::server;
use serde_json::Value;

use crate::support::TestApp;

#[test]
fn the_document_is_served_with_an_etag() {
    let app = TestApp::start();
    let response = app.get("/openapi.json");
    assert_eq!(response.status, 200);
    assert_eq!(response.header("content-type"), "application/json");
    assert_eq!(response.json(), server::document());
    let again = app.request("GET", "/openapi.json").header("If-None-Match", response.header("etag")).send();
    assert_eq!((again.status, again.body.len()), (304, 0));
}

#[test]
fn the_docs_page_is_served_from_the_program_alone() {
    let app = TestApp::start();
    let redirect = app.get("/docs");
    assert!((300..400).contains(&redirect.status));
    assert_eq!(redirect.header("location"), "/docs/");
    let page = app.get("/docs/");
    assert_eq!(page.status, 200);
    assert!(page.header("content-type").starts_with("text/html"));
    assert!(page.text().contains("<title>Maqal API</title>"));
    assert_eq!(app.get("/docs/index.html").text(), page.text());
    // All that it loads is there.
    for file in page.text().split(['"']).filter_map(|part| part.strip_prefix("./")) {
        assert_eq!(app.get(&format!("/docs/{file}")).status, 200, "{file}");
    }
    // What is asked for most stands first.
    let document = server::document();
    let paths = document["paths"].as_object().expect("paths").iter();
    let mut of_articles = paths.filter(|(_, item)| item["get"]["tags"][0] == "articles");
    assert_eq!(
        (&document["tags"][0]["name"], of_articles.next().map(|it| it.0.as_str())),
        (&"articles".into(), Some("/v1/articles"))
    );
    for file in [&page, &app.get("/docs/swagger-ui-bundle.js")] {
        let policy = file.header("content-security-policy");
        for part in ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'"] {
            assert!(policy.split("; ").any(|given| given == part), "{part} is not in {policy}");
        }
        assert_eq!(file.header("x-frame-options"), "DENY");
    }
    let page = page.text();
    let loaded: Vec<&str> = ["src=\"", "href=\""]
        .iter()
        .flat_map(|attribute| page.split(attribute).skip(1))
        .filter_map(|rest| rest.split('"').next())
        .collect();
    assert!(loaded.iter().any(|path| path.ends_with("swagger-ui-bundle.js")), "{loaded:?}");
    for path in loaded {
        assert!(!path.contains("//"), "the page loads {path}");
        let file = app.get(&format!("/docs/{}", path.trim_start_matches("./")));
        assert_eq!(file.status, 200, "{path}");
        assert!(!file.body.is_empty(), "{path}");
    }
    let start = app.get("/docs/swagger-initializer.js").text();
    assert!(start.contains("\"/openapi.json\""), "{start}");
    for text in [&page, &start] {
        assert!(!text.contains("http://") && !text.contains("https://"), "{text}");
    }
}

/// The members of an answer are those that its schema has, and the other way round.
fn assert_members(answer: &Value, schema: &Value, left_out: &[&str]) {
    let members: Vec<&String> = answer.as_object().expect("an object").keys().collect();
    let properties = schema["properties"].as_object().expect("properties").keys();
    let expected: Vec<&String> = properties.filter(|name| !left_out.contains(&name.as_str())).collect();
    assert_eq!(members, expected);
}

#[test]
fn an_item_has_the_members_that_are_documented() {
    let app = TestApp::start();
    let document = server::document();
    let schemas = &document["components"]["schemas"];
    let article = app.create(
        "/v1/articles",
        serde_json::json!({
            "language": "ar", "headline": "خبر", "body": "متن", "status": "published",
            "tags": [{"slug": "books", "kind": "topic", "names": {"en": "Books"}}],
            "entities": [{"slug": "khartoum", "type": "place", "name": "الخرطوم", "relation": "about"}],
        }),
    );
    let read = |path: &str| app.get(path).json();
    let whole = read(&format!("/v1/articles/{}", article["id"].as_str().expect("an id")));
    assert_members(&whole, &schemas["Article"], &["body_html", "body_text", "highlights"]);
    assert_members(&whole["tags"][0], &schemas["ArticleTag"], &[]);
    assert_members(&whole["entities"][0], &schemas["ArticleEntity"], &[]);
    assert_members(&read("/v1/tags/books"), &schemas["Tag"], &[]);
    assert_members(&read("/v1/entities/khartoum"), &schemas["Entity"], &[]);
    let search = "articles?q=%D8%AE%D8%A8%D8%B1&highlight=true&explain=true&facets=tags&";
    let lists = [(search, "ArticlePage", &["body", "body_html", "body_text", "tags", "entities"][..])];
    for (collection, page, left_out) in
        lists.into_iter().chain([("tags?", "TagPage", &[][..]), ("entities?", "EntityPage", &[])])
    {
        let list = read(&format!("/v1/{collection}count=exact"));
        assert_members(&list, &schemas[page], &[]);
        assert_members(&list["page"], &schemas["PageInfo"], &[]);
        let item = schemas[page]["properties"]["data"]["items"]["$ref"].as_str().expect("a schema");
        assert_members(&list["data"][0], document.pointer(&item[1..]).expect("a schema"), left_out);
    }
    assert_members(
        &app.get("/v1/tags/none").problem(404, "not-found"),
        &schemas["Problem"],
        &["errors", "deleted_at"],
    );
}
