//! The migrations, up and down.

use std::thread;

use diesel::{
    RunQueryDsl,
    dsl::sql,
    migration::{Migration, MigrationSource},
    pg::Pg,
    sql_types::BigInt,
};
use diesel_migrations::MigrationHarness;
use maqal::db::migrations::{self, MIGRATIONS};

use crate::support::TestDatabase;

fn count() -> usize {
    let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().expect("the migrations");
    all.len()
}

/// The schema, without diesel's own table.
fn objects(database: &TestDatabase) -> Vec<String> {
    database.objects().into_iter().filter(|line| !line.contains("__diesel_schema_migrations")).collect()
}

fn up(database: &TestDatabase) {
    database.connect().run_next_migration(MIGRATIONS).expect("a migration goes up");
}

fn down(database: &TestDatabase) {
    database.connect().revert_last_migration(MIGRATIONS).expect("a migration goes down");
}

fn assert_same(found: &[String], expected: &[String], when: &str) {
    let missing: Vec<_> = expected.iter().filter(|line| !found.contains(line)).collect();
    let left: Vec<_> = found.iter().filter(|line| !expected.contains(line)).collect();
    assert!(missing.is_empty() && left.is_empty(), "{when}\nmissing: {missing:#?}\nleft: {left:#?}");
}

#[test]
fn each_migration_takes_back_all_that_it_did_and_nothing_else() {
    let database = TestDatabase::bare();
    let mut stages = vec![objects(&database)];
    for _ in 0..count() {
        up(&database);
        stages.push(objects(&database));
    }
    for (number, stage) in stages.windows(2).enumerate().rev() {
        down(&database);
        assert_same(&objects(&database), &stage[0], &format!("migration {} down", number + 1));
        up(&database);
        assert_same(&objects(&database), &stage[1], &format!("migration {} down and up", number + 1));
        down(&database);
    }
    assert_eq!(objects(&database), Vec::<String>::new(), "something is left after all downs");
    migrations::run(&mut database.connect()).expect("all go up again");
    assert_same(&objects(&database), &stages[count()], "all down and up");
}

#[test]
fn of_ten_that_run_the_migrations_at_once_all_succeed_and_each_runs_once() {
    let database = TestDatabase::bare();
    let ran: Vec<String> = thread::scope(|scope| {
        let run = || migrations::run(&mut database.connect()).expect("migrations run");
        let threads: Vec<_> = (0..10).map(|_| scope.spawn(run)).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no panic")).collect()
    });
    assert_eq!(ran.len(), count(), "{ran:?}");
    assert!(ran.is_sorted(), "{ran:?}");
    let recorded: i64 = sql::<BigInt>("SELECT count(*) FROM __diesel_schema_migrations")
        .get_result(&mut database.connect())
        .expect("diesel's table");
    assert_eq!(usize::try_from(recorded), Ok(count()));
}

#[test]
fn an_index_that_was_left_behind_by_one_who_was_killed_is_made_again() {
    let all: Vec<Box<dyn Migration<Pg>>> = MIGRATIONS.migrations().expect("the migrations");
    let database = TestDatabase::bare();
    let mut killed = 0;
    for migration in all {
        up(&database);
        if !migration.metadata().run_in_transaction() {
            // The index is there; that the migration has been run nobody has heard.
            let version = migration.name().version();
            database.execute(&format!("DELETE FROM __diesel_schema_migrations WHERE version = '{version}'"));
            up_from_behind(&database);
            killed += 1;
        }
    }
    assert!(killed > 5, "{killed}");
    assert!(migrations::are_current(&mut database.connect()).expect("an answer"));
    let whole = TestDatabase::new();
    assert_same(&objects(&database), &objects(&whole), "after all were killed");
}

/// Runs what is pending as a start does, and takes back what comes behind the first of it.
fn up_from_behind(database: &TestDatabase) {
    let ran = migrations::run(&mut database.connect()).expect("the migrations run again");
    for _ in 1..ran.len() {
        down(database);
    }
}

#[test]
fn asking_whether_migrations_are_pending_changes_nothing() {
    let database = TestDatabase::bare();
    assert!(!migrations::are_current(&mut database.connect()).expect("an answer"));
    assert_eq!(database.objects(), Vec::<String>::new());
    migrations::run(&mut database.connect()).expect("migrations run");
    assert!(migrations::are_current(&mut database.connect()).expect("an answer"));
    down(&database);
    assert!(!migrations::are_current(&mut database.connect()).expect("an answer"));
}

