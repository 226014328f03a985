//! What is known of the words of searches, of the tags of filters, and of what articles show.

use std::{collections::HashMap, sync::Arc, time::Duration};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::queries::frequencies::KnownFrequencies;
use crate::{
    articles::shown::LabelCache,
    cache::known::Known,
    db::{changes::Topic, freshness::Freshness},
    error::ApiResult,
    tags,
    taxonomy::known::KnownLabels,
    values::Key,
};

/// How long families are known: for ever, but for what nobody asks for.
const LIFETIME: Duration = Duration::from_secs(3600);
/// How many bytes of families are kept.
const CAPACITY: u64 = 4 << 20;

/// What a read wants to know besides the articles themselves.
pub struct Vocabulary {
    /// How often words occur.
    pub frequencies: KnownFrequencies,
    /// Which tags and entities words name.
    pub labels: KnownLabels,
    /// What the tags and entities of articles are called.
    pub shown: Arc<LabelCache>,
    families: Known<Vec<Key>, Families>,
    family: Known<Key, Arc<Vec<Uuid>>>,
}

/// Of each tag the ids of itself and of all that are below it.
pub type Families = Arc<HashMap<Key, Vec<Uuid>>>;

impl Vocabulary {
    /// Knows nothing yet.
    pub fn new(freshness: Arc<Freshness>, shown: Arc<LabelCache>) -> Self {
        let size = |keys: &Vec<Key>, found: &Families| {
            let ids: usize = found.values().map(|ids| size_of::<Key>() + size_of_val(ids.as_slice())).sum();
            keys.len() * size_of::<Key>() + ids
        };
        Self {
            frequencies: KnownFrequencies::default(),
            labels: KnownLabels::new(freshness.clone()),
            shown,
            families: Known::new(freshness.clone(), &[Topic::Tags], LIFETIME, CAPACITY, size),
            family: Known::new(freshness, &[Topic::Tags], LIFETIME, CAPACITY, |_, ids: &Arc<Vec<Uuid>>| {
                size_of::<Key>() + size_of_val(ids.as_slice())
            }),
        }
    }

    /// The tag and all that are below it, or the problem that says why there is none.
    pub fn family(&self, connection: &mut PgConnection, key: &Key) -> ApiResult<Arc<Vec<Uuid>>> {
        self.family.get(key.clone(), |key| tags::queries::family(connection, key).map(Arc::new))
    }

    /// The tags with these keys, each with all that are below it; the tag itself is the first.
    pub fn families(&self, connection: &mut PgConnection, keys: &[Key]) -> QueryResult<Families> {
        self.families.get(keys.to_vec(), |keys| tags::queries::families(connection, keys).map(Families::new))
    }
}
