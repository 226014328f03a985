//! All articles at once: over HTTP, and into files that an import takes.

use std::{
    collections::BTreeSet,
    fs,
    io::{Read, Write},
    net::TcpStream,
    process::{Command, Stdio},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use serde_json::{Value, json};

use crate::support::{
    DataDir, Request, Said, TestApp, TestDatabase, article_with, as_lines, eventually, import, import_into,
    line, lines_of, maqal, results, tag, text_of,
};

const LINES: (&str, &str) = ("Accept", "application/x-ndjson");

fn lines(request: Request) -> Vec<Value> {
    lines_of(&request.header(LINES.0, LINES.1).send())
}

#[test]
fn a_list_is_answered_whole_line_by_line() {
    let app = TestApp::start();
    let imported: Vec<Value> =
        (1..=1203).map(|id| line(&id.to_string(), json!({"published_at": "2026-01-01T00:00:00Z"}))).collect();
    assert_eq!(results(&import(&app, &imported)), vec!["created"; 1203]);
    let all = lines(app.request("GET", "/v1/articles?fields=external_id,headline&sort=headline"));
    assert_eq!(all.len(), 1203);
    let mut headlines: Vec<&str> = all.iter().map(|it| text_of(&it["headline"])).collect();
    assert!(headlines.is_sorted());
    headlines.dedup();
    assert_eq!(headlines.len(), 1203);
    assert_eq!(all[0].as_object().expect("an object").len(), 3);
    // Each line is as the list has it.
    let page =
        app.get("/v1/articles?sort=headline&limit=3&include=tags,entities&fields=body,headline").json();
    let first =
        lines(app.request("GET", "/v1/articles?sort=headline&include=tags,entities&fields=body,headline"));
    assert_eq!(page["data"].as_array().expect("a list")[..], first[..3]);
}

#[test]
fn an_export_has_what_its_filters_say_and_its_reader_may_see() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("t"));
    app.publish("أ", json!({"tags": ["t"]}));
    app.publish("ب", json!({"language": "fr"}));
    app.create("/v1/articles", article_with("ج", json!({"status": "draft", "tags": ["t"]})));
    let headlines = |request: Request| -> Vec<String> {
        lines(request).iter().map(|it| text_of(&it["headline"]).to_owned()).collect()
    };
    assert_eq!(headlines(app.request("GET", "/v1/articles")), ["ب", "أ"]);
    assert_eq!(headlines(app.request("GET", "/v1/articles?language=fr")), ["ب"]);
    assert_eq!(headlines(app.request("GET", "/v1/tags/t/articles")), ["أ"]);
    assert_eq!(headlines(app.as_editor("GET", "/v1/articles?status=draft")), ["ج"]);
    assert_eq!(headlines(app.request("GET", "/v1/articles?source=none")), [] as [&str; 0]);
    let refused = app.request("GET", "/v1/articles?status=draft").header(LINES.0, LINES.1).send();
    refused.problem(401, "unauthenticated");
    let response = app.request("GET", "/v1/articles").header(LINES.0, LINES.1).send();
    assert_eq!(response.header("cache-control"), "no-store");
    assert!(response.header("vary").contains("Accept"));
}

#[test]
fn pages_and_counts_do_not_go_with_lines() {
    let app = TestApp::start();
    let path = "/v1/articles?limit=5&cursor=abc&count=exact";
    let response = app.request("GET", path).header(LINES.0, LINES.1).send();
    response.refused(
        400,
        "invalid-parameters",
        &[("/count", "unknown"), ("/cursor", "unknown"), ("/limit", "unknown")],
    );
    let response = app.request("GET", "/v1/articles?colour=red").header(LINES.0, LINES.1).send();
    response.refused(400, "invalid-parameters", &[("/colour", "unknown")]);
}

