//! The annotator: finds the names of entities in texts, and keeps the mentions and links of articles up to date.

pub mod annotate;
pub mod background;
pub mod matcher;
pub mod model;
pub mod plan;
pub mod queries;
