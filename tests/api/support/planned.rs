//! How PostgreSQL would run what a service has said.

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    pg::Pg,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    serialize::{self, IsNull, Output, ToSql},
    sql_types,
};
use serde_json::Value;

use super::Statement;

impl Statement {
    /// Its text, the same for each number of values that `IN` is followed by.
    pub fn form(&self) -> String {
        let mut parts = self.sql.split(" IN ($");
        let mut text = parts.next().unwrap_or_default().to_owned();
        for part in parts {
            let end = part.find(|c: char| !c.is_ascii_digit() && !", $".contains(c)).unwrap_or(part.len());
            text.push_str(" IN ($…");
            text.push_str(&part[end..]);
        }
        text
    }

    /// Its plan, in coarse words that hold for all versions of PostgreSQL: by which indexes it finds what,
    /// which tables it reads otherwise, and whether it puts more in order than a page has.
    pub fn plan(&self, connection: &mut PgConnection) -> Vec<String> {
        let Self { sql, types, values, .. } = self;
        let values = types.iter().copied().zip(values.iter().cloned().map(Sent)).collect();
        let plan: String =
            Explain { sql, values }.get_result(connection).unwrap_or_else(|error| panic!("{sql}: {error}"));
        let plan: Value = serde_json::from_str(&plan).expect("a plan");
        let mut lines = Vec::new();
        describe(&plan[0]["Plan"], &mut lines);
        lines.sort();
        lines.dedup();
        lines
    }
}

/// A value as it was sent.
#[derive(Debug)]
struct Sent(Option<Vec<u8>>);

impl<ST> ToSql<ST, Pg> for Sent {
    fn to_sql<'b>(&'b self, out: &mut Output<'b, '_, Pg>) -> serialize::Result {
        use std::io::Write;
        match &self.0 {
            None => Ok(IsNull::Yes),
            Some(bytes) => Ok(out.write_all(bytes).map(|()| IsNull::No)?),
        }
    }
}

/// How PostgreSQL would run a statement with its values.
struct Explain<'a> {
    sql: &'a str,
    values: Vec<(u32, Sent)>,
}

impl QueryId for Explain<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Explain<'_> {
    type SqlType = sql_types::Text;
}

impl RunQueryDsl<PgConnection> for Explain<'_> {}

impl QueryFragment<Pg> for Explain<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        use sql_types::*;
        out.unsafe_to_cache_prepared();
        out.push_sql("EXPLAIN (FORMAT JSON) ");
        let mut parts = self.sql.split('$');
        out.push_sql(parts.next().unwrap_or_default());
        // Values are numbered in the order in which they stand.
        for (part, (kind, value)) in parts.zip(&self.values) {
            match kind {
                16 => out.push_bind_param::<Bool, _>(value)?,
                20 => out.push_bind_param::<BigInt, _>(value)?,
                21 => out.push_bind_param::<SmallInt, _>(value)?,
                23 => out.push_bind_param::<Integer, _>(value)?,
                25 => out.push_bind_param::<Text, _>(value)?,
                701 => out.push_bind_param::<Double, _>(value)?,
                1000 => out.push_bind_param::<Array<Bool>, _>(value)?,
                1009 => out.push_bind_param::<Array<Text>, _>(value)?,
                1016 => out.push_bind_param::<Array<BigInt>, _>(value)?,
                1022 => out.push_bind_param::<Array<Double>, _>(value)?,
                1082 => out.push_bind_param::<Date, _>(value)?,
                1184 => out.push_bind_param::<Timestamptz, _>(value)?,
                2950 => out.push_bind_param::<Uuid, _>(value)?,
                2951 => out.push_bind_param::<Array<Uuid>, _>(value)?,
                kind => panic!("values of type {kind} are new: add it here"),
            }
            out.push_sql(part.trim_start_matches(|c: char| c.is_ascii_digit()));
        }
        Ok(())
    }
}

/// The most rows that a page is made of.
const PAGE: f64 = 101.0;

fn describe(node: &Value, lines: &mut Vec<String>) {
    let text = |name: &str| node[name].as_str().unwrap_or_default();
    match text("Node Type") {
        "Index Scan" | "Index Only Scan" | "Bitmap Index Scan" => {
            lines.push(format!("index {}", text("Index Name")));
        }
        "Sort" | "Incremental Sort" if node["Plan Rows"].as_f64() > Some(PAGE) => {
            lines.push("sort of more than a page".to_owned());
        }
        "Seq Scan" => lines.push(format!("all of {}", text("Relation Name"))),
        "Sample Scan" => lines.push(format!("sample of {}", text("Relation Name"))),
        _ => {}
    }
    for part in node["Plans"].as_array().into_iter().flatten() {
        describe(part, lines);
    }
}
