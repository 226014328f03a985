//! Which statements the service asks PostgreSQL for, and by which indexes those are answered: all that reads run, as
//! they are in `tests/api/plans/`. `PLANS=renew cargo test --test api plans::` writes them anew.

use std::{
    collections::{BTreeMap, HashSet},
    fs, iter, mem,
    path::PathBuf,
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    sql_types::{BigInt, Integer},
};

use crate::support::{Document, Operation, Tap, TestApp, TestDatabase, eventually};

/// What is there: large enough that no other plan comes near the best one, and less than 30,000 rows in each table, so
/// that statistics are of all rows, and the same each time: nothing gathers them meanwhile.
const SEED: &str = r#"
SET session_replication_role = replica;
DO $$
DECLARE
    filled regclass;
BEGIN
    FOR filled IN SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format('ALTER TABLE %s SET (autovacuum_enabled = off)', filled);
    END LOOP;
END
$$;
INSERT INTO tags (id, slug, kind, parent_id, names, updated_at)
SELECT md5('t' || n)::uuid, 't' || n, (ARRAY['topic', 'section', 'series', 'keyword', 'genre'])[1 + n % 5],
    CASE WHEN n IN (2, 3) THEN md5('t1')::uuid END, jsonb_build_object('en', 'Tag ' || n),
    timestamptz '2026-01-01' + n * interval '1 minute' FROM generate_series(1, 3000) AS n;
INSERT INTO entities (id, slug, type, names, wikidata_id, source, external_id, updated_at, named_in)
SELECT md5('e' || n)::uuid, 'e' || n, (ARRAY['person', 'organisation', 'place', 'event', 'work'])[1 + n % 5],
    jsonb_build_object('en', 'Entity ' || n), 'Q' || n, 's', 'x' || n,
    timestamptz '2026-01-01' + n * interval '1 minute', 1 FROM generate_series(1, 5000) AS n;
