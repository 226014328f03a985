//! Entities that turn out to be another one.

use std::thread;

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    sql_types::{BigInt, Text},
};
use serde_json::{Value, json};

use crate::support::{TestApp, eventually, path_of};

/// Two entities that are one, and one that is another.
fn newsroom() -> TestApp {
    let app = TestApp::start();
    for entity in [
        json!({"slug": "khartoum", "type": "place", "names": {"ar": "الخرطوم", "en": "Khartoum"}}),
        json!({"slug": "khartum", "type": "place", "names": {"de": "Khartum", "en": "Khartoum"},
               "aliases": [{"language": "ar", "name": "العاصمة المثلثة"}],
               "wikidata_id": "Q1963", "same_as": ["https://example.org/khartum"]}),
        json!({"slug": "nile", "type": "place", "names": {"ar": "النيل"}}),
    ] {
        app.create("/v1/entities", entity);
    }
    app
}

fn merge(app: &TestApp, from: &str, into: &str) -> Value {
    let response = app.post(&format!("/v1/entities/{from}/merge"), json!({"into": into}));
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

fn split(app: &TestApp, from: &str, entity: &str) -> Value {
    let response = app.post(&format!("/v1/entities/{from}/split"), json!({"entity": entity}));
    assert_eq!(response.status, 201, "{}", response.text());
    response.json()
}

fn entity(app: &TestApp, slug: &str) -> Value {
    app.get(&format!("/v1/entities/{slug}")).json()
}

/// What an article is linked to by its editors.
fn linked(app: &TestApp, article: &Value) -> Vec<(String, String)> {
    let entities = app.get(&path_of(article)).json()["entities"].as_array().expect("entities").clone();
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    entities.iter().map(|link| (text(&link["slug"]), text(&link["relation"]))).collect()
}

fn link(slug: &str, relation: &str) -> (String, String) {
    (slug.to_owned(), relation.to_owned())
}

#[test]
fn a_merged_entity_leaves_its_names_articles_and_addresses_to_the_other() {
    let app = newsroom();
    let gone = entity(&app, "khartum");
    let only = app.publish("خبر", json!({"entities": [{"slug": "khartum", "relation": "about"}]}));
    let both = app.publish(
        "خبر",
        json!({"entities": [{"slug": "khartoum", "salience": 0.2}, {"slug": "khartum", "relation": "about"}]}),
    );
    let merged = merge(&app, "khartum", "khartoum");
    assert_eq!(merged["slug"], "khartoum");
    assert_eq!(merged["names"], json!({"ar": "الخرطوم", "en": "Khartoum"}));
    assert_eq!(
        merged["aliases"],
        json!([{"language": "ar", "name": "العاصمة المثلثة"}, {"language": "de", "name": "Khartum"}])
    );
    assert_eq!(merged["wikidata_id"], "Q1963");
    assert_eq!(merged["same_as"], json!(["https://example.org/khartum"]));
    assert_eq!(merged["article_count"], 2);
    assert_eq!(linked(&app, &only), [link("khartoum", "about")]);
    assert_eq!(linked(&app, &both), [link("khartoum", "about")]);
    for key in ["khartum", gone["id"].as_str().expect("an id")] {
        let moved = app.get(&format!("/v1/entities/{key}"));
        assert_eq!(moved.status, 301);
        assert_eq!(moved.header("location"), "/v1/entities/khartoum");
    }
    let listed = app.get("/v1/entities/khartoum/merges").json()["data"].clone();
    assert_eq!((&listed[0]["slug"], &listed[0]["id"]), (&json!("khartum"), &gone["id"]));
    // An article may still be given the former name.
    let later = app.publish("خبر", json!({"entities": ["khartum"]}));
    assert_eq!(linked(&app, &later), [link("khartoum", "mentions")]);
}

#[test]
fn what_has_a_name_that_is_refused_today_is_merged_and_parted_still() {
    let app = newsroom();
    app.database.execute(
        "UPDATE entities SET names = '{\"ar\": \"\\u200b\"}', aliases = '[{\"name\": \"\\u2060\"}]' \
         WHERE slug = 'khartum'",
    );
    merge(&app, "khartum", "khartoum");
    split(&app, "khartoum", "khartum");
    merge(&app, "khartoum", "khartum");
}

#[test]
fn a_search_finds_the_articles_of_what_was_merged() {
    let app = newsroom();
    app.publish("خبر", json!({"slug": "news", "entities": ["khartum"]}));
    let found = |q: &str| app.get(&format!("/v1/articles?q={q}")).json()["data"].as_array().map(Vec::len);
    merge(&app, "khartum", "khartoum");
    for q in ["khartum", "khartoum"] {
        assert_eq!(found(q), Some(1), "{q}");
    }
    split(&app, "khartoum", "khartum");
    assert_eq!(found("khartum"), Some(1));
    assert_eq!(found("nile"), Some(0));
}

#[test]
fn a_merge_is_undone_by_a_split() {
    let app = newsroom();
    let before = entity(&app, "khartum");
    let other = entity(&app, "khartoum");
    let only = app.publish("خبر", json!({"entities": ["khartum", "nile"]}));
    let both = app.publish("خبر", json!({"entities": ["khartoum", "khartum"]}));
    merge(&app, "khartum", "khartoum");
    let since = app.publish("خبر", json!({"entities": ["khartoum"]}));
    let again = split(&app, "khartoum", "khartum");
    for member in ["id", "slug", "names", "aliases", "wikidata_id", "same_as", "created_at"] {
        assert_eq!(again[member], before[member], "{member}");
    }
    assert!(again["version"].as_i64() > before["version"].as_i64());
    assert_eq!(again["article_count"], 2);
    assert_eq!(linked(&app, &only), [link("khartum", "mentions"), link("nile", "mentions")]);
    assert_eq!(linked(&app, &both), [link("khartoum", "mentions"), link("khartum", "mentions")]);
    assert_eq!(linked(&app, &since), [link("khartoum", "mentions")]);
    let stayed = entity(&app, "khartoum");
    for member in ["names", "aliases", "wikidata_id", "same_as"] {
        assert_eq!(stayed[member], other[member], "{member}");
    }
    assert_eq!(stayed["article_count"], 2);
    assert_eq!(app.get("/v1/entities/khartoum/merges").json()["data"], json!([]));
    // And once more.
    merge(&app, "khartum", "khartoum");
    split(&app, "khartoum", "khartum");
}

#[test]
fn what_an_editor_has_changed_since_a_merge_stays_after_the_split() {
    let app = newsroom();
    merge(&app, "khartum", "khartoum");
    let changed = json!({
        "wikidata_id": "Q42", "same_as": ["https://example.org/khartoum"],
        "aliases": [{"language": "fr", "name": "Khartoum"}],
    });
    app.change("/v1/entities/khartoum", changed.clone());
    let again = split(&app, "khartoum", "khartum");
    let stayed = entity(&app, "khartoum");
    for (member, value) in changed.as_object().expect("members") {
        assert_eq!(stayed[member], *value, "{member}");
    }
    assert_eq!(again["wikidata_id"], "Q1963");
    // One that is taken away stays away.
    merge(&app, "khartum", "nile");
    app.change("/v1/entities/nile", json!({"wikidata_id": null}));
    split(&app, "nile", "khartum");
    assert_eq!(entity(&app, "nile").get("wikidata_id").unwrap_or(&Value::Null), &Value::Null);
}

#[test]
fn what_articles_are_found_by_is_not_written_anew_however_many_there_are() {
    let app = newsroom();
    app.publish("خبر", json!({"entities": ["khartum"]}));
    app.publish("خبر", json!({"entities": ["khartoum", "khartum"]}));
    let mut connection = app.database.connect();
    let mut written = || {
        let rows =
            "SELECT string_agg(concat(article_id, ctid, xmin), ' ' ORDER BY article_id) FROM article_search";
        sql::<Text>(rows).get_result::<String>(&mut connection).expect("the rows")
    };
    let before = written();
    merge(&app, "khartum", "khartoum");
    assert_eq!(written(), before);
    split(&app, "khartoum", "khartum");
    assert_eq!(written(), before);
}

#[test]
fn after_a_split_articles_that_were_edited_meanwhile_are_found_by_what_they_have() {
    let app = newsroom();
    let kept = app.publish("خبر", json!({"slug": "kept", "entities": ["khartum"]}));
    let taken = app.publish("خبر", json!({"slug": "taken", "entities": ["khartum"]}));
    let both = app.publish("خبر", json!({"slug": "both", "entities": ["khartoum", "khartum"]}));
    merge(&app, "khartum", "khartoum");
    for article in [&kept, &taken, &both] {
        app.change(&path_of(article), json!({"headline": "خبر آخر"}));
    }
    app.change(&path_of(&taken), json!({"entities": []}));
    split(&app, "khartoum", "khartum");
    let found = |entity: &str| {
        let entity: String = url::form_urlencoded::byte_serialize(entity.as_bytes()).collect();
        let mut slugs = app.get(&format!("/v1/articles?q={entity}")).column("slug");
        slugs.sort();
        slugs
    };
    assert_eq!(found("khartum"), ["both", "kept"]);
    assert_eq!(found("الخرطوم"), ["both"]);
}

#[test]
fn mentions_go_with_their_entity_and_come_back() {
    let app = newsroom();
    let article = app.publish("خبر", json!({"language": "de", "body": "Khartum liegt am Fluss."}));
    let path = format!("{}/mentions", path_of(&article));
    let mention = app.post(&path, json!({"entity": "khartum", "field": "body", "start": 0, "end": 7}));
    assert_eq!(mention.status, 201, "{}", mention.text());
    let of = || app.get(&path).json()["data"][0]["entity"]["slug"].clone();
    assert_eq!(of(), "khartum");
    merge(&app, "khartum", "khartoum");
    assert_eq!(of(), "khartoum");
    split(&app, "khartoum", "khartum");
    assert_eq!(of(), "khartum");
}

#[test]
fn who_came_with_another_one_goes_with_that_one() {
    let app = newsroom();
    let article = app.publish("خبر", json!({"entities": ["khartum"]}));
    merge(&app, "khartum", "khartoum");
    merge(&app, "khartoum", "nile");
    for key in ["khartum", "khartoum"] {
        assert_eq!(app.get(&format!("/v1/entities/{key}")).header("location"), "/v1/entities/nile");
    }
    assert_eq!(linked(&app, &article), [link("nile", "mentions")]);
    app.post("/v1/entities/nile/split", json!({"entity": "khartum"})).problem(409, "conflict");
    split(&app, "nile", "khartoum");
    assert_eq!(linked(&app, &article), [link("khartoum", "mentions")]);
    assert_eq!(app.get("/v1/entities/khartum").header("location"), "/v1/entities/khartoum");
    split(&app, "khartoum", "khartum");
    assert_eq!(linked(&app, &article), [link("khartum", "mentions")]);
}

#[test]
fn a_chain_of_merges_is_undone_link_by_link() {
    let app = newsroom();
    app.create("/v1/entities", json!({"slug": "sudan", "type": "place", "names": {"ar": "السودان"}}));
    let article = app.publish("خبر", json!({"entities": ["khartum"]}));
    let chain = ["khartum", "khartoum", "nile", "sudan"];
    for pair in chain.windows(2) {
        merge(&app, pair[0], pair[1]);
    }
    for pair in chain.windows(2).rev() {
        assert_eq!(linked(&app, &article), [link(pair[1], "mentions")]);
        for former in chain.iter().take_while(|slug| **slug != pair[1]) {
            let moved = app.get(&format!("/v1/entities/{former}"));
            assert_eq!(moved.header("location"), format!("/v1/entities/{}", pair[1]));
        }
        split(&app, pair[1], pair[0]);
    }
    assert_eq!(linked(&app, &article), [link("khartum", "mentions")]);
}

#[test]
fn a_split_gives_the_other_one_its_own_link_back_unless_an_editor_has_changed_it() {
    let app = newsroom();
    let links =
        json!([{"slug": "khartoum", "relation": "mentions"}, {"slug": "khartum", "relation": "about"}]);
    let left = app.publish("خبر", json!({"entities": links}));
    let changed = app.publish("خبر", json!({"entities": links}));
    merge(&app, "khartum", "khartoum");
    app.change(&path_of(&changed), json!({"entities": [{"slug": "khartoum", "relation": "author"}]}));
    split(&app, "khartoum", "khartum");
    assert_eq!(linked(&app, &left), [link("khartoum", "mentions"), link("khartum", "about")]);
    let changed = linked(&app, &changed);
    assert!(changed.contains(&link("khartoum", "author")), "{changed:?}");
}

#[test]
fn what_cannot_be_merged_or_split_says_why() {
    let app = newsroom();
    let refused = |path: &str, body: Value| app.post(path, body).problem(400, "invalid-body");
    assert_eq!(
        refused("/v1/entities/nile/merge", json!({"into": "nile"}))["errors"][0]["code"],
        "same_entity"
    );
    refused("/v1/entities/nile/merge", json!({"into": "nobody"}));
    refused("/v1/entities/nile/merge", json!({}));
    refused("/v1/entities/nile/split", json!({"entity": "khartoum"}));
    app.post("/v1/entities/nobody/merge", json!({"into": "nile"})).problem(404, "not-found");
    assert_eq!(
        app.request("POST", "/v1/entities/nile/merge").json(&json!({"into": "khartoum"})).send().status,
        401
    );
    merge(&app, "khartum", "khartoum");
    // Its slug was given to another one.
    app.create("/v1/entities", json!({"slug": "khartum", "type": "work", "names": {"en": "Khartum"}}));
    app.post("/v1/entities/khartoum/split", json!({"entity": "khartum"})).problem(409, "conflict");
}

#[test]
fn of_two_merges_into_each_other_at_once_one_wins() {
    for _ in 0..5 {
        let app = newsroom();
        for n in 0..9 {
            let slug = ["khartum", "khartoum", "nile"][n % 3];
            app.publish("خبر", json!({"entities": [slug]}));
        }
        let statuses = std::thread::scope(|scope| {
            let one =
                scope.spawn(|| app.post("/v1/entities/khartum/merge", json!({"into": "khartoum"})).status);
            let other =
                scope.spawn(|| app.post("/v1/entities/khartoum/merge", json!({"into": "khartum"})).status);
            [one.join().expect("an answer"), other.join().expect("an answer")]
        });
        assert_eq!(statuses.iter().filter(|status| **status == 200).count(), 1, "{statuses:?}");
        let stays = app.get("/v1/entities?name=Khartoum").json()["data"].clone();
        assert_eq!(stays.as_array().map(Vec::len), Some(1));
        assert_eq!(stays[0]["article_count"], 6);
    }
}

#[test]
fn a_split_gives_links_the_date_that_an_article_gets_meanwhile() {
    let app = newsroom();
    let article = app.publish("خبر", json!({"entities": [{"slug": "khartum"}]}));
    merge(&app, "khartum", "khartoum");
    let other = &mut app.database.connect();
    let archive = format!(
        "BEGIN; UPDATE articles SET status = 'archived' WHERE id = '{}'",
        article["id"].as_str().expect("an id")
    );
    other.batch_execute(&archive).expect("another writer");
    thread::scope(|scope| {
        let waiting = scope.spawn(|| split(&app, "khartoum", "khartum"));
        eventually("the split waits for the other writer", || {
            let waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
            sql::<BigInt>(waits).get_result::<i64>(&mut app.database.connect()).expect("a number") == 1
        });
        other.batch_execute("COMMIT").expect("another writer");
        waiting.join().expect("an entity");
    });
    let dated = sql::<BigInt>("SELECT count(*) FROM article_entities WHERE published_at IS NOT NULL");
    assert_eq!(dated.get_result::<i64>(&mut app.database.connect()).expect("a number"), 0);
    assert!(app.get("/v1/entities/khartum/articles").column("id").is_empty());
}

#[test]
fn a_record_of_a_merge_that_lacks_a_column_is_split_with_what_the_column_is_by_itself() {
    let app = newsroom();
    let before = entity(&app, "khartum");
    merge(&app, "khartum", "khartoum");
    // As of a merge before there were such columns.
    let forget = "UPDATE entity_merges SET entity = jsonb_build_object('id', entity -> 'id', 'slug', entity -> 'slug', \
        'type', entity -> 'type', 'names', entity -> 'names', 'version', entity -> 'version')";
    app.database.connect().batch_execute(forget).expect("an old record");
    let after = split(&app, "khartoum", "khartum");
    assert_eq!((&after["id"], &after["names"]), (&before["id"], &before["names"]));
    assert_eq!(
        (&after["aliases"], &after["same_as"], &after["description"]),
        (&json!([]), &json!([]), &json!({}))
    );
}

#[test]
fn an_entity_that_has_more_pages_than_one_may_have_now_is_changed_merged_and_split_as_any() {
    let app = newsroom();
    let pages = |of: &str, count: usize| -> Vec<String> {
        (0..count).map(|n| format!("https://example.org/{of}/{n}")).collect()
    };
    let many = pages("khartum", 130);
    let store = |slug: &str, pages: &[String]| {
        app.database.execute(&format!(
            "UPDATE entities SET same_as = '{}' WHERE slug = '{slug}'",
            serde_json::to_string(pages).expect("JSON")
        ));
    };
    store("khartum", &many);
    let changed = app.change("/v1/entities/khartum", json!({"description": {"en": "A city"}}));
    assert_eq!(changed["same_as"], json!(many));
    let refused = app.patch("/v1/entities/khartum", json!({"same_as": many}));
    assert_eq!(refused.faults(), [("/same_as".to_owned(), "too_many".to_owned())]);
    // What there is no room for comes back with the split.
    let merged = merge(&app, "khartum", "khartoum");
    assert_eq!(merged["same_as"].as_array().map(Vec::len), Some(100));
    let own = &merged["same_as"].as_array().expect("a list")[..];
    assert!(own.iter().skip(1).all(|page| many.iter().any(|it| page == it)));
    assert_eq!(split(&app, "khartoum", "khartum")["same_as"], json!(many));
    // And the other way about.
    store("khartoum", &many);
    store("khartum", &pages("other", 2));
    assert_eq!(merge(&app, "khartum", "khartoum")["same_as"], json!(many));
    assert_eq!(split(&app, "khartoum", "khartum")["same_as"], json!(pages("other", 2)));
    assert_eq!(entity(&app, "khartoum")["same_as"], json!(many));
}

#[test]
fn what_two_merged_entities_have_stays_until_the_last_of_them_is_split_off() {
    let app = TestApp::start();
    let both = |slug: &str, more: Value| {
        let mut entity = json!({"slug": slug, "type": "place", "names": {"en": slug},
            "aliases": [{"language": "en", "name": "Shared"}, {"name": "Free"}],
            "same_as": ["https://example.org/shared"]});
        entity.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        app.create("/v1/entities", entity);
    };
    app.create("/v1/entities", json!({"slug": "stays", "type": "place", "names": {"en": "Stays"}}));
    both("first", json!({"names": {"en": "First", "fr": "Partagé"}}));
    both(
        "second",
        json!({"aliases": [{"language": "en", "name": "Shared"}, {"language": "fr", "name": "Partagé"}]}),
    );
    let has = || {
        let stays = entity(&app, "stays");
        let mut aliases: Vec<_> =
            stays["aliases"].as_array().expect("aliases").iter().map(|it| it["name"].to_string()).collect();
        aliases.sort();
        (aliases.join(" "), stays["same_as"].as_array().expect("pages").len())
    };
    for orders in [["first", "second"], ["second", "first"]] {
        merge(&app, "first", "stays");
        merge(&app, "second", "stays");
        assert_eq!(has(), (r#""First" "Free" "Partagé" "Shared" "second""#.to_owned(), 1));
        split(&app, "stays", orders[0]);
        let left = match orders[1] {
            "first" => r#""First" "Free" "Partagé" "Shared""#,
            _ => r#""Partagé" "Shared" "second""#,
        };
        assert_eq!(has(), (left.to_owned(), 1));
        split(&app, "stays", orders[1]);
        assert_eq!(has(), (String::new(), 0));
    }
    // What an editor has taken away does not come back.
    merge(&app, "first", "stays");
    merge(&app, "second", "stays");
    app.change("/v1/entities/stays", json!({"aliases": []}));
    split(&app, "stays", "first");
    assert_eq!(has(), (String::new(), 1));
}
