//! What fails in the database, and is no line's fault, stops an import: no line is refused for it. So does a single write.

use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, cases, import, line, results, text_of};

/// A server that fails whenever an article with the headline `bad` is written, and counts how often.
fn failing(failure: &str) -> TestDatabase {
    let database = TestDatabase::new();
    database.execute(&format!(
        "CREATE SEQUENCE tries;
         CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$
         BEGIN PERFORM nextval('tries'); {failure}; RETURN NEW; END $$;
         CREATE TRIGGER fail BEFORE INSERT ON articles FOR EACH ROW
         WHEN (NEW.headline = 'bad') EXECUTE FUNCTION fail()"
    ));
    database
}

fn number(database: &TestDatabase, query: &str) -> i64 {
    sql::<BigInt>(query).get_result(&mut database.connect()).expect("a number")
}

/// Lines of which one has the headline `bad`.
fn lines(count: usize, bad: usize, members: &Value) -> Vec<Value> {
    let mut lines: Vec<Value> = (1..=count).map(|id| line(&id.to_string(), members.clone())).collect();
    lines[bad]["headline"] = json!("bad");
    lines
}

fn raise(code: &str, message: &str) -> String {
    format!("RAISE '{message}' USING ERRCODE = '{code}'")
}

#[test]
fn what_is_no_lines_fault_stops_the_import_at_the_first_try() {
    let failures = [
        raise("disk_full", "could not extend file \"base/16384/16397\": No space left on device"),
        raise("out_of_memory", "out of memory"),
        raise("configuration_limit_exceeded", "temporary file size exceeds temp_file_limit (1024kB)"),
        raise("admin_shutdown", "terminating connection due to administrator command"),
        raise("query_canceled", "canceling statement due to user request"),
        raise("read_only_sql_transaction", "cannot execute INSERT in a read-only transaction"),
        raise("crash_shutdown", "the database system is shutting down"),
        "PERFORM pg_terminate_backend(pg_backend_pid())".to_owned(),
    ];
    let failure = prop::sample::select(failures.to_vec());
    let size = (1usize..60).prop_flat_map(|count| (Just(count), 0..count));
    let run = cases(12).run(&(failure, size), |(failure, (count, bad))| {
        let app = TestApp::with(failing(&failure), &[]);
        let answers = import(&app, &lines(count, bad, &json!({})));
        prop_assert_eq!(results(&answers), ["stopped"], "{:?}", answers);
        prop_assert_eq!(&answers[0]["line"], 1);
        prop_assert_eq!(text_of(&answers[0]["problem"]["type"]), "/problems/unavailable");
        prop_assert_eq!(number(&app.database, "SELECT last_value FROM tries"), 1);
        prop_assert_eq!(number(&app.database, "SELECT count(*) FROM articles"), 0);
        // Nothing of it is left in the way.
        app.database.execute("DROP TRIGGER fail ON articles");
        let again = import(&app, &lines(count, bad, &json!({})));
        prop_assert_eq!(results(&again), vec!["created"; count]);
        Ok(())
    });
    run.unwrap_or_else(|failure| panic!("{failure}"));
}

