//! The SQL of lists and searches: which articles, in which order.

mod beginnings;
mod candidates;
pub mod complete;
pub mod facets;
mod filter;
pub mod frequencies;
mod linked;
mod list;
mod matches;
mod places;
pub mod related;
mod relevance;
mod stretch;

pub use beginnings::beginnings;
pub use candidates::Candidates;
pub use filter::{ArticleFilter, DateField, LinkFilter, Within};
pub use list::{on_page, positions};
pub use matches::Asked;
pub use relevance::freshness;
