//! How entities are covered: over time, together, and more than before.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::support::{TestApp, entity, tag};

fn read(app: &TestApp, path: &str) -> Value {
    let response = app.get(path);
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

fn slugs(found: &Value) -> Vec<&str> {
    let data = found["data"].as_array().expect("a list").iter();
    data.map(|item| item["entity"]["slug"].as_str().expect("a slug")).collect()
}

/// Publishes an article of a day that speaks of these.
fn publish(app: &TestApp, day: &str, entities: &[&str], members: Value) {
    let mut article = json!({"published_at": format!("{day}T12:00:00Z"), "entities": entities});
    for (name, value) in members.as_object().expect("members") {
        article[name] = value.clone();
    }
    app.publish("خبر", article);
}

fn newsroom() -> TestApp {
    let app = TestApp::start();
    for slug in ["nile", "dam", "port"] {
        app.create("/v1/entities", entity(slug));
    }
    app.create("/v1/tags", tag("weather"));
    app.create(
        "/v1/tags",
        json!({"slug": "floods", "kind": "topic", "names": {"en": "Floods"}, "parent": "weather"}),
    );
    app
}

#[test]
fn a_timeline_has_every_month_also_those_without_articles() {
    let app = newsroom();
    publish(&app, "2026-01-31", &["nile"], json!({}));
    publish(&app, "2026-04-01", &["nile"], json!({}));
    publish(&app, "2026-04-30", &["nile", "dam"], json!({}));
    publish(&app, "2026-04-30", &["nile"], json!({"status": "draft"}));
    let timeline = read(&app, "/v1/entities/nile/timeline");
    assert_eq!(timeline["interval"], "month");
    assert_eq!(timeline["total"], 3);
    let months: Vec<_> = timeline["data"].as_array().expect("parts").iter().collect();
    assert_eq!(
        months,
        [
            &json!({"start": "2026-01-01", "end": "2026-01-31", "count": 1}),
            &json!({"start": "2026-02-01", "end": "2026-02-28", "count": 0}),
            &json!({"start": "2026-03-01", "end": "2026-03-31", "count": 0}),
            &json!({"start": "2026-04-01", "end": "2026-04-30", "count": 2}),
        ]
    );
    assert_eq!(read(&app, "/v1/entities/port/timeline")["data"], json!([]));
}

#[test]
fn a_timeline_goes_from_and_to_the_days_that_are_given() {
    let app = newsroom();
    publish(&app, "2026-11-16", &["nile"], json!({}));
    publish(&app, "2026-11-22", &["nile"], json!({}));
    publish(&app, "2026-11-23", &["nile"], json!({}));
    publish(&app, "2026-12-30", &["nile"], json!({}));
    let weeks = read(&app, "/v1/entities/nile/timeline?interval=week&from=2026-11-10&to=2026-12-01");
    let counts = |timeline: &Value| -> Vec<(String, i64)> {
        let parts = timeline["data"].as_array().expect("parts").iter();
        parts
            .map(|part| {
                (part["start"].as_str().expect("a day").to_owned(), part["count"].as_i64().expect("a number"))
            })
            .collect()
    };
    let week = |start: &str, count| (start.to_owned(), count);
    assert_eq!(
        counts(&weeks),
        [week("2026-11-09", 0), week("2026-11-16", 2), week("2026-11-23", 1), week("2026-11-30", 0)]
    );
    let days = read(&app, "/v1/entities/nile/timeline?interval=day&from=2026-11-22&to=2026-11-23");
    assert_eq!(counts(&days), [week("2026-11-22", 1), week("2026-11-23", 1)]);
}

#[test]
fn a_timeline_of_too_many_parts_says_the_way_out() {
    let app = newsroom();
    let fault = app.get("/v1/entities/nile/timeline?interval=day&from=2000-01-01&to=2026-01-01");
    let problem = fault.problem(400, "invalid-parameters");
    assert_eq!(problem["errors"][0]["pointer"], "/interval");
    for query in ["interval=year", "from=x", "language=!", "tags=", "q=x", "limit=5"] {
        app.get(&format!("/v1/entities/nile/timeline?{query}")).problem(400, "invalid-parameters");
    }
    app.get("/v1/entities/nobody/timeline").problem(404, "not-found");
    // The ends of time.
    read(&app, "/v1/entities/nile/timeline?from=0001-01-01&to=0001-01-02&interval=week");
    for interval in ["day", "week", "month"] {
        let query = format!("from=9999-12-30&to=9999-12-31&interval={interval}");
        let parts = read(&app, &format!("/v1/entities/nile/timeline?{query}"))["data"].clone();
        assert_eq!(
            parts.as_array().expect("parts").last().expect("a part")["end"],
            "9999-12-31",
            "{interval}"
        );
    }
}

#[test]
fn coverage_is_filtered_by_language_and_tag_with_those_below_it() {
    let app = newsroom();
    publish(&app, "2026-01-01", &["nile", "dam"], json!({"tags": ["floods"]}));
    publish(&app, "2026-01-01", &["nile"], json!({"tags": ["weather"], "language": "en"}));
    publish(&app, "2026-01-01", &["nile", "port"], json!({}));
    let total = |query: &str| read(&app, &format!("/v1/entities/nile/timeline?{query}"))["total"].clone();
    assert_eq!(total("tags=weather"), 2);
    assert_eq!(total("tags=weather&language=en"), 1);
    assert_eq!(total("tags=weather&tags=floods"), 1);
    assert_eq!(total("tags=nothing"), 0);
    let together = |query: &str| read(&app, &format!("/v1/entities/nile/cooccurring?{query}"));
    assert_eq!(slugs(&together("tags=weather")), ["dam"]);
    assert_eq!(slugs(&together("language=en")), [""; 0]);
    assert_eq!(slugs(&together("from=2026-01-02")), [""; 0]);
    let trends = "/v1/entities/trending?at=2026-01-02&min_count=1";
    assert_eq!(slugs(&read(&app, &format!("{trends}&tags=floods"))).len(), 2);
    assert_eq!(slugs(&read(&app, &format!("{trends}&tags=nothing"))), [""; 0]);
}

#[test]
fn entities_that_appear_together_are_counted_and_measured() {
    let app = newsroom();
    app.create("/v1/entities", json!({"slug": "sudan", "type": "place", "names": {"ar": "السودان"}}));
    // The dam never appears without the river; the country appears everywhere.
    publish(&app, "2026-01-01", &["nile", "dam", "sudan"], json!({}));
    publish(&app, "2026-01-02", &["nile", "dam", "sudan"], json!({}));
    publish(&app, "2026-01-03", &["nile", "sudan"], json!({}));
    for _ in 0..3 {
        publish(&app, "2026-01-04", &["port", "sudan"], json!({}));
    }
    publish(&app, "2026-01-05", &["nile", "port"], json!({"status": "draft"}));
    let found = read(&app, "/v1/entities/nile/cooccurring");
    assert_eq!(found["article_count"], 3);
    assert_eq!(found["is_exact"], true);
    assert_eq!(slugs(&found), ["sudan", "dam"]);
    assert_eq!(found["data"][0]["count"], 3);
    assert_eq!(found["data"][0]["article_count"], 6);
    assert_eq!(found["data"][0]["npmi"], 0.0);
    // ln(2/6 / (3/6 * 2/6)) / -ln(2/6) = ln 2 / ln 3.
    assert_eq!(found["data"][1]["npmi"], 0.631);
    assert_eq!(slugs(&read(&app, "/v1/entities/nile/cooccurring?sort=npmi")), ["dam", "sudan"]);
    assert_eq!(slugs(&read(&app, "/v1/entities/nile/cooccurring?min_count=3")), ["sudan"]);
    assert_eq!(slugs(&read(&app, "/v1/entities/nile/cooccurring?type=organisation")), ["dam"]);
    assert_eq!(slugs(&read(&app, "/v1/entities/nile/cooccurring?to=2026-01-01&limit=1")).len(), 1);
    app.get("/v1/entities/nile/cooccurring?min_count=0").problem(400, "invalid-parameters");
    app.get("/v1/entities/nile/cooccurring?sort=date").problem(400, "invalid-parameters");
    app.get("/v1/entities/nobody/cooccurring").problem(404, "not-found");
}

#[test]
fn entities_that_appear_together_are_counted_by_period_also_where_they_do_not() {
    let app = newsroom();
    publish(&app, "2026-01-31", &["nile", "dam"], json!({}));
    publish(&app, "2026-02-01", &["dam", "port"], json!({}));
    publish(&app, "2026-03-01", &["nile", "dam"], json!({}));
    publish(&app, "2026-03-31", &["nile", "dam", "port"], json!({}));
    publish(&app, "2026-04-01", &["nile"], json!({}));
    publish(&app, "2026-04-02", &["nile", "dam"], json!({"status": "draft"}));
    let path = "/v1/entities/nile/cooccurring";
    let series = |query: &str| -> Vec<(String, Value)> {
        let found = read(&app, &format!("{path}?{query}"));
        let counts = found["data"].as_array().expect("a list").iter().map(|it| it["counts"].clone());
        slugs(&found).into_iter().map(str::to_owned).zip(counts).collect()
    };
    let one = |slug: &str, counts: &[i64]| (slug.to_owned(), json!(counts));
    assert_eq!(series("interval=month"), [one("dam", &[1, 0, 2, 0]), one("port", &[0, 0, 1, 0])]);
    // The parts are those of the entity's own timeline.
    let timeline = |query: &str| read(&app, &format!("/v1/entities/nile/timeline?{query}"));
    for query in
        ["interval=month", "interval=week&from=2026-02-20&to=2026-04-20", "interval=day&to=2026-02-03"]
    {
        let found = read(&app, &format!("{path}?{query}"));
        assert_eq!(found["timeline"], timeline(query), "{query}");
        let parts = found["timeline"]["data"].as_array().map(Vec::len);
        for companion in found["data"].as_array().expect("a list") {
            let counts = companion["counts"].as_array().expect("numbers");
            assert_eq!(Some(counts.len()), parts, "{query}");
            let sum: i64 = counts.iter().filter_map(Value::as_i64).sum();
            assert_eq!(companion["count"], sum, "{query}");
        }
    }
    assert_eq!(series("interval=month&sort=npmi&limit=1"), [one("dam", &[1, 0, 2, 0])]);
    assert_eq!(series("interval=month&from=2027-01-01"), []);

    let without = read(&app, path);
    assert_eq!((without.get("timeline"), without["data"][0].get("counts")), (None, None));
    let fault = app.get(&format!("{path}?interval=day&from=2000-01-01")).problem(400, "invalid-parameters");
    assert_eq!(fault["errors"][0]["pointer"], "/interval");
    app.get(&format!("{path}?interval=year")).problem(400, "invalid-parameters");
}

#[test]
fn what_is_in_more_articles_than_before_trends() {
    let app = newsroom();
    for day in 1..=20 {
        publish(&app, &format!("2026-10-{day:02}"), &["port"], json!({}));
    }
    publish(&app, "2026-10-02", &["nile"], json!({}));
    for _ in 0..5 {
        publish(&app, "2026-10-24", &["nile", "port"], json!({}));
    }
    publish(&app, "2026-10-24", &["dam"], json!({}));
    let trending = read(&app, "/v1/entities/trending?window=7d&baseline=28d&at=2026-10-27T12:00:00Z");
    assert_eq!(slugs(&trending), ["nile"]);
    assert_eq!(trending["window"]["article_count"], 6);
    assert_eq!(trending["baseline"]["article_count"], 21);
    let trend = &trending["data"][0];
    assert_eq!((&trend["count"], &trend["baseline_count"]), (&json!(5), &json!(1)));
    assert_eq!(trend["expected"], 0.286);
    assert!(trend["score"].as_f64().expect("a number") > 2.0);
    let with_one = read(&app, "/v1/entities/trending?at=2026-10-27T12:00:00Z&min_count=1");
    assert_eq!(slugs(&with_one), ["nile", "dam"]);
    assert_eq!(slugs(&read(&app, "/v1/entities/trending?at=2026-10-27T12:00:00Z&type=person")), [""; 0]);
    for query in ["window=0d", "window=400d", "window=7", "baseline=-1d", "at=x", "cursor=x"] {
        app.get(&format!("/v1/entities/trending?{query}")).problem(400, "invalid-parameters");
    }
    read(&app, "/v1/entities/trending?at=0001-01-01");
    read(&app, "/v1/entities/trending?at=9999-12-31");
}

#[test]
fn trends_of_now_end_with_the_request_and_show_new_articles_at_once() {
    let app = newsroom();
    assert_eq!(slugs(&read(&app, "/v1/entities/trending?min_count=1")), [""; 0]);
    app.publish("خبر", json!({"entities": ["nile"]}));
    assert_eq!(slugs(&read(&app, "/v1/entities/trending?min_count=1")), ["nile"]);
}

#[test]
fn trends_of_now_are_those_of_the_services_clock() {
    let app = newsroom();
    // Those that others may keep for a moment are not asked for.
    let trends = || app.as_editor("GET", "/v1/entities/trending?min_count=1").send().json();
    app.publish("خبر", json!({"entities": ["nile"]}));
    assert_eq!(slugs(&trends()), ["nile"]);
    app.clock().advance(TimeDelta::days(60));
    assert_eq!(slugs(&trends()), [""; 0]);
    app.publish("خبر", json!({"entities": ["dam"]}));
    assert_eq!(slugs(&trends()), ["dam"]);
}
