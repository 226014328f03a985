//! What the tests share: a PostgreSQL, a database each, the service, a client.

mod app;
mod client;
mod cluster;
mod database;
mod samples;

pub use app::TestApp;
pub use client::Response;
pub use database::TestDatabase;
pub use samples::{article, entity, tag};
