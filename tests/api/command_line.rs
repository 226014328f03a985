//! The program's commands, other than serve.

use std::{
    process::{Command, Stdio},
    thread,
};

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
    assert_eq!(rows[0], ["ID", "ROLE", "CREATED", "EXPIRES", "REVOKED", "NAME"]);
    assert_eq!((rows[1][0], rows[1][1]), (id_of(&early), "editor"));
    assert_ne!(rows[1][4], "-");
    assert_eq!((rows[2][0], &rows[2][3..]), (id_of(&late), &["-", "-", "night", "desk"][..]));
    assert_eq!(rows.len(), 3);
    for key in [&early, &late] {
        assert!(!list.contains(key.rsplit('_').next().expect("a secret")), "the list shows a secret");
    }
    let again = Said::by(on(&dir, &["keys", "revoke", &early])).failure();
    assert!(again.contains("maqal keys list") && !again.contains(id_of(&early)), "{again}");
    assert_eq!(Said::by(on(&dir, &["keys", "revoke", &late])).ok(), format!("revoked {}\n", id_of(&late)));
}

#[test]
fn a_key_may_be_made_for_a_time() {
    let database = TestDatabase::new();
    let create = |name: &str, expiry: &[&str]| {
        let mut command = maqal(&["keys", "create", "--role", "editor", "--name", name]);
        command.args(expiry).env("DATABASE_URL", database.url());
        Said::by(command)
    };
    create("day", &["--expires", "2999-01-31"]).ok();
    create("hours", &["--expires-in", "12h"]).ok();
    create("days", &["--expires-in", "90d"]).ok();
    // One that an older version has stored.
    database.execute(
        "INSERT INTO api_keys (id, name, role, secret_sha256) \
        VALUES ('0123456789ab', 'a\u{1b}[31mb\u{202e}', 'reader', sha256('x'))",
    );
    let mut list = maqal(&["keys", "list"]);
    list.env("DATABASE_URL", database.url());
    let list = Said::by(list).ok();
    let day = list.lines().find(|line| line.ends_with(" day")).expect("the key");
    assert!(day.contains("  2999-01-31T00:00:00Z  "), "{list}");
    assert_eq!(list.lines().filter(|line| line.contains("Z  20")).count(), 2, "{list}");
    assert!(list.ends_with("a\u{fffd}[31mb\u{fffd}\n"), "{list:?}");
    for (expiry, fault) in [
        (&["--expires", "2001-01-31"][..], "must be a day to come"),
        (&["--expires", "2027-02-30"], "must be a day, as 2027-01-31"),
        (&["--expires", "tomorrow"], "must be a day, as 2027-01-31"),
        (&["--expires-in", "0d"], "must be a number of days or hours, as 90d or 12h"),
        (&["--expires-in", "90"], "must be a number of days or hours, as 90d or 12h"),
        (&["--expires-in", "4294967295d"], "must be at most 36500d"),
        (&["--expires", "2999-01-31", "--expires-in", "1d"], "cannot be used with"),
    ] {
        let said = create("x", expiry);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
        assert!(said.stderr.contains(fault), "{said:?}");
    }
}

#[test]
fn a_role_or_name_that_is_none_is_refused() {
    for arguments in [
        ["--role", "owner", "--name", "desk"],
        ["--role", "editor", "--name", " "],
        ["--role", "editor", "--name", "\u{200b}\u{2060}"],
        ["--role", "editor", "--name", &"x".repeat(201)],
        ["--role", "editor", "--name", "a\u{1b}[2J"],
        ["--role", "editor", "--name", "a\u{202e}b"],
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
    let database = TestDatabase::bare();
    let file = std::env::temp_dir().join(format!("early-{}.ndjson", std::process::id()));
    std::fs::write(&file, "{}\n").expect("a file");
    let file = file.to_str().expect("a path in UTF-8");
    // The last one fails, and cannot say so.
    let commands: [(&[&str], i32); 9] = [
        (&["openapi"], 0),
        (&["--help"], 0),
        (&["migrate"], 0),
        (&["migrate"], 0),
        (&["keys", "list"], 0),
        (&["reindex"], 0),
        (&["annotate"], 0),
        (&["export", "articles"], 0),
        (&["import", "articles", file], 1),
    ];
    for (arguments, code) in commands {
        let mut command = maqal(arguments);
        command.env("DATABASE_URL", database.url()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        drop(child.stdout.take());
        if code == 0 {
            let said = child.wait_with_output().expect("it ends");
            let told = String::from_utf8_lossy(&said.stderr);
            let is_quiet = !told.contains("panicked") && !told.contains("pipe") && !told.contains("maqal:");
            assert!(said.status.code() == Some(0) && is_quiet, "{arguments:?}: {said:?}");
        } else {
            drop(child.stderr.take());
            assert_eq!(child.wait().expect("it ends").code(), Some(code), "{arguments:?}");
        }
    }
    std::fs::remove_file(file).expect("the file");
}

#[test]
fn a_key_that_nobody_could_read_is_none() {
    let database = TestDatabase::new();
    let mut command = maqal(&["keys", "create", "--role", "editor", "--name", "unread"]);
    command.env("DATABASE_URL", database.url()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    drop(child.stdout.take());
    let said = child.wait_with_output().expect("it ends");
    let told = String::from_utf8_lossy(&said.stderr);
    assert!(said.status.code() == Some(1) && told.contains("there is none"), "{said:?}");
    let mut list = maqal(&["keys", "list"]);
    list.env("DATABASE_URL", database.url());
    assert!(!Said::by(list).ok().contains("unread"));
}

#[test]
fn no_command_prints_the_password_of_a_url_that_is_wrong() {
    const PASSWORD: &str = "QXZΩ7331";
    let urls = [
        format!("postgre://me:{PASSWORD}@127.0.0.1:1/news"),
        format!("postgres://me:{PASSWORD}/1@127.0.0.1:1/news"),
        format!("postgres://me:1@{PASSWORD}@127.0.0.1:1/news"),
        format!("postgres://me:%{PASSWORD}@127.0.0.1:1/news"),
        format!("postgres://me@127.0.0.1:1/news?passwort={PASSWORD}"),
        format!("host=127.0.0.1 port=1 password=1 {PASSWORD}"),
        format!("postgres://me:{PASSWORD}@127.0.0.1:1/news"),
    ];
    let commands: [&[&str]; 4] =
        [&["serve", "--bind", "127.0.0.1:0"], &["migrate"], &["keys", "list"], &["annotate"]];
    for url in &urls {
        for command in commands {
            let mut by_variable = maqal(command);
            by_variable.env("DATABASE_URL", url);
            let mut by_flag = maqal(command);
            by_flag.args(["--database-url", url]);
            for command in [by_variable, by_flag] {
                let told = Said::by(command).failure();
                assert!(told.contains("connect to PostgreSQL"), "{told}");
                assert!(!told.contains("QXZ") && !told.contains("7331"), "{told} tells the password");
            }
        }
        // Where the URL is no argument.
        for arguments in
            [&["serve", url][..], &[url], &["serve", "--url", url], &["keys", "revoke", "1", url]]
        {
            let said = Said::by(maqal(arguments));
            assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{said:?}");
            assert!(
                !said.stderr.contains("QXZ") && !said.stderr.contains("7331"),
                "{said:?} tells the password"
            );
        }
    }
}
