//! The only way to PostgreSQL: a pool of connections, and [`Db::read`] and
//! [`Db::write`], which run queries on blocking threads, never on an async worker.

pub mod batch;
pub mod changes;
pub mod constraints;
pub mod embedded;
pub mod explain;
pub mod former;
pub mod freshness;
pub mod idempotency;
pub mod kept;
pub mod keyset;
pub mod known;
mod listener;
pub mod migrations;
pub mod one_of;
mod pool;
pub mod prepared;
mod server;
pub mod slugs;
mod streams;
pub mod tsvector;

use std::{sync::Arc, time::Duration};

use actix_web::{rt::time::timeout, web};
use diesel::{Connection, PgConnection};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

pub use pool::{ConnectError, establish};
pub use server::{create_database, warn_of_settings};
pub use streams::Snapshot;

use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult},
};
use freshness::Freshness;

/// How often a transaction that lost against another is begun again.
const TRANSACTION_TRIES: usize = 5;

/// The database, as the rest of the code sees it. A clone shares the pool.
#[derive(Clone)]
pub struct Db {
    pool: r2d2::Pool<pool::Manager>,
    /// One for each connection: who waits for one holds no thread meanwhile,
    /// and not for ever.
    permits: Arc<Semaphore>,
    patience: Duration,
    freshness: Arc<Freshness>,
    url: Arc<str>,
    streams: Arc<streams::Streams>,
}

impl Db {
    /// A pool for the database. It connects in the background: a database that
    /// does not answer yet is no error here.
    pub fn new(url: &str, config: &PoolConfig) -> Self {
        Self {
            pool: pool::build(url, config),
            permits: Arc::new(Semaphore::new(config.size() as usize)),
            patience: Duration::from_secs(config.db_timeout),
            freshness: Arc::default(),
            url: url.into(),
            streams: Arc::new(streams::Streams::new(config)),
        }
    }

    /// Which of what was read is still true, as far as this node has heard.
    pub fn freshness(&self) -> &Arc<Freshness> {
        &self.freshness
    }

    /// Begins to hear of changes that others make; until then [`Freshness`]
    /// knows those of [`Db::write`] alone, and is not to be trusted.
    pub fn listen(&self) -> std::io::Result<()> {
        listener::start(&self.url, &self.freshness)
    }

    /// Runs queries that change nothing. Where the connection has died, they
    /// are run again on another, so `work` may be called several times.
    pub async fn read<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        self.run(move |pool| read_on(pool, &work)).await
    }

    /// Runs one transaction: all of `work` happens, or nothing. Where it lost
    /// against another transaction it is begun again, so `work` may be called
    /// several times. What it has changed is marked before it returns.
    pub async fn write<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        let freshness = self.freshness.clone();
        let transaction = move |connection: &mut PgConnection| {
            connection.transaction(|connection| -> ApiResult<_> {
                let result = work(connection)?;
                Ok((result, changes::of_transaction(connection)?))
            })
        };
        self.run(move |pool| {
            let mut connection = pool::living_connection(pool)?;
            let mut result = transaction(&mut connection);
            for _ in 1..TRANSACTION_TRIES {
                if !matches!(&result, Err(error) if error.lost_race) {
                    break;
                }
                result = transaction(&mut connection);
            }
            connection.died_in(&result);
            let (result, changes) = result?;
            changes.iter().for_each(|change| freshness.mark(change));
            Ok(result)
        })
        .await
    }

    async fn run<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<pool::Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.run_within(self.patience, work).await
    }

    /// The same, for who can wait so long for a connection.
    async fn run_within<T, F>(&self, patience: Duration, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<pool::Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.turn_within(patience).await?.run(work).await
    }

    /// Waits for a connection.
    async fn turn(&self) -> ApiResult<Turn> {
        self.turn_within(self.patience).await
    }

    async fn turn_within(&self, patience: Duration) -> ApiResult<Turn> {
        let permit = timeout(patience, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| ApiError::unavailable("every connection is busy"))?
            .map_err(ApiError::internal)?;
        Ok(Turn { permit, pool: self.pool.clone() })
    }
}

/// A connection is free, and kept for its holder.
struct Turn {
    permit: OwnedSemaphorePermit,
    pool: r2d2::Pool<pool::Manager>,
}

impl Turn {
    /// Runs the work on a blocking thread.
    async fn run<T, F>(self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<pool::Manager>) -> ApiResult<T> + Send + 'static,
    {
        let answer = web::block(move || {
            let _permit = self.permit;
            work(&self.pool)
        });
        answer.await.map_err(ApiError::internal)?
    }
}

fn read_on<T>(
    pool: &r2d2::Pool<pool::Manager>,
    work: impl Fn(&mut PgConnection) -> ApiResult<T>,
) -> ApiResult<T> {
    // Each idle connection may have died with the server, none that is made after.
    for _ in 0..=pool.max_size() {
        let mut connection = pool.get().map_err(ApiError::unavailable)?;
        let result = work(&mut connection);
        if !connection.died_in(&result) {
            return result;
        }
    }
    Err(ApiError::unavailable("every connection of the pool died"))
}
