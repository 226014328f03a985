//! How many published articles have a tag or an entity. Writers note what a count gains or loses (the deltas), and the
//! service folds that into the rows of the tags and entities (the base) now and then, so that no writer waits for
//! another one's commit. A count that is shown is both together; lists are put in order by the base.

use std::time::Duration;

use diesel::{
    connection::SimpleConnection,
    expression::{AppearsOnTable, ValidGrouping, is_aggregate},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{BigInt, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::LabelKind;
use crate::{
    db::prepared::{Prepared, Value},
    schema::{entities, tags},
};

/// The number of a tag's articles, in a statement in which `tags` is the tag's row.
// Whoever sets a base by hand may set it too low.
pub const OF_TAG: &str = "greatest(0, tags.article_count + (\
    SELECT coalesce(sum(n), 0) FROM tag_count_deltas WHERE tag_id = tags.id))::bigint";

/// The number of an entity's articles, in a statement in which `entities` is the entity's row.
pub const OF_ENTITY: &str = "greatest(0, entities.article_count + (\
    SELECT coalesce(sum(n), 0) FROM entity_count_deltas WHERE entity_id = entities.id))::bigint";

/// A count as an expression of its table: always the same SQL, so that the statement around it stays prepared.
macro_rules! count_expression {
    ($(#[doc = $doc:literal])* $name:ident: $table:ident = $sql:expr) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, QueryId)]
        pub struct $name;

        impl ValidGrouping<()> for $name {
            // As a column is.
            type IsAggregate = is_aggregate::No;
        }

        impl Expression for $name {
            type SqlType = BigInt;
        }

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl AppearsOnTable<$table::table> for $name {}
        impl SelectableExpression<$table::table> for $name {}
    };
}
count_expression! {
    /// [`OF_TAG`], to be selected.
    TagCount: tags = OF_TAG
}
count_expression! {
    /// [`OF_ENTITY`], to be selected.
    EntityCount: entities = OF_ENTITY
}

/// How many items' deltas one transaction folds at most: some milliseconds of work.
const AT_ONCE: i64 = 1_000;

/// For how long a list by the base may be given again: nothing tells when deltas are folded. Together with the time
/// until they are, it is less than the five seconds by which such a list may be behind.
pub const BASE_LIFETIME: Duration = Duration::from_secs(2);

/// Folds deltas of a kind into the base, in the transaction that is open: those of the next items behind this one, in
/// the order of their ids. It tells of which item it came to, if there may be more behind it.
/// Nothing that anybody sees changes by it, so it announces nothing and moves no version. Where another process is
/// at it, nothing is done; and what is noted of an item whose row another transaction has locked, as a merge has for
/// minutes, is left for the next time: neither the other items nor their writers wait for it.
pub fn fold(
    connection: &mut PgConnection,
    kind: LabelKind,
    behind: Option<Uuid>,
) -> QueryResult<Option<Uuid>> {
    let (items, deltas, id) = match kind {
        LabelKind::Tag => ("tags", "tag_count_deltas", "tag_id"),
        LabelKind::Entity => ("entities", "entity_count_deltas", "entity_id"),
    };
    // From one item to the next by the index, which has many deltas of each; then all that is noted of an item, so that
    // no base is ever below zero: who takes a link away has seen it made. What is folded is what is deleted: another
    // process may have folded some of it since this statement began.
    let fold = format!(
        "WITH RECURSIVE next (id) AS (
            (SELECT {id} FROM {deltas}
            WHERE {id} > {{}} AND (SELECT pg_try_advisory_xact_lock(hashtextextended({{}}, 0)))
            ORDER BY {id} LIMIT 1)
            UNION ALL
            SELECT (SELECT {id} FROM {deltas} WHERE {id} > next.id ORDER BY {id} LIMIT 1) FROM next
            WHERE next.id IS NOT NULL
        ), noted AS MATERIALIZED (
            SELECT id FROM next WHERE id IS NOT NULL LIMIT {{}}
        ), locked AS MATERIALIZED (
            SELECT id FROM {items} WHERE id IN (SELECT id FROM noted) ORDER BY id
            FOR NO KEY UPDATE SKIP LOCKED
        ), held AS MATERIALIZED (
            SELECT id FROM {items} WHERE id IN (SELECT id FROM noted) AND id NOT IN (SELECT id FROM locked)
        ), gone AS (
            DELETE FROM {deltas}
            WHERE {id} IN (SELECT id FROM noted) AND {id} NOT IN (SELECT id FROM held)
            RETURNING {id} AS id, n
        ), change AS (
            SELECT id, sum(n) AS n FROM gone GROUP BY id HAVING sum(n) <> 0
        ), folded AS (
            UPDATE {items} SET article_count = greatest(0, article_count + n) FROM change
            WHERE {items}.id = change.id
        )
        SELECT id FROM noted ORDER BY id OFFSET {{}}"
    );
    connection.batch_execute("SET LOCAL maqal.counts_are_folded = 'on'")?;
    let values = [
        // No id is nil.
        Value::Id(behind.unwrap_or_default()),
        Value::Text(deltas.to_owned()),
        Value::BigInt(AT_ONCE),
        Value::BigInt(AT_ONCE - 1),
    ];
    Prepared::<SqlUuid>::new(fold, values).get_result(connection).optional()
}

/// Folds all that was noted until now.
pub fn fold_all(connection: &mut PgConnection) -> QueryResult<()> {
    for kind in LabelKind::ALL {
        let mut behind = None;
        loop {
            behind = connection.transaction(|connection| fold(connection, kind, behind))?;
            if behind.is_none() {
                break;
            }
        }
    }
    Ok(())
}
