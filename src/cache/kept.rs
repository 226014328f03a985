//! What was made of some items of the database, kept for as long as none of them changes.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    hash::Hash,
    ops::Deref,
    sync::Arc,
};

use foldhash::fast::RandomState;
use quick_cache::{
    Weighter,
    sync::{Cache, DefaultLifecycle},
};
use serde::{Serialize, Serializer};

use crate::db::freshness::{Freshness, Slots, Subject, Tick};

/// Values by their keys, each with the bytes of memory that it takes.
pub struct Kept<K, V> {
    freshness: Arc<Freshness>,
    values: Cache<K, Held<V>, BySize, RandomState>,
}

#[derive(Clone)]
struct BySize;

impl<K, V> Weighter<K, Held<V>> for BySize {
    fn weight(&self, _: &K, held: &Held<V>) -> u64 {
        held.0.size.into()
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

/// A value that others may hold as well.
pub struct Held<V>(Arc<Value<V>>);

struct Value<V> {
    value: V,
    slots: Slots,
    read_at: Tick,
    size: u32,
}

impl<V> Held<V> {
    /// A value that is not kept.
    pub fn alone(value: V) -> Self {
        Self(Arc::new(Value { value, slots: Slots::default(), read_at: Tick::default(), size: 0 }))
    }
}

impl<V> Clone for Held<V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<V> Deref for Held<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0.value
    }
}

impl<V: fmt::Debug> fmt::Debug for Held<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<V: Serialize> Serialize for Held<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.value.serialize(serializer)
    }
}

impl<K, V> Made<K, V> {
    /// The value, which was read then.
    fn held(self, read_at: Tick) -> Held<V> {
        let slots = Freshness::slots(&self.subjects);
        let size = kept_bytes(self.size + size_of_val::<[u32]>(&slots), PLACE);
        Held(Arc::new(Value { value: self.value, slots, read_at, size }))
    }
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
    V: Send + Sync + 'static,
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

    fn get(&self, key: &K) -> Option<Held<V>> {
        let held = self.values.get(key)?;
        self.freshness.is_unchanged(&held.0.slots, held.0.read_at).then_some(held)
    }
}

/// Some values of those that were looked for, and which ones are missing.
pub struct Looked<K, V> {
    found: HashMap<K, Held<V>, RandomState>,
    /// In order, each once.
    pub missing: Vec<K>,
    /// When it was looked, where what is missing may be kept as well.
    read_at: Option<Tick>,
}

/// The values of the keys that are kept.
pub fn look<K, V>(kept: Option<&Kept<K, V>>, keys: impl IntoIterator<Item = K>) -> Looked<K, V>
where
    K: Copy + Eq + Hash + Ord + Send + Sync + 'static,
    V: Send + Sync + 'static,
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
    missing.sort_unstable();
    missing.dedup();
    Looked { found, missing, read_at: kept.map(|kept| kept.freshness.now()) }
}

impl<K, V> Looked<K, V>
where
    K: Copy + Eq + Hash + Ord + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    /// All values that were looked for, with those that were made of what was read since.
    pub fn with(
        mut self,
        kept: Option<&Kept<K, V>>,
        made: impl IntoIterator<Item = Made<K, V>>,
    ) -> HashMap<K, Held<V>, RandomState> {
        for made in made {
            let (key, held) = (made.key, made.held(self.read_at.unwrap_or_default()));
            if let (Some(kept), Some(_)) = (kept, self.read_at) {
                kept.values.insert(key, held.clone());
            }
            self.found.insert(key, held);
        }
        self.found
    }
}

/// The values of the keys: those that are kept, and those that `make` reads for the others, if
/// they are there to be read.
pub fn find<K, V, E>(
    kept: Option<&Kept<K, V>>,
    keys: impl IntoIterator<Item = K>,
    make: impl FnOnce(&[K]) -> Result<Vec<Made<K, V>>, E>,
) -> Result<HashMap<K, Held<V>, RandomState>, E>
where
    K: Copy + Eq + Hash + Ord + Send + Sync + 'static,
    V: Send + Sync + 'static,
{
    let looked = look(kept, keys);
    let made = if looked.missing.is_empty() { Vec::new() } else { make(&looked.missing)? };
    Ok(looked.with(kept, made))
}
