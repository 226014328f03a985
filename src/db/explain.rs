//! How many rows the planner expects of a query.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::Json,
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

/// The planner's estimate of the number of rows that the query yields.
pub fn estimate_rows<Q: QueryFragment<Pg>>(connection: &mut PgConnection, query: Q) -> QueryResult<i64> {
    let plan: serde_json::Value = Explained(query).get_result(connection)?;
    let rows = plan.pointer("/0/Plan/Plan Rows").and_then(serde_json::Value::as_i64);
    rows.ok_or_else(|| diesel::result::Error::DeserializationError("EXPLAIN gave no row estimate".into()))
}
