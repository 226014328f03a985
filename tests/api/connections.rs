//! Answers as they go over a connection: whole, in order, and each behind its own head.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, Wire, WireAnswer};

const LIST: &str = "/v1/articles?include=tags";
const LONG: &str = "/v1/articles/long?include=tags";
const ARTICLE: &str = "/v1/articles/short";

/// A service whose answers to these requests are kept.
fn start() -> TestApp {
    let app = TestApp::start();
    app.publish("خبر قصير", json!({"slug": "short"}));
    app.publish("خبر طويل", json!({"slug": "long", "body": "كلمة أخرى. ".repeat(4000)}));
    // The service hears of its own writes as well, and what it reads before that is not kept for long.
    thread::sleep(Duration::from_millis(300));
    app.keep(&[LIST, LONG, ARTICLE]);
    app
}

struct Answer {
    status: u16,
    fields: Vec<String>,
    body: Vec<u8>,
}

fn request(method: &str, path: &str, fields: &str) -> String {
    format!("{method} {path} HTTP/1.1\r\nHost: h\r\n{fields}\r\n")
}

/// Reads one answer; that to HEAD, and one that is not modified, has no body.
fn read_answer(stream: &mut impl BufRead, has_body: bool) -> Answer {
    let mut line = || {
        let mut line = String::new();
        stream.read_line(&mut line).expect("a line");
        line.trim_end().to_owned()
    };
    let status = line().split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
    let fields: Vec<String> = std::iter::from_fn(|| Some(line()).filter(|line| !line.is_empty())).collect();
    let length = fields.iter().find_map(|field| field.strip_prefix("content-length: ")?.parse().ok());
    let mut body = vec![0; length.filter(|_| has_body).unwrap_or_default()];
    stream.read_exact(&mut body).expect("a body");
    Answer { status, fields, body }
}

#[test]
fn requests_that_come_together_are_answered_one_by_one() {
    let app = start();
    let etag = app.get(ARTICLE).header("etag").to_owned();
    let held = format!("If-None-Match: {etag}\r\n");
    let unkept = "/v1/articles?limit=1&count=exact&sort=headline";
    let asked: [(&str, &str, &str, u16); 14] = [
        ("GET", LIST, "", 200),
        ("HEAD", LIST, "", 200),
        ("GET", unkept, "", 200),
        ("HEAD", "/v1/articles/nothing", "", 404),
        ("GET", "/v1/articles/nothing", "", 404),
        ("GET", ARTICLE, "", 200),
        ("GET", ARTICLE, &held, 304),
        ("GET", LONG, "", 200),
        ("GET", "/v1/articles?limit=1", "", 200),
        ("HEAD", LONG, "", 200),
        ("GET", "/v1/tags", "", 200),
        ("HEAD", "/v1/articles/export", "", 200),
        ("GET", "/healthz", "", 200),
        ("GET", LIST, "", 200),
    ];
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    for _ in 0..3 {
        let requests = asked.iter().map(|(method, path, fields, _)| request(method, path, fields));
        stream.write_all(requests.collect::<String>().as_bytes()).expect("the requests are sent");
    }
    let mut answers = BufReader::new(stream);
    for (method, path, _, status) in asked.iter().cycle().take(3 * asked.len()) {
        let answer = read_answer(&mut answers, *method == "GET" && *status != 304);
        assert_eq!(answer.status, *status, "{method} {path}");
        let of_field = |name: &str| answer.fields.iter().filter(|field| field.starts_with(name)).count();
        for name in ["content-type: ", "date: ", "x-request-id: ", "etag: ", "content-length: "] {
            assert!(of_field(name) <= 1, "{name} in {:?}", answer.fields);
        }
        assert_eq!(of_field("x-request-id: "), 1);
        if *method == "GET" && *status == 200 {
            assert_eq!(answer.body, app.get(path).body, "{path}");
        }
    }
}

#[test]
fn a_client_that_reads_slowly_misses_nothing() {
    let app = start();
    let whole = app.get(LONG).body;
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    const COUNT: usize = 200;
    stream.write_all(request("GET", LONG, "").repeat(COUNT).as_bytes()).expect("the requests are sent");
    // More than the sockets hold, which the service has to keep back.
    thread::sleep(Duration::from_millis(300));
    let mut answers = BufReader::with_capacity(1000, stream);
    for _ in 0..COUNT {
        assert!(read_answer(&mut answers, true).body == whole);
    }
}