#[test]
fn lines_are_for_those_who_prefer_them() {
    let app = TestApp::start();
    app.publish("أ", json!({}));
    let media = |accept: &str| {
        let response = app.request("GET", "/v1/articles").header("Accept", accept).send();
        response.header("content-type").to_owned()
    };
    for accept in
        ["application/x-ndjson", "application/x-ndjson, */*", "application/json;q=0.5, application/x-ndjson"]
    {
        assert_eq!(media(accept), "application/x-ndjson", "{accept}");
    }
    for accept in [
        "*/*",
        "application/json",
        "application/json, application/x-ndjson",
        "application/json, application/ndjson, application/jsonl",
        "application/x-ndjson;q=0",
        "nonsense",
    ] {
        assert_eq!(media(accept), "application/json", "{accept}");
    }
    for name in ["application/ndjson", "application/jsonl"] {
        assert_eq!(media(name), name);
        assert_eq!(media(&format!("application/json;q=0.5, {name}, application/x-ndjson;q=0.1")), name);
        let lines = app.as_editor("POST", "/v1/articles/bulk").header("Accept", name).bytes(name, b"").send();
        assert_eq!((lines.status, lines.header("content-type")), (200, name));
    }
    let head = app.request("HEAD", "/v1/articles").header(LINES.0, LINES.1).send();
    assert_eq!((head.status, head.body.len()), (200, 0));
}

#[test]
fn an_export_is_of_one_moment_while_others_write() {
    let app = TestApp::with(TestDatabase::new(), &["--workers", "2", "--pool-size", "4"]);
    let imported: Vec<Value> = (1..=1200).map(|id| line(&id.to_string(), json!({"body": "0"}))).collect();
    import(&app, &imported);
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        scope.spawn(|| {
            // Each import is one transaction, so that a moment has one body alone.
            let mut step = 0;
            while !is_done.load(Ordering::Relaxed) {
                step += 1;
                let changed: Vec<Value> =
                    (1..=1200).map(|id| line(&id.to_string(), json!({"body": step.to_string()}))).collect();
                import(&app, &changed);
            }
        });
        for _ in 0..4 {
            let all = lines(app.request("GET", "/v1/articles?fields=body&sort=-updated_at"));
            let bodies: BTreeSet<&str> = all.iter().map(|it| text_of(&it["body"])).collect();
            assert_eq!((all.len(), bodies.len()), (1200, 1), "{bodies:?}");
        }
        is_done.store(true, Ordering::Relaxed);
    });
}

fn maqal_on(database: &TestDatabase, arguments: &[&str]) -> Command {
    maqal(&[arguments, &["--database-url", &database.url()]].concat())
}

#[test]
fn what_was_exported_imports_into_the_same() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("existing"));
    let original = app.publish(
        "كسوف 🌒",
        json!({"source": "desk", "external_id": "1", "standfirst": "", "kicker": "فلك", "byline": "ليلى", "body": "**نص**\n\n\"٢\"\\",
               "body_format": "markdown", "canonical_url": "https://example.org/k", "alternative_headline": "آخر",
               "image": {"url": "https://example.org/a.jpg", "alt": "ق"}, "metadata": {"n": 0.30000000000000004, "ل": [null, {"b": null}]},
               "published_at": "2026-01-02T03:04:05.678901Z",
               "tags": [{"slug": "new", "kind": "series", "names": {"ar": "جديد", "en": "New"}}, "existing"],
               "entities": [{"slug": "khartoum", "type": "place", "names": {"ar": "الخرطوم", "fr": "Khartoum"}, "relation": "about", "salience": 0.7},
                            {"type": "person", "name": "ليلى", "relation": "author"}]}),
    );
    app.create(
        "/v1/articles",
        json!({"language": "en", "headline": "Eclipse", "translation_of": original["id"]}),
    );
    app.create(
        "/v1/articles",
        article_with("قديم", json!({"status": "archived", "published_at": "2020-01-01T00:00:00Z"})),
    );
    // An original that is younger than its translation.
    let early = app.publish("ترجمة", json!({}));
    let late = app.publish("أصل", json!({}));
    app.change(&format!("/v1/articles/{}", text_of(&early["id"])), json!({"translation_of": late["id"]}));

    let exported = Said::by(maqal_on(&app.database, &["export", "articles"])).ok();
    assert_eq!(exported.lines().count(), 5);
    let dir = DataDir::new();
    fs::create_dir_all(dir.path()).expect("a directory");
    for name in ["articles.ndjson", "articles.ndjson.gz"] {
        let file = dir.path().join(name);
        let file = file.to_str().expect("UTF-8");
        Said::by(maqal_on(&app.database, &["export", "articles", file])).ok();
        let copy = TestDatabase::new();
        let said = Said::by(maqal_on(&copy, &["import", "articles", file])).ok();
        assert!(said.starts_with("5 lines: 5 created"), "{said}");
        assert_eq!(Said::by(maqal_on(&copy, &["export", "articles"])).ok().lines().count(), 5);
        let said = Said::by(maqal_on(&copy, &["import", "articles", file])).ok();
        assert!(said.starts_with("5 lines: 0 created, 0 updated, 5 unchanged"), "{said}");
        let mut again: Vec<String> = sorted(&Said::by(maqal_on(&copy, &["export", "articles"])).ok());
        assert_eq!(again, sorted(&exported));
        again.clear();
    }
    let said = Said::by(maqal_on(
        &app.database,
        &["import", "articles", dir.path().join("articles.ndjson").to_str().expect("UTF-8")],
    ))
    .ok();
    assert!(said.starts_with("5 lines: 0 created, 0 updated, 5 unchanged"), "{said}");
    assert_eq!(fs::read_dir(dir.path()).expect("the directory").count(), 2, "nothing else is left there");
}

