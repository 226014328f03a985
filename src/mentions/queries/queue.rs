//! The queue of names that stored articles are to be searched for.

use diesel::{
    prelude::*,
    sql_types::{Jsonb, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    db::prepared::{Prepared, Value},
    labels::queries::{ENTITY_NAMES, Names},
    schema::annotation_queue,
};

/// How many new names one pass through the articles looks for at most.
const AT_ONCE: i64 = 50;

/// With more new names than that, all articles are annotated anew instead: once, and not once for each pass.
const MANY: i64 = 1000;

/// Puts all articles into the queue in the place of very many names.
pub fn widen(connection: &mut PgConnection) -> QueryResult<()> {
    let named = annotation_queue::table.filter(annotation_queue::entity_id.is_not_null());
    if named.count().get_result::<i64>(connection)? <= MANY {
        return Ok(());
    }
    // Who has come some way with all articles has not looked for these names in those before.
    const WIDEN: &str = "
        WITH named AS (DELETE FROM annotation_queue WHERE entity_id IS NOT NULL RETURNING id)
        INSERT INTO annotation_queue (entity_id) SELECT NULL WHERE EXISTS (SELECT FROM named)";
    Prepared::<()>::new(WIDEN, []).execute(connection).map(drop)
}

/// All that is in the queue.
pub fn pending(connection: &mut PgConnection) -> QueryResult<Vec<i64>> {
    annotation_queue::table.select(annotation_queue::id).order(annotation_queue::id).load(connection)
}

/// Entities that have got other names, and how far the articles have been searched for them.
#[derive(Debug)]
pub struct Pass {
    /// The rows of the queue.
    pub rows: Vec<i64>,
    /// None where all articles are to be annotated.
    pub entities: Option<Vec<Uuid>>,
    pub after: Uuid,
}

/// The next pass of those that the matcher knows, locked for this transaction; nothing where there
/// is none that no other works at.
pub fn take(connection: &mut PgConnection, known: &[i64]) -> QueryResult<Option<Pass>> {
    type Row = (i64, Option<Uuid>, Option<Uuid>);
    let rows: Vec<Row> = annotation_queue::table
        .filter(annotation_queue::id.eq_any(known))
        .order(annotation_queue::id)
        .limit(AT_ONCE)
        .for_update()
        .skip_locked()
        .load(connection)?;
    let Some((_, first, after)) = rows.first().copied() else { return Ok(None) };
    // Those that have come equally far are one pass.
    let together = rows
        .into_iter()
        .filter(|(_, entity, reached)| entity.is_some() == first.is_some() && *reached == after);
    let (rows, entities): (Vec<i64>, Vec<Option<Uuid>>) =
        together.map(|(id, entity, _)| (id, entity)).unzip();
    let entities = first.is_some().then(|| entities.into_iter().flatten().collect());
    Ok(Some(Pass { rows, entities, after: after.unwrap_or_default() }))
}

/// Notes how far a pass has come; it is done where there is nothing more.
pub fn advance(connection: &mut PgConnection, pass: &Pass, reached: Option<Uuid>) -> QueryResult<()> {
    let rows = annotation_queue::table.filter(annotation_queue::id.eq_any(&pass.rows));
    match reached {
        Some(reached) => {
            diesel::update(rows).set(annotation_queue::after.eq(reached)).execute(connection).map(drop)
        }
        None => diesel::delete(rows).execute(connection).map(drop),
    }
}

/// Puts all articles into the queue, unless they are in it.
pub fn add_all(connection: &mut PgConnection) -> QueryResult<()> {
    const ADD: &str = "
        INSERT INTO annotation_queue (entity_id)
        SELECT NULL WHERE NOT EXISTS (SELECT FROM annotation_queue WHERE entity_id IS NULL)";
    Prepared::<()>::new(ADD, []).execute(connection).map(drop)
}

/// The names of entities, each with its language.
pub fn names(connection: &mut PgConnection, entities: &[Uuid]) -> QueryResult<Vec<Names>> {
    let named = format!("SELECT {ENTITY_NAMES} FROM entities WHERE id = ANY ({{}})");
    Prepared::<Jsonb>::new(named, [Value::Ids(entities.to_vec())]).load(connection)
}

/// The next articles after one whose index matches, the text of a `tsquery` literal, or that are
/// said to mention any of the entities.
pub fn concerned(
    connection: &mut PgConnection,
    tsquery: String,
    entities: &[Uuid],
    after: Uuid,
    at_most: i64,
) -> QueryResult<Vec<Uuid>> {
    // All of them at once, from both indexes: few articles have a name.
    const CONCERNED: &str = "
        WITH concerned AS MATERIALIZED (
            SELECT article_id FROM article_search WHERE vector @@ {}::tsquery
            UNION SELECT article_id FROM mentions WHERE entity_id = ANY ({}) AND origin = 'gazetteer'
        )
        SELECT article_id FROM concerned WHERE article_id > {} ORDER BY article_id LIMIT {}";
    let values =
        [Value::Text(tsquery), Value::Ids(entities.to_vec()), Value::Id(after), Value::BigInt(at_most)];
    Prepared::<SqlUuid>::new(CONCERNED, values).load(connection)
}

/// The next articles after one.
pub fn next_articles(connection: &mut PgConnection, after: Uuid, at_most: i64) -> QueryResult<Vec<Uuid>> {
    use crate::schema::articles;
    articles::table
        .filter(articles::id.gt(after))
        .order(articles::id)
        .limit(at_most)
        .select(articles::id)
        .load(connection)
}

/// Whether anything is left.
pub fn has_more(connection: &mut PgConnection) -> QueryResult<bool> {
    diesel::select(diesel::dsl::exists(annotation_queue::table.select(annotation_queue::id)))
        .get_result(connection)
}
