//! All the SQL of entities that are merged and parted again: each statement is for all articles at
//! once.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Jsonb, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    clock,
    db::{
        self,
        prepared::{Prepared, Value},
    },
    index,
    values::Json,
};
use maqal_text::query;

/// Locks entities against all other writers, in one order.
pub fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<()> {
    let lock = "SELECT id FROM entities WHERE id = ANY ($1) ORDER BY id FOR UPDATE";
    sql_query(lock).bind::<Array<SqlUuid>, _>(ids).execute(connection).map(drop)
}

/// Begins to move links, of which there may be very many, or ends it. What the articles are found by
/// is then left as it is: by the id of the one entity, and who looks for another one looks for those
/// as well that were merged into it.
fn move_links(connection: &mut PgConnection, moving: bool) -> QueryResult<()> {
    if moving {
        db::let_take_time(connection)?;
    }
    index::leave_to_caller(connection, moving)
}

/// What the stronger of two links says, each given by its relation, salience and origin.
fn stronger(
    [relation, salience, origin]: [&str; 3],
    [or_relation, or_salience, or_origin]: [&str; 3],
) -> String {
    format!(
        "CASE WHEN 'about' IN ({relation}, {or_relation}) THEN 'about' \
            WHEN 'author' IN ({relation}, {or_relation}) THEN 'author' ELSE 'mentions' END, \
         greatest({salience}, {or_salience}), \
         CASE WHEN 'editor' IN ({origin}, {or_origin}) THEN 'editor' ELSE {origin} END"
    )
}

/// Moves all that is said of one entity to another, records it, and deletes the first. `gained` is
/// what the other one has got of it.
pub fn merge(
    connection: &mut PgConnection,
    from: Uuid,
    into: Uuid,
    gained: &serde_json::Value,
) -> QueryResult<()> {
    let merge = clock::new_id();
    move_links(connection, true)?;
    sql_query(
        "INSERT INTO entity_merges (id, from_id, into_id, entity, gained, keys) \
         SELECT $1, id, $3, to_jsonb(entities), $4, ARRAY( \
            SELECT key FROM redirects WHERE resource = 'entities' AND target_id = $2) \
         FROM entities WHERE id = $2",
    )
    .bind::<SqlUuid, _>(merge)
    .bind::<SqlUuid, _>(from)
    .bind::<SqlUuid, _>(into)
    .bind::<Jsonb, _>(gained)
    .execute(connection)?;
    let stronger = stronger(
        ["link.relation", "link.salience", "link.origin"],
        ["gone.relation", "gone.salience", "gone.origin"],
    );
    for sql in [
        "INSERT INTO entity_merge_links (merge_id, article_id, position, relation, salience, origin, \
            other_relation, other_salience, other_origin) \
         SELECT $1, link.article_id, link.position, link.relation, link.salience, link.origin, \
            other.relation, other.salience, other.origin \
         FROM article_entities AS link LEFT JOIN article_entities AS other \
            ON other.article_id = link.article_id AND other.entity_id = $3 \
         WHERE link.entity_id = $2",
        // What was merged into the first one goes on with it.
        "UPDATE entity_merges SET into_id = $3, via_id = coalesce(via_id, $1) WHERE into_id = $2",
        // Of two links of an article the stronger one stays.
        &format!(
            "UPDATE article_entities AS link SET (relation, salience, origin) = ({stronger}) \
             FROM entity_merge_links AS gone WHERE gone.merge_id = $1 AND gone.other_relation IS NOT NULL \
                AND link.article_id = gone.article_id AND link.entity_id = $3"
        ),
        "DELETE FROM article_entities AS link USING entity_merge_links AS gone \
         WHERE gone.merge_id = $1 AND gone.other_relation IS NOT NULL \
            AND link.article_id = gone.article_id AND link.entity_id = $2",
        "UPDATE article_entities SET entity_id = $3 WHERE entity_id = $2",
        // Where both were thought to be meant, one was.
        "DELETE FROM mentions AS gone USING mentions AS other \
         WHERE gone.entity_id = $2 AND other.entity_id = $3 AND other.article_id = gone.article_id \
            AND (other.field, other.start_offset, other.end_offset) = (gone.field, gone.start_offset, gone.end_offset)",
        "WITH moved AS ( \
            UPDATE mentions SET entity_id = $3 WHERE entity_id = $2 RETURNING article_id, id) \
         INSERT INTO entity_merge_mentions (merge_id, article_id, mention_id) SELECT $1, article_id, id FROM moved",
        "UPDATE redirects SET target_id = $3 WHERE resource = 'entities' AND target_id = $2",
        "DELETE FROM entities WHERE id = $2",
        "INSERT INTO redirects (resource, key, target_id) \
         SELECT 'entities', unnest(ARRAY[from_id::text, entity ->> 'slug']), into_id FROM entity_merges WHERE id = $1 \
         ON CONFLICT (resource, key) DO UPDATE SET target_id = excluded.target_id, created_at = excluded.created_at",
    ] {
        // Merges are rare: a statement that stays prepared would wait for nobody.
        sql_query(sql)
            .bind::<SqlUuid, _>(merge)
            .bind::<SqlUuid, _>(from)
            .bind::<SqlUuid, _>(into)
            .execute(connection)?;
    }
    move_links(connection, false)
}

