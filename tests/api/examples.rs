//! The examples of README and of the docs page are run as they stand, on the sample of `--demo`: each finds something.

use std::{collections::HashMap, fmt::Write, fs, iter::Peekable, path::Path, str::Chars};

use maqal::{clock::Clock, demo};
use serde_json::Value;

use crate::support::{DataDir, Document, Operation, Request, Response, TestApp, TestDatabase};

/// The service with the sample.
fn demo_app() -> (TestApp, DataDir) {
    let (database, dir) = (TestDatabase::new(), DataDir::new());
    let now = Clock::default().now();
    demo::fill_if_empty(&mut database.connect(), dir.path(), now).expect("the sample fits");
    (TestApp::with(database, &[]), dir)
}

/// What an answer has found.
fn found(response: &Response) -> bool {
    if response.body.is_empty() {
        return response.status == 204;
    }
    let is_list = |value: &Value| value.as_array().is_some_and(|items| !items.is_empty());
    let Ok(body) = serde_json::from_slice::<Value>(&response.body) else {
        // Lines.
        let lines: Vec<_> = response.text().lines().map(serde_json::from_str::<Value>).collect();
        return !lines.is_empty() && lines.iter().all(Result::is_ok);
    };
    match (body.get("data"), body.get("problems")) {
        (Some(data), _) => is_list(data),
        (None, Some(problems)) => is_list(problems),
        (None, None) => body.is_object(),
    }
}

/// The words of a command as a shell reads them: quotes, variables, comments.
fn words(command: &str, variables: &HashMap<String, String>) -> Vec<String> {
    fn variable(rest: &mut Peekable<Chars>, variables: &HashMap<String, String>) -> String {
        let mut name = String::new();
        while let Some(c) = rest.next_if(|c| c.is_ascii_alphanumeric() || *c == '_') {
            name.push(c);
        }
        variables.get(&name).unwrap_or_else(|| panic!("no ${name}")).clone()
    }
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    let mut rest = command.chars().peekable();
    while let Some(c) = rest.next() {
        match (quote, c) {
            (Some(open), _) if c == open => quote = None,
            (Some('"') | None, '$') => {
                let value = variable(&mut rest, variables);
                word.get_or_insert_default().push_str(&value);
            }
            (Some(_), _) => word.get_or_insert_default().push(c),
            (None, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '#') if word.is_none() => break,
            (None, ' ' | '\n') => words.extend(word.take()),
            (None, _) => word.get_or_insert_default().push(c),
        }
    }
    words.extend(word);
    words
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b',' => all.push(byte.into()),
            _ => write!(all, "%{byte:02X}").expect("in memory"),
        }
        all
    })
}

/// The letters of a URL that curl sends as they are, encoded as the test's client needs it.
fn ascii(url: &str) -> String {
    url.chars().map(|c| if c.is_ascii() { c.to_string() } else { encoded(&c.to_string()) }).collect()
}

/// Does what curl does with these arguments.
fn curl(app: &TestApp, arguments: &[String], files: &HashMap<String, String>) -> Response {
    let (mut method, mut url, mut headers) = (None, String::new(), Vec::new());
    let (mut data, mut is_query) = (Vec::new(), false);
    let mut rest = arguments.iter();
    let mut next = || rest.next().cloned();
    while let Some(argument) = next() {
        let mut value = || next().expect("a value");
        match argument.as_str() {
            "-i" => {}
            "-G" => is_query = true,
            "-X" => method = Some(value()),
            "-H" => headers.push(value()),
            "-d" => data.push(value()),
            "--json" => {
                headers.push("Content-Type: application/json".to_owned());
                data.push(value());
            }
            "--data-binary" => data.push(files[value().trim_start_matches('@')].clone()),
            "--data-urlencode" => {
                let pair = value();
                let (name, value) = pair.split_once('=').expect("a pair");
                data.push(format!("{name}={}", encoded(value)));
            }
            _ if argument.starts_with("http") => url = argument,
            _ => panic!("the test knows no {argument} of curl"),
        }
    }
    let mut target = ascii(url.split_once("127.0.0.1:8080").expect("the address of README").1);
    if is_query {
        target = format!("{target}?{}", data.join("&"));
        data.clear();
    }
    let method = method.unwrap_or_else(|| if data.is_empty() { "GET" } else { "POST" }.to_owned());
    let mut request: Request = app.request(&method, &target);
    if !data.is_empty() {
        request = request.bytes("application/x-www-form-urlencoded", data.join("&").as_bytes());
    }
    for header in &headers {
        let (name, value) = header.split_once(": ").expect("a header");
        request = request.header(name, value);
    }
    request.send()
}

