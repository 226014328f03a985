//! The formats of answers, and who gets which.

use serde_json::{Value, json};

use crate::{
    mentions::know_names,
    support::{Response, TestApp, TestDatabase, Wire, entity, tag},
};

const JSON: &str = "application/json";
const LINES: &str = "application/x-ndjson";
const JSON_LD: &str = "application/ld+json";
/// What a browser accepts where somebody follows a link.
const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
/// What Java's own client accepts.
const JAVA: &str = "text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2";

fn newsroom() -> TestApp {
    start(&[])
}

fn start(flags: &[&str]) -> TestApp {
    let app = TestApp::with(TestDatabase::new(), flags);
    app.create("/v1/tags", tag("sea"));
    app.create("/v1/entities", entity("tunis"));
    know_names(&app);
    let article = json!({"slug": "news", "tags": ["sea"], "entities": ["tunis"], "language": "en"});
    app.publish("News from Tunis", article);
    app
}

/// Operations, and the media types of their formats.
const OPERATIONS: [(&str, &[&str]); 12] = [
    ("/v1/articles", &[JSON, LINES]),
    ("/v1/articles?q=news", &[JSON, LINES]),
    ("/v1/tags/sea/articles", &[JSON, LINES]),
    ("/v1/entities/tunis/articles", &[JSON, LINES]),
    ("/v1/articles/news/mentions", &[JSON, JSON_LD]),
    ("/v1/articles/export", &[LINES]),
    ("/v1/articles/news", &[JSON]),
    ("/v1/articles/news/related", &[JSON]),
    ("/v1/tags", &[JSON]),
    ("/v1/entities/tunis", &[JSON]),
    ("/v1/entities/tunis/mentions", &[JSON]),
    ("/v1/suggest?q=n", &[JSON]),
];

