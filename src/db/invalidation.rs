//! Which of what was read from the database is still true.
//!
//! Every change has a number. Each dependency remembers the number of its last
//! change, and whoever keeps an answer remembers what the answer was made of and
//! the number of the last change before it was read: it is true as long as none
//! of its dependencies has a later one. Nothing has to be found and removed when
//! something changes, and a change that comes while an answer is being read
//! makes it untrue before it is kept.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use smallvec::{SmallVec, smallvec};
use uuid::Uuid;

use super::{changes::Change, resources::Topic};

/// The number of a change.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Revision(u64);

/// Something that an answer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Dependency {
    /// Which items there are, and all of what they are.
    Any(Topic),
    /// One item.
    One(Topic, Uuid),
}

impl Dependency {
    /// What it is about.
    pub fn topic(self) -> Topic {
        match self {
            Dependency::Any(topic) | Dependency::One(topic, _) => topic,
        }
    }
}

/// Where dependencies remember their last change. Most values are made of one item, which takes three.
pub type Slots = SmallVec<[u32; 4]>;

/// Items share slots, so that their number costs no memory: two that share one
/// are taken for untrue together, now and then, and never the other way round.
const ITEM_SLOTS: usize = 1 << 16;
const TOPICS: usize = Topic::ALL.len();
const EVERYTHING: usize = 0;
const ANY: usize = 1;
const ALL: usize = ANY + TOPICS;
const ITEMS: usize = ALL + TOPICS;

/// The last changes, and whether all of them are known.
pub struct InvalidationClock {
    clock: AtomicU64,
    slots: Box<[AtomicU64]>,
    start: Instant,
    /// Until when, in microseconds from the start, no change can have been missed.
    trusted_until: AtomicU64,
    /// Up to when, in microseconds from the start, every change is known.
    known_until: AtomicU64,
}

impl Default for InvalidationClock {
    fn default() -> Self {
        Self {
            clock: AtomicU64::new(0),
            slots: (0..ITEMS + ITEM_SLOTS).map(|_| AtomicU64::new(0)).collect(),
            start: Instant::now(),
            trusted_until: AtomicU64::new(0),
            known_until: AtomicU64::new(0),
        }
    }
}

fn item_slot(topic: Topic, id: Uuid) -> usize {
    // The lower half of a UUIDv7 is random.
    let (_, random) = id.as_u64_pair();
    ITEMS + (random.wrapping_add(topic as u64 * 0x9e37_79b9) as usize % ITEM_SLOTS)
}

impl InvalidationClock {
    /// The number of the last change. To be taken before anything is read.
    pub fn now(&self) -> Revision {
        Revision(self.clock.load(Ordering::SeqCst))
    }

    /// Takes note of a change, which must be visible to other transactions by now.
    pub fn mark(&self, change: &Change) {
        let revision = self.clock.fetch_add(1, Ordering::SeqCst) + 1;
        let mark = |slot: usize| self.slots[slot].fetch_max(revision, Ordering::SeqCst);
        match change {
            Change::Everything => {
                mark(EVERYTHING);
            }
            Change::More(topic) => {
                mark(ANY + *topic as usize);
            }
            Change::All(topic) => {
                mark(ANY + *topic as usize);
                mark(ALL + *topic as usize);
            }
            Change::Items(topic, ids) => {
                mark(ANY + *topic as usize);
                for id in ids {
                    mark(item_slot(*topic, *id));
                }
            }
        }
    }