INSERT INTO tag_search (tag_id, analysis, vector) SELECT id, 5, ('''' || slug || ''':1')::tsvector FROM tags;
INSERT INTO entity_search (entity_id, analysis, vector) SELECT id, 5, ('''' || slug || ''':1')::tsvector FROM entities;
INSERT INTO articles (id, slug, status, language, headline, published_at, body, body_format, body_html, body_text,
    word_count, byline, source, external_id, image, translation_of, created_at, updated_at)
SELECT md5('a' || n)::uuid, 'a' || n, CASE n % 500 WHEN 0 THEN 'draft' WHEN 250 THEN 'archived' ELSE 'published' END,
    CASE WHEN n % 20 = 0 THEN 'fr' WHEN n % 3 = 0 THEN 'en' ELSE 'ar' END, 'Headline ' || n,
    timestamptz '2026-06-01' - n * interval '10 minutes', 'Text', 'text', '<p>Text</p>', 'Text', 1,
    CASE WHEN n % 4 = 0 THEN 'b' || n % 50 END, 's' || n % 200, 'x' || n,
    CASE WHEN n % 10 = 0 THEN '{"url": "https://example.org/i.png"}'::jsonb END,
    CASE WHEN n % 100 = 2 THEN md5('a' || n - 1)::uuid END,
    timestamptz '2026-06-01' - n * interval '10 minutes', timestamptz '2026-06-01' - n * interval '10 minutes'
FROM generate_series(1, 14000) AS n;
INSERT INTO article_search (article_id, analysis, vector, published_at)
SELECT id, 5, (CASE WHEN right(slug, 1) < '5' THEN '''=common'':1 ''common'':1 ''~common'':1 ' ELSE '' END
    || CASE WHEN slug LIKE '%777' THEN '''=rare'':2 ''rare'':2 ''~rare'':2 ' ELSE '' END || '''' || slug || ''':3')::tsvector,
    CASE WHEN status = 'published' THEN published_at END FROM articles;
INSERT INTO article_tags (article_id, tag_id, position, published_at)
SELECT md5('a' || n)::uuid, md5('t' || tag)::uuid, 0,
    CASE WHEN n % 250 > 0 THEN timestamptz '2026-06-01' - n * interval '10 minutes' END
FROM generate_series(1, 14000) AS n, LATERAL (VALUES (1 + n % 3000), (1 + n % 10)) AS tags (tag)
ON CONFLICT DO NOTHING;
INSERT INTO article_entities (article_id, entity_id, position, relation, published_at)
SELECT md5('a' || n)::uuid, md5('e' || entity)::uuid, 0, 'mentions',
    CASE WHEN n % 250 > 0 THEN timestamptz '2026-06-01' - n * interval '10 minutes' END
FROM generate_series(1, 14000) AS n, LATERAL (VALUES (1 + n % 5000), (1 + n % 10)) AS entities (entity)
ON CONFLICT DO NOTHING;
INSERT INTO mentions (id, article_id, entity_id, field, start_offset, end_offset, exact, prefix, suffix, origin,
    confidence)
SELECT md5('m' || n)::uuid, md5('a' || n)::uuid, md5('e' || 1 + n % 7)::uuid, 'body', 0, 4, 'Text', '', '',
    CASE WHEN n % 10 = 0 THEN 'editor' ELSE 'gazetteer' END, 1 FROM generate_series(1, 14000) AS n;
UPDATE tags SET article_count = (SELECT count(*) FROM article_tags WHERE tag_id = tags.id);
UPDATE entities SET article_count = (SELECT count(*) FROM article_entities WHERE entity_id = entities.id);
"#;

/// What is asked for of the articles of a tag or an entity.
const OF_ITEM: &[&str] = &[
    "sort=published_at",
    "sort=updated_at",
    "language=ar",
    "include=tags,entities",
    "count=exact",
    "facets=tags,month",
    "q=common",
    "q=rare",
    "q=common&sort=-published_at",
];

/// What goes together: how a search is planned depends on what it is for.
const TOGETHER: [(&str, &[&str]); 6] = [
    ("list_tag_articles", OF_ITEM),
    ("list_entity_articles", OF_ITEM),
    (
        "list_articles",
        &[
            "q=rare",
            "q=rare&sort=-published_at",
            "q=common&sort=-published_at",
            "q=common+rare&sort=published_at",
            "q=%22common+rare%22",
            "q=%22common+rare%22&sort=-published_at",
            "q=-rare&sort=-published_at",
            "q=common&sort=updated_at",
            "q=rare&sort=headline",
            "q=common&tags=t9&sort=-published_at",
            "q=rare&tags=t9",
            "q=common&tags=t1&sort=-published_at",
            "q=common&language=ar&sort=-published_at",
            "q=rare&language=ar&has=image",
            "q=common&facets=tags",
            "q=rare&facets=month&count=exact",
            "q=common&count=estimated",
            "q=rare&limit=100&fields=body&highlight=true",
            "tags=t1",
            "tags=t9&tags=t8",
            "tags=t9&entities=e9",
            "tags=t9&language=ar",
            "entities=e1&include=tags,entities",
            "language=ar&language=en",
            "language=ar&source=s1",
            "language=ar&sort=headline",
            "has=image&from=2026-03-01&to=2026-03-02",
            "status=draft&status=archived",
            "status=draft&status=published&sort=updated_at",
            "status=draft&tags=t9",
            "tags=no-such-tag",
        ],
    ),
    (
        "list_entities",
        &["type=person&sort=-article_count", "type=person&count=exact", "name=Entity+1&type=person"],
    ),
    ("list_tags", &["kind=topic&sort=-article_count", "kind=topic&kind=genre", "parent=t1&kind=topic"]),
    (
        "list_cooccurring_entities",
        &["language=ar&tags=t1&sort=npmi", "type=person&from=2026-03-01&to=2026-04-01"],
    ),
];

/// How statements begin that have a plan.
const PLANNED: [&str; 5] = ["SELECT", "WITH", "INSERT", "UPDATE", "DELETE"];

/// The requests that stand for all that an operation takes.
fn requests(document: &Document, operation: Operation) -> Vec<String> {
    // The list of articles with one filter more, which that has as well.
    let is_of_item = operation.path.ends_with("}/articles");
    let mut queries = vec![String::new()];
    queries.extend(document.settings(operation).into_iter().filter(|_| !is_of_item));
    let operation_id = operation.it["operationId"].as_str();
    let together = TOGETHER.iter().find(|(known, _)| Some(*known) == operation_id);
    queries.extend(together.into_iter().flat_map(|(_, queries)| *queries).map(|query| (*query).to_owned()));
    let address = |query: String| {
        let parts =
            [operation.needs(), &query].map(str::to_owned).into_iter().filter(|part| !part.is_empty());
        let query = parts.collect::<Vec<_>>().join("&");
        format!("{}?{query}", operation.address()).trim_end_matches('?').to_owned()
    };
    queries.into_iter().map(address).collect()
}

/// The statement on lines of a readable length.
fn laid_out(sql: &str) -> String {
    const WIDTH: usize = 110;
    let mut lines = vec![String::new()];
    for word in sql.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < WIDTH => {
                line.push_str(if line.trim().is_empty() { "" } else { " " });
                line.push_str(word);
            }
            _ => lines.push(format!("  {word}")),
        }
    }
    lines.join("\n")
}

/// The file that says whose plans they are.
const VERSION: &str = "POSTGRESQL_VERSION";

fn without_plans(snapshot: &str) -> String {
    let is_plan =
        |line: &&str| line.starts_with("-- ") && !line.ends_with("kept") && !line.ends_with("each time");
    snapshot.lines().filter(|line| !is_plan(line)).map(|line| format!("{line}\n")).collect()
}

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/api/plans")
}

