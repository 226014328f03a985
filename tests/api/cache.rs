//! Answers that are kept: given without the database, and the same as without them.

use std::{thread, time::Duration};

use diesel::{
    PgConnection, QueryableByName, RunQueryDsl, connection::SimpleConnection, sql_query, sql_types::BigInt,
};
use serde_json::{Value, json};

use crate::support::{Response, TestApp, TestDatabase, entity, eventually, path_of, tag};

/// A service with one article, its tag and its entity.
fn start(flags: &[&str]) -> TestApp {
    let app = TestApp::with(TestDatabase::new(), flags);
    app.create("/v1/tags", tag("sea"));
    app.create("/v1/entities", entity("tunis"));
    app.publish("خبر البحر", json!({"slug": "news", "tags": ["sea"], "entities": ["tunis"]}));
    heard();
    app
}

/// The service hears of its own writes as well, and what it reads before that is not kept for long.
fn heard() {
    thread::sleep(Duration::from_millis(300));
}

const NOTHING_KEPT: [&str; 4] = ["--cache-size", "0", "--listed-cache-size", "0"];

/// Every path that is kept.
const PATHS: [&str; 8] = [
    "/v1/articles/news",
    "/v1/articles/news?fields=headline,body_text",
    "/v1/articles?include=tags&limit=5",
    "/v1/tags",
    "/v1/tags/sea",
    "/v1/tags/sea/articles",
    "/v1/entities/tunis",
    "/v1/entities/tunis/articles?include=entities",
];

fn assert_same(first: &Response, again: &Response) {
    assert_eq!(again.status, first.status);
    assert_eq!(again.body, first.body);
    assert_eq!(again.lasting_headers(), first.lasting_headers());
}

#[test]
fn what_was_read_before_is_read_again_without_the_database() {
    let app = start(&[]);
    app.keep(&PATHS);
    let first: Vec<_> = PATHS.iter().map(|path| app.get(path)).collect();
    app.database.without_tables(|_| {
        for (path, first) in PATHS.iter().zip(&first) {
            assert_eq!(first.status, 200, "{path}");
            assert_same(first, &app.get(path));
        }
        let spelled_otherwise = app.get("/v1/articles?limit=5&&include=%74ags");
        assert_eq!(spelled_otherwise.body, first[2].body);
    });
}

#[test]
fn every_form_of_a_kept_answer_is_given_without_the_database() {
    let app = start(&[]);
    for path in PATHS {
        let forms: [&dyn Fn() -> Response; 6] = [
            &|| app.request("GET", path).header("Accept-Encoding", "gzip").send(),
            &|| app.request("GET", path).header("Accept-Encoding", "br, gzip;q=0.5").send(),
            &|| app.request("GET", path).header("Origin", "https://news.example").send(),
            &|| app.request("HEAD", path).send(),
            &|| app.request("GET", path).header("If-None-Match", app.get(path).header("etag")).send(),
            &|| app.request("GET", path).header("Accept-Encoding", "deflate, zstd").send(),
        ];
        let first: Vec<_> = forms.iter().map(|form| form()).collect();
        let statuses: Vec<_> = first.iter().map(|response| response.status).collect();
        assert_eq!(statuses, [200, 200, 200, 200, 304, 200], "{path}");
        assert!(first[0].header("etag").ends_with("-gzip\""), "{:?}", first[0]);
        assert!(first[1].header("etag").ends_with("-br\""), "{:?}", first[1]);
        app.database.without_tables(|_| {
            forms.iter().zip(&first).for_each(|(form, first)| assert_same(first, &form()));
        });
    }
}

#[test]
fn a_kept_answer_is_the_one_that_the_database_gives() {
    let app = start(&[]);
    let plain = TestApp::with(app.database.clone(), &NOTHING_KEPT);
    for path in PATHS {
        for (name, value) in [("Accept", "*/*"), ("Accept-Encoding", "gzip"), ("Origin", "https://a.example")]
        {
            let ask = |app: &TestApp| app.request("GET", path).header(name, value).send();
            let from_database = ask(&plain);
            for _ in 0..2 {
                let kept = ask(&app);
                assert_eq!(kept.status, from_database.status);
                assert_same(&from_database, &kept);
            }
        }
    }
}

