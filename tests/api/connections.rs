//! Answers as they go over a connection: whole, in order, and each behind its own head.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{Shutdown, TcpStream},
    thread,
    time::Duration,
};

use serde_json::json;

use crate::support::TestApp;

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
    for path in [LIST, LONG, ARTICLE] {
        assert_eq!(app.get(path).status, 200);
    }
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
    let asked: [(&str, &str, &str, u16); 13] = [
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
