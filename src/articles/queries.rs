//! All the SQL of articles and of their links: here of those that are read by their keys.

pub mod embed;
pub mod export;
pub mod known;
pub mod links;
pub mod write;

use std::collections::HashMap;

use diesel::{prelude::*, sql_types};
use uuid::Uuid;

pub use embed::{ArticleRow, affordable, readable};

use embed::shaped;

use super::{
    model::{Current, Stored},
    shape::Shape,
};
use crate::{
    db::{former, keyset::Limited, one_of::IsOneOf, resources::Resource},
    error::ApiResult,
    schema::articles,
    values::Key,
};

/// The article, or the problem that says why there is none to be seen.
pub fn find(connection: &mut PgConnection, key: &Key, shape: &Shape) -> ApiResult<ArticleRow> {
    let found: QueryResult<ArticleRow> = match key {
        Key::Id(id) => shaped(shape).filter(articles::id.eq(id)).first(connection),
        Key::Slug(slug) => shaped(shape).filter(articles::slug.eq(slug)).first(connection),
    };
    match found.optional()? {
        Some(row) => Ok(row),
        None => missing(connection, key, shape),
    }
}

/// Each of the articles, or its problem, in the order of the questions, by few queries. A row may have more than its
/// question's shape wants.
pub fn find_each(
    connection: &mut PgConnection,
    questions: &[(Key, Shape)],
) -> ApiResult<Vec<ApiResult<ArticleRow>>> {
    if let [(key, shape)] = questions {
        // The statement for one is the faster one.
        return Ok(vec![find(connection, key, shape)]);
    }
    // Nothing is read for those who may not see it that somebody else may.
    let mut rows = Vec::with_capacity(questions.len());
    for unpublished in [false, true] {
        let asked = questions.iter().filter(|(_, shape)| shape.unpublished == unpublished);
        let found = read_all(connection, &asked.collect::<Vec<_>>())?;
        rows.extend(found.into_iter().map(|row| (unpublished, row)));
    }
    let answers = questions.iter().map(|(key, shape)| {
        let answers =
            |(unpublished, row): &(bool, ArticleRow)| *unpublished == shape.unpublished && has_key(row, key);
        match rows.iter().position(answers) {
            Some(place) => Ok(rows.swap_remove(place).1),
            // There is none, or another question has taken it.
            None => find(connection, key, shape),
        }
    });
    Ok(answers.collect())
}

/// What these questions ask for, which may all see the same: by two queries, or fewer.
fn read_all(connection: &mut PgConnection, questions: &[&(Key, Shape)]) -> QueryResult<Vec<ArticleRow>> {
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
    let mut rows: Vec<ArticleRow> = Vec::with_capacity(questions.len());
    if let Some(ids) = ids {
        let query = shaped(&all).filter(ids);
        rows.extend(Limited::already(query, all.is_usual()).load::<ArticleRow>(connection)?);
    }
    if let Some(slugs) = slugs {
        let query = shaped(&all).filter(slugs);
        rows.extend(Limited::already(query, all.is_usual()).load::<ArticleRow>(connection)?);
    }
    Ok(rows)
}

fn has_key(ArticleRow { article, .. }: &ArticleRow, key: &Key) -> bool {
    match key {
        Key::Id(id) => article.id == *id,
        Key::Slug(slug) => article.slug == *slug,
    }
}

/// Those of the articles that are there and may be seen, in the order of the ids.
pub fn load(connection: &mut PgConnection, ids: &[Uuid], shape: &Shape) -> QueryResult<Vec<ArticleRow>> {
    let Some(wanted) = IsOneOf::<sql_types::Uuid, _>::new("articles.id", ids.iter().copied()) else {
        return Ok(Vec::new());
    };
    let query = shaped(shape).filter(wanted);
    let rows: Vec<ArticleRow> = Limited::already(query, shape.is_usual()).load(connection)?;
    let mut rows: HashMap<Uuid, ArticleRow> = rows.into_iter().map(|row| (row.article.id, row)).collect();
    Ok(ids.iter().filter_map(|id| rows.remove(id)).collect())
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
