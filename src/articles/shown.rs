//! The tags and entities that articles show, kept in memory: most articles show the same few, and to
//! join them to each article is up to half of what PostgreSQL does for it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use diesel::{PgConnection, QueryResult};
use foldhash::fast::RandomState;
use uuid::Uuid;

use super::queries::shown as queries;
use crate::{
    db::{
        changes::Topic,
        freshness::{Freshness, Slots, Subject, Tick},
    },
    entities::model::EntityType,
    tags::model::TagKind,
    values::{StoredTexts, nearest},
};

/// What articles show of a tag or an entity.
#[derive(Debug)]
pub struct Shown<K> {
    pub id: Uuid,
    pub slug: Arc<str>,
    pub kind: K,
    pub names: Arc<StoredTexts>,
    /// Each name, after its language.
    by_language: Vec<(String, Arc<str>)>,
}

pub type ShownTag = Shown<TagKind>;
pub type ShownEntity = Shown<EntityType>;

impl<K> Shown<K> {
    /// That of an item with these names.
    pub fn new(id: Uuid, slug: String, kind: K, names: StoredTexts) -> Self {
        let by_language = names.each().into_iter().map(|(language, name)| (language, name.into()));
        Self { id, slug: slug.into(), kind, by_language: by_language.collect(), names: names.into() }
    }

    /// The name in the language, or the nearest there is.
    pub fn name(&self, language: &str) -> Arc<str> {
        let names = self.by_language.iter().map(|(tag, name)| (tag.as_str(), name));
        nearest(names, language).unwrap_or(&self.slug).clone()
    }

    /// About the bytes of memory that it takes, and its place in a cache.
    fn size(&self) -> usize {
        const PLACE: usize = 256;
        const NAME: usize = 64;
        PLACE + self.slug.len() + 2 * self.names.size() + NAME * self.by_language.len()
    }
}

/// Those that some articles show.
pub struct Labels {
    pub tags: ById<TagKind>,
    pub entities: ById<EntityType>,
}

type ById<K> = HashMap<Uuid, Arc<Shown<K>>, RandomState>;

/// Those that were shown lately.
pub struct LabelCache {
    tags: Option<Cache<TagKind>>,
    entities: Option<Cache<EntityType>>,
}

/// How many bytes of tags are kept, and how many of entities.
const TAG_BYTES: u64 = 2 << 20;
const ENTITY_BYTES: u64 = 6 << 20;

impl LabelCache {
    /// Keeps them as long as they are true.
    pub fn new(freshness: &Arc<Freshness>) -> Self {
        Self {
            tags: Some(Cache::new(freshness.clone(), Topic::Tags, TAG_BYTES)),
            entities: Some(Cache::new(freshness.clone(), Topic::Entities, ENTITY_BYTES)),
        }
    }

    /// Keeps nothing: for transactions, which see what nobody else may see yet.
    pub fn none() -> Self {
        Self { tags: None, entities: None }
    }

    /// Those with the ids. What is deleted meanwhile is not among them.
    pub fn get(
        &self,
        connection: &mut PgConnection,
        tags: impl Iterator<Item = Uuid>,
        entities: impl Iterator<Item = Uuid>,
    ) -> QueryResult<Labels> {
        Ok(Labels {
            tags: find(self.tags.as_ref(), tags, |ids| queries::tags(connection, ids))?,
            entities: find(self.entities.as_ref(), entities, |ids| queries::entities(connection, ids))?,
        })
    }
}

/// Those of one sort.
struct Cache<K> {
    freshness: Arc<Freshness>,
    topic: Topic,
    kept: moka::sync::Cache<Uuid, Arc<Kept<K>>, RandomState>,
}

struct Kept<K> {
    shown: Arc<Shown<K>>,
    slots: Slots,
    read_at: Tick,
}

impl<K: Send + Sync + 'static> Cache<K> {
    fn new(freshness: Arc<Freshness>, topic: Topic, bytes: u64) -> Self {
        let kept = moka::sync::Cache::builder()
            .max_capacity(bytes)
            .weigher(|_, kept: &Arc<Kept<K>>| u32::try_from(kept.shown.size()).unwrap_or(u32::MAX))
            .build_with_hasher(RandomState::default());
        Self { freshness, topic, kept }
    }

    fn get(&self, id: &Uuid) -> Option<Arc<Shown<K>>> {
        let kept = self.kept.get(id)?;
        self.freshness.is_unchanged(&kept.slots, kept.read_at).then(|| kept.shown.clone())
    }

    fn keep(&self, shown: &Arc<Shown<K>>, read_at: Tick) {
        let slots = Freshness::slots(&[Subject::One(self.topic, shown.id)]);
        self.kept.insert(shown.id, Arc::new(Kept { shown: shown.clone(), slots, read_at }));
    }
}

/// What is kept of the items, and for the others what `load` reads.
fn find<K: Send + Sync + 'static>(
    cache: Option<&Cache<K>>,
    ids: impl Iterator<Item = Uuid>,
    load: impl FnOnce(&[Uuid]) -> QueryResult<Vec<Shown<K>>>,
) -> QueryResult<ById<K>> {
    // Who may have missed a change reads anew.
    let cache = cache.filter(|cache| cache.freshness.is_trusted());
    let mut found = ById::default();
    let mut missing = Vec::new();
    for id in ids {
        if let Entry::Vacant(place) = found.entry(id) {
            match cache.and_then(|cache| cache.get(&id)) {
                Some(shown) => drop(place.insert(shown)),
                None => missing.push(id),
            }
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    missing.sort_unstable();
    missing.dedup();
    let read_at = cache.map(|cache| cache.freshness.now());
    for shown in load(&missing)?.into_iter().map(Arc::new) {
        if let Some((cache, read_at)) = cache.zip(read_at) {
            cache.keep(&shown, read_at);
        }
        found.insert(shown.id, shown);
    }
    Ok(found)
}
