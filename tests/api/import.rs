//! `maqal import articles`: files, and imports that are broken off.

use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use diesel::{PgConnection, RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::BigInt};
use flate2::{Compression, write::GzEncoder};
use serde_json::{Value, json};

use crate::support::{DataDir, Said, Serving, TestApp, TestDatabase, as_lines, eventually, line, maqal};

/// A file of lines, removed with this value.
struct Lines {
    _dir: DataDir,
    path: PathBuf,
}

impl Lines {
    fn new(bytes: &[u8]) -> Self {
        let dir = DataDir::new();
        fs::create_dir_all(dir.path()).expect("a directory");
        let path = dir.path().join("articles.ndjson");
        fs::write(&path, bytes).expect("a file");
        Self { path, _dir: dir }
    }

    fn of(lines: &[Value]) -> Self {
        Self::new(as_lines(lines).as_bytes())
    }
}

fn import(database: &TestDatabase, file: &Path, arguments: &[&str]) -> Command {
    let mut command = maqal(&["import", "articles", "--database-url", &database.url()]);
    command.args(arguments).arg(file);
    command
}

/// The summary without the time that it took.
fn summary(stdout: &str) -> &str {
    stdout.split(", in ").next().expect("a summary")
}

fn count(database: &TestDatabase, table: &str) -> i64 {
    let count = sql::<BigInt>(&format!("SELECT count(*) FROM {table}"));
    count.get_result(&mut database.connect()).expect("a count")
}

#[test]
fn a_file_is_imported_and_its_bad_lines_are_told() {
    let app = TestApp::start();
    let mut bytes = as_lines(&[line("1", json!({})), line("2", json!({}))]).into_bytes();
    bytes.extend_from_slice(b"\n{\"headline\": 7}\noops");
    let file = Lines::new(&bytes);
    let said = Said::by(import(&app.database, &file.path, &[]));
    assert_eq!(said.code, Some(1));
    assert_eq!(summary(&said.stdout), "4 lines: 2 created, 0 updated, 0 unchanged, 2 failed");
    assert!(
        said.stderr.contains("\nline 5: the line is not JSON: ")
            && said.stderr.ends_with("maqal: 2 lines failed\n"),
        "{said:?}"
    );
    assert!(
        said.stderr.starts_with("line 4: /language: is required; /headline: must be a string, and is "),
        "{said:?}"
    );
    assert_eq!(app.get("/v1/articles?sort=headline").column("headline"), ["عنوان 1", "عنوان 2"]);
    let good = Lines::of(&[line("1", json!({})), line("2", json!({"body": "آخر"}))]);
    let said = Said::by(import(&app.database, &good.path, &[])).ok();
    assert_eq!(summary(&said), "2 lines: 0 created, 1 updated, 1 unchanged, 0 failed");
    assert_eq!(count(&app.database, "import_checkpoints"), 0);
}

#[test]
fn standard_input_and_compressed_files_are_taken() {
    let database = TestDatabase::new();
    let text = as_lines(&[line("1", json!({})), line("2", json!({}))]);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("in memory");
    let file = Lines::new(&encoder.finish().expect("in memory"));
    assert!(Said::by(import(&database, &file.path, &[])).ok().starts_with("2 lines: 2 created"));

    let mut child = import(&database, Path::new("-"), &[])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("its input").write_all(text.as_bytes()).expect("it reads");
    let said = child.wait_with_output().expect("it ends");
    assert!(
        String::from_utf8_lossy(&said.stdout).starts_with("2 lines: 0 created, 0 updated, 2 unchanged"),
        "{said:?}"
    );

    let refused = Said::by(import(&database, Path::new("-"), &["--resume"])).failure();
    assert!(refused.contains("standard input cannot be resumed"), "{refused}");
    let missing = Said::by(import(&database, Path::new("/nowhere/articles"), &[])).failure();
    assert!(missing.starts_with("cannot read /nowhere/articles: "), "{missing}");
}

/// More than a batch, of which one line of the second waits until the lock of
/// the test is let go.
const WAIT: &str = "
    CREATE FUNCTION wait() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN PERFORM pg_advisory_xact_lock(7); RETURN NEW; END $$;
    CREATE TRIGGER wait BEFORE INSERT ON articles FOR EACH ROW
    WHEN (NEW.headline = 'wait') EXECUTE FUNCTION wait()";

/// Whether somebody waits for a lock of the test, in this database: others are about as well.
fn somebody_waits(connection: &mut PgConnection) -> bool {
    let waiting = "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database
        WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted";
    sql::<BigInt>(waiting).get_result::<i64>(connection).expect("the locks") > 0
}

/// Imports the file, and kills that when it comes to a line with the headline `wait`.
fn kill_while_it_waits(database: &TestDatabase, file: &Lines) {
    let mut holder = database.connect();
    holder.batch_execute(WAIT).expect("a trigger");
    holder.batch_execute("SELECT pg_advisory_lock(7)").expect("the lock");
    let mut child = import(database, &file.path, &[])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    eventually("the line waits", || somebody_waits(&mut holder));
    child.kill().expect("it runs");
    child.wait().expect("it ends");
    holder
        .batch_execute("SELECT pg_advisory_unlock(7); DROP TRIGGER wait ON articles")
        .expect("nobody waits");
}

