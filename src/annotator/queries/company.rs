//! Prior use: with whom entities appear in the articles that are linked to them.

use diesel::{PgConnection, QueryResult, RunQueryDsl, sql_types::Uuid as SqlUuid};
use uuid::Uuid;

use crate::db::prepared::{Prepared, Value};

/// How many entities one statement asks for.
const AT_ONCE: usize = 100;

/// Each of the entities with those that often appear with it: at most ten, whose articles are most alike (by their
/// cosine), of which at least two articles and a tenth of those looked at, the newest hundred, are shared.
pub fn of(connection: &mut PgConnection, entities: &[Uuid]) -> QueryResult<Vec<(Uuid, Uuid)>> {
    const COMPANY: &str = "
        WITH own AS MATERIALIZED (
            SELECT entity.id AS entity_id, link.article_id, count(*) OVER (PARTITION BY entity.id) AS articles
            FROM entities AS entity
            CROSS JOIN LATERAL (
                SELECT article_id FROM article_entities
                WHERE entity_id = entity.id AND published_at IS NOT NULL
                ORDER BY published_at DESC LIMIT 100
            ) AS link
            WHERE entity.id = ANY ({})
        ), met AS (
            SELECT own.entity_id, other.entity_id AS other_id, count(*) AS shared
            FROM own JOIN article_entities AS other
                ON other.article_id = own.article_id AND other.entity_id <> own.entity_id
            GROUP BY own.entity_id, other.entity_id, own.articles
            HAVING count(*) >= greatest(2, own.articles / 10.0)
        ), ranked AS (
            SELECT met.entity_id, met.other_id, row_number() OVER (
                PARTITION BY met.entity_id
                ORDER BY met.shared / sqrt(greatest(other.article_count, met.shared)) DESC, met.other_id
            ) AS place
            FROM met JOIN entities AS other ON other.id = met.other_id
        )
        SELECT entity_id, other_id FROM ranked WHERE place <= 10";
    let mut pairs = Vec::new();
    for some in entities.chunks(AT_ONCE) {
        let company = Prepared::<(SqlUuid, SqlUuid)>::new(COMPANY, [Value::Ids(some.to_vec())]);
        pairs.append(&mut company.load(connection)?);
    }
    Ok(pairs)
}