/// A merge that can be undone.
#[derive(Debug, Clone)]
pub struct Merge {
    pub id: Uuid,
    /// The entity that was merged.
    pub from_id: Uuid,
    pub slug: String,
    /// All that it was, as it was stored.
    pub entity: serde_json::Value,
    pub gained: serde_json::Value,
    /// By which later merge it came to where it is.
    pub via_id: Option<Uuid>,
    pub merged_at: DateTime<Utc>,
}

/// Notes what an entity has of one that was merged into it.
pub fn set_gained(connection: &mut PgConnection, merge: Uuid, gained: &serde_json::Value) -> QueryResult<()> {
    sql_query("UPDATE entity_merges SET gained = $2 WHERE id = $1")
        .bind::<SqlUuid, _>(merge)
        .bind::<Jsonb, _>(gained)
        .execute(connection)
        .map(drop)
}

/// What was merged into an entity, the latest first.
pub fn merged_into(connection: &mut PgConnection, into: Uuid) -> QueryResult<Vec<Merge>> {
    type Row =
        (Uuid, Uuid, String, Json<serde_json::Value>, Json<serde_json::Value>, Option<Uuid>, DateTime<Utc>);
    type Columns = (SqlUuid, SqlUuid, Text, Jsonb, Jsonb, diesel::sql_types::Nullable<SqlUuid>, Timestamptz);
    let merges = Prepared::<Columns>::new(
        "SELECT id, from_id, entity ->> 'slug', entity, gained, via_id, merged_at FROM entity_merges \
         WHERE into_id = {} ORDER BY merged_at DESC, id DESC",
        [Value::Id(into)],
    );
    let merge = |(id, from_id, slug, entity, gained, via_id, merged_at): Row| Merge {
        id,
        from_id,
        slug,
        entity: entity.0,
        gained: gained.0,
        via_id,
        merged_at,
    };
    Ok(merges.load::<Row>(connection)?.into_iter().map(merge).collect())
}

/// The row of an entity of which no more is said than must be: what its columns are by themselves. A record of before may
/// lack some.
fn defaults(connection: &mut PgConnection) -> QueryResult<serde_json::Value> {
    let mut row = None;
    let undone = connection.transaction(|connection| {
        let insert = "INSERT INTO entities (id, slug, type, names) \
             SELECT id, id::text, 'event', '{\"en\": \"-\"}' FROM gen_random_uuid() AS id RETURNING to_jsonb(entities)";
        row = Some(Prepared::<Jsonb>::new(insert, []).get_result::<Json<serde_json::Value>>(connection)?);
        Err::<(), _>(diesel::result::Error::RollbackTransaction)
    });
    match (undone, row) {
        (Err(diesel::result::Error::RollbackTransaction), Some(Json(row))) => Ok(row),
        (undone, _) => undone.and(Err(diesel::result::Error::NotFound)),
    }
}

