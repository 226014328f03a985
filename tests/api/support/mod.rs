//! What the tests share: a PostgreSQL, a database each, the service, a client.

mod app;
mod catalog;
mod client;
mod cluster;
mod command;
mod data_dir;
mod database;
mod document;
mod generated;
mod ndjson;
mod planned;
mod pooler;
mod samples;
mod settings;
mod tap;
mod walk;
mod wire;

pub use app::TestApp;
pub use client::{Request, Response};
pub use command::{Said, Serving, eventually, is_alive, maqal, signal};
pub use data_dir::DataDir;
pub use database::TestDatabase;
pub use document::{Document, Operation};
pub use generated::{Generated, SCRIPTS};
pub use ndjson::{as_lines, import, import_into, line, lines_of, results, text_of};
pub use pooler::{Pooler, TransactionPooler};
pub use samples::{article, article_with, entity, path_of, tag};
pub use tap::{Statement, Tap};
pub use walk::{pages, walk, walk_back};
pub use wire::{Wire, WireAnswer};

use proptest::test_runner::{Config, TestRunner};

/// Looks for a counterexample in so many cases; each is a few requests, so they are few.
pub fn cases(number: u32) -> TestRunner {
    TestRunner::new(Config { cases: number, failure_persistence: None, ..Config::default() })
}
