//! The behaviour of the service, seen from outside: over HTTP, on a PostgreSQL
//! that this binary starts for itself, one database for each test.

mod architecture;
mod article_addresses;
mod article_filters;
mod article_links;
mod article_lists;
mod article_pages;
mod articles;
mod bodies;
mod bulk;
mod cache;
mod command_line;
mod concurrency;
mod conditional;
mod crashes;
mod docs;
mod embedded;
mod entities;
mod errors;
mod export;
mod freshness;
mod fuzz;
mod health;
mod idempotency;
mod import;
mod keys;
mod migrations;
mod openapi;
mod schema;
mod search;
mod serve;
mod settings;
mod support;
mod tags;
mod triggers;
