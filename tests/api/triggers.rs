//! What the database keeps right by itself, whoever writes to it, and be it by
//! hand: counts, versions, dates, the hierarchy of tags.

use std::thread;

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryableByName, RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    result::{DatabaseErrorKind, Error},
    sql_query,
    sql_types::{BigInt, Text, Timestamptz},
};

use maqal::taxonomy::{LabelKind, counts};

use crate::support::TestDatabase;

/// Two articles that are published and a draft, two tags, two entities.
const CONTENT: &str = r#"
    INSERT INTO articles (id, slug, status, language, headline, body, body_format, body_html, body_text,
        word_count, published_at)
    SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'article-' || n,
        CASE n WHEN 3 THEN 'draft' ELSE 'published' END, 'ar', 'عنوان', 'متن', 'text', '<p>متن</p>', 'متن', 1,
        CASE n WHEN 3 THEN NULL ELSE now() END
    FROM generate_series(1, 3) AS n;
    INSERT INTO tags (id, slug, kind, names)
    SELECT ('10000000-0000-0000-0000-00000000000' || n)::uuid, 'tag-' || n, 'topic', '{"en": "Tag"}'
    FROM generate_series(1, 3) AS n;
    INSERT INTO entities (id, slug, type, names)
    SELECT ('20000000-0000-0000-0000-00000000000' || n)::uuid, 'entity-' || n, 'place', '{"en": "Entity"}'
    FROM generate_series(1, 2) AS n;
"#;

/// Links every article to the first tag and entity, and the first article to the second ones.
const LINKS: &str = "
    INSERT INTO article_tags (article_id, tag_id, position)
    SELECT articles.id, tags.id, 0 FROM articles, tags
    WHERE tags.slug = 'tag-1' OR (tags.slug, articles.slug) = ('tag-2', 'article-1');
    INSERT INTO article_entities (article_id, entity_id, position, relation)
    SELECT articles.id, entities.id, 0, 'about' FROM articles, entities
    WHERE entities.slug = 'entity-1' OR (entities.slug, articles.slug) = ('entity-2', 'article-1');
";

fn content() -> (TestDatabase, PgConnection) {
    let database = TestDatabase::new();
    let mut connection = database.connect();
    connection.batch_execute(CONTENT).expect("the content");
    (database, connection)
}

fn run(connection: &mut PgConnection, statement: &str) {
    connection.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
}

/// The counts of the tags and then of the entities that are there.
fn counts(connection: &mut PgConnection) -> Vec<i64> {
    let (of_tag, of_entity) = (counts::OF_TAG, counts::OF_ENTITY);
    sql::<BigInt>(&format!(
        "(SELECT {of_tag} FROM tags WHERE slug < 'tag-3' ORDER BY slug)
         UNION ALL (SELECT {of_entity} FROM entities ORDER BY slug)"
    ))
    .load(connection)
    .expect("the counts")
}

fn state(connection: &mut PgConnection, table: &str, slug: &str) -> (i64, DateTime<Utc>) {
    sql::<(BigInt, Timestamptz)>(&format!("SELECT version, updated_at FROM {table} WHERE slug = "))
        .bind::<Text, _>(slug)
        .get_result(connection)
        .expect("the item")
}

#[test]
fn counts_follow_every_edit_at_once() {
    let (_database, mut connection) = content();
    let mut after = |statement: &str, expected: &[i64]| {
        run(&mut connection, statement);
        assert_eq!(counts(&mut connection), expected, "after {statement}");
    };
    after(LINKS, &[2, 1, 2, 1]);
    after(
        "UPDATE articles SET status = 'published', published_at = now() WHERE slug = 'article-3'",
        &[3, 1, 3, 1],
    );
    after("UPDATE articles SET status = 'archived' WHERE slug = 'article-1'", &[2, 0, 2, 0]);
    after("UPDATE articles SET status = 'published'", &[3, 1, 3, 1]);
    after("UPDATE articles SET published_at = published_at - interval '1 day'", &[3, 1, 3, 1]);
    after(
        "UPDATE article_tags SET tag_id = (SELECT id FROM tags WHERE slug = 'tag-2')
         WHERE article_id = (SELECT id FROM articles WHERE slug = 'article-2')",
        &[2, 2, 3, 1],
    );
    after(
        "DELETE FROM article_entities WHERE entity_id = (SELECT id FROM entities WHERE slug = 'entity-2')",
        &[2, 2, 3, 0],
    );
    after("DELETE FROM articles WHERE slug = 'article-1'", &[1, 1, 2, 0]);
    after("DELETE FROM tags WHERE slug = 'tag-1'", &[1, 2, 0]);
    after("DELETE FROM articles", &[0, 0, 0]);
}

