//! Keys and what their roles allow.

use std::io::BufRead;

use chrono::TimeDelta;
use diesel::{RunQueryDsl, sql_query, sql_types::Text};
use maqal::auth::{self, ApiKey, Role};
use serde_json::{Value, json};

use crate::support::{Response, TestApp, Wire, article, article_with, import, line, tag};

/// What every answer to a request without a valid key has.
fn unauthenticated(response: &Response) {
    response.problem(401, "unauthenticated");
    assert!(response.header("www-authenticate").starts_with("Bearer"), "{response:?}");
}

/// Every operation of the OpenAPI document: method, path and what it says of itself.
pub fn operations(app: &TestApp) -> Vec<(String, String, Value)> {
    let document = app.get("/openapi.json").json();
    let paths = document["paths"].as_object().expect("paths").clone();
    let operations = paths.into_iter().flat_map(|(path, item)| {
        let item = item.as_object().expect("operations").clone();
        item.into_iter().map(move |(method, operation)| {
            let path = path.replace("{id}", "some-item").replace("{name}", "not-found");
            (method.to_uppercase(), path, operation)
        })
    });
    operations.collect()
}

/// Whether the document says that the operation is for those with a key alone.
fn needs_key(operation: &Value) -> bool {
    let alternatives = operation["security"].as_array().expect("security");
    !alternatives.is_empty() && !alternatives.contains(&json!({}))
}

#[test]
fn a_key_that_is_not_valid_is_refused_even_where_none_is_needed() {
    let app = TestApp::start();
    let unknown = ApiKey::generate().expect("random bytes").reveal();
    // The id of one key with the secret of another.
    let mixed = format!("{}{}", &app.editor[..19], &unknown[19..]);
    let truncated = &app.editor[..app.editor.len() - 1];
    let headers = [
        format!("Bearer {unknown}"),
        format!("Bearer {mixed}"),
        format!("Bearer {truncated}"),
        format!("Bearer {}x", app.editor),
        format!("Bearer {}", app.editor.to_uppercase()),
        format!("Basic {}", app.editor),
        app.editor.clone(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer maqal_".to_owned(),
        String::new(),
    ];
    for header in headers {
        for (method, path) in [("GET", "/v1/tags"), ("POST", "/v1/tags"), ("DELETE", "/v1/tags/x")] {
            let response = app.request(method, path).header("Authorization", &header).json(&tag("x")).send();
            unauthenticated(&response);
            assert!(!response.text().contains(&app.editor), "{}", response.text());
        }
    }
    let lower = app.request("GET", "/v1/tags").header("Authorization", &format!("bearer {}", app.editor));
    assert_eq!(lower.send().status, 200);
}

#[test]
fn a_key_that_is_not_valid_is_refused_at_every_path_of_the_api() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("some-item"));
    let unknown = ApiKey::generate().expect("random bytes").reveal();
    let mut requests: Vec<(String, String)> = Vec::new();
    for (method, path, _) in operations(&app) {
        // Be it kept or not, nor does it matter what is asked for.
        if method == "GET" {
            let _ = (app.get(&path), app.get(&path));
            requests.extend([("HEAD".to_owned(), path.clone()), (method.clone(), format!("{path}?limit=1"))]);
        }
        requests.push((method, path));
    }
    for (method, path) in
        [("GET", "/v1/"), ("GET", "/v1/nowhere"), ("PUT", "/v1/nowhere"), ("PUT", "/v1/tags")]
    {
        requests.push((method.to_owned(), path.to_owned()));
    }
    assert!(requests.iter().filter(|(_, path)| path.starts_with("/v1/")).count() > 40, "{requests:?}");
    for (method, path) in requests {
        for wrong in
            [format!("Bearer {unknown}"), "Bearer maqal_".to_owned(), format!("Basic {}", app.editor)]
        {
            let answer = app.request(&method, &path).header("Authorization", &wrong).send();
            if method == "HEAD" && path.starts_with("/v1/") {
                assert_eq!(answer.status, 401, "{path} {wrong}");
            } else if path.starts_with("/v1/") {
                unauthenticated(&answer);
            } else {
                // What is not of the API is for everybody.
                assert_ne!(answer.status, 401, "{method} {path}");
            }
        }
    }
}

