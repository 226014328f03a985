//! Connections that one sort of work has to itself.

use std::{sync::Arc, time::Duration};

use actix_web::{rt::time::timeout, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pool::Manager;
use crate::error::{ApiError, ApiResult};

/// Some connections, and the queue of those who wait for one. A clone shares both.
#[derive(Clone)]
pub(super) struct Share {
    pool: r2d2::Pool<Manager>,
    /// One for each connection: who waits for one holds no thread meanwhile, and not for ever.
    permits: Arc<Semaphore>,
    patience: Duration,
}

impl Share {
    /// The connections of a pool, for each of which anybody waits so long at most.
    pub fn new(pool: r2d2::Pool<Manager>, patience: Duration) -> Self {
        let permits = Arc::new(Semaphore::new(pool.max_size() as usize));
        Self { pool, permits, patience }
    }

    /// How long anybody waits for a connection.
    pub fn patience(&self) -> Duration {
        self.patience
    }

    /// Runs the work on a connection's thread, as soon as one is free.
    pub async fn run<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.run_within(self.patience, work).await
    }

    /// The same, for who can wait so long for a connection.
    pub async fn run_within<T, F>(&self, patience: Duration, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.turn(patience).await?.run(work).await
    }

    /// Waits so long for a connection.
    pub async fn turn(&self, patience: Duration) -> ApiResult<Turn> {
        let permit = timeout(patience, self.permits.clone().acquire_owned())
            .await
            .map_err(|_| ApiError::unavailable("every connection is busy"))?
            .map_err(ApiError::internal)?;
        Ok(Turn { permit, pool: self.pool.clone() })
    }
}

/// A connection is free, and kept for its holder.
pub(super) struct Turn {
    permit: OwnedSemaphorePermit,
    pool: r2d2::Pool<Manager>,
}

impl Turn {
    /// Runs the work on a blocking thread.
    pub async fn run<T, F>(self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<T> + Send + 'static,
    {
        let answer = web::block(move || {
            let _permit = self.permit;
            work(&self.pool)
        });
        answer.await.map_err(ApiError::internal)?
    }
}