#[test]
fn a_client_that_sends_no_more_is_answered_still() {
    let app = start();
    let mut stream = TcpStream::connect(app.address()).expect("a connection");
    stream.write_all(request("GET", LONG, "").as_bytes()).expect("the request is sent");
    stream.shutdown(Shutdown::Write).expect("half of the connection is closed");
    let mut answers = BufReader::new(stream);
    assert_eq!(read_answer(&mut answers, true).body, app.get(LONG).body);
    assert_eq!(answers.read(&mut [0]).expect("the end"), 0);
}

#[test]
fn what_is_asked_next_does_not_change_how_an_answer_ends() {
    let app = start();
    let export = app.get("/v1/articles/export?include=tags").body;
    let unkept = "/v1/articles?limit=1&count=exact&sort=headline";
    let firsts = [
        ("GET", "/v1/articles/export?include=tags", export),
        ("HEAD", "/v1/articles/export", Vec::new()),
        ("GET", unkept, app.get(unkept).body),
        ("HEAD", unkept, Vec::new()),
        ("GET", LIST, app.get(LIST).body),
        ("GET", "/v1/articles/nothing", app.get("/v1/articles/nothing").body),
    ];
    for (method, path, body) in firsts {
        for (next, is_head, is_last) in [
            (request("HEAD", LIST, ""), true, false),
            (request("HEAD", "/v1/articles/export", ""), true, false),
            (request("GET", LIST, "Connection: close\r\n"), false, true),
            (format!("GET {LIST} HTTP/1.0\r\n\r\n"), false, true),
            ("no request\r\n\r\n".to_owned(), false, true),
        ] {
            let what = format!("{method} {path}, then {next}");
            let mut wire = Wire::to(app.address());
            wire.send([request(method, path, ""), next].concat());
            let answer = wire.answer(method == "HEAD");
            assert_eq!(answer.field("connection"), None, "{what}");
            if path.contains("nothing") {
                assert_eq!(answer.status, 404, "{what}");
            } else {
                assert_eq!(
                    (answer.status, answer.text()),
                    (200, String::from_utf8_lossy(&body).into_owned()),
                    "{what}"
                );
            }
            assert!(!wire.answer(is_head).body.is_empty() || is_head, "{what}");
            if is_last {
                assert!(wire.rest().is_empty(), "{what}");
            } else {
                let third = wire.send(request("GET", ARTICLE, "")).answer(false);
                assert_eq!(third.body, app.get(ARTICLE).body, "{what}");
            }
        }
    }
}

#[test]
fn a_request_that_is_refused_at_once_ends_no_connection_if_all_of_it_has_come() {
    let app = start();
    let mut wire = Wire::to(app.address());
    for _ in 0..20 {
        let fields = "Content-Type: application/json\r\nContent-Length: 2\r\n";
        let refused = wire.send(request("POST", "/v1/tags", fields) + "{}").answer(false);
        assert_eq!((refused.status, refused.field("connection")), (401, None));
    }
}

#[test]
fn however_much_is_asked_before_an_answer_is_over_each_is_answered() {
    let app = start();
    const COUNT: usize = 300;
    let export = request("GET", "/v1/articles/export", "");
    let create = |number: usize| {
        let body = json!({"language": "en", "headline": format!("Pipelined {number}")}).to_string();
        let fields = format!(
            "Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            app.editor,
            body.len()
        );
        request("POST", "/v1/articles", &fields) + &body
    };
    let asked: String =
        (0..COUNT).map(|number| if number % 50 == 0 { create(number) } else { export.clone() }).collect();
    let mut wire = Wire::to(app.address());
    wire.send(asked + "\r\n").end();
    for number in 0..COUNT {
        assert_eq!(wire.answer(false).status, if number % 50 == 0 { 201 } else { 200 });
    }
    assert!(wire.rest().is_empty());
}

