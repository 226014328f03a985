use proptest::{collection::vec, prelude::*, sample::select};

use super::{target::decoded, *};

/// What becomes of a head with this address.
fn target(target: &[u8]) -> Result<String, Fault> {
    let head = [b"GET ", target, b" HTTP/1.1\r\nHost: h\r\n\r\n"].concat();
    let read = read(&head)?.expect("a whole head");
    assert_eq!(read.length, head.len());
    let head = read.rewritten.unwrap_or(head);
    let line = head.split(|byte| *byte == b'\r').next().expect("a line");
    let line = String::from_utf8(line.to_vec()).expect("ASCII");
    Ok(line.split(' ').nth(1).expect("an address").to_owned())
}

#[test]
fn an_address_has_one_spelling() {
    for (given, expected) in [
        ("/v1/articles?q=a%20b", "/v1/articles?q=a%20b"),
        ("/v1/%61rticles", "/v1/articles"),
        ("/%76%31/tags", "/v1/tags"),
        ("/v1/%d9%85", "/v1/%D9%85"),
        ("/v1/م", "/v1/%D9%85"),
        ("/v1/articles?name=تونس", "/v1/articles?name=%D8%AA%D9%88%D9%86%D8%B3"),
        ("/a%2Fb%2fc%25%3F", "/a%2Fb%2Fc%25%3F"),
        ("/100%/%4", "/100%25/%254"),
        ("/%4%31", "/%2541"),
        ("/a\"b<c>d\\e^f`g{h|i}#j[k]", "/a%22b%3Cc%3Ed%5Ce%5Ef%60g%7Bh%7Ci%7D%23j%5Bk%5D"),
        // Nothing is resolved: these are no addresses of ours.
        ("//v1//tags/../x/./%2e%2E/", "//v1//tags/../x/./../"),
        ("/?a=%61%zz&b[]={\"x\"}", "/?a=%61%zz&b[]={%22x%22}"),
        ("http://example.org/v1/tags?x", "/v1/tags?x"),
        ("HTTPS://example.org:443", "/"),
        ("http://example.org?x=1", "/?x=1"),
    ] {
        assert_eq!(target(given.as_bytes()).as_deref(), Ok(expected), "{given}");
    }
    for given in ["*", "v1/tags", "", "ftp://h/", "http://", "http:///x", "http://a@b/", "h:80", "/a b"] {
        assert!(matches!(target(given.as_bytes()), Err(Fault::Target)), "{given}");
    }
    assert_eq!(target(&[b"/".repeat(59_999), "م".into()].concat()), Err(Fault::TargetTooLong));
    // In its only spelling it is longer.
    assert_eq!(target(&[b"/".to_vec(), [0xd8].repeat(30_000)].concat()), Err(Fault::TargetTooLong));
}

fn read_text(head: &str) -> Result<Option<Head>, Fault> {
    read(head.as_bytes())
}

