//! About how many rows a query has.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Json},
};

/// `EXPLAIN (FORMAT JSON)` of a query.
struct Explained<Q>(Q);

impl<Q> QueryId for Explained<Q> {
    type QueryId = ();
    // The inner query may be a boxed one, of which each has other SQL.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Explained<Q> {
    type SqlType = Json;
}

impl<Q> RunQueryDsl<PgConnection> for Explained<Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Explained<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.unsafe_to_cache_prepared();
        out.push_sql("EXPLAIN (FORMAT JSON) ");
        self.0.walk_ast(out)
    }
}

/// How many of a query's rows there are, of so many at most.
struct Counted<'a, Q>(&'a Q);

/// The most rows that an estimate counts.
const COUNTED: i64 = 1000;

impl<Q> QueryId for Counted<'_, Q> {
    type QueryId = ();
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
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&(COUNTED + 1).to_string());
        out.push_sql(") AS counted");
        Ok(())
    }
}

/// About how many rows the query yields, which has no limit: of up to a thousand the number itself; of more
/// what the planner expects, which knows nothing of them but statistics. Of few rows these are wrong by all
/// that there are, and count what is in the same table but for others to see.
pub fn estimate_rows<Q: QueryFragment<Pg>>(connection: &mut PgConnection, query: Q) -> QueryResult<i64> {
    let counted: i64 = Counted(&query).get_result(connection)?;
    if counted <= COUNTED {
        return Ok(counted);
    }
    let plan: serde_json::Value = Explained(query).get_result(connection)?;
    let rows = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_i64);
    let rows = rows
        .ok_or_else(|| diesel::result::Error::DeserializationError("EXPLAIN gave no row estimate".into()))?;
    Ok(rows.max(counted))
}