#[test]
fn a_new_list_is_put_together_of_articles_that_other_lists_have_shown() {
    let app = start(&["--cache-size", "0"]);
    let plain = TestApp::with(app.database.clone(), &NOTHING_KEPT);
    app.publish("مرفأ", json!({"slug": "port", "tags": ["sea"]}));
    app.get("/v1/articles?include=tags&limit=2");
    let new = [
        "/v1/articles?include=tags&sort=headline",
        "/v1/articles?include=tags&tags=sea&limit=1",
        "/v1/articles?include=tags&q=مرفأ&count=exact",
        "/v1/articles?include=tags&sort=updated_at&language=ar",
    ];
    let from_database: Vec<_> = new.iter().map(|path| plain.get(path)).collect();
    assert!(from_database.iter().all(|list| list.status == 200));
    // Who asks with such a filter asks the table of the links as well, and a search asks what has such a name.
    for (tables, asks) in [("article_entities", "?nothing"), ("article_tags", "tags=sea"), ("entities", "q=")]
    {
        app.database.without(tables, |_| {
            let new = new.iter().zip(&from_database).filter(|(path, _)| !path.contains(asks));
            new.for_each(|(path, plain)| assert_same(plain, &app.get(path)));
        });
    }
}

#[test]
fn a_list_shows_who_has_a_key_what_others_may_not_see() {
    let app = start(&["--cache-size", "0"]);
    app.get("/v1/articles");
    app.change("/v1/articles/news", json!({"status": "draft"}));
    let lists = |path: &str| {
        let by_editor = || app.as_editor("GET", &format!("{path}&status=draft")).send();
        [app.get(path), by_editor(), app.get(path)].map(|list| list.column("slug").len())
    };
    assert_eq!(lists("/v1/articles?limit=3"), [0, 1, 0]);
    app.change("/v1/articles/news", json!({"status": "published"}));
    assert_eq!(lists("/v1/articles?limit=4"), [1, 0, 1]);
}

#[derive(QueryableByName)]
struct Waiting {
    #[diesel(sql_type = BigInt)]
    count: i64,
}

/// Those of requests: what the service does by itself may find the tables locked as well.
fn waiting_queries(connection: &mut PgConnection) -> i64 {
    // Else a transaction goes on seeing what it saw first.
    connection.batch_execute("SELECT pg_stat_clear_snapshot()").expect("the activity anew");
    let sql = "SELECT count(*) FROM pg_stat_activity
               WHERE datname = current_database() AND wait_event_type = 'Lock'
                   AND application_name NOT IN ('maqal background', 'maqal upkeep')";
    let row: Waiting = sql_query(sql).get_result(connection).expect("the activity");
    row.count
}

#[test]
fn many_who_ask_for_the_same_at_once_cost_one_query() {
    let app = start(&["--workers", "2", "--pool-size", "8"]);
    for path in ["/v1/articles/news", "/v1/articles?include=tags", "/v1/tags/sea"] {
        thread::scope(|scope| {
            let readers = app.database.without_tables(|connection| {
                let readers: Vec<_> = (0..40).map(|_| scope.spawn(|| app.get(path))).collect();
                while waiting_queries(connection) == 0 {
                    thread::sleep(Duration::from_millis(10));
                }
                // For the others to arrive.
                thread::sleep(Duration::from_millis(300));
                assert_eq!(waiting_queries(connection), 1, "{path}");
                readers
            });
            for reader in readers {
                assert_eq!(reader.join().expect("an answer").status, 200);
            }
        });
    }
}

