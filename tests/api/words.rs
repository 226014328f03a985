//! What is said of input, to whoever sent it.

use serde_json::{Map, Value, json};

use crate::support::{Document, Response, TestApp};

/// What libraries say of input, and whoever sends it need not know.
const JARGON: [&str; 11] = [
    "`",
    "invalid type",
    "invalid value",
    "invalid length",
    "expected",
    "variant",
    "missing field",
    "unknown field",
    "sequence",
    "digit found",
    "EOF",
];

fn is_in_words(response: &Response, sent: &str) {
    if response.status < 400 {
        return;
    }
    let text = response.text();
    for jargon in JARGON {
        assert!(!text.contains(jargon), "{jargon} of {sent}: {text}");
    }
    let Some(errors) = response.json()["errors"].as_array().cloned() else { return };
    for error in errors {
        let begins =
            ["must ", "is ", "has ", "goes ", "there is ", "are ", "may ", "needs ", "cannot ", "no ", "a "];
        let detail = error["detail"].as_str().expect("a detail");
        assert!(begins.iter().any(|word| detail.starts_with(word)), "{sent}: {detail}");
    }
}

#[test]
fn every_fault_of_a_body_is_told_in_words() {
    let (app, document) = (TestApp::start(), Document::new());
    let values = [
        json!(null),
        json!(true),
        json!(-1),
        json!(1.5),
        json!(1e300),
        json!("x"),
        json!([1]),
        json!([{}]),
        json!({"a": 1}),
    ];
    for operation in document.operations() {
        let Some(content) = operation.it["requestBody"]["content"].as_object() else { continue };
        let Some(media) = content.get("application/json").or(content.get("application/merge-patch+json"))
        else {
            continue;
        };
        let schema = document.resolve(&media["schema"]);
        let path = operation.path.replace("{id}", "x").replace("{mention_id}", "x");
        let names = schema["properties"].as_object().into_iter().flat_map(Map::keys).map(String::as_str);
        for (name, value) in
            names.chain(["other"]).flat_map(|name| values.iter().map(move |value| (name, value)))
        {
            let body = json!({name: value});
            is_in_words(
                &app.write(&operation.method.to_uppercase(), &path, &body),
                &format!("{path} {body}"),
            );
        }
        for body in &values {
            is_in_words(&app.write(&operation.method.to_uppercase(), &path, body), &format!("{path} {body}"));
        }
    }
    for member in ["tags", "entities"] {
        for (name, value) in ["slug", "name", "names", "kind", "type", "relation", "salience", "x"]
            .iter()
            .flat_map(|name| values.iter().map(move |value| (name, value)))
        {
            let body = json!({"language": "ar", "headline": "خبر", member: [{*name: value}]});
            is_in_words(&app.write("POST", "/v1/articles", &body), &body.to_string());
        }
    }
    for broken in ["", "{", "[", "{\"a\"", "{\"a\": \"", "nul", "{\"a\": 1} 2"] {
        let sent = app.as_editor("POST", "/v1/tags").bytes("application/json", broken.as_bytes()).send();
        assert!(
            sent.problem(400, "malformed-json")["detail"].as_str().is_some_and(|it| !it.contains("EOF")),
            "{}",
            sent.text()
        );
    }
}

#[test]
fn every_fault_of_a_query_is_told_in_words() {
    let (app, document) = (TestApp::start(), Document::new());
    for operation in document.operations().into_iter().filter(|it| it.method == "get") {
        let path = operation.path.replace("{id}", "x").replace("{mention_id}", "x").replace("{name}", "x");
        let parameters = operation.it["parameters"].as_array().into_iter().flatten();
        let names = parameters
            .map(|it| document.resolve(it))
            .filter(|it| it["in"] == "query")
            .map(|it| it["name"].as_str().expect("a name"));
        for name in names.chain(["other"]) {
            for query in ["=", "=x", "=-1", "=1.5", "=%20", "=1&{}=2", "=true&{}=true", ""] {
                let target = format!("{path}?{name}{}", query.replace("{}", name));
                is_in_words(&app.get(&target), &target);
            }
        }
    }
}

#[test]
fn a_text_that_nobody_sees_is_none() {
    let app = TestApp::start();
    for unseen in [
        "",
        " ",
        "\u{A0}\u{3000}\n\t",
        "\u{200B}",
        "\u{200F}\u{200C} \u{FEFF}",
        "\u{AD}\u{2060}",
        "\u{2800}\u{3164}",
        "\u{E0061}",
        "\u{202E}",
        "\u{2067}\u{2069}",
    ] {
        let refused = |path: &str, body: Value, pointer: &str| {
            app.write("POST", path, &body).refused(400, "invalid-body", &[(pointer, "blank")]);
        };
        let article = |member: &str, value: Value| {
            let mut article =
                json!({"language": "ar", "headline": "خبر", "source": "desk", "external_id": "1"});
            article[member] = value;
            article
        };
        refused("/v1/articles", article("headline", json!(unseen)), "/headline");
        refused("/v1/articles", article("source", json!(unseen)), "/source");
        refused("/v1/articles", article("external_id", json!(unseen)), "/external_id");
        refused("/v1/articles", article("tags", json!([{"kind": "topic", "name": unseen}])), "/tags/0/name");
        refused(
            "/v1/articles",
            article("entities", json!([{"type": "place", "name": unseen}])),
            "/entities/0/name",
        );
        refused("/v1/tags", json!({"kind": "topic", "names": {"ar": unseen}}), "/names/ar");
        refused("/v1/entities", json!({"type": "place", "names": {"ar": unseen}}), "/names/ar");
        let alias = json!({"type": "place", "names": {"ar": "مكان"}, "aliases": [{"name": unseen}]});
        refused("/v1/entities", alias, "/aliases/0/name");
        for target in ["suggest?q=", "entities?name=", "articles?source=", "articles?byline="] {
            let pointer = target.split(['?', '=']).nth(1).expect("a name");
            let text: String = url::form_urlencoded::byte_serialize(unseen.as_bytes()).collect();
            let response = app.get(&format!("/v1/{target}{text}"));
            response.refused(400, "invalid-parameters", &[(&format!("/{pointer}"), "blank")]);
        }
    }
    // Letters that are seen beside them stay as they are.
    let kept = app.publish("می\u{200C}شود \u{200F}", json!({}));
    assert_eq!(kept["headline"], "می\u{200C}شود \u{200F}");
}
