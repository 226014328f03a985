//! Articles written: many by one statement, and one by the same or by its like.

use std::collections::HashMap;

use diesel::{
    copy_from,
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    articles::model::{ArticleRow, ArticleRows},
    schema::articles,
};

/// Stores a new article.
pub fn insert(connection: &mut PgConnection, row: ArticleRow<'_>) -> QueryResult<()> {
    diesel::insert_into(articles::table).values(row).execute(connection).map(drop)
}

/// Stores a new article, unless another one has its slug. Whether it does.
pub fn insert_unless_taken(connection: &mut PgConnection, row: ArticleRow<'_>) -> QueryResult<bool> {
    let insert = diesel::insert_into(articles::table).values(row).on_conflict(articles::slug).do_nothing();
    insert.execute(connection).map(|count| count > 0)
}

/// Stores new articles, of which there are many.
pub fn copy(connection: &mut PgConnection, rows: Vec<ArticleRow<'_>>) -> QueryResult<()> {
    copy_from(articles::table).from_insertable(rows).execute(connection).map(drop)
}

/// Gives articles these rows. The new version of each.
pub fn update(connection: &mut PgConnection, rows: &[ArticleRow<'_>]) -> QueryResult<HashMap<Uuid, i64>> {
    let moved: Vec<(Uuid, i64)> = Update(ArticleRows::of(rows)).load(connection)?;
    Ok(moved.into_iter().collect())
}

/// One statement however many articles there are, which stays prepared.
struct Update<'a>(ArticleRows<'a>);

impl QueryId for Update<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Update<'_> {
    type SqlType = (SqlUuid, BigInt);
}

impl RunQueryDsl<PgConnection> for Update<'_> {}

impl QueryFragment<Pg> for Update<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("UPDATE articles AS now SET version = now.version + 1");
        for column in ArticleRows::COLUMNS {
            [", ", column, " = new.", column].into_iter().for_each(|part| out.push_sql(part));
        }
        out.push_sql(" FROM unnest(");
        self.0.bind(&mut out)?;
        out.push_sql(") AS new (id");
        for column in ArticleRows::COLUMNS {
            [", ", column].into_iter().for_each(|part| out.push_sql(part));
        }
        out.push_sql(") WHERE now.id = new.id RETURNING now.id, now.version");
        Ok(())
    }
}
