//! Many articles at once: copied into a table that lives as long as the
//! transaction, and from there by a few statements into the others.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::{
    connection::SimpleConnection,
    dsl::sql,
    prelude::*,
    sql_query,
    sql_types::{Array, BigInt, Bool, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use crate::{
    articles::{
        bulk::{
            LineArticle,
            row::{Current, Row},
        },
        links::Links,
        model::{ArticleStatus, BodyFormat, Image, Publication, Relation},
        search::labels_of,
    },
    db::former::{self, Resource},
    mentions::{annotate::annotate, matcher::Matcher},
    schema::articles,
    text::analysis::VERSION,
    values::{Json, Key, Metadata},
};

diesel::table! {
    staged_articles (id) {
        id -> Uuid,
        is_new -> Bool,
        slug -> Text,
        status -> Text,
        language -> Text,
        headline -> Text,
        alternative_headline -> Nullable<Text>,
        standfirst -> Nullable<Text>,
        body -> Text,
        body_format -> Text,
        body_html -> Text,
        body_text -> Text,
        word_count -> Int4,
        byline -> Nullable<Text>,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        image -> Nullable<Jsonb>,
        published_at -> Nullable<Timestamptz>,
        translation_of -> Nullable<Uuid>,
        metadata -> Jsonb,
        tag_ids -> Array<Uuid>,
        entity_ids -> Array<Uuid>,
        relations -> Array<Text>,
        saliences -> Array<Nullable<Double>>,
        analysis -> Int2,
        vector -> Text,
    }
}

#[derive(Insertable)]
#[diesel(table_name = staged_articles, treat_none_as_default_value = false)]
struct Staged<'a> {
    id: Uuid,
    is_new: bool,
    slug: &'a str,
    status: ArticleStatus,
    language: &'a str,
    headline: &'a str,
    alternative_headline: Option<&'a str>,
    standfirst: Option<&'a str>,
    body: &'a str,
    body_format: BodyFormat,
    body_html: &'a str,
    body_text: &'a str,
    word_count: i32,
    byline: Option<&'a str>,
    source: Option<&'a str>,
    external_id: Option<&'a str>,
    canonical_url: Option<&'a str>,
    image: Option<&'a Json<Image>>,
    published_at: Option<DateTime<Utc>>,
    translation_of: Option<Uuid>,
    metadata: &'a Json<Metadata>,
    tag_ids: &'a [Uuid],
    entity_ids: Vec<Uuid>,
    relations: Vec<Relation>,
    saliences: Vec<Option<f64>>,
    analysis: i16,
    vector: String,
}

impl<'a> Staged<'a> {
    fn new(row: &'a Row<'_>, links: &'a Links) -> Self {
        let content = &row.article.content;
        Self {
            id: row.id,
            is_new: row.current.is_none(),
            slug: &row.slug,
            status: row.publication.status,
            language: &content.language,
            headline: &content.headline,
            alternative_headline: content.alternative_headline.as_deref(),
            standfirst: content.standfirst.as_deref(),
            body: &content.body,
            body_format: content.body_format,
            body_html: &content.body_html,
            body_text: &content.body_text,
            word_count: content.word_count,
            byline: content.byline.as_deref(),
            source: content.source.as_deref(),
            external_id: content.external_id.as_deref(),
            canonical_url: content.canonical_url.as_deref(),
            image: content.image.as_ref(),
            published_at: row.publication.published_at,
            translation_of: row.translation_of,
            metadata: &content.metadata,
            tag_ids: &links.tags,
            entity_ids: links.entities.iter().map(|(id, _, _)| *id).collect(),
            relations: links.entities.iter().map(|(_, relation, _)| *relation).collect(),
            saliences: links.entities.iter().map(|(_, _, salience)| *salience).collect(),
            analysis: VERSION,
            vector: row.article.vector.clone() + &labels_of(links.labels()),
        }
    }
}

/// The articles that bear the key or the slug of any of these, locked against other writers.
pub fn look_up<'a>(
    connection: &mut PgConnection,
    lines: impl Iterator<Item = &'a LineArticle>,
) -> QueryResult<Vec<Current>> {
    let (mut sources, mut external_ids, mut slugs) = (Vec::new(), Vec::new(), Vec::new());
    for line in lines {
        if let Some((source, external_id)) = line.external_key() {
            sources.push(source);
            external_ids.push(external_id);
        }
        slugs.extend(line.slug.as_deref());
    }
    let wanted = sql::<Bool>("articles.id IN (SELECT found.id FROM unnest(")
        .bind::<Array<Text>, _>(sources)
        .sql(", ")
        .bind::<Array<Text>, _>(external_ids)
        .sql(
            ") AS wanted (source, external_id) JOIN articles AS found USING (external_id, source) \
             UNION SELECT found.id FROM articles AS found WHERE found.slug = ANY (",
        )
        .bind::<Array<Text>, _>(slugs)
        .sql("))");
    type Found = (Uuid, String, ArticleStatus, Option<DateTime<Utc>>, Option<String>, Option<String>, i64);
    let found: Vec<Found> = articles::table
        .filter(wanted)
        .order(articles::id)
        .select((
            articles::id,
            articles::slug,
            articles::status,
            articles::published_at,
            articles::source,
            articles::external_id,
            articles::version,
        ))
        .for_no_key_update()
        .load(connection)?;
    let current = |(id, slug, status, published_at, source, external_id, version)| Current {
        id,
        slug,
        publication: Publication { status, published_at },
        source,
        external_id,
        version,
    };
    Ok(found.into_iter().map(current).collect())
}

