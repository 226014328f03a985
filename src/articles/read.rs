//! How articles are read: rows by few queries, put together with the tags and entities that they show, most of which are
//! cached.

use std::{slice, sync::Arc};

use diesel::{PgConnection, QueryResult};

use super::{
    body::Article,
    dependencies::Dependencies,
    model::{self, Bodies, FullArticle, LinkedEntity},
    queries::{self, ArticleRow},
    shape::Shape,
    terms::{TermCache, Terms},
};
use crate::{
    cache::answer::Content,
    db::{Db, batch::Batches},
    error::ApiResult,
    values::Key,
};

/// The most articles that one query reads by their keys.
const AT_ONCE: usize = 32;

/// The reads of single articles, which requests share.
pub struct ArticleReads(Batches<(Key, Shape), FullArticle, Content>);

impl ArticleReads {
    /// Those of a database.
    pub fn new(db: &Db, cache: Arc<TermCache>) -> Self {
        let find = move |connection: &mut PgConnection, questions: &[(Key, Shape)]| {
            let found = queries::find_each(connection, questions)?;
            let terms = terms(connection, found.iter().flatten(), &cache)?;
            let full = |(row, (_, shape)): (ApiResult<ArticleRow>, &(Key, Shape))| {
                row.map(|row| assembled(row, shape, &terms))
            };
            Ok(found.into_iter().zip(questions).map(full).collect())
        };
        Self(Batches::new(db.clone(), AT_ONCE, find, |(_, shape), full| item(full, shape)))
    }

    /// One article.
    pub async fn item(&self, key: Key, shape: Shape) -> ApiResult<Content> {
        self.0.ask((key, shape)).await
    }
}

fn item(full: FullArticle, shape: &Shape) -> ApiResult<Content> {
    let Dependencies { shown, original } = Dependencies::of(&full);
    let content = Content::item(full.article.version, &Article::from(full).shaped(shape)?, shown)?;
    Ok(content.changing_also_with(original))
}

/// An article as a transaction that writes it sees it, who may see all of it.
pub fn written(connection: &mut PgConnection, key: &Key, shape: &Shape) -> ApiResult<FullArticle> {
    let row = queries::find(connection, key, shape)?;
    let terms = terms(connection, slice::from_ref(&row), &TermCache::none())?;
    Ok(assembled(row, shape, &terms))
}

/// The articles of some rows, in their order, which are of one shape.
pub fn all(
    connection: &mut PgConnection,
    rows: Vec<ArticleRow>,
    shape: &Shape,
    cache: &TermCache,
) -> QueryResult<Vec<FullArticle>> {
    let terms = terms(connection, &rows, cache)?;
    Ok(rows.into_iter().map(|row| assembled(row, shape, &terms)).collect())
}

/// The tags and entities that the rows show.
fn terms<'a>(
    connection: &mut PgConnection,
    rows: impl IntoIterator<Item = &'a ArticleRow> + Clone,
    cache: &TermCache,
) -> QueryResult<Terms> {
    let tags = rows.clone().into_iter().flat_map(|row| row.tags.iter().flatten().copied());
    let entities = rows.into_iter().flat_map(|row| row.entities.iter().flatten().map(|link| link.0));
    cache.get(connection, tags, entities)
}

/// What a row and its terms say of an article, as far as the shape wants it.
fn assembled(row: ArticleRow, shape: &Shape, terms: &Terms) -> FullArticle {
    let ArticleRow { article, bodies, tags, entities, original_is_public } = row;
    // A translation may be published before its original, which nobody may know of then.
    let original = article.translation_of;
    let translation_of = original.filter(|_| original_is_public || shape.unpublished);
    let tags = tags.into_iter().flatten().filter_map(|id| terms.tags.get(&id).cloned());
    let entities = entities.into_iter().flatten().filter_map(|(id, relation, salience, origin)| {
        let entity = terms.entities.get(&id)?.clone();
        Some(LinkedEntity { entity, relation, salience, origin })
    });
    FullArticle {
        article: model::Article { translation_of, ..article },
        original,
        // Others of the same query may have wanted more.
        bodies: Bodies {
            body: bodies.body.filter(|_| shape.body),
            body_html: bodies.body_html.filter(|_| shape.body_html),
            body_text: bodies.body_text.filter(|_| shape.body_text),
        },
        tags: shape.tags.then(|| tags.collect()),
        entities: shape.entities.then(|| entities.collect()),
    }
}
