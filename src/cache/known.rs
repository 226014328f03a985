//! What was read lately, and need not be read again.

use std::{hash::Hash, sync::Arc, time::Duration};

use crate::db::{
    changes::Topic,
    freshness::{Freshness, Slots, Subject, Tick},
};

/// Answers to questions of one kind, each kept while nothing of some topics changes.
pub struct Known<Q, A> {
    freshness: Arc<Freshness>,
    slots: Slots,
    found: moka::sync::Cache<Q, (Tick, A)>,
}

impl<Q, A> Known<Q, A>
where
    Q: Hash + Eq + Send + Sync + 'static,
    A: Clone + Send + Sync + 'static,
{
    /// Knows nothing yet. It keeps so many bytes, each answer for so long at most; `size` tells the
    /// bytes of one with its question.
    pub fn new(
        freshness: Arc<Freshness>,
        topics: &[Topic],
        lifetime: Duration,
        capacity: u64,
        size: impl Fn(&Q, &A) -> usize + Send + Sync + 'static,
    ) -> Self {
        let found = moka::sync::Cache::builder()
            .max_capacity(capacity)
            .time_to_live(lifetime)
            .weigher(move |question, (_, answer): &(Tick, A)| {
                u32::try_from(size(question, answer)).unwrap_or(u32::MAX)
            })
            .build();
        let topics: Vec<Subject> = topics.iter().copied().map(Subject::Any).collect();
        let slots = Freshness::slots(&topics);
        Self { freshness, slots, found }
    }

    /// The answer that is known, or else that which is read.
    pub fn get<E>(&self, question: Q, read: impl FnOnce(&Q) -> Result<A, E>) -> Result<A, E> {
        let is_heard = self.freshness.is_trusted();
        if is_heard
            && let Some((read_at, answer)) = self.found.get(&question)
            && self.freshness.is_unchanged(&self.slots, read_at)
        {
            return Ok(answer);
        }
        let read_at = self.freshness.now();
        let answer = read(&question)?;
        if is_heard {
            self.found.insert(question, (read_at, answer.clone()));
        }
        Ok(answer)
    }
}
