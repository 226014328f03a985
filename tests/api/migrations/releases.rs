//! Databases that other releases have made.

use diesel::{RunQueryDsl, dsl::sql, sql_types::Text};

use crate::support::{Said, Serving, TestDatabase, maqal};

/// The versions that stand in the database, and all else that it consists of.
fn state(database: &TestDatabase) -> (Vec<String>, Vec<String>) {
    let versions = sql::<Text>("SELECT version FROM __diesel_schema_migrations ORDER BY version");
    (versions.load(&mut database.connect()).expect("the versions"), database.objects())
}

/// A database in which these migrations have been run, and no others.
fn with_migrations(versions: &[&str]) -> TestDatabase {
    let database = TestDatabase::bare();
    let rows: Vec<String> = versions.iter().map(|version| format!("('{version}')")).collect();
    database.execute(&format!(
        "CREATE TABLE __diesel_schema_migrations (version varchar(50) PRIMARY KEY NOT NULL, run_on timestamp NOT NULL DEFAULT now());
         INSERT INTO __diesel_schema_migrations (version) VALUES {};
         CREATE TABLE articles (id uuid PRIMARY KEY)",
        rows.join(", ")
    ));
    database
}

#[test]
fn a_database_that_another_release_made_is_refused_in_one_line_and_left_as_it_is() {
    let ours: Vec<String> = state(&TestDatabase::new()).0;
    let most: Vec<&str> = ours.iter().skip(1).map(String::as_str).chain(["29991231000000"]).collect();
    let file = std::env::temp_dir().join(format!("none-{}.ndjson", std::process::id()));
    let file = file.to_str().expect("a path in UTF-8");
    let commands: [&[&str]; 8] = [
        &["serve", "--bind", "127.0.0.1:0"],
        &["serve", "--bind", "127.0.0.1:0", "--no-migrate"],
        &["migrate"],
        &["keys", "list"],
        &["keys", "create", "--role", "editor", "--name", "desk"],
        &["export", "articles", file],
        &["reindex"],
        &["annotate"],
    ];
    // Its first migrations alone, all of them, and those of one that begins later than this release ends.
    let others = [
        with_migrations(&["20261123000001"]),
        with_migrations(&["20261123000001", "20261123000002", "20261203000010"]),
        with_migrations(&["29991231000000"]),
        with_migrations(&most),
    ];
    for database in others {
        let before = state(&database);
        for command in commands {
            let mut refused = maqal(command);
            refused.env("DATABASE_URL", database.url());
            let told = Said::by(refused).failure();
            let unknown = before.0.iter().find(|version| !ours.contains(version)).expect("one");
            assert!(told.contains("another release") && told.contains(unknown), "{command:?}: {told}");
            assert!(
                told.contains("maqal export articles") && told.contains("README.md"),
                "{command:?}: {told}"
            );
        }
        assert_eq!(state(&database), before);
    }
    assert!(!std::path::Path::new(file).exists());
}

#[test]
fn a_database_with_which_a_newer_release_has_gone_on_is_served() {
    let database = TestDatabase::new();
    database.execute("INSERT INTO __diesel_schema_migrations (version) VALUES ('29991231000000')");
    let url = database.url();
    assert_eq!(Said::by(maqal(&["migrate", "--database-url", &url])).ok(), "the schema is current\n");
    for flags in [&[][..], &["--no-migrate"]] {
        let serve = [&["serve", "--database-url", &url], flags].concat();
        assert_eq!(Serving::by(maqal(&serve)).get("/readyz").status, 200);
    }
}
