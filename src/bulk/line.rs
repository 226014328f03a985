//! One line: read and validated, before the database is asked.

use super::{Item, report::ResultKind};
use crate::{
    error::{ApiError, ApiResult, Problem},
    http::{
        input::{self, Input},
        json,
    },
};
use maqal_text::lines::RawLine;

/// The lines that one transaction writes at most.
pub const BATCH_LINES: usize = 5000;

/// A line that was read: an item, or what is wrong with it.
#[derive(Debug)]
pub struct Line<I> {
    pub number: u64,
    pub item: ApiResult<Box<I>>,
}

impl<I: Item> Line<I> {
    /// Reads a line, which may have so many bytes.
    pub fn read(raw: RawLine, max: usize) -> Self {
        let item = match raw.text {
            Some(text) => I::read(&text).map(Box::new),
            None => {
                Err(ApiError::new(Problem::BodyTooLarge, format!("the line must have at most {max} bytes")))
            }
        };
        Self { number: raw.number, item }
    }

    /// See [`Item::prepare`].
    pub fn prepare(&mut self, tools: &I::Tools) {
        if let Ok(item) = &mut self.item {
            item.prepare(tools);
        }
    }
}

/// What the JSON of a line says, valid by itself.
pub fn parse<T: Input>(text: &[u8]) -> ApiResult<T> {
    let value = json::parse(text).map_err(of_one_line)?;
    if value.get("result").is_some_and(|result| result == ResultKind::Stopped.as_str()) {
        let detail = "an export stopped here: what it had from this line on is missing";
        return Err(ApiError::invalid_field("/result", "unknown", detail));
    }
    input::read(value).map_err(|faults| ApiError::invalid(Problem::InvalidBody, faults))
}

/// The number of a line within the line says nothing.
fn of_one_line(error: ApiError) -> ApiError {
    let detail = error.detail.replace("the body is", "the line is").replace("at line 1 column", "at byte");
    ApiError { detail, ..error }
}