#[test]
fn a_connection_that_is_to_end_ends_with_the_answer() {
    let app = start();
    let body = app.get(LONG).text();
    for request in [format!("GET {LONG} HTTP/1.0\r\n\r\n"), request("GET", LONG, "Connection: close\r\n")] {
        let answer = app.exchange(request.as_bytes());
        assert!(answer.starts_with("HTTP/1.") && answer.contains(" 200 OK\r\n"), "{request}");
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{request}");
    }
}

#[test]
fn a_client_that_knows_no_chunks_gets_none() {
    let app = start();
    let whole = app.get("/v1/articles/export").text();
    for fields in ["", "Connection: keep-alive\r\n"] {
        let answer = app.exchange(format!("GET /v1/articles/export HTTP/1.0\r\n{fields}\r\n").as_bytes());
        let (head, body) = answer.split_once("\r\n\r\n").expect("a head");
        let head = head.to_lowercase();
        assert!(head.contains(" 200 ok") && !head.contains("transfer-encoding"), "{head}");
        assert!(!head.contains("keep-alive"), "{head}");
        assert_eq!(body, whole);
    }
}

#[test]
fn a_client_that_leaves_harms_no_other() {
    let app = start();
    for _ in 0..20 {
        let mut stream = TcpStream::connect(app.address()).expect("a connection");
        stream.write_all(request("GET", LONG, "").repeat(50).as_bytes()).expect("the requests are sent");
        stream.read_exact(&mut [0; 100]).expect("a beginning");
    }
    let whole = app.get(LONG).body;
    for _ in 0..8 {
        let mut stream = TcpStream::connect(app.address()).expect("a connection");
        stream.write_all(request("GET", LONG, "").as_bytes()).expect("the request is sent");
        assert!(read_answer(&mut BufReader::new(stream), true).body == whole);
    }
}

#[test]
fn actix_http_ends_heads_as_connections_expect() {
    let app = start();
    for path in [ARTICLE, "/healthz"] {
        let answer = Wire::to(app.address()).send(request("GET", path, "")).try_answer(false);
        assert!(
            answer.is_ok_and(|answer| answer.status == 200 && !answer.body.is_empty()),
            "actix-http ends the head of an answer otherwise than by an empty line: http/transport.rs, which puts \
            the rest of a kept answer in its place, has to be written anew"
        );
    }
}

/// The problem that something is answered with, on a connection that then ends: its status and name.
fn refusal(app: &TestApp, request: impl AsRef<[u8]>) -> (u16, String) {
    let mut wire = Wire::to(app.address());
    let answer = wire.send(request).answer(false);
    assert_refused(&answer);
    assert!(wire.rest().is_empty(), "more than one answer");
    (answer.status, answer.json()["type"].as_str().expect("a type").to_owned())
}

/// What every problem has that ends a connection.
fn assert_refused(answer: &WireAnswer) {
    assert_eq!(answer.field("content-type"), Some("application/problem+json"), "{}", answer.text());
    assert_eq!(answer.field("access-control-allow-origin"), Some("*"));
    assert_eq!(answer.field("connection"), Some("close"));
    let problem = answer.json();
    assert_eq!(problem["request_id"].as_str(), answer.field("x-request-id"));
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()), "{problem}");
}

