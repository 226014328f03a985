//! Every article with all that it is made of, through a cursor.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::embed::{ArticleRow, shaped};
use crate::{
    articles::{model::ArticleStatus, shape::Shape},
    schema::articles,
};

/// Which articles are exported; an empty list stands for all.
#[derive(Debug, Clone, Default)]
pub struct ExportFilter {
    pub status: Vec<ArticleStatus>,
    pub language: Vec<String>,
    pub source: Vec<String>,
}

/// Articles with all that they are made of, and the slugs of those that they translate.
#[derive(Default)]
pub struct Exported {
    pub rows: Vec<ArticleRow>,
    pub originals: HashMap<Uuid, String>,
}

/// Originals come before their translations, so that an import finds them; those
/// that translate each other in a circle come last.
const OPEN: &str = "
    DECLARE exported_articles NO SCROLL CURSOR FOR
    WITH RECURSIVE translations (id, depth) AS (
        SELECT translation.id, 1
        FROM articles AS translation JOIN articles AS original ON original.id = translation.translation_of
        WHERE original.translation_of IS NULL
        UNION ALL
        SELECT articles.id, depth + 1
        FROM translations JOIN articles ON articles.translation_of = translations.id
    )
    SELECT articles.id FROM articles LEFT JOIN translations USING (id)
    WHERE (cardinality($1) = 0 OR status = ANY ($1))
        AND (cardinality($2) = 0 OR language = ANY ($2))
        AND (cardinality($3) = 0 OR source = ANY ($3))
    ORDER BY CASE WHEN translation_of IS NULL THEN 0 ELSE depth END NULLS LAST, id";

/// Opens the cursor, in a transaction, which is to be of one snapshot.
pub fn open(connection: &mut PgConnection, filter: &ExportFilter) -> QueryResult<()> {
    // Once in an export.
    sql_query(OPEN)
        .bind::<Array<Text>, _>(&filter.status)
        .bind::<Array<Text>, _>(&filter.language)
        .bind::<Array<Text>, _>(&filter.source)
        .execute(connection)
        .map(drop)
}

/// The next articles of the cursor; none at its end.
pub fn next(connection: &mut PgConnection) -> QueryResult<Exported> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    // Each may have a body of a megabyte. FETCH is a command without a plan: there is none to prepare.
    let rows: Vec<Row> = sql_query("FETCH 100 FROM exported_articles").load(connection)?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Exported::default());
    }
    let found: Vec<ArticleRow> =
        shaped(&Shape::whole()).filter(articles::id.eq_any(&ids)).load(connection)?;
    let mut found: HashMap<Uuid, ArticleRow> = found.into_iter().map(|row| (row.article.id, row)).collect();
    let originals: Vec<Uuid> = found.values().filter_map(|row| row.article.translation_of).collect();
    let originals = articles::table
        .filter(articles::id.eq_any(originals))
        .select((articles::id, articles::slug))
        .load(connection)?
        .into_iter()
        .collect();
    Ok(Exported { rows: ids.iter().filter_map(|id| found.remove(id)).collect(), originals })
}
