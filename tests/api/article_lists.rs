//! Lists of articles: filters, pages, members and counts.

use chrono::{DateTime, SecondsFormat};
use proptest::{collection::vec, prelude::*, sample::subsequence};
use serde_json::{Value, json};

use crate::support::{TestApp, cases, entity, import, line, tag, walk, walk_back};

fn headlines(app: &TestApp, query: &str) -> Vec<String> {
    app.get(&format!("/v1/articles?{query}")).column("headline")
}

#[test]
fn every_page_of_every_order_gives_each_article_once_in_both_directions() {
    let articles = vec((0..3u8, 0..3u8), 0..9);
    let property = |(articles, limit): (Vec<(u8, u8)>, u8)| {
        let app = TestApp::start();
        app.create("/v1/tags", tag("x"));
        let publish = |(hour, headline): (u8, u8)| {
            let date = format!("2026-11-23T0{hour}:00:00Z");
            app.publish(&format!("H{headline}"), json!({"tags": ["x"], "published_at": date}))
        };
        let mut all: Vec<Value> = articles.into_iter().map(publish).collect();
        for sort in ["published_at", "-published_at", "updated_at", "-updated_at", "headline"] {
            all.sort_by_key(|article| (sort_key(article, sort), article["id"].to_string()));
            if sort.starts_with('-') {
                all.reverse();
            }
            let expected: Vec<_> = all.iter().map(|article| article["id"].as_str().expect("an id")).collect();
            for list in ["/v1/articles", "/v1/tags/x/articles"] {
                let (forward, last) = walk(&app, &format!("{list}?sort={sort}&limit={limit}"));
                prop_assert_eq!(&forward, &expected);
                prop_assert_eq!(&walk_back(&app, &last), &expected);
            }
        }
        Ok(())
    };
    cases(4).run(&(articles, 1..5u8), property).expect("no counterexample");
}

/// What an order compares, in a form that is compared as text.
fn sort_key(article: &Value, sort: &str) -> String {
    let field = sort.trim_start_matches('-');
    let text = article[field].as_str().expect("a text");
    if field == "headline" {
        return text.to_owned();
    }
    let instant = DateTime::parse_from_rfc3339(text).expect("an instant");
    instant.to_rfc3339_opts(SecondsFormat::Micros, true)
}

/// The links that a filter is about.
const TAGS: [&str; 3] = ["a", "b", "c"];
const ENTITIES: [&str; 3] = ["cairo", "nile", "layla"];
const TYPES: [&str; 3] = ["place", "place", "person"];