/// Makes the entity of a merge again, with the links and mentions that came with it, where they
/// are still there, and forgets the merge.
pub fn split(connection: &mut PgConnection, merge: &Merge, into: Uuid) -> QueryResult<()> {
    let from = merge.from_id;
    move_links(connection, true)?;
    let stronger = stronger(
        ["was.other_relation", "was.other_salience", "was.other_origin"],
        ["was.relation", "was.salience", "was.origin"],
    );
    // Its version goes on, so that no answer of before is taken for one of now.
    sql_query(
        "INSERT INTO entities SELECT (jsonb_populate_record(NULL::entities, $2 || entity || jsonb_build_object( \
            'article_count', 0, 'version', (entity ->> 'version')::bigint + 1))).* \
         FROM entity_merges WHERE id = $1",
    )
    .bind::<SqlUuid, _>(merge.id)
    .bind::<Jsonb, _>(defaults(connection)?)
    .execute(connection)?;
    for sql in [
        // The links have the dates of their articles, which nobody is to change meanwhile.
        "SELECT FROM articles WHERE id IN (SELECT article_id FROM entity_merge_links WHERE merge_id = $1) \
         ORDER BY id FOR SHARE",
        "DELETE FROM tombstones WHERE resource = 'entities' AND id = $2",
        "DELETE FROM redirects USING entity_merges AS merge WHERE merge.id = $1 AND resource = 'entities' \
            AND target_id = $3 AND key IN ($2::text, merge.entity ->> 'slug')",
        "UPDATE redirects SET target_id = $2 FROM entity_merges AS merge \
         WHERE merge.id = $1 AND resource = 'entities' AND target_id = $3 AND key = ANY (merge.keys)",
        // Who came with it goes with it, and who came with those.
        "WITH RECURSIVE company AS ( \
            SELECT id FROM entity_merges WHERE via_id = $1 \
            UNION SELECT merge.id FROM company JOIN entity_merges AS merge ON merge.via_id = company.id) \
         UPDATE entity_merges SET into_id = $2, via_id = nullif(via_id, $1) WHERE id IN (SELECT id FROM company)",
        // What an editor has taken off meanwhile stays off.
        "INSERT INTO article_entities (article_id, entity_id, position, relation, salience, origin, published_at) \
         SELECT was.article_id, $2, was.position, was.relation, was.salience, was.origin, link.published_at \
         FROM entity_merge_links AS was JOIN article_entities AS link \
            ON link.article_id = was.article_id AND link.entity_id = $3 \
         WHERE was.merge_id = $1",
        "DELETE FROM article_entities AS link USING entity_merge_links AS was \
         WHERE was.merge_id = $1 AND was.other_relation IS NULL \
            AND link.article_id = was.article_id AND link.entity_id = $3",
        // What an editor has changed meanwhile stays so.
        &format!(
            "UPDATE article_entities AS link \
             SET (relation, salience, origin) = (was.other_relation, was.other_salience, was.other_origin) \
             FROM entity_merge_links AS was WHERE was.merge_id = $1 AND was.other_relation IS NOT NULL \
                AND link.article_id = was.article_id AND link.entity_id = $3 \
                AND (link.relation, link.salience, link.origin) IS NOT DISTINCT FROM ({stronger})"
        ),
        "UPDATE mentions SET entity_id = $2 FROM entity_merge_mentions AS was \
         WHERE was.merge_id = $1 AND mentions.article_id = was.article_id AND mentions.id = was.mention_id \
            AND mentions.entity_id = $3",
    ] {
        sql_query(sql)
            .bind::<SqlUuid, _>(merge.id)
            .bind::<SqlUuid, _>(from)
            .bind::<SqlUuid, _>(into)
            .execute(connection)?;
    }
    move_links(connection, false)?;
    // Those that were analysed since are found by the id of the other entity instead.
    sql_query(
        "UPDATE article_search SET vector = ts_delete(article_search.vector, \
            CASE WHEN still.article_id IS NULL THEN ARRAY[$4, $5] ELSE ARRAY[$4] END) || $6::tsvector \
         FROM entity_merge_links AS was \
            JOIN article_entities AS link ON link.article_id = was.article_id AND link.entity_id = $2 \
            LEFT JOIN article_entities AS still ON still.article_id = was.article_id AND still.entity_id = $3 \
            LEFT JOIN article_search AS by_this \
                ON by_this.article_id = was.article_id AND by_this.vector @@ quote_literal($4)::tsquery \
            LEFT JOIN article_search AS by_other \
                ON by_other.article_id = was.article_id AND by_other.vector @@ quote_literal($5)::tsquery \
         WHERE was.merge_id = $1 AND article_search.article_id = was.article_id \
            AND (by_this.article_id IS NULL OR still.article_id IS NULL AND by_other.article_id IS NOT NULL)",
    )
    .bind::<SqlUuid, _>(merge.id)
    .bind::<SqlUuid, _>(from)
    .bind::<SqlUuid, _>(into)
    .bind::<Text, _>(query::label(from.simple()))
    .bind::<Text, _>(query::label(into.simple()))
    .bind::<Text, _>(query::labels([from.simple()]))
    .execute(connection)?;
    let forget = "DELETE FROM entity_merges WHERE id = $1";
    sql_query(forget).bind::<SqlUuid, _>(merge.id).execute(connection).map(drop)
}
