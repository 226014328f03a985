//! Bodies that are no JSON, or not of the form that an operation takes.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::{
    keys::operations,
    support::{Response, TestApp, TestDatabase, article, tag},
};

/// Posts a tag's body as it stands.
fn post(app: &TestApp, body: impl AsRef<[u8]>) -> Response {
    app.as_editor("POST", "/v1/tags").bytes("application/json", body.as_ref()).send()
}

/// Makes sure that the body is refused as JSON, with this in the detail.
fn malformed(response: &Response, expected: &str) {
    let problem = response.problem(400, "malformed-json");
    let detail = problem["detail"].as_str().expect("a text");
    assert!(detail.contains(expected), "{detail}");
}

#[test]
fn a_body_has_to_say_that_it_is_json() {
    let app = TestApp::start();
    let send = |method: &str, content_type: &str| {
        let path = if method == "POST" { "/v1/tags" } else { "/v1/tags/a" };
        app.as_editor(method, path).bytes(content_type, tag("a").to_string().as_bytes()).send()
    };
    let wrong = [
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonx",
        "json",
        "é",
        "application/json; charset=iso-8859-1",
        "application/json;charset=\"utf-16\"",
    ];
    for content_type in wrong {
        for method in ["POST", "PUT", "PATCH"] {
            send(method, content_type).problem(415, "unsupported-media-type");
        }
    }
    send("POST", "application/merge-patch+json").problem(415, "unsupported-media-type");
    assert_eq!(send("POST", "Application/JSON; charset=UTF-8").status, 201);
    assert_eq!(send("PUT", "application/json;charset=\"utf-8\"; x=y").status, 200);
    assert_eq!(send("PATCH", "application/merge-patch+json").status, 200);
    assert_eq!(send("PATCH", "application/json").status, 200);
    let compressed =
        app.as_editor("POST", "/v1/tags").header("Content-Encoding", "gzip").json(&tag("b")).send();
    compressed.problem(415, "unsupported-media-type");
    let plain =
        app.as_editor("POST", "/v1/tags").header("Content-Encoding", "Identity").json(&tag("b")).send();
    assert_eq!(plain.status, 201);
}

#[test]
fn a_body_may_be_as_large_as_the_limit_and_no_larger() {
    let app = TestApp::with(TestDatabase::new(), &["--max-body", "1024"]);
    let padded = |slug: &str, length: usize| format!("{:length$}", tag(slug).to_string());
    assert_eq!(post(&app, padded("a", 1024)).status, 201);
    post(&app, padded("b", 1025)).problem(413, "body-too-large");
    let head = format!(
        "POST /v1/tags HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/json\r\n\
        Authorization: Bearer {}\r\n",
        app.editor
    );
    let chunked = |body: &str| {
        let (first, second) = body.split_at(1000);
        let chunks = [first, second, ""].map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).concat();
        app.exchange(format!("{head}Transfer-Encoding: chunked\r\n\r\n{chunks}").as_bytes())
    };
    let answer = chunked(&padded("c", 1024));
    assert!(answer.starts_with("HTTP/1.1 201"), "{answer}");
    let announced = app.exchange(format!("{head}Content-Length: 1099511627776\r\n\r\n").as_bytes());
    for answer in [chunked(&padded("d", 1025)), announced] {
        assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
        assert!(answer.contains("/problems/body-too-large"), "{answer}");
    }
    assert_eq!(app.get("/v1/tags").column("slug"), ["a", "c"]);
}

