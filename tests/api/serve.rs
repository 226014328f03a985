//! `maqal serve`, as a process: the sample, the log, the signals.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use serde_json::Value;

use crate::support::{DataDir, Said, Serving, TestDatabase, eventually, is_alive, maqal, signal, tag};

/// `maqal serve` on the test's database.
fn serve(database: &TestDatabase, flags: &[&str]) -> Command {
    let mut command = maqal(&["serve"]);
    command.env("DATABASE_URL", database.url()).args(["--workers", "1", "--pool-size", "2"]).args(flags);
    command
}

/// `maqal serve` on a PostgreSQL of its own.
fn serve_privately(dir: &DataDir, flags: &[&str]) -> Command {
    let mut command = maqal(&["serve"]);
    command.arg("--data-dir").arg(dir.path()).args(flags);
    command
}

fn total(serving: &Serving, collection: &str) -> u64 {
    let page = serving.get(&format!("/v1/{collection}?count=exact&limit=1")).json();
    page["page"]["total"].as_u64().unwrap_or_else(|| panic!("no total in {page}"))
}

fn admin_key(dir: &DataDir) -> String {
    fs::read_to_string(dir.path().join("admin.key")).expect("the key").trim().to_owned()
}

#[test]
fn the_demo_fills_an_empty_database_once_and_says_what_to_try() {
    let (database, dir) = (TestDatabase::bare(), DataDir::new());
    let key_file = dir.path().join("admin.key");
    let flags = ["--demo", "--data-dir", dir.path().to_str().expect("a path in UTF-8")];

    let serving = Serving::by(serve(&database, &flags));
    let articles = total(&serving, "articles");
    let numbers = (articles, total(&serving, "tags"), total(&serving, "entities"));
    assert!(numbers.0 > 0 && numbers.1 > 0 && numbers.2 > 0, "{numbers:?}");
    let said = serving.stdout().join("\n");
    let url = format!("http://{}", serving.address());
    for part in [format!("Maqal is at {url}"), format!("{url}/docs/"), key_file.display().to_string()] {
        assert!(said.contains(&part), "{part} is not in {said}");
    }
    let (_, curl) = said.split_once(&format!("curl '{url}")).expect("a curl line");
    let tried = serving.get(curl.split('\'').next().expect("its end"));
    assert!(!tried.column("headline").is_empty());

    let key = admin_key(&dir);
    assert_eq!(fs::metadata(&key_file).expect("the key").permissions().mode() & 0o777, 0o600);
    let create = || serving.request("POST", "/v1/tags").key(&key).json(&tag("by-the-admin")).send();
    assert_eq!(create().status, 201);
    assert_eq!(serving.stop(libc::SIGTERM), Some(0));

    let serving = Serving::by(serve(&database, &flags));
    assert_eq!((total(&serving, "articles"), total(&serving, "tags")), (articles, numbers.1 + 1));
    assert_eq!(admin_key(&dir), key);
}

#[test]
fn the_demo_leaves_a_database_with_content_alone() {
    let (database, dir) = (TestDatabase::new(), DataDir::new());
    let editor = database.key(maqal::auth::Role::Editor);
    let create =
        |serving: &Serving| serving.request("POST", "/v1/tags").key(&editor).json(&tag("ours")).send();
    assert_eq!(create(&Serving::by(serve(&database, &[]))).status, 201);
    let flags = ["--demo", "--data-dir", dir.path().to_str().expect("a path in UTF-8")];
    let serving = Serving::by(serve(&database, &flags));
    assert_eq!((total(&serving, "articles"), total(&serving, "tags")), (0, 1));
    assert!(!dir.path().exists(), "no key was made, so no file is written");
    assert!(serving.stdout().join("\n").contains("maqal keys create"));
}

#[test]
fn without_migration_the_schema_is_left_as_it_is() {
    let database = TestDatabase::bare();
    let serving = Serving::by(serve(&database, &["--no-migrate"]));
    assert_eq!(serving.get("/healthz").status, 200);
    let problem = serving.get("/readyz").problem(503, "unavailable");
    assert!(problem["detail"].as_str().expect("a text").contains("maqal migrate"));
    for path in ["/v1/articles", "/v1/articles/news", "/v1/articles?q=news", "/v1/tags", "/v1/suggest?q=news"]
    {
        serving.get(path).problem(503, "unavailable");
    }
    assert_eq!(database.objects(), Vec::<String>::new());
    let mut migrate = maqal(&["migrate"]);
    migrate.env("DATABASE_URL", database.url());
    Said::by(migrate).ok();
    assert_eq!(serving.get("/readyz").status, 200);
}

