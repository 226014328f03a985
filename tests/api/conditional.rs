//! Entity tags, conditional requests, caches and browsers.

use serde_json::{Value, json};

use crate::support::{Response, TestApp, TestDatabase, article, entity, tag};

/// Something to read of every kind; the article's path is given.
pub fn filled(app: &TestApp) -> String {
    app.create("/v1/tags", tag("books"));
    app.create("/v1/entities", entity("un"));
    let mut article = article("خبر");
    article["slug"] = json!("a");
    article["tags"] = json!(["books"]);
    article["entities"] = json!(["un"]);
    app.create("/v1/articles", article);
    "/v1/articles/a".to_owned()
}

const READS: [&str; 9] = [
    "/v1/articles/a",
    "/v1/articles",
    "/v1/tags/books",
    "/v1/tags",
    "/v1/tags/books/articles",
    "/v1/entities/un",
    "/v1/entities",
    "/v1/entities/un/articles",
    "/openapi.json",
];

#[test]
fn every_read_has_a_strong_etag_and_is_not_sent_again() {
    let app = TestApp::start();
    filled(&app);
    for path in READS {
        let first = app.get(path);
        let etag = first.header("etag");
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{path}: {etag}");
        assert_eq!(app.get(path).header("etag"), etag);
        let either = format!("\"x\", {etag}");
        for known in [etag, &format!("W/{etag}"), &either, "*"] {
            for method in ["GET", "HEAD"] {
                let again = app.request(method, path).header("If-None-Match", known).send();
                assert_eq!((again.status, again.body.len()), (304, 0), "{method} {path} {known}");
                assert_eq!(again.header("etag"), etag);
                assert_eq!(again.header("cache-control"), first.header("cache-control"));
                assert_eq!(again.try_header("vary"), first.try_header("vary"));
            }
        }
        let other = app.request("GET", path).header("If-None-Match", "\"x\"").send();
        assert_eq!((other.status, &other.body), (200, &first.body));
    }
}

#[test]
fn every_representation_has_an_etag_of_its_own() {
    let app = TestApp::start();
    let path = filled(&app);
    let queries = ["", "?fields=headline", "?fields=headline,slug", "?include=tags", "?include=entities"];
    for path in [path.as_str(), "/v1/articles"] {
        let mut etags: Vec<_> = queries
            .iter()
            .map(|query| app.get(&format!("{path}{query}")).header("etag").to_owned())
            .collect();
        etags.sort();
        etags.dedup();
        assert_eq!(etags.len(), queries.len(), "{path}");
    }
}

#[test]
fn a_list_has_another_etag_once_an_item_changes() {
    let app = TestApp::start();
    filled(&app);
    let writes = [
        ("/v1/articles", "/v1/articles/a", json!({"headline": "خبر آخر"})),
        ("/v1/tags", "/v1/tags/books", json!({"names": {"ar": "كتب"}})),
        ("/v1/entities", "/v1/entities/un", json!({"wikidata_id": "Q1065"})),
    ];
    for (list, item, change) in writes {
        let before = app.get(list);
        app.patch(item, change);
        let after = app.request("GET", list).header("If-None-Match", before.header("etag")).send();
        assert_eq!(after.status, 200);
        assert_ne!(after.header("etag"), before.header("etag"));
    }
}

#[test]
fn a_compressed_answer_has_an_etag_of_its_own_that_revalidates() {
    let app = TestApp::start();
    filled(&app);
    for path in READS {
        let plain = app.get(path);
        for coding in ["gzip", "br"] {
            let ask = || app.request("GET", path).header("Accept-Encoding", coding);
            let coded = ask().send();
            let etag = coded.header("etag");
            assert!(coded.all("vary").to_lowercase().contains("accept-encoding"), "{coded:?}");
            assert_ne!(etag, plain.header("etag"));
            let again = ask().header("If-None-Match", etag).send();
            assert_eq!((again.status, again.body.len()), (304, 0));
            // It is by this tag that a cache finds the answer that it may keep.
            assert_eq!(again.header("etag"), etag);
        }
    }
}

