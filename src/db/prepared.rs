//! Hand-written SQL in a statement that stays prepared: diesel prepares its own
//! `sql_query` anew each time.

use std::{borrow::Cow, marker::PhantomData};

use chrono::{DateTime, Utc};
use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{Array, BigInt, Double, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::tsvector::{Tsvector, Vector};

/// A value of a statement.
#[derive(Debug, Clone)]
pub enum Value {
    Id(Uuid),
    Ids(Vec<Uuid>),
    Text(String),
    Texts(Vec<String>),
    SmallInt(i16),
    BigInt(i64),
    BigInts(Vec<i64>),
    Doubles(Vec<f64>),
    NullableDoubles(Vec<Option<f64>>),
    Time(DateTime<Utc>),
    Vectors(Vec<Vector>),
}

/// A statement whose rows have the columns `ST`. Each `{}` of its text stands for the next value.
#[derive(Debug, Clone)]
pub struct Prepared<ST> {
    sql: Cow<'static, str>,
    values: Vec<Value>,
    planned_anew: bool,
    columns: PhantomData<ST>,
}

impl<ST> Prepared<ST> {
    /// The statement with its values.
    pub fn new(sql: impl Into<Cow<'static, str>>, values: impl Into<Vec<Value>>) -> Self {
        Self { sql: sql.into(), values: values.into(), planned_anew: false, columns: PhantomData }
    }

    /// The same, planned for its values each time: those that a kept plan would take for typical make
    /// too great a difference.
    pub fn planned_anew(self) -> Self {
        Self { planned_anew: true, ..self }
    }
}

impl<ST> QueryId for Prepared<ST> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<ST> Query for Prepared<ST> {
    type SqlType = ST;
}

impl<ST> RunQueryDsl<PgConnection> for Prepared<ST> {}

impl<ST> QueryFragment<Pg> for Prepared<ST> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        if self.planned_anew {
            out.unsafe_to_cache_prepared();
        }
        let mut parts = self.sql.split("{}");
        out.push_sql(parts.next().unwrap_or_default());
        let mut values = self.values.iter();
        for part in parts {
            let value = values.next().ok_or_else(|| miscounted(&self.sql))?;
            value.walk_ast(out.reborrow())?;
            out.push_sql(part);
        }
        match values.next() {
            None => Ok(()),
            Some(_) => Err(miscounted(&self.sql)),
        }
    }
}

/// A fault of ours: what was cut short could be another statement, which is not to be tried.
fn miscounted(sql: &str) -> diesel::result::Error {
    diesel::result::Error::QueryBuilderError(format!("not as many values as places for them: {sql}").into())
}

impl QueryFragment<Pg> for Value {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Value::Id(id) => out.push_bind_param::<SqlUuid, _>(id),
            Value::Ids(ids) => out.push_bind_param::<Array<SqlUuid>, _>(ids),
            Value::Text(text) => out.push_bind_param::<Text, _>(text),
            Value::Texts(texts) => out.push_bind_param::<Array<Text>, _>(texts),
            Value::SmallInt(number) => out.push_bind_param::<SmallInt, _>(number),
            Value::BigInt(number) => out.push_bind_param::<BigInt, _>(number),
            Value::BigInts(numbers) => out.push_bind_param::<Array<BigInt>, _>(numbers),
            Value::Time(time) => out.push_bind_param::<Timestamptz, _>(time),
            Value::Vectors(vectors) => out.push_bind_param::<Array<Tsvector>, _>(vectors),
            Value::Doubles(numbers) => out.push_bind_param::<Array<Double>, _>(numbers),
            Value::NullableDoubles(numbers) => out.push_bind_param::<Array<Nullable<Double>>, _>(numbers),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use diesel::debug_query;

    use super::*;

    #[test]
    fn a_statement_has_as_many_values_as_places_or_is_not_sent() {
        let text = |places: usize, values: usize| {
            let values = vec![Value::Text("v".to_owned()); values];
            let statement = Prepared::<Text>::new(["{}"].repeat(places).join(", "), values);
            let mut text = String::new();
            write!(text, "{}", debug_query::<Pg, _>(&statement)).map(|()| text)
        };
        for (places, values) in [(0, 1), (1, 0), (2, 1), (2, 3)] {
            assert!(text(places, values).is_err(), "{places} places, {values} values");
        }
        assert!(text(0, 0).is_ok());
        assert!(text(2, 2).is_ok_and(|text| text.starts_with("$1, $2")));
    }
}
