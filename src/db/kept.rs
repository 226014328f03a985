//! What was made of some items of the database, kept for as long as none of them changes.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::Arc,
};

use foldhash::fast::RandomState;
use quick_cache::{
    Weighter,
    sync::{Cache, DefaultLifecycle},
};

use super::freshness::{Freshness, Slots, Subject, Tick};

/// Values by their keys, each with the bytes of memory that it takes.
pub struct Kept<K, V> {
    freshness: Arc<Freshness>,
    values: Cache<K, Arc<Value<V>>, BySize, RandomState>,
}

#[derive(Clone)]
struct BySize;

impl<K, V> Weighter<K, Arc<Value<V>>> for BySize {
    fn weight(&self, _: &K, value: &Arc<Value<V>>) -> u64 {
        value.size.into()
    }
}

/// A value that was made just now.
pub struct Made<K, V> {
    pub key: K,
    pub value: V,
    /// About the bytes of memory that it takes.
    pub size: usize,
    /// All that it was made of.
    pub subjects: Vec<Subject>,
}

struct Value<V> {
    value: V,
    size: u32,
    slots: Slots,
    read_at: Tick,
}

/// The bytes of the process that so many take, with their place in a cache. The allocator has room of certain
/// sizes alone, and what comes and goes leaves gaps (measured with a full cache that is asked for other
/// articles all the time: a quarter).
pub fn kept_bytes(bytes: usize, place: usize) -> u32 {
    u32::try_from(place + bytes + bytes / 4).unwrap_or(u32::MAX)
}

/// What a value has around it: itself in an `Arc`, its key and links, and as much again in a table that grows
/// by doubling.
const PLACE: usize = 192;

impl<K, V> Kept<K, V>
where
    K: Copy + Eq + Hash + Ord + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Holds nothing yet, and so many bytes at most.
    pub fn new(freshness: Arc<Freshness>, capacity: u64) -> Self {
        const USUAL_SIZE: usize = 512;
        let values = Cache::with(
            capacity as usize / USUAL_SIZE,
            capacity,
            BySize,
            RandomState::default(),
            DefaultLifecycle::default(),
        );
        Self { freshness, values }
    }

    fn get(&self, key: &K) -> Option<V> {
        let kept = self.values.get(key)?;
        self.freshness.is_unchanged(&kept.slots, kept.read_at).then(|| kept.value.clone())
    }

    fn keep(&self, made: &Made<K, V>, read_at: Tick) {
        let slots = Freshness::slots(&made.subjects);
        let size = kept_bytes(size_of_val::<[u32]>(&slots) + made.size, PLACE);
        let value = Value { value: made.value.clone(), size, slots, read_at };
        self.values.insert(made.key, Arc::new(value));
    }
}

/// The values of the keys: those that are kept, and those that `make` reads for the others, if
/// they are there to be read.
pub fn find<K, V, E>(
    kept: Option<&Kept<K, V>>,
    keys: impl IntoIterator<Item = K>,
    make: impl FnOnce(&[K]) -> Result<Vec<Made<K, V>>, E>,
) -> Result<HashMap<K, V, RandomState>, E>
where
    K: Copy + Eq + Hash + Ord + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    // Who may have missed a change reads anew.
    let kept = kept.filter(|kept| kept.freshness.is_trusted());
    let mut found = HashMap::default();
    let mut missing = Vec::new();
    for key in keys {
        if let Entry::Vacant(place) = found.entry(key) {
            match kept.and_then(|kept| kept.get(&key)) {
                Some(value) => drop(place.insert(value)),
                None => missing.push(key),
            }
        }
    }
    if missing.is_empty() {
        return Ok(found);
    }
    missing.sort_unstable();
    missing.dedup();
    let read_at = kept.map(|kept| kept.freshness.now());
    for made in make(&missing)? {
        if let Some((kept, read_at)) = kept.zip(read_at) {
            kept.keep(&made, read_at);
        }
        found.insert(made.key, made.value);
    }
    Ok(found)
}
