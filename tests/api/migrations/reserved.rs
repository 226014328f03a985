//! Words that are kept for routes, and the items that had them before.

use maqal_text::slug;
use serde_json::json;

use super::locks;
use crate::support::{TestApp, tag};

const RECIPE: &str = include_str!("../../../docs/recipes/migration.md");

/// The words of the first schema, which no item has ever borne.
const FIRST: [&str; 4] = ["bulk", "export", "suggest", "trending"];

/// The migration that the recipe gives as its example.
fn example() -> &'static str {
    let (_, rest) = RECIPE.split_once("```sql\n").expect("an example");
    rest.split_once("```").expect("its end").0
}

#[test]
fn for_each_word_that_came_to_be_reserved_a_migration_renames_the_items_that_bear_it() {
    let later = locks::later_migrations();
    for word in slug::RESERVED.iter().filter(|word| !FIRST.contains(word)) {
        let told = format!("word CONSTANT text := '{word}'");
        assert!(
            later.iter().any(|(_, sql, _)| sql.contains(&told)),
            "no migration renames the items whose slug is {word}: see docs/recipes/migration.md"
        );
    }
}

#[test]
fn items_that_bear_a_word_which_comes_to_be_reserved_get_a_number_and_are_led_to_by_the_word() {
    let app = TestApp::start();
    let article = app.publish("H", json!({"slug": "almanac"}));
    app.publish("H", json!({"slug": "almanac-2", "status": "draft"}));
    // A former slug is free unless readers are led by it.
    app.publish("H", json!({"slug": "almanac-3"}));
    app.change("/v1/articles/almanac-3", json!({"slug": "former"}));
    app.publish("H", json!({"slug": "almanac-4", "status": "draft"}));
    app.change("/v1/articles/almanac-4", json!({"slug": "secret"}));
    app.create("/v1/tags", tag("almanac"));
    app.create("/v1/tags", tag("almanacs"));
    app.database.execute(example());

    let renamed = app.get(&format!("/v1/articles/{}", article["id"].as_str().expect("an id"))).json();
    assert_eq!(renamed["slug"], "almanac-4");
    assert!(renamed["version"].as_i64() > article["version"].as_i64());
    assert_eq!(app.get("/v1/articles/almanac-3").header("location"), "/v1/articles/former");
    assert_eq!(app.get("/v1/articles/almanac").header("location"), "/v1/articles/almanac-4");
    assert_eq!(app.get("/v1/tags/almanac").header("location"), "/v1/tags/almanac-2");
    assert_eq!(app.get("/v1/tags/almanacs").status, 200);
    // Nothing is left to rename.
    app.database.execute(example());
    assert_eq!(app.get("/v1/tags/almanac-2").status, 200);
}
