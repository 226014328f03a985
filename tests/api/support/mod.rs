//! What the tests share: a PostgreSQL, a database each, the service, a client.

mod app;
mod catalog;
mod client;
mod cluster;
mod command;
mod data_dir;
mod database;
mod samples;

pub use app::TestApp;
pub use client::{Request, Response};
pub use command::{Said, Serving, eventually, is_alive, maqal, signal};
pub use data_dir::DataDir;
pub use database::TestDatabase;
pub use samples::{article, entity, tag};