#[test]
fn what_is_no_head_is_told_by_its_fault() {
    use Fault::*;
    for (lines, fault) in [
        ("GET /\r\nHost: h", NoRequest),
        ("GET\r\n", NoRequest),
        ("G(T / HTTP/1.1\r\nHost: h", NoRequest),
        ("GET / http/1.1\r\nHost: h", NoRequest),
        ("GET / HTTP/x.1\r\nHost: h", NoRequest),
        ("GET / HTTP/1.x\r\nHost: h", NoRequest),
        ("GET / HTTP/2.0\r\nHost: h", Version),
        ("PRI * HTTP/2.0\r\n", Version),
        ("GET /\0 HTTP/1.1\r\nHost: h", Control),
        ("CONNECT h:80 HTTP/1.1\r\nHost: h", Connect),
        ("GET / HTTP/1.1\nHost: h", BareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\nX: y", BareLineFeed),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\r\n b", Folded),
        ("GET / HTTP/1.1\r\nHost : h", SpaceBeforeColon),
        ("GET / HTTP/1.1\r\nHost", Field),
        ("GET / HTTP/1.1\r\nHost: h\r\n: x", Field),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\0b", Control),
        ("GET / HTTP/1.1\r\nHost: h\r\nX: a\rb", Control),
        ("GET / HTTP/1.1\r\nX: y", Host),
        ("GET / HTTP/1.1\r\nHost: h\r\nHost: h", Host),
        ("GET / HTTP/1.1\r\nHost: a b", Host),
        ("POST / HTTP/1.0\r\nHost: h", Length),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: +1", Length),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1, 1", Length),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2", Lengths),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999999999", BodyTooLarge),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked", LengthAndCoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip", UnknownCoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip, chunked", UnknownCoding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, chunked", Coding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: ", Coding),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked", Coding),
        ("POST / HTTP/1.0\r\nHost: h\r\nTransfer-Encoding: chunked", Coding),
        ("\u{16}\u{3}\u{1}", NoRequest),
    ] {
        assert_eq!(read_text(&format!("{lines}\r\n\r\n")), Err(fault), "{lines}");
        assert_eq!(Fault::named(fault.name().as_bytes()), fault);
    }
    let many = "X: y\r\n".repeat(96);
    assert_eq!(read_text(&format!("GET / HTTP/1.1\r\nHost: h\r\n{many}\r\n")), Err(TooLarge));
    let long = "x".repeat(MAX_FIELDS);
    assert_eq!(read_text(&format!("GET / HTTP/1.1\r\nHost: h\r\nX: {long}")), Err(TooLarge));
    assert_eq!(read_text(&format!("GET /{}", "x".repeat(MAX_TARGET + REST_OF_LINE))), Err(TargetTooLong));
}

#[test]
fn no_connection_is_upgraded() {
    let rewritten = |fields: &str| {
        let head = format!("POST /x HTTP/1.1\r\nHost: h\r\n{fields}Content-Length: 3\r\n\r\n");
        let head = read_text(&head).expect("a head").expect("a whole one");
        assert_eq!(head.framing, Framing::Length(3));
        let rewritten = String::from_utf8(head.rewritten.expect("another head")).expect("ASCII");
        rewritten.replace("POST /x HTTP/1.1\r\nHost: h\r\n", "").replace("Content-Length: 3\r\n\r\n", "")
    };
    assert_eq!(rewritten("Connection: Upgrade\r\nUpgrade: websocket\r\n"), "");
    assert_eq!(
        rewritten(
            "Connection: Upgrade, HTTP2-Settings, close\r\nUpgrade: h2c\r\nHTTP2-Settings: AAA\r\nA: b\r\n"
        ),
        "Connection: close\r\nA: b\r\n"
    );
    assert_eq!(rewritten("X-Maqal-Fault: slow\r\n"), "", "nobody else may say so");
}

#[test]
fn a_field_whose_name_is_as_long_as_one_that_matters_stays_and_says_nothing() {
    let known = ["Host", "Upgrade", "Connection", "X-Maqal-Fault", "HTTP2-Settings", "Transfer-Encoding"];
    for known in known {
        let field = format!("{}: chunked\r\n", "x".repeat(known.len()));
        let head = format!("POST / HTTP/1.1\r\nHost: h\r\n{field}Content-Length: 3\r\n\r\n");
        let head = read_text(&head).expect("a head").expect("a whole one");
        assert_eq!((head.framing, head.rewritten), (Framing::Length(3), None), "{field}");
    }
}

