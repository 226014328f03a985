//! The OpenAPI document: current, whole, and true.

use std::{collections::HashSet, fs, path::Path};

use maqal::{openapi, server};
use serde_json::Value;

use crate::support::{Document, Operation, TestApp, tag};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// Calls `visit` with every object of the document and its place, but for what
/// examples are made of.
fn walk(node: &Value, place: &str, visit: &mut impl FnMut(&str, &serde_json::Map<String, Value>)) {
    match node {
        Value::Object(members) => {
            visit(place, members);
            for (name, member) in members {
                if name != "example" && name != "examples" {
                    walk(member, &format!("{place}/{name}"), visit);
                }
            }
        }
        Value::Array(items) => {
            for (number, item) in items.iter().enumerate() {
                walk(item, &format!("{place}/{number}"), visit);
            }
        }
        _ => {}
    }
}

fn is_text(value: &Value) -> bool {
    value.as_str().is_some_and(|text| !text.trim().is_empty())
}

#[test]
fn the_committed_document_is_current() {
    let committed = include_str!("../../openapi/openapi.json");
    let current = openapi::as_text(&server::document()) + "\n";
    assert!(committed == current, "openapi/openapi.json is an old one: renew it with `just openapi`");
}

#[test]
fn every_reference_leads_to_something() {
    let document = Document::new();
    let mut count = 0;
    walk(&document.0, "#", &mut |place, members| {
        if let Some(target) = members.get("$ref").and_then(Value::as_str) {
            count += 1;
            let found = target.strip_prefix('#').and_then(|pointer| document.0.pointer(pointer));
            assert!(found.is_some(), "{place} refers to {target}");
        }
    });
    assert!(count > 0);
}

#[test]
fn nothing_defaults_to_null() {
    walk(&server::document(), "#", &mut |place, members| {
        assert_ne!(members.get("default"), Some(&Value::Null), "{place}");
    });
}

#[test]
fn every_operation_is_described_and_named_after_its_function() {
    fn sources(folder: &Path) -> String {
        let entries = fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
        entries.map(|path| if path.is_dir() { sources(&path) } else { read_source(&path) }).collect()
    }
    fn read_source(path: &Path) -> String {
        let is_rust = path.extension().is_some_and(|extension| extension == "rs");
        if is_rust { fs::read_to_string(path).expect("a source file") } else { String::new() }
    }
    let code = sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
    let document = Document::new();
    let known: Vec<&Value> =
        document.0["tags"].as_array().expect("tags").iter().map(|tag| &tag["name"]).collect();
    let mut ids = HashSet::new();
    for Operation { path, method, it } in document.operations() {
        let place = format!("{method} {path}");
        assert!(METHODS.contains(&method), "{place}");
        assert!(is_text(&it["summary"]) && is_text(&it["description"]), "{place}");
        let summary = it["summary"].as_str().unwrap_or_default();
        assert!(!summary.ends_with('.') && !summary.contains('\n'), "{place}: {summary}");
        let tags = it["tags"].as_array().unwrap_or_else(|| panic!("{place} has no tag"));
        assert!(tags.len() == 1 && known.contains(&&tags[0]), "{place}: {tags:?}");
        let id = it["operationId"].as_str().unwrap_or_else(|| panic!("{place} has no id"));
        let is_name = id.contains('_') && id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
        assert!(is_name && ids.insert(id), "{place}: {id}");
        assert!(code.contains(&format!("async fn {id}(")), "{id} is no function");
    }
}

#[test]
fn every_parameter_has_a_description_and_a_schema() {
    let document = Document::new();
    for Operation { path, method, it } in document.operations() {
        let parameters = it["parameters"].as_array().into_iter().flatten();
        let mut named = HashSet::new();
        for parameter in parameters.map(|parameter| document.resolve(parameter)) {
            let place = format!("{method} {path} {}", parameter["name"]);
            assert!(named.insert((&parameter["in"], &parameter["name"])), "{place} twice");
            assert!(is_text(&parameter["description"]) && parameter["schema"].is_object(), "{place}");
            let is_required =
                parameter["in"] == "path" || (path == "/v1/suggest" && parameter["name"] == "q");
            assert_eq!(parameter["required"], is_required, "{place}");
        }
        let in_path = path.matches('{').count();
        assert_eq!(named.iter().filter(|(place, _)| **place == "path").count(), in_path, "{method} {path}");
    }
}

#[test]
fn every_response_is_described_and_failures_are_problems() {
    let document = Document::new();
    for Operation { path, method, it } in document.operations() {
        let mut refuses = false;
        for (status, response) in it["responses"].as_object().expect("responses") {
            let place = format!("{method} {path} {status}");
            let response = document.resolve(response);
            assert!(is_text(&response["description"]), "{place}");
            let content = &response["content"];
            match status.as_bytes()[0] {
                b'2' if status != "204" && path.starts_with("/v1/") => {
                    let (_, media) =
                        content.as_object().and_then(|media| media.iter().next()).expect("content");
                    let example = media.get("example").or_else(|| document.example(&media["schema"]));
                    assert!(example.is_some(), "{place} has no example");
                }
                b'4' | b'5' => {
                    let schema = &content["application/problem+json"]["schema"]["$ref"];
                    assert_eq!(schema, "#/components/schemas/Problem", "{place}");
                    refuses |= status.starts_with('4');
                }
                _ => {}
            }
        }
        assert!(refuses, "{method} {path} has no 4xx");
    }
}

#[test]
fn every_example_fits_its_schema() {
    let document = Document::new();
    let mut count = 0;
    walk(&document.0, "#", &mut |place, members| {
        let own = Value::Object(members.clone());
        let schema = members.get("schema").unwrap_or(&own);
        let several = members.get("examples").and_then(Value::as_array).into_iter().flatten();
        for example in several.chain(members.get("example")) {
            count += 1;
            assert_eq!(document.fault(example, schema), None, "{place}: {example}");
        }
    });
    assert!(count > 50, "{count} examples were found");
}

#[test]
fn every_request_example_is_taken_by_the_service() {
    let document = Document::new();
    let body = |operation: &Value| {
        let (_, media) = operation["requestBody"]["content"]
            .as_object()
            .and_then(|media| media.iter().next())
            .expect("a body");
        media.get("example").or_else(|| document.example(&media["schema"])).expect("an example").clone()
    };
    let paths = &document.0["paths"];
    for Operation { path, .. } in
        document.operations().into_iter().filter(|operation| operation.method == "post")
    {
        let item = &paths[format!("{path}/{{id}}")];
        if item.is_null() {
            continue;
        }
        let app = TestApp::start();
        // A section that the examples refer to.
        app.create("/v1/tags", tag("culture"));
        let created = app.as_editor("POST", path).json(&body(&paths[path]["post"])).send();
        assert_eq!(created.status, 201, "{path}: {}", created.text());
        for method in ["put", "patch"] {
            let changed = app
                .as_editor(&method.to_uppercase(), created.header("location"))
                .json(&body(&item[method]))
                .send();
            assert_eq!(changed.status, 200, "{method} {path}: {}", changed.text());
        }
    }
}
