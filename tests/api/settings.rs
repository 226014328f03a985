//! Every setting: documented, and refused at start where it is wrong.

use std::net::TcpListener;

use crate::support::{DataDir, Said, Serving, TestDatabase, maqal};

/// The environment variable of each setting, and its default.
const SETTINGS: [(&str, &str); 27] = [
    ("DATABASE_URL", ""),
    ("MAQAL_DATA_DIR", "maqal-data"),
    ("MAQAL_POSTGRES_BIN", ""),
    ("MAQAL_FETCH_POSTGRES", ""),
    ("MAQAL_POOL_SIZE", ""),
    ("MAQAL_DB_TIMEOUT", "3"),
    ("MAQAL_STATEMENT_TIMEOUT", "15"),
    ("MAQAL_SEARCH_TIMEOUT", "800"),
    ("MAQAL_RANK_TIMEOUT", "400"),
    ("MAQAL_CORS_ORIGIN", "*"),
    ("MAQAL_MAX_BODY", "16777216"),
    ("MAQAL_BODY_TIMEOUT", "30"),
    ("MAQAL_MAX_CONNECTIONS", "4096"),
    ("MAQAL_HEAD_TIMEOUT", "15"),
    ("MAQAL_ANSWER_TIMEOUT", "30"),
    ("MAQAL_BIND", "127.0.0.1:8080"),
    ("MAQAL_WORKERS", ""),
    ("MAQAL_SHUTDOWN_TIMEOUT", "15"),
    ("MAQAL_NO_MIGRATE", ""),
    ("MAQAL_DEMO", ""),
    ("MAQAL_LOG_FORMAT", "text"),
    ("MAQAL_CACHE_SIZE", "64MiB"),
    ("MAQAL_LISTED_CACHE_SIZE", "8MiB"),
    ("MAQAL_MAX_AGE", "0"),
    ("MAQAL_STALE_WHILE_REVALIDATE", "0"),
    ("MAQAL_STALE_IF_ERROR", "0"),
    ("MAQAL_PURGE_HEADER", "none"),
];

#[test]
fn help_lists_every_setting_with_its_variable_and_default() {
    let help = Said::by(maqal(&["serve", "--help"])).ok();
    let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
    for (variable, default) in SETTINGS {
        let (_, rest) =
            help.split_once(&format!("[env: {variable}")).unwrap_or_else(|| panic!("no {variable}"));
        let rest = rest.trim_start_matches('=').strip_prefix(']').expect("no value is set");
        if !default.is_empty() {
            assert!(rest.starts_with(&format!(" [default: {default}]")), "{variable}: {rest:.40}");
        }
    }
    for variable in include_str!("../../src/config.rs").split("env = \"").skip(1) {
        let variable = variable.split('"').next().expect("a name");
        assert!(SETTINGS.iter().any(|(known, _)| *known == variable), "{variable} is not checked here");
    }
}

#[test]
fn help_never_shows_the_password_of_the_database() {
    let mut command = maqal(&["serve", "--help"]);
    command.env("DATABASE_URL", "postgresql://desk:secret@db/news");
    assert!(!Said::by(command).ok().contains("secret"));
}

#[test]
fn a_wrong_flag_is_refused_in_words_that_name_it() {
    for (flag, value) in [
        ("--bind", "8080"),
        ("--bind", "localhost"),
        ("--pool-size", "0"),
        ("--pool-size", "-1"),
        ("--workers", "0"),
        ("--db-timeout", "0"),
        ("--db-timeout", "301"),
        ("--statement-timeout", "3601"),
        ("--statement-timeout", "1.5"),
        ("--search-timeout", "0"),
        ("--rank-timeout", "60001"),
        ("--shutdown-timeout", "601"),
        ("--cors-origin", "news.example"),
        ("--cors-origin", "https://news.example/"),
        ("--cors-origin", "https://news.example,ftp"),
        ("--max-body", "1023"),
        ("--max-body", "1MB"),
        ("--body-timeout", "0"),
        ("--max-connections", "0"),
        ("--head-timeout", "0"),
        ("--answer-timeout", "3601"),
        ("--log-format", "xml"),
        ("--cache-size", "64 apples"),
        ("--cache-size", "99999999999999GiB"),
        ("--max-age", "-1"),
        ("--max-age", "31536001"),
        ("--stale-while-revalidate", "soon"),
        ("--purge-header", "x-key"),
    ] {
        let said = Said::by(maqal(&["serve", &format!("{flag}={value}")]));
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{flag} {value}: {said:?}");
        assert!(said.stderr.starts_with("error: ") && said.stderr.contains(flag), "{said:?}");
    }
}

#[test]
fn a_wrong_variable_is_refused_in_words_that_name_the_flag() {
    for (variable, value, flag) in [
        ("MAQAL_BIND", "here", "--bind"),
        ("MAQAL_POOL_SIZE", "many", "--pool-size"),
        ("MAQAL_DB_TIMEOUT", "", "--db-timeout"),
        ("MAQAL_CORS_ORIGIN", "https://", "--cors-origin"),
        ("MAQAL_MAX_BODY", "-1", "--max-body"),
        ("MAQAL_NO_MIGRATE", "maybe", "--no-migrate"),
        ("MAQAL_LOG_FORMAT", "xml", "--log-format"),
    ] {
        let mut command = maqal(&["serve"]);
        command.env(variable, value);
        let said = Said::by(command);
        assert_eq!((said.code, said.stdout.as_str()), (Some(2), ""), "{variable}={value}: {said:?}");
        assert!(said.stderr.contains(flag), "{said:?}");
    }
}

#[test]
fn a_database_that_does_not_answer_is_told_in_one_line() {
    let unused = TcpListener::bind("127.0.0.1:0").and_then(|listener| listener.local_addr()).expect("a port");
    let url = format!("postgresql://desk:secret@{unused}/news");
    for arguments in [&["serve", "--bind", "127.0.0.1:0"][..], &["migrate"], &["keys", "list"]] {
        let failure = Said::by({
            let mut command = maqal(arguments);
            command.env("DATABASE_URL", &url);
            command
        })
        .failure();
        assert!(failure.starts_with("cannot connect to PostgreSQL: "), "{failure}");
        assert!(!failure.contains("secret"), "{failure}");
    }
}

#[test]
#[cfg(not(feature = "tls"))]
fn a_build_without_tls_names_the_feature() {
    let url = TestDatabase::bare().url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}sslmode=require");
    let failure = Said::by(maqal(&["serve", "--bind", "127.0.0.1:0", "--database-url", &url])).failure();
    assert!(failure.contains("--features tls"), "{failure}");
}

#[test]
fn a_taken_port_is_told_before_the_schema_is_touched() {
    let database = TestDatabase::bare();
    let taken = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("its number").to_string();
    let failure =
        Said::by(maqal(&["serve", "--bind", &address, "--database-url", &database.url()])).failure();
    assert!(failure.starts_with(&format!("cannot listen on {address}: ")), "{failure}");
    assert!(database.objects().is_empty());
}

#[test]
fn a_second_serve_on_a_directory_is_refused_in_one_line() {
    let dir = DataDir::new();
    let path = dir.path().to_str().expect("a path in UTF-8");
    let first = Serving::by(maqal(&["serve", "--data-dir", path]));
    let failure = Said::by(maqal(&["serve", "--data-dir", path, "--bind", "127.0.0.1:0"])).failure();
    let expected = format!("another maqal serve (pid {}) is running on {path}", first.pid());
    assert_eq!(failure, expected);
    assert_eq!(first.get("/readyz").status, 200);
}
