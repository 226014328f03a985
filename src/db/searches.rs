//! How long a search may take: whoever asks decides what it costs.

use std::time::{Duration, Instant};

use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult, Problem},
};
use diesel::{
    PgConnection,
    connection::{AnsiTransactionManager, TransactionManager},
};

/// How long the statements of one search may take.
#[derive(Debug, Clone, Copy)]
pub struct SearchTime {
    /// All of them.
    pub whole: Duration,
    /// The one that ranks.
    pub ranking: Duration,
}

impl SearchTime {
    pub(super) fn new(config: &PoolConfig) -> Self {
        let (whole, ranking) = (config.search_timeout, config.rank_timeout);
        Self { whole: Duration::from_millis(whole), ranking: Duration::from_millis(ranking) }
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