#[test]
fn what_was_noted_of_counts_is_folded_without_a_change_that_anybody_sees() {
    let (_database, mut connection) = content();
    run(&mut connection, LINKS);
    let bases = |connection: &mut PgConnection| -> Vec<i64> {
        let bases = "(SELECT article_count FROM tags WHERE slug < 'tag-3' ORDER BY slug)
            UNION ALL (SELECT article_count FROM entities ORDER BY slug)";
        sql::<BigInt>(bases).load(connection).expect("the bases")
    };
    let noted = |connection: &mut PgConnection| -> i64 {
        let noted = "(SELECT count(*) FROM tag_count_deltas) + (SELECT count(*) FROM entity_count_deltas)";
        diesel::select(sql::<BigInt>(noted)).get_result(connection).expect("the deltas")
    };
    assert_eq!((bases(&mut connection), counts(&mut connection)), (vec![0; 4], vec![2, 1, 2, 1]));
    let before = (state(&mut connection, "tags", "tag-1"), state(&mut connection, "entities", "entity-1"));
    run(&mut connection, "LISTEN maqal_changes");
    counts::fold_all(&mut connection).expect("all is folded");
    let heard: Vec<_> = connection.notifications_iter().collect();
    assert!(heard.is_empty(), "{heard:?}");
    assert_eq!((bases(&mut connection), counts(&mut connection)), (vec![2, 1, 2, 1], vec![2, 1, 2, 1]));
    assert_eq!(noted(&mut connection), 0);
    let after = (state(&mut connection, "tags", "tag-1"), state(&mut connection, "entities", "entity-1"));
    assert_eq!(after, before);
    run(&mut connection, "DELETE FROM articles WHERE slug = 'article-1'");
    assert_eq!((bases(&mut connection), counts(&mut connection)), (vec![2, 1, 2, 1], vec![1, 0, 1, 0]));
    // What is noted of an item that is gone is dropped with it.
    run(&mut connection, "DELETE FROM tags; DELETE FROM entities");
    assert_eq!(noted(&mut connection), 0);
}

#[test]
fn writers_whose_articles_share_tags_and_entities_do_not_wait_for_each_other() {
    let (database, mut connection) = content();
    let mut other = database.connect();
    // Whoever waits for a lock fails at once.
    run(&mut other, "SET lock_timeout = '1ms'");
    run(&mut connection, &format!("BEGIN; {LINKS}"));
    run(
        &mut other,
        "INSERT INTO articles (id, slug, status, language, headline, body, body_format, body_html, body_text, word_count,
            published_at)
         VALUES ('00000000-0000-0000-0000-000000000009', 'other', 'published', 'ar', 'عنوان', '', 'text', '', '', 0, now());
         INSERT INTO article_tags (article_id, tag_id, position)
         SELECT '00000000-0000-0000-0000-000000000009', id, 0 FROM tags;
         INSERT INTO article_entities (article_id, entity_id, position, relation)
         SELECT '00000000-0000-0000-0000-000000000009', id, 0, 'about' FROM entities",
    );
    // Nor for whoever folds.
    run(&mut connection, "COMMIT; BEGIN");
    for kind in LabelKind::ALL {
        counts::fold(&mut connection, kind, None).expect("it is folded");
    }
    run(&mut other, "DELETE FROM articles WHERE slug = 'other'");
    run(&mut connection, "COMMIT");
    assert_eq!(counts(&mut connection), [2, 1, 2, 1]);
}

#[test]
fn folding_waits_for_nobody_who_has_locked_an_item() {
    let (database, mut connection) = content();
    let mut other = database.connect();
    let bases = |connection: &mut PgConnection| -> Vec<i64> {
        let bases = "(SELECT article_count FROM tags WHERE slug < 'tag-3' ORDER BY slug)
            UNION ALL (SELECT article_count FROM entities ORDER BY slug)";
        sql::<BigInt>(bases).load(connection).expect("the bases")
    };
    run(&mut connection, LINKS);
    // As a merge does, for as long as it takes.
    run(
        &mut other,
        "BEGIN; SELECT FROM tags WHERE slug = 'tag-1' FOR UPDATE; SELECT FROM entities WHERE slug = 'entity-1' FOR UPDATE",
    );
    run(&mut connection, "SET lock_timeout = '1ms'");
    counts::fold_all(&mut connection).expect("the others are folded");
    assert_eq!((bases(&mut connection), counts(&mut connection)), (vec![0, 1, 0, 1], vec![2, 1, 2, 1]));
    // What is noted of the one that goes is nobody's while it goes.
    run(&mut other, "DELETE FROM entities WHERE slug = 'entity-1'");
    counts::fold_all(&mut connection).expect("there is nothing to wait for");
    run(&mut other, "COMMIT");
    counts::fold_all(&mut connection).expect("all is folded");
    assert_eq!((bases(&mut connection), counts(&mut connection)), (vec![2, 1, 1], vec![2, 1, 1]));
}