#[test]
fn an_import_that_was_killed_between_two_transactions_of_a_batch_loses_no_line() {
    let database = TestDatabase::new();
    let with = |id: &str, headline: &str| json!({"source": "s", "external_id": id, "language": "ar", "headline": headline});
    let mut lines: Vec<Value> = (1..=5100).map(|id| with(&id.to_string(), &format!("h{id}"))).collect();
    // A line that is about an article of a line before it begins another transaction.
    lines[4900] = with("1", "again");
    lines[4950]["headline"] = json!("wait");
    let file = Lines::of(&lines);
    kill_while_it_waits(&database, &file);
    assert_eq!(count(&database, "articles"), 4900);
    let said = Said::by(import(&database, &file.path, &["--resume"]));
    assert_eq!(summary(&said.ok()), "5100 lines: 199 created, 1 updated, 4900 unchanged, 0 failed");
    assert_eq!((count(&database, "articles"), count(&database, "import_checkpoints")), (5099, 0));
}

#[test]
fn an_import_that_was_killed_is_resumed_where_it_was() {
    let database = TestDatabase::new();
    let mut lines: Vec<Value> =
        (1..=5200).map(|id| json!({"source": "s", "external_id": id.to_string(), "language": "ar", "headline": format!("h{id}")})).collect();
    lines[5100]["headline"] = json!("wait");
    let file = Lines::of(&lines);
    kill_while_it_waits(&database, &file);
    assert_eq!(count(&database, "articles"), 5000);

    let changed = {
        let mut other = lines.clone();
        other[0]["headline"] = json!("x");
        as_lines(&other)
    };
    let bytes = fs::read(&file.path).expect("the file");
    fs::write(&file.path, changed).expect("the file");
    let refused = Said::by(import(&database, &file.path, &["--resume"]));
    assert!(refused.stderr.contains("the file is not the one whose import was begun"), "{refused:?}");
    assert_eq!((refused.code, count(&database, "articles")), (Some(1), 5000));

    fs::write(&file.path, bytes).expect("the file");
    let said = Said::by(import(&database, &file.path, &["--resume"]));
    assert!(said.stderr.contains("going on after line 5000"), "{said:?}");
    assert_eq!(summary(&said.ok()), "200 lines: 200 created, 0 updated, 0 unchanged, 0 failed");
    assert_eq!((count(&database, "articles"), count(&database, "import_checkpoints")), (5200, 0));
    let again = Said::by(import(&database, &file.path, &["--resume"]));
    assert!(again.stderr.contains("nothing to go on with"), "{again:?}");
    assert_eq!(summary(&again.ok()), "5200 lines: 0 created, 0 updated, 5200 unchanged, 0 failed");
}

#[test]
fn a_database_that_goes_away_stops_the_import() {
    let database = TestDatabase::new();
    let lines: Vec<Value> = (1..=10)
        .map(|id| line(&id.to_string(), json!({"headline": if id == 5 { "wait" } else { "h" }})))
        .collect();
    let file = Lines::of(&lines);
    let mut holder = database.connect();
    holder.batch_execute(WAIT).expect("a trigger");
    holder.batch_execute("SELECT pg_advisory_lock(7)").expect("the lock");
    let child = import(&database, &file.path, &[])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    eventually("the batch waits", || somebody_waits(&mut holder));
    database.admit(false);
    let said = child.wait_with_output().expect("it ends");
    let stderr = String::from_utf8_lossy(&said.stderr);
    assert_eq!(said.status.code(), Some(1), "{stderr}");
    assert!(
        stderr.contains("the database cannot store it just now") && stderr.contains("--resume"),
        "{stderr}"
    );
    database.admit(true);
    assert_eq!(count(&database, "articles"), 0);
}

#[test]
fn the_private_database_is_filled_with_and_without_a_running_serve() {
    let dir = DataDir::new();
    let file = Lines::of(&[line("1", json!({}))]);
    let on = |arguments: &[&str]| {
        let mut command = maqal(arguments);
        command.arg("--data-dir").arg(dir.path());
        command
    };
    let path = file.path.to_str().expect("UTF-8");
    assert!(Said::by(on(&["import", "articles", path])).ok().starts_with("1 lines: 1 created"));
    let serving = Serving::by(on(&["serve"]));
    assert_eq!(serving.get("/v1/articles").column("external_id"), ["1"]);
    fs::write(&file.path, as_lines(&[line("2", json!({}))])).expect("the file");
    assert!(Said::by(on(&["import", "articles", path])).ok().starts_with("1 lines: 1 created"));
    // The import is another process, of whose changes the service hears within a second.
    eventually("both are listed", || serving.get("/v1/articles").column("id").len() == 2);
}

#[test]
fn a_schema_that_is_not_current_is_not_filled() {
    let database = TestDatabase::bare();
    let file = Lines::of(&[]);
    assert!(Said::by(import(&database, &file.path, &[])).failure().contains("run maqal migrate"));
    // The file is closed and there: only the schema was in the way.
    assert!(File::open(&file.path).is_ok());
}

#[test]
fn what_a_file_says_is_not_obeyed_by_a_terminal() {
    let app = TestApp::start();
    let escape = "\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\r\n1 lines: 1 created";
    let file = Lines::of(&[
        line("1", json!({"tags": [escape]})),
        line("2", json!({"translation_of": escape})),
        line("3", json!({escape: 1})),
        line("4", json!({"status": escape})),
    ]);
    let said = Said::by(import(&app.database, &file.path, &[]));
    assert_eq!(said.code, Some(1));
    assert_eq!(said.stderr.lines().count(), 5, "{}", said.stderr);
    let obeyed = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
    assert!(!said.stderr.contains(obeyed) && !said.stdout.contains(obeyed), "{said:?}");
    assert!(said.stderr.contains(r"\u{1b}]0;x\u{7}"), "{}", said.stderr);
    let said = Said::by(maqal(&["import", "articles", "--database-url", &app.database.url(), "\u{1b}[2J"]));
    assert!(!said.stderr.contains('\u{1b}'), "{}", said.stderr);
}
