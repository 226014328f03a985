//! The only way to PostgreSQL: a pool of connections, and [`Db::read`] and
//! [`Db::write`], which run queries on blocking threads, never on an async worker.

pub mod constraints;
pub mod embedded;
pub mod explain;
pub mod former;
pub mod idempotency;
pub mod keyset;
pub mod migrations;
mod pool;
mod server;
pub mod slugs;

use actix_web::web;
use diesel::{Connection, PgConnection};

pub use pool::{ConnectError, establish};
pub use server::{create_database, warn_of_settings};

use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult},
};

/// How often a transaction that lost against another is begun again.
const TRANSACTION_TRIES: usize = 5;

/// The database, as the rest of the code sees it. A clone shares the pool.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<pool::Manager>,
}

impl Db {
    /// A pool for the database. It connects in the background: a database that
    /// does not answer yet is no error here.
    pub fn new(url: &str, config: &PoolConfig) -> Self {
        Self { pool: pool::build(url, config) }
    }

    /// Runs queries that change nothing. Where the connection has died, they
    /// are run again on another, so `work` may be called several times.
    pub async fn read<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        self.run(move |pool| {
            // Each idle connection may have died with the server, none that is made after.
            for _ in 0..=pool.max_size() {
                let mut connection = pool.get().map_err(ApiError::unavailable)?;
                let result = work(&mut connection);
                if !connection.died_in(&result) {
                    return result;
                }
            }
            Err(ApiError::unavailable("every connection of the pool died"))
        })
        .await
    }

    /// Runs one transaction: all of `work` happens, or nothing. Where it lost
    /// against another transaction it is begun again, so `work` may be called
    /// several times.
    pub async fn write<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        self.run(move |pool| {
            let mut connection = pool::living_connection(pool)?;
            let mut result = connection.transaction(&work);
            for _ in 1..TRANSACTION_TRIES {
                if !matches!(&result, Err(error) if error.lost_race) {
                    break;
                }
                result = connection.transaction(&work);
            }
            connection.died_in(&result);
            result
        })
        .await
    }

    async fn run<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<pool::Manager>) -> ApiResult<T> + Send + 'static,
    {
        let pool = self.pool.clone();
        web::block(move || work(&pool)).await.map_err(ApiError::internal)?
    }
}
