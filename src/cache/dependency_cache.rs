//! Values that were read from the database, each kept with all that it depends on.

use std::{
    collections::{HashMap, hash_map::Entry},
    fmt,
    hash::Hash,
    ops::Deref,
    sync::Arc,
    time::Duration,
};

use foldhash::fast::RandomState;
use quick_cache::{
    Equivalent, OptionsBuilder, Weighter,
    sync::{Cache, DefaultLifecycle},
};
use serde::{Serialize, Serializer};

use crate::db::invalidation::{Dependency, InvalidationClock, Revision, Slots};

/// Values by their keys, as many as so many bytes of memory hold. One is given only while nothing that it depends on has
/// changed since before it was read, and while all changes are heard.
///
/// None where nothing is to be kept.
pub struct DependencyCache<K, V>(Option<Entries<K, V>>);

struct Entries<K, V> {
    invalidation: Arc<InvalidationClock>,
    values: Cache<K, Cached<V>, Weight<K>, RandomState>,
    largest: u64,
}

/// A value that others may hold as well.
pub struct Cached<V>(Arc<Value<V>>);

struct Value<V> {
    value: V,
    slots: Slots,
    /// The last change before it was read.
    read_at: Revision,
    expires: Expiry,
    size: u32,
}

/// A value that was made just now of what was read.
pub struct Made<V> {
    pub value: V,
    /// About the bytes of memory that it takes besides itself.
    pub size: usize,
    /// All that it was made of.
    pub dependencies: Vec<Dependency>,
    /// For how long it is valid, where that depends on the time as well.
    pub lifetime: Option<Duration>,
}

/// When a value ceases to be valid by itself, in tenths of a second of the process: there is room for no more beside its
/// size.
#[derive(Clone, Copy)]
struct Expiry(u32);

impl Expiry {
    const NEVER: Self = Self(u32::MAX);

    fn after(lifetime: Option<Duration>, invalidation: &InvalidationClock) -> Self {
        let tenths = |lifetime: Duration| (invalidation.elapsed() + lifetime).as_millis() / 100;
        lifetime.map_or(Self::NEVER, |lifetime| Self(u32::try_from(tenths(lifetime)).unwrap_or(u32::MAX)))
    }

    fn is_over(self, invalidation: &InvalidationClock) -> bool {
        self.0 != u32::MAX && invalidation.elapsed().as_millis() / 100 >= self.0.into()
    }
}

/// The bytes that are counted of an entry.
struct Weight<K>(fn(&K) -> usize);

impl<K> Clone for Weight<K> {
    fn clone(&self) -> Self {
        Self(self.0)
    }
}

impl<K, V> Weighter<K, Cached<V>> for Weight<K> {
    fn weight(&self, key: &K, cached: &Cached<V>) -> u64 {
        u64::from(cached.0.size) + with_gaps((self.0)(key)) as u64
    }
}

/// What a value has around it: itself in an `Arc`, its key and links, and as much again in a table that grows
/// by doubling.
const PLACE: usize = 192;

/// The bytes of the process that so many take. The allocator has room of certain sizes alone, and what comes and goes
/// leaves gaps (measured with a full cache that is asked for other articles all the time: a quarter).
fn with_gaps(bytes: usize) -> usize {
    bytes + bytes / 4
}

impl<V> Value<V> {
    fn new(value: V, size: usize, slots: Slots, read_at: Revision, expires: Expiry) -> Self {
        let size = PLACE + with_gaps(size_of::<V>() + size + size_of_val::<[u32]>(&slots));
        Self { value, slots, read_at, expires, size: u32::try_from(size).unwrap_or(u32::MAX) }
    }
}

impl<V> Cached<V> {
    /// A value that is not kept, so that nobody asks what it depends on.
    pub fn alone(value: V) -> Self {
        let (slots, read_at) = (Slots::default(), Revision::default());
        Self(Arc::new(Value { value, slots, read_at, expires: Expiry::NEVER, size: 0 }))
    }

    /// A value that was made of what was read since `read_at`.
    pub fn new(made: Made<V>, read_at: Revision, invalidation: &InvalidationClock) -> Self {
        let Made { value, size, dependencies, lifetime } = made;
        let slots = InvalidationClock::slots(&dependencies);
        Self(Arc::new(Value::new(value, size, slots, read_at, Expiry::after(lifetime, invalidation))))
    }

    /// Another value that was made of this one, and of nothing else.
    pub fn with<W>(&self, value: W, size: usize) -> Cached<W> {
        let Value { slots, read_at, expires, .. } = self.0.as_ref();
        Cached(Arc::new(Value::new(value, size, slots.clone(), *read_at, *expires)))
    }

    /// The last change before it was read.
    pub fn read_at(&self) -> Revision {
        self.0.read_at
    }

    /// Whether nothing that it depends on has changed, as far as changes were heard.
    pub fn is_valid(&self, invalidation: &InvalidationClock) -> bool {
        invalidation.is_unchanged(&self.0.slots, self.0.read_at) && !self.0.expires.is_over(invalidation)
    }
}

impl<V> Clone for Cached<V> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<V> Deref for Cached<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.0.value
    }
}

impl<V: Default> Default for Cached<V> {
    fn default() -> Self {
        Self::alone(V::default())
    }
}

impl<V: fmt::Debug> fmt::Debug for Cached<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.value.fmt(f)
    }
}

impl<V: Serialize> Serialize for Cached<V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.value.serialize(serializer)
    }
}

