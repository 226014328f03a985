//! What became of lines.

use uuid::Uuid;

use crate::error::ApiResult;

/// What became of a line.
#[derive(Debug)]
pub struct Outcome {
    pub line: u64,
    pub result: ApiResult<Stored>,
}

impl Outcome {
    /// Of an item that has the slug now: it had the version `current`, if it was there, and has
    /// got the version `updated`, if anything of it was different.
    pub fn written(line: u64, id: Uuid, slug: String, current: Option<i64>, updated: Option<i64>) -> Self {
        let (change, version) = match (current, updated) {
            (None, _) => (Change::Created, 1),
            (Some(_), Some(version)) => (Change::Updated, version),
            (Some(version), None) => (Change::Unchanged, version),
        };
        Self { line, result: Ok(Stored { change, id, slug, version }) }
    }
}

/// What a line stands for now.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    pub change: Change,
    pub id: Uuid,
    pub slug: String,
    pub version: i64,
}

/// What a line has changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Created,
    Updated,
    Unchanged,
}
