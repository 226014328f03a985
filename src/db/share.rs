//! Connections that one sort of work has to itself.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::{rt::time::timeout, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::pool::Manager;
use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult},
};

/// Some connections, and the queue of those who wait for one. A clone shares both.
#[derive(Clone)]
pub(super) struct Share {
    pool: r2d2::Pool<Manager>,
    /// One for each connection: who waits for one holds no thread meanwhile, and not for ever.
    permits: Arc<Semaphore>,
    /// For those who make something of what they read: two for each connection, so that the answers that are being
    /// made do not pile up where the processor is the bottleneck.
    computing: Arc<Semaphore>,
    patience: Duration,
    longest: Option<Duration>,
}

#[cfg(test)]
impl PartialEq for Share {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.permits, &other.permits)
    }
}

impl Share {
    /// The connections of a pool, for each of which anybody waits so long at most, and so long for an answer, with the
    /// time for the connection; without end where that is not told.
    pub fn new(pool: r2d2::Pool<Manager>, patience: Duration, longest: Option<Duration>) -> Self {
        let size = pool.max_size() as usize;
        let (permits, computing) =
            (Arc::new(Semaphore::new(size)), Arc::new(Semaphore::new(COMPUTING * size)));
        Self { pool, permits, computing, patience, longest }
    }

    /// Runs the work on a connection's thread, as soon as one is free.
    pub async fn run<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.in_time(self.run_within(self.patience, work)).await
    }

    /// Waits for an answer as long as for any at most, so that whoever asks hears of a database that is there and does
    /// not answer. The thread that waits for it keeps its connection until one of them comes to an end.
    pub async fn in_time<T>(&self, answer: impl Future<Output = ApiResult<T>>) -> ApiResult<T> {
        match self.longest {
            Some(longest) => {
                let answer = timeout(longest, answer).await;
                answer.unwrap_or_else(|_| Err(ApiError::unavailable("no answer in time")))
            }
            None => answer.await,
        }
    }

    /// The same, for who can wait so long for a connection, and without end for the answer.
    pub async fn run_within<T, F>(&self, patience: Duration, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.turn(patience).await?.run(work).await
    }

    /// Waits so long for a connection.
    pub async fn turn(&self, patience: Duration) -> ApiResult<Turn> {
        let permit = permit(&self.permits, patience, "every connection is busy").await?;
        Ok(Turn { permit, computing: None, in_flight: None, pool: self.pool.clone() })
    }

    /// Waits for a connection, and for a thread that goes on without it.
    pub async fn turn_to_compute(&self) -> ApiResult<Turn> {
        self.turn_to_compute_within(self.patience).await
    }

    async fn turn_to_compute_within(&self, patience: Duration) -> ApiResult<Turn> {
        let begun = Instant::now();
        // This one first: who holds a connection must not wait for those who compute.
        let computing = permit(&self.computing, patience, "every thread that computes is busy").await?;
        let turn = self.turn(patience.saturating_sub(begun.elapsed())).await?;
        Ok(Turn { computing: Some(computing), ..turn })
    }

    /// As many of one kind as may be under way at once, answers that are being made included.
    pub fn flights(&self) -> Flights {
        Flights(Arc::new(Semaphore::new(self.pool.max_size() as usize)))
    }

    /// The same turn, for one of a kind of which only so many may be under way.
    pub async fn turn_in_flight(&self, flights: &Flights) -> ApiResult<Turn> {
        let begun = Instant::now();
        let in_flight = permit(&flights.0, self.patience, "every connection is busy").await?;
        let turn = self.turn_to_compute_within(self.patience.saturating_sub(begun.elapsed())).await?;
        Ok(Turn { in_flight: Some(in_flight), ..turn })
    }
}

/// How many batches of one kind are under way: as many as there are connections. Were it more, each would be so
/// much smaller, and reads cost more where the processor is the bottleneck.
pub(super) struct Flights(Arc<Semaphore>);

/// One of these, if one is free in this time.
pub(super) async fn permit(
    of: &Arc<Semaphore>,
    patience: Duration,
    busy: &str,
) -> ApiResult<OwnedSemaphorePermit> {
    timeout(patience, of.clone().acquire_owned())
        .await
        .map_err(|_| ApiError::unavailable(busy))?
        .map_err(ApiError::internal)
}

/// For each connection, how many threads may make something of what they read.
const COMPUTING: usize = 2;

/// The most blocking threads that the database's users need at once: one for each connection, and those that compute
/// without one, so that these never keep the holder of a connection waiting.
pub fn blocking_threads(config: &PoolConfig) -> usize {
    config.all() as usize + COMPUTING * (config.size() + 2 * config.costly()) as usize
}

/// A connection is free, and kept for its holder.
pub(super) struct Turn {
    permit: OwnedSemaphorePermit,
    /// The right to go on without the connection.
    computing: Option<OwnedSemaphorePermit>,
    /// The right to be under way beside others of the same kind.
    in_flight: Option<OwnedSemaphorePermit>,
    pool: r2d2::Pool<Manager>,
}

impl Turn {
    /// Runs the work on a blocking thread.
    pub async fn run<T, F>(self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<T> + Send + 'static,
    {
        self.run_then(work, Ok).await
    }

    /// The same; what it found is made into something when the connection was given back.
    pub async fn run_then<R, T, F>(
        self,
        work: F,
        finish: impl FnOnce(R) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T>
    where
        R: 'static,
        T: Send + 'static,
        F: FnOnce(&r2d2::Pool<Manager>) -> ApiResult<R> + Send + 'static,
    {
        let answer = web::block(move || {
            let Self { permit, computing: _computing, in_flight: _in_flight, pool } = self;
            let found = work(&pool);
            drop(permit);
            finish(found?)
        });
        answer.await.map_err(ApiError::internal)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_thread_for_each_connection_and_two_for_each_that_a_computation_may_have_left() {
        let config = PoolConfig {
            pool_size: std::num::NonZeroU32::new(8),
            db_timeout: 3,
            statement_timeout: 15,
            search_timeout: 800,
            rank_timeout: 400,
        };
        // Reads, searches and counts, writes, and the service's own four; of the first three two more each.
        assert_eq!(blocking_threads(&config), (8 + 4 + 4 + 4 + 4) + 2 * (8 + 4 + 4));
    }
}
