//! Articles as lists show them, cached: most lists show the newest articles, so that one nobody has asked for before can
//! be put together of what other lists have shown. Where no two lists show the same, the cache costs and gains nothing.

use std::sync::Arc;

use uuid::Uuid;

use super::{body::Article, dependencies::Dependencies, model::FullArticle, shape::Shape};
use crate::{
    cache::{
        answer::Ready,
        dependency_cache::{Cached, DependencyCache, Looked, Made},
    },
    db::invalidation::InvalidationClock,
    error::ApiResult,
};

/// What it is of an article: its id, whether its tags are shown, and whether its entities.
type Key = (Uuid, bool, bool);

/// Those that were listed lately, to readers without a key.
pub struct SummaryCache(DependencyCache<Key, Ready>);

/// The bytes that an article takes as a rule.
const USUAL_SIZE: usize = 512;

impl SummaryCache {
    /// Keeps so many bytes of them, for as long as they are valid.
    pub fn new(invalidation: &Arc<InvalidationClock>, capacity: u64) -> Self {
        Self(DependencyCache::new(invalidation.clone(), capacity, USUAL_SIZE, |_| 0))
    }

    /// Whether lists of this shape are put together of what is cached.
    pub fn serves(&self, shape: &Shape) -> bool {
        self.0.keeps() && shape.fields.is_none() && !shape.has_bodies() && !shape.unpublished
    }

    /// Those of the articles that are cached, before the others are read.
    pub fn look(&self, ids: Vec<Uuid>, shape: &Shape) -> FoundSummaries {
        let keys: Vec<Key> = ids.into_iter().map(|id| (id, shape.tags, shape.entities)).collect();
        FoundSummaries { looked: self.0.look(keys.iter().copied()), keys }
    }

    /// All of them in order, with those of the others that are there to be seen, which are cached now.
    pub fn complete(&self, found: FoundSummaries, others: Vec<FullArticle>) -> ApiResult<Vec<Cached<Ready>>> {
        let FoundSummaries { keys, looked } = found;
        let key = |full: &FullArticle| (full.article.id, full.tags.is_some(), full.entities.is_some());
        let made = others.into_iter().map(|full| made(key(&full), full)).collect::<ApiResult<Vec<_>>>()?;
        let found = self.0.complete(looked, made);
        Ok(keys.iter().filter_map(|key| found.get(key).cloned()).collect())
    }
}

/// The articles of a list, as far as they are cached.
pub struct FoundSummaries {
    keys: Vec<Key>,
    looked: Looked<Key, Ready>,
}

impl FoundSummaries {
    /// The ids of those that are to be read.
    pub fn missing(&self) -> Vec<Uuid> {
        self.looked.missing.iter().map(|(id, ..)| *id).collect()
    }
}

fn made(key: Key, full: FullArticle) -> ApiResult<(Key, Made<Ready>)> {
    let dependencies = Dependencies::of(&full).all();
    let value = Ready::new(&Article::from(full))?;
    Ok((key, Made { size: value.size(), value, dependencies, lifetime: None }))
}
