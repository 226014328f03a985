//! Problems: wrong paths, methods, parameters and headers, and failures of ours.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use crate::support::{TestApp, article, article_with, entity, tag};

#[test]
fn what_is_nowhere_is_not_found() {
    let app = TestApp::start();
    let paths =
        ["/nowhere", "/docs/nowhere", "/v1", "/v1/", "/v2/articles", "/v1/tags/", "/v1/tags/a/b", "/V1/tags"];
    for path in paths {
        for method in ["GET", "HEAD", "POST", "OPTIONS"] {
            let response = app.request(method, path).send();
            assert_eq!(response.status, 404, "{method} {path}");
        }
        assert_eq!(app.get(path).problem(404, "not-found")["instance"], path);
    }
    let detail =
        |path: &str| app.get(path).problem(404, "not-found")["detail"].as_str().expect("a text").to_owned();
    for path in ["/v1/tags/", "/v1/articles/%D8%A3/", "/v1/%74ags//", "/healthz/", "/v1/tags/a/articles/"] {
        assert!(detail(path).ends_with(": leave the slash at its end out"), "{}", detail(path));
        app.request("POST", path).send().problem(404, "not-found");
    }
    for path in ["/nowhere/", "/v1/", "/v1/nowhere/", "/v1/tags/a/b/", "/v1/tags/a"] {
        assert!(!detail(path).contains("slash"), "{}", detail(path));
    }
    for path in ["/v1/articles/a", "/v1/tags/a", "/v1/entities/a", "/v1/tags/a/articles"] {
        app.get(path).problem(404, "not-found");
    }
    for path in ["/v1/articles/a", "/v1/tags/a", "/v1/entities/a"] {
        app.delete(path).problem(404, "not-found");
        app.patch(path, json!({})).problem(404, "not-found");
    }
}

#[test]
fn a_query_of_very_many_parameters_is_refused_at_once() {
    let app = TestApp::start();
    let many: Vec<String> = (0..8000).map(|name| name.to_string()).collect();
    app.get(&format!("/v1/articles?{}", many.join("&"))).problem(400, "invalid-parameters");
    app.get(&format!("/v1/articles?{}", many[..1001].join("&"))).refused(
        400,
        "invalid-parameters",
        &[("", "too_many")],
    );
    let document =
        app.get(&format!("/v1/articles?{}", many[..1000].join("&"))).problem(400, "invalid-parameters");
    assert_eq!(document["errors"][0]["code"], "unknown");
    // One that is given too often hides no other's fault.
    let repeated = ["tags=a"; 51].join("&");
    app.get(&format!("/v1/articles?{repeated}&nix=1")).refused(
        400,
        "invalid-parameters",
        &[("/nix", "unknown"), ("/tags", "too_many")],
    );
}

#[test]
fn a_parameter_that_is_no_utf8_is_named_by_a_pointer() {
    let app = TestApp::start();
    app.get("/v1/articles?a%2Fb~=%FF").refused(400, "invalid-parameters", &[("/a~1b~0", "not_utf8")]);
}

#[test]
fn every_path_tells_its_methods() {
    let app = TestApp::start();
    let document = app.get("/openapi.json").json();
    for (pattern, item) in document["paths"].as_object().expect("paths") {
        let path = pattern.replace("{id}", "x").replace("{name}", "gone");
        let mut allowed: Vec<String> =
            item.as_object().expect("operations").keys().map(|name| name.to_uppercase()).collect();
        if allowed.contains(&"GET".to_owned()) {
            allowed.push("HEAD".to_owned());
        }
        allowed.push("OPTIONS".to_owned());
        allowed.sort();
        for method in ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW"] {
            let response = app.request(method, &path).send();
            if allowed.iter().any(|name| name == method) && method != "OPTIONS" {
                assert_ne!(response.status, 405, "{method} {path}");
                continue;
            }
            match method {
                "OPTIONS" => assert_eq!((response.status, response.body.len()), (204, 0), "{path}"),
                "HEAD" => assert_eq!(response.status, 405),
                _ => drop(response.problem(405, "method-not-allowed")),
            }
            let mut told: Vec<_> = response.header("allow").split(", ").collect();
            told.sort();
            assert_eq!(told, allowed, "{method} {path}");
        }
    }
}

