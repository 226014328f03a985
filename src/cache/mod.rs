//! What is kept in memory as long as it is true: answers, and what they are made of.

pub mod answer;
pub mod hot;
pub mod kept;
pub mod known;
mod outage;
pub mod responses;
