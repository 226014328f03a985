//! That a migration of a database with content lets readers and writers go on.

use std::{fs, path::Path};

use super::statements::statements;

/// The first migration of a database that may have content: those before it make what they speak of.
const FIRST: &str = "2026-12-04";

/// The migrations of databases with content: the name of each, its SQL, and whether it runs in a transaction.
pub fn later_migrations() -> Vec<(String, String, bool)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations");
    let entries = fs::read_dir(folder).expect("the migrations");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let read = |path: &Path| {
        let sql = fs::read_to_string(path.join("up.sql")).expect("an up.sql");
        let metadata = fs::read_to_string(path.join("metadata.toml")).unwrap_or_default();
        let in_transaction =
            !metadata.lines().any(|line| line.replace(' ', "") == "run_in_transaction=false");
        (sql, in_transaction)
    };
    let mut found: Vec<_> = paths
        .filter_map(|path| Some((path.file_name()?.to_str()?.to_owned(), path)))
        .filter(|(name, _)| name.as_str() >= FIRST)
        .map(|(name, path)| {
            let (sql, in_transaction) = read(&path);
            (name, sql, in_transaction)
        })
        .collect();
    found.sort_unstable();
    found
}

/// Whether these words stand in a statement, one after another.
fn has(words: &[String], wanted: &[&str]) -> bool {
    words.windows(wanted.len()).any(|window| window.iter().eq(wanted))
}

/// What stands behind these words; some that may stand between are left out.
fn behind<'a>(words: &'a [String], wanted: &[&str]) -> Option<(&'a str, &'a [String])> {
    const BETWEEN: [&str; 4] = ["IF", "NOT", "EXISTS", "ONLY"];
    let at = words.windows(wanted.len()).position(|window| window.iter().eq(wanted))? + wanted.len();
    let at = at + words[at..].iter().position(|word| !BETWEEN.contains(&word.as_str()))?;
    Some((words[at].as_str(), &words[at + 1..]))
}

/// What a migration does that keeps readers or writers waiting for longer than a moment, or that nobody can take up
/// again who finds it broken off.
fn faults(sql: &str, in_transaction: bool) -> Vec<String> {
    let statements = statements(sql);
    let creating = statements.iter().filter(|words| has(words, &["CREATE"]));
    let made: Vec<&str> = creating.filter_map(|words| Some(behind(words, &["TABLE"])?.0)).collect();
    let is_split = statements.iter().any(|words| has(words, &["NOT", "VALID"]));
    let mut faults = Vec::new();
    for words in &statements {
        let mut fault = |fault: &str| faults.push(fault.to_owned());
        let is_concurrent = has(words, &["CONCURRENTLY"]);
        if is_concurrent {
            if in_transaction {
                fault("CONCURRENTLY needs a metadata.toml with run_in_transaction = false");
            }
            if statements.len() > 1 {
                fault("CONCURRENTLY needs a migration of its own");
            }
            match has(words, &["DROP", "INDEX"]) {
                true if !has(words, &["IF", "EXISTS"]) => {
                    fault("DROP INDEX CONCURRENTLY needs IF EXISTS: it may have been broken off");
                }
                false if has(words, &["IF", "NOT", "EXISTS"]) => {
                    fault("IF NOT EXISTS takes an index that was broken off for a whole one");
                }
                _ => {}
            }
        } else if !in_transaction
            && words.iter().any(|word| ["CREATE", "ALTER", "DROP"].contains(&word.as_str()))
        {
            fault("outside a transaction nothing ends the wait for a lock");
        }
        let makes_index = has(words, &["CREATE", "INDEX"]) || has(words, &["CREATE", "UNIQUE", "INDEX"]);
        let of_new_table = behind(words, &["ON"]).is_some_and(|(table, _)| made.contains(&table));
        if makes_index && !is_concurrent && !of_new_table {
            fault("CREATE INDEX needs CONCURRENTLY");
        }
        if has(words, &["REINDEX"]) && !is_concurrent
            || has(words, &["CLUSTER"])
            || has(words, &["VACUUM", "FULL"])
        {
            fault("REINDEX, CLUSTER and VACUUM FULL lock the table for as long as they take");
        }
        if is_split && has(words, &["VALIDATE", "CONSTRAINT"]) {
            fault(
                "VALIDATE CONSTRAINT needs a migration of its own: the lock of NOT VALID is kept until the end",
            );
        }
        if let Some((table, rest)) = behind(words, &["ALTER", "TABLE"])
            && !made.contains(&table)
        {
            actions(rest).into_iter().filter_map(rewrite).for_each(fault);
        }
    }
    faults
}

/// The parts of an `ALTER TABLE`, between its commas.
fn actions(words: &[String]) -> Vec<&[String]> {
    let mut depth = 0;
    words
        .split(|word| {
            match word.as_str() {
                "(" => depth += 1,
                ")" => depth -= 1,
                _ => {}
            }
            word == "," && depth == 0
        })
        .collect()
}

