//! Markup that is not worth its reading.

use std::fmt;

/// The error for markup nested or broken so intricately that reading it would take an effort out
/// of proportion to its length, which no text written for readers does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooIntricate;

impl fmt::Display for TooIntricate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the markup of the body is nested too deep or too badly broken to be read")
    }
}

impl std::error::Error for TooIntricate {}