#[test]
fn what_the_database_lacks_is_told_apart_and_not_in_its_words() {
    let failures = [
        ("disk_full", "could not extend file \"base/16384/16397\": No space left on device", "no room left"),
        (
            "disk_full",
            "could not extend file \"base/1/2\": wrote only 4096 of 8192 bytes at block 7",
            "no room left",
        ),
        (
            "disk_full",
            "could not write to file \"pg_wal/xlogtemp.9\": No space left on device",
            "no room left",
        ),
        (
            "io_error",
            "could not write block 7 of file \"base/1/2\": Input/output error",
            "cannot use its files",
        ),
        ("out_of_memory", "out of memory", "no memory left"),
        ("out_of_memory", "out of shared memory", "no memory left"),
        (
            "configuration_limit_exceeded",
            "temporary file size exceeds temp_file_limit (1024kB)",
            "too little room",
        ),
        ("query_canceled", "canceling statement due to statement timeout", "took too long"),
        ("crash_shutdown", "the database system is shutting down", "does not answer"),
        ("read_only_sql_transaction", "cannot execute INSERT in a read-only transaction", "is read-only"),
    ];
    for (code, message, told) in failures {
        let app = TestApp::with(failing(&raise(code, message)), &[]);
        let refused = app.post("/v1/articles", json!({"language": "en", "headline": "bad"}));
        let problem = refused.problem(503, "unavailable");
        let detail = text_of(&problem["detail"]);
        assert!(detail.contains(told), "{message}: {detail}");
        let words = message.split(' ').filter(|word| word.contains(['/', '"', '(']) || *word == "device");
        assert!(words.clone().all(|word| !detail.contains(word)), "{detail}");
        assert!(refused.header("retry-after").parse::<u32>().is_ok());
        // Others are answered.
        assert_eq!(app.get("/v1/articles").status, 200);
    }
}

#[test]
fn a_server_that_dies_while_lines_are_sent_stops_the_import() {
    let app = TestApp::with(failing("PERFORM pg_terminate_backend(pg_backend_pid())"), &[]);
    // More than fits between the two: the rest cannot be sent any more.
    let long = json!({"body": "كلمة ".repeat(4000)});
    let answers = import(&app, &lines(400, 0, &long));
    assert_eq!(results(&answers), ["stopped"], "{answers:?}");
    assert_eq!(text_of(&answers[0]["problem"]["type"]), "/problems/unavailable");
    assert_eq!(number(&app.database, "SELECT count(*) FROM articles"), 0);
}

#[test]
fn a_failure_that_nobody_knows_stops_the_import_where_the_server_stores_nothing() {
    // In the words of a server that is told to speak another language.
    let app = TestApp::with(failing(&raise("disk_full", "Auf dem Gerät ist kein Speicherplatz mehr")), &[]);
    app.database.execute(
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS $$
         BEGIN IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity LIKE '%probe%')
         THEN RAISE 'kein Platz'; END IF; END $$;
         CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse()",
    );
    let answers = import(&app, &lines(40, 17, &json!({})));
    assert_eq!(results(&answers), ["stopped"], "{answers:?}");
    assert_eq!(number(&app.database, "SELECT last_value FROM tries"), 1);
}

#[test]
fn of_lines_that_cannot_be_read_those_before_the_failure_alone_are_told() {
    let app = TestApp::with(failing(&raise("disk_full", "No space left on device")), &[]);
    let mut lines = lines(4, 2, &json!({}));
    for unreadable in [0, 3] {
        lines[unreadable]["headline"] = json!(5);
    }
    let answers = import(&app, &lines);
    assert_eq!(results(&answers), ["failed", "stopped"], "{answers:?}");
    assert_eq!((&answers[0]["line"], &answers[1]["line"]), (&json!(1), &json!(2)));
}

#[test]
fn a_line_that_loses_against_another_writer_is_tried_five_times() {
    for (losses, result, tries) in
        [(0, "created", 1), (1, "created", 2), (4, "created", 5), (99, "failed", 5)]
    {
        let lost = raise("deadlock_detected", "deadlock detected");
        let failure = format!("IF currval('tries') <= {losses} THEN {lost}; END IF");
        let app = TestApp::with(failing(&failure), &[]);
        let answers = import(&app, &lines(1, 0, &json!({})));
        assert_eq!(results(&answers), [result], "{losses}: {answers:?}");
        assert_eq!(number(&app.database, "SELECT last_value FROM tries"), tries, "{losses}");
    }
}

#[test]
fn a_write_whose_connection_dies_once_it_has_begun_is_not_begun_again() {
    let app = TestApp::with(failing("PERFORM pg_terminate_backend(pg_backend_pid())"), &[]);
    let article = json!({"language": "ar", "headline": "bad"});
    app.post("/v1/articles", article).problem(503, "unavailable");
    // Nobody knows whether it was done.
    assert_eq!(number(&app.database, "SELECT last_value FROM tries"), 1);
}
