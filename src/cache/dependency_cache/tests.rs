use std::{collections::HashMap, convert::Infallible, time::Instant};

use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::db::{changes::Change, resources::Topic};

const LEASE: Duration = Duration::from_secs(3600);

/// A clock of which all changes are heard.
fn heard() -> Arc<InvalidationClock> {
    let invalidation = Arc::new(InvalidationClock::default());
    invalidation.trust(Instant::now(), LEASE);
    invalidation
}

fn cache(invalidation: &Arc<InvalidationClock>) -> DependencyCache<u32, String> {
    DependencyCache::new(invalidation.clone(), 1 << 20, 64, |_| 0)
}

fn tag(number: u128) -> Uuid {
    Uuid::from_u128(number)
}

fn made(value: &str, tags: &[u128]) -> Made<String> {
    let dependencies = tags.iter().map(|number| Dependency::One(Topic::Tags, tag(*number))).collect();
    Made { value: value.to_owned(), size: value.len(), dependencies, lifetime: None }
}

fn read(cache: &DependencyCache<u32, String>, key: u32, made: Made<String>) -> String {
    let cached = cache.get_or_read(key, |_| Ok::<_, Infallible>(made));
    cached.map(|cached| cached.to_string()).expect("a value")
}

#[test]
fn a_value_is_kept_until_something_that_it_depends_on_changes() {
    let invalidation = heard();
    let cache = cache(&invalidation);
    assert_eq!(read(&cache, 1, made("a", &[1, 2])), "a");
    invalidation.mark(&Change::Items(Topic::Tags, vec![tag(3)]));
    assert_eq!(read(&cache, 1, made("b", &[1, 2])), "a");
    invalidation.mark(&Change::Items(Topic::Tags, vec![tag(2)]));
    assert_eq!(cache.get(&1).as_deref(), None);
    assert_eq!(read(&cache, 1, made("b", &[1, 2])), "b");
    invalidation.mark(&Change::Everything);
    assert_eq!(cache.get(&1).as_deref(), None);
}

#[test]
fn what_changes_while_it_is_read_is_given_once_and_not_kept() {
    let invalidation = heard();
    let cache = cache(&invalidation);
    let value = cache.get_or_read(1, |_| {
        invalidation.mark(&Change::Items(Topic::Tags, vec![tag(1)]));
        Ok::<_, Infallible>(made("a", &[1]))
    });
    assert_eq!(value.expect("a value").as_str(), "a");
    assert_eq!(cache.get_unheard(&1).as_deref(), None);

    let looked = cache.look([1, 2]);
    invalidation.mark(&Change::Items(Topic::Tags, vec![tag(1)]));
    let found = cache.complete(looked, [(1, made("a", &[1])), (2, made("b", &[2]))]);
    assert_eq!((found[&1].as_str(), found[&2].as_str()), ("a", "b"));
    assert_eq!(cache.get(&1).as_deref(), None);
    assert_eq!(cache.get(&2).as_deref().map(String::as_str), Some("b"));
}

#[test]
fn who_may_have_missed_a_change_reads_anew_and_keeps_nothing() {
    let invalidation = heard();
    let cache = cache(&invalidation);
    assert_eq!(read(&cache, 1, made("a", &[1])), "a");
    invalidation.distrust();
    assert_eq!(read(&cache, 1, made("b", &[1])), "b");
    assert_eq!(read(&cache, 2, made("c", &[2])), "c");
    let looked = cache.look([1, 2]);
    assert_eq!(looked.missing, [1, 2]);
    let found = cache.complete(looked, [(1, made("d", &[1])), (2, made("e", &[2]))]);
    assert_eq!((found[&1].as_str(), found[&2].as_str()), ("d", "e"));
    // As far as was heard it is valid still.
    assert_eq!(cache.get(&1).as_deref(), None);
    assert_eq!(cache.get_unheard(&1).as_deref().map(String::as_str), Some("a"));
    invalidation.trust(Instant::now(), LEASE);
    assert_eq!(cache.get(&1).as_deref().map(String::as_str), Some("a"));
    assert_eq!(cache.get(&2).as_deref(), None);
}

