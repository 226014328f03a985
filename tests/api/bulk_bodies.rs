//! The bodies of bulk imports: how they come, and what is taken.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use flate2::{Compression, write::GzEncoder};
use maqal::auth::Role;
use serde_json::{Value, json};

use crate::{
    bulk::{BULK, post},
    support::{Request, Response, TestApp, eventually, import, line, lines_of, results},
};

fn gzip(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("in memory");
    encoder.finish().expect("in memory")
}

fn compressed(app: &TestApp, body: &[u8]) -> Response {
    app.as_editor("POST", BULK).header("Content-Encoding", "gzip").bytes("application/x-ndjson", body).send()
}

#[test]
fn gzip_is_taken() {
    let app = TestApp::start();
    let text: Vec<String> =
        (1..=300).map(|number| line(&number.to_string(), json!({})).to_string()).collect();
    let answers = lines_of(&compressed(&app, &gzip(&text.join("\n"))));
    assert_eq!(results(&answers), ["created"; 300]);
    let padded = [gzip(&text.join("\n")), vec![0; 5000]].concat();
    assert_eq!(results(&lines_of(&compressed(&app, &padded))), ["unchanged"; 300]);
    let two_members = [gzip(&format!("{}\n", text[0])), gzip(&text[1])].concat();
    assert_eq!(results(&lines_of(&compressed(&app, &two_members))), ["unchanged"; 2]);
}

#[test]
fn a_body_whose_gzip_is_broken_says_where_it_stopped() {
    let app = TestApp::start();
    let text = format!("{}\n{}\n", line("1", json!({})), line("2", json!({})));
    let whole = gzip(&text);
    let cut = lines_of(&compressed(&app, &whole[..whole.len() - 4]));
    assert_eq!(results(&cut), ["created", "created", "stopped"]);
    assert_eq!(
        (&cut[2]["line"], &cut[2]["problem"]["type"]),
        (&json!(3), &json!("/problems/malformed-json"))
    );
    let plain = lines_of(&compressed(&app, text.as_bytes()));
    assert_eq!((results(&plain), &plain[0]["line"]), (vec!["stopped"], &json!(1)));
}

#[test]
fn a_body_that_is_cut_off_keeps_its_whole_lines() {
    let app = TestApp::start();
    let body = format!("{}\n{}", line("1", json!({})), &line("2", json!({})).to_string()[..30]);
    let head = format!(
        "POST {BULK} HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer {}\r\nContent-Type: application/x-ndjson\r\nContent-Length: 10000\r\n\r\n",
        app.editor
    );
    let mut client = TcpStream::connect(app.address()).expect("a connection");
    client.write_all(format!("{head}{body}").as_bytes()).expect("the request is sent");
    // The answer begins before all is sent.
    let mut status = [0; 15];
    client.read_exact(&mut status).expect("an answer");
    assert_eq!(&status, b"HTTP/1.1 200 OK");
    drop(client);
    eventually("the whole line is written", || app.get("/v1/articles").column("external_id") == ["1"]);
}

#[test]
fn an_empty_body_has_no_answers() {
    let app = TestApp::start();
    let response = post(&app, b"\n \n");
    assert_eq!((response.status, response.text().as_str()), (200, ""));
    assert_eq!(response.header("content-type"), "application/x-ndjson");
    assert_eq!(response.header("cache-control"), "no-store");
}

#[test]
fn only_lines_of_json_of_an_editor_are_taken() {
    let app = TestApp::start();
    let text = line("1", json!({})).to_string();
    let send = |request: Request| request.bytes("application/x-ndjson", text.as_bytes()).send();
    send(app.request("POST", BULK)).problem(401, "unauthenticated");
    let reader = app.database.key(Role::Reader);
    send(app.request("POST", BULK).key(&reader)).problem(403, "forbidden");
    app.as_editor("POST", BULK)
        .bytes("application/json", text.as_bytes())
        .send()
        .problem(415, "unsupported-media-type");
    send(app.as_editor("POST", BULK).header("Content-Encoding", "br")).problem(415, "unsupported-media-type");
    send(app.as_editor("POST", &format!("{BULK}?dry=1"))).refused(
        400,
        "invalid-parameters",
        &[("/dry", "unknown")],
    );
    assert_eq!(app.get("/v1/articles").column("id").len(), 0);
    for method in ["GET", "PUT", "PATCH", "DELETE"] {
        app.as_editor(method, BULK).send().problem(405, "method-not-allowed");
    }
}

#[test]
fn the_answers_may_be_read_after_all_is_sent() {
    let app = TestApp::start();
    // The test's client reads nothing before it has sent all.
    let lines: Vec<Value> = (1..=6000).map(|number| json!({"slug": format!("s{number}")})).collect();
    let answers = import(&app, &lines);
    assert_eq!(answers.len(), 6000);
    assert!(
        (1..).zip(&answers).all(|(number, answer)| answer["line"] == number && answer["result"] == "failed")
    );
}
