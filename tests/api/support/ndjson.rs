//! Lines of JSON, sent and received.

use serde_json::{Value, json};

use super::{Response, TestApp, article_with};

/// A published article of the source `s`, with these members besides.
pub fn line(external_id: &str, members: Value) -> Value {
    let mut line = article_with(&format!("عنوان {external_id}"), members);
    line["source"] = json!("s");
    line["external_id"] = json!(external_id);
    line
}

/// As a file of lines.
pub fn as_lines(lines: &[Value]) -> String {
    lines.iter().map(|line| format!("{line}\n")).collect()
}

/// Imports lines over HTTP; yields the answers.
pub fn import(app: &TestApp, lines: &[Value]) -> Vec<Value> {
    import_into(app, "articles", lines)
}

/// What the bulk import of a resource answers to lines.
pub fn import_into(app: &TestApp, resource: &str, lines: &[Value]) -> Vec<Value> {
    let request = app.as_editor("POST", &format!("/v1/{resource}/bulk"));
    lines_of(&request.bytes("application/x-ndjson", as_lines(lines).as_bytes()).send())
}

/// The lines of an answer.
pub fn lines_of(response: &Response) -> Vec<Value> {
    assert_eq!(response.status, 200, "{}", response.text());
    assert_eq!(response.header("content-type"), "application/x-ndjson");
    response.text().lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
}

/// What has become of each line.
pub fn results(answers: &[Value]) -> Vec<&str> {
    answers.iter().map(|answer| text_of(&answer["result"])).collect()
}

/// A value that is a text.
pub fn text_of(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text"))
}
