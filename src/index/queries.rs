//! What articles are found by: their analysed texts, stored beside them.

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    copy_from,
    prelude::*,
    sql_query,
    sql_types::{Array, Bool, SmallInt, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::texts::{COLUMNS, StoredTexts};
use crate::db::{
    prepared::{Prepared, Value},
    tsvector::Vector,
};
use maqal_text::{analysis::VERSION, query::Packed};

/// Stores what articles are found by; where that is stored already, nothing is written.
pub fn store(connection: &mut PgConnection, found_by: Vec<(Uuid, Packed)>) -> QueryResult<()> {
    const STORE: &str = "
        INSERT INTO article_search (article_id, analysis, vector)
        SELECT article_id, {}, vector FROM unnest({}, {}) AS new (article_id, vector)
        ON CONFLICT (article_id) DO UPDATE SET analysis = excluded.analysis, vector = excluded.vector
        WHERE (article_search.analysis, article_search.vector) IS DISTINCT FROM (excluded.analysis, excluded.vector)";
    if found_by.is_empty() {
        return Ok(());
    }
    let (ids, vectors) = found_by.into_iter().map(|(id, vector)| (id, Vector(vector))).unzip();
    let values = [Value::SmallInt(VERSION), Value::Ids(ids), Value::Vectors(vectors)];
    Prepared::<()>::new(STORE, values).execute(connection).map(drop)
}

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::tsvector::Tsvector;

    article_search (article_id) {
        article_id -> Uuid,
        analysis -> Int2,
        vector -> Tsvector,
        published_at -> Nullable<Timestamptz>,
    }
}

/// What a new article is found by.
#[derive(Debug, Insertable)]
#[diesel(table_name = article_search, treat_none_as_default_value = false)]
pub struct NewArticle {
    article_id: Uuid,
    analysis: i16,
    vector: Vector,
    published_at: Option<DateTime<Utc>>,
}

impl NewArticle {
    /// Of an article that is published since that date, if it is.
    pub fn new(article_id: Uuid, vector: Packed, published_at: Option<DateTime<Utc>>) -> Self {
        Self { article_id, analysis: VERSION, vector: Vector(vector), published_at }
    }
}

/// The index of lexemes takes new articles in together and in its own order, so that a lexeme of
/// hundreds of them is looked up once. Until then they stand in a list, which every search reads from
/// end to end: one of 64 MB is 6 % cheaper to write and four times as slow to read as one of 16 MB. It
/// ends with the batch; whoever does not own the index leaves it to the next writer.
const BEFORE_MANY: &str = "SET LOCAL gin_pending_list_limit = '16MB'; SET LOCAL work_mem = '64MB'";
const AFTER_MANY: &str = "
    SELECT gin_clean_pending_list(oid) FROM pg_class
    WHERE oid = to_regclass('article_search_vector') AND pg_has_role(relowner, 'USAGE')";

/// Stores what new articles are found by.
pub fn store_new(connection: &mut PgConnection, new: &[NewArticle]) -> QueryResult<()> {
    let copy = copy_from(article_search::table).from_insertable(new);
    if new.len() == 1 {
        // The list of the index is for the next one as well.
        return copy.execute(connection).map(drop);
    }
    connection.batch_execute(BEFORE_MANY)?;
    copy.execute(connection)?;
    connection.batch_execute(AFTER_MANY)
}

/// The texts of these articles.
pub fn texts(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<StoredTexts>> {
    // Once for up to some hundred articles, of which each is analysed: preparing it costs nothing beside.
    sql_query(format!("SELECT {COLUMNS} FROM articles WHERE articles.id = ANY ($1)"))
        .bind::<Array<SqlUuid>, _>(ids)
        .load(connection)
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
) -> QueryResult<Vec<StoredTexts>> {
    // For as many articles as are analysed between two of these.
    sql_query(format!(
        "SELECT {COLUMNS} FROM articles LEFT JOIN article_search ON article_id = articles.id WHERE analysis IS DISTINCT FROM $1 \
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
