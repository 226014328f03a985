//! PostgreSQL's `tsvector`, which diesel does not know.

use std::io::Write;

use diesel::{
    expression::AsExpression,
    pg::Pg,
    query_builder::QueryId,
    serialize::{self, IsNull, Output, ToSql},
    sql_types::SqlType,
};

use maqal_text::query::Packed;

/// The SQL type.
#[derive(Debug, Clone, Copy, SqlType, QueryId)]
#[diesel(postgres_type(oid = 3614, array_oid = 3643))]
pub struct Tsvector;

/// A value to be stored.
#[derive(Debug, Clone, AsExpression)]
#[diesel(sql_type = Tsvector)]
pub struct Vector(pub Packed);

impl ToSql<Tsvector, Pg> for Vector {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        let (count, lexemes) = self.0.bytes();
        out.write_all(&count)?;
        out.write_all(lexemes)?;
        Ok(IsNull::No)
    }
}
