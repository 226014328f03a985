//! About how many rows a query has.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Double},
};

use super::prepared::{Prepared, Value};

/// The most rows that an estimate counts one by one.
const COUNTED: i64 = 10_000;
/// How many of its table's pages an estimate of more looks at.
const PAGES: f64 = 2_000.0;

/// How many rows a query has, whose only column is the id of a table: of some, or on some pages of that table.
struct Counted<'a, Q> {
    query: &'a Q,
    of: Of,
}

enum Of {
    /// Of so many at most.
    AtMost(i64),
    /// Of those that lie on this share of the table's pages, in percent.
    Sample { table: &'static str, percent: f64 },
}

impl<Q> QueryId for Counted<'_, Q> {
    type QueryId = ();
    // The inner query may be a boxed one, of which each has other SQL.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<'_, Q> {
    type SqlType = BigInt;
}

impl<Q> RunQueryDsl<PgConnection> for Counted<'_, Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("SELECT count(*) FROM (");
        self.query.walk_ast(out.reborrow())?;
        match self.of {
            Of::AtMost(rows) => out.push_sql(&format!(" LIMIT {rows}) AS counted")),
            // The same pages each time: as long as nothing changes, the number is the same.
            Of::Sample { table, percent } => out.push_sql(&format!(
                ") AS counted (id) WHERE id IN (SELECT id FROM {table} TABLESAMPLE SYSTEM ({percent}) REPEATABLE (0))"
            )),
        }
        Ok(())
    }
}

/// About how many rows the query yields, which has no limit and selects the id of this table alone. Of up to ten
/// thousand it is the number itself; of more, that of those on some of the table's pages, taken for all. The
/// planner's own guess would be sooner, but takes conditions for independent of each other, is wrong by all that is
/// there before statistics are made, and counts what is in the same table but for others to see.
pub fn estimate_rows<Q: QueryFragment<Pg>>(
    connection: &mut PgConnection,
    table: &'static str,
    query: Q,
) -> QueryResult<i64> {
    let count =
        |connection: &mut PgConnection, of| Counted { query: &query, of }.get_result::<i64>(connection);
    let counted = count(connection, Of::AtMost(COUNTED + 1))?;
    if counted <= COUNTED {
        return Ok(counted);
    }
    let pages = "SELECT pg_relation_size(to_regclass({})) / current_setting('block_size')::float8";
    let pages: f64 =
        Prepared::<Double>::new(pages, [Value::Text(table.to_owned())]).get_result(connection)?;
    let percent = (100.0 * PAGES / pages.max(1.0)).min(100.0);
    let sampled = count(connection, Of::Sample { table, percent })?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_precision_loss, reason = "an estimate of rows")]
    let estimated = (sampled as f64 * 100.0 / percent).round() as i64;
    Ok(estimated.max(counted))
}
