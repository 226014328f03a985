//! The annotator: what it links, and what it leaves alone.

use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
use serde_json::{Value, json};

use crate::{
    mentions::{know_names, mentions, named, newsroom},
    support::{TestApp, import, line},
};

/// The entities of an article: each slug, relation and origin.
pub fn links(app: &TestApp, article: &str) -> Vec<(String, String, String)> {
    let article = app.as_editor("GET", &format!("/v1/articles/{article}")).send().json();
    let text = |entity: &Value, name: &str| entity[name].as_str().expect("a text").to_owned();
    let entities = article["entities"].as_array().expect("a list").clone();
    entities.iter().map(|it| (text(it, "slug"), text(it, "relation"), text(it, "origin"))).collect()
}

pub fn link(slug: &str, relation: &str, origin: &str) -> (String, String, String) {
    (slug.to_owned(), relation.to_owned(), origin.to_owned())
}

#[test]
fn an_article_is_linked_to_what_it_names_and_the_editors_links_win() {
    let app = newsroom();
    app.publish(
        "النيل في الخرطوم",
        json!({"slug": "flood", "entities": [{"slug": "nile", "relation": "about"}]}),
    );
    assert_eq!(
        links(&app, "flood"),
        [link("nile", "about", "editor"), link("khartoum", "mentions", "gazetteer")]
    );
    let entities = app.get("/v1/articles/flood").json()["entities"].clone();
    assert!(entities[1]["salience"].as_f64().expect("a number") > 0.0);
    assert_eq!(app.get("/v1/entities/khartoum").json()["article_count"], 1);
    assert_eq!(app.get("/v1/articles?q=Khartoum").json()["data"][0]["slug"], "flood");
    // The link goes with the name.
    app.change("/v1/articles/flood", json!({"headline": "النيل"}));
    assert_eq!(links(&app, "flood"), [link("nile", "about", "editor")]);
    assert_eq!(app.get("/v1/entities/khartoum").json()["article_count"], 0);
    // What the editor takes off is linked by its name alone.
    app.change("/v1/articles/flood", json!({"entities": []}));
    assert_eq!(links(&app, "flood"), [link("nile", "mentions", "gazetteer")]);
}

#[test]
fn an_article_that_is_sent_back_as_it_was_read_does_not_change() {
    let app = newsroom();
    app.publish("النيل في الخرطوم", json!({"slug": "flood", "entities": ["nile"]}));
    let read = app.get("/v1/articles/flood").json();
    let mut written = serde_json::Map::new();
    for name in ["slug", "status", "language", "headline", "body", "published_at"] {
        written.insert(name.to_owned(), read[name].clone());
    }
    let entities = read["entities"].as_array().expect("a list").iter();
    let entity = |it: &Value| json!({"id": it["id"], "relation": it["relation"], "salience": it["salience"], "origin": it["origin"]});
    written.insert("entities".to_owned(), entities.map(entity).collect());
    let response = app.put("/v1/articles/flood", Value::Object(written));
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.json(), read);
    let patched = app.change("/v1/articles/flood", json!({"byline": "ليلى"}));
    assert_eq!(patched["entities"], read["entities"]);
}

#[test]
fn the_same_import_twice_changes_nothing() {
    let app = newsroom();
    let lines = [
        line("a", json!({"headline": "النيل", "body": "الخرطوم على النيل."})),
        line("b", json!({"headline": "السودان", "entities": ["nile"]})),
    ];
    let first = import(&app, &lines);
    assert!(first.iter().all(|it| it["result"] == "created"), "{first:?}");
    let id = |n: usize| first[n]["id"].as_str().expect("an id").to_owned();
    let before: Vec<_> = (0..2).map(|n| (mentions(&app, &id(n), ""), links(&app, &id(n)))).collect();
    assert_eq!(before[0].0.len(), 3);
    assert_eq!(before[1].1, [link("nile", "mentions", "editor"), link("sudan", "mentions", "gazetteer")]);
    assert_eq!(app.get("/v1/articles?entities=khartoum").json()["data"].as_array().map(Vec::len), Some(1));
    assert_eq!(app.get("/v1/articles?q=Khartoum").json()["data"].as_array().map(Vec::len), Some(1));
    let again = import(&app, &lines);
    assert!(again.iter().all(|it| it["result"] == "unchanged" && it["version"] == 1), "{again:?}");
    let after: Vec<_> = (0..2).map(|n| (mentions(&app, &id(n), ""), links(&app, &id(n)))).collect();
    assert_eq!(before, after);
    let changed = import(&app, &[line("a", json!({"headline": "النيل", "body": "لا شيء."}))]);
    assert_eq!(changed[0]["result"], "updated");
    assert_eq!(named(&mentions(&app, &id(0), "")), [("النيل", "nile")]);
    assert_eq!(links(&app, &id(0)), [link("nile", "mentions", "gazetteer")]);
}

