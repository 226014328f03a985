//! What every route shares: reading requests, answering them, and the problems
//! between the two.

pub mod coding;
pub mod conditional;
pub mod cors;
pub mod door;
pub mod format;
pub mod head;
pub mod idempotency;
pub mod input;
pub mod json;
pub mod ndjson;
mod numbers;
mod pace;
pub mod params;
pub mod path;
pub mod problem;
pub mod request;
pub mod request_id;
pub mod respond;
pub mod target;
pub mod to_json;
pub mod transport;
mod unique;
pub mod unread;
