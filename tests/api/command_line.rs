//! The program's commands, other than serve.

use std::{process::Command, thread};

use crate::support::{DataDir, Said, Serving, TestDatabase, maqal, tag};

const COMMIT_THE_DOCUMENT: &str = "the committed document is an old one: renew it with `just openapi`";

/// A command on the private PostgreSQL of a directory.
fn on(dir: &DataDir, arguments: &[&str]) -> Command {
    let mut command = maqal(arguments);
    command.arg("--data-dir").arg(dir.path());
    command
}

fn create_key(dir: &DataDir, role: &str) -> String {
    let said = Said::by(on(dir, &["keys", "create", "--role", role, "--name", "night desk"])).ok();
    let key = said.strip_suffix('\n').expect("a line");
    assert!(key.starts_with("maqal_") && !key.contains(char::is_whitespace), "{said:?}");
    key.to_owned()
}

fn id_of(key: &str) -> &str {
    key.split('_').nth(1).expect("an id")
}

#[test]
fn keys_are_made_listed_and_revoked_with_and_without_a_running_serve() {
    let dir = DataDir::new();
    let nothing = Said::by(on(&dir, &["keys", "list"])).failure();
    assert!(nothing.contains("there is no database in"), "{nothing}");
    let early = create_key(&dir, "editor");
    assert!(!dir.accepts(), "the command left PostgreSQL running");

    let serving = Serving::by(on(&dir, &["serve"]));
    let post =
        |key: &str, slug: &str| serving.request("POST", "/v1/tags").key(key).json(&tag(slug)).send().status;
    assert_eq!(post(&early, "early"), 201);
    let late = create_key(&dir, "editor");
    assert_eq!(post(&late, "late"), 201);
    assert_eq!(
        Said::by(on(&dir, &["keys", "revoke", id_of(&early)])).ok(),
        format!("revoked {}\n", id_of(&early))
    );
    assert_eq!(post(&early, "revoked"), 401);
    assert_eq!(post(&late, "still-valid"), 201);
    drop(serving);

    let list = Said::by(on(&dir, &["keys", "list"])).ok();
    let rows: Vec<Vec<&str>> = list.lines().map(|line| line.split_whitespace().collect()).collect();
    assert_eq!(rows[0], ["ID", "ROLE", "CREATED", "REVOKED", "NAME"]);
    assert_eq!((rows[1][0], rows[1][1]), (id_of(&early), "editor"));
    assert_ne!(rows[1][3], "-");
    assert_eq!((rows[2][0], rows[2][3], &rows[2][4..]), (id_of(&late), "-", &["night", "desk"][..]));
    assert_eq!(rows.len(), 3);
    for key in [&early, &late] {
        assert!(!list.contains(key.rsplit('_').next().expect("a secret")), "the list shows a secret");
    }
    let again = Said::by(on(&dir, &["keys", "revoke", id_of(&early)])).failure();
    assert!(again.contains("maqal keys list"), "{again}");
}

#[test]
fn a_role_or_name_that_is_none_is_refused() {
    for arguments in [
        ["--role", "owner", "--name", "desk"],
        ["--role", "editor", "--name", " "],
        ["--role", "editor", "--name", &"x".repeat(201)],
    ] {
        let said = Said::by(maqal(&[&["keys", "create"], &arguments[..]].concat()));
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
    }
}

#[test]
fn ten_processes_may_migrate_at_once() {
    let database = TestDatabase::bare();
    let outputs: Vec<String> = thread::scope(|scope| {
        let run = || Said::by(maqal(&["migrate", "--database-url", &database.url()])).ok();
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(run)).collect();
        threads.into_iter().map(|thread| thread.join().expect("a migrate that succeeds")).collect()
    });
    let current = outputs.iter().filter(|output| *output == "the schema is current\n").count();
    assert_eq!(current, 9, "{outputs:?}");
}

#[test]
fn the_private_database_is_migrated_by_the_command_too() {
    let dir = DataDir::new();
    assert!(Said::by(on(&dir, &["migrate"])).ok().starts_with("ran "));
    assert_eq!(Said::by(on(&dir, &["migrate"])).ok(), "the schema is current\n");
}

#[test]
fn openapi_prints_the_committed_document() {
    let printed = Said::by(maqal(&["openapi"])).ok();
    assert!(printed == include_str!("../../openapi/openapi.json"), "{COMMIT_THE_DOCUMENT}");
}

#[test]
fn a_reader_of_the_output_may_leave_early() {
    let mut child = maqal(&["openapi"])
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    let said = child.wait_with_output().expect("it ends");
    assert!(!String::from_utf8_lossy(&said.stderr).contains("panicked"), "{said:?}");
}