#[test]
fn an_imported_article_is_found_by_what_a_posted_one_is() {
    let app = newsroom();
    let article = |slug: &str| {
        json!({"slug": slug, "language": "ar", "status": "published", "headline": "والنيل", "standfirst": "O'Neill's \\ word",
               "body": "الخرطوم على النيل، الخرطوم.", "entities": ["nile"]})
    };
    app.create("/v1/articles", article("posted"));
    assert_eq!(import(&app, &[article("imported")])[0]["result"], "created");
    let kinds = sql::<BigInt>("SELECT count(*) FROM article_search GROUP BY analysis, vector");
    assert_eq!(kinds.get_results(&mut app.database.connect()), Ok(vec![2]));
    assert_eq!(links(&app, "imported"), links(&app, "posted"));
}

#[test]
fn a_name_that_two_bear_is_a_candidate_alone() {
    let app = newsroom();
    for slug in ["tripoli-libya", "tripoli-lebanon"] {
        app.create("/v1/entities", json!({"slug": slug, "type": "place", "names": {"en": "Tripoli"}}));
    }
    know_names(&app);
    app.publish("Rain in Tripoli", json!({"slug": "rain", "language": "en"}));
    assert_eq!(mentions(&app, "rain", "").len(), 0);
    let candidates = mentions(&app, "rain", "?status=candidate");
    assert_eq!(candidates.len(), 1);
    assert!(candidates[0]["confidence"].as_f64().expect("a number") < 0.5);
    assert_eq!(links(&app, "rain"), []);
}

#[test]
fn a_name_that_two_bear_means_the_one_in_whose_company_it_has_stood_before() {
    let app = newsroom();
    let place = |slug: &str, name: &str| json!({"slug": slug, "type": "place", "names": {"en": name}});
    for (slug, name) in [("libya", "Libya"), ("lebanon", "Lebanon")] {
        app.create("/v1/entities", place(slug, name));
    }
    for slug in ["tripoli-libya", "tripoli-lebanon"] {
        app.create("/v1/entities", place(slug, "Tripoli"));
    }
    know_names(&app);
    // Editors have told them apart, in as many articles of either.
    for (tripoli, country) in [("tripoli-libya", "libya"), ("tripoli-lebanon", "lebanon")] {
        for n in 0..3 {
            app.publish(
                "Elsewhere",
                json!({"slug": format!("{tripoli}-{n}"), "entities": [tripoli, country, "nile"]}),
            );
        }
    }
    // A matcher is built when names change.
    app.create("/v1/entities", place("kassala", "Kassala"));
    know_names(&app);
    let english = |slug: &str| json!({"slug": slug, "language": "en"});
    app.publish("Rain in Tripoli, a town of Lebanon", english("lebanese"));
    app.publish("Rain in Tripoli, as in all of Libya", english("libyan"));
    app.publish("Rain in Tripoli, if not on the Nile", english("anywhere"));
    app.publish("Rain in Tripoli", english("rain"));
    let of = |article: &str| {
        let found = mentions(&app, article, "");
        named(&found).into_iter().map(|(_, slug)| slug.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(of("lebanese"), ["tripoli-lebanon", "lebanon"]);
    assert_eq!(of("libyan"), ["tripoli-libya", "libya"]);
    // What both have in common says nothing, and neither does what is not there.
    assert_eq!(of("anywhere"), ["nile"]);
    assert_eq!(of("rain"), [""; 0]);
    assert_eq!(mentions(&app, "rain", "?status=candidate").len(), 1);
    // Who has linked the article to one has said which is meant.
    app.change("/v1/articles/rain", json!({"entities": ["tripoli-libya"]}));
    assert_eq!(of("rain"), ["tripoli-libya"]);
    assert!(links(&app, "lebanese").contains(&link("tripoli-lebanon", "mentions", "gazetteer")));
}

#[test]
fn a_name_that_two_bear_means_the_one_that_articles_have_spoken_of() {
    let app = newsroom();
    for slug in ["moscow", "moscow-idaho"] {
        app.create("/v1/entities", json!({"slug": slug, "type": "place", "names": {"en": "Moscow"}}));
    }
    for n in 0..40 {
        app.publish("Elsewhere", json!({"slug": format!("of-moscow-{n}"), "entities": ["moscow"]}));
    }
    app.create("/v1/entities", json!({"slug": "kassala", "type": "place", "names": {"en": "Kassala"}}));
    know_names(&app);
    app.publish("Rain in Moscow", json!({"slug": "rain", "language": "en"}));
    assert_eq!(named(&mentions(&app, "rain", "")), [("Moscow", "moscow")]);
}

#[test]
fn a_surname_is_that_of_whom_the_article_has_named_in_full_and_case_counts() {
    let app = newsroom();
    app.create("/v1/entities", json!({"slug": "mosaad", "type": "person", "names": {"en": "Salma Mosaad"}}));
    app.create("/v1/entities", json!({"slug": "us", "type": "place", "names": {"en": "US"}}));
    know_names(&app);
    app.publish("Elected", json!({"slug": "one", "language": "en", "body": "The US spoke of us. Salma Mosaad won. Then Mosaad left."}));
    let found = mentions(&app, "one", "");
    assert_eq!(named(&found), [("US", "us"), ("Salma Mosaad", "mosaad"), ("Mosaad", "mosaad")]);
    app.publish("Mosaad", json!({"slug": "two", "language": "en"}));
    assert_eq!(mentions(&app, "two", "").len(), 0);
}