#[test]
fn head_has_the_headers_of_get_and_no_body() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("a"));
    for path in
        ["/v1/tags/a", "/v1/tags", "/v1/tags/b", "/v1/tags?x=1", "/healthz", "/openapi.json", "/problems"]
    {
        let (get, head) = (app.get(path), app.request("HEAD", path).send());
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{path}");
        assert_eq!(head.lasting_headers(), get.lasting_headers(), "{path}");
        assert_eq!(head.header("content-length"), get.body.len().to_string());
    }
}

#[test]
fn all_faults_of_a_query_are_told() {
    let app = TestApp::start();
    let articles = "/v1/articles?limit=0&sort=x&from=yesterday&nix=1&status=published&status=bogus&fields=id,nope\
        &count=all&language=english&tags=a&to=2026-02-30&include=tags,nope&date_field=x&source=%20&a/b~c=1";
    let expected = [
        ("/a~1b~0c", "unknown"),
        ("/count", "unknown_value"),
        ("/date_field", "unknown_value"),
        ("/fields", "unknown_value"),
        ("/from", "invalid_timestamp"),
        ("/include", "unknown_value"),
        ("/language", "invalid_language"),
        ("/limit", "out_of_range"),
        ("/nix", "unknown"),
        ("/sort", "unknown_value"),
        ("/source", "blank"),
        ("/status", "unknown_value"),
        ("/to", "invalid_timestamp"),
    ];
    app.get(articles).refused(400, "invalid-parameters", &expected);
    let twice = "limit=1&limit=2&sort=slug&sort=slug&cursor=a&cursor=b&count=none&count=none";
    let expected = ["/count", "/cursor", "/limit", "/sort"].map(|pointer| (pointer, "duplicate"));
    for list in ["/v1/tags", "/v1/entities"] {
        app.get(&format!("{list}?{twice}")).refused(400, "invalid-parameters", &expected);
    }
    for limit in ["101", "-1", "1.5", "", "ten", "18446744073709551616"] {
        let response = app.get(&format!("/v1/tags?limit={limit}"));
        response.refused(400, "invalid-parameters", &[("/limit", "out_of_range")]);
    }
    for empty in ["sort", "count"] {
        let response = app.get(&format!("/v1/tags?{empty}="));
        response.refused(400, "invalid-parameters", &[(&format!("/{empty}"), "unknown_value")]);
    }
}

#[test]
fn parameters_are_refused_where_there_are_none() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("a"));
    let expected = [("/a~1b~0c", "unknown"), ("/limit", "unknown")];
    for path in ["/v1/tags/a", "/healthz", "/openapi.json", "/problems"] {
        let response = app.get(&format!("{path}?limit=1&a/b~c=1&limit=2"));
        response.refused(400, "invalid-parameters", &expected);
    }
    app.post("/v1/tags?limit=1", tag("b")).refused(400, "invalid-parameters", &expected[1..]);
    app.delete("/v1/tags/a?limit=1").refused(400, "invalid-parameters", &expected[1..]);
    assert_eq!(app.get("/v1/tags").column("slug"), ["a"]);
}

/// What is no text, no slug, or means something to somebody.
const GARBAGE: [&str; 14] = [
    "%FF%FE",
    "%00",
    "a%00b",
    "%C3%28",
    "%ED%A0%80",
    "%2F",
    "%2e%2e%2f",
    "%25",
    "%",
    "%GG",
    "%0D%0A",
    "'%3B--",
    "%F0%9F%93%B0",
    "%E2%80%AE",
];

