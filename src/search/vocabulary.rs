//! What is known of the words of searches, of the tags of filters, and of what articles show.

use std::{collections::HashMap, sync::Arc, time::Duration};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::queries::frequencies::KnownFrequencies;
use crate::{
    articles::shown::LabelCache,
    cache::dependency_cache::{Cached, DependencyCache, Made},
    db::{
        changes::Topic,
        freshness::{Freshness, Subject},
    },
    error::ApiResult,
    tags,
    taxonomy::known::KnownLabels,
    values::Key,
};

/// How long families are known: for ever, but for what nobody asks for.
const LIFETIME: Duration = Duration::from_secs(3600);
/// How many bytes of families are kept.
const CAPACITY: u64 = 4 << 20;
/// The bytes that one takes as a rule.
const USUAL_SIZE: usize = 512;

/// What a read wants to know besides the articles themselves.
pub struct Vocabulary {
    /// How often words occur.
    pub frequencies: KnownFrequencies,
    /// Which tags and entities words name.
    pub labels: KnownLabels,
    /// What the tags and entities of articles are called.
    pub shown: Arc<LabelCache>,
    families: DependencyCache<Vec<Key>, HashMap<Key, Vec<Uuid>>>,
    family: DependencyCache<Key, Vec<Uuid>>,
}

/// Of each tag the ids of itself and of all that are below it.
pub type Families = Cached<HashMap<Key, Vec<Uuid>>>;

impl Vocabulary {
    /// Knows nothing yet.
    pub fn new(freshness: Arc<Freshness>, shown: Arc<LabelCache>) -> Self {
        Self {
            frequencies: KnownFrequencies::default(),
            labels: KnownLabels::new(freshness.clone()),
            shown,
            families: DependencyCache::new(freshness.clone(), CAPACITY, USUAL_SIZE, |keys| {
                size_of_val(keys.as_slice())
            }),
            family: DependencyCache::new(freshness, CAPACITY, USUAL_SIZE, |_| 0),
        }
    }

    /// The tag and all that are below it, or the problem that says why there is none.
    pub fn family(&self, connection: &mut PgConnection, key: &Key) -> ApiResult<Cached<Vec<Uuid>>> {
        self.family.get_or_read(key.clone(), |key| {
            let ids = tags::queries::family(connection, key)?;
            Ok(of_tags(size_of_val(ids.as_slice()), ids))
        })
    }

    /// The tags with these keys, each with all that are below it; the tag itself is the first.
    pub fn families(&self, connection: &mut PgConnection, keys: &[Key]) -> QueryResult<Families> {
        self.families.get_or_read(keys.to_vec(), |keys| {
            let found = tags::queries::families(connection, keys)?;
            let size = found.values().map(|ids| size_of::<(Key, Vec<Uuid>)>() + size_of_val(ids.as_slice()));
            Ok(of_tags(size.sum(), found))
        })
    }
}

/// What is valid until a tag changes.
fn of_tags<V>(size: usize, value: V) -> Made<V> {
    Made { value, size, subjects: vec![Subject::Any(Topic::Tags)], lifetime: Some(LIFETIME) }
}