#[test]
fn every_statement_of_a_read_is_planned_as_it_was() {
    let database = TestDatabase::new();
    database.execute(SEED);
    // What an index-only scan costs is known when nobody else looks at the rows any more.
    eventually("all rows are known to be visible", || {
        database.execute("VACUUM ANALYZE");
        let unseen = sql::<BigInt>(
            "SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'
                AND relallvisible < relpages",
        );
        unseen.get_result::<i64>(&mut database.connect()).expect("a number") == 0
    });
    let tap = Tap::before(&database);
    let flags = ["--pool-size", "1", "--cache-size", "0"];
    let app = TestApp::by_way_of(&tap.url(), database.clone(), &flags);
    let mut connection = database.connect();
    // As the service sets its connections up.
    connection.batch_execute("SET enable_seqscan = off").expect("it is set");
    let document = Document::new();
    let mut seen = HashSet::new();
    let mut snapshots = BTreeMap::new();
    for operation in document.operations() {
        if operation.method != "get" || !operation.path.starts_with("/v1/") {
            continue;
        }
        let mut snapshot = String::new();
        for path in requests(&document, operation) {
            tap.heard();
            let read = |path: &str| {
                let response = app.get(path);
                let is_of_keys = response.status == 401;
                let response = if is_of_keys { app.as_editor("GET", path).send() } else { response };
                assert!(matches!(response.status, 200 | 400 | 404), "{path}: {}", response.text());
                response
            };
            let page = read(&path);
            let is_json = page.header("content-type").starts_with("application/json");
            if let Some(cursor) =
                is_json.then(|| page.json()).as_ref().and_then(|it| it["page"]["next_cursor"].as_str())
            {
                let separator = if path.contains('?') { '&' } else { '?' };
                read(&format!("{path}{separator}cursor={cursor}"));
            }
            let mut heading = format!("# {path}\n\n");
            for statement in tap.heard() {
                let sql = statement.form();
                if !PLANNED.iter().any(|verb| sql.trim_start().starts_with(verb)) || !seen.insert(sql.clone())
                {
                    continue;
                }
                let kept = if statement.is_kept { "kept" } else { "planned each time" };
                snapshot.push_str(&mem::take(&mut heading));
                snapshot.push_str(&format!("{}\n-- {kept}\n", laid_out(&sql)));
                let shape = statement.plan(&mut connection);
                // Who counts all has to look at all.
                let is_count = sql.to_lowercase().starts_with("select count(*)");
                let is_by_index = shape.iter().all(|line| !line.starts_with("all of"));
                assert!(is_by_index || is_count, "no index answers {sql}");
                shape.iter().for_each(|line| snapshot.push_str(&format!("-- {line}\n")));
                snapshot.push('\n');
            }
        }
        let id = operation.it["operationId"].as_str().expect("an id").to_owned();
        snapshots.insert(format!("{id}.sql"), snapshot);
    }
    snapshots.retain(|_, snapshot: &mut String| !snapshot.is_empty());
    let version: i32 = sql::<Integer>("SELECT current_setting('server_version_num')::integer / 10000")
        .get_result(&mut connection)
        .expect("the version");
    snapshots.insert(VERSION.to_owned(), format!("{version}\n"));
    if std::env::var("PLANS").is_ok_and(|plans| plans == "renew") {
        let _ = fs::remove_dir_all(folder());
        fs::create_dir_all(folder()).expect("a folder");
        for (name, snapshot) in &snapshots {
            fs::write(folder().join(name), snapshot).expect("it is written");
        }
    }
    let kept = fs::read_dir(folder()).expect("the snapshots").map(|entry| {
        let path = entry.expect("an entry").path();
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        (name, fs::read_to_string(path).expect("a snapshot"))
    });
    let mut kept: BTreeMap<String, String> = kept.collect();
    if kept.get(VERSION) != snapshots.get(VERSION) {
        // Another version may plan in another way; what it is asked is the same.
        for texts in [&mut kept, &mut snapshots] {
            texts.remove(VERSION);
            texts.values_mut().for_each(|text| *text = without_plans(text));
        }
    }
    for (name, found) in &snapshots {
        let known = kept.get(name).map_or("", String::as_str);
        let parts = known.split("\n\n").chain(iter::repeat(""));
        let other = found.split("\n\n").zip(parts).find(|(found, known)| found != known);
        let (found, known) = other.unwrap_or_default();
        assert!(
            other.is_none(),
            "{name} has\n{known}\nand now it is\n{found}\n\
            Run `PLANS=renew cargo test --test api plans::`, and look at the difference"
        );
    }
    assert!(kept.keys().eq(snapshots.keys()), "there are snapshots of nothing: renew them");
}
