//! What a list costs: one that is read off an index looks at little more than it shows, whatever else there is.

use std::{fmt::Debug, sync::Arc};

use diesel::{
    PgConnection, RunQueryDsl,
    connection::{Connection, SimpleConnection},
    dsl::sql,
    sql_types::BigInt,
};
use maqal::{
    articles::{
        model::{ArticleSort, ArticleStatus},
        shape::Shape,
        terms::TermCache,
    },
    clock::Clock,
    entities::{
        self,
        model::{EntitySort, EntityType},
        queries::EntityFilter,
    },
    error::ApiResult,
    page::{Count, CursorText, Limit, PageInfo, PageRequest},
    search::{lookup::Lookups, plan::is_ordered_scan, queries::ArticleFilter, read::List},
    tags::{
        self,
        model::{TagKind, TagSort},
        queries::TagFilter,
    },
    values::Key,
};

use crate::support::TestDatabase;

const ENTITY_SORTS: [EntitySort; 5] = [
    EntitySort::Slug,
    EntitySort::SlugDescending,
    EntitySort::ArticleCountDescending,
    EntitySort::UpdatedAtDescending,
    EntitySort::UpdatedAt,
];

const TAG_SORTS: [TagSort; 5] = [
    TagSort::Slug,
    TagSort::SlugDescending,
    TagSort::ArticleCountDescending,
    TagSort::UpdatedAtDescending,
    TagSort::UpdatedAt,
];

