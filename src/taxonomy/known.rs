//! The labels that were looked for lately.

use std::{sync::Arc, time::Duration};

use diesel::{PgConnection, QueryResult};

use super::{Label, queries};
use crate::{
    cache::known::Known,
    db::{changes::Topic, freshness::Freshness},
};

/// How long they are taken for true although the most used may be others by now.
const LIFETIME: Duration = Duration::from_secs(60);
/// How many bytes of them are kept.
const CAPACITY: u64 = 8 << 20;

/// For each of some queries the labels whose names match.
pub type Matches = Arc<Vec<Vec<Label>>>;

/// What [`queries::matching`] found, kept while no tag and no entity changes: most searches are
/// the same few, and their pages follow one another.
pub struct KnownLabels(Known<Vec<String>, Matches>);

impl KnownLabels {
    /// Knows nothing yet.
    pub fn new(freshness: Arc<Freshness>) -> Self {
        let size = |queries: &Vec<String>, found: &Matches| {
            let queries: usize = queries.iter().map(String::len).sum();
            let labels: usize =
                found.iter().flatten().map(|label| size_of::<Label>() + label.slug.len()).sum();
            queries + labels
        };
        Self(Known::new(freshness, &[Topic::Tags, Topic::Entities], LIFETIME, CAPACITY, size))
    }

    /// The labels that match each of the queries, texts of `tsquery` literals.
    pub fn matching(&self, connection: &mut PgConnection, queries: Vec<String>) -> QueryResult<Matches> {
        if queries.is_empty() {
            return Ok(Matches::default());
        }
        self.0.get(queries, |queries| queries::matching(connection, queries.clone()).map(Matches::new))
    }
}
