//! New articles, copied into their tables.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use diesel::{connection::SimpleConnection, copy_from, prelude::*};
use uuid::Uuid;

use super::{Linked, columns::Columns};
use crate::{
    annotator::{
        annotate::{Unmentioned, annotate_new, leave_to_editor},
        matcher::Matcher,
        model::LinkOrigin,
        queries::{FIRST_POSITION, names, writers},
    },
    articles::{
        bulk::row::Row,
        links::Links,
        model::{ArticleStatus, Relation},
    },
    db::tsvector::Vector,
    schema::{article_entities, article_tags, articles},
};
use maqal_text::analysis::VERSION;

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::tsvector::Tsvector;

    article_search (article_id) {
        article_id -> Uuid,
        analysis -> Int2,
        vector -> Tsvector,
        published_at -> Nullable<Timestamptz>,
    }
}

#[derive(Insertable)]
#[diesel(table_name = article_tags, treat_none_as_default_value = false)]
struct Tag {
    article_id: Uuid,
    tag_id: Uuid,
    position: i16,
    published_at: Option<DateTime<Utc>>,
}

#[derive(Insertable)]
#[diesel(table_name = article_entities, treat_none_as_default_value = false)]
struct Entity {
    article_id: Uuid,
    entity_id: Uuid,
    position: i16,
    relation: Relation,
    salience: Option<f64>,
    published_at: Option<DateTime<Utc>>,
    origin: LinkOrigin,
}

#[derive(Insertable)]
#[diesel(table_name = article_search, treat_none_as_default_value = false)]
struct Search {
    article_id: Uuid,
    analysis: i16,
    vector: Vector,
    published_at: Option<DateTime<Utc>>,
}

/// The index of lexemes takes new articles in together and in its own order, so that a lexeme of
/// hundreds of them is looked up once. Until then they stand in a list, which every search reads from
/// end to end: one of 64 MB is 6 % cheaper to write and four times as slow to read as one of 16 MB. It
/// ends with the batch; whoever does not own the index leaves it to the next writer.
const BEFORE_SEARCH: &str = "SET LOCAL gin_pending_list_limit = '16MB'; SET LOCAL work_mem = '64MB'";
const AFTER_SEARCH: &str = "
    SELECT gin_clean_pending_list(oid) FROM pg_class
    WHERE oid = to_regclass('article_search_vector') AND pg_has_role(relowner, 'USAGE')";

/// Copies new articles.
pub fn insert(connection: &mut PgConnection, matcher: &Matcher, new: &[Linked<'_>]) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    writers::register(connection)?;
    let ids: Vec<Uuid> = new.iter().map(|(row, _)| row.id).collect();
    names::queue_unless_seen(connection, &ids, &matcher.seen)?;
    let rows: Vec<Columns<'_>> = new.iter().map(|(row, _)| Columns::of(row)).collect();
    copy_from(articles::table).from_insertable(&rows).execute(connection).map(drop)
}

/// Copies what belongs to new articles, of which there may be one: mentions, links, and what they are found by.
pub fn insert_belongings(
    connection: &mut PgConnection,
    matcher: &Matcher,
    new: &[Linked<'_>],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let unmentioned = new.iter().map(|(row, links)| unmentioned(matcher, row, links));
    let mut mentioned = annotate_new(connection, unmentioned.collect(), now)?;
    let (mut tags, mut entities) = (Vec::new(), Vec::new());
    let mut search = Vec::with_capacity(new.len());
    for (row, links) in new {
        let given: HashSet<Uuid> = links.entities.iter().map(|(id, _, _)| *id).collect();
        let mut found = mentioned.remove(&row.id).unwrap_or_default();
        leave_to_editor(&mut found, &given);
        let mut vector = row.article.vector.clone();
        vector.add_labels(links.labels().chain(found.iter().map(|(id, _)| *id)).map(Uuid::simple));
        search.push(Search {
            article_id: row.id,
            analysis: VERSION,
            vector: Vector(vector),
            published_at: public_date(row),
        });
        tags.extend(tags_of(row, &links.tags));
        let given = links.entities.iter().zip(0..);
        entities.extend(given.map(|(link, position)| entity_of(row, *link, position, LinkOrigin::Editor)));
        let found = found.into_iter().zip(FIRST_POSITION + 1..);
        entities.extend(found.map(|((id, salience), position)| {
            entity_of(row, (id, Relation::Mentions, Some(salience)), position, LinkOrigin::Gazetteer)
        }));
    }
    if !tags.is_empty() {
        copy_from(article_tags::table).from_insertable(&tags).execute(connection)?;
    }
    if !entities.is_empty() {
        copy_from(article_entities::table).from_insertable(&entities).execute(connection)?;
    }
    // After the links, whose change makes what was stored stale.
    let search = copy_from(article_search::table).from_insertable(&search);
    if new.len() == 1 {
        // The list of the index is for the next one as well.
        return search.execute(connection).map(drop);
    }
    connection.batch_execute(BEFORE_SEARCH)?;
    search.execute(connection)?;
    connection.batch_execute(AFTER_SEARCH)
}

/// A new article, with the names in its texts, which the matcher has spotted there before.
fn unmentioned(matcher: &Matcher, row: &Row<'_>, links: &Links) -> Unmentioned {
    let texts = row.article.content.texts(row.id);
    let given = links.entities.iter().map(|(id, _, _)| *id);
    Unmentioned { found: matcher.find_spotted(&texts, row.article.spotted.as_ref(), given), texts }
}

fn tags_of(row: &Row<'_>, tags: &[Uuid]) -> impl Iterator<Item = Tag> {
    let (article_id, published_at) = (row.id, public_date(row));
    let tags = tags.iter().zip(0..);
    tags.map(move |(tag_id, position)| Tag { article_id, tag_id: *tag_id, position, published_at })
}

fn entity_of(
    row: &Row<'_>,
    (entity_id, relation, salience): (Uuid, Relation, Option<f64>),
    position: i16,
    origin: LinkOrigin,
) -> Entity {
    let published_at = public_date(row);
    Entity { article_id: row.id, entity_id, position, relation, salience, published_at, origin }
}

/// The date that its links bear.
fn public_date(row: &Row<'_>) -> Option<DateTime<Utc>> {
    let publication = row.publication;
    publication.published_at.filter(|_| publication.status == ArticleStatus::Published)
}
