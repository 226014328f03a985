//! Articles into and out of files: `maqal import` and `maqal export`.

pub mod export;
pub mod import;
mod progress;
mod queries;
mod reader;
