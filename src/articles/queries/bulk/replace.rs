//! Articles that are there already: what is different is written, and nothing else.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    copy_from,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{
    Linked,
    columns::{Columns, staged_articles},
};
use crate::{
    annotator::{
        annotate::{SpottedIn, annotate},
        matcher::Matcher,
    },
    articles::model::Relation,
    db::tsvector::Vector,
    index::labels_of,
};
use maqal_text::analysis::VERSION;

diesel::table! {
    use diesel::sql_types::*;
    use crate::db::tsvector::Tsvector;

    staged_links (id) {
        id -> Uuid,
        tag_ids -> Array<Uuid>,
        entity_ids -> Array<Uuid>,
        relations -> Array<Text>,
        saliences -> Array<Nullable<Double>>,
        analysis -> Int2,
        vector -> Tsvector,
    }
}

/// What belongs to an article besides its own columns.
#[derive(Insertable)]
#[diesel(table_name = staged_links, treat_none_as_default_value = false)]
struct StagedLinks<'a> {
    id: Uuid,
    tag_ids: &'a [Uuid],
    entity_ids: Vec<Uuid>,
    relations: Vec<Relation>,
    saliences: Vec<Option<f64>>,
    analysis: i16,
    vector: Vector,
}

impl<'a> StagedLinks<'a> {
    fn of((row, links): Linked<'a>) -> Self {
        let mut vector = row.article.vector.clone();
        vector.add_labels(links.labels().map(Uuid::simple));
        Self {
            id: row.id,
            tag_ids: &links.tags,
            entity_ids: links.entities.iter().map(|(id, _, _)| *id).collect(),
            relations: links.entities.iter().map(|(_, relation, _)| *relation).collect(),
            saliences: links.entities.iter().map(|(_, _, salience)| *salience).collect(),
            analysis: VERSION,
            vector: Vector(vector),
        }
    }
}

const STAGE: &str = include_str!("stage.sql");
const COMPARE: &str = include_str!("compare.sql");
const REPLACE_LINKS: &str = include_str!("replace_links.sql");
const REPLACE: &str = include_str!("replace.sql");
const REPLACE_SEARCH: &str = include_str!("replace_search.sql");

/// Gives articles other content and other links. The new version of each that has changed.
pub fn replace(
    connection: &mut PgConnection,
    matcher: &Matcher,
    known: &[Linked<'_>],
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, i64>> {
    connection.batch_execute(STAGE)?;
    let rows: Vec<Columns<'_>> = known.iter().map(|(row, _)| Columns::of(row)).collect();
    copy_from(staged_articles::table).from_insertable(&rows).execute(connection)?;
    let links: Vec<StagedLinks<'_>> = known.iter().map(|linked| StagedLinks::of(*linked)).collect();
    copy_from(staged_links::table).from_insertable(&links).execute(connection)?;
    let versions = replace_different(connection)?;
    if !versions.is_empty() {
        let spotted =
            known.iter().filter_map(|(row, _)| Some((row.id, row.article.spotted.as_ref()?))).collect();
        annotate_staged(connection, matcher, versions.keys().copied().collect(), &spotted, now)?;
        connection.batch_execute(REPLACE_SEARCH)?;
    }
    connection.batch_execute("DROP TABLE differences, staged_articles, staged_links")?;
    Ok(versions)
}

fn replace_different(connection: &mut PgConnection) -> QueryResult<HashMap<Uuid, i64>> {
    #[derive(QueryableByName)]
    struct Moved {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
        #[diesel(sql_type = BigInt)]
        version: i64,
    }
    #[derive(QueryableByName)]
    struct Differences {
        #[diesel(sql_type = Bool)]
        any: bool,
        #[diesel(sql_type = Bool)]
        links: bool,
    }
    connection.batch_execute(COMPARE)?;
    // The table is a new one each time, so a prepared statement would be of no use again.
    let differences: Differences = sql_query(
        "SELECT count(*) > 0 AS any, coalesce(bool_or(tags OR entities), false) AS links FROM differences",
    )
    .get_result(connection)?;
    let mut moved: Vec<Moved> = Vec::new();
    if differences.links {
        connection.batch_execute(REPLACE_LINKS)?;
    }
    if differences.any {
        // Of that table as well.
        moved = sql_query(REPLACE).load(connection)?;
    }
    Ok(moved.into_iter().map(|it| (it.id, it.version)).collect())
}

/// Annotates the articles, in which something is new, and adds what they mention to what they are
/// found by.
fn annotate_staged(
    connection: &mut PgConnection,
    matcher: &Matcher,
    ids: Vec<Uuid>,
    spotted: &SpottedIn<'_>,
    now: DateTime<Utc>,
) -> QueryResult<()> {
    let annotated = annotate(connection, matcher, &ids, spotted, now)?;
    let mentioning = annotated.into_iter().filter(|article| !article.entities.is_empty());
    let (ids, labels): (Vec<Uuid>, Vec<String>) =
        mentioning.map(|article| (article.article, labels_of(article.entities))).unzip();
    // The table is a new one each time, so a prepared statement would be of no use again.
    sql_query(
        "UPDATE staged_links SET vector = vector || labels::tsvector \
         FROM unnest($1, $2) AS mentioned (id, labels) WHERE staged_links.id = mentioned.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(labels)
    .execute(connection)
    .map(drop)
}
