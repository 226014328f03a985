//! The database's schema: that src/schema.rs tells it, and that it is named well.

use std::fmt::Write;

use diesel::{
    RunQueryDsl,
    dsl::sql,
    sql_types::{Array, Bool, Nullable, Text},
};
use maqal::db::constraints;

use crate::support::TestDatabase;

/// Every table that diesel.toml does not leave out, with its primary key, its foreign keys aside, in print-schema's order.
const TABLES: &str = "
    SELECT conrelid::regclass::text, (
        SELECT array_agg(attname::text ORDER BY n) FROM unnest(conkey) WITH ORDINALITY AS key (number, n)
        JOIN pg_attribute ON attrelid = conrelid AND attnum = number
    )
    FROM pg_constraint WHERE contype = 'p' AND connamespace = 'public'::regnamespace
        AND conrelid::regclass::text NOT IN ('__diesel_schema_migrations', 'article_search', 'tag_search', 'entity_search',
            'entity_merges', 'entity_merge_links', 'entity_merge_mentions', 'tag_count_deltas', 'entity_count_deltas')
    ORDER BY conrelid::regclass::text COLLATE \"C\"";

/// Every column: table, name, type, the type of its elements, whether it may be null.
const COLUMNS: &str = "
    SELECT attrelid::regclass::text, attname::text, typname::text,
        (SELECT element.typname::text FROM pg_type AS element WHERE element.oid = pg_type.typelem
            AND pg_type.typcategory = 'A'),
        NOT attnotnull
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid JOIN pg_type ON pg_type.oid = atttypid
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND attnum > 0 AND NOT attisdropped
    ORDER BY attrelid, attnum";

/// The foreign keys of one column that lead to another table, where it is the only one between the two.
const JOINS: &str = "
    SELECT min(conrelid::regclass::text), min(confrelid::regclass::text), min(attname::text)
    FROM pg_constraint JOIN pg_attribute ON attrelid = conrelid AND attnum = conkey[1]
    WHERE contype = 'f' AND cardinality(conkey) = 1 AND conrelid <> confrelid
        AND conrelid::regclass::text NOT IN ('article_search', 'tag_search', 'entity_search',
            'entity_merges', 'entity_merge_links', 'entity_merge_mentions', 'tag_count_deltas', 'entity_count_deltas')
    GROUP BY conrelid, confrelid HAVING count(*) = 1
    ORDER BY 1, 2";

fn type_name(name: &str) -> String {
    name[..1].to_uppercase() + &name[1..]
}

fn print_column(name: &str, kind: &str, element: Option<&str>, nullable: bool) -> String {
    let kind = match element {
        Some(element) => format!("Array<Nullable<{}>>", type_name(element)),
        None => type_name(kind),
    };
    let kind = if nullable { format!("Nullable<{kind}>") } else { kind };
    // A word of Rust's own needs another name there.
    match name {
        "type" | "match" | "ref" => {
            format!("        #[sql_name = \"{name}\"]\n        {name}_ -> {kind},\n")
        }
        name => format!("        {name} -> {kind},\n"),
    }
}

/// The schema as `diesel print-schema` prints it.
fn print_schema(database: &TestDatabase) -> String {
    let connection = &mut database.connect();
    let tables: Vec<(String, Vec<String>)> =
        sql::<(Text, Array<Text>)>(TABLES).load(connection).expect("the tables");
    let columns: Vec<(String, String, String, Option<String>, bool)> =
        sql::<(Text, Text, Text, Nullable<Text>, Bool)>(COLUMNS).load(connection).expect("the columns");
    let joins: Vec<(String, String, String)> =
        sql::<(Text, Text, Text)>(JOINS).load(connection).expect("the foreign keys");
    let mut text = "// @generated automatically by Diesel CLI.\n\n".to_owned();
    for (table, key) in &tables {
        let own = columns.iter().filter(|(owner, ..)| owner == table);
        let lines: String = own
            .map(|(_, name, kind, element, nullable)| print_column(name, kind, element.as_deref(), *nullable))
            .collect();
        write!(text, "diesel::table! {{\n    {table} ({}) {{\n{lines}    }}\n}}\n\n", key.join(", "))
            .expect("a text takes all");
    }
    for (table, target, column) in joins {
        writeln!(text, "diesel::joinable!({table} -> {target} ({column}));").expect("a text takes all");
    }
    let names: String = tables.iter().map(|(table, _)| format!("    {table},\n")).collect();
    text + &format!("\ndiesel::allow_tables_to_appear_in_same_query!(\n{names});\n")
}

#[test]
fn the_generated_schema_is_that_of_the_database() {
    let printed = print_schema(&TestDatabase::new());
    let committed = include_str!("../../src/schema.rs");
    for (number, (committed, printed)) in committed.lines().zip(printed.lines()).enumerate() {
        assert_eq!(
            committed,
            printed,
            "src/schema.rs line {}: renew it with diesel print-schema",
            number + 1
        );
    }
    assert_eq!(committed, printed);
}

#[test]
fn every_constraint_and_index_has_a_name_of_our_style() {
    let constraints = sql::<(Text, Text, Text, Array<Text>)>(
        "SELECT conrelid::regclass::text, conname::text, contype::text, (
            SELECT array_agg(attname::text ORDER BY n) FROM unnest(conkey) WITH ORDINALITY AS key (number, n)
            JOIN pg_attribute ON attrelid = conrelid AND attnum = number
         ) FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('p', 'u', 'f', 'c')
            AND conrelid::regclass::text <> '__diesel_schema_migrations'",
    );
    let database = TestDatabase::new();
    let constraints: Vec<(String, String, String, Vec<String>)> =
        constraints.load(&mut database.connect()).expect("the constraints");
    assert!(!constraints.is_empty());
    for (table, name, kind, columns) in &constraints {
        let columns = columns.join("_");
        match kind.as_str() {
            "p" => assert_eq!(*name, format!("{table}_pkey")),
            "u" => assert_eq!(*name, format!("{table}_{columns}_key")),
            "f" => assert_eq!(*name, format!("{table}_{columns}_fkey")),
            _ => assert!(name.starts_with(&format!("{table}_")) && name.ends_with("_check"), "{name}"),
        }
        assert!(name.len() < 63, "{name} was cut off");
        let problem = constraints::explain(name);
        assert!(kind != "u" || problem.is_some(), "no problem is told of {name}");
        // Whatever is named may be deleted by another at the same time.
        let is_lost_race = problem.is_some_and(|problem| problem.lost_race);
        assert_eq!(is_lost_race, kind == "f", "whether a transaction that violates {name} is begun again");
    }
    let indexes: Vec<(String, String)> = sql::<(Text, Text)>(
        "SELECT tablename::text, indexname::text FROM pg_indexes WHERE schemaname = 'public'
            AND tablename <> '__diesel_schema_migrations'",
    )
    .load(&mut database.connect())
    .expect("the indexes");
    for (table, name) in &indexes {
        let is_ours = name.starts_with(&format!("{table}_"))
            && !name.ends_with("_idx")
            && !name.ends_with(|last: char| last.is_ascii_digit());
        assert!(is_ours, "the index {name} of {table}");
    }
}
