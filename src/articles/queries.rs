//! All the SQL of articles: here of single ones, below of their lists and links.

pub mod bulk;
mod candidates;
pub mod complete;
mod embed;
pub mod export;
pub mod facets;
mod filter;
pub mod frequencies;
mod linked;
mod links;
mod list;
mod matches;
mod places;
pub mod related;
mod relevance;
pub mod search;
pub mod shown;
mod stretch;

use std::{collections::HashMap, slice};

use diesel::{prelude::*, sql_types};
use uuid::Uuid;

pub use candidates::Candidates;
pub use embed::affordable;
pub use filter::{ArticleFilter, DateField, LinkFilter, Within};
pub use links::{set_entities, set_tags};
pub use list::{on_page, positions};
pub use matches::Asked;
pub use relevance::freshness;

use embed::{Matching, Selected, all_full, full, labels, selection};

use super::{
    model::{Article, ArticleContent, ArticleStatus, FullArticle},
    shape::Shape,
    shown::LabelCache,
};
use crate::{
    db::{
        former::{self, Resource},
        keyset::Limited,
        one_of::IsOneOf,
        slugs::{self, numbered},
    },
    error::ApiResult,
    schema::articles,
    values::Key,
};

fn by_key(key: &Key) -> Matching<'_> {
    let query = articles::table.into_boxed();
    match key {
        Key::Id(id) => query.filter(articles::id.eq(id)),
        Key::Slug(slug) => query.filter(articles::slug.eq(slug)),
    }
}

/// The article, or the problem that says why there is none to be seen.
pub fn find(
    connection: &mut PgConnection,
    key: &Key,
    shape: &Shape,
    cache: &LabelCache,
) -> ApiResult<FullArticle> {
    let found: QueryResult<Selected> = match key {
        Key::Id(id) => articles::table.filter(articles::id.eq(id)).select(selection(shape)).first(connection),
        Key::Slug(slug) => {
            articles::table.filter(articles::slug.eq(slug)).select(selection(shape)).first(connection)
        }
    };
    match found.optional()? {
        Some(row) if is_visible(&row, shape) => {
            let labels = labels(connection, slice::from_ref(&row), cache)?;
            Ok(full(row, shape, &labels))
        }
        _ => missing(connection, key, shape.unpublished),
    }
}

fn is_visible((article, ..): &Selected, shape: &Shape) -> bool {
    shape.unpublished || article.status == ArticleStatus::Published
}

/// Each of the articles, or its problem, in the order of the questions, by one query.
pub fn find_each(
    connection: &mut PgConnection,
    questions: &[(Key, Shape)],
    cache: &LabelCache,
) -> ApiResult<Vec<ApiResult<FullArticle>>> {
    if let [(key, shape)] = questions {
        // The statement for one is the faster one.
        return Ok(vec![find(connection, key, shape, cache)]);
    }
    let ids =
        IsOneOf::<sql_types::Uuid, _>::new("articles.id", questions.iter().filter_map(|(key, _)| key.id()));
    let slugs = IsOneOf::<sql_types::Text, _>::new(
        "articles.slug",
        questions.iter().filter_map(|(key, _)| key.slug()),
    );
    let all = questions.iter().fold(Shape::listed(), |all, (_, shape)| all.or(shape));
    let mut rows: Vec<Selected> = Vec::with_capacity(questions.len());
    if let Some(ids) = ids {
        let query = articles::table.filter(ids).select(selection(&all));
        rows.extend(Limited::already(query, all.is_usual()).load::<Selected>(connection)?);
    }
    if let Some(slugs) = slugs {
        let query = articles::table.filter(slugs).select(selection(&all));
        rows.extend(Limited::already(query, all.is_usual()).load::<Selected>(connection)?);
    }
    let labels = labels(connection, &rows, cache)?;
    let answers = questions.iter().map(|(key, shape)| {
        let place = rows.iter().position(|row| has_key(row, key) && is_visible(row, shape));
        match place {
            Some(place) => Ok(full(rows.swap_remove(place), shape, &labels)),
            // There is none, or another question has taken it.
            None => find(connection, key, shape, cache),
        }
    });
    Ok(answers.collect())
}

fn has_key((article, ..): &Selected, key: &Key) -> bool {
    match key {
        Key::Id(id) => article.id == *id,
        Key::Slug(slug) => article.slug == *slug,
    }
}