#[test]
fn what_is_no_request_is_answered_with_a_problem() {
    let app = TestApp::start();
    let fields = |fields: &str| format!("POST /v1/tags HTTP/1.1\r\nHost: h\r\n{fields}\r\n\r\n");
    let long = "x".repeat(70_000);
    for (request, status, name) in [
        ("\u{16}\u{3}\u{1}\u{2}".to_owned(), 400, "malformed-request"),
        ("GET /v1/tags\r\n\r\n".to_owned(), 400, "malformed-request"),
        ("GET /v1/a b HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), 400, "malformed-request"),
        ("GET /v1/tags HTTP/1.1\nHost: h\n\n".to_owned(), 400, "malformed-request"),
        ("GET /v1/tags HTTP/1.1\r\n\r\n".to_owned(), 400, "malformed-request"),
        (fields("Host: i"), 400, "malformed-request"),
        (fields("A : b"), 400, "malformed-request"),
        (fields("A: b\r\n c"), 400, "malformed-request"),
        (fields("A: b\0c"), 400, "malformed-request"),
        (fields("A: b\nC: d"), 400, "malformed-request"),
        (fields("Content-Length: 1\r\nContent-Length: 2"), 400, "malformed-request"),
        (fields("Content-Length: 1, 1"), 400, "malformed-request"),
        (fields("Content-Length: 1\r\nTransfer-Encoding: chunked"), 400, "malformed-request"),
        (fields("Transfer-Encoding: chunked, chunked"), 400, "malformed-request"),
        (fields("Transfer-Encoding: identity"), 501, "not-implemented"),
        (fields("Transfer-Encoding: gzip, chunked"), 501, "not-implemented"),
        (fields("Content-Length: 99999999999999999999"), 413, "body-too-large"),
        ("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n".to_owned(), 501, "not-implemented"),
        ("GET / HTTP/1.2\r\nHost: h\r\n\r\n".to_owned(), 505, "version-not-supported"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), 505, "version-not-supported"),
        (format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n"), 414, "uri-too-long"),
        (format!("GET /?{long} HTTP/1.1\r\nHost: h\r\n\r\n"), 414, "uri-too-long"),
        (fields(&format!("A: {long}")), 431, "head-too-large"),
        (fields(&"A: b\r\n".repeat(100)), 431, "head-too-large"),
    ] {
        let what = request.chars().take(90).collect::<String>();
        assert_eq!(refusal(&app, &request), (status, format!("/problems/{name}")), "{what:?}");
    }
    // Whoever sends more than is read sees the answer still.
    let request = format!("GET / HTTP/1.1\r\nA : b\r\n\r\n{}", long.repeat(10));
    assert_eq!(refusal(&app, request).0, 400);
}

#[test]
fn a_refusal_names_what_was_asked_for_as_far_as_it_could_be_read() {
    let app = TestApp::start();
    // What is kept of an answer is none to a request with a fault.
    assert_eq!((app.get("/v1/tags").status, app.get("/v1/tags").status), (200, 200));
    let long = "x".repeat(70_000);
    for (request, instance) in [
        ("GET /v1/tags HTTP/1.1\r\nHost: h\r\nA : b\r\n\r\n".to_owned(), "/v1/tags"),
        ("GET /v1/tags HTTP/1.1\nHost: h\n\n".to_owned(), "/v1/tags"),
        ("GET /v1/tags?a=b HTTP/1.1\r\n\r\n".to_owned(), "/v1/tags"),
        ("GET /v1/tags/وسم HTTP/1.1\r\n\r\n".to_owned(), "/v1/tags/%D9%88%D8%B3%D9%85"),
        ("DELETE http://h/v1/%74ags/a HTTP/1.2\r\nHost: h\r\n\r\n".to_owned(), "/v1/tags/a"),
        (
            "POST /v1/articles HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
                .to_owned(),
            "/v1/articles",
        ),
        (format!("PATCH /v1/tags/a HTTP/1.1\r\nHost: h\r\nA: {long}\r\n\r\n"), "/v1/tags/a"),
        ("CONNECT h:80 HTTP/1.1\r\nHost: h:80\r\n\r\n".to_owned(), "*"),
        ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_owned(), "*"),
        ("GET /v1/a b HTTP/1.1\r\nHost: h\r\n\r\n".to_owned(), "*"),
        (format!("GET /{long} HTTP/1.1\r\nHost: h\r\n\r\n"), "*"),
        ("GET /v1/tags\r\n\r\n".to_owned(), "*"),
        ("\u{16}\u{3}\u{1}\u{2}".to_owned(), "*"),
    ] {
        let mut wire = Wire::to(app.address());
        wire.send(&request);
        let answer = wire.answer(false);
        assert_refused(&answer);
        assert_eq!(answer.json()["instance"], instance, "{:?}", request.chars().take(90).collect::<String>());
    }
}

#[test]
fn a_fault_ends_a_connection_behind_the_answers_to_what_came_before() {
    let app = start();
    let mut wire = Wire::to(app.address());
    let bad = "GET /v1/tags HTTP/1.1\r\nHost: h\r\nX-Request-Id: desk-1\r\nOrigin: https://o.example\r\nA : b\r\n\r\n";
    wire.send(
        [&request("GET", LONG, ""), &request("HEAD", LIST, ""), bad, &request("GET", LIST, "")].concat(),
    );
    assert_eq!(wire.answer(false).body, app.get(LONG).body);
    assert_eq!(wire.answer(true).status, 200);
    let answer = wire.answer(false);
    assert_eq!((answer.status, answer.field("x-request-id")), (400, Some("desk-1")));
    assert_refused(&answer);
    assert!(wire.rest().is_empty());
}

