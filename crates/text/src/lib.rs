//! Text as such: languages, slugs, bodies. Pure: knows no SQL and no HTTP.

pub mod analysis;
pub mod anchor;
pub mod bidi;
pub mod body;
pub mod breaks;
pub mod completion;
pub mod gazetteer;
pub mod gunzip;
pub mod highlight;
pub mod language;
pub mod lines;
mod literal;
pub mod printable;
pub mod query;
pub mod quotes;
pub mod slug;