/// The ids of the articles with the keys, former slugs included. Keys that name
/// nothing are left out.
pub fn find_originals(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Uuid>> {
    let mut found = HashMap::new();
    if keys.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Uuid> = keys.iter().filter_map(Key::id).collect();
    let slugs: Vec<&str> = keys.iter().filter_map(Key::slug).collect();
    let rows: Vec<(Uuid, String)> = articles::table
        .filter(articles::id.eq_any(ids).or(articles::slug.eq_any(slugs)))
        .select((articles::id, articles::slug))
        .load(connection)?;
    for (id, slug) in rows {
        found.insert(Key::Id(id), id);
        found.insert(Key::Slug(slug), id);
    }
    let former: Vec<String> =
        keys.iter().filter(|key| !found.contains_key(key)).map(Key::to_string).collect();
    if !former.is_empty() {
        let targets = former::targets(connection, Resource::Article, &former)?;
        let ids: Vec<Uuid> = targets.iter().map(|(_, id)| *id).collect();
        let living: HashSet<Uuid> = articles::table
            .filter(articles::id.eq_any(ids))
            .select(articles::id)
            .load(connection)?
            .into_iter()
            .collect();
        let targets = targets.into_iter().filter(|(_, id)| living.contains(id));
        found.extend(targets.map(|(key, id)| (Key::parse(&key), id)));
    }
    Ok(found)
}

/// Writes the rows with their links. Gives the new version of each article
/// that was there before and has changed; what is not different does not move.
pub fn write(
    connection: &mut PgConnection,
    matcher: &Matcher,
    rows: &[Row<'_>],
    links: &[Links],
) -> QueryResult<HashMap<Uuid, i64>> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    connection.batch_execute(STAGE)?;
    let staged: Vec<Staged<'_>> =
        rows.iter().zip(links).map(|(row, links)| Staged::new(row, links)).collect();
    diesel::copy_from(staged_articles::table).from_insertable(&staged).execute(connection)?;
    let mut versions = HashMap::new();
    let has_new = rows.iter().any(|row| row.current.is_none());
    if has_new {
        // First: an article that was there before may be a translation of one that is new.
        connection.batch_execute(INSERT)?;
    }
    if rows.iter().any(|row| row.current.is_some()) {
        versions = replace(connection)?;
    }
    if has_new {
        connection.batch_execute(INSERT_LINKS)?;
    }
    let new = rows.iter().filter(|row| row.current.is_none()).map(|row| row.id);
    annotate_staged(connection, matcher, new.chain(versions.keys().copied()).collect())?;
    if has_new {
        connection.batch_execute(INSERT_SEARCH)?;
    }
    if !versions.is_empty() {
        connection.batch_execute(REPLACE_SEARCH)?;
    }
    connection.batch_execute("DROP TABLE IF EXISTS differences; DROP TABLE staged_articles")?;
    Ok(versions)
}

/// Annotates the articles, in which something is new, and adds what they mention to what they are
/// found by.
fn annotate_staged(connection: &mut PgConnection, matcher: &Matcher, ids: Vec<Uuid>) -> QueryResult<()> {
    let annotated = annotate(connection, matcher, &ids)?;
    let mentioning = annotated.into_iter().filter(|article| !article.entities.is_empty());
    let (ids, labels): (Vec<Uuid>, Vec<String>) =
        mentioning.map(|article| (article.article, labels_of(article.entities))).unzip();
    // The table is a new one each time, so a prepared statement would be of no use again.
    sql_query(
        "UPDATE staged_articles SET vector = vector || labels \
         FROM unnest($1, $2) AS mentioned (id, labels) WHERE staged_articles.id = mentioned.id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(labels)
    .execute(connection)
    .map(drop)
}

const STAGE: &str = include_str!("bulk/stage.sql");
const INSERT: &str = include_str!("bulk/insert.sql");
const INSERT_LINKS: &str = include_str!("bulk/insert_links.sql");
const COMPARE: &str = include_str!("bulk/compare.sql");
const REPLACE_LINKS: &str = include_str!("bulk/replace_links.sql");
const REPLACE: &str = include_str!("bulk/replace.sql");
const INSERT_SEARCH: &str = include_str!("bulk/insert_search.sql");
const REPLACE_SEARCH: &str = include_str!("bulk/replace_search.sql");

/// Replaces those that are there and are different.
fn replace(connection: &mut PgConnection) -> QueryResult<HashMap<Uuid, i64>> {
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
        counted: bool,
    }
    connection.batch_execute(COMPARE)?;
    // The table is a new one each time, so a prepared statement would be of no use again.
    let differences: Differences = sql_query(
        "SELECT count(*) > 0 AS any, coalesce(bool_or(tags OR entities OR date), false) AS counted FROM differences",
    )
    .get_result(connection)?;
    let mut moved: Vec<Moved> = Vec::new();
    if differences.counted {
        connection.batch_execute(REPLACE_LINKS)?;
    }
    if differences.any {
        // Of that table as well.
        moved = sql_query(REPLACE).load(connection)?;
    }
    Ok(moved.into_iter().map(|it| (it.id, it.version)).collect())
}
