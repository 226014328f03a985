//! How many statements a connection keeps.

use std::collections::{BTreeMap, HashSet};

use actix_web::rt::System;
use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
use serde_json::json;

use crate::support::{Document, TestApp, TestDatabase, entity, tag};

/// The most statements that a connection keeps prepared, whatever readers without a key ask for: each
/// takes tens of kilobytes of PostgreSQL's memory for as long as the connection lasts.
const MOST: i64 = 120;

fn statements(app: &TestApp) -> i64 {
    let db = app.db.clone();
    let count = async move {
        db.read(|connection| {
            Ok(sql::<BigInt>("SELECT count(*) FROM pg_prepared_statements").get_result(connection)?)
        })
        .await
    };
    System::new().block_on(count).expect("the statements")
}

/// Parameters, of which each bit of a number says whether they are there.
fn combined(bits: u32, parameters: &[&str]) -> String {
    let chosen = parameters.iter().enumerate().filter(|(place, _)| bits >> place & 1 == 1);
    chosen.map(|(_, parameter)| *parameter).collect::<Vec<_>>().join("&")
}

#[test]
fn no_reader_makes_a_connection_keep_statements_without_end() {
    // Nothing is kept of answers, so that each is read.
    let app = TestApp::with(TestDatabase::new(), &["--pool-size", "1", "--cache-size", "0"]);
    app.create("/v1/tags", tag("t"));
    app.create("/v1/entities", entity("e"));
    let article = app.publish("الخبر news", json!({"tags": ["t"], "entities": [{"slug": "e"}]}));
    let id = article["id"].as_str().expect("an id");
    const ARTICLES: [&str; 16] = [
        "q=news",
        "count=exact",
        "tags=t",
        "tags_any=t",
        "entities=e",
        "language=ar",
        "language=en&language=fr",
        "source=a",
        "from=2020-01-01",
        "facets=tags,month",
        "fields=body_text,headline",
        "include=tags",
        "entities_none=e&tags_none=t",
        "has=image&byline=x",
        "entity_type=person",
        "match=exact&q=news",
    ];
    let orders = ["-published_at", "published_at", "-updated_at", "updated_at", "headline"];
    // A step that is odd comes to every combination of the lower bits.
    for n in 0..300u32 {
        let mut parameters = combined(n.wrapping_mul(26_821) % 65_536, &ARTICLES);
        if parameters.contains("q=news&") && parameters.contains("match=exact&q=news") {
            parameters = parameters.replacen("q=news&", "", 1);
        }
        let order = orders[n as usize % orders.len()];
        let path = format!("/v1/articles?{parameters}&sort={order}&limit={}", n % 100 + 1);
        let response = app.get(&path);
        assert_eq!(response.status, 200, "{path}: {}", response.text());
    }
    const ENTITIES: [&str; 4] = ["type=person", "wikidata_id=Q1", "source=a&external_id=b", "count=exact"];
    const SCOPE: [&str; 6] =
        ["language=ar", "tags=t", "tags=nothing", "from=2020-01-01", "to=2030-01-01", "limit=7"];
    for n in 0..64 {
        let (scope, limit) = (combined(n, &SCOPE), n + 1);
        let within = scope.replace("&limit=7", "").replace("limit=7", "");
        for path in [
            format!("/v1/entities?{}&limit={limit}", combined(n % 16, &ENTITIES)),
            format!("/v1/entities?name=e&limit={limit}"),
            format!("/v1/tags?kind=topic&count=exact&limit={limit}"),
            format!("/v1/suggest?q=n&limit={limit}"),
            format!("/v1/articles/{id}/mentions?entity=e&limit={limit}"),
            format!("/v1/articles/{id}/related?fields=body&limit={limit}"),
            format!("/v1/articles/{id}?fields=body_html,{}", if n % 2 == 0 { "tags" } else { "body" }),
            format!("/v1/entities/e/mentions?limit={limit}"),
            format!("/v1/entities/e/timeline?{within}"),
            format!("/v1/entities/e/cooccurring?{scope}"),
            format!("/v1/entities/e/cooccurring?interval=month&{scope}"),
        ] {
            let response = app.get(&path);
            // What does not go together is refused.
            assert!(matches!(response.status, 200 | 400), "{path}: {}", response.text());
        }
    }
    let kept = statements(&app);
    assert!((1..MOST).contains(&kept), "{kept} statements are kept");
}

/// The same numbers each time, in no order (Vigna's xorshift64*).
struct Dice(u64);

impl Dice {
    /// One of 0 to `sides - 1`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 32) % sides
    }
}

/// How many requests are made up; more, where somebody asks for more.
fn made_up() -> u32 {
    std::env::var("PREPARED_REQUESTS").ok().and_then(|count| count.parse().ok()).unwrap_or(1000)
}

#[test]
fn whatever_is_asked_of_any_list_a_connection_keeps_few_statements() {
    let app = TestApp::with(TestDatabase::new(), &["--pool-size", "1", "--cache-size", "0"]);
    for number in [1, 8, 9] {
        app.create("/v1/tags", tag(&format!("t{number}")));
        app.create("/v1/entities", entity(&format!("e{number}")));
    }
    app.create("/v1/entities", entity("e2"));
    let links = json!({"slug": "a1777", "source": "s1", "tags": ["t1", "t9"], "entities": [{"slug": "e2"}]});
    app.publish("common news", links);
    let document = Document::new();
    let operations = document.operations();
    let reads = operations.iter().filter(|it| it.method == "get" && it.path.starts_with("/v1/"));
    let lists: Vec<_> = reads.map(|operation| (operation, document.settings(*operation))).collect();
    let mut asked = HashSet::new();
    let mut dice = Dice(1);
    for (operation, settings) in lists.iter().cycle() {
        if asked.len() >= made_up() as usize {
            break;
        }
        // Each parameter once.
        let mut parameters = BTreeMap::from([("limit", (dice.roll(100) + 1).to_string())]);
        let chosen = settings.iter().map(String::as_str).filter(|_| dice.roll(12) == 0);
        for pair in chosen.chain([operation.needs()]).flat_map(|setting| setting.split('&')) {
            parameters.extend(pair.split_once('=').map(|(name, value)| (name, value.to_owned())));
        }
        if !settings.iter().any(|setting| setting.starts_with("limit=")) {
            parameters.remove("limit");
        }
        let query: Vec<_> = parameters.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
        let path = format!("{}?{}", operation.address(), query.join("&"));
        let response = app.as_editor("GET", &path).send();
        // What does not go together is refused.
        assert!(matches!(response.status, 200 | 400 | 404), "{path}: {}", response.text());
        asked.insert(path);
    }
    let kept = statements(&app);
    assert!((1..MOST).contains(&kept), "{kept} statements are kept");
}