#[test]
fn a_key_of_whose_hash_one_byte_differs_is_refused() {
    let app = TestApp::start();
    let get = || app.as_editor("GET", "/v1/tags").send();
    for place in 0..32 {
        let flip = format!(
            "UPDATE api_keys SET secret_sha256 =
             set_byte(secret_sha256, {place}, get_byte(secret_sha256, {place}) # {})",
            1 << (place % 8)
        );
        app.database.execute(&flip);
        unauthenticated(&get());
        app.database.execute(&flip);
        assert_eq!(get().status, 200);
    }
}

#[test]
fn a_revoked_key_is_refused_at_once() {
    let app = TestApp::start();
    let key = app.database.key(Role::Editor);
    let write = |slug: &str| app.request("POST", "/v1/tags").key(&key).json(&tag(slug)).send();
    assert_eq!(write("a").status, 201);
    revoke(&app, &key);
    unauthenticated(&write("b"));
    unauthenticated(&app.request("GET", "/v1/tags").key(&key).send());
    assert_eq!(app.get("/v1/tags").column("slug"), ["a"]);
}

fn revoke(app: &TestApp, key: &str) {
    let id = ApiKey::parse(key).expect("a key").id().to_owned();
    let (connection, now) = (&mut app.database.connect(), app.clock().now());
    assert!(auth::queries::revoke(connection, &id, now).expect("a revocation"));
}

/// A key that is good for a day.
fn key_of_a_day(app: &TestApp, role: Role) -> String {
    app.database.key_until(role, app.clock().now() + TimeDelta::days(1))
}

#[test]
fn an_expired_key_is_refused_as_one_that_never_was() {
    let app = TestApp::start();
    app.publish("مسودة", json!({"status": "draft", "slug": "draft"}));
    let key = key_of_a_day(&app, Role::Editor);
    let write = |slug: &str| app.request("POST", "/v1/tags").key(&key).json(&tag(slug)).send();
    let read = || app.request("GET", "/v1/articles/draft").key(&key).send();
    app.clock().advance(TimeDelta::hours(23));
    assert_eq!((write("a").status, read().status), (201, 200));
    app.clock().advance(TimeDelta::hours(1));
    let expired = write("b");
    unauthenticated(&expired);
    unauthenticated(&read());
    let unknown = ApiKey::generate().expect("random bytes").reveal();
    let unknown = app.request("POST", "/v1/tags").key(&unknown).json(&tag("b")).send();
    assert_eq!(expired.json()["detail"], unknown.json()["detail"]);
    assert_eq!(app.get("/v1/tags").column("slug"), ["a"]);
}

/// Sends a chunk of a body.
fn send_line(wire: &mut Wire, line: &Value) {
    let line = format!("{line}\n");
    wire.send(format!("{:x}\r\n{line}\r\n", line.len()));
}

#[test]
fn a_revoked_key_ends_the_import_that_it_began() {
    let app = TestApp::start();
    let key = app.database.key(Role::Editor);
    assert_ends_the_import(&app, &key, || revoke(&app, &key));
}

#[test]
fn a_key_that_expires_ends_the_import_that_it_began() {
    let app = TestApp::start();
    let key = key_of_a_day(&app, Role::Editor);
    assert_ends_the_import(&app, &key, || app.clock().advance(TimeDelta::days(1)));
}

#[test]
fn a_key_that_may_only_read_now_ends_the_import_that_it_began() {
    let app = TestApp::start();
    let key = app.database.key(Role::Editor);
    let id = ApiKey::parse(&key).expect("a key").id().to_owned();
    assert_ends_the_import(&app, &key, || {
        app.database.execute(&format!("UPDATE api_keys SET role = 'reader' WHERE id = '{id}'"));
    });
}

fn assert_ends_the_import(app: &TestApp, key: &str, end: impl FnOnce()) {
    let mut wire = Wire::to(app.address());
    wire.send(format!(
        "POST /v1/articles/bulk HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {key}\r\n\
        Content-Type: application/x-ndjson\r\nTransfer-Encoding: chunked\r\n\r\n"
    ));
    send_line(&mut wire, &line("1", json!({})));
    while !wire.line().expect("the head").is_empty() {}
    let mut answer = || -> Value {
        let chunk = wire.chunk().expect("an answer").expect("a chunk");
        serde_json::from_slice(&chunk).expect("JSON")
    };
    assert_eq!(answer()["result"], "created");
    end();
    send_line(&mut wire, &line("2", json!({})));
    let stopped: Value =
        serde_json::from_slice(&wire.chunk().expect("an answer").expect("a chunk")).expect("JSON");
    assert_eq!((&stopped["line"], &stopped["result"]), (&json!(2), &json!("stopped")));
    assert_eq!(stopped["problem"]["type"], "/problems/unauthenticated");
    // That was the last word, though more may come.
    assert!(wire.chunk().expect("an end").is_none());
    assert_eq!(app.get("/v1/articles").column("external_id"), ["1"]);
}

#[test]
fn a_revoked_key_stops_the_export_that_it_began() {
    let app = TestApp::start();
    let key = app.database.key(Role::Reader);
    assert_stops_the_export(&app, &key, || revoke(&app, &key));
}

#[test]
fn a_key_that_expires_stops_the_export_that_it_began() {
    let app = TestApp::start();
    let key = key_of_a_day(&app, Role::Reader);
    assert_stops_the_export(&app, &key, || app.clock().advance(TimeDelta::days(1)));
}

fn assert_stops_the_export(app: &TestApp, key: &str, end: impl FnOnce()) {
    // Long, of few words.
    let body = format!("{} ", "ك".repeat(1000)).repeat(100);
    let drafts: Vec<Value> =
        (0..120).map(|id| line(&id.to_string(), json!({"status": "draft", "body": body}))).collect();
    import(app, &drafts);
    let mut wire = Wire::to(app.address());
    wire.send(format!(
        "GET /v1/articles?status=draft&include=tags&fields=body HTTP/1.1\r\nHost: h\r\n\
        Authorization: Bearer {key}\r\nAccept: application/x-ndjson\r\n\r\n"
    ));
    assert!(wire.line().expect("a status").ends_with("200 OK"));
    // Whoever reads nothing meanwhile has not been sent all of it.
    end();
    while !wire.line().expect("the head").is_empty() {}
    let mut text = Vec::new();
    while let Some(chunk) = wire.chunk().expect("an answer that has an end") {
        text.extend(chunk);
    }
    let mut lines: Vec<Value> =
        text.lines().map(|line| serde_json::from_str(&line.expect("UTF-8")).expect("JSON")).collect();
    let stopped = lines.pop().expect("a last line");
    assert_eq!((&stopped["line"], &stopped["result"]), (&json!(lines.len() + 1), &json!("stopped")));
    assert_eq!(stopped["problem"]["type"], "/problems/unauthenticated");
    assert!(lines.iter().all(|line| line["body"].is_string()));
    assert!(lines.len() < 120, "{} drafts were sent", lines.len());
}

#[test]
fn the_writes_of_the_document_need_a_key_however_their_address_is_spelled() {
    let app = TestApp::start();
    let draft =
        app.create("/v1/articles", article_with("مسودة", json!({"status": "draft", "slug": "draft"})));
    for (method, path) in [
        ("POST", "/v1/%61rticles"),
        ("POST", "/%761/articles"),
        ("POST", "/%761/tags"),
        ("POST", "/v1/articles/%62ulk"),
        ("PATCH", "/v1/%61rticles/draft"),
        ("PUT", "/v1/article%73/draft"),
        ("DELETE", "/v1/%61rticles/draft"),
        ("POST", "/v1/entities/a/merg%65"),
    ] {
        unauthenticated(&app.request(method, path).json(&json!({})).send());
        let reader = app.database.key(Role::Reader);
        let response = app.request(method, path).key(&reader).json(&json!({})).send();
        response.problem(403, "forbidden");
    }
    // Nor is a key overlooked, or a parameter.
    unauthenticated(&app.request("GET", "/%761/tags").key("maqal_").send());
    app.get("/%761/tag%73/a?limit=1").refused(400, "invalid-parameters", &[("/limit", "unknown")]);
    assert_eq!(app.as_editor("GET", "/%761/articles/draft").send().json(), draft);
    assert!(app.get("/v1/articles").column("id").is_empty());
}

#[test]
fn a_reader_sees_drafts_and_writes_nothing() {
    let app = TestApp::start();
    let mut draft = article("مسودة");
    draft["status"] = json!("draft");
    draft["slug"] = json!("draft");
    app.create("/v1/articles", draft);
    let reader = app.database.key(Role::Reader);
    let as_reader = |method: &str, path: &str| app.request(method, path).key(&reader);
    assert_eq!(as_reader("GET", "/v1/articles/draft").send().json()["headline"], "مسودة");
    assert_eq!(as_reader("GET", "/v1/articles?status=draft").send().column("slug"), ["draft"]);
    assert!(as_reader("GET", "/v1/articles").send().column("slug").is_empty());
    as_reader("DELETE", "/v1/articles/draft").send().problem(403, "forbidden");
    as_reader("PATCH", "/v1/articles/draft")
        .json(&json!({"status": "published"}))
        .send()
        .problem(403, "forbidden");
    app.get("/v1/articles/draft").problem(404, "not-found");
}

#[test]
fn an_editor_and_an_admin_write() {
    let app = TestApp::start();
    for role in [Role::Editor, Role::Admin] {
        let key = app.database.key(role);
        let send =
            |method: &str, path: &str| app.request(method, path).key(&key).json(&tag("a")).send().status;
        assert_eq!(send("POST", "/v1/tags"), 201);
        assert_eq!(send("PUT", "/v1/tags/a"), 200);
        assert_eq!(send("PATCH", "/v1/tags/a"), 200);
        assert_eq!(send("DELETE", "/v1/tags/a"), 204);
    }
}

#[test]
fn every_operation_that_writes_says_that_it_needs_a_key() {
    let app = TestApp::start();
    let writes: Vec<_> = operations(&app).into_iter().filter(|(method, ..)| method != "GET").collect();
    assert!(writes.len() >= 12, "{writes:?}");
    for (method, path, operation) in writes {
        assert!(needs_key(&operation), "{method} {path}");
    }
}

#[test]
fn every_operation_that_needs_a_key_asks_for_it_and_for_its_role() {
    let app = TestApp::start();
    let reader = app.database.key(Role::Reader);
    for (method, path, operation) in operations(&app) {
        let request = || {
            let request = app.request(&method, &path);
            if method == "GET" { request } else { request.json(&json!({})) }
        };
        let (without, with) = (request().send(), request().key(&reader).send());
        if needs_key(&operation) {
            unauthenticated(&without);
        } else {
            assert!(![401, 403].contains(&without.status), "{method} {path}: {}", without.text());
        }
        if method == "GET" {
            assert_ne!(with.status, 401, "{method} {path}");
        } else {
            with.problem(403, "forbidden");
        }
    }
}

#[test]
fn a_head_request_needs_the_key_that_get_needs() {
    let app = TestApp::start();
    for (method, path, operation) in operations(&app) {
        if method == "GET" && !needs_key(&operation) {
            assert_ne!(app.request("HEAD", &path).send().status, 401, "{path}");
        }
    }
    assert_eq!(app.request("HEAD", "/v1/articles?status=draft").send().status, 401);
}

#[test]
fn of_a_key_only_the_hash_is_stored() {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let app = TestApp::start();
    // However the secret may be written: as it is sent, or its bytes in hexadecimal.
    let (id, secret) = (&app.editor[6..18], &app.editor[19..]);
    let bytes = base64_url(secret);
    let hexadecimal: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let rows: Vec<Row> = sql_query("SELECT row_to_json(api_keys)::text AS row FROM api_keys")
        .load(&mut app.database.connect())
        .expect("the stored keys");
    assert_eq!(rows.len(), 1);
    for row in rows {
        assert!(row.row.contains(id), "{}", row.row);
        assert!(!row.row.contains(secret) && !row.row.contains(&hexadecimal), "{}", row.row);
    }
}

fn base64_url(text: &str) -> Vec<u8> {
    use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
    BASE64_URL_SAFE_NO_PAD.decode(text).expect("a secret in base64")
}
