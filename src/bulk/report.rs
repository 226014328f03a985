//! What became of each line, as JSON.

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{Change, Outcome};
use crate::{
    error::{ApiError, FieldError, Problem},
    values::text_enum,
};

/// The faults that are told of one line; `detail` counts all of them.
pub const MAX_LINE_FAULTS: usize = 10;

text_enum! {
    /// What became of a line.
    pub enum ResultKind {
        /// An item was made.
        Created = "created",
        /// The item had other content.
        Updated = "updated",
        /// The item is as the line says already.
        Unchanged = "unchanged",
        /// The item was deleted here, or merged into another one, which an import does not undo; `problem` says so.
        Skipped = "skipped",
        /// The line was refused; `problem` says why.
        Failed = "failed",
        /// The import ended early: this line and those after it were not done. Of an export, they were not sent.
        Stopped = "stopped",
    }
}

/// The answer to one line, or the last line of an export that ended early.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineResult {
    /// The number of the line, from 1; blank lines count.
    #[schema(minimum = 1)]
    pub line: u64,
    pub result: ResultKind,
    /// The id of the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub id: Option<Uuid>,
    /// The slug of the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: Option<String>,
    /// The version of the item.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1)]
    pub version: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub problem: Option<LineProblem>,
}

/// Why a line was refused, or the import or export ended early: a problem (RFC 9457) without a request of its own.
#[derive(Debug, Serialize, ToSchema)]
pub struct LineProblem {
    /// The kind of problem: a path that answers with its explanation.
    #[serde(rename = "type")]
    #[schema(example = "/problems/invalid-body", format = "uri-reference", max_length = 100)]
    pub type_: String,
    /// The kind of problem, in a few words.
    #[schema(example = "The body does not validate", min_length = 1, max_length = 200, pattern = r"\S")]
    pub title: &'static str,
    /// The HTTP status that goes with it.
    #[schema(example = 400, minimum = 300, maximum = 599)]
    pub status: u16,
    /// What happened this time.
    #[schema(example = "/headline: is required", max_length = 20_000, pattern = r"^[\s\S]+$")]
    pub detail: String,
    /// The first faults in the line.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 10)]
    pub errors: Vec<FieldError>,
}

impl From<ApiError> for LineProblem {
    fn from(error: ApiError) -> Self {
        let mut errors = error.errors;
        errors.truncate(MAX_LINE_FAULTS);
        Self {
            type_: format!("/problems/{}", error.problem.name()),
            title: error.problem.title(),
            status: error.problem.status().as_u16(),
            detail: error.detail,
            errors,
        }
    }
}

/// The answer to a line.
pub fn report(outcome: Outcome) -> LineResult {
    let Outcome { line, result } = outcome;
    match result {
        Ok(stored) => LineResult {
            line,
            result: match stored.change {
                Change::Created => ResultKind::Created,
                Change::Updated => ResultKind::Updated,
                Change::Unchanged => ResultKind::Unchanged,
            },
            id: Some(stored.id),
            slug: Some(stored.slug),
            version: Some(stored.version),
            problem: None,
        },
        Err(error) if is_skipped(&error) => refusal(line, ResultKind::Skipped, error),
        Err(error) => refusal(line, ResultKind::Failed, error),
    }
}

/// Whether a line is refused for no fault of its own: what it says is not to be here any more.
pub fn is_skipped(error: &ApiError) -> bool {
    error.problem == Problem::Gone
}

/// The last line of an import or export that ended early, before this line.
pub fn stopped(line: u64, error: ApiError) -> LineResult {
    refusal(line, ResultKind::Stopped, error)
}

fn refusal(line: u64, result: ResultKind, error: ApiError) -> LineResult {
    LineResult { line, result, id: None, slug: None, version: None, problem: Some(error.into()) }
}