#[test]
fn who_waits_for_the_only_connection_shares_the_next_read_though_nothing_is_kept() {
    let app = start(&["--cache-size", "0", "--pool-size", "1"]);
    let reads = |database: &TestDatabase| {
        // A connection that ends reports what it has read.
        database.cut_connections();
        let sql = "SELECT seq_scan + idx_scan AS scans FROM pg_stat_user_tables WHERE relname = 'articles'";
        diesel::sql_query(sql).get_result::<Scans>(&mut database.connect()).expect("the statistics").scans
    };
    let before = reads(&app.database);
    thread::scope(|scope| {
        let readers = app.database.without_tables(|connection| {
            let readers: Vec<_> = (0..40).map(|_| scope.spawn(|| app.get("/v1/articles"))).collect();
            while waiting_queries(connection) == 0 {
                thread::sleep(Duration::from_millis(10));
            }
            // For the others to arrive.
            thread::sleep(Duration::from_millis(300));
            readers
        });
        for reader in readers {
            assert_eq!(reader.join().expect("an answer").column("slug"), ["news"]);
        }
    });
    eventually("the reads are counted", || reads(&app.database) > before);
    let reads = reads(&app.database) - before;
    assert!(reads < 20, "{reads} reads for 40 requests");
}

#[derive(diesel::QueryableByName)]
struct Scans {
    #[diesel(sql_type = diesel::sql_types::BigInt)]
    scans: i64,
}

#[test]
fn articles_that_are_read_together_show_what_each_was_asked_for() {
    let app = start(&["--pool-size", "1"]);
    let other = path_of(&app.publish("H", json!({"slug": "other"})));
    let missing = "/v1/articles/nowhere".to_owned();
    let paths = [
        "/v1/articles/news?fields=headline".to_owned(),
        other.clone(),
        format!("{other}?fields=body_html,body_text"),
        missing,
        "/v1/articles/news".to_owned(),
        "/v1/articles/other?include=tags".to_owned(),
    ];
    let alone: Vec<_> = paths.iter().map(|path| app.as_editor("GET", path).send()).collect();
    thread::scope(|scope| {
        let together = app.database.without_tables(|connection| {
            // With the only connection.
            scope.spawn(|| app.get("/v1/tags/sea"));
            while waiting_queries(connection) == 0 {
                thread::sleep(Duration::from_millis(10));
            }
            let together: Vec<_> = paths.iter().map(|path| scope.spawn(|| app.get(path))).collect();
            thread::sleep(Duration::from_millis(300));
            together
        });
        for (alone, together) in alone.iter().zip(together) {
            let together = together.join().expect("an answer");
            assert_eq!(together.status, alone.status);
            if alone.status == 200 {
                assert_eq!(together.json(), alone.json());
            }
        }
    });
}

#[test]
fn an_original_that_is_not_public_is_named_to_nobody() {
    let app = start(&["--purge-header", "surrogate-key"]);
    let draft = app.create("/v1/articles", json!({"language": "ar", "headline": "مسودة", "slug": "draft"}));
    app.publish("Translation", json!({"slug": "translation", "translation_of": "draft"}));
    let id = draft["id"].as_str().expect("an id");
    for _ in 0..2 {
        let answer = app.get("/v1/articles/translation");
        assert_eq!(answer.status, 200);
        assert!(!format!("{answer:?}").contains(id), "{answer:?}");
    }
    app.change("/v1/articles/draft", json!({"status": "published"}));
    assert_eq!(app.get("/v1/articles/translation").json()["translation_of"], id);
}

#[test]
fn nothing_is_kept_that_is_not_for_everybody() {
    let app = start(&["--purge-header=surrogate-key"]);
    app.create("/v1/articles", json!({"language": "ar", "headline": "مسودة", "slug": "draft"}));
    for path in ["/v1/articles/draft", "/v1/articles?status=draft", "/v1/articles/news"] {
        // Whoever has no key asks first: what they are given may be kept, and is for nobody who has one.
        app.get(path);
        let seen = app.as_editor("GET", path).send();
        assert_eq!((seen.status, seen.header("cache-control")), (200, "private, no-store"));
        assert_eq!(seen.try_header("surrogate-key"), None);
    }
    app.get("/v1/articles/draft").problem(404, "not-found");
    app.get("/v1/articles?status=draft").problem(401, "unauthenticated");
    app.request("GET", "/v1/articles/news").key("wrong").send().problem(401, "unauthenticated");
}