#[test]
fn garbage_in_a_path_is_not_found() {
    let app = TestApp::start();
    for garbage in GARBAGE {
        for path in ["/v1/articles", "/v1/tags", "/v1/entities", "/problems"] {
            let request = format!("GET {path}/{garbage} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            let answer = app.exchange(request.as_bytes());
            assert!(answer.starts_with("HTTP/1.1 404"), "{path}/{garbage}: {answer}");
        }
        let below = app.exchange(
            format!("GET /v1/tags/{garbage}/articles HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                .as_bytes(),
        );
        assert!(below.starts_with("HTTP/1.1 404"), "{garbage}: {below}");
    }
}

#[test]
fn garbage_in_a_query_is_never_a_failure_of_ours() {
    let app = TestApp::start();
    let names = ["parent", "kind", "cursor", "sort", "limit", "count"].map(|name| ("/v1/tags", name));
    let more =
        ["tags", "tags_any", "tags_none", "entities", "language", "source", "external_id", "from", "fields"];
    for (list, name) in names.into_iter().chain(more.map(|name| ("/v1/articles", name))) {
        for garbage in GARBAGE {
            let request =
                format!("GET {list}?{name}={garbage} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            let answer = app.exchange(request.as_bytes());
            assert!(
                answer.starts_with("HTTP/1.1 200") || answer.starts_with("HTTP/1.1 400"),
                "{request}: {answer}"
            );
        }
    }
    let nul = app.get("/v1/articles?source=a%00b&external_id=%00");
    nul.refused(400, "invalid-parameters", &[("/external_id", "nul"), ("/source", "nul")]);
}

#[test]
fn a_cursor_that_the_service_did_not_make_is_refused() {
    let app = TestApp::start();
    for slug in ["a", "b"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
        app.create("/v1/articles", article(slug));
    }
    let refused = |path: &str, cursor: &str, code: &str| {
        let response = app.get(&format!("{path}&cursor={cursor}"));
        response.refused(400, "invalid-parameters", &[("/cursor", code)]);
    };
    let forged_keys = [
        json!({"s": "\0"}),
        json!({"s": "a\u{0}b"}),
        json!({"t": "+262000-01-01T00:00:00Z"}),
        json!({"t": "-262000-01-01T00:00:00Z"}),
        json!({"t": "yesterday"}),
        json!({"n": 1e300}),
        json!({"x": 1}),
        json!([]),
        Value::Null,
    ];
    let lists = [
        "/v1/tags?limit=1",
        "/v1/tags?limit=1&sort=updated_at",
        "/v1/entities?limit=1&sort=-article_count",
        "/v1/articles?limit=1",
        "/v1/articles?limit=1&sort=headline",
    ];
    for list in lists {
        let page = app.get(list).json();
        let cursor = page["page"]["next_cursor"].as_str().expect("more");
        let parts: Value =
            serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(cursor).expect("base64")).expect("JSON");
        for key in &forged_keys {
            let mut forged = parts.clone();
            forged[2][0] = key.clone();
            refused(list, &BASE64_URL_SAFE_NO_PAD.encode(forged.to_string()), "invalid_cursor");
        }
        for broken in ["", "x", "%00", &cursor[1..], &cursor[..cursor.len() - 3]] {
            refused(list, broken, "invalid_cursor");
        }
        let other = if list.contains("tags") { "/v1/tags?kind=genre" } else { "/v1/tags?kind=topic" };
        refused(other, cursor, "foreign_cursor");
    }
}

#[test]
fn long_urls_and_headers_are_answered() {
    let app = TestApp::start();
    let long = "a".repeat(10_000);
    app.get(&format!("/v1/tags/{long}")).problem(404, "not-found");
    app.get(&format!("/v1/tags?{long}=1")).problem(400, "invalid-parameters");
    let parent = app.get(&format!("/v1/tags?parent={long}"));
    parent.refused(400, "invalid-parameters", &[("/parent", "too_long")]);
    let many = "x=1&".repeat(2_000);
    app.get(&format!("/v1/tags?{many}")).problem(400, "invalid-parameters");
    assert_eq!(app.request("GET", "/v1/tags").header("X-Long", &"a".repeat(50_000)).send().status, 200);
    let answer = app.exchange(
        format!("GET /v1/tags/{} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "a".repeat(70_000))
            .as_bytes(),
    );
    assert!(answer.starts_with("HTTP/1.1 4"), "{answer}");
}

#[test]
fn a_failure_of_ours_tells_no_cause() {
    let app = TestApp::start();
    app.database.execute("ALTER TABLE tags RENAME COLUMN kind TO sort");
    for response in
        [app.get("/v1/tags"), app.get("/v1/tags/a"), app.post("/v1/tags", tag("a")), app.delete("/v1/tags/a")]
    {
        let problem = response.problem(500, "internal");
        assert_eq!(problem["detail"], "the server failed to answer; its log has the cause");
        for word in ["relation", "exist", "SELECT", "INSERT", "column", "src/"] {
            assert!(!response.text().contains(word), "{}", response.text());
        }
    }
    assert_eq!(app.get("/v1/entities").status, 200);
}

#[test]
fn every_kind_of_problem_is_explained_where_its_type_points() {
    let app = TestApp::start();
    let list = app.get("/problems").json();
    let problems = list["data"].as_array().expect("a list");
    assert!(problems.len() >= 17, "{list}");
    for problem in problems {
        let address = problem["type"].as_str().expect("a path");
        assert_eq!(&app.get(address).json(), problem);
        for member in ["title", "explanation"] {
            assert!(problem[member].as_str().is_some_and(|text| !text.is_empty()), "{problem}");
        }
    }
    for path in ["/nowhere", "/v1/tags?x=1", "/v1/articles?status=draft"] {
        let problem = app.get(path).json();
        let kind = app.get(problem["type"].as_str().expect("a path")).json();
        assert_eq!((&kind["title"], &kind["status"]), (&problem["title"], &problem["status"]));
    }
}

#[test]
fn a_harmless_request_id_is_repeated_and_any_other_replaced() {
    let app = TestApp::start();
    for path in ["/v1/tags", "/v1/tags/nothing"] {
        let id_of = |given: &str| {
            let response = app.request("GET", path).header("X-Request-Id", given).send();
            response.header("x-request-id").to_owned()
        };
        for harmless in ["a", "trace-1_2.3:4", &"x".repeat(64)] {
            assert_eq!(id_of(harmless), harmless);
        }
        for other in ["", "a b", "a;b", "<script>", "é", &"x".repeat(65)] {
            let id = id_of(other);
            assert!(uuid::Uuid::parse_str(&id).is_ok(), "{other} became {id}");
        }
        assert_ne!(app.get(path).header("x-request-id"), app.get(path).header("x-request-id"));
    }
}

#[test]
fn several_keys_in_one_parameter_and_garbled_text_are_refused() {
    let app = TestApp::start();
    app.get("/v1/articles?tags=a,b").refused(400, "invalid-parameters", &[("/tags", "several_keys")]);
    app.get("/v1/articles?source=%FF").refused(400, "invalid-parameters", &[("/source", "not_utf8")]);
}

#[test]
fn no_more_faults_are_told_than_the_document_promises() {
    let app = TestApp::start();
    let unknown: Vec<String> = (0..200).map(|number| format!("unknown-{number}")).collect();
    let response = app.post("/v1/articles", article_with("H", json!({"tags": unknown})));
    assert_eq!(response.faults().len(), 50);
    let long = app.post("/v1/tags", json!({"x".repeat(30_000): 1, "kind": "topic", "names": {"en": "a"}}));
    let fault = long.faults().remove(0);
    assert_eq!((fault.0.chars().count(), fault.1.as_str()), (2000, "unknown"));
}