/// Why a part of an `ALTER TABLE` reads or writes the whole table while nobody else can.
fn rewrite(action: &[String]) -> Option<&'static str> {
    let any = |words: &[&str]| action.iter().any(|word| words.contains(&word.as_str()));
    let (Some(verb), Some(what)) = (action.first(), action.get(1)) else { return None };
    match (verb.as_str(), what.as_str()) {
        ("ADD", "CONSTRAINT" | "CHECK" | "FOREIGN") if any(&["CHECK", "FOREIGN"]) => {
            (!has(action, &["NOT", "VALID"]))
                .then_some("ADD CONSTRAINT needs NOT VALID, and a later migration that validates it")
        }
        ("ADD", "CONSTRAINT" | "UNIQUE" | "PRIMARY" | "EXCLUDE") => (!has(action, &["USING", "INDEX"]))
            .then_some("ADD CONSTRAINT needs USING INDEX, of one made concurrently"),
        ("ADD", _) => column(action),
        ("ALTER", "COLUMN") => altered(action.get(3..)?),
        ("ALTER", _) => altered(action.get(2..)?),
        ("SET", "LOGGED" | "UNLOGGED" | "TABLESPACE" | "ACCESS") => Some("this writes the table anew"),
        _ => None,
    }
}

/// Why what becomes of a column reads or writes the whole table.
fn altered(change: &[String]) -> Option<&'static str> {
    let begins =
        |words: &[&str]| change.iter().zip(words).filter(|(one, other)| one == other).count() == words.len();
    match () {
        () if begins(&["TYPE"]) || begins(&["SET", "DATA"]) || begins(&["SET", "EXPRESSION"]) => {
            Some("another TYPE or EXPRESSION writes the table anew: add another column")
        }
        () if begins(&["SET", "NOT"]) => Some(
            "SET NOT NULL reads the table: ADD CONSTRAINT … CHECK (… IS NOT NULL) NOT VALID says the same",
        ),
        () => None,
    }
}

/// Why a new column reads or writes the whole table, or is refused by one with content.
fn column(action: &[String]) -> Option<&'static str> {
    let any = |words: &[&str]| action.iter().any(|word| words.contains(&word.as_str()));
    let default = action.iter().position(|word| word == "DEFAULT").map(|at| &action[at + 1..]);
    // What is the same for all rows is kept once, beside the table.
    let is_volatile = default.is_some_and(|value| {
        value
            .windows(2)
            .any(|pair| pair[1] == "(" && pair[0] != "NOW" && pair[0].starts_with(char::is_alphabetic))
    });
    match () {
        () if any(&["CHECK", "REFERENCES", "UNIQUE", "PRIMARY"]) => {
            Some("a constraint of a new column reads the table: ADD CONSTRAINT … NOT VALID instead")
        }
        () if any(&["STORED", "IDENTITY", "SERIAL", "BIGSERIAL", "SMALLSERIAL"]) || is_volatile => {
            Some("a value that is computed for each row writes the table anew: fill a column without it")
        }
        () if has(action, &["NOT", "NULL"]) && default.is_none() => {
            Some("a column that is NOT NULL needs a DEFAULT where there are rows")
        }
        () => None,
    }
}

#[test]
fn every_migration_lets_readers_and_writers_go_on() {
    let all: Vec<String> = later_migrations()
        .iter()
        .flat_map(|(name, sql, in_transaction)| {
            faults(sql, *in_transaction).into_iter().map(move |fault| format!("{name}: {fault}"))
        })
        .collect();
    assert!(all.is_empty(), "{}", all.join("\n"));
}