    /// The slots of all of the dependencies.
    pub fn slots<'a>(dependencies: impl IntoIterator<Item = &'a Dependency>) -> Slots {
        let mut slots: Slots = smallvec![EVERYTHING as u32];
        for dependency in dependencies {
            match dependency {
                Dependency::Any(topic) => slots.push((ANY + *topic as usize) as u32),
                Dependency::One(topic, id) => {
                    slots.extend([(ALL + *topic as usize) as u32, item_slot(*topic, *id) as u32]);
                }
            }
        }
        slots.sort_unstable();
        slots.dedup();
        slots.shrink_to_fit();
        slots
    }

    /// Whether none of the dependencies has changed since.
    pub fn is_unchanged(&self, slots: &Slots, since: Revision) -> bool {
        slots.iter().all(|slot| {
            self.slots.get(*slot as usize).is_some_and(|last| last.load(Ordering::SeqCst) <= since.0)
        })
    }

    /// How long it has run.
    pub fn elapsed(&self) -> Duration {
        self.start.elapsed()
    }

    /// Says that every change of before `instant` is known: until `lease` after
    /// it, what seems unchanged is no older than the lease.
    pub fn trust(&self, instant: Instant, lease: Duration) {
        let known = instant.saturating_duration_since(self.start);
        let until = known + lease;
        self.known_until.store(known.as_micros() as u64, Ordering::SeqCst);
        self.trusted_until.store(until.as_micros() as u64, Ordering::SeqCst);
    }

    /// Says that changes may have been missed.
    pub fn distrust(&self) {
        self.trusted_until.store(0, Ordering::SeqCst);
    }

    /// How long ago it was that every change was known.
    pub fn silence(&self) -> Duration {
        let known = Duration::from_micros(self.known_until.load(Ordering::SeqCst));
        self.start.elapsed().saturating_sub(known)
    }

    /// Whether every change is known that is older than the lease.
    pub fn is_trusted(&self) -> bool {
        (self.start.elapsed().as_micros() as u64) < self.trusted_until.load(Ordering::SeqCst)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn change() -> impl Strategy<Value = Change> {
        let topic = prop::sample::select(Topic::ALL.to_vec());
        let ids = prop::collection::vec((0u128..6).prop_map(Uuid::from_u128), 0..3);
        prop_oneof![
            Just(Change::Everything),
            topic.clone().prop_map(Change::More),
            topic.clone().prop_map(Change::All),
            (topic, ids).prop_map(|(topic, ids)| Change::Items(topic, ids)),
        ]
    }

    fn dependency() -> impl Strategy<Value = Dependency> {
        let topic = prop::sample::select(Topic::ALL.to_vec());
        prop_oneof![
            topic.clone().prop_map(Dependency::Any),
            (topic, 0u128..6).prop_map(|(topic, id)| Dependency::One(topic, Uuid::from_u128(id))),
        ]
    }

    /// What the announcement of a change says of a dependency.
    fn touches(change: &Change, dependency: Dependency) -> bool {
        match (change, dependency) {
            (Change::Everything, _) => true,
            (Change::More(changed), Dependency::Any(topic)) => *changed == topic,
            (Change::More(_), Dependency::One(..)) => false,
            (Change::All(changed) | Change::Items(changed, _), Dependency::Any(topic)) => *changed == topic,
            (Change::All(changed), Dependency::One(topic, _)) => *changed == topic,
            (Change::Items(changed, ids), Dependency::One(topic, id)) => {
                *changed == topic && ids.contains(&id)
            }
        }
    }

    proptest! {
        #[test]
        fn an_answer_is_true_until_one_of_its_dependencies_changes(
            before in prop::collection::vec(change(), 0..8),
            after in prop::collection::vec(change(), 0..8),
            dependencies in prop::collection::vec(dependency(), 0..5),
        ) {
            let invalidation = InvalidationClock::default();
            before.iter().for_each(|change| invalidation.mark(change));
            let read_at = invalidation.now();
            after.iter().for_each(|change| invalidation.mark(change));
            let slots = InvalidationClock::slots(&dependencies);
            let touched = after.iter().any(|change| {
                *change == Change::Everything || dependencies.iter().any(|dependency| touches(change, *dependency))
            });
            prop_assert_eq!(invalidation.is_unchanged(&slots, read_at), !touched);
        }
    }

    #[test]
    fn trust_ends_with_its_lease() {
        let invalidation = InvalidationClock::default();
        assert!(!invalidation.is_trusted());
        invalidation.trust(Instant::now(), Duration::from_secs(60));
        assert!(invalidation.is_trusted());
        invalidation.trust(Instant::now(), Duration::ZERO);
        assert!(!invalidation.is_trusted());
        invalidation.trust(Instant::now(), Duration::from_secs(60));
        invalidation.distrust();
        assert!(!invalidation.is_trusted());
    }

    #[test]
    fn silence_begins_with_the_last_moment_of_which_all_is_known() {
        let invalidation = InvalidationClock::default();
        let called = Instant::now();
        invalidation.trust(called, Duration::ZERO);
        invalidation.distrust();
        std::thread::sleep(Duration::from_millis(2));
        let silence = invalidation.silence();
        assert!(
            silence >= Duration::from_millis(1) && silence <= called.elapsed() + Duration::from_millis(1)
        );
    }
}
