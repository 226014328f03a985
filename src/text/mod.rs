//! Text as such: languages, slugs, bodies. Pure: knows no SQL and no HTTP.

pub mod body;
pub mod language;
pub mod lines;
pub mod slug;