#[test]
fn the_requests_of_readme_find_something_in_the_sample() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).expect("README");
    let (app, dir) = demo_app();
    let mut variables = HashMap::new();
    let key = fs::read_to_string(dir.path().join("admin.key")).expect("the key of the sample");
    let mut lines = readme.lines().filter_map(|line| line.strip_prefix("    "));
    let (mut ran, mut files) = (Vec::new(), HashMap::new());
    while let Some(line) = lines.next() {
        if let Some(name) = line.strip_prefix("cat > ").and_then(|rest| rest.strip_suffix(" <<'END'")) {
            let file: Vec<&str> = lines.by_ref().take_while(|line| *line != "END").collect();
            files.insert(name.to_owned(), file.join("\n"));
        }
        if let Some((name @ ("KEY" | "LOCATION"), _)) = line.split_once('=') {
            let answered = |response: &Response| response.header("location").to_owned();
            let value = match name {
                "KEY" => key.trim().to_owned(),
                _ => answered(ran.last().map(|(_, response)| response).expect("an answer before")),
            };
            variables.insert(name.to_owned(), value);
        }
        if !line.starts_with("curl ") {
            continue;
        }
        // A command goes on behind a backslash, and inside of quotes.
        let mut command = line.to_owned();
        while command.ends_with('\\') || command.matches('\'').count() % 2 == 1 {
            command = command.trim_end_matches('\\').to_owned();
            command.push('\n');
            command.push_str(lines.next().expect("the rest of the command"));
        }
        let response = curl(&app, &words(&command, &variables)[1..], &files);
        assert!((200..300).contains(&response.status) && found(&response), "{command}: {}", response.text());
        ran.push((command, response));
    }
    assert!(ran.len() >= 4, "{} commands were found", ran.len());

    // And what its tables and sentences name.
    let named = readme.split('`').skip(1).step_by(2).filter(|code| {
        code.starts_with("/v1/")
            && !code.contains(['{', '…'])
            && !code.ends_with('=')
            && *code != "/v1/suggest"
    });
    for target in named {
        let response = app.get(&ascii(target));
        assert!(response.status == 200 && found(&response), "{target}: {}", response.text());
    }
}

/// What the docs page fills a parameter in with (as Swagger UI does): its example, or else the schema's or the default,
/// that of the first of several.
fn filled_in<'a>(document: &'a Document, parameter: &'a Value) -> Option<&'a Value> {
    let schema = document.resolve(&parameter["schema"]);
    let first = ["oneOf", "anyOf"].into_iter().find_map(|choice| schema[choice].get(0));
    let first = first.map(|schema| document.resolve(schema));
    let own = |name: &str| schema.get(name).or_else(|| first?.get(name));
    parameter.get("example").or_else(|| own("example")).or_else(|| own("default"))
}

/// The request that the docs page makes of an operation where nobody changes what is filled in; nothing, where something
/// that is required is not.
fn prepared(app: &TestApp, document: &Document, operation: &Operation) -> Option<Request> {
    let (mut target, mut query, mut headers) = (operation.path.to_owned(), String::new(), Vec::new());
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    for parameter in operation.it["parameters"].as_array().into_iter().flatten() {
        let parameter = document.resolve(parameter);
        let name = parameter["name"].as_str().expect("a name");
        let Some(value) = filled_in(document, parameter) else {
            if parameter["required"] == true {
                return None;
            }
            continue;
        };
        let values: Vec<String> =
            value.as_array().map_or_else(|| vec![text(value)], |it| it.iter().map(text).collect());
        match parameter["in"].as_str() {
            Some("path") => target = target.replace(&format!("{{{name}}}"), &encoded(&values[0])),
            Some("header") => headers.push((name.to_owned(), values[0].clone())),
            _ if parameter["explode"] == false => {
                write!(query, "{name}={}&", encoded(&values.join(","))).expect("in memory");
            }
            _ => values.iter().for_each(|value| {
                write!(query, "{name}={}&", encoded(value)).expect("in memory");
            }),
        }
    }
    let target = format!("{target}?{query}");
    let mut request = app.as_editor(&operation.method.to_uppercase(), target.trim_end_matches(['?', '&']));
    for (name, value) in headers {
        request = request.header(&name, &value);
    }
    if let Some(contents) = operation.it["requestBody"]["content"].as_object() {
        let (media_type, media) = contents.iter().next().expect("a body");
        let example =
            media.get("example").or_else(|| document.example(&media["schema"])).expect("an example");
        request = request.bytes(media_type, text(example).as_bytes());
    }
    Some(request)
}

#[test]
fn the_docs_page_finds_something_in_the_sample_by_what_it_fills_in() {
    let document = Document::new();
    let mut left = Vec::new();
    // Each method on a sample of its own, in the order of the page: what one creates, another would find taken.
    for methods in [&["get"][..], &["post"], &["put"], &["patch"], &["delete"]] {
        let (app, _dir) = demo_app();
        for operation in document.operations().iter().filter(|it| methods.contains(&it.method)) {
            // Nothing was merged yet: it is seen where it was.
            if operation.path.ends_with("/merges") {
                continue;
            }
            let name = format!("{} {}", operation.method, operation.path);
            let Some(request) = prepared(&app, &document, operation) else {
                left.push(name);
                continue;
            };
            let response = request.send();
            assert!((200..300).contains(&response.status) && found(&response), "{name}: {}", response.text());
            document.check(*operation, &response, &name);
            if operation.path.ends_with("/merge") {
                let merges = document.operations().into_iter().find(|it| it.path.ends_with("/merges"));
                let merges =
                    prepared(&app, &document, &merges.expect("an operation")).expect("a request").send();
                assert!(found(&merges), "{}", merges.text());
            }
        }
    }
    // Their ids are made by chance.
    let of_mentions =
        ["get", "delete"].map(|method| format!("{method} /v1/articles/{{id}}/mentions/{{mention_id}}"));
    assert_eq!(left, of_mentions);
}

#[test]
fn what_speaks_of_now_has_something_to_say_of_the_sample() {
    let (app, _dir) = demo_app();
    let trends = app.get("/v1/entities/trending").json();
    assert!(!trends["data"].as_array().expect("a list").is_empty(), "{trends}");
    let week = (Clock::default().now() - chrono::TimeDelta::days(7)).format("%F");
    assert!(!app.get(&format!("/v1/articles?from={week}")).column("id").is_empty());
}
