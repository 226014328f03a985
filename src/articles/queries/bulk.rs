//! Many articles at once. New ones are copied into their tables; those that are there already are
//! compared with what they are to be, in tables that live as long as the transaction.

mod columns;
mod insert;
mod replace;

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, Bool, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

pub use insert::insert_belongings;

use crate::{
    annotator::matcher::Matcher,
    articles::{
        bulk::{
            LineArticle,
            row::{Current, Row},
        },
        links::Links,
        model::{ArticleStatus, Publication},
    },
    db::former::{self, Deleted, Resource},
    schema::articles,
    values::Key,
};
use maqal_text::slug::is_provisional;

/// An article to be written, with what it is linked to.
pub type Linked<'a> = (&'a Row<'a>, &'a Links);

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
    // A line that was read before its article was published names it by what it was called then.
    let provisional: Vec<String> =
        slugs.iter().filter(|slug| is_provisional(slug)).map(|slug| (*slug).to_owned()).collect();
    let mut former: HashMap<Uuid, String> = match provisional.is_empty() {
        true => HashMap::new(),
        false => former::targets(connection, Resource::Article, &provisional, true)?
            .into_iter()
            .map(|(slug, id)| (id, slug))
            .collect(),
    };
    let wanted = sql::<Bool>("articles.id IN (SELECT found.id FROM unnest(")
        .bind::<Array<Text>, _>(sources)
        .sql(", ")
        .bind::<Array<Text>, _>(external_ids)
        .sql(
            ") AS wanted (source, external_id) JOIN articles AS found USING (external_id, source) \
             UNION SELECT found.id FROM articles AS found WHERE found.slug = ANY (",
        )
        .bind::<Array<Text>, _>(slugs)
        .sql(") UNION SELECT unnest(")
        .bind::<Array<SqlUuid>, _>(former.keys().copied().collect::<Vec<_>>())
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
        former_slug: former.remove(&id),
    };
    Ok(found.into_iter().map(current).collect())
}

/// The articles that were deleted and bore the key or the slug of any of these.
pub fn look_up_deleted<'a>(
    connection: &mut PgConnection,
    lines: impl Iterator<Item = &'a LineArticle> + Clone,
) -> QueryResult<Vec<Deleted>> {
    let external = lines.clone().filter_map(LineArticle::external_key);
    let external = external.map(|(source, id)| (source.to_owned(), id.to_owned())).unzip();
    let slugs = lines.filter_map(|line| line.slug.clone()).collect();
    former::deleted(connection, Resource::Article, external, Vec::new(), slugs)
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
        let targets = former::targets(connection, Resource::Article, &former, true)?;
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
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, i64>> {
    let (new, known): (Vec<_>, Vec<_>) = rows.iter().zip(links).partition(|(row, _)| row.current.is_none());
    // First: an article that was there before may be a translation of one that is new.
    insert::insert(connection, matcher, &new)?;
    let versions =
        if known.is_empty() { HashMap::new() } else { replace::replace(connection, matcher, &known, now)? };
    insert::insert_belongings(connection, matcher, &new, now)?;
    Ok(versions)
}