#[test]
fn the_json_log_has_one_object_a_line() {
    let database = TestDatabase::bare();
    let serving = Serving::by(serve(&database, &["--log-format", "json"]));
    let id = "desk-1:a.b_c";
    serving.request("GET", "/v1/articles?limit=2").header("X-Request-Id", id).send();
    // From the cache.
    serving.get("/v1/articles?limit=2");
    serving.request("POST", "/v1/tags").json(&tag("no-key")).send();
    serving.get("/v1/%D8%A3\"quoted\"");
    let requests = || -> Vec<Value> {
        let parse = |line: String| serde_json::from_str(&line).unwrap_or_else(|e| panic!("{e}: {line}"));
        let lines = serving.log().into_iter().map(parse);
        lines.filter(|line: &Value| line["target"] == "maqal::request").collect()
    };
    eventually("four requests are in the log", || requests().len() == 4);
    let requests = requests();
    assert_eq!(requests[0]["request_id"], id);
    let told: Vec<_> = requests
        .iter()
        .map(|line| (line["method"].as_str(), line["path"].as_str(), line["status"].as_u64()))
        .collect();
    assert_eq!(told[0], (Some("GET"), Some("/v1/articles"), Some(200)));
    assert_eq!(told[1], told[0]);
    assert_eq!(told[2], (Some("POST"), Some("/v1/tags"), Some(401)));
    assert_eq!(told[3].2, Some(404));
    for line in &requests {
        assert_eq!(line["client"], "127.0.0.1", "{line}");
        assert!(line["duration_ms"].as_f64().is_some_and(|duration| duration >= 0.0), "{line}");
        assert!(line["time"].as_str().is_some_and(|time| chrono::DateTime::parse_from_rfc3339(time).is_ok()));
        assert!(line["request_id"].as_str().is_some_and(|id| !id.is_empty()), "{line}");
    }
}

#[test]
fn a_signal_stops_it_cleanly_and_postgresql_with_it() {
    let dir = DataDir::new();
    for number in [libc::SIGTERM, libc::SIGINT] {
        let serving = Serving::by(serve_privately(&dir, &[]));
        let postmaster = dir.postmaster().expect("there is a postmaster");
        assert_eq!(serving.get("/readyz").status, 200);
        assert_eq!(serving.stop(number), Some(0), "signal {number}");
        assert!(!dir.accepts() && !is_alive(postmaster), "PostgreSQL still runs after signal {number}");
        assert_eq!(dir.postmaster(), None, "PostgreSQL was not stopped cleanly by signal {number}");
    }
}

#[test]
fn the_log_says_when_it_begins_to_stop_and_when_it_has() {
    let database = TestDatabase::new();
    let mut serving = Serving::by(serve(&database, &[]));
    assert_eq!(serving.get("/healthz").status, 200);
    signal(serving.pid(), libc::SIGTERM);
    assert_eq!(serving.end(), Some(0));
    let told = || serving.log().into_iter().filter(|line| line.contains("stop")).collect::<Vec<_>>();
    eventually("both lines are in the log", || told().len() == 2);
    let told = told();
    assert!(told[0].contains("INFO") && told[0].contains("stopping: "), "{told:?}");
    assert!(told[1].contains("INFO") && told[1].ends_with("stopped"), "{told:?}");
}

#[test]
fn readiness_goes_with_postgresql_and_comes_back_with_it() {
    let dir = DataDir::new();
    let serving = Serving::by(serve_privately(&dir, &["--db-timeout", "1"]));
    let (cluster, pid) = (dir.cluster().expect("a cluster"), dir.postmaster().expect("a postmaster"));
    let away = Path::new(&cluster).with_extension("away");
    // Without its data it cannot be started again, until they are back.
    fs::rename(&cluster, &away).expect("the cluster is moved away");
    signal(pid, libc::SIGKILL);
    eventually("it is not ready", || serving.get("/readyz").status == 503);
    let response = serving.get("/readyz");
    response.problem(503, "unavailable");
    assert!(response.try_header("retry-after").is_some());
    assert_eq!(serving.get("/healthz").status, 200);
    serving.get("/v1/articles").problem(503, "unavailable");
    fs::rename(&away, &cluster).expect("the cluster is moved back");
    eventually("it is ready again", || serving.get("/readyz").status == 200);
    assert_eq!(serving.get("/v1/articles").status, 200);
    assert_ne!(dir.postmaster(), Some(pid));
}
