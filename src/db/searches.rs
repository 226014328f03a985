//! Searches: whoever asks decides what they cost. They have a share of the connections and little time,
//! so that none of them keeps others waiting.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use actix_web::rt::time::timeout;
use diesel::{
    PgConnection,
    connection::{AnsiTransactionManager, TransactionManager},
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::Db;
use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult, Problem},
};

/// What searches may take.
pub(super) struct Searches {
    /// Half of the connections, one at least: the others are for those who know what they read.
    permits: Arc<Semaphore>,
    patience: Duration,
    time: SearchTime,
}

impl Searches {
    pub(super) fn new(config: &PoolConfig) -> Self {
        let whole = Duration::from_millis(config.search_timeout);
        Self {
            permits: Arc::new(Semaphore::new((config.size() as usize / 2).max(1))),
            // With its time in PostgreSQL, that is a second: whoever waited longer has asked for something else.
            patience: whole / 4,
            time: SearchTime { whole, ranking: Duration::from_millis(config.rank_timeout) },
        }
    }
}

/// The right to search, until it is dropped.
pub struct SearchPermit {
    _permit: OwnedSemaphorePermit,
}

/// How long the statements of one search may take.
#[derive(Debug, Clone, Copy)]
pub struct SearchTime {
    /// All of them.
    pub whole: Duration,
    /// The one that ranks.
    pub ranking: Duration,
}

impl Db {
    /// Waits a little for a search to be among those that may run at once, and refuses it after that.
    pub async fn admit_search(&self) -> ApiResult<SearchPermit> {
        let permit = timeout(self.searches.patience, self.searches.permits.clone().acquire_owned());
        let permit = permit.await.map_err(|_| {
            let detail = "as many searches and counts are running as can: try again shortly";
            ApiError { detail: detail.to_owned(), ..ApiError::unavailable("too many searches") }
        })?;
        Ok(SearchPermit { _permit: permit.map_err(ApiError::internal)? })
    }

    /// How long a search may take.
    pub fn search_time(&self) -> SearchTime {
        self.searches.time
    }
}

/// What is left of the time that some queries may take together.
#[derive(Debug, Clone, Copy)]
pub struct Allowance {
    begun: Instant,
    whole: Option<Duration>,
}

impl Allowance {
    /// So long from now on, or as long as any statement may take.
    pub fn new(whole: Option<Duration>) -> Self {
        Self { begun: Instant::now(), whole }
    }

    /// Runs queries that change nothing. Those that take too long are given up, and refused.
    pub fn run<T>(
        &self,
        connection: &mut PgConnection,
        work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
    ) -> ApiResult<T> {
        self.run_for(None, connection, work)?.ok_or_else(too_slow)
    }

    /// The same in a part of the time; nothing where they take longer.
    pub fn run_for<T>(
        &self,
        part: Option<Duration>,
        connection: &mut PgConnection,
        work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
    ) -> ApiResult<Option<T>> {
        let left = self.whole.map(|whole| whole.saturating_sub(self.begun.elapsed()));
        match left.into_iter().chain(part).min() {
            None => work(connection).map(Some),
            Some(time) if time.is_zero() => Ok(None),
            Some(time) => bounded(connection, time, work),
        }
    }
}

/// The problem of a search that takes longer than it may.
pub fn too_slow() -> ApiError {
    let detail = "the search takes too long: search for fewer words or rarer ones, give from and to, \
        or leave count and facets out";
    ApiError { detail: detail.to_owned(), ..ApiError::unavailable("a search took too long") }
}

/// Runs queries in a transaction of which no statement may take longer; nothing where one does.
fn bounded<T>(
    connection: &mut PgConnection,
    time: Duration,
    work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
) -> ApiResult<Option<T>> {
    // PostgreSQL takes 0 for no limit.
    let milliseconds = time.as_millis().max(1);
    // Both in one message: most searches take less time than another one would.
    let begin = format!("BEGIN READ ONLY; SET LOCAL statement_timeout = {milliseconds}");
    AnsiTransactionManager::begin_transaction_sql(connection, &begin)?;
    let begun = Instant::now();
    let result = work(connection);
    // Told by the clock: what PostgreSQL says of it may be in any language.
    let is_late = begun.elapsed().as_millis() >= milliseconds;
    match result {
        Ok(found) => {
            AnsiTransactionManager::commit_transaction(connection)?;
            Ok(Some(found))
        }
        Err(error) => {
            AnsiTransactionManager::rollback_transaction(connection)?;
            let is_stopped = matches!(error.problem, Problem::Internal | Problem::Unavailable) && is_late;
            if is_stopped { Ok(None) } else { Err(error) }
        }
    }
}