#[test]
fn a_head_is_no_longer_than_actix_web_takes_with_the_host_of_a_whole_url() {
    let head = |path: usize, letters: usize| {
        let path = [[0xd8].repeat(path), b"a".repeat(letters)].concat();
        let address = [b"http://", "h".repeat(30_000).as_bytes(), b"/", &path].concat();
        let field = "y".repeat(MAX_FIELDS - 20);
        [b"GET ", address.as_slice(), b" HTTP/1.1\r\nHost: h\r\nX: ", field.as_bytes(), b"\r\n\r\n"].concat()
    };
    assert_eq!(read(&head(19_000, 0)).map(|head| head.is_some()), Err(Fault::TargetTooLong));
    let length = |letters: usize| {
        let head = read(&head(9_000, letters))?.expect("a whole head");
        Ok(head.rewritten.expect("another head").len())
    };
    let (shortest, limit) = (length(0).expect("a head"), MAX_TARGET + REST_OF_LINE + MAX_FIELDS);
    assert_eq!(length(limit - shortest), Ok(limit));
    assert_eq!(length(limit - shortest + 1), Err(Fault::TargetTooLong));
}

#[test]
fn the_limits_of_a_head_are_taken_themselves_and_one_byte_more_is_not() {
    let of_fields = |length: usize| {
        let field = "y".repeat(length - "Host: h\r\nX: \r\n\r\n".len());
        format!("GET / HTTP/1.1\r\nHost: h\r\nX: {field}\r\n\r\n")
    };
    assert!(read_text(&of_fields(MAX_FIELDS)).is_ok_and(|head| head.is_some()));
    assert_eq!(read_text(&of_fields(MAX_FIELDS + 1)), Err(Fault::TooLarge));

    let of_count = |count: usize| {
        let fields: String = (1..count).map(|number| format!("X{number}: y\r\n")).collect();
        format!("GET / HTTP/1.1\r\nHost: h\r\n{fields}\r\n")
    };
    assert!(read_text(&of_count(MAX_COUNT)).is_ok_and(|head| head.is_some()));
    assert_eq!(read_text(&of_count(MAX_COUNT + 1)), Err(Fault::TooLarge));

    // The end of which has not come.
    let line = "GET / HTTP/1.1\r\n";
    let begun = |length: usize| format!("{line}X: {}", "y".repeat(length - "\nX: ".len()));
    assert_eq!(read_text(&begun(MAX_FIELDS)), Ok(None));
    assert_eq!(read_text(&begun(MAX_FIELDS + 1)), Err(Fault::TooLarge));
    assert_eq!(read_text(&"G".repeat(MAX_TARGET + REST_OF_LINE)), Ok(None));
    assert_eq!(read_text(&"G".repeat(MAX_TARGET + REST_OF_LINE + 1)), Err(Fault::TargetTooLong));
}

#[test]
fn a_head_is_read_again_where_a_line_has_ended_or_a_limit_is_crossed() {
    for (bytes, known, expected) in [
        ("GET /", 0, false),
        ("GET /\r\n", 0, true),
        ("GET /\r\n", 7, false),
        ("GET /\r\nA", 6, true),
        ("GET", 9, false),
    ] {
        assert_eq!(may_end(bytes.as_bytes(), known), expected, "{bytes:?} after {known}");
    }
    for limit in [MAX_TARGET + REST_OF_LINE, MAX_TARGET + REST_OF_LINE + MAX_FIELDS] {
        let bytes = "G".repeat(limit + 1);
        assert!(may_end(bytes.as_bytes(), limit), "the first beyond it");
        assert!(may_end(bytes.as_bytes(), limit - 9));
        assert!(!may_end(bytes.as_bytes(), limit + 1), "that was read already");
        assert!(!may_end(&bytes.as_bytes()[..limit], limit - 9), "not yet");
    }
}

#[test]
fn the_host_of_a_whole_url_is_the_one_that_counts() {
    let head = read_text("GET http://a:1/x HTTP/1.1\r\nA: b\r\nHost: c\r\nD: e\r\n\r\n");
    let rewritten = head.expect("a head").expect("a whole one").rewritten.expect("another head");
    assert_eq!(rewritten, b"GET /x HTTP/1.1\r\nHost: a:1\r\nA: b\r\nD: e\r\n\r\n");
}