fn sorted(text: &str) -> Vec<String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    lines
}

#[test]
fn a_line_that_says_that_an_export_stopped_is_imported_as_nothing() {
    let app = TestApp::start();
    let stopped = json!({"line": 2, "result": "stopped", "problem": {"type": "/problems/unavailable",
        "title": "The service cannot answer just now", "status": 503, "detail": "the export took too long"}});
    // Nor is it one beside what makes an article.
    let both = article_with("أ", json!({"slug": "a", "result": "stopped"}));
    let file = as_lines(&[article_with("ب", json!({"slug": "b"})), both, stopped.clone()]);
    let dir = DataDir::new();
    fs::create_dir_all(dir.path()).expect("a directory");
    let path = dir.path().join("cut.ndjson");
    fs::write(&path, file).expect("a file");
    let import = maqal_on(&app.database, &["import", "articles", path.to_str().expect("UTF-8")]);
    let said = Said::by(import);
    assert_eq!(said.code, Some(1), "{said:?}");
    assert!(said.stderr.contains("line 3: /result: an export stopped here"), "{said:?}");
    for resource in ["articles", "entities"] {
        let answers = import_into(&app, resource, std::slice::from_ref(&stopped));
        assert_eq!(results(&answers), ["failed"], "{answers:?}");
        assert_eq!(answers[0]["problem"]["errors"][0]["pointer"], "/result");
    }
    assert_eq!(app.get("/v1/articles").column("slug"), ["b"]);
}

#[test]
fn an_original_precedes_its_translations_however_many_lines_are_between() {
    let app = TestApp::start();
    let lines_of = |name: &str, members: &dyn Fn(usize) -> Value| -> Vec<Value> {
        let line = |n: usize| {
            let mut line = line(&format!("{name}{n}"), members(n));
            line["slug"] = json!(format!("{name}{n}"));
            line
        };
        (0..130).map(line).collect()
    };
    let none: &dyn Fn(usize) -> Value = &|_| json!({});
    // By their ages the last of a chain of translations come first.
    for name in ["third", "second", "first"] {
        import(&app, &lines_of(name, none));
    }
    for (name, original) in [("third", "second"), ("second", "first")] {
        // Most of them another one's, so that no order by name or age does by itself.
        let of = |n: usize| json!({"translation_of": format!("{original}{}", n * 7 % 130)});
        assert_eq!(results(&import(&app, &lines_of(name, &of))), vec!["updated"; 130]);
    }
    let exported = Said::by(maqal_on(&app.database, &["export", "articles"])).ok();
    let mut seen = BTreeSet::new();
    for line in exported.lines() {
        let line: Value = serde_json::from_str(line).expect("JSON");
        if let Some(original) = line["translation_of"].as_str() {
            assert!(seen.contains(original), "{} precedes {original}", line["slug"]);
        }
        seen.insert(text_of(&line["slug"]).to_owned());
    }
    assert_eq!(seen.len(), 390);
}