#[test]
fn any_filters_together_give_the_articles_for_which_all_of_them_hold() {
    let app = TestApp::start();
    for slug in TAGS {
        app.create("/v1/tags", tag(slug));
    }
    for (slug, type_) in ENTITIES.iter().zip(TYPES) {
        app.create("/v1/entities", json!({"slug": slug, "type": type_, "names": {"en": slug}}));
    }
    let mut all = Vec::new();
    for number in 0..24usize {
        let some = |from: &[&'static str], bits: usize| -> Vec<&'static str> {
            from.iter().enumerate().filter(|(bit, _)| bits >> bit & 1 == 1).map(|(_, word)| *word).collect()
        };
        let (tags, entities) = (some(&TAGS, number), some(&ENTITIES, number * 5 / 3));
        let language = ["ar", "en"][number / 3 % 2];
        let source = ["wire", "desk"][number % 2];
        let status = if number % 5 == 0 { "draft" } else { "published" };
        app.publish(
            &format!("{number}"),
            json!({
                "tags": tags, "entities": entities, "language": language, "source": source, "status": status,
            }),
        );
        all.push((number.to_string(), tags, entities, [language, source, status]));
    }
    let some = |words: &[&'static str]| subsequence(words.to_vec(), 0..=2);
    let filters = (
        [some(&TAGS), some(&TAGS), some(&TAGS)],
        [some(&ENTITIES), some(&ENTITIES), some(&ENTITIES)],
        some(&["place", "person", "work"]),
        [some(&["ar", "en"]), some(&["wire", "desk"]), some(&["draft", "published"])],
    );
    cases(40)
        .run(&filters, |(by_tag, by_entity, types, columns)| {
            let named = |names: [&str; 3], values: &[Vec<&str>; 3]| -> Vec<String> {
                let pairs = names.iter().zip(values);
                pairs
                    .flat_map(|(name, values)| values.iter().map(move |value| format!("{name}={value}")))
                    .collect()
            };
            let mut query = named(["tags", "tags_any", "tags_none"], &by_tag);
            query.extend(named(["entities", "entities_any", "entities_none"], &by_entity));
            query.extend(named(["language", "source", "status"], &columns));
            query.extend(types.iter().map(|type_| format!("entity_type={type_}")));
            let query = query.join("&");
            let holds = |[all, any, none]: &[Vec<&str>; 3], links: &[&str]| {
                all.iter().all(|slug| links.contains(slug))
                    && (any.is_empty() || any.iter().any(|slug| links.contains(slug)))
                    && !none.iter().any(|slug| links.contains(slug))
            };
            let of_type = |entities: &[&str]| {
                let typed = ENTITIES.iter().zip(TYPES).filter(|(slug, _)| entities.contains(slug));
                types.is_empty() || typed.into_iter().any(|(_, type_)| types.contains(&type_))
            };
            let expected: Vec<&str> = all
                .iter()
                .rev()
                .filter(|(_, tags, entities, row)| {
                    let status_holds = !columns[2].is_empty() || row[2] == "published";
                    holds(&by_tag, tags)
                        && holds(&by_entity, entities)
                        && of_type(entities)
                        && status_holds
                        && columns
                            .iter()
                            .zip(row)
                            .all(|(wanted, value)| wanted.is_empty() || wanted.contains(value))
                })
                .map(|(number, ..)| number.as_str())
                .collect();
            // Drafts have no less of a place in the order than the published.
            let mut found = app
                .as_editor("GET", &format!("/v1/articles?limit=100&count=exact&{query}"))
                .send()
                .column("headline");
            found.sort_by_key(|number| std::cmp::Reverse(number.parse::<usize>().ok()));
            prop_assert_eq!(found, expected, "{}", query);
            Ok(())
        })
        .expect("no counterexample");
}

#[test]
fn a_filter_takes_ids_and_slugs_and_what_is_unknown_matches_nothing() {
    let app = TestApp::start();
    let id = app.create("/v1/tags", tag("a"))["id"].as_str().expect("an id").to_owned();
    app.create("/v1/entities", entity("x"));
    app.publish("One", json!({"tags": ["a"], "entities": ["x"]}));
    app.publish("Two", json!({}));
    let one = [
        "tags=a".to_owned(),
        format!("tags={id}"),
        format!("tags=a&tags={id}"),
        "tags_any=nix&tags_any=a".to_owned(),
        "entities=x".to_owned(),
    ];
    for query in one {
        assert_eq!(headlines(&app, &query), ["One"], "{query}");
    }
    for query in [
        "tags=nix",
        "tags=a&tags=nix",
        "tags_any=nix",
        "entities=nix",
        "entities_any=No%20Slug",
        "source=nix",
        "external_id=nix",
    ] {
        assert!(headlines(&app, query).is_empty(), "{query}");
    }
    assert_eq!(headlines(&app, "tags_none=nix&entities_none=nix"), ["Two", "One"]);
    assert_eq!(headlines(&app, "language=AR&sort=headline"), ["One", "Two"]);
}

#[test]
fn dates_are_compared_to_instants_and_to_whole_days_both_ends_included() {
    let app = TestApp::start();
    for (headline, date) in [
        ("eve", "2026-11-22T23:59:59.999999Z"),
        ("midnight", "2026-11-23T00:00:00Z"),
        ("last", "2026-11-23T23:59:59.999999Z"),
        ("next", "2026-11-24T00:00:00Z"),
    ] {
        app.publish(headline, json!({"published_at": date}));
    }
    let cases: [(&str, &[&str]); 5] = [
        ("from=2026-11-23&to=2026-11-23", &["last", "midnight"]),
        ("from=2026-11-24", &["next"]),
        ("to=2026-11-22", &["eve"]),
        ("from=2026-11-23T00:00:00Z&to=2026-11-23T00:00:00Z", &["midnight"]),
        ("from=2026-11-24T03:00:00%2B03:00&date_field=published_at", &["next"]),
    ];
    for (query, expected) in cases {
        assert_eq!(headlines(&app, query), expected, "{query}");
    }
    for field in ["created_at", "updated_at"] {
        assert!(headlines(&app, &format!("date_field={field}&to=2020-01-01")).is_empty());
        assert_eq!(headlines(&app, &format!("date_field={field}&from=2020-01-01")).len(), 4);
    }
}

#[test]
fn a_draft_without_a_date_has_none_to_compare() {
    let app = TestApp::start();
    app.publish("draft", json!({"status": "draft"}));
    let found = |query: &str| {
        app.as_editor("GET", &format!("/v1/articles?status=draft&{query}")).send().column("headline").len()
    };
    assert_eq!(
        [
            found("sort=published_at"),
            found("from=2020-01-01"),
            found("date_field=created_at&from=2020-01-01")
        ],
        [1, 0, 1]
    );
}

#[test]
fn every_parameter_that_does_not_hold_is_named() {
    let app = TestApp::start();
    let query = "limit=0&sort=size&from=soon&to=2026-02-30&date_field=x&language=%20&status=x&fields=id,nix&include=x&count=x&entity_type=x&nix=1&source=";
    let response = app.get(&format!("/v1/articles?{query}"));
    response.problem(400, "invalid-parameters");
    let pointers: Vec<String> = response.faults().into_iter().map(|(pointer, _)| pointer).collect();
    let expected = [
        "count",
        "date_field",
        "entity_type",
        "fields",
        "from",
        "include",
        "language",
        "limit",
        "nix",
        "sort",
        "source",
        "status",
        "to",
    ];
    assert_eq!(pointers, expected.map(|name| format!("/{name}")));
    for limit in ["101", "-1", "1.5", "x", "", "99999999999999999999"] {
        let response = app.get(&format!("/v1/articles?limit={limit}"));
        assert_eq!(response.faults(), [("/limit".to_owned(), "out_of_range".to_owned())], "{limit}");
    }
    assert_eq!(app.get("/v1/articles?limit=100").json()["page"]["limit"], 100);
    assert_eq!(app.get("/v1/articles").json()["page"]["limit"], 20);
    let nul = app.get("/v1/articles?tags=%00");
    assert_eq!(nul.faults(), [("/tags".to_owned(), "nul".to_owned())]);
    let twice = app.get("/v1/articles?limit=1&limit=2");
    twice.problem(400, "invalid-parameters");
    assert_eq!(twice.faults()[0].0, "/limit");
}

#[test]
fn a_list_is_counted_as_it_is_asked() {
    let app = TestApp::start();
    for headline in ["a", "b", "c"] {
        app.publish(headline, json!({}));
    }
    let page = |query: &str| app.get(&format!("/v1/articles?limit=1{query}")).json()["page"].clone();
    assert_eq!((&page("")["total"], &page("")["total_kind"]), (&Value::Null, &json!("none")));
    let exact = page("&count=exact");
    assert_eq!((&exact["total"], &exact["total_kind"]), (&json!(3), &json!("exact")));
    assert_eq!(page("&count=exact&tags=nix")["total"], 0);
    let estimated = page("&count=estimated");
    assert_eq!((&estimated["total"], &estimated["total_kind"]), (&json!(3), &json!("estimated")));
}

#[test]
fn an_estimate_counts_nothing_that_may_not_be_seen() {
    let app = TestApp::start();
    let lines: Vec<Value> =
        (0..60).map(|id| line(&id.to_string(), json!({"status": "draft", "byline": "b"}))).collect();
    import(&app, &lines);
    app.database.execute("ANALYZE articles");
    let total = |path: &str| app.get(&format!("{path}count=estimated")).json()["page"]["total"].clone();
    for path in
        ["/v1/articles?", "/v1/articles?source=s&", "/v1/articles?language=ar&", "/v1/articles?byline=b&"]
    {
        assert_eq!(total(path), 0, "{path}");
    }
    app.create("/v1/tags", json!({"slug": "a", "kind": "topic", "names": {"en": "A"}}));
    assert_eq!((total("/v1/tags?"), total("/v1/entities?")), (json!(1), json!(0)));
}

#[test]
fn an_estimate_of_many_is_of_those_that_match_and_may_be_seen() {
    let app = TestApp::start();
    // The statistics know of none of them.
    app.database.execute("ANALYZE articles");
    // More pages than are looked at, as many that readers may not see, and conditions that go together: each alone is true of every second article.
    app.database.execute(
        "INSERT INTO articles (id, slug, status, language, headline, body, body_format, body_html, body_text, word_count,
            source, external_id, published_at)
         SELECT gen_random_uuid(), 'a-' || n, CASE WHEN n % 2 = 0 THEN 'draft' ELSE 'published' END,
            CASE WHEN n % 4 < 2 THEN 'ar' ELSE 'en' END, 'H', repeat('x', 500), 'text', '', '', 1,
            CASE WHEN n % 4 < 2 THEN 's' ELSE 't' END, n::text, now()
         FROM generate_series(1, 52000) AS n",
    );
    let exact = |query: &str| total(&app, &format!("{query}&count=exact"));
    let estimated = |query: &str| total(&app, &format!("{query}&count=estimated"));
    for (query, number) in [
        ("", 26_000),
        ("&language=ar", 13_000),
        ("&language=ar&source=s", 13_000),
        ("&language=ar&source=t", 0),
    ] {
        assert_eq!(exact(query), number, "{query}");
        assert!(
            (number * 4 / 5..=number * 5 / 4).contains(&estimated(query)),
            "{query}: {}",
            estimated(query)
        );
    }
}

fn total(app: &TestApp, query: &str) -> u64 {
    let page = app.get(&format!("/v1/articles?limit=1{query}")).json()["page"].clone();
    page["total"].as_u64().unwrap_or_else(|| panic!("no total: {page}"))
}

#[test]
fn fields_and_include_choose_the_members_and_compose() {
    let app = TestApp::start();
    app.publish("H", json!({"tags": [{"slug": "a", "kind": "topic", "name": "A"}]}));
    let members = |path: &str, query: &str| -> Vec<String> {
        let answer = app.get(&format!("{path}?{query}")).json();
        let item = answer.get("data").map_or(&answer, |data| &data[0]);
        item.as_object().expect("an object").keys().cloned().collect()
    };
    let usual = members("/v1/articles", "");
    for absent in ["body", "body_html", "body_text", "tags", "entities"] {
        assert!(!usual.iter().any(|name| name == absent), "{absent}");
    }
    let whole = members("/v1/articles/h", "");
    let more = whole.iter().filter(|name| !usual.contains(name)).collect::<Vec<_>>();
    assert_eq!(more, ["body", "tags", "entities"]);
    for path in ["/v1/articles", "/v1/articles/h"] {
        assert_eq!(members(path, "fields=headline"), ["id", "headline"]);
        assert_eq!(members(path, "fields=body_text,body,headline"), ["id", "headline", "body", "body_text"]);
        assert_eq!(members(path, "fields=slug&include=tags"), ["id", "slug", "tags"]);
        assert_eq!(members(path, "include=entities,tags&fields=id"), ["id", "tags", "entities"]);
    }
    assert_eq!(members("/v1/articles/h", "include=tags").len(), whole.len() - 1);
    assert_eq!(members("/v1/articles", "include=tags").len(), usual.len() + 1);
    let embedded = app.get("/v1/articles?include=tags").json()["data"][0]["tags"].clone();
    assert_eq!(embedded, app.get("/v1/articles/h").json()["tags"]);
}
