//! Keyset pages in SQL: `(sort column, id)` compared as one row value, which an
//! index on both answers without sorting.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
};

use crate::http::page::PageRequest;

/// Restricts a boxed query to one page, in order: the rows beyond the page's
/// position, by the column and then the id. To be ended by [`Limited`].
macro_rules! keyset {
    ($query:expr, $page:expr, $descending:expr, $column:expr, $id:expr, $row:literal, $variant:ident: $type:ty) => {{
        let (query, page) = ($query, $page);
        // Backward through a descending list is forward through an ascending one.
        let descending = $descending != page.backward;
        let query = match &page.beyond {
            None => query,
            Some((crate::http::page::SortKey::$variant(key), id)) => {
                let operator = if descending { concat!($row, " < (") } else { concat!($row, " > (") };
                query.filter(
                    diesel::dsl::sql::<diesel::sql_types::Bool>(operator)
                        .bind::<$type, _>(key.clone())
                        .sql(", ")
                        .bind::<diesel::sql_types::Uuid, _>(*id)
                        .sql(")"),
                )
            }
            Some(_) => return Err(crate::http::page::PageRequest::broken_cursor()),
        };
        if descending {
            query.order(($column.desc(), $id.desc()))
        } else {
            query.order(($column.asc(), $id.asc()))
        }
    }};
}
pub(crate) use keyset;

/// A query with its limit written out. Of a parameter the planner knows nothing
/// when it makes the plan that a prepared statement keeps; it expects a tenth of
/// all rows, finds that plan too dear, and plans anew each time.
pub struct Limited<Q> {
    query: Q,
    limit: u32,
}

impl<Q> Limited<Q> {
    /// One row more than the page has: whether there is another page.
    pub fn to_page(query: Q, page: &PageRequest) -> Self {
        Self { query, limit: page.limit + 1 }
    }
}

impl<Q> QueryId for Limited<Q> {
    type QueryId = ();
    // The inner query may be a boxed one, of which each has other SQL.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q: Query> Query for Limited<Q> {
    type SqlType = Q::SqlType;
}

impl<Q> RunQueryDsl<PgConnection> for Limited<Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Limited<Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.query.walk_ast(out.reborrow())?;
        out.push_sql(" LIMIT ");
        out.push_sql(&self.limit.to_string());
        Ok(())
    }
}
