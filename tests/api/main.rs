//! The behaviour of the service, seen from outside: over HTTP, on a PostgreSQL
//! that this binary starts for itself, one database for each test.

mod architecture;
mod articles;
mod health;
mod support;
