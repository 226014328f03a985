//! All the SQL of articles and of their links: here of those that are read by their keys.

pub mod embed;
pub mod export;
pub mod known;
pub mod links;
pub mod write;

use std::{collections::HashMap, slice};

use diesel::{prelude::*, sql_types};
use uuid::Uuid;

pub use embed::{affordable, readable};

use embed::{Selected, all_full, full, labels, shaped};

use super::{
    model::{Current, FullArticle, Stored},
    shape::Shape,
    shown::LabelCache,
};
use crate::{
    db::{
        former::{self, Resource},
        keyset::Limited,
        one_of::IsOneOf,
    },
    error::ApiResult,
    schema::articles,
    values::Key,
};

/// The article, or the problem that says why there is none to be seen.
pub fn find(
    connection: &mut PgConnection,
    key: &Key,
    shape: &Shape,
    cache: &LabelCache,
) -> ApiResult<FullArticle> {
    let found: QueryResult<Selected> = match key {
        Key::Id(id) => shaped(shape).filter(articles::id.eq(id)).first(connection),
        Key::Slug(slug) => shaped(shape).filter(articles::slug.eq(slug)).first(connection),
    };
    match found.optional()? {
        Some(row) => {
            let labels = labels(connection, slice::from_ref(&row), cache)?;
            Ok(full(row, shape, &labels))
        }
        None => missing(connection, key, shape),
    }
}

/// Each of the articles, or its problem, in the order of the questions, by few queries.
pub fn find_each(
    connection: &mut PgConnection,
    questions: &[(Key, Shape)],
    cache: &LabelCache,
) -> ApiResult<Vec<ApiResult<FullArticle>>> {
    if let [(key, shape)] = questions {
        // The statement for one is the faster one.
        return Ok(vec![find(connection, key, shape, cache)]);
    }
    // Nothing is read for those who may not see it that somebody else may.
    let mut rows = Vec::with_capacity(questions.len());
    for unpublished in [false, true] {
        let asked = questions.iter().filter(|(_, shape)| shape.unpublished == unpublished);
        let found = read_all(connection, &asked.collect::<Vec<_>>())?;
        rows.extend(found.into_iter().map(|row| (unpublished, row)));
    }
    let labels = labels(connection, rows.iter().map(|(_, row)| row), cache)?;
    let answers = questions.iter().map(|(key, shape)| {
        let answers =
            |(unpublished, row): &(bool, Selected)| *unpublished == shape.unpublished && has_key(row, key);
        match rows.iter().position(answers) {
            Some(place) => Ok(full(rows.swap_remove(place).1, shape, &labels)),
            // There is none, or another question has taken it.
            None => find(connection, key, shape, cache),
        }
    });
    Ok(answers.collect())
}

/// What these questions ask for, which may all see the same: by two queries, or fewer.
fn read_all(connection: &mut PgConnection, questions: &[&(Key, Shape)]) -> QueryResult<Vec<Selected>> {
    let Some(all) = questions.iter().map(|(_, shape)| shape.clone()).reduce(|all, shape| all.or(&shape))
    else {
        return Ok(Vec::new());
    };
    let ids =
        IsOneOf::<sql_types::Uuid, _>::new("articles.id", questions.iter().filter_map(|(key, _)| key.id()));
    let slugs = IsOneOf::<sql_types::Text, _>::new(
        "articles.slug",
        questions.iter().filter_map(|(key, _)| key.slug()),
    );
    let mut rows: Vec<Selected> = Vec::with_capacity(questions.len());
    if let Some(ids) = ids {
        let query = shaped(&all).filter(ids);
        rows.extend(Limited::already(query, all.is_usual()).load::<Selected>(connection)?);
    }
    if let Some(slugs) = slugs {
        let query = shaped(&all).filter(slugs);
        rows.extend(Limited::already(query, all.is_usual()).load::<Selected>(connection)?);
    }
    Ok(rows)
}

fn has_key((article, ..): &Selected, key: &Key) -> bool {
    match key {
        Key::Id(id) => article.id == *id,
        Key::Slug(slug) => article.slug == *slug,
    }
}

/// Those of the articles that are there and may be seen, by their ids.
pub fn load(
    connection: &mut PgConnection,
    ids: &[Uuid],
    shape: &Shape,
    cache: &LabelCache,
) -> QueryResult<HashMap<Uuid, FullArticle>> {
    let Some(wanted) = IsOneOf::<sql_types::Uuid, _>::new("articles.id", ids.iter().copied()) else {
        return Ok(HashMap::new());
    };
    let query = shaped(shape).filter(wanted);
    let rows: Vec<Selected> = Limited::already(query, shape.is_usual()).load(connection)?;
    let rows = all_full(connection, rows, shape, cache)?;
    Ok(rows.into_iter().map(|row| (row.article.id, row)).collect())
}

/// The same, in the order of the ids.
pub fn load_in_order(
    connection: &mut PgConnection,
    ids: &[Uuid],
    shape: &Shape,
    cache: &LabelCache,
) -> QueryResult<Vec<FullArticle>> {
    let mut found = load(connection, ids, shape, cache)?;
    Ok(ids.iter().filter_map(|id| found.remove(id)).collect())
}

/// The article, locked against other writers until the transaction ends, or the problem that says why there is none.
pub fn find_for_update(connection: &mut PgConnection, key: &Key) -> ApiResult<Current> {
    match known::lock(connection, key)? {
        Some(current) => Ok(current),
        None => missing(connection, key, &Shape::whole()),
    }
}

/// All that a writer may change of the article.
pub fn find_stored(connection: &mut PgConnection, key: &Key) -> ApiResult<Stored> {
    match known::find(connection, key)? {
        Some(stored) => Ok(stored),
        None => missing(connection, key, &Shape::whole()),
    }
}

/// The article with all that a client writes of it, whatever its status.
pub fn find_whole(connection: &mut PgConnection, key: &Key) -> ApiResult<FullArticle> {
    find(connection, key, &Shape::whole(), &LabelCache::none())
}

/// The id of the article with the key that a reader may see, former slugs included.
pub fn find_id(connection: &mut PgConnection, key: &Key, shape: &Shape) -> QueryResult<Option<Uuid>> {
    let seen = readable(shape).select(articles::id).into_boxed();
    let found = match key {
        Key::Id(id) => seen.filter(articles::id.eq(id)).first(connection).optional()?,
        Key::Slug(slug) => seen.filter(articles::slug.eq(slug)).first(connection).optional()?,
    };
    if found.is_some() {
        return Ok(found);
    }
    match former::targets(connection, Resource::Article, &[key.to_string()], shape.unpublished)?.first() {
        Some((_, id)) => {
            readable(shape).filter(articles::id.eq(id)).select(articles::id).first(connection).optional()
        }
        None => Ok(None),
    }
}

fn missing<T>(connection: &mut PgConnection, key: &Key, shape: &Shape) -> ApiResult<T> {
    let slug_of = |connection: &mut PgConnection, id: Uuid| {
        readable(shape).filter(articles::id.eq(id)).select(articles::slug).first(connection).optional()
    };
    Err(former::explain_missing(connection, Resource::Article, key, shape.unpublished, slug_of)?)
}

/// Deletes an article and its links.
pub fn delete(connection: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    diesel::delete(articles::table.find(id)).execute(connection).map(drop)
}