#[test]
fn a_write_goes_through_where_if_match_names_the_version() {
    let app = TestApp::start();
    filled(&app);
    for path in ["/v1/articles/a", "/v1/tags/books", "/v1/entities/un"] {
        let list_of_tags = |read: &Response| format!("\"0\", {}, \"x\"", read.header("etag"));
        let coded = |_: &Response| {
            let coded = app.request("GET", path).header("Accept-Encoding", "gzip").send();
            coded.header("etag").to_owned()
        };
        let version = |read: &Response| format!("\"{}\"", read.json()["version"]);
        let bare = |read: &Response| read.json()["version"].to_string();
        let conditions: [&dyn Fn(&Response) -> String; 6] =
            [&|read| read.header("etag").to_owned(), &version, &bare, &list_of_tags, &coded, &|_| {
                "*".to_owned()
            }];
        for (round, condition) in conditions.iter().enumerate() {
            let read = app.get(path);
            let change = change(path, round);
            let patched = app
                .as_editor("PATCH", path)
                .header("If-Match", &condition(&read))
                .bytes("application/merge-patch+json", change.to_string().as_bytes())
                .send();
            assert_eq!(patched.status, 200, "{}", patched.text());
            assert_eq!(patched.json()["version"], read.json()["version"].as_i64().expect("a number") + 1);
            assert_eq!(patched.header("etag"), app.get(path).header("etag"));
        }
        let etag = app.get(path).header("etag").to_owned();
        let put = app.as_editor("PUT", path).header("If-Match", &etag).json(&whole(path)).send();
        assert_eq!(put.status, 200, "{}", put.text());
        assert_eq!(app.as_editor("DELETE", path).header("If-Match", put.header("etag")).send().status, 204);
    }
}

fn whole(path: &str) -> Value {
    match path {
        "/v1/articles/a" => article("خبر"),
        "/v1/tags/books" => tag("books"),
        _ => entity("un"),
    }
}

pub fn change(path: &str, round: usize) -> Value {
    let text = format!("Text {round}");
    if path.contains("articles") { json!({"headline": text}) } else { json!({"names": {"fr": text}}) }
}

#[test]
fn a_stale_or_weak_if_match_changes_nothing() {
    let app = TestApp::start();
    filled(&app);
    for path in ["/v1/articles/a", "/v1/tags/books", "/v1/entities/un"] {
        let stale = app.get(path).header("etag").to_owned();
        app.patch(path, change(path, 0));
        let now = app.get(path);
        let weak = format!("W/{}", now.header("etag"));
        for condition in [&stale, &weak, "\"1\", \"99\"", "\"\"", "\"abc\"", "\"-1\""] {
            for (method, body) in [("PUT", whole(path)), ("PATCH", change(path, 1)), ("DELETE", json!({}))] {
                let refused = app.as_editor(method, path).header("If-Match", condition).json(&body).send();
                refused.problem(412, "stale-version");
            }
        }
        assert_eq!(app.get(path).body, now.body);
    }
}

#[test]
fn a_condition_in_several_header_lines_is_one_list() {
    let app = TestApp::start();
    filled(&app);
    for path in ["/v1/articles/a", "/v1/tags/books", "/v1/entities/un"] {
        let send = |method: &str, name: &str, tags: &[&str], body: &str| {
            let lines: String = tags.iter().map(|tag| format!("{name}: {tag}\r\n")).collect();
            let key = if method == "GET" {
                String::new()
            } else {
                format!("Authorization: Bearer {}\r\n", app.editor)
            };
            let answer = app.exchange(
                format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{key}{lines}\
                    Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
                    body.len()
                )
                .as_bytes(),
            );
            answer
                .get(9..12)
                .and_then(|status| status.parse::<u16>().ok())
                .unwrap_or_else(|| panic!("{answer}"))
        };
        let now = || app.get(path).header("etag").to_owned();
        let stale = now();
        app.patch(path, change(path, 0));
        for (round, method) in ["PATCH", "PATCH", "PUT", "DELETE"].into_iter().enumerate() {
            let body = if method == "PUT" { whole(path) } else { change(path, round + 1) }.to_string();
            assert_eq!(send(method, "If-Match", &[&stale, "\"x\""], &body), 412, "{method} {path}");
            let tag = now();
            for tags in [&[stale.as_str(), "\"x\""], &["\"x\"", stale.as_str()]] {
                assert_eq!(send("GET", "If-None-Match", tags, ""), 200, "{path}");
            }
            for tags in [&[stale.as_str(), &tag], &[tag.as_str(), &stale]] {
                assert_eq!(send("GET", "If-None-Match", tags, ""), 304, "{path}");
            }
            // The one that holds is the last, or the first.
            let tags = if round % 2 == 0 { [stale.as_str(), &tag] } else { [tag.as_str(), &stale] };
            assert!([200, 204].contains(&send(method, "If-Match", &tags, &body)), "{method} {path} {tags:?}");
        }
    }
}

