//! The behaviour of the service, seen from outside: over HTTP, on a PostgreSQL
//! that this binary starts for itself, one database for each test.

#![expect(unsafe_code, reason = "processes are signalled, and become others, as nothing but libc does it")]
#![expect(clippy::expect_used, clippy::panic, reason = "it is how a test fails")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests are clients, and are told by the environment what to run on"
)]

mod annotator;
mod architecture;
mod article_addresses;
mod article_filters;
mod article_links;
mod article_lists;
mod article_pages;
mod article_texts;
mod articles;
mod bodies;
mod bulk;
mod bulk_at_once;
mod bulk_bodies;
mod bulk_failures;
mod cache;
mod command_line;
mod computing;
mod concurrency;
mod conditional;
mod connections;
mod contract;
mod coverage;
mod crashes;
mod docs;
mod embedded;
mod entities;
mod entities_bulk;
mod entity_merges;
mod entity_names;
mod errors;
mod examples;
mod export;
mod facets;
mod formats;
mod freshness;
mod fuzz;
mod health;
mod idempotency;
mod import;
mod keys;
mod mentions;
mod migrations;
mod named_links;
mod new_names;
mod openapi;
mod parameters;
mod plans;
mod poolers;
mod preconditions;
mod prepared;
mod quotes;
mod read_off;
mod read_only;
mod related;
mod schema;
mod search;
mod search_limits;
mod secrecy;
mod sent_back;
mod serve;
mod settings;
mod spellings;
mod stale;
mod suggest;
mod support;
mod tags;
mod triggers;
mod words;
