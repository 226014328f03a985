//! Articles as lists show them, kept in memory: most lists show the newest articles, so that one
//! nobody has asked for before can be put together of what other lists have shown.

use std::sync::Arc;

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::Article,
    model::{ArticleStatus, FullArticle},
    queries,
    shape::Shape,
    shown::LabelCache,
    subjects::Subjects,
};
use crate::{
    db::{
        freshness::Freshness,
        kept::{self, Held, Kept, Made},
    },
    error::ApiResult,
    http::answer::Ready,
};

/// What it is of an article: its id, whether its tags are shown, and whether its entities.
type Key = (Uuid, bool, bool);

/// Those that were listed lately, to readers without a key.
pub struct ListedCache(Option<Kept<Key, Ready>>);

impl ListedCache {
    /// Keeps so many bytes of them, for as long as they are true.
    pub fn new(freshness: &Arc<Freshness>, capacity: u64) -> Self {
        Self((capacity > 0).then(|| Kept::new(freshness.clone(), capacity)))
    }

    /// Whether such lists are put together of what is kept.
    pub fn serves(&self, shape: &Shape) -> bool {
        self.0.is_some() && shape.fields.is_none() && !shape.has_bodies() && !shape.unpublished
    }

    /// The published ones of the articles, in order.
    pub fn get(
        &self,
        connection: &mut PgConnection,
        ids: &[Uuid],
        shape: &Shape,
        labels: &LabelCache,
    ) -> ApiResult<Vec<Held<Ready>>> {
        let key = |id: &Uuid| (*id, shape.tags, shape.entities);
        let found = kept::find(self.0.as_ref(), ids.iter().map(key), |missing: &[Key]| {
            let ids: Vec<Uuid> = missing.iter().map(|(id, ..)| *id).collect();
            let articles = queries::load(connection, &ids, shape, labels)?.into_values();
            // Whatever else was hidden since its list was read is not to be seen, and not to be kept.
            let published = articles.filter(|full| full.article.status == ArticleStatus::Published);
            published.map(|full| made(key(&full.article.id), full)).collect::<ApiResult<_>>()
        })?;
        Ok(ids.iter().filter_map(|id| found.get(&key(id)).cloned()).collect())
    }
}

fn made(key: Key, full: FullArticle) -> ApiResult<Made<Key, Ready>> {
    let subjects = Subjects::of(&full).all();
    let value = Ready::new(&Article::from(full))?;
    Ok(Made { key, size: value.size(), value, subjects })
}