#[test]
fn an_if_match_that_is_no_etag_is_refused() {
    let app = TestApp::start();
    filled(&app);
    for header in ["", "seven", "\"1", "1\"", "\"1\", x", "é"] {
        let refused =
            app.as_editor("PATCH", "/v1/tags/books").header("If-Match", header).json(&json!({})).send();
        refused.refused(400, "invalid-parameters", &[("/If-Match", "invalid_value")]);
    }
}

#[test]
fn a_read_takes_no_tag_without_its_quotes() {
    let app = TestApp::start();
    filled(&app);
    for path in READS {
        let first = app.get(path);
        let bare = first.header("etag").trim_matches('"').to_owned();
        for known in
            [bare.clone(), format!("\"{bare}"), format!("{bare}\""), format!("\"x\", {bare}"), "".to_owned()]
        {
            let again = app.request("GET", path).header("If-None-Match", &known).send();
            assert_eq!((again.status, &again.body), (200, &first.body), "{path} {known}");
        }
    }
}

#[test]
fn a_write_is_refused_where_if_none_match_names_the_version() {
    let app = TestApp::start();
    filled(&app);
    for path in ["/v1/articles/a", "/v1/tags/books", "/v1/entities/un"] {
        let read = app.get(path);
        let etag = read.header("etag");
        let version = read.json()["version"].to_string();
        let send = |method: &str, header: &str, value: &str| {
            let body = if method == "PUT" { whole(path) } else { change(path, 3) };
            app.as_editor(method, path).header(header, value).json(&body).send()
        };
        for method in ["PUT", "PATCH", "DELETE"] {
            let weak = format!("W/{etag}");
            let quoted = format!("\"{version}\"");
            for held in ["*", etag, &weak, &format!("\"x\", {etag}"), &version, &quoted] {
                send(method, "If-None-Match", held).problem(412, "stale-version");
            }
            for bad in ["seven", "", "\"1"] {
                let fault = [("/If-None-Match", "invalid_value")];
                send(method, "If-None-Match", bad).refused(400, "invalid-parameters", &fault);
            }
        }
        assert_eq!(app.get(path).body, read.body);
        let other = send("PATCH", "If-None-Match", "\"99\", W/\"98-abc\"");
        assert_eq!(other.status, 200, "{}", other.text());
        let both = app.as_editor("PATCH", path).header("If-None-Match", etag);
        let both = both.header("If-Match", other.header("etag")).json(&change(path, 4)).send();
        assert_eq!(both.status, 200, "{}", both.text());
        let missing = format!("{path}-not");
        let put = app.as_editor("PUT", &missing).header("If-None-Match", "*").json(&whole(path)).send();
        assert_eq!(put.status, 404);
    }
}

#[test]
fn a_merge_and_a_split_depend_on_what_they_are_told_to() {
    let app = TestApp::start();
    for slug in ["from", "into"] {
        app.create("/v1/entities", entity(slug));
    }
    let merge = |header: &str, value: &str| {
        let request = app.as_editor("POST", "/v1/entities/from/merge").header(header, value);
        request.json(&json!({"into": "into"})).send()
    };
    merge("If-Match", "\"2\"").problem(412, "stale-version");
    merge("If-None-Match", "\"1\"").problem(412, "stale-version");
    assert_eq!(merge("If-Match", "\"1\"").status, 200);
    let split = |header: &str, value: &str| {
        let request = app.as_editor("POST", "/v1/entities/into/split").header(header, value);
        request.json(&json!({"entity": "from"})).send()
    };
    split("If-Match", "\"1\"").problem(412, "stale-version");
    split("If-None-Match", "*").problem(412, "stale-version");
    assert_eq!(split("If-Match", "\"2\"").status, 201);
    let document = maqal::server::document();
    for operation in ["merge", "split"] {
        let parameters =
            document["paths"][format!("/v1/entities/{{id}}/{operation}")]["post"]["parameters"].to_string();
        assert!(parameters.contains("/If-Match") && parameters.contains("/If-None-Match"), "{parameters}");
    }
}

