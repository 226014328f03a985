//! What articles are found by: their analysed texts, stored beside them.

use diesel::{
    connection::SimpleConnection,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::db::{
    prepared::{Prepared, Value},
    tsvector::Vector,
};
use maqal_text::{analysis::VERSION, query::Packed};

/// Stores what an article is found by; where that is stored already, nothing is written.
pub fn store(connection: &mut PgConnection, id: Uuid, vector: Packed) -> QueryResult<()> {
    let store = Prepared::<()>::new(
        "INSERT INTO article_search (article_id, analysis, vector) VALUES ({}, {}, {}) \
         ON CONFLICT (article_id) DO UPDATE SET analysis = excluded.analysis, vector = excluded.vector \
         WHERE (article_search.analysis, article_search.vector) IS DISTINCT FROM (excluded.analysis, excluded.vector)",
        [Value::Id(id), Value::SmallInt(VERSION), Value::Vector(Vector(vector))],
    );
    store.execute(connection).map(drop)
}

/// An article's texts, to be analysed.
#[derive(Debug, QueryableByName)]
pub struct Texts {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Text)]
    pub headline: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub standfirst: Option<String>,
    #[diesel(sql_type = Text)]
    pub body_text: String,
    /// The tags and entities that it bears.
    #[diesel(sql_type = Array<SqlUuid>)]
    pub labels: Vec<Uuid>,
}

/// Articles, as [`Texts`].
const TEXTS: &str = "SELECT articles.id, language, headline, standfirst, body_text, ARRAY( \
        SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id UNION ALL \
        SELECT entity_id FROM article_entities AS link WHERE link.article_id = articles.id) AS labels \
    FROM articles";

/// The texts of these articles.
pub fn texts(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Texts>> {
    // Once for up to some hundred articles, of which each is analysed: preparing it costs nothing beside.
    sql_query(format!("{TEXTS} WHERE articles.id = ANY ($1)")).bind::<Array<SqlUuid>, _>(ids).load(connection)
}

/// From here on in the transaction, links that come and go do not mark what their articles are found by
/// as outdated, which costs as much as to store it: whoever says so sees to it. Or they do again.
pub fn leave_to_caller(connection: &mut PgConnection, is_left: bool) -> QueryResult<()> {
    connection.batch_execute(match is_left {
        true => "SET LOCAL maqal.links_are_moved = 'on'",
        false => "SET LOCAL maqal.links_are_moved = 'off'",
    })
}

/// The next articles beyond `after` whose analysis is missing or of another
/// version, locked against writers.
pub fn lock_stale(
    connection: &mut PgConnection,
    after: Option<Uuid>,
    at_most: u32,
) -> QueryResult<Vec<Texts>> {
    // For as many articles as are analysed between two of these.
    sql_query(format!(
        "{TEXTS} LEFT JOIN article_search ON article_id = articles.id WHERE analysis IS DISTINCT FROM $1 \
         AND articles.id > $2 ORDER BY articles.id LIMIT {at_most} FOR NO KEY UPDATE OF articles"
    ))
    .bind::<SmallInt, _>(VERSION)
    .bind::<SqlUuid, _>(after.unwrap_or_default())
    .load(connection)
}

/// Says that lists may have other articles than before.
pub fn announce(connection: &mut PgConnection) -> QueryResult<()> {
    // After the texts of many articles were analysed.
    sql_query("SELECT announce_change('articles', '{}')").execute(connection).map(drop)
}

/// Whether any article is not found as this program would have it.
pub fn has_stale(connection: &mut PgConnection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Bool)]
        has_stale: bool,
    }
    // Asked once, after the start.
    sql_query(
        "SELECT EXISTS (SELECT FROM articles LEFT JOIN article_search ON article_id = articles.id \
         WHERE analysis IS DISTINCT FROM $1) AS has_stale",
    )
    .bind::<SmallInt, _>(VERSION)
    .get_result(connection)
    .map(|answer: Answer| answer.has_stale)
}
