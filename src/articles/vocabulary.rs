//! What is known of the words of searches.

use std::sync::Arc;

use super::queries::frequencies::KnownFrequencies;
use crate::{db::freshness::Freshness, labels::known::KnownLabels};

/// What a search wants to know of its words before it looks for articles.
pub struct Vocabulary {
    /// How often they occur.
    pub frequencies: KnownFrequencies,
    /// Which tags and entities they name.
    pub labels: KnownLabels,
}

impl Vocabulary {
    /// Knows nothing yet.
    pub fn new(freshness: Arc<Freshness>) -> Self {
        Self { frequencies: KnownFrequencies::default(), labels: KnownLabels::new(freshness) }
    }
}
