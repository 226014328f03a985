//! Keyset pages in SQL: `(sort column, id)` compared as one row value, which an
//! index on both answers without sorting.

use std::marker::PhantomData;

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{self, Bool, HasSqlType, SingleValue},
};
use uuid::Uuid;

use crate::page::{Limit, PageRequest};

/// Restricts a boxed query to one page, in order: the rows beyond the page's
/// position, by the column and then the id. To be ended by [`Limited`].
macro_rules! keyset {
    ($query:expr, $page:expr, $descending:expr, $column:expr, $id:expr, $row:literal, $variant:ident: $type:ty) => {{
        let (query, page) = ($query, $page);
        // Backward through a descending list is forward through an ascending one.
        let descending = $descending != page.backward;
        let query = match &page.beyond {
            None => query,
            Some((crate::page::SortKey::$variant(key), id)) => {
                let operator = if descending { concat!($row, " < (") } else { concat!($row, " > (") };
                query.filter(crate::db::keyset::Beyond::<$type, _>::new(operator, key.clone(), *id))
            }
            Some(_) => return Err(crate::page::PageRequest::broken_cursor()),
        };
        if descending {
            query.order(($column.desc(), $id.desc()))
        } else {
            query.order(($column.asc(), $id.asc()))
        }
    }};
}
pub(crate) use keyset;

/// The comparison of a row with the last one of another page.
pub struct Beyond<ST, T> {
    /// The row and the operator, up to the values.
    operator: &'static str,
    key: T,
    id: Uuid,
    sql_type: PhantomData<ST>,
}

impl<ST, T> Beyond<ST, T> {
    /// `operator` is as `(column, id) < (`.
    pub fn new(operator: &'static str, key: T, id: Uuid) -> Self {
        Self { operator, key, id, sql_type: PhantomData }
    }
}

impl<ST, T> Expression for Beyond<ST, T> {
    type SqlType = Bool;
}

impl<ST, T> ValidGrouping<()> for Beyond<ST, T> {
    type IsAggregate = is_aggregate::No;
}

impl<ST, T, Table> AppearsOnTable<Table> for Beyond<ST, T> {}

impl<ST, T> QueryId for Beyond<ST, T> {
    type QueryId = ();
    // The operator is part of the statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, T> QueryFragment<Pg> for Beyond<ST, T>
where
    ST: SingleValue,
    T: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.operator);
        out.push_bind_param::<ST, T>(&self.key)?;
        out.push_sql(", ");
        out.push_bind_param::<sql_types::Uuid, Uuid>(&self.id)?;
        out.push_sql(")");
        Ok(())
    }
}

/// A query with its limit written out. Of a parameter the planner knows nothing
/// when it makes the plan that a prepared statement keeps; it expects a tenth of
/// all rows, finds that plan too dear, and plans anew each time.
///
/// Each connection keeps its statements for ever, so only those are kept of which
/// there are few: of common lists, with the usual limit.
pub struct Limited<Q> {
    query: Q,
    /// None where the query ends with it.
    limit: Option<u32>,
    is_kept: bool,
}

impl<Q> Limited<Q> {
    /// One row more than the page has: whether there is another page.
    pub fn to_page(query: Q, page: &PageRequest, is_common: bool) -> Self {
        Self::to(query, page.limit + 1, is_common && page.limit == Limit::default().0)
    }

    /// So many rows.
    pub fn to(query: Q, limit: u32, is_kept: bool) -> Self {
        Self { query, limit: Some(limit), is_kept }
    }

    /// A query that has its limit.
    pub fn already(query: Q, is_kept: bool) -> Self {
        Self { query, limit: None, is_kept }
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
        if !self.is_kept {
            out.unsafe_to_cache_prepared();
        }
        self.query.walk_ast(out.reborrow())?;
        if let Some(limit) = self.limit {
            out.push_sql(" LIMIT ");
            out.push_sql(&limit.to_string());
        }
        Ok(())
    }
}