#[test]
fn a_fault_is_told_to_the_pages_that_may_read_it() {
    let app = TestApp::with(TestDatabase::new(), &["--cors-origin", "https://news.example"]);
    for (origin, allowed) in
        [("https://news.example", Some("https://news.example")), ("https://o.example", None)]
    {
        let mut wire = Wire::to(app.address());
        wire.send(format!("GET / HTTP/1.1\r\nOrigin: {origin}\r\nA : b\r\n\r\n"));
        assert_eq!(wire.answer(false).field("access-control-allow-origin"), allowed);
    }
}

#[test]
fn nobody_can_send_the_field_that_stands_for_a_fault() {
    let app = TestApp::start();
    assert_eq!(app.request("GET", "/v1/tags").header("X-Maqal-Fault", "control").send().status, 200);
}

#[test]
fn an_address_may_be_sent_as_it_is_read() {
    let app = TestApp::start();
    app.publish("تونس الخضراء", json!({"slug": "تونس", "source": "وكالة"}));
    let mut wire = Wire::to(app.address());
    for (raw, encoded) in [
        ("/v1/articles/تونس", "/v1/articles/%D8%AA%D9%88%D9%86%D8%B3"),
        ("/v1/articles?source=وكالة", "/v1/articles?source=%D9%88%D9%83%D8%A7%D9%84%D8%A9"),
        ("/v1/articles/%d8%aa%d9%88%d9%86%d8%b3", "/v1/articles/%D8%AA%D9%88%D9%86%D8%B3"),
        ("http://h/v1/articles/تونس", "/v1/articles/%D8%AA%D9%88%D9%86%D8%B3"),
    ] {
        // Kept or not, it is the same.
        for _ in 0..2 {
            let (raw, encoded) = (wire.send(request("GET", raw, "")).answer(false), app.get(encoded));
            assert_eq!((raw.status, encoded.status), (200, 200));
            assert_eq!(raw.body, encoded.body);
        }
    }
    let missing = wire.send(request("GET", "/v1/articles/لا-شيء", "")).answer(false);
    assert_eq!((missing.status, missing.json()["type"].as_str()), (404, Some("/problems/not-found")));
}

#[test]
fn no_connection_becomes_one_of_another_protocol() {
    let app = TestApp::start();
    let body = json!({"slug": "a", "kind": "topic", "names": {"en": "A"}}).to_string();
    for (number, upgrade) in ["websocket", "h2c", "foo, websocket"].iter().enumerate() {
        let mut wire = Wire::to(app.address());
        let fields = format!(
            "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: {upgrade}\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\
            Authorization: Bearer {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n",
            app.editor,
            body.len()
        );
        wire.send(request("POST", "/v1/tags", &fields) + &body + &request("GET", "/v1/tags/a", ""));
        assert_eq!(wire.answer(false).status, if number == 0 { 201 } else { 409 });
        assert_eq!(wire.answer(false).json()["slug"], "a");
    }
}

#[test]
fn a_body_ends_where_it_says() {
    let app = TestApp::start();
    let create = |slug: &str, body: &str| {
        let tag = json!({"slug": slug, "kind": "topic", "names": {"en": slug}}).to_string();
        let fields = format!(
            "Authorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
            app.editor
        );
        let (start, end) = tag.split_at(10);
        let body =
            body.replace("START", start).replace("END", end).replace("REST", &format!("{:x}", end.len()));
        request("POST", "/v1/tags", &fields) + &body
    };
    let mut wire = Wire::to(app.address());
    wire.send(
        create("a", "a;x=y\r\nSTART\r\n00REST\r\nEND\r\n0\r\nTrailer: x\r\n\r\n")
            + &create("b", "A\r\nSTART\r\nREST\r\nEND\r\n0\r\n\r\n")
            + &request("GET", "/v1/tags", ""),
    );
    assert_eq!((wire.answer(false).status, wire.answer(false).status), (201, 201));
    assert_eq!(wire.answer(false).json()["data"].as_array().map(Vec::len), Some(2));
    for broken in ["x\r\nSTART", "a\r\nSTARTEND", "a\nSTART\n0\n\n"] {
        let mut wire = Wire::to(app.address());
        let answer = wire.send(create("c", broken) + &request("GET", "/v1/tags", "")).answer(false);
        assert_eq!(
            (answer.status, answer.json()["type"].as_str()),
            (400, Some("/problems/malformed-request"))
        );
        assert!(wire.rest().is_empty(), "one answer, and then the end");
    }
    assert_eq!(app.get("/v1/tags").column("slug"), ["a", "b"]);
}

