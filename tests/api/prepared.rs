//! How many statements a connection keeps.

use actix_web::rt::System;
use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
use serde_json::json;

use crate::support::{TestApp, TestDatabase, entity, tag};

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
