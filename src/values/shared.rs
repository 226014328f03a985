//! Parts of a text that several values have in common: one piece of memory for all of them.

use std::{ops::Range, sync::Arc};

use serde::{Serialize, Serializer};

use super::json::serialize_raw;

/// A part of a text that is JSON already, and is handed on as it is.
#[derive(Debug, Clone)]
pub struct SharedJson {
    whole: Arc<str>,
    part: Range<u32>,
}

impl SharedJson {
    /// That part of the text, which is of less than 4 GiB.
    pub fn new(whole: &Arc<str>, part: Range<usize>) -> Self {
        Self { whole: whole.clone(), part: part.start as u32..part.end as u32 }
    }
}

impl Serialize for SharedJson {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let part = self.whole.get(self.part.start as usize..self.part.end as usize);
        serialize_raw(part.unwrap_or("null"), serializer)
    }
}
