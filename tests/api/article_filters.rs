//! The filters of lists of articles that look beyond the article's own members.

use serde_json::json;

use crate::support::{TestApp, tag};

/// The slugs of what a list has, in the order of the alphabet.
fn slugs(app: &TestApp, query: &str) -> Vec<String> {
    let response = app.get(&format!("/v1/{query}"));
    assert_eq!(response.status, 200, "{query}: {}", response.text());
    let mut slugs = response.column("slug");
    slugs.sort();
    slugs
}

/// culture > books > fairs, and sport beside; one article of each, one of two.
fn hierarchy() -> TestApp {
    let app = TestApp::start();
    for (slug, parent) in
        [("culture", None), ("books", Some("culture")), ("fairs", Some("books")), ("sport", None)]
    {
        let mut tag = tag(slug);
        tag["parent"] = json!(parent);
        app.create("/v1/tags", tag);
    }
    for slug in ["culture", "books", "fairs", "sport"] {
        app.publish("خبر", json!({"slug": format!("of-{slug}"), "tags": [slug]}));
    }
    app.publish("خبر", json!({"slug": "of-two", "tags": ["fairs", "culture", "sport"]}));
    app
}

#[test]
fn a_tag_stands_for_all_that_are_below_it() {
    let app = hierarchy();
    for (query, expected) in [
        ("articles?tags=culture", &["of-books", "of-culture", "of-fairs", "of-two"][..]),
        ("articles?tags=books", &["of-fairs", "of-books", "of-two"]),
        ("articles?tags=culture&tags=sport", &["of-two"]),
        ("articles?tags_any=fairs&tags_any=sport", &["of-fairs", "of-sport", "of-two"]),
        ("articles?tags_none=books", &["of-culture", "of-sport"]),
        ("tags/culture/articles", &["of-books", "of-culture", "of-fairs", "of-two"]),
        ("tags/books/articles?tags=culture", &["of-books", "of-fairs", "of-two"]),
        ("articles?tags=culture&tags_exact=true", &["of-culture", "of-two"]),
        ("articles?tags_any=books&tags_exact=true", &["of-books"]),
        ("articles?tags_none=books&tags_exact=true", &["of-culture", "of-fairs", "of-sport", "of-two"]),
        ("tags/culture/articles?tags_exact=true", &["of-culture", "of-two"]),
        ("articles?tags=nothing", &[]),
    ] {
        let mut expected = expected.to_vec();
        expected.sort();
        assert_eq!(slugs(&app, query), expected, "{query}");
    }
}

#[test]
fn a_former_slug_of_a_tag_is_understood_in_a_filter_and_leads_on_in_a_path() {
    let app = hierarchy();
    app.change("/v1/tags/culture", json!({"slug": "arts"}));
    assert_eq!(slugs(&app, "articles?tags=culture").len(), 4);
    assert_eq!(app.get("/v1/tags/culture/articles").status, 301);
    app.get("/v1/tags/nothing/articles").problem(404, "not-found");
}

#[test]
fn a_list_of_several_tags_is_read_page_by_page_with_no_article_twice() {
    let app = hierarchy();
    for list in ["/v1/tags/culture/articles?limit=1", "/v1/articles?tags=culture&limit=1&sort=published_at"] {
        let mut read = app.walk(list, "slug");
        read.sort();
        assert_eq!(read, ["of-books", "of-culture", "of-fairs", "of-two"], "{list}");
    }
}

#[test]
fn a_tag_that_moves_takes_its_articles_along() {
    let app = hierarchy();
    assert_eq!(slugs(&app, "tags/sport/articles").len(), 2);
    app.change("/v1/tags/books", json!({"parent": "sport"}));
    assert_eq!(slugs(&app, "tags/sport/articles"), ["of-books", "of-fairs", "of-sport", "of-two"]);
    assert_eq!(slugs(&app, "tags/culture/articles"), ["of-culture", "of-two"]);
}

#[test]
fn articles_are_found_by_the_kind_of_their_tags_their_byline_and_their_picture() {
    let app = TestApp::start();
    app.create("/v1/tags", json!({"slug": "weekly", "kind": "series", "names": {"en": "Weekly"}}));
    let image = json!({"url": "https://example.org/a.jpg"});
    app.publish("خبر", json!({"slug": "a", "byline": "ليلى عثمان", "tags": ["weekly"]}));
    app.publish("خبر", json!({"slug": "b", "byline": "Layla Osman", "image": image}));
    app.publish("خبر", json!({"slug": "c"}));
    for (query, expected) in [
        ("articles?tag_kind=series", &["a"][..]),
        ("articles?tag_kind=topic&tag_kind=series", &["a"]),
        ("articles?tag_kind=topic", &[]),
        ("articles?byline=Layla+Osman", &["b"]),
        (
            "articles?byline=Layla+Osman&byline=%D9%84%D9%8A%D9%84%D9%89+%D8%B9%D8%AB%D9%85%D8%A7%D9%86",
            &["a", "b"],
        ),
        ("articles?has=image", &["b"]),
        ("articles?has=image&tag_kind=series", &[]),
    ] {
        assert_eq!(slugs(&app, query), expected, "{query}");
    }
    app.get("/v1/articles?has=wings").problem(400, "invalid-parameters");
    app.get("/v1/articles?tag_kind=colour").problem(400, "invalid-parameters");
}

#[test]
fn translations_are_found_by_their_original_unless_it_is_hidden() {
    let app = TestApp::start();
    let original = app.publish("خبر", json!({"slug": "original"}));
    let hidden = json!({"slug": "hidden", "status": "draft"});
    app.publish("خبر", hidden);
    app.publish("News", json!({"slug": "english", "language": "en", "translation_of": "original"}));
    app.publish("News", json!({"slug": "of-hidden", "language": "en", "translation_of": "hidden"}));
    let id = original["id"].as_str().expect("an id");
    assert_eq!(slugs(&app, "articles?translation_of=original"), ["english"]);
    assert_eq!(slugs(&app, &format!("articles?translation_of={id}")), ["english"]);
    assert_eq!(slugs(&app, "articles?translation_of=hidden"), Vec::<String>::new());
    assert_eq!(slugs(&app, "articles?translation_of=nothing"), Vec::<String>::new());
    let seen = app.as_editor("GET", "/v1/articles?translation_of=hidden").send();
    assert_eq!(seen.column("slug"), ["of-hidden"]);
}
