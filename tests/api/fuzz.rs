//! Whatever a client sends, the service does not fail.

use proptest::{
    collection::vec,
    prelude::*,
    sample::select,
    test_runner::{Config, TestRunner},
};
use serde_json::{Value, json};

use crate::support::{TestApp, Wire, article, entity, tag};

const MEMBERS: &[&str] = &[
    "slug",
    "kind",
    "type",
    "parent",
    "names",
    "name",
    "en",
    "ar",
    "description",
    "scheme",
    "code",
    "aliases",
    "language",
    "wikidata_id",
    "same_as",
    "latitude",
    "longitude",
    "status",
    "headline",
    "standfirst",
    "body",
    "body_format",
    "source",
    "external_id",
    "canonical_url",
    "image",
    "url",
    "alt",
    "published_at",
    "translation_of",
    "metadata",
    "tags",
    "entities",
    "id",
    "relation",
    "salience",
];
const WORDS: &[&str] = &[
    "a",
    "topic",
    "place",
    "published",
    "draft",
    "ar",
    "en-GB",
    "html",
    "2026-11-23T09:30:00Z",
    "Q1963",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999Z",
    "https://example.org/1",
    "about",
    "is \u{202e}\u{0}",
    "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11",
    "<p>x</p><script>",
    "",
];
const PARAMETERS: &[&str] = &[
    "status",
    "language",
    "source",
    "external_id",
    "tags",
    "tags_any",
    "tags_none",
    "entities",
    "entity_type",
    "date_field",
    "from",
    "to",
    "sort",
    "fields",
    "include",
    "limit",
    "cursor",
    "count",
    "kind",
    "parent",
    "type",
    "wikidata_id",
];

fn word() -> impl Strategy<Value = String> {
    prop_oneof![select(WORDS).prop_map(str::to_owned), ".{0,20}"]
}

fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    let member = || prop_oneof![9 => select(MEMBERS).prop_map(str::to_owned), 1 => ".{0,5}"];
    leaf.prop_recursive(4, 40, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Value::from),
            vec((member(), inner), 0..8).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// Runs the test for some hundred values.
fn try_all<T: std::fmt::Debug>(strategy: impl Strategy<Value = T>, mut test: impl FnMut(T)) {
    let config = Config { cases: 200, failure_persistence: None, ..Config::default() };
    let test = std::cell::RefCell::new(&mut test);
    let result = TestRunner::new(config).run(&strategy, |value| {
        (test.borrow_mut())(value);
        Ok(())
    });
    result.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn no_body_makes_the_service_fail() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("a"));
    app.create("/v1/entities", entity("a"));
    app.create("/v1/articles", {
        let mut article = article("a");
        article["slug"] = json!("a");
        article
    });
    let whole = [("articles", article("a")), ("tags", tag("a")), ("entities", entity("a"))];
    let operation = (select(&["POST", "PUT", "PATCH"][..]), select(whole.to_vec()));
    try_all((operation, json_value()), |((method, (collection, whole)), random)| {
        let path = if method == "POST" { format!("/v1/{collection}") } else { format!("/v1/{collection}/a") };
        // Alone, and among members that are fine.
        let mut mixed = whole;
        if let (Value::Object(mixed), Value::Object(random)) = (&mut mixed, &random) {
            mixed.extend(random.clone());
        }
        for body in [random, mixed] {
            let response = app.as_editor(method, &path).json(&body).send();
            assert!(response.status < 500, "{method} {path} {body}: {}", response.text());
        }
    });
}

#[test]
fn no_query_makes_the_service_fail() {
    let app = TestApp::start();
    let pair = (select(PARAMETERS), word());
    let list = select(&["/v1/articles", "/v1/tags", "/v1/entities"][..]);
    try_all((list, vec(pair, 1..4)), |(list, pairs)| {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
        let response = app.get(&format!("{list}?{query}"));
        assert!(response.status < 500, "{list}?{query}: {}", response.text());
    });
}

#[test]
fn no_path_makes_the_service_fail() {
    let app = TestApp::start();
    let start =
        select(&["/v1/articles/", "/v1/tags/", "/v1/entities/", "/problems/", "/v1/", "/docs/", "/"][..]);
    try_all((start, vec(any::<u8>(), 0..20)), |(start, bytes)| {
        let path: String = bytes.iter().map(|byte| format!("%{byte:02X}")).collect();
        for path in [format!("{start}{path}"), format!("{start}{path}/articles")] {
            let response = app.get(&path);
            assert!(response.status < 500, "{path}: {}", response.text());
        }
    });
}

#[test]
fn no_bytes_make_the_service_fail() {
    let app = TestApp::start();
    let requests = select(vec![
        "GET /v1/tags?kind=topic HTTP/1.1\r\nHost: h\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n",
        "POST /v1/tags HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        "POST /v1/tags HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n",
    ]);
    let other = prop_oneof![any::<u8>(), select(b"\r\n :;%/?0\0".to_vec())];
    let mistakes = vec((any::<prop::sample::Index>(), other), 0..4);
    try_all((requests, mistakes), |(request, mistakes)| {
        let mut bytes = request.as_bytes().to_vec();
        for (place, byte) in mistakes {
            let place = place.index(bytes.len());
            bytes[place] = byte;
        }
        let mut wire = Wire::to(app.address());
        // Who sends half a request and leaves need not be answered.
        if let Ok(answer) = wire.send(&bytes).end().try_answer(false) {
            let is_failure = answer.status >= 500 && ![501, 505].contains(&answer.status);
            assert!(!is_failure, "{}: {}", String::from_utf8_lossy(&bytes), answer.text());
            let is_told = answer.status < 400 || answer.field("x-request-id").is_some();
            assert!(is_told, "{}: {}", String::from_utf8_lossy(&bytes), answer.status);
        }
    });
    // A method of any character: the parser behind takes fewer of them than the standard.
    for byte in 0..=u8::MAX {
        let request = [&[byte][..], b"ET /v1/tags HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n"].concat();
        if let Ok(answer) = Wire::to(app.address()).send(&request).end().try_answer(false) {
            let is_told = answer.status < 400 || answer.field("x-request-id").is_some();
            assert!(is_told && answer.status < 500, "{byte}: {}", answer.status);
        }
    }
    assert_eq!(app.get("/healthz").status, 200);
}