#[test]
fn articles_that_were_still_to_be_annotated_are_not_forgotten() {
    let database = TestDatabase::bare();
    migrations::run(&mut database.connect()).expect("migrations run");
    let has_places = "SELECT count(*) FROM information_schema.columns
        WHERE table_schema = 'public' AND table_name = 'annotation_queue' AND column_name = 'after'";
    let number =
        |query: &str| sql::<BigInt>(query).get_result::<i64>(&mut database.connect()).expect("a number");
    while number(has_places) == 0 {
        down(&database);
    }
    database.execute(
        "INSERT INTO articles (id, slug, status, language, headline, body, body_format, body_html, body_text, word_count)
         SELECT ('00000000-0000-0000-0000-00000000000' || n)::uuid, 'article-' || n, 'draft', 'ar', 'عنوان', '', 'text', '', '', 0
         FROM generate_series(1, 5) AS n;
         INSERT INTO entities (id, slug, type, names) VALUES (gen_random_uuid(), 'nile', 'place', '{\"en\": \"Nile\"}');
         INSERT INTO annotation_queue (after) VALUES ('00000000-0000-0000-0000-000000000004'),
            ('00000000-0000-0000-0000-000000000002')",
    );
    up(&database);
    let left =
        "SELECT count(*) FROM annotation_queue WHERE article_id >= '00000000-0000-0000-0000-000000000003'";
    assert_eq!((number(left), number("SELECT count(*) FROM annotation_queue")), (3, 4));
    down(&database);
    let all = "SELECT count(*) FROM annotation_queue WHERE entity_id IS NULL AND after IS NULL";
    assert_eq!((number(all), number("SELECT count(*) FROM annotation_queue")), (1, 2));
    up(&database);
    assert_eq!(number("SELECT count(article_id) FROM annotation_queue"), 5);
}

#[test]
fn slugs_lose_their_marks_and_stay_apart() {
    let database = TestDatabase::bare();
    migrations::run(&mut database.connect()).expect("migrations run");
    database.execute(
        "INSERT INTO tags (id, slug, kind, names)
         SELECT gen_random_uuid(), slug, 'topic', '{\"en\": \"Books\"}'
         FROM unnest(ARRAY['كتب', 'كَتب', 'كتـب', 'آسيا', 'عَلم', 'café', 'ـ']) AS slug;
         INSERT INTO redirects (resource, key, target_id) SELECT 'tags', key, id
         FROM unnest(ARRAY['قـلم', 'قلم', 'وَرق', 'كِتب']) AS key, tags WHERE slug = 'café';
         INSERT INTO tombstones (resource, id, slug, public) VALUES ('tags', gen_random_uuid(), 'حِبر', true);
         INSERT INTO articles (id, slug, status, language, headline, published_at, body, body_format, body_html, body_text, word_count)
         SELECT gen_random_uuid(), slug, 'published', 'ar', 'Words', now(), '', 'text', '', '', 0
         FROM unnest(ARRAY['قَديم', 'جَديد', 'مَعلن', 'أَول', 'أول']) AS slug;
         UPDATE articles SET status = 'archived' WHERE slug IN ('قَديم', 'أَول');
         INSERT INTO articles (id, slug, status, language, headline, body, body_format, body_html, body_text, word_count)
         VALUES (gen_random_uuid(), 'مَسودة', 'draft', 'ar', 'Words', '', 'text', '', '', 0)",
    );
    database.execute(include_str!("../../migrations/2026-12-03-000010_take_marks_out_of_slugs/up.sql"));
    let number =
        |query: &str| sql::<BigInt>(query).get_result::<i64>(&mut database.connect()).expect("a number");
    let kept = "SELECT count(*) FROM tags WHERE slug IN ('كتب', 'كتب-2', 'كتب-3', 'آسيا', 'علم', 'café')";
    assert_eq!((number(kept), number("SELECT count(*) FROM tags WHERE slug ~ '^[0-9a-f]{32}-1$'")), (6, 1));
    assert_eq!(number("SELECT count(*) FROM redirects WHERE key IN ('قلم', 'ورق')"), 2);
    // Readers knew the archived article by that, and are led by it when it has another slug.
    let known = "SELECT count(*) FROM redirects JOIN articles ON target_id = id AND slug = key WHERE public";
    assert_eq!((number(known), number(&format!("{known} AND slug = 'قديم'"))), (1, 1));
    assert_eq!(number("SELECT count(*) FROM redirects"), 3);
    database.execute(
        "UPDATE articles SET slug = slug || '-2' WHERE slug IN ('قديم', 'مسودة');
         UPDATE articles SET status = 'published', published_at = now() WHERE slug IN ('قديم-2', 'مسودة-2')",
    );
    let leading = "SELECT count(*) FROM redirects WHERE key IN ('قديم', 'مسودة') AND public";
    assert_eq!(number(leading), 1);
    assert_eq!(number("SELECT count(*) FROM tombstones WHERE slug = 'حبر'"), 1);
}

#[test]
fn a_count_that_was_set_too_low_by_hand_keeps_no_migration_from_being_taken_back() {
    let database = TestDatabase::bare();
    migrations::run(&mut database.connect()).expect("migrations run");
    database.execute(
        "INSERT INTO tags (id, slug, kind, names) VALUES (gen_random_uuid(), 'sea', 'topic', '{\"en\": \"Sea\"}');
         INSERT INTO tag_count_deltas (tag_id, n) SELECT id, -1 FROM tags",
    );
    let number =
        |query: &str| sql::<BigInt>(query).get_result::<i64>(&mut database.connect()).expect("a number");
    while number("SELECT count(*) FROM pg_class WHERE relname = 'tag_count_deltas'") > 0 {
        down(&database);
    }
    assert_eq!(number("SELECT article_count FROM tags"), 0);
}
