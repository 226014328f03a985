//! The labels that were looked for lately.

use std::{sync::Arc, time::Duration};

use diesel::{PgConnection, QueryResult};

use super::{Label, queries};
use crate::{
    cache::dependency_cache::{Cached, DependencyCache, Made},
    db::{
        invalidation::{Dependency, InvalidationClock},
        resources::Topic,
    },
};

/// How long they are taken for true although the most used may be others by now.
const LIFETIME: Duration = Duration::from_secs(60);
/// How many bytes of them are kept.
const CAPACITY: u64 = 8 << 20;

/// For each of some queries the labels whose names match.
pub type Matches = Cached<Vec<Vec<Label>>>;

/// What [`queries::matching`] found, kept while no tag and no entity changes: most searches are
/// the same few, and their pages follow one another.
pub struct KnownLabels(DependencyCache<Vec<String>, Vec<Vec<Label>>>);

/// The bytes that the labels of a search take as a rule.
const USUAL_SIZE: usize = 1024;

impl KnownLabels {
    /// Knows nothing yet.
    pub fn new(invalidation: Arc<InvalidationClock>) -> Self {
        let size =
            |queries: &Vec<String>| queries.iter().map(|query| size_of::<String>() + query.len()).sum();
        Self(DependencyCache::new(invalidation, CAPACITY, USUAL_SIZE, size))
    }

    /// The labels that match each of the queries, texts of `tsquery` literals.
    pub fn matching(&self, connection: &mut PgConnection, queries: Vec<String>) -> QueryResult<Matches> {
        if queries.is_empty() {
            return Ok(Matches::default());
        }
        self.0.get_or_read(queries, |queries| {
            let found = queries::matching(connection, queries.clone())?;
            let of_label = |label: &Label| size_of::<Label>() + label.slug.len();
            let size: usize = found.iter().flatten().map(of_label).sum();
            let size = size + size_of_val(found.as_slice());
            let dependencies = [Topic::Tags, Topic::Entities].map(Dependency::Any).to_vec();
            Ok(Made { value: found, size, dependencies, lifetime: Some(LIFETIME) })
        })
    }
}
