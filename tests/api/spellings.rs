//! Every operation in every spelling of its address, as every kind of caller: whoever may not write does not, and an
//! address is the same however it is spelled.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    iter, thread,
};

use maqal::{auth::Role, server};
use serde_json::{Value, json};

use crate::support::{TestApp, Wire, article_with, entity, tag};

/// What is asked for: a request line and fields.
#[derive(Clone)]
struct Asked {
    method: String,
    target: String,
    fields: String,
}

/// An operation, and how it is spelled.
struct Operation {
    method: String,
    pattern: String,
    /// Other spellings of the same request.
    same: Vec<Asked>,
    /// Requests for something else that looks alike.
    alike: Vec<Asked>,
}

const MENTION: &str = "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11";

/// The path of an operation on the item.
fn path(pattern: &str, item: &str) -> String {
    pattern.replace("{id}", item).replace("{mention_id}", MENTION).replace("{name}", "not-found")
}

/// The path with some of its bytes percent-encoded.
fn encoded(path: &str, is_encoded: impl Fn(usize, u8) -> bool, upper: bool) -> String {
    let mut target = String::new();
    for (at, byte) in path.bytes().enumerate() {
        match is_encoded(at, byte) {
            false => target.push(byte.into()),
            true if upper => write!(target, "%{byte:02X}").expect("in memory"),
            true => write!(target, "%{byte:02x}").expect("in memory"),
        }
    }
    target
}

fn operation(method: &str, pattern: &str, item: &str) -> Operation {
    let path = path(pattern, item);
    let asked = |method: &str, target: String, fields: &str| Asked {
        method: method.to_owned(),
        target,
        fields: fields.to_owned(),
    };
    let mut targets = BTreeSet::new();
    for upper in [true, false] {
        for (at, _) in path.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_alphanumeric()) {
            targets.insert(encoded(&path, |place, _| place == at, upper));
        }
        targets.insert(encoded(&path, |_, byte| byte != b'/', upper));
    }
    targets.insert(format!("http://localhost:80{path}"));
    let mut same: Vec<_> = targets.into_iter().map(|target| asked(method, target, "")).collect();
    for other in ["GET", "POST", "DELETE", "OPTIONS"] {
        let fields = ["X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"];
        let fields: String = fields.iter().map(|name| format!("{name}: {other}\r\n")).collect();
        same.push(asked(method, path.clone(), &fields));
    }
    let mut alike = Vec::new();
    let (start, end) = path.rsplit_once('/').expect("a path");
    for target in [
        format!("/{path}"),
        format!("{start}//{end}"),
        format!("/.{path}"),
        format!("/x/..{path}"),
        format!("{start}/./{end}"),
        format!("/%2e{path}"),
        format!("/x/%2E%2e{path}"),
        format!("{path}/"),
        format!("{path}%2F"),
        format!("{path}/."),
        format!("{path};a=b"),
        format!("{start}%2f{end}"),
        format!("{start}%5C{end}"),
        format!("{start}\\{end}"),
        path.to_uppercase(),
        format!("{path}%00"),
        format!("{path}?_method={method}"),
        encoded(&path, |at, _| at == 1, true).replace('%', "%25"),
    ] {
        if target.starts_with('/') {
            alike.push(asked(method, target, ""));
        }
    }
    // Such a field must not make a write of a read.
    let as_field = format!("X-HTTP-Method-Override: {method}\r\n");
    for method in ["GET", "HEAD", "OPTIONS", "TRACE", "BREW"] {
        alike.push(asked(method, path.clone(), &as_field));
        alike.push(asked(method, encoded(&path, |at, _| at == 1, true), &as_field));
    }
    Operation { method: method.to_owned(), pattern: pattern.to_owned(), same, alike }
}

/// A body that the operation takes.
fn valid_body(pattern: &str) -> Value {
    match pattern {
        _ if pattern.ends_with("/merge") => json!({"into": "other"}),
        _ if pattern.ends_with("/split") => json!({"entity": "other"}),
        _ if pattern.ends_with("/mentions") => {
            json!({"entity": "item", "field": "headline", "start": 0, "end": 4, "exact": "item"})
        }
        _ if pattern.starts_with("/v1/tags") => tag("new"),
        _ if pattern.starts_with("/v1/entities") => entity("new"),
        _ => article_with("new", json!({"slug": "new"})),
    }
}

/// The status of the answer.
fn ask(
    wire: &mut Option<Wire>,
    app: &TestApp,
    asked: &Asked,
    key: Option<&str>,
    (content_type, body): (&str, &str),
) -> u16 {
    let key = key.map_or_else(String::new, |key| format!("Authorization: Bearer {key}\r\n"));
    let body = if ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&asked.method.as_str()) { "" } else { body };
    let body = match body {
        "" => "\r\n".to_owned(),
        body => format!("Content-Type: {content_type}\r\nContent-Length: {}\r\n\r\n{body}", body.len()),
    };
    let Asked { method, target, fields } = asked;
    let request = format!("{method} {target} HTTP/1.1\r\nHost: localhost\r\n{key}{fields}{body}");
    let open = wire.get_or_insert_with(|| Wire::to(app.address()));
    let answer = open
        .send(request)
        .try_answer(method == "HEAD")
        .unwrap_or_else(|error| panic!("{method} {target}: {error}"));
    if answer.field("connection").is_some_and(|option| option.eq_ignore_ascii_case("close")) {
        *wire = None;
    }
    answer.status
}