#[test]
fn a_value_ends_with_its_lifetime_and_so_does_what_is_made_of_it() {
    let invalidation = heard();
    let cache = cache(&invalidation);
    for (lifetime, is_kept) in [(Duration::ZERO, false), (LEASE, true), (Duration::MAX / 4, true)] {
        let made = Made { lifetime: Some(lifetime), ..made("a", &[1]) };
        assert_eq!(read(&cache, 1, made), "a");
        assert_eq!(cache.get(&1).is_some(), is_kept, "{lifetime:?}");
        if let Some(cached) = cache.get(&1) {
            let other = cached.with(2, 0);
            assert!(other.is_valid(&invalidation));
            invalidation.mark(&Change::Items(Topic::Tags, vec![tag(1)]));
            assert!(!other.is_valid(&invalidation));
        }
    }
    let ended = Made { lifetime: Some(Duration::ZERO), ..made("a", &[1]) };
    let ended = Cached::new(ended, invalidation.now(), &invalidation);
    assert!(!ended.with(2, 0).is_valid(&invalidation));
}

#[test]
fn values_and_keys_take_no_more_memory_than_they_may() {
    const CAPACITY: u64 = 1 << 20;
    let invalidation = heard();
    let cache: DependencyCache<String, String> =
        DependencyCache::new(invalidation, CAPACITY, 1024, |key| key.len());
    let value = "v".repeat(1000);
    for number in 0..5000 {
        let key = format!("{number:0>500}");
        cache.get_or_read(key, |_| Ok::<_, Infallible>(made(&value, &[number]))).expect("a value");
    }
    let entries = cache.0.as_ref().expect("entries");
    let (count, weight) = (entries.values.len() as u64, entries.values.weight());
    assert!(weight <= CAPACITY && weight > CAPACITY * 3 / 4, "{weight}");
    // Each counts with all that it takes.
    assert!(weight >= count * 1500 * 5 / 4, "{count} take {weight}");
}

#[test]
fn what_is_too_large_is_not_kept_and_all_else_is() {
    const CAPACITY: u64 = 1 << 20;
    let invalidation = heard();
    let cache: DependencyCache<u32, String> = DependencyCache::new(invalidation, CAPACITY, 64, |_| 0);
    let largest = (CAPACITY / LARGEST_PART) as usize * 4 / 5 - 300;
    for key in 0..100 {
        read(&cache, key, made(&"v".repeat(largest), &[1]));
        assert!(cache.get(&key).is_some(), "{key}");
        read(&cache, 1000 + key, made(&"v".repeat(largest + 400), &[1]));
        assert!(cache.get(&(1000 + key)).is_none(), "{key}");
    }
}

#[test]
fn a_cache_without_memory_keeps_nothing() {
    let invalidation = heard();
    for cache in [DependencyCache::new(invalidation, 0, 64, |_| 0), DependencyCache::none()] {
        assert!(!cache.keeps());
        assert_eq!(read(&cache, 1, made("a", &[1])), "a");
        assert_eq!(read(&cache, 1, made("b", &[1])), "b");
    }
}

proptest! {
    #[test]
    fn what_is_given_was_read_since_the_last_change_of_it(
        steps in prop::collection::vec((0..4_u32, 0..3_u32), 0..60),
    ) {
        let invalidation = heard();
        let cache = cache(&invalidation);
        // What the database has of each key, and for how many times it was read.
        let mut stored: HashMap<u32, u32> = HashMap::new();
        let mut reads = 0;
        for (key, step) in steps {
            if step == 0 {
                *stored.entry(key).or_default() += 1;
                invalidation.mark(&Change::Items(Topic::Tags, vec![tag(key.into())]));
                continue;
            }
            let now = stored.get(&key).copied().unwrap_or_default().to_string();
            for is_first in [true, false] {
                let before = reads;
                let found = cache.find([key, key], |missing| {
                    reads += missing.len();
                    Ok::<_, Infallible>(missing.iter().map(|key| (*key, made(&now, &[u128::from(*key)]))).collect())
                });
                let found = found.expect("values");
                prop_assert_eq!(found[&key].as_str(), now.as_str());
                prop_assert!(is_first || reads == before, "it is read once");
            }
        }
    }
}