#[test]
fn what_makes_others_wait_is_seen() {
    let in_transaction = [
        ("CREATE INDEX a_b ON a (b)", "needs CONCURRENTLY"),
        ("create unique index if not exists a_b on only public.a (b)", "needs CONCURRENTLY"),
        ("DO $$ BEGIN CREATE INDEX a_b ON a (b); END $$", "needs CONCURRENTLY"),
        (
            "CREATE TABLE c (b int); CREATE INDEX c_b ON c (b); CREATE INDEX a_b ON a (b)",
            "needs CONCURRENTLY",
        ),
        ("CREATE INDEX CONCURRENTLY a_b ON a (b)", "metadata.toml"),
        ("REINDEX TABLE a", "REINDEX"),
        ("CLUSTER a USING a_b", "CLUSTER"),
        ("ALTER TABLE a ADD CONSTRAINT a_check CHECK (b > 0)", "NOT VALID"),
        ("ALTER TABLE a ADD CHECK (b > 0)", "NOT VALID"),
        (
            "ALTER TABLE ONLY a ADD COLUMN c int, ADD CONSTRAINT a_fkey FOREIGN KEY (c) REFERENCES d (id)",
            "NOT VALID",
        ),
        ("ALTER TABLE a ADD CONSTRAINT a_key UNIQUE (b)", "USING INDEX"),
        ("ALTER TABLE a ADD PRIMARY KEY (b)", "USING INDEX"),
        (
            "ALTER TABLE a ADD CONSTRAINT a_check CHECK (b > 0) NOT VALID; ALTER TABLE a VALIDATE CONSTRAINT a_check",
            "VALIDATE",
        ),
        ("ALTER TABLE a ADD c int CHECK (c > 0)", "constraint of a new column"),
        ("ALTER TABLE a ADD COLUMN c uuid REFERENCES d (id)", "constraint of a new column"),
        ("ALTER TABLE a ADD COLUMN c text UNIQUE", "constraint of a new column"),
        ("ALTER TABLE a ADD COLUMN c uuid NOT NULL DEFAULT gen_random_uuid()", "computed for each row"),
        ("ALTER TABLE a ADD COLUMN c int GENERATED ALWAYS AS (b + 1) STORED", "computed for each row"),
        ("ALTER TABLE a ADD COLUMN c bigint GENERATED ALWAYS AS IDENTITY", "computed for each row"),
        ("ALTER TABLE a ADD COLUMN c bigserial", "computed for each row"),
        ("ALTER TABLE a ADD COLUMN c int NOT NULL", "needs a DEFAULT"),
        ("ALTER TABLE a ALTER COLUMN b TYPE bigint", "TYPE"),
        ("ALTER TABLE a ALTER b SET DATA TYPE bigint", "TYPE"),
        ("ALTER TABLE a DROP COLUMN c, ALTER b SET NOT NULL", "SET NOT NULL"),
        ("ALTER TABLE a SET UNLOGGED", "writes the table anew"),
    ];
    for (sql, expected) in in_transaction {
        let found = faults(sql, true);
        assert!(found.len() == 1 && found[0].contains(expected), "{sql}: {found:?}");
    }
    let alone = [
        ("DROP INDEX CONCURRENTLY a_b", "IF EXISTS"),
        ("CREATE INDEX CONCURRENTLY IF NOT EXISTS a_b ON a (b)", "broken off"),
        ("CREATE INDEX CONCURRENTLY a_b ON a (b); SELECT", "of its own"),
        ("ALTER TABLE a ADD COLUMN c int", "outside a transaction"),
    ];
    for (sql, expected) in alone {
        let found = faults(sql, false);
        assert!(found.len() == 1 && found[0].contains(expected), "{sql}: {found:?}");
    }
}

#[test]
fn what_lets_others_go_on_is_let_alone() {
    let in_transaction = [
        "CREATE TABLE c (id uuid NOT NULL); CREATE INDEX c_id ON c (id); ALTER TABLE c ALTER COLUMN id SET STATISTICS 1000",
        "CREATE TABLE IF NOT EXISTS c (b int); ALTER TABLE c ADD CONSTRAINT c_check CHECK (b > 0)",
        "ALTER TABLE articles ADD COLUMN kicker text",
        "ALTER TABLE a ADD COLUMN c text COLLATE \"C\" NOT NULL DEFAULT 'editor', ADD COLUMN d timestamptz DEFAULT now()",
        "ALTER TABLE a ADD COLUMN c numeric(10, 2) DEFAULT 0, ALTER COLUMN c DROP DEFAULT",
        "ALTER TABLE a ADD CONSTRAINT a_check CHECK (type IN ('b', 'c')) NOT VALID",
        "ALTER TABLE a VALIDATE CONSTRAINT a_check",
        "ALTER TABLE a ADD CONSTRAINT a_key UNIQUE USING INDEX a_b",
        "ALTER TABLE a ALTER COLUMN type SET DEFAULT 'b', ALTER b DROP NOT NULL",
        "ALTER TABLE a DROP CONSTRAINT a_check, DROP COLUMN type; DROP TRIGGER t ON a; DROP INDEX a_b",
        "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN CREATE INDEX a_b ON a (b); END $$",
        "-- CREATE INDEX a_b ON a (b)\nSELECT 'CREATE INDEX a_b ON a (b)'",
    ];
    for sql in in_transaction {
        assert_eq!(faults(sql, true), [""; 0], "{sql}");
    }
    let fill = "DO $$ BEGIN LOOP UPDATE a SET b = 1 WHERE b IS NULL; COMMIT; EXIT; END LOOP; END $$";
    for sql in ["CREATE INDEX CONCURRENTLY a_b ON a (b)", "DROP INDEX CONCURRENTLY IF EXISTS a_b", fill] {
        assert_eq!(faults(sql, false), [""; 0], "{sql}");
    }
}
