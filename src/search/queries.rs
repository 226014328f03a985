//! The SQL of lists and searches: which articles, in which order.

mod beginnings;
pub mod complete;
pub mod facets;
mod filter;
pub mod frequencies;
mod links;
mod list;
mod matches;
pub mod related;
mod relevance;
mod scan;
mod window;

pub use beginnings::beginnings;
pub use filter::{ArticleFilter, DateField, Filter, LinkFilter, LinkIds, Within};
pub use list::{on_page, positions, total};
pub use relevance::{ranking_on, recency, scored};
