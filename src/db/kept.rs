//! What was made of some items of the database, kept for as long as none of them changes.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::Hash,
    sync::Arc,
};

use foldhash::fast::RandomState;

use super::freshness::{Freshness, Slots, Subject, Tick};

/// Values by their keys, each with the bytes of memory that it takes.
pub struct Kept<K, V> {
    freshness: Arc<Freshness>,
    values: moka::sync::Cache<K, Arc<Value<V>>, RandomState>,
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

/// The bytes of the process that it takes to keep so many in one of the caches, its key and its place in
/// it included. The allocator has room of certain sizes alone, and what comes and goes leaves gaps
/// (measured with a full cache that is asked for other articles all the time: a quarter).
pub fn kept_bytes(bytes: usize) -> u32 {
    const PLACE: usize = 512;
    u32::try_from(PLACE + bytes + bytes / 4).unwrap_or(u32::MAX)
}

impl<K, V> Kept<K, V>
where
    K: Copy + Eq + Hash + Ord + Send + Sync + 'static,
    V: Clone + Send + Sync + 'static,
{
    /// Holds nothing yet, and so many bytes at most.
    pub fn new(freshness: Arc<Freshness>, capacity: u64) -> Self {
        let values = moka::sync::Cache::builder()
            .max_capacity(capacity)
            .weigher(|_, value: &Arc<Value<V>>| value.size)
            .build_with_hasher(RandomState::default());
        Self { freshness, values }
    }

    fn get(&self, key: &K) -> Option<V> {
        let kept = self.values.get(key)?;
        self.freshness.is_unchanged(&kept.slots, kept.read_at).then(|| kept.value.clone())
    }

    fn keep(&self, made: &Made<K, V>, read_at: Tick) {
        let slots = Freshness::slots(&made.subjects);
        let size = kept_bytes(size_of_val::<[u32]>(&slots) + made.size);
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
