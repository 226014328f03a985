//! Every article with all that it is made of, through a cursor.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    articles::model::{Article, ArticleStatus, LinkedEntity, LinkedTag},
    schema::{article_entities, article_tags, articles, entities, tags},
};

/// Which articles are exported; an empty list stands for all.
#[derive(Debug, Clone, Default)]
pub struct ExportFilter {
    pub status: Vec<ArticleStatus>,
    pub language: Vec<String>,
    pub source: Vec<String>,
}

/// An article with all that it is made of.
pub struct Exported {
    pub article: Article,
    pub body: String,
    /// The slug of the article that it translates.
    pub original: Option<String>,
    pub tags: Vec<LinkedTag>,
    pub entities: Vec<LinkedEntity>,
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
    sql_query(OPEN)
        .bind::<Array<Text>, _>(&filter.status)
        .bind::<Array<Text>, _>(&filter.language)
        .bind::<Array<Text>, _>(&filter.source)
        .execute(connection)
        .map(drop)
}

/// The next articles of the cursor; none at its end.
pub fn next(connection: &mut PgConnection) -> QueryResult<Vec<Exported>> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = SqlUuid)]
        id: Uuid,
    }
    // Each may have a body of a megabyte.
    let rows: Vec<Row> = sql_query("FETCH 100 FROM exported_articles").load(connection)?;
    let ids: Vec<Uuid> = rows.into_iter().map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let original = diesel::alias!(articles as original);
    let found: Vec<(Article, String, Option<String>)> = articles::table
        .left_join(original.on(articles::translation_of.eq(original.field(articles::id).nullable())))
        .filter(articles::id.eq_any(&ids))
        .select((Article::as_select(), articles::body, original.field(articles::slug).nullable()))
        .load(connection)?;
    let mut found: HashMap<Uuid, _> = found.into_iter().map(|row| (row.0.id, row)).collect();
    let mut linked_tags = grouped(
        article_tags::table
            .inner_join(tags::table)
            .filter(article_tags::article_id.eq_any(&ids))
            .order(article_tags::position)
            .select((article_tags::article_id, (tags::id, tags::slug, tags::kind, tags::names)))
            .load::<(Uuid, LinkedTag)>(connection)?,
    );
    let mut linked_entities = grouped(
        article_entities::table
            .inner_join(entities::table)
            .filter(article_entities::article_id.eq_any(&ids))
            .order(article_entities::position)
            .select((
                article_entities::article_id,
                (
                    entities::id,
                    entities::slug,
                    entities::type_,
                    entities::names,
                    article_entities::relation,
                    article_entities::salience,
                ),
            ))
            .load::<(Uuid, LinkedEntity)>(connection)?,
    );
    let exported = |id: &Uuid| {
        let (article, body, original) = found.remove(id)?;
        let tags = linked_tags.remove(id).unwrap_or_default();
        let entities = linked_entities.remove(id).unwrap_or_default();
        Some(Exported { article, body, original, tags, entities })
    };
    Ok(ids.iter().filter_map(exported).collect())
}

fn grouped<T>(links: Vec<(Uuid, T)>) -> HashMap<Uuid, Vec<T>> {
    let mut groups: HashMap<Uuid, Vec<T>> = HashMap::new();
    for (id, link) in links {
        groups.entry(id).or_default().push(link);
    }
    groups
}