#[test]
fn requests_are_answered_the_same_in_any_two_packets() {
    let app = start();
    let body = json!({"a": 1}).to_string();
    let fields = format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
    let requests = request("GET", "/v1/articles/تونس", "")
        + &request("POST", "/v1/tags", &fields)
        + &body
        + &request("GET", ARTICLE, "Upgrade: h2c\r\n");
    let bytes = requests.as_bytes();
    let ask = |cut: usize| {
        let mut wire = Wire::to(app.address());
        wire.send(&bytes[..cut]).send(&bytes[cut..]);
        [0; 3].map(|_| wire.answer(false)).map(|answer| (answer.status, answer.body.len()))
    };
    let whole = ask(0);
    assert_eq!(whole.map(|(status, _)| status), [404, 401, 200]);
    for cut in 1..bytes.len() {
        assert_eq!(ask(cut), whole, "cut at byte {cut}");
    }
}

#[test]
fn a_head_that_does_not_come_to_its_end_is_not_waited_for() {
    let app = TestApp::with(TestDatabase::new(), &["--head-timeout", "1"]);
    let mut wire = Wire::to(app.address());
    // Also behind a request that was a good one.
    wire.send(request("GET", "/healthz", ""));
    assert_eq!(wire.answer(false).status, 200);
    wire.send("GET /v1/tags HTTP/1.1\r\nHost: h\r\nX: ");
    let answer = wire.answer(false);
    assert_eq!((answer.status, answer.json()["type"].as_str()), (408, Some("/problems/request-timeout")));
    assert_refused(&answer);
    assert!(wire.rest().is_empty());
    // Who asks for nothing is told nothing.
    assert!(Wire::to(app.address()).rest().is_empty());
}

#[test]
fn empty_lines_keep_no_connection() {
    let app = TestApp::with(TestDatabase::new(), &["--head-timeout", "1"]);
    let fields = format!("Authorization: Bearer {}\r\nContent-Type: application/json\r\n", app.editor);
    let post = |framing: &str| request("POST", "/v1/tags", &format!("{fields}{framing}\r\n"));
    let requests = [
        String::new(),
        request("GET", "/healthz", ""),
        post("Content-Length: 2") + "{}",
        post("Transfer-Encoding: chunked") + "2\r\n{}\r\n0\r\n\r\n",
    ];
    thread::scope(|scope| {
        for (before, line) in
            requests.iter().flat_map(|before| ["\r\n", "\n", "\r"].map(|line| (before, line)))
        {
            let address = app.address();
            scope.spawn(move || {
                let mut wire = Wire::to(address);
                if !before.is_empty() {
                    wire.send(before).answer(false);
                }
                assert!(wire.is_left_by(line, 300), "{line:?} behind {before:?}");
            });
        }
    });
    // Some before a request do no harm.
    let mut wire = Wire::to(app.address());
    for _ in 0..3 {
        wire.send("\r\n".to_owned() + &request("GET", "/healthz", "") + "\r\n");
        assert_eq!(wire.answer(false).status, 200);
    }
}

#[test]
fn a_body_that_does_not_come_to_its_end_is_not_waited_for() {
    let app = TestApp::with(TestDatabase::new(), &["--body-timeout", "1"]);
    let post = |path: &str, content_type: &str, body: &str| {
        let fields = format!(
            "Authorization: Bearer {}\r\nContent-Type: {content_type}\r\nContent-Length: 100000\r\n",
            app.editor
        );
        let mut wire = Wire::to(app.address());
        wire.send(request("POST", path, &fields) + body);
        wire.answer(false)
    };
    let answer = post("/v1/tags", "application/json", "{\"slug\": ");
    assert_eq!((answer.status, answer.json()["type"].as_str()), (408, Some("/problems/request-timeout")));
    let lines = post("/v1/articles/bulk", "application/x-ndjson", "{\"slug\": \"a\"}\n{");
    let last: Value = serde_json::from_str(lines.text().lines().last().expect("a line")).expect("JSON");
    assert_eq!((&last["line"], &last["result"]), (&json!(2), &json!("stopped")));
    assert_eq!(last["problem"]["type"], "/problems/request-timeout");
}

