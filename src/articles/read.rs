//! What it takes to read an article.

use std::sync::Arc;

use diesel::PgConnection;

use super::{
    body::Article, model::FullArticle, queries, shape::Shape, shown::LabelCache, subjects::Subjects,
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
    pub fn new(db: &Db, shown: Arc<LabelCache>) -> Self {
        let find = move |connection: &mut PgConnection, questions: &[(Key, Shape)]| {
            queries::find_each(connection, questions, &shown)
        };
        Self(Batches::new(db.clone(), AT_ONCE, find, |(_, shape), full| item(full, shape)))
    }

    /// One article.
    pub async fn item(&self, key: Key, shape: Shape) -> ApiResult<Content> {
        self.0.ask((key, shape)).await
    }
}

fn item(full: FullArticle, shape: &Shape) -> ApiResult<Content> {
    let Subjects { shown, original } = Subjects::of(&full);
    let content = Content::item(full.article.version, &Article::from(full).shaped(shape)?, shown)?;
    Ok(content.changing_also_with(original))
}
