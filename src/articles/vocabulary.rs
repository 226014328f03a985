//! What is known of the words of searches, and of what articles show.

use std::sync::Arc;

use super::{queries::search::KnownFrequencies, shown::LabelCache};
use crate::{db::freshness::Freshness, labels::known::KnownLabels};

/// What a read wants to know besides the articles themselves.
pub struct Vocabulary {
    /// How often words occur.
    pub frequencies: KnownFrequencies,
    /// Which tags and entities words name.
    pub labels: KnownLabels,
    /// What the tags and entities of articles are called.
    pub shown: LabelCache,
}

impl Vocabulary {
    /// Knows nothing yet.
    pub fn new(freshness: Arc<Freshness>) -> Self {
        Self {
            frequencies: KnownFrequencies::default(),
            shown: LabelCache::new(&freshness),
            labels: KnownLabels::new(freshness),
        }
    }
}