#[test]
fn what_is_public_may_be_kept_and_what_a_key_shows_may_not() {
    let app = TestApp::start();
    filled(&app);
    for path in READS {
        assert_eq!(app.get(path).header("cache-control"), "public, no-cache");
        if path.starts_with("/v1") {
            let keyed = app.as_editor("GET", path).send();
            assert_eq!(keyed.header("cache-control"), "private, no-store");
            assert!(app.get(path).all("vary").contains("Authorization"));
        }
    }
    for answer in [app.get("/v1/tags/nothing"), app.get("/v1/tags?x=1"), app.delete("/v1/tags/books")] {
        assert_ne!(answer.try_header("cache-control"), Some("public, no-cache"));
    }
    assert_eq!(app.patch("/v1/entities/un", json!({})).header("cache-control"), "no-store");
}

#[test]
fn a_page_of_any_origin_may_call_and_read_the_answers() {
    let app = TestApp::start();
    let preflight = app
        .request("OPTIONS", "/v1/tags/books")
        .header("Origin", "https://news.example")
        .header("Access-Control-Request-Method", "PATCH")
        .header("Access-Control-Request-Headers", "authorization, content-type, if-match")
        .send();
    assert_eq!(preflight.status, 200);
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    assert!(preflight.header("access-control-allow-methods").contains("PATCH"));
    let allowed = preflight.all("access-control-allow-headers").to_lowercase();
    assert!(["authorization", "content-type", "if-match"].iter().all(|name| allowed.contains(name)));
    assert_eq!(preflight.try_header("access-control-allow-credentials"), None);
    for path in ["/v1/tags", "/v1/tags/nothing", "/v1/tags?x=1", "/nowhere"] {
        let answer = app.request("GET", path).header("Origin", "https://news.example").send();
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        let exposed = answer.all("access-control-expose-headers").to_lowercase();
        for name in ["etag", "link", "location", "retry-after", "x-request-id"] {
            assert!(exposed.contains(name), "{path}: {name} is not in {exposed}");
        }
    }
}

#[test]
fn a_list_whose_links_are_too_long_is_told_from_its_lines_still() {
    let app = TestApp::start();
    app.publish("خبر", json!({"source": "desk"}));
    let sources: Vec<String> =
        (0..40).map(|number| format!("source={number}{}", "%D9%85".repeat(60))).collect();
    let list = app.get(&format!("/v1/articles?source=desk&{}", sources.join("&")));
    assert_eq!((list.status, list.try_header("link")), (200, None));
    let (vary, short) = (list.all("vary"), app.get("/v1/articles?source=desk"));
    assert!(short.try_header("link").is_some());
    assert_eq!(vary, short.all("vary"));
    assert!(vary.split(", ").any(|name| name == "Accept"), "{vary}");
}

#[test]
fn only_the_configured_origins_may_read_the_answers() {
    let flags = ["--cors-origin", "https://news.example"];
    let app = TestApp::with(TestDatabase::new(), &flags);
    for path in ["/v1/tags", "/v1/tags/nothing"] {
        let from = |origin: &str| {
            app.request("GET", path).header("Origin", origin).header("Accept-Encoding", "gzip").send()
        };
        let friend = from("https://news.example");
        assert_eq!(friend.header("access-control-allow-origin"), "https://news.example");
        assert_eq!(from("https://other.example").try_header("access-control-allow-origin"), None);
        assert!(friend.all("vary").contains("Origin"), "{friend:?}");
    }
    let vary =
        app.request("GET", "/v1/tags").header("Accept-Encoding", "gzip").send().all("vary").to_lowercase();
    for name in ["origin", "authorization", "accept-encoding"] {
        assert!(vary.contains(name), "{name} is not in {vary}");
    }
    let preflight = app
        .request("OPTIONS", "/v1/tags")
        .header("Origin", "https://other.example")
        .header("Access-Control-Request-Method", "POST")
        .send();
    preflight.problem(400, "invalid-parameters");
    assert_eq!(preflight.try_header("access-control-allow-origin"), None);
}