/// Percent-decoded, as far as it is encoded.
fn decode(mut text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    while let [byte, rest @ ..] = text {
        match (byte, decoded(rest)) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                text = &rest[2..];
            }
            (byte, _) => {
                bytes.push(*byte);
                text = rest;
            }
        }
    }
    bytes
}

fn pairs(query: &[u8]) -> Vec<(String, String)> {
    url::form_urlencoded::parse(query).into_owned().collect()
}

/// Bytes of addresses, those that mean something more often than others.
fn address() -> impl Strategy<Value = Vec<u8>> {
    let part = prop_oneof![
        select(vec![
            "%", "%2", "%61", "%C3", "%00", "%2F", "%25", "?", "&", "=", "/", ".", "..", "#", "م", "a"
        ])
        .prop_map(|part| part.as_bytes().to_vec()),
        any::<u8>()
            .prop_filter("a byte of an address", |byte| *byte > b' ' && *byte != 0x7f)
            .prop_map(|byte| vec![byte]),
    ];
    vec(part, 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn nothing_makes_it_panic(bytes in vec(any::<u8>(), 0..300)) {
        let _ = read(&bytes);
        let _ = find(&bytes, "origin");
    }

    #[test]
    fn nothing_after_a_request_line_makes_it_panic(
        lines in vec("(?s)[A-Za-z-]{0,17}:?[ -~\t\r\n\0]{0,20}", 0..8),
    ) {
        let head = format!("GET / HTTP/1.1\r\n{}\r\n\r\n", lines.join("\r\n"));
        if let Ok(Some(head)) = read(head.as_bytes()) {
            prop_assert!(head.length > 0);
        }
    }

    #[test]
    fn a_head_asks_for_the_same_in_its_only_spelling(
        method in select(vec!["GET", "POST", "BREW"]),
        address in address(),
        fields in vec(select(vec!["Upgrade: h2c", "Connection: upgrade, close", "A: b", "X-Maqal-Fault: x", "Accept: م"]), 0..4),
    ) {
        let fields: String = fields.iter().map(|field| format!("{field}\r\n")).collect();
        let head = [method.as_bytes(), b" /", &address, b" HTTP/1.1\r\nHost: h\r\n", fields.as_bytes(), b"\r\n"].concat();
        let parsed = read(&head).expect("a head").expect("a whole one");
        let rewritten = parsed.rewritten.clone().unwrap_or_else(|| head.clone());
        // Once is enough.
        let again = read(&rewritten).expect("a head").expect("a whole one");
        prop_assert_eq!(again.rewritten, None);
        prop_assert_eq!(again.framing, parsed.framing);
        // actix-web's parser takes it for the same.
        let mut known = [httparse::EMPTY_HEADER; 16];
        let mut request = httparse::Request::new(&mut known);
        prop_assert_eq!(request.parse(&rewritten), Ok(httparse::Status::Complete(rewritten.len())));
        prop_assert_eq!(request.method, Some(method));
        let uri: actix_web::http::Uri = request.path.expect("an address").parse().expect("a URI");
        let asked = [b"/", &address[..]].concat();
        let (path, query) = asked.split_at(asked.iter().position(|byte| *byte == b'?').unwrap_or(asked.len()));
        prop_assert_eq!(decode(uri.path().as_bytes()), decode(path));
        prop_assert_eq!(pairs(uri.query().unwrap_or_default().as_bytes()), pairs(query.get(1..).unwrap_or_default()));
        prop_assert!(request.headers.iter().all(|field| !field.name.eq_ignore_ascii_case("upgrade")));
    }

    #[test]
    fn a_head_is_whole_with_its_last_byte_alone(address in address()) {
        let head = [b"GET /", &address[..], b" HTTP/1.1\r\nHost: h\r\nX: y\r\n\r\n"].concat();
        for end in 0..head.len() {
            prop_assert_eq!(read(&head[..end]), Ok(None));
        }
        prop_assert_eq!(read(&head).map(|head| head.map(|head| head.length)), Ok(Some(head.len())));
    }
}
