//! Which statements the service asks PostgreSQL for, and by which indexes those are answered: all that reads run, as
//! they are in `tests/api/plans/`. `PLANS=renew cargo test --test api plans::` writes them anew.

use std::{
    collections::{BTreeMap, HashSet},
    fs, iter, mem,
    path::PathBuf,
};

use diesel::connection::SimpleConnection;
use serde_json::Value;
use uuid::Uuid;

use crate::support::{Document, Operation, Tap, TestApp, TestDatabase};

/// What is there: large enough that no other plan comes near the best one, and small enough that statistics are of all
/// rows.
const SEED: &str = r#"
SET session_replication_role = replica;
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
FROM generate_series(1, 20000) AS n;
INSERT INTO article_search (article_id, analysis, vector, published_at)
SELECT id, 5, (CASE WHEN right(slug, 1) < '5' THEN '''=common'':1 ''common'':1 ''~common'':1 ' ELSE '' END
    || CASE WHEN slug LIKE '%777' THEN '''=rare'':2 ''rare'':2 ''~rare'':2 ' ELSE '' END || '''' || slug || ''':3')::tsvector,
    CASE WHEN status = 'published' THEN published_at END FROM articles;
INSERT INTO article_tags (article_id, tag_id, position, published_at)
SELECT md5('a' || n)::uuid, md5('t' || tag)::uuid, 0,
    CASE WHEN n % 250 > 0 THEN timestamptz '2026-06-01' - n * interval '10 minutes' END
FROM generate_series(1, 20000) AS n, LATERAL (VALUES (1 + n % 3000), (1 + n % 3)) AS tags (tag)
ON CONFLICT DO NOTHING;
INSERT INTO article_entities (article_id, entity_id, position, relation, published_at)
SELECT md5('a' || n)::uuid, md5('e' || entity)::uuid, 0, 'mentions',
    CASE WHEN n % 250 > 0 THEN timestamptz '2026-06-01' - n * interval '10 minutes' END
FROM generate_series(1, 20000) AS n, LATERAL (VALUES (1 + n % 5000), (1 + n % 7)) AS entities (entity)
ON CONFLICT DO NOTHING;
INSERT INTO mentions (id, article_id, entity_id, field, start_offset, end_offset, exact, prefix, suffix, origin,
    confidence)
SELECT md5('m' || n)::uuid, md5('a' || n)::uuid, md5('e' || 1 + n % 7)::uuid, 'body', 0, 4, 'Text', '', '',
    CASE WHEN n % 10 = 0 THEN 'editor' ELSE 'gazetteer' END, 1 FROM generate_series(1, 20000) AS n;
UPDATE tags SET article_count = (SELECT count(*) FROM article_tags WHERE tag_id = tags.id);
UPDATE entities SET article_count = (SELECT count(*) FROM article_entities WHERE entity_id = entities.id);
"#;

/// A value of each parameter that has no list of them, with what else it needs.
const VALUES: [(&str, &str); 29] = [
    ("q", "q=common"),
    ("highlight", "q=common&highlight=true"),
    ("explain", "q=common&explain=true"),
    ("language", "language=ar"),
    ("source", "source=s1"),
    ("external_id", "external_id=x7&source=s7"),
    ("byline", "byline=b4"),
    ("translation_of", "translation_of=a1"),
    ("tags", "tags=t9"),
    ("tags_any", "tags_any=t9&tags_any=t8"),
    ("tags_none", "tags_none=t1"),
    ("tags_exact", "tags=t1&tags_exact=true"),
    ("entities", "entities=e9"),
    ("entities_any", "entities_any=e9&entities_any=e8"),
    ("entities_none", "entities_none=e1"),
    ("from", "from=2026-03-01"),
    ("to", "to=2026-03-01"),
    ("facet_limit", "facets=tags&facet_limit=5"),
    ("limit", "limit=7"),
    ("parent", "parent=t1"),
    ("wikidata_id", "wikidata_id=Q1"),
    ("name", "name=Entity+1"),
    ("window", "at=2026-05-01&window=7d"),
    ("baseline", "at=2026-05-01&baseline=28d"),
    ("at", "at=2026-05-01"),
    ("min_count", "min_count=2"),
    ("entity", "entity=e2"),
    // Followed wherever there is one.
    ("cursor", ""),
    ("id", ""),
];

/// What a choice of a parameter needs besides.
fn needed_by(name: &str, choice: &str) -> &'static str {
    match (name, choice) {
        ("sort", "relevance") | ("match", _) => "q=common&",
        ("date_field", _) => "from=2026-03-01&",
        ("interval", _) => "from=2026-03-01&to=2026-04-01&",
        _ => "",
    }
}

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
    let id = match operation.path {
        path if path.starts_with("/v1/articles") => "a1777",
        path if path.starts_with("/v1/tags") => "t1",
        _ => "e2",
    };
    let nil = Uuid::nil().to_string();
    let path = operation.path.replace("{id}", id).replace("{mention_id}", &nil);
    let base = match operation.path {
        "/v1/suggest" => "q=com",
        // All that it has is read, so it is to be little.
        "/v1/articles/export" => "source=s2",
        _ => "",
    };
    let mut queries = vec![base.to_owned()];
    // The list of articles with one filter more, which that has as well.
    let is_of_item = operation.path.ends_with("}/articles");
    let parameters = operation.it["parameters"].as_array().filter(|_| !is_of_item).into_iter().flatten();
    for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
        let name = parameter["name"].as_str().expect("a name");
        let choices = choices(document, &parameter["schema"]);
        let value = VALUES.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        assert!(value.is_some() || !choices.is_empty(), "{name} is new: give it a value in VALUES");
        if choices.is_empty() {
            queries.push(value.filter(|_| name != "q" || base.is_empty()).unwrap_or_default().to_owned());
        }
        queries.extend(choices.iter().map(|choice| format!("{}{name}={choice}", needed_by(name, choice))));
    }
    let operation_id = operation.it["operationId"].as_str();
    let together = TOGETHER.iter().find(|(known, _)| Some(*known) == operation_id);
    queries.extend(together.into_iter().flat_map(|(_, queries)| *queries).map(|query| (*query).to_owned()));
    let joined = |query: String| {
        let query = if base.is_empty() || query == base { query } else { format!("{base}&{query}") };
        format!("{path}?{query}").trim_end_matches(['?', '&']).to_owned()
    };
    queries.into_iter().map(joined).collect()
}

fn choices<'a>(document: &'a Document, schema: &'a Value) -> Vec<&'a str> {
    let schema = document.resolve(schema);
    if let Some(items) = schema.get("items") {
        return choices(document, items);
    }
    let parts =
        ["oneOf", "anyOf", "allOf"].iter().flat_map(|it| schema[*it].as_array().into_iter().flatten());
    let inner = parts.flat_map(|part| choices(document, part));
    schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).chain(inner).collect()
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

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/api/plans")
}

#[test]
fn every_statement_of_a_read_is_planned_as_it_was() {
    let database = TestDatabase::new();
    for sql in [SEED, "VACUUM ANALYZE"] {
        database.execute(sql);
    }
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
    let kept: BTreeMap<String, String> = kept.collect();
    for (name, found) in &snapshots {
        let known = kept.get(name).map_or("", String::as_str);
        let other =
            found.lines().zip(known.lines().chain(iter::repeat(""))).find(|(found, known)| found != known);
        assert!(
            found == known,
            "{name} says otherwise: {other:?}. Run `PLANS=renew cargo test --test api plans::`, and look at the difference"
        );
    }
    assert!(kept.keys().eq(snapshots.keys()), "there are snapshots of nothing: renew them");
}
