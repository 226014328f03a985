//! Articles as lists show them, kept in memory: most lists show the newest articles, so that one
//! nobody has asked for before can be put together of what other lists have shown.

use std::sync::Arc;

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::Article, model::FullArticle, queries, shape::Shape, shown::LabelCache, subjects::Subjects,
};
use crate::{
    cache::{
        answer::Ready,
        dependency_cache::{Cached, DependencyCache, Looked, Made},
    },
    db::freshness::Freshness,
    error::ApiResult,
};

/// What it is of an article: its id, whether its tags are shown, and whether its entities.
type Key = (Uuid, bool, bool);

/// Those that were listed lately, to readers without a key.
pub struct ListedCache(DependencyCache<Key, Ready>);

/// The bytes that an article takes as a rule.
const USUAL_SIZE: usize = 512;

impl ListedCache {
    /// Keeps so many bytes of them, for as long as they are true.
    pub fn new(freshness: &Arc<Freshness>, capacity: u64) -> Self {
        Self(DependencyCache::new(freshness.clone(), capacity, USUAL_SIZE, |_| 0))
    }

    /// Whether such lists are put together of what is kept.
    pub fn serves(&self, shape: &Shape) -> bool {
        self.0.keeps() && shape.fields.is_none() && !shape.has_bodies() && !shape.unpublished
    }

    /// Finds the articles: those that are kept, and the rows of the others.
    pub fn find(
        &self,
        connection: &mut PgConnection,
        ids: Vec<Uuid>,
        shape: &Shape,
        labels: &LabelCache,
    ) -> ApiResult<FoundListed> {
        let keys: Vec<Key> = ids.into_iter().map(|id| (id, shape.tags, shape.entities)).collect();
        let looked = self.0.look(keys.iter().copied());
        let missing: Vec<Uuid> = looked.missing.iter().map(|(id, ..)| *id).collect();
        // What was hidden since its list was read is not among them.
        let rows = queries::load(connection, &missing, shape, labels)?.into_values().collect();
        Ok(FoundListed { keys, looked, rows })
    }

    /// The published ones of what was found, in order.
    pub fn complete(&self, found: FoundListed) -> ApiResult<Vec<Cached<Ready>>> {
        let FoundListed { keys, looked, rows } = found;
        let of_lists = |full: &FullArticle| (full.article.id, full.tags.is_some(), full.entities.is_some());
        let made = rows.into_iter().map(|full| made(of_lists(&full), full)).collect::<ApiResult<Vec<_>>>()?;
        let found = self.0.complete(looked, made);
        Ok(keys.iter().filter_map(|key| found.get(key).cloned()).collect())
    }
}

/// The articles of a list: some as they are shown, of some the rows.
pub struct FoundListed {
    keys: Vec<Key>,
    looked: Looked<Key, Ready>,
    rows: Vec<FullArticle>,
}

fn made(key: Key, full: FullArticle) -> ApiResult<(Key, Made<Ready>)> {
    let subjects = Subjects::of(&full).all();
    let value = Ready::new(&Article::from(full))?;
    Ok((key, Made { size: value.size(), value, subjects, lifetime: None }))
}