fn is_safe(method: &str) -> bool {
    ["GET", "HEAD", "OPTIONS", "TRACE"].contains(&method)
}

/// A caller's column of the table: what each operation answers.
fn column(app: &TestApp, role: Option<Role>) -> Vec<(String, String)> {
    let key = role.map(|role| app.database.key(role));
    let may_write = matches!(role, Some(Role::Editor | Role::Admin));
    let document = server::document();
    let paths = document["paths"].as_object().expect("paths");
    let operations = paths.iter().flat_map(|(pattern, item)| {
        item.as_object().expect("operations").keys().map(|method| (method.to_uppercase(), pattern.clone()))
    });
    let mut wire = None;
    let column = operations.map(|(method, pattern)| {
        // Who may write changes nothing here: it is enough that the handler is reached.
        let (item, body) = match may_write {
            true => ("nothing", "{}".to_owned()),
            false => ("item", valid_body(&pattern).to_string()),
        };
        let content_type =
            if pattern.ends_with("/bulk") { "application/x-ndjson" } else { "application/json" };
        let operation = operation(&method, &pattern, item);
        let mut status = |asked: &Asked| {
            // Of exports there are two at once.
            let mut asked =
                iter::repeat_with(|| ask(&mut wire, app, asked, key.as_deref(), (content_type, &body)));
            asked.find(|status| *status != 503).expect("a status")
        };
        let plain = Asked { method: method.clone(), target: path(&pattern, item), fields: String::new() };
        let plain = status(&plain);
        for asked in &operation.same {
            assert_eq!(status(asked), plain, "{method} {pattern} as {role:?}: {}", asked.target);
        }
        let mut others: BTreeMap<u16, usize> = BTreeMap::new();
        for asked in &operation.alike {
            let status = status(asked);
            let may_succeed = is_safe(&asked.method) || may_write;
            let what = format!("{} {} as {role:?}: {status}", asked.method, asked.target);
            assert!(status < 500 && (may_succeed || status >= 400), "{what}");
            *others.entry(status).or_default() += 1;
        }
        match (is_safe(&method), role) {
            (true, _) => assert!(plain < 400 || plain == 404 || plain == 400, "{method} {pattern}: {plain}"),
            (false, None) => assert_eq!(plain, 401, "{method} {pattern}"),
            (false, Some(Role::Reader)) => assert_eq!(plain, 403, "{method} {pattern}"),
            (false, Some(_)) => assert!(![401, 403, 405].contains(&plain), "{method} {pattern}: {plain}"),
        }
        let others: Vec<_> = others.iter().map(|(status, count)| format!("{status}×{count}")).collect();
        let cell = format!("{plain}×{} {}", operation.same.len() + 1, others.join(" "));
        (format!("{} {}", operation.method, operation.pattern), cell)
    });
    column.collect()
}

#[test]
fn no_spelling_of_an_address_lets_anybody_write_who_may_not() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("item"));
    app.create("/v1/entities", entity("item"));
    app.create("/v1/entities", entity("other"));
    app.publish("item", json!({"slug": "item"}));
    let before: Vec<Value> = items(&app);
    let callers = [None, Some(Role::Reader), Some(Role::Editor), Some(Role::Admin)];
    let columns: Vec<_> = thread::scope(|scope| {
        let threads = callers.map(|role| {
            scope.spawn({
                let app = &app;
                move || column(app, role)
            })
        });
        let columns = threads.map(|thread| thread.join());
        columns.into_iter().map(|column| column.expect("a column, see above")).collect()
    });
    assert_eq!(items(&app), before, "somebody has written");
    // With `cargo test -- --nocapture`: each status with the number of requests that it answered, first those for the
    // operation in all of its spellings, then those for what looks alike.
    println!("{:50} {:40} {:40} {:40} admin", "operation", "nobody", "reader", "editor");
    for (row, (operation, nobody)) in columns[0].iter().enumerate() {
        let cell = |caller: usize| &columns[caller][row].1;
        println!("{operation:50} {nobody:40} {:40} {:40} {}", cell(1), cell(2), cell(3));
    }
}

/// Everything that there is.
fn items(app: &TestApp) -> Vec<Value> {
    let lists = ["articles", "tags", "entities"].map(|list| format!("/v1/{list}?count=exact"));
    let mut items: Vec<Value> = lists.iter().map(|list| app.get(list).json()).collect();
    items.push(app.get("/v1/articles/item/mentions").json());
    items
}
