//! The labels that were looked for lately.

use std::{sync::Arc, time::Duration};

use diesel::{PgConnection, QueryResult};

use super::{Label, queries};
use crate::db::{
    changes::Topic,
    freshness::{Freshness, Slots, Subject, Tick},
};

/// How long they are taken for true although the most used may be others by now.
const LIFETIME: Duration = Duration::from_secs(60);
/// How many bytes of them are kept.
const CAPACITY: u64 = 8 << 20;

/// For each of some queries the labels whose names match.
pub type Matches = Arc<Vec<Vec<Label>>>;

/// What [`queries::matching`] found, kept while no tag and no entity changes: most searches are
/// the same few, and their pages follow one another.
pub struct KnownLabels {
    freshness: Arc<Freshness>,
    slots: Slots,
    found: moka::sync::Cache<Vec<String>, (Tick, Matches)>,
}

impl KnownLabels {
    /// Knows nothing yet.
    pub fn new(freshness: Arc<Freshness>) -> Self {
        let found = moka::sync::Cache::builder()
            .max_capacity(CAPACITY)
            .time_to_live(LIFETIME)
            .weigher(|queries: &Vec<String>, (_, found): &(Tick, Matches)| {
                let queries: usize = queries.iter().map(String::len).sum();
                let labels: usize =
                    found.iter().flatten().map(|label| size_of::<Label>() + label.slug.len()).sum();
                u32::try_from(queries + labels).unwrap_or(u32::MAX)
            })
            .build();
        let slots = Freshness::slots(&[Topic::Tags, Topic::Entities].map(Subject::Any));
        Self { freshness, slots, found }
    }

    /// The labels that match each of the queries, texts of `tsquery` literals.
    pub fn matching(&self, connection: &mut PgConnection, queries: Vec<String>) -> QueryResult<Matches> {
        if queries.is_empty() {
            return Ok(Matches::default());
        }
        let is_heard = self.freshness.is_trusted();
        if is_heard
            && let Some((read_at, found)) = self.found.get(&queries)
            && self.freshness.is_unchanged(&self.slots, read_at)
        {
            return Ok(found);
        }
        let read_at = self.freshness.now();
        let found = Matches::new(queries::matching(connection, queries.clone())?);
        if is_heard {
            self.found.insert(queries, (read_at, found.clone()));
        }
        Ok(found)
    }
}