/// A large collection, in which forty items are of a rare kind, and where it says so some thousand of another: the last ones, in every
/// order.
fn large(fill: &str) -> (TestDatabase, PgConnection) {
    let database = TestDatabase::new();
    // Without triggers, whose work is of no interest here, and without what nobody asks for by a list.
    let filling = format!(
        "DROP INDEX entities_names; DROP INDEX tags_names; SET session_replication_role = replica; {fill}"
    );
    let mut connection = database.connect();
    // As the service sets its connections up, in the end.
    for sql in [&filling, "VACUUM ANALYZE", "SET session_replication_role = origin; SET enable_seqscan = off"]
    {
        connection.batch_execute(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
    (database, connection)
}

/// Reads the first pages of a list, again and again, so that its statements come to plans that are kept. Of how many
/// rows each page was read at most.
fn most_read(
    connection: &mut PgConnection,
    table: &str,
    query: &impl serde::Serialize,
    mut read: impl FnMut(&mut PgConnection, &PageRequest) -> ApiResult<PageInfo>,
) -> i64 {
    let rows = format!(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_xact_user_tables WHERE relname = '{table}'"
    );
    let mut most = 0;
    for _ in 0..8 {
        let mut cursor = None;
        for _ in 0..3 {
            let page = PageRequest::new(Limit(10), cursor.as_ref(), query).expect("a page");
            let (info, count) = connection
                .transaction(|connection| {
                    // What was read before is in the number until it is told to others, which may last a second.
                    let before: i64 = sql::<BigInt>(&rows).get_result(connection)?;
                    let info = read(connection, &page)?;
                    let after: i64 = sql::<BigInt>(&rows).get_result(connection)?;
                    Ok::<_, maqal::error::ApiError>((info, after - before))
                })
                .expect("it is read");
            most = most.max(count);
            cursor = info.next_cursor.map(CursorText);
            if cursor.is_none() {
                break;
            }
        }
    }
    most
}

/// Ten rows are shown and one looks ahead; articles are found first, and then read. Where nearly all are of a kind, PostgreSQL
/// may walk past the few that are not: here forty.
const ENOUGH: i64 = 80;

fn check(what: impl Debug, is_read_off: bool, most: impl FnOnce() -> i64) -> bool {
    if is_read_off {
        let most = most();
        assert!(most <= ENOUGH, "{what:?}: {most} rows were read");
    }
    is_read_off
}

#[test]
fn entities_that_are_read_off_are_not_looked_for() {
    let (_database, mut connection) = large(
        "INSERT INTO entities (id, slug, type, names, named_in, article_count, updated_at)
         SELECT gen_random_uuid(), lpad(n::text, 6, '0'), CASE WHEN n <= 195960 THEN 'person' WHEN n <= 199960 THEN 'place' ELSE 'event' END,
            '{\"en\": \"Somebody\"}', 1, 200000 - n, now() - n * interval '1 second' FROM generate_series(1, 200000) AS n",
    );
    let (person, event) = (EntityType::Person, EntityType::Event);
    let mut read_off = Vec::new();
    for kind in
        [vec![], vec![EntityType::Place], vec![event], vec![event, EntityType::Work], vec![person, event]]
    {
        for sort in ENTITY_SORTS {
            let filter =
                EntityFilter { kind: kind.clone(), wikidata_id: None, source: None, external_id: None };
            let is_read_off = check((&kind, sort), filter.is_read_off(sort), || {
                most_read(&mut connection, "entities", &(), |connection, page| {
                    Ok(entities::queries::list(connection, &filter, sort, page, Count::None)?.info)
                })
            });
            if is_read_off {
                read_off.push((kind.len(), sort));
            }
        }
    }
    let by_slug = [(1, EntitySort::Slug), (1, EntitySort::SlugDescending)];
    assert!(by_slug.iter().all(|it| read_off.contains(it)), "{read_off:?}");
    assert!(!read_off.contains(&(1, EntitySort::UpdatedAt)) && !read_off.contains(&(2, EntitySort::Slug)));
}

#[test]
fn tags_that_are_read_off_are_not_looked_for() {
    let (_database, mut connection) = large(
        "INSERT INTO tags (id, slug, kind, parent_id, names, article_count, updated_at)
         SELECT md5(n::text)::uuid, lpad(n::text, 6, '0'), CASE WHEN n <= 195960 THEN 'keyword' WHEN n <= 199960 THEN 'topic' ELSE 'genre' END,
            md5(CASE WHEN n <= 199960 THEN '1' ELSE '2' END)::uuid, '{\"en\": \"Something\"}',
            200000 - n, now() - n * interval '1 second' FROM generate_series(1, 200000) AS n",
    );
    let mut read_off = 0;
    for parent in [None, Some("000001"), Some("000002")] {
        for kind in
            [vec![], vec![TagKind::Topic], vec![TagKind::Genre], vec![TagKind::Genre, TagKind::Series]]
        {
            for sort in TAG_SORTS {
                let filter = TagFilter { kind: kind.clone(), parent: parent.map(Key::parse) };
                let is_read_off = check((parent, &kind, sort), filter.is_read_off(sort), || {
                    // The parent itself is looked up.
                    most_read(&mut connection, "tags", &(), |connection, page| {
                        Ok(tags::queries::list(connection, &filter, sort, page, Count::None)?.info)
                    })
                });
                read_off += usize::from(is_read_off);
            }
        }
    }
    // All in each order, and of two kinds and two parents by slug.
    assert_eq!(read_off, TAG_SORTS.len() + 4 * 2);
}

#[test]
fn articles_that_are_read_off_are_not_looked_for() {
    let (_database, mut connection) = large(
        "INSERT INTO articles (id, slug, status, language, headline, published_at, body, body_format, body_html,
            body_text, word_count, created_at, updated_at)
         SELECT md5(n::text)::uuid, n::text, CASE WHEN n <= 99960 THEN 'published' ELSE 'archived' END,
            CASE WHEN n <= 99920 THEN 'ar' ELSE 'fr' END, lpad(n::text, 6, '0'), now() - n * interval '1 second', '',
            'text', '', '', 0, now() - n * interval '1 second', now() - n * interval '1 second'
         FROM generate_series(1, 100000) AS n;
         INSERT INTO article_search (article_id, analysis, vector, published_at)
         SELECT id, 1, '', CASE WHEN status = 'published' THEN published_at END FROM articles",
    );
    use ArticleStatus::{Archived, Draft, Published};
    let lookups = Lookups::new(Arc::default(), Arc::new(TermCache::none()));
    let mut read_off = Vec::new();
    for status in [
        vec![],
        vec![Published],
        vec![Archived],
        vec![Draft],
        vec![Draft, Archived],
        vec![Published, Archived],
    ] {
        for language in [vec![], vec!["fr".to_owned()], vec!["ar".to_owned(), "fr".to_owned()]] {
            for sort in [
                ArticleSort::PublishedAtDescending,
                ArticleSort::PublishedAt,
                ArticleSort::UpdatedAtDescending,
                ArticleSort::UpdatedAt,
                ArticleSort::Headline,
            ] {
                let filter = ArticleFilter {
                    status: status.clone(),
                    language: language.clone(),
                    ..ArticleFilter::default()
                };
                let is_read_off = is_ordered_scan(&filter.conditions(), sort);
                let list = List {
                    filter,
                    sort,
                    shape: Shape::listed().seeing_unpublished(true),
                    today: Clock::default().today(),
                };
                check((&status, &language, sort), is_read_off, || {
                    most_read(
                        &mut connection,
                        "articles",
                        &("articles", &list.filter, sort),
                        |connection, page| Ok(list.read(connection, page, &lookups)?.info),
                    )
                });
                if is_read_off && language.is_empty() {
                    read_off.push((status.clone(), sort));
                }
            }
        }
    }
    for (status, sort, is_read_off) in [
        (Archived, ArticleSort::PublishedAt, true),
        (Archived, ArticleSort::UpdatedAt, false),
        (Draft, ArticleSort::Headline, false),
        (Published, ArticleSort::UpdatedAt, true),
    ] {
        assert_eq!(read_off.contains(&(vec![status], sort)), is_read_off, "{status:?} by {sort:?}");
    }
}