#[test]
fn readers_without_a_key_and_with_one_are_each_given_what_is_theirs_whoever_reads_first() {
    let app = start(&[]);
    let draft = app.create("/v1/articles", json!({"language": "ar", "headline": "مسودة", "slug": "draft"}));
    app.publish("Translation", json!({"slug": "translation", "translation_of": "draft"}));
    heard();
    let original = |response: &Response, pointer: &str| {
        assert_eq!(response.status, 200, "{}", response.text());
        response.json().pointer(pointer).cloned().unwrap_or(Value::Null)
    };
    let fields = ["", "fields=translation_of", "fields=translation_of,slug"];
    for (turn, query) in fields.iter().flat_map(|query| [(true, query), (false, query)]) {
        let order = if turn { [false, true, false, true] } else { [true, false, true, false] };
        let paths = [
            (
                format!(
                    "/v1/articles/translation?{query}&include={}",
                    if turn { "tags" } else { "entities" }
                ),
                "/translation_of",
            ),
            (format!("/v1/articles?{query}&limit={}", if turn { 5 } else { 6 }), "/data/0/translation_of"),
        ];
        for (path, pointer) in &paths {
            for with_key in order {
                let (answer, expected) = match with_key {
                    true => (app.as_editor("GET", path).send(), &draft["id"]),
                    false => (app.get(path), &Value::Null),
                };
                assert_eq!(original(&answer, pointer), *expected, "{path}, with a key: {with_key}");
                let policy = if with_key { "private, no-store" } else { "public, no-cache" };
                assert_eq!(answer.header("cache-control"), policy, "{path}");
            }
        }
    }
}

#[test]
fn failures_are_not_kept() {
    let app = start(&[]);
    app.get("/v1/articles/later").problem(404, "not-found");
    app.get("/v1/articles?limit=0").problem(400, "invalid-parameters");
    app.publish("H", json!({"slug": "later"}));
    assert_eq!(app.get("/v1/articles/later").status, 200);
}

#[test]
fn caches_on_the_way_are_told_what_the_settings_say() {
    let app = start(&["--max-age", "60", "--stale-while-revalidate", "30", "--purge-header", "cache-tag"]);
    let id = |path: &str| app.get(path).json()["id"].as_str().expect("an id").to_owned();
    let tags = format!(
        "article/{},tag/{},entity/{}",
        id("/v1/articles/news"),
        id("/v1/tags/sea"),
        id("/v1/entities/tunis")
    );
    for _ in 0..2 {
        let article = app.get("/v1/articles/news");
        assert_eq!(article.header("cache-control"), "public, max-age=60, stale-while-revalidate=30");
        assert_eq!(article.header("cache-tag"), tags);
        assert_eq!(article.header("access-control-allow-origin"), "*");
        assert_eq!(app.get("/v1/articles").header("cache-tag"), "articles,tags,entities");
        let held =
            app.request("GET", "/v1/articles/news").header("If-None-Match", article.header("etag")).send();
        assert_eq!((held.status, held.header("cache-tag")), (304, tags.as_str()));
    }
    assert_eq!(start(&["--max-age=5"]).get("/v1/tags").header("cache-control"), "public, max-age=5");
    assert_eq!(start(&["--purge-header=surrogate-key"]).get("/v1/tags").header("surrogate-key"), "tags");
    assert_eq!(start(&[]).get("/v1/tags").try_header("surrogate-key"), None);
}

#[test]
fn where_origins_are_listed_each_gets_its_own_answer() {
    let app = start(&["--cors-origin", "https://a.example,https://b.example"]);
    for _ in 0..2 {
        for origin in ["https://a.example", "https://b.example"] {
            let answer = app.request("GET", "/v1/articles/news").header("Origin", origin).send();
            assert_eq!(answer.header("access-control-allow-origin"), origin);
            assert!(answer.all("vary").contains("Origin"));
        }
        assert!(app.get("/v1/articles/news").all("vary").contains("Origin"));
    }
}

#[test]
fn a_small_cache_still_answers_everything() {
    let app = start(&["--cache-size", "20KiB"]);
    let paths: Vec<_> = (0..30)
        .map(|number| path_of(&app.publish(&format!("خبر {number}"), json!({"body": "نص ".repeat(200)}))))
        .collect();
    for path in paths.iter().chain(&paths) {
        assert_eq!(app.get(path).status, 200);
    }
}
