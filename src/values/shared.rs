//! Parts of a text that several values have in common: one piece of memory for all of them.

use std::{ops::Range, sync::Arc};

use serde::{Serialize, Serializer};

use super::json::serialize_raw;

/// A part of a text.
#[derive(Debug, Clone)]
pub struct SharedText {
    whole: Arc<str>,
    part: Range<u32>,
}

impl SharedText {
    /// That part of the text; the empty one, where there is no such part.
    pub fn new(whole: &Arc<str>, part: Range<usize>) -> Self {
        let part = u32::try_from(part.start).unwrap_or_default()..u32::try_from(part.end).unwrap_or_default();
        Self { whole: whole.clone(), part }
    }

    /// The part.
    pub fn as_str(&self) -> &str {
        self.whole.get(self.part.start as usize..self.part.end as usize).unwrap_or_default()
    }
}

impl Serialize for SharedText {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

/// A part of a text that is JSON already, and is handed on as it is.
#[derive(Debug, Clone)]
pub struct SharedJson(SharedText);

impl SharedJson {
    /// That part of the text.
    pub fn new(whole: &Arc<str>, part: Range<usize>) -> Self {
        Self(SharedText::new(whole, part))
    }
}

impl Serialize for SharedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serialize_raw(self.0.as_str(), serializer)
    }
}