/// Those of the articles that are there, by their ids.
pub fn load(
    connection: &mut PgConnection,
    ids: &[Uuid],
    shape: &Shape,
    cache: &LabelCache,
) -> QueryResult<HashMap<Uuid, FullArticle>> {
    let Some(wanted) = IsOneOf::<sql_types::Uuid, _>::new("articles.id", ids.iter().copied()) else {
        return Ok(HashMap::new());
    };
    let query = articles::table.filter(wanted).select(selection(shape));
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

/// The article with all that a client writes of it, locked against other
/// writers until the transaction ends.
pub fn find_for_update(connection: &mut PgConnection, key: &Key) -> ApiResult<FullArticle> {
    let locked = match key {
        Key::Id(id) => articles::table
            .filter(articles::id.eq(id))
            .select(articles::id)
            .for_no_key_update()
            .first(connection),
        Key::Slug(slug) => articles::table
            .filter(articles::slug.eq(slug))
            .select(articles::id)
            .for_no_key_update()
            .first(connection),
    };
    match locked.optional()? {
        Some(id) => find_whole(connection, &Key::Id(id)),
        None => missing(connection, key, true),
    }
}

/// The article with all that a client writes of it, whatever its status.
pub fn find_whole(connection: &mut PgConnection, key: &Key) -> ApiResult<FullArticle> {
    find(connection, key, &Shape::whole(), &LabelCache::none())
}

/// The id of the article with the key, published or not, former slugs included.
pub fn find_id(connection: &mut PgConnection, key: &Key) -> QueryResult<Option<Uuid>> {
    let found = by_key(key).select(articles::id).first(connection).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    match former::targets(connection, Resource::Article, &[key.to_string()])?.first() {
        Some((_, id)) => articles::table.find(id).select(articles::id).first(connection).optional(),
        None => Ok(None),
    }
}

/// The same of a published article.
fn find_public_id(connection: &mut PgConnection, key: &Key) -> QueryResult<Option<Uuid>> {
    let Some(id) = find_id(connection, key)? else { return Ok(None) };
    let published = articles::table.find(id).filter(articles::status.eq(ArticleStatus::Published));
    published.select(articles::id).first(connection).optional()
}

fn missing<T>(connection: &mut PgConnection, key: &Key, sees_unpublished: bool) -> ApiResult<T> {
    let slug_of = |connection: &mut PgConnection, id: Uuid| {
        let mut query = articles::table.filter(articles::id.eq(id)).select(articles::slug).into_boxed();
        if !sees_unpublished {
            query = query.filter(articles::status.eq(ArticleStatus::Published));
        }
        query.first(connection).optional()
    };
    Err(former::explain_missing(connection, Resource::Article, key, sees_unpublished, slug_of)?)
}

/// Stores a new article; without a slug, one is made from the headline.
pub fn insert(
    connection: &mut PgConnection,
    slug: Option<&str>,
    content: &ArticleContent,
) -> QueryResult<Article> {
    let values =
        |slug: &str| (articles::id.eq(Uuid::now_v7()), articles::slug.eq(slug.to_owned()), content.clone());
    if let Some(slug) = slug {
        return diesel::insert_into(articles::table)
            .values(values(slug))
            .returning(Article::as_returning())
            .get_result(connection);
    }
    let taken = |connection: &mut PgConnection, base: &str| {
        articles::table.select(articles::slug).filter(numbered!(articles::slug, base)).load(connection)
    };
    slugs::insert_with_free_slug(
        connection,
        &content.headline,
        Resource::Article,
        taken,
        |connection, slug| {
            diesel::insert_into(articles::table)
                .values(values(slug))
                .on_conflict(articles::slug)
                .do_nothing()
                .returning(Article::as_returning())
                .get_result(connection)
                .optional()
        },
    )
}

/// Changes an article; where nothing is different, nothing moves. A change of
/// its links alone is a change of it as well.
pub fn update(
    connection: &mut PgConnection,
    id: Uuid,
    slug: Option<&str>,
    content: &ArticleContent,
    links_changed: bool,
) -> QueryResult<Article> {
    let step = i64::from(links_changed);
    diesel::update(articles::table.find(id))
        .set((
            slug.map(|slug| articles::slug.eq(slug)),
            content,
            articles::version.eq(articles::version + step),
        ))
        .returning(Article::as_returning())
        .get_result(connection)
}

/// Deletes an article and its links.
pub fn delete(connection: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    diesel::delete(articles::table.find(id)).execute(connection).map(drop)
}