#[test]
fn items_that_are_locked_keep_no_others_from_being_folded() {
    let (database, mut connection) = content();
    let mut other = database.connect();
    // More than are folded at once, and all of them first.
    run(
        &mut connection,
        "INSERT INTO tags (id, slug, kind, names)
         SELECT ('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid, 'n-' || n, 'topic', '{\"en\": \"N\"}'
         FROM generate_series(1, 2500) AS n;
         INSERT INTO tag_count_deltas (tag_id, n) SELECT id, 1 FROM tags WHERE slug LIKE 'n-%'",
    );
    run(
        &mut other,
        "BEGIN; SELECT FROM tags WHERE slug LIKE 'n-%' AND id < '00000000-0000-7000-8000-000000001101' FOR UPDATE",
    );
    counts::fold_all(&mut connection).expect("the others are folded");
    let folded = "(SELECT count(*) FROM tags WHERE slug LIKE 'n-%' AND article_count = 1)";
    let folded: i64 = diesel::select(sql::<BigInt>(folded)).get_result(&mut connection).expect("the bases");
    assert_eq!(folded, 1400);
}

#[test]
fn counts_come_back_with_a_transaction_that_is_taken_back() {
    let (_database, mut connection) = content();
    run(&mut connection, LINKS);
    run(&mut connection, "BEGIN; DELETE FROM articles; ROLLBACK");
    assert_eq!(counts(&mut connection), [2, 1, 2, 1]);
}

#[test]
fn links_carry_the_date_of_their_article_while_it_is_published() {
    let (_database, mut connection) = content();
    run(&mut connection, LINKS);
    let mut after = |statement: &str| {
        run(&mut connection, statement);
        for links in ["article_tags", "article_entities"] {
            let wrong: i64 = sql::<BigInt>(&format!(
                "SELECT count(*) FROM {links} JOIN articles ON articles.id = article_id
                 WHERE {links}.published_at IS DISTINCT FROM
                    CASE WHEN status = 'published' THEN articles.published_at END"
            ))
            .get_result(&mut connection)
            .expect("the links");
            assert_eq!(wrong, 0, "{links} after {statement}");
        }
    };
    after("SELECT 1");
    after("UPDATE articles SET status = 'archived' WHERE slug = 'article-1'");
    after("UPDATE articles SET published_at = '2020-01-01', status = 'published'");
    after("UPDATE articles SET published_at = '2021-01-01' WHERE slug = 'article-2'");
    after("UPDATE articles SET headline = 'آخر'");
}

#[test]
fn version_and_date_move_with_a_change_made_by_hand_alone() {
    let (_database, mut connection) = content();
    for (table, slug, change, no_change) in [
        ("articles", "article-1", "headline = 'آخر'", "headline = headline, status = 'published'"),
        ("articles", "article-2", "image = '{\"url\": \"https://news.example/a.jpg\"}'", "image = image"),
        ("articles", "article-3", "metadata = '{\"desk\": 1}'", "metadata = '{}'"),
        ("tags", "tag-1", "names = '{\"ar\": \"وسم\"}'", "names = names, kind = 'topic'"),
        ("entities", "entity-1", "aliases = '[{\"name\": \"a\"}]'", "aliases = '[]'"),
    ] {
        let before = state(&mut connection, table, slug);
        run(&mut connection, &format!("UPDATE {table} SET {no_change} WHERE slug = '{slug}'"));
        assert_eq!(state(&mut connection, table, slug), before, "{table} SET {no_change}");
        run(&mut connection, &format!("UPDATE {table} SET {change} WHERE slug = '{slug}'"));
        let after = state(&mut connection, table, slug);
        assert_eq!(after.0, before.0 + 1, "{table} SET {change}");
        assert!(after.1 > before.1, "{table} SET {change}");
    }
}

#[test]
fn a_change_of_any_column_of_an_article_moves_it() {
    let (_database, mut connection) = content();
    let columns = "SELECT column_name || ' ' || data_type FROM information_schema.columns
        WHERE table_schema = current_schema AND table_name = 'articles' AND is_generated = 'NEVER'";
    let columns: Vec<String> = sql::<Text>(columns).load(&mut connection).expect("the columns");
    assert!(columns.len() > 20, "{columns:?}");
    for column in columns {
        let (name, kind) = column.split_once(' ').expect("a name and a type");
        let other = match (name, kind) {
            ("id" | "version" | "created_at" | "updated_at", _) => continue,
            ("status", _) => "'archived'",
            ("body_format", _) => "'html'",
            ("translation_of", _) => "'00000000-0000-0000-0000-000000000002'",
            (_, "text") => "'other'",
            (_, "integer") => "7",
            (_, "jsonb") => "'{\"other\": 1}'",
            (_, "timestamp with time zone") => "'2020-01-01'",
            (name, kind) => panic!("what is another value of {name}, {kind}?"),
        };
        let source = if name == "external_id" { ", source = coalesce(source, 'first')" } else { "" };
        let before = state(&mut connection, "articles", "article-1");
        run(
            &mut connection,
            &format!(
                "UPDATE articles SET {name} = {other}{source} WHERE id = '00000000-0000-0000-0000-000000000001'"
            ),
        );
        let slug = if name == "slug" { "other" } else { "article-1" };
        let after = state(&mut connection, "articles", slug);
        assert_eq!(after.0, before.0 + 1, "{name}");
        assert!(after.1 > before.1, "{name}");
        if name == "slug" {
            run(&mut connection, "UPDATE articles SET slug = 'article-1' WHERE slug = 'other'");
        }
    }
}

#[test]
fn counting_is_no_change_of_a_tag_or_entity() {
    let (_database, mut connection) = content();
    let before = (state(&mut connection, "tags", "tag-1"), state(&mut connection, "entities", "entity-1"));
    run(&mut connection, LINKS);
    run(&mut connection, "DELETE FROM articles");
    let after = (state(&mut connection, "tags", "tag-1"), state(&mut connection, "entities", "entity-1"));
    assert_eq!(after, before);
}

fn assert_cycle(result: Result<(), Error>) {
    match result {
        Err(Error::DatabaseError(DatabaseErrorKind::CheckViolation, info)) => {
            assert_eq!(info.constraint_name(), Some("tags_parent_acyclic"));
        }
        other => panic!("no cycle was refused: {other:?}"),
    }
}

fn adopt(child: u32, parent: u32) -> String {
    format!(
        "UPDATE tags SET parent_id = (SELECT id FROM tags WHERE slug = 'tag-{parent}') WHERE slug = 'tag-{child}'"
    )
}

#[test]
fn a_cycle_of_tags_is_refused() {
    let (_database, mut connection) = content();
    run(&mut connection, &adopt(2, 1));
    run(&mut connection, &adopt(3, 2));
    for (child, parent) in [(1, 1), (1, 2), (1, 3), (2, 3)] {
        assert_cycle(connection.batch_execute(&adopt(child, parent)));
    }
    run(&mut connection, &adopt(3, 1));
}

#[test]
fn two_transactions_cannot_close_a_cycle_together() {
    let (database, mut first) = content();
    run(&mut first, "BEGIN");
    run(&mut first, &adopt(1, 2));
    let mut second = database.connect();
    let second = thread::spawn(move || second.batch_execute(&adopt(2, 1)));
    crate::support::eventually("the second waits for the first", || database.waiting_queries() == 1);
    run(&mut first, "COMMIT");
    assert_cycle(second.join().expect("no panic"));
}

#[test]
fn a_count_is_looked_up_by_an_index_of_the_deltas() {
    let (_database, mut connection) = content();
    // As the service sets its connections up.
    run(&mut connection, "SET enable_seqscan = off");
    for (table, count) in [("tags", counts::OF_TAG), ("entities", counts::OF_ENTITY)] {
        let plan =
            sql_query(format!("EXPLAIN (COSTS off) SELECT {count} FROM {table} ORDER BY slug, id LIMIT 21"));
        let plan: Vec<Line> = plan.load(&mut connection).expect("a plan");
        let plan = plan.into_iter().map(|line| line.text).collect::<Vec<_>>().join("\n");
        let index = format!("{}_count_deltas_pkey", if table == "tags" { "tag" } else { "entity" });
        assert!(plan.contains(&index) && plan.contains(&format!("{table}_slug_key")), "{plan}");
        assert!(!plan.contains("Seq Scan"), "{plan}");
    }
}

#[derive(QueryableByName)]
struct Line {
    #[diesel(sql_type = Text, column_name = "QUERY PLAN")]
    text: String,
}
