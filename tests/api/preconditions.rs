//! What every unsafe operation on an item depends on: `If-Match` and `If-None-Match` (RFC 9110, 13).

use serde_json::{Value, json};

use crate::{
    conditional::{change, filled},
    support::{Document, Operation, Response, TestApp, entity},
};

/// What an unsafe operation on the item is sent, as it would do something.
fn effective_body(method: &str, path: &str, item: &Response) -> Option<Value> {
    match (method, path.rsplit('/').next().unwrap_or_default()) {
        ("delete", _) => None,
        ("put", _) => Some(item.json()),
        ("patch", _) => Some(change(path, 7)),
        ("post", "merge") => Some(json!({"into": "into"})),
        ("post", "split") => Some(json!({"entity": "from"})),
        _ => panic!("{method} {path} is not known here"),
    }
}

#[test]
fn every_unsafe_operation_on_an_item_depends_on_its_conditions() {
    let app = TestApp::start();
    filled(&app);
    for slug in ["from", "into"] {
        app.create("/v1/entities", entity(slug));
    }
    assert_eq!(app.post("/v1/entities/from/merge", json!({"into": "un"})).status, 200);
    let mention = json!({"entity": "un", "field": "headline", "start": 0, "end": 3});
    let mention = app.create("/v1/articles/a/mentions", mention)["id"].as_str().expect("an id").to_owned();
    let document = Document::new();
    let mut count = 0;
    for Operation { path, method, it } in document.operations() {
        // Below an item with its list, one is made; whatever else is written to is an item.
        let is_list = document.0["paths"][path].get("get").is_some() && !path.ends_with('}');
        if method == "get" || !path.contains("{id}") || is_list {
            continue;
        }
        count += 1;
        let owner = path.split('/').nth(2).expect("a resource");
        let slug = match owner {
            "articles" => "a",
            "tags" => "books",
            _ => "un",
        };
        let at = path.replace("{id}", slug).replace("{mention_id}", &mention);
        let item = at.trim_end_matches("/merge").trim_end_matches("/split");
        let before = app.get(item);
        let body = effective_body(method, path, &before);
        for (name, value) in [("If-Match", "\"nonsense\""), ("If-None-Match", "*")] {
            let request = app.as_editor(&method.to_uppercase(), &at).header(name, value);
            let request = body.iter().fold(request, |request, body| request.json(body));
            request.send().problem(412, "stale-version");
            assert_eq!(app.get(item).body, before.body, "{method} {at}");
        }
        let told = it["parameters"].to_string();
        for name in ["If-Match", "If-None-Match"] {
            assert!(told.contains(&format!("/{name}\"")), "{method} {path} does not tell of {name}");
        }
        assert!(it["responses"].get("412").is_some(), "{method} {path}");
    }
    assert!(count >= 12, "{count} operations");
}

#[test]
fn a_mention_is_deleted_as_it_was_read_alone() {
    let app = TestApp::start();
    filled(&app);
    app.patch("/v1/articles/a", json!({"headline": "هذا خبر عن المدينة"}));
    let made = json!({"entity": "un", "field": "headline", "exact": "خبر"});
    let made = app.post("/v1/articles/a/mentions", made);
    let at = made.header("location").to_owned();
    let first = app.get(&at).header("etag").to_owned();
    assert_eq!(made.header("etag"), first);
    // The mention moves with its words.
    app.patch("/v1/articles/a", json!({"headline": "اليوم: هذا خبر عن المدينة"}));
    let moved = app.get(&at);
    let delete = |name: &str, value: &str| app.as_editor("DELETE", &at).header(name, value).send();
    delete("If-Match", &first).problem(412, "stale-version");
    delete("If-None-Match", moved.header("etag")).problem(412, "stale-version");
    delete("If-Match", &format!("W/{}", moved.header("etag"))).problem(412, "stale-version");
    delete("If-Match", "nonsense").refused(400, "invalid-parameters", &[("/If-Match", "invalid_value")]);
    assert_eq!(app.get(&at).body, moved.body);
    assert_eq!(delete("If-Match", moved.header("etag")).status, 204);
    assert_eq!(app.get(&at).status, 404);
}
