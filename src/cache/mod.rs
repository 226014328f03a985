//! What is kept in memory as long as it is true: answers, and what they are made of.

pub mod answer;
pub mod dependency_cache;
pub mod hot;
mod outage;
pub mod responses;
