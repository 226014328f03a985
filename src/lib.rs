//! Maqal (مقال, "article"): a REST JSON API for news content.
//!
//! From the outside in, each module using those below it alone:
//!
//! - [`cli`] is the command line, [`config`] its settings, [`startup`] what can go wrong there, and `terminal` what
//!   commands say;
//! - [`server`] builds the service and runs it, [`openapi`] describes it;
//! - [`articles`], [`tags`], [`entities`], [`auth`], [`ops`] and [`demo`] are the
//!   features, each in the same few files: `routes` (handlers), `body` (JSON),
//!   `edit` (what a write takes), `model` (rows) and `queries` (all the SQL);
//! - [`mentions`] says where articles speak of entities, and finds out;
//! - [`bulk`] writes many items at once, [`transfer`] takes them from files and
//!   writes articles into files;
//! - `upkeep` keeps the database in order beside the requests, and `blocking` what
//!   computes off the threads that answer everybody;
//! - [`clock`] is the time of day and chance, which nothing else asks for;
//! - [`http`] is what every route shares, [`error`] every failure that a client
//!   can see, [`db`] the only way to PostgreSQL, [`schema`] its tables;
//! - [`values`] are the types that cannot hold a wrong value, [`maqal_text`] is text
//!   as such.

pub mod analytics;
pub mod annotator;
pub mod articles;
pub mod auth;
mod blocking;
pub mod bulk;
pub mod cache;
pub mod cli;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod entities;
pub mod error;
pub mod formats;
pub mod http;
pub mod index;
pub mod logging;
pub mod mentions;
pub mod openapi;
pub mod ops;
pub mod page;
pub mod schema;
pub mod search;
pub mod server;
pub mod startup;
pub mod tags;
pub mod taxonomy;
mod terminal;
pub mod transfer;
mod upkeep;
pub mod values;
