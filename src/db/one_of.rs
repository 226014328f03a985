//! Whether a column has one of several values, in a statement that stays prepared.

use std::marker::PhantomData;

use diesel::{
    QueryResult,
    expression::{AppearsOnTable, Expression, ValidGrouping, is_aggregate},
    pg::Pg,
    query_builder::{AstPass, QueryFragment, QueryId},
    serialize::ToSql,
    sql_types::{Bool, HasSqlType, SingleValue},
};

/// `column IN ($1, $2, …)`, of a power of two of values: so there are few such
/// statements, and each keeps its plan. Of `= ANY ($1)` the planner knows no
/// length when it makes a plan to keep, finds that plan too dear, and plans anew
/// each time.
#[derive(Debug, Clone)]
pub struct IsOneOf<ST, T> {
    column: &'static str,
    values: Vec<T>,
    sql_type: PhantomData<ST>,
}

impl<ST, T: Clone> IsOneOf<ST, T> {
    /// None where there is no value.
    pub fn new(column: &'static str, values: impl Iterator<Item = T>) -> Option<Self> {
        let mut values: Vec<T> = values.collect();
        let last = values.last()?.clone();
        values.resize(values.len().next_power_of_two(), last);
        Some(Self { column, values, sql_type: PhantomData })
    }
}

impl<ST, T> Expression for IsOneOf<ST, T> {
    type SqlType = Bool;
}

impl<ST, T> ValidGrouping<()> for IsOneOf<ST, T> {
    type IsAggregate = is_aggregate::No;
}

impl<ST, T, Table> AppearsOnTable<Table> for IsOneOf<ST, T> {}

impl<ST, T> QueryId for IsOneOf<ST, T> {
    type QueryId = ();
    // The number of values is part of the statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST, T> QueryFragment<Pg> for IsOneOf<ST, T>
where
    ST: SingleValue,
    T: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(self.column);
        for (index, value) in self.values.iter().enumerate() {
            out.push_sql(if index == 0 { " IN (" } else { ", " });
            out.push_bind_param::<ST, T>(value)?;
        }
        out.push_sql(")");
        Ok(())
    }
}