/// Values of `Accept`, and the media type that they get of those that there are; none for a refusal.
fn expected(accept: &str, offered: &[&'static str]) -> Option<&'static str> {
    let there_is = |media_type: &'static str| offered.contains(&media_type).then_some(media_type);
    let usual = Some(offered[0]);
    // Clients name what they would like best, and what there is but one of is of more use than its refusal.
    let only = usual.filter(|_| offered.len() == 1);
    match accept {
        "" | "*/*" | "application/*" | BROWSER | JAVA | "nonsense" | "text/html;q=0" => usual,
        JSON | "application/json; charset=utf-8" | "application/json;q=0.5, text/html" => {
            there_is(JSON).or(only)
        }
        LINES | "application/x-ndjson;q=0.2, image/*" => there_is(LINES).or(only),
        JSON_LD | "application/ld+json;profile=\"http://www.w3.org/ns/anno.jsonld\"" => {
            there_is(JSON_LD).or(only)
        }
        "application/x-ndjson, */*" => there_is(LINES).or(usual),
        "application/ld+json, application/*" => there_is(JSON_LD).or(usual),
        // One of its other names is liked better.
        "application/x-ndjson;q=0.9, */*" if offered[0] == LINES => Some("application/ndjson"),
        "application/x-ndjson;q=0.9, */*" => usual,
        "application/json, application/x-ndjson, application/ld+json" => usual,
        "text/html" | "text/csv, image/png;q=0.5" => only,
        "*/*, application/json;q=0" | "application/json;q=0" => {
            offered.iter().copied().find(|media_type| *media_type != JSON)
        }
        "*/*;q=0" => None,
        other => panic!("{other}"),
    }
}

const ACCEPTED: [&str; 25] = [
    "",
    "*/*",
    "application/*",
    BROWSER,
    JAVA,
    "nonsense",
    "text/html;q=0",
    JSON,
    "application/json; charset=utf-8",
    "application/json;q=0.5, text/html",
    LINES,
    "application/x-ndjson;q=0.2, image/*",
    JSON_LD,
    "application/ld+json;profile=\"http://www.w3.org/ns/anno.jsonld\"",
    "application/x-ndjson, */*",
    "application/ld+json, application/*",
    "application/x-ndjson;q=0.9, */*",
    "application/json, application/x-ndjson, application/ld+json",
    "text/html",
    "text/csv, image/png;q=0.5",
    "*/*, application/json;q=0",
    "application/json;q=0",
    "*/*;q=0",
    "*/*",
    "",
];

fn ask(app: &TestApp, method: &str, path: &str, accept: &str) -> Response {
    app.request(method, path).header("Accept", accept).send()
}

/// Of exports there are two at once.
fn patiently(ask: impl Fn() -> Response) -> Response {
    std::iter::repeat_with(ask).find(|response| response.status != 503).expect("an answer")
}

#[test]
fn every_operation_answers_in_the_format_that_the_request_accepts() {
    // Those that are kept, and those that never are.
    for flags in [&[][..], &["--cache-size", "0"]] {
        let app = start(flags);
        for accept in ACCEPTED {
            for (path, offered) in OPERATIONS {
                let what = format!("{path} as {accept:?}");
                let response = patiently(|| ask(&app, "GET", path, accept));
                let head = patiently(|| ask(&app, "HEAD", path, accept));
                assert_eq!(head.status, response.status, "{what}");
                assert_eq!(head.header("content-type"), response.header("content-type"), "{what}");
                match expected(accept, offered) {
                    Some(media_type) => {
                        assert_eq!(response.status, 200, "{what}: {}", response.text());
                        assert_eq!(response.header("content-type"), media_type, "{what}");
                    }
                    None => {
                        let problem = response.problem(406, "not-acceptable");
                        let detail = problem["detail"].as_str().expect("a detail");
                        for media_type in offered {
                            assert!(detail.contains(media_type), "{what}: {detail}");
                        }
                    }
                }
                let names_accept = response.all("vary").split(", ").any(|name| name == "Accept");
                if offered.len() > 1 || response.status == 406 {
                    assert!(names_accept, "{what}: {response:?}");
                }
            }
        }
    }
}

#[test]
fn a_format_in_the_address_wins_over_accept() {
    let app = newsroom();
    for (path, format, media_type) in [
        ("/v1/articles", "json", JSON),
        ("/v1/articles", "ndjson", LINES),
        ("/v1/tags/sea/articles", "ndjson", LINES),
        ("/v1/entities/tunis/articles", "ndjson", LINES),
        ("/v1/articles/export", "ndjson", LINES),
        ("/v1/articles/news/mentions", "json", JSON),
        ("/v1/articles/news/mentions", "jsonld", JSON_LD),
    ] {
        for accept in ["*/*", JSON, LINES, JSON_LD, "text/html", "application/json;q=0", "*/*;q=0"] {
            let path = format!("{path}?format={format}");
            // Also where it is kept.
            for _ in 0..2 {
                let response = patiently(|| ask(&app, "GET", &path, accept));
                assert_eq!(response.status, 200, "{path} as {accept}: {}", response.text());
                assert_eq!(response.header("content-type"), media_type, "{path} as {accept}");
                assert!(response.all("vary").contains("Accept, "), "{response:?}");
            }
        }
    }
}

#[test]
fn a_format_that_is_not_there_is_refused_with_those_that_are() {
    let app = newsroom();
    for (path, names) in [
        ("/v1/articles", "json, ndjson"),
        ("/v1/articles/news/mentions", "json, jsonld"),
        ("/v1/articles/export", "must be ndjson"),
    ] {
        let path = format!("{path}?format=csv");
        let response = app.get(&path);
        response.refused(400, "invalid-parameters", &[("/format", "unknown_value")]);
        assert!(response.text().contains(names), "{}", response.text());
    }
    let response = app.get("/v1/articles/export?format=json");
    response.refused(400, "invalid-parameters", &[("/format", "unknown_value")]);
    assert!(response.text().contains("must be ndjson"), "{}", response.text());
    app.get("/v1/articles?format=csv&limit=0").refused(
        400,
        "invalid-parameters",
        &[("/format", "unknown_value"), ("/limit", "out_of_range")],
    );
    app.get("/v1/articles?format=json&format=json").problem(400, "invalid-parameters");
    // What has one format alone has no name for it.
    app.get("/v1/tags?format=json").refused(400, "invalid-parameters", &[("/format", "unknown")]);
    app.get("/v1/articles/news?format=json").refused(400, "invalid-parameters", &[("/format", "unknown")]);
}

#[test]
fn pages_lead_to_pages_of_the_same_format() {
    let app = newsroom();
    app.change("/v1/articles/news", json!({"body": "Tunis again."}));
    let first = app.get("/v1/articles/news/mentions?limit=1&format=jsonld");
    let next = first.json()["next"].as_str().expect("an address").to_owned();
    assert!(first.header("link").contains(&format!("<{next}>; rel=\"next\"")), "{first:?}");
    let second = app.get(&next);
    assert_eq!(second.header("content-type"), JSON_LD);
    assert_eq!(second.json()["id"], next.as_str());
    // A cursor is of the list, in whichever format.
    let json = app.get(&next.replace("format=jsonld", "format=json"));
    assert_eq!(json.json()["data"].as_array().map(Vec::len), Some(1));
}

#[test]
fn what_is_kept_of_each_format_is_as_fresh_as_the_others() {
    let app = newsroom();
    let path = "/v1/articles/news/mentions";
    let named = format!("{path}?format=jsonld");
    let all = |app: &TestApp| -> Vec<Response> {
        vec![
            ask(app, "GET", path, JSON),
            ask(app, "GET", path, JSON_LD),
            ask(app, "GET", &named, "*/*"),
            ask(app, "GET", path, "application/ld+json, */*;q=0.1"),
            app.request("GET", path).header("Accept", JSON_LD).header("Accept-Encoding", "gzip").send(),
        ]
    };
    let exact = |response: &Response| -> Value {
        let page = response.json();
        let json = page.pointer("/data/0/prefix").or(page.pointer("/items/0/target/selector/1/prefix"));
        json.cloned().unwrap_or_default()
    };
    for headline in ["News from Tunis", "Letters from Tunis", "Songs from Tunis"] {
        app.change("/v1/articles/news", json!({"headline": headline}));
        let prefix = headline.replace("Tunis", "");
        for _ in 0..3 {
            let answers = all(&app);
            for answer in answers.iter().filter(|answer| answer.try_header("content-encoding").is_none()) {
                assert_eq!(exact(answer), prefix.as_str(), "{answer:?}");
            }
            let types: Vec<_> = answers.iter().map(|answer| answer.header("content-type")).collect();
            assert_eq!(types, [JSON, JSON_LD, JSON_LD, JSON_LD, JSON_LD]);
            assert_ne!(answers[0].header("etag"), answers[1].header("etag"));
            for (answer, accept, path) in [(&answers[0], JSON, path), (&answers[1], JSON_LD, path)] {
                let request = app.request("GET", path).header("Accept", accept);
                let held = request.header("If-None-Match", answer.header("etag")).send();
                assert_eq!((held.status, held.header("etag")), (304, answer.header("etag")));
                assert_eq!(held.all("vary"), answer.all("vary"));
            }
        }
    }
}

#[test]
fn several_headers_are_one_list() {
    let app = newsroom();
    let mut wire = Wire::to(app.address());
    for (lines, media_type) in [
        ("Accept: text/html\r\nAccept: application/x-ndjson\r\n", LINES),
        ("Accept: application/x-ndjson;q=0.1\r\nAccept: application/json;q=0.2\r\n", JSON),
        ("Accept: application/json;q=0.1\r\nAccept: application/x-ndjson;q=0.2\r\n", LINES),
    ] {
        wire.send(format!("HEAD /v1/articles HTTP/1.1\r\nHost: a\r\n{lines}\r\n"));
        assert_eq!(wire.answer(true).field("content-type"), Some(media_type), "{lines}");
    }
}

#[test]
fn a_write_is_answered_whatever_is_accepted() {
    let app = newsroom();
    for accept in ["text/html", "application/x-ndjson"] {
        let answer = app
            .as_editor("PATCH", "/v1/articles/news")
            .header("Accept", accept)
            .json(&json!({"headline": "News"}))
            .send();
        assert_eq!((answer.status, answer.header("content-type")), (200, JSON), "{accept}");
    }
    let refused = app.request("GET", "/v1/articles/nothing").header("Accept", "text/html").send();
    refused.problem(404, "not-found");
}

#[test]
fn the_document_names_every_format() {
    let document = maqal::server::document();
    let schema = |path: &str| {
        let parameters = document["paths"][path]["get"]["parameters"].as_array().expect("parameters");
        let format = parameters.iter().find(|parameter| parameter["name"] == "format");
        format.map(|format| format["schema"]["enum"].clone())
    };
    for path in ["/v1/articles", "/v1/tags/{id}/articles", "/v1/entities/{id}/articles"] {
        assert_eq!(schema(path), Some(json!(["json", "ndjson"])), "{path}");
    }
    assert_eq!(schema("/v1/articles/{id}/mentions"), Some(json!(["json", "jsonld"])));
    assert_eq!(schema("/v1/articles/export"), Some(json!(["ndjson"])));
    assert_eq!(schema("/v1/tags"), None);
    let content = &document["paths"]["/v1/articles/{id}/mentions"]["get"]["responses"]["200"]["content"];
    let schemas: Vec<_> = [JSON, JSON_LD]
        .map(|it| content[it]["schema"]["$ref"].as_str().unwrap_or_default().to_owned())
        .into();
    assert_eq!(schemas, ["#/components/schemas/MentionPage", "#/components/schemas/AnnotationPage"]);
}
