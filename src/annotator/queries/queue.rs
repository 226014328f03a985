//! The queue: entities whose names stored articles are to be searched for, and the articles that are
//! to be annotated.

use diesel::{
    dsl::exists,
    prelude::*,
    sql_types::{Jsonb, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    db::prepared::{Prepared, Value},
    schema::annotation_queue,
    taxonomy::queries::{ENTITY_NAMES, Names},
};

/// The rows of entities.
pub fn named(connection: &mut PgConnection) -> QueryResult<Vec<i64>> {
    annotation_queue::table
        .filter(annotation_queue::entity_id.is_not_null())
        .select(annotation_queue::id)
        .order(annotation_queue::id)
        .load(connection)
}

/// Those of the rows that are still there and that no other works at, locked for this transaction, and
/// their entities.
pub fn take_entities(connection: &mut PgConnection, rows: &[i64]) -> QueryResult<(Vec<i64>, Vec<Uuid>)> {
    let taken: Vec<(i64, Uuid)> = annotation_queue::table
        .filter(annotation_queue::id.eq_any(rows))
        .select((annotation_queue::id, annotation_queue::entity_id.assume_not_null()))
        .for_update()
        .skip_locked()
        .load(connection)?;
    Ok(taken.into_iter().unzip())
}

/// Takes rows of entities away.
pub fn remove(connection: &mut PgConnection, rows: &[i64]) -> QueryResult<()> {
    let rows = annotation_queue::table.filter(annotation_queue::id.eq_any(rows));
    diesel::delete(rows).execute(connection).map(drop)
}

/// The names of entities, each with its language.
pub fn names(connection: &mut PgConnection, entities: &[Uuid]) -> QueryResult<Vec<Names>> {
    let named = format!("SELECT {ENTITY_NAMES} FROM entities WHERE id = ANY ({{}})");
    Prepared::<Jsonb>::new(named, [Value::Ids(entities.to_vec())]).load(connection)
}

/// Adds the articles whose index matches one of the texts of `tsquery` literals, or that are said to
/// mention any of the entities, unless they are there: who has taken such a row sees the new names, as
/// [`super::writers`] tells.
pub fn add_concerned(
    connection: &mut PgConnection,
    tsqueries: Vec<String>,
    entities: &[Uuid],
) -> QueryResult<()> {
    // A name at a time: each article that the index finds is held against the whole of a query, so one
    // query of 50 entities took 35 times as long (140 s for 11,000 entities in 31,500 articles).
    const ADD: &str = "
        INSERT INTO annotation_queue (article_id)
        SELECT article_id FROM (
            SELECT article_id FROM unnest({}::tsquery[]) AS name JOIN article_search ON vector @@ name
            UNION SELECT article_id FROM mentions WHERE entity_id = ANY ({}) AND origin = 'gazetteer'
        ) AS concerned
        WHERE NOT EXISTS (SELECT FROM annotation_queue AS queued WHERE queued.article_id = concerned.article_id)";
    let values = [Value::Texts(tsqueries), Value::Ids(entities.to_vec())];
    // Each time for other names, some rare and some in every tenth article.
    Prepared::<()>::new(ADD, values).planned_anew().execute(connection).map(drop)
}

/// Adds all articles.
pub fn add_all(connection: &mut PgConnection) -> QueryResult<()> {
    const ADD: &str = "INSERT INTO annotation_queue (article_id) SELECT id FROM articles ORDER BY id";
    Prepared::<()>::new(ADD, []).execute(connection).map(drop)
}

/// Takes the next articles away that no other works at. One may be there more than once.
pub fn take_articles(connection: &mut PgConnection, at_most: i64) -> QueryResult<Vec<Uuid>> {
    // In the order in which they came, so that those that have to be done again come last.
    const TAKE: &str = "
        DELETE FROM annotation_queue WHERE id = ANY (ARRAY(
            SELECT id FROM annotation_queue WHERE article_id IS NOT NULL
            ORDER BY id LIMIT {} FOR UPDATE SKIP LOCKED))
        RETURNING article_id";
    Prepared::<SqlUuid>::new(TAKE, [Value::BigInt(at_most)]).load(connection)
}

/// Whether anything is left.
pub fn has_more(connection: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(exists(annotation_queue::table.select(annotation_queue::id))).get_result(connection)
}