#[test]
fn what_is_no_json_is_refused_with_line_and_column() {
    let app = TestApp::start();
    malformed(&post(&app, ""), "line 1 column 0");
    malformed(&post(&app, "{\n  \"slug\": x}"), "line 2 column 11");
    malformed(&post(&app, "{\"slug\": \"a\"\n"), "line 2 column 0");
    malformed(&post(&app, "{} {}"), "line 1 column 4");
    malformed(&post(&app, "{\"a\": 1,}"), "line 1 column 9");
    malformed(&post(&app, "{'a': 1}"), "line 1 column 2");
    malformed(&post(&app, "{\"a\": \"\n\"}"), "line 2 column 0");
    malformed(&post(&app, "\u{feff}\u{feff}{}"), "line 1 column 1");
    malformed(&post(&app, b"{\n \"a\xff\": 1}"), "not UTF-8 at line 2 column 4");
    malformed(&post(&app, b"{\"a\": \"\xed\xa0\x80\"}"), "not UTF-8 at line 1 column 8");
    malformed(&post(&app, r#"{"names": {"en": "\ud800"}}"#), "line 1 column");
    malformed(&post(&app, r#"{"names": {"en": "\udc00\ud800"}}"#), "line 1 column");
    let utf_16: Vec<u8> = "{}".encode_utf16().flat_map(u16::to_le_bytes).collect();
    malformed(&post(&app, utf_16), "line 1 column 2");
    let patch = app.as_editor("PATCH", "/v1/tags/a").bytes("application/merge-patch+json", b"{").send();
    malformed(&patch, "line 1 column 1");
}

#[test]
fn a_member_that_is_given_twice_is_refused() {
    let app = TestApp::start();
    let twice = r#"{"slug": "a", "kind": "topic", "names": {"en": "A"}, "slug": "b"}"#;
    malformed(&post(&app, twice), "\"slug\" is given twice at line 1 column");
    malformed(&post(&app, r#"{"names": {"en": "A", "en": "B"}}"#), "\"en\" is given twice");
    let article = r#"{"language": "ar", "headline": "x", "metadata": {"a": [{"b": 1, "b": 1}]}}"#;
    let response = app.as_editor("POST", "/v1/articles").bytes("application/json", article.as_bytes()).send();
    malformed(&response, "\"b\" is given twice");
    let patch = r#"{"slug": "a", "slug": null}"#;
    let response = app.as_editor("PATCH", "/v1/tags/a").bytes("application/json", patch.as_bytes()).send();
    malformed(&response, "\"slug\" is given twice");
}

#[test]
fn what_is_too_deep_or_too_large_a_number_is_refused() {
    let app = TestApp::start();
    let with_metadata = |metadata: &str| {
        let body = format!(r#"{{"language": "ar", "headline": "x", "metadata": {metadata}}}"#);
        app.as_editor("POST", "/v1/articles").bytes("application/json", body.as_bytes()).send()
    };
    let nested = |depth: usize| format!("{{\"a\": {}{}}}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(with_metadata(&nested(100)).status, 201);
    malformed(&with_metadata(&nested(200)), "recursion limit exceeded at line 1 column");
    malformed(&post(&app, "[".repeat(500_000)), "recursion limit");
    malformed(&post(&app, "{\"a\":".repeat(100_000)), "recursion limit");
    let many = format!("{{\"a\": [{}1]}}", "1,".repeat(200_001));
    with_metadata(&many).refused(400, "invalid-body", &[("", "too_many_values")]);
    malformed(&with_metadata(r#"{"n": 1e400}"#), "number out of range");
    malformed(&with_metadata(r#"{"n": NaN}"#), "line 1 column");
    let large = with_metadata(r#"{"n": 1e308, "small": -5e-324, "i": -9223372036854775808}"#);
    assert_eq!(large.json()["metadata"], json!({"n": 1e308, "small": -5e-324, "i": i64::MIN}));
    let place = r#"{"type": "place", "names": {"en": "x"}, "latitude": 1e300, "longitude": -1e300}"#;
    let response = app.as_editor("POST", "/v1/entities").bytes("application/json", place.as_bytes()).send();
    response.refused(400, "invalid-body", &[("/latitude", "out_of_range"), ("/longitude", "out_of_range")]);
}

#[test]
fn a_nul_is_refused_wherever_it_is() {
    let app = TestApp::start();
    let mut body = article("x");
    let mut refused = |member: &str, value: Value, pointer: &str| {
        body[member] = value;
        app.post("/v1/articles", body.clone()).refused(400, "invalid-body", &[(pointer, "nul")]);
        app.patch("/v1/articles/x", json!({member: body[member]})).refused(
            400,
            "invalid-body",
            &[(pointer, "nul")],
        );
        body[member] = Value::Null;
    };
    refused("headline", json!("a\0b"), "/headline");
    refused("metadata", json!({"a": ["x", {"b/c~d": "\0"}]}), "/metadata/a/1/b~1c~0d");
    refused("metadata", json!({"a": {"\0": 1}}), "/metadata/a/\0");
    refused("tags", json!(["a", "\0"]), "/tags/1");
    refused("tags", json!([{"slug": "\0"}]), "/tags/0/slug");
    refused("canonical_url", json!("https://example.org/\0"), "/canonical_url");
    let key = app.post("/v1/tags", json!({"na\0me": 1}));
    key.refused(400, "invalid-body", &[("/na\0me", "nul")]);
}

#[test]
fn all_faults_of_a_body_are_told_with_their_places() {
    let app = TestApp::start();
    let body = json!({
        "language": 1, "headline": ["x"], "status": "x", "published_at": "yesterday", "canonical_url": "/a",
        "slug": "Not A Slug", "body": "x".repeat(1_000_001), "byline": "é".repeat(501), "source": "\t",
        "tags": ["books", 7, {"slug": "A B"}, {"kind": "topic", "nmae": "x"}, {"kind": "mood", "names": {"x": ""}}],
        "entities": [{"slug": "un", "salience": 2, "relation": "likes"}, null],
        "image": [], "metadata": [], "translation_of": {}, "a/b~c": 1,
    });
    let expected = [
        ("/a~1b~0c", "unknown"),
        ("/body", "too_long"),
        ("/byline", "too_long"),
        ("/canonical_url", "invalid_url"),
        ("/entities/0/relation", "unknown_value"),
        ("/entities/0/salience", "out_of_range"),
        ("/entities/1", "invalid_type"),
        ("/headline", "invalid_type"),
        ("/image", "invalid_type"),
        ("/language", "invalid_type"),
        ("/metadata", "invalid_type"),
        ("/published_at", "invalid_timestamp"),
        ("/slug", "invalid_slug"),
        ("/source", "blank"),
        ("/status", "unknown_value"),
        ("/tags/1", "invalid_type"),
        ("/tags/2/slug", "invalid_slug"),
        ("/tags/3/nmae", "unknown"),
        ("/tags/4/kind", "unknown_value"),
        ("/tags/4/names/x", "invalid_language"),
        ("/translation_of", "invalid_type"),
    ];
    // Larger than the default limit allows, for the longest body and one more.
    let app_with_room = TestApp::with(TestDatabase::new(), &["--max-body", "2000000"]);
    app_with_room.post("/v1/articles", body).refused(400, "invalid-body", &expected);
    let empty = app.post("/v1/articles", json!({}));
    empty.refused(400, "invalid-body", &[("/headline", "required"), ("/language", "required")]);
    let unknown = app.post("/v1/articles", {
        let mut article = article("x");
        article["tags"] = json!(["nothing", {"slug": "a", "kind": "topic", "name": "أ"}, "nowhere"]);
        article
    });
    unknown.refused(400, "invalid-body", &[("/tags/0", "unknown_tag"), ("/tags/2", "unknown_tag")]);
    assert!(app.get("/v1/tags").column("slug").is_empty());
}

#[test]
fn a_body_is_an_object_and_nothing_else() {
    let app = TestApp::start();
    for body in ["[]", "[\"a\", \"topic\", null, {\"en\": \"A\"}]", "null", "7", "\"a\"", "true"] {
        for (method, path) in [("POST", "/v1/tags"), ("PUT", "/v1/tags/a"), ("PATCH", "/v1/tags/a")] {
            let response = app.as_editor(method, path).bytes("application/json", body.as_bytes()).send();
            response.refused(400, "invalid-body", &[("", "invalid_type")]);
        }
    }
}

#[test]
fn no_operation_takes_a_body_that_is_larger_than_the_limit() {
    let app = TestApp::with(TestDatabase::new(), &["--max-body", "1024"]);
    let body = format!("{:1025}", "{}");
    let (first, second) = body.split_at(1024);
    let chunks = [first, second, ""].map(|chunk| format!("{:x}\r\n{chunk}\r\n", chunk.len())).concat();
    let framed = [
        format!("Content-Length: 1025\r\n\r\n{body}"),
        "Content-Length: 1099511627776\r\n\r\n".to_owned(),
        format!("Transfer-Encoding: chunked\r\n\r\n{chunks}"),
    ];
    let mut methods = BTreeMap::<_, u32>::new();
    for (method, path, operation) in operations(&app) {
        let content = operation["requestBody"]["content"].as_object();
        // Of lines each has the limit to itself.
        for media_type in content.into_iter().flat_map(|it| it.keys()).filter(|it| !it.contains("ndjson")) {
            let head = format!(
                "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: {media_type}\r\n\
                Authorization: Bearer {}\r\n",
                app.editor
            );
            for rest in &framed {
                let answer = app.exchange(format!("{head}{rest}").as_bytes());
                assert!(answer.starts_with("HTTP/1.1 413"), "{method} {path} {media_type}: {answer}");
                assert!(answer.contains("/problems/body-too-large"), "{answer}");
            }
            *methods.entry(method.clone()).or_default() += 1;
        }
    }
    assert!(["POST", "PUT", "PATCH"].iter().all(|method| methods[*method] >= 3), "{methods:?}");
}