/// A value may take no more than this part of the memory.
const LARGEST_PART: u64 = 16;
/// Into how many parts the cache is divided at most, each with a lock of its own and room for two of the largest.
const SHARDS: usize = 8;

impl<K: Eq + Hash, V> DependencyCache<K, V> {
    /// Holds nothing yet, and `capacity` bytes at most; values take about `usual_size` of them, and keys what `key_size`
    /// says besides what they are themselves.
    pub fn new(
        invalidation: Arc<InvalidationClock>,
        capacity: u64,
        usual_size: usize,
        key_size: fn(&K) -> usize,
    ) -> Self {
        let mut options = OptionsBuilder::new();
        options
            .weight_capacity(capacity)
            .estimated_items_capacity(capacity as usize / usual_size)
            .shards(SHARDS);
        // It fails where one of those is not given.
        let options = options.build().ok().filter(|_| capacity > 0);
        Self(options.map(|options| Entries {
            invalidation,
            values: Cache::with_options(
                options,
                Weight(key_size),
                RandomState::default(),
                DefaultLifecycle::default(),
            ),
            largest: capacity / LARGEST_PART,
        }))
    }

    /// Keeps nothing.
    pub fn none() -> Self {
        Self(None)
    }

    /// Whether it keeps anything.
    pub fn keeps(&self) -> bool {
        self.0.is_some()
    }

    /// The value of the key, if it is kept and valid, while nobody can have missed a change of it.
    pub fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Cached<V>> {
        self.heard()?.get(key)
    }

    /// The same also where changes may have been missed.
    pub fn get_unheard<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Cached<V>> {
        self.0.as_ref()?.get(key)
    }

    /// Keeps a value, unless it is not valid any more or takes too much room.
    pub fn insert(&self, key: K, cached: &Cached<V>) {
        if let Some(entries) = self.heard() {
            entries.insert(key, cached);
        }
    }

    /// The value of the key: the one that is kept, or else the one that is read.
    pub fn get_or_read<E>(
        &self,
        key: K,
        read: impl FnOnce(&K) -> Result<Made<V>, E>,
    ) -> Result<Cached<V>, E> {
        let Some(entries) = self.heard() else {
            return read(&key).map(|made| Cached::alone(made.value));
        };
        if let Some(cached) = entries.get(&key) {
            return Ok(cached);
        }
        let read_at = entries.invalidation.now();
        let cached = Cached::new(read(&key)?, read_at, &entries.invalidation);
        entries.insert(key, &cached);
        Ok(cached)
    }

    /// The entries, while every change is heard: who may have missed one reads anew.
    fn heard(&self) -> Option<&Entries<K, V>> {
        self.0.as_ref().filter(|entries| entries.invalidation.is_trusted())
    }
}

impl<K: Eq + Hash, V> Entries<K, V> {
    fn get<Q: Hash + Equivalent<K> + ?Sized>(&self, key: &Q) -> Option<Cached<V>> {
        self.values.get(key).filter(|cached| cached.is_valid(&self.invalidation))
    }

    fn insert(&self, key: K, cached: &Cached<V>) {
        if u64::from(cached.0.size) <= self.largest && cached.is_valid(&self.invalidation) {
            self.values.insert(key, cached.clone());
        }
    }
}

/// Values by their keys.
pub type ByKey<K, V> = HashMap<K, Cached<V>, RandomState>;

/// Some values of those that were looked for, and which ones are missing.
pub struct Looked<K, V> {
    found: ByKey<K, V>,
    /// In order, each once.
    pub missing: Vec<K>,
    /// When it was looked, where what is missing may be kept as well.
    read_at: Option<Revision>,
}

impl<K: Copy + Eq + Hash + Ord, V> DependencyCache<K, V> {
    /// The values of the keys that are kept.
    pub fn look(&self, keys: impl IntoIterator<Item = K>) -> Looked<K, V> {
        let entries = self.heard();
        let read_at = entries.map(|entries| entries.invalidation.now());
        let mut found = ByKey::default();
        let mut missing = Vec::new();
        for key in keys {
            if let Entry::Vacant(place) = found.entry(key) {
                match entries.and_then(|entries| entries.get(&key)) {
                    Some(value) => drop(place.insert(value)),
                    None => missing.push(key),
                }
            }
        }
        missing.sort_unstable();
        missing.dedup();
        Looked { found, missing, read_at }
    }

    /// All values that were looked for, with those that were made of what was read since; these are kept.
    pub fn complete(
        &self,
        looked: Looked<K, V>,
        made: impl IntoIterator<Item = (K, Made<V>)>,
    ) -> ByKey<K, V> {
        let Looked { mut found, read_at, .. } = looked;
        let place = self.0.as_ref().zip(read_at);
        for (key, made) in made {
            let cached = match place {
                Some((entries, read_at)) => {
                    let cached = Cached::new(made, read_at, &entries.invalidation);
                    entries.insert(key, &cached);
                    cached
                }
                None => Cached::alone(made.value),
            };
            found.insert(key, cached);
        }
        found
    }

    /// The values of the keys: those that are kept, and those that `make` reads for the others, if
    /// they are there to be read.
    pub fn find<E>(
        &self,
        keys: impl IntoIterator<Item = K>,
        make: impl FnOnce(&[K]) -> Result<Vec<(K, Made<V>)>, E>,
    ) -> Result<ByKey<K, V>, E> {
        let looked = self.look(keys);
        let made = if looked.missing.is_empty() { Vec::new() } else { make(&looked.missing)? };
        Ok(self.complete(looked, made))
    }
}

#[cfg(test)]
mod tests;