#[test]
fn a_body_that_nobody_reads_is_not_waited_for() {
    let app = start();
    for (method, path, status) in [
        ("POST", "/v1/tags", 401),
        ("POST", "/v1/articles/bulk", 401),
        ("GET", ARTICLE, 200),
        ("GET", "/healthz", 200),
    ] {
        for framing in ["Content-Length: 100000\r\n", "Transfer-Encoding: chunked\r\n"] {
            let mut wire = Wire::to(app.address());
            wire.send(request(method, path, framing) + "5\r\n[[[[[\r\n");
            assert_eq!(wire.answer(false).status, status, "{method} {path} {framing}");
            let start = Instant::now();
            assert!(wire.rest().is_empty(), "{method} {path} {framing}");
            assert!(start.elapsed() < Duration::from_secs(30), "{method} {path} {framing}");
        }
    }
    // One that is there is no reason to end.
    let mut wire = Wire::to(app.address());
    let fields = format!(
        "Authorization: Bearer {}\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n",
        app.editor
    );
    for _ in 0..3 {
        wire.send(request("POST", "/v1/tags", &fields) + "2\r\n{}\r\n0\r\n\r\n");
        assert_eq!(wire.answer(false).status, 400);
    }
}

#[test]
fn a_client_that_takes_nothing_makes_place_for_another() {
    let app = TestApp::with(TestDatabase::new(), &["--answer-timeout", "1", "--max-connections", "1"]);
    app.publish("خبر", json!({"slug": "long", "body": "كلمة أخرى. ".repeat(40_000)}));
    let mut deaf = Wire::to(app.address());
    // More than the system keeps for a client.
    deaf.send(request("GET", "/v1/articles/long?include=tags", "").repeat(40));
    // There is one place, and it is not left for as long as the first is waited for.
    let mut other = Wire::to(app.address());
    assert_eq!(other.send(request("GET", "/healthz", "")).answer(false).status, 200);
    let whole = app.get("/v1/articles/long?include=tags").body.len();
    assert!(deaf.rest().len() < 40 * whole, "all was kept for the client that does not read");
}

#[test]
fn no_form_of_an_answer_is_refused_with_a_problem_whether_it_is_kept_or_not() {
    let app = start();
    for path in [LONG, ARTICLE, "/v1/articles/nothing", "/healthz", "/openapi.json"] {
        for accepted in ["identity;q=0", "*;q=0", "identity;q=0, deflate;q=0", "identity;q=0,br;q=0,gzip;q=0"]
        {
            let response = app.request("GET", path).header("Accept-Encoding", accepted).send();
            assert!(
                response.header("vary").contains("Accept-Encoding"),
                "{path}: {}",
                response.header("vary")
            );
            let problem = response.problem(406, "not-acceptable");
            assert!(problem["detail"].as_str().is_some_and(|detail| detail.contains("gzip")), "{problem}");
        }
        for accepted in ["identity;q=0, gzip", "br, *;q=0", "gzip;q=0"] {
            let response = app.request("GET", path).header("Accept-Encoding", accepted).send();
            assert_ne!(response.status, 406, "{path} {accepted}");
        }
    }
}

#[test]
fn a_large_body_is_read_as_a_small_one() {
    let app = TestApp::start();
    for length in [10, 16 * 1024, 200_000] {
        let article = json!({"language": "ar", "headline": "x", "body": "ك".repeat(length / 2), "nix": 1});
        app.post("/v1/articles", article).refused(400, "invalid-body", &[("/nix", "unknown")]);
        let cut = format!("{{\"headline\": \"{}\"", "x".repeat(length));
        let cut = app.as_editor("PATCH", "/v1/articles/a").bytes("application/json", cut.as_bytes()).send();
        cut.problem(400, "malformed-json");
    }
}