#[test]
fn an_export_has_the_articles_that_its_options_name() {
    let app = TestApp::start();
    app.publish("أ", json!({"source": "s"}));
    app.create("/v1/articles", json!({"language": "fr", "headline": "b"}));
    let count = |arguments: &[&str]| {
        let arguments = [&["export", "articles"], arguments].concat();
        Said::by(maqal_on(&app.database, &arguments)).ok().lines().count()
    };
    assert_eq!(count(&[]), 2);
    assert_eq!(count(&["--status", "draft"]), 1);
    assert_eq!(count(&["--status", "draft", "--status", "published"]), 2);
    assert_eq!(count(&["--language", "ar", "--source", "s"]), 1);
    assert_eq!(count(&["--language", "de"]), 0);
    assert_eq!(count(&["--language", "AR"]), 1);
    for (option, given, fault) in [
        ("--status", "gone", "must be one of draft, published, archived, and is gone"),
        ("--language", "nonsense", "must be a BCP 47 language tag"),
        ("--language", "", "must be a BCP 47 language tag"),
        ("--source", " ", "must have a character that is seen"),
    ] {
        let said = Said::by(maqal_on(&app.database, &["export", "articles", option, given]));
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
        assert!(said.stderr.contains(fault), "{said:?}");
    }
}

#[test]
fn a_reader_of_the_export_may_leave_early() {
    let app = TestApp::start();
    let lines: Vec<Value> =
        (1..=600).map(|id| line(&id.to_string(), json!({"body": "x".repeat(500)}))).collect();
    import(&app, &lines);
    assert!(as_lines(&lines).len() > 200_000);
    let mut child = maqal_on(&app.database, &["export", "articles"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let said = child.wait_with_output().expect("it ends");
    assert_eq!((said.status.code(), String::from_utf8_lossy(&said.stderr).as_ref()), (Some(0), ""));
    // What it cannot write it says.
    let said = Said::by(maqal_on(&app.database, &["export", "articles", "/nowhere/file"])).failure();
    assert!(said.starts_with("cannot write /nowhere/file: "), "{said}");
}

#[test]
fn readers_without_a_key_do_not_keep_those_with_one_from_exporting() {
    let app = TestApp::start();
    // More than fits into the buffers of a connection.
    let lines: Vec<Value> =
        (1..=700).map(|id| line(&id.to_string(), json!({"body": "x".repeat(20_000)}))).collect();
    import(&app, &lines);
    let path = "/v1/articles?fields=body";
    let export = |key: Option<&str>| {
        let mut connection = TcpStream::connect(app.address()).expect("a connection");
        let key = key.map(|key| format!("Authorization: Bearer {key}\r\n")).unwrap_or_default();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: a\r\nAccept: {}\r\n{key}\r\n", LINES.1)
            .expect("it is sent");
        // It has begun; nobody reads on.
        let mut status = [0; 12];
        connection.read_exact(&mut status).expect("an answer");
        (String::from_utf8_lossy(&status).into_owned(), connection)
    };
    let (first, second) = (export(None), export(None));
    assert_eq!((first.0.as_str(), second.0.as_str()), ("HTTP/1.1 200", "HTTP/1.1 200"));
    let (third, _connection) = export(None);
    assert_eq!(third, "HTTP/1.1 503");
    let keyed = [export(Some(&app.editor)), export(Some(&app.editor))];
    assert!(keyed.iter().all(|(status, _)| status == "HTTP/1.1 200"));
    // Who leaves makes room.
    drop(first);
    eventually("an export ends", || export(None).0 == "HTTP/1.1 200");
}

#[test]
fn an_exported_file_is_for_its_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let app = TestApp::start();
    app.create("/v1/articles", json!({"language": "fr", "headline": "b"}));
    let dir = DataDir::new();
    fs::create_dir_all(dir.path()).expect("a directory");
    for name in ["new.ndjson", "open.ndjson", "new.ndjson.gz"] {
        let (file, part) = (dir.path().join(name), dir.path().join(format!("{name}.part")));
        for left in [&file, &part].into_iter().filter(|_| name.starts_with("open")) {
            fs::write(left, "x").expect("a file");
            fs::set_permissions(left, fs::Permissions::from_mode(0o666)).expect("its mode");
        }
        Said::by(maqal_on(&app.database, &["export", "articles", file.to_str().expect("UTF-8")])).ok();
        let mode = fs::metadata(&file).expect("the file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        assert!(!part.exists());
    }
}
