//! The only way to PostgreSQL: connections, and [`Db::read`] and [`Db::write`], which run queries on blocking
//! threads, never on an async worker. Reads, searches, counts, writes, brief questions and the service's own work have
//! connections of their own (`share`), so that none of them keeps another waiting.

pub mod batch;
pub mod changes;
pub mod conninfo;
pub mod constraints;
pub mod estimate;
pub mod former;
pub mod idempotency;
pub mod invalidation;
pub mod keyset;
mod listener;
pub mod migrations;
pub mod one_of;
mod one_state;
mod permits;
mod pool;
pub mod prepared;
pub mod resources;
pub mod searches;
mod server;
mod share;
pub mod slugs;
mod streams;
pub mod tsvector;
mod writer;

use std::{sync::Arc, time::Duration};

use diesel::{Connection, PgConnection};

pub use one_state::in_one_state;
pub use pool::{ConnectError, establish};
pub use server::{create_database, establish_sessions, read_only, takes_writes, warn_of_settings};
pub use share::blocking_threads;
pub use streams::{Snapshot, SnapshotOf, let_take_time};
pub use writer::{Background, MayWrite};

use crate::{
    clock::Clock,
    config::PoolConfig,
    error::{ApiError, ApiResult},
};
use invalidation::InvalidationClock;
use permits::Permits;
use searches::SearchTime;
use share::Share;

/// How often a transaction that lost against another is begun again.
const TRANSACTION_TRIES: usize = 5;

/// How long the service's own work waits for a connection: nobody waits for it.
const BACKGROUND_PATIENCE: Duration = Duration::from_secs(60);

/// The database, as the rest of the code sees it. A clone shares the connections.
#[derive(Clone)]
pub struct Db {
    reads: Share,
    searches: Share,
    counts: Share,
    writes: Share,
    background: Share,
    upkeep: Share,
    brief: Share,
    invalidation: Arc<InvalidationClock>,
    url: Arc<str>,
    permits: Arc<Permits>,
    search_time: SearchTime,
    clock: Clock,
}

impl Db {
    /// Connects in the background: a database that does not answer yet is no error here.
    pub fn new(url: &str, config: &PoolConfig, clock: Clock) -> Self {
        let pools = pool::Pools::new(url, config);
        let patience = Duration::from_secs(config.db_timeout);
        let search_time = SearchTime::new(config);
        let reads =
            |work, size, patience| Share::new(pools.build(work, size, ""), patience, config.longest_read());
        let own = |work, size| Share::new(pools.build(work, size, ""), BACKGROUND_PATIENCE, None);
        Self {
            reads: reads("reads", config.size(), patience),
            // With its time in PostgreSQL, that is a second: whoever waited longer has asked for something else.
            searches: reads("searches", config.costly(), search_time.whole / 4),
            counts: reads("counts", config.costly(), patience),
            writes: Share::new(
                pools.build("writes", config.writes(), &pool::of_writes(config)),
                patience,
                None,
            ),
            background: own("background", PoolConfig::BACKGROUND),
            upkeep: own("upkeep", PoolConfig::UPKEEP),
            brief: Share::new(pools.build("brief", PoolConfig::BRIEF, ""), patience, Some(patience)),
            invalidation: Arc::default(),
            url: url.into(),
            permits: Arc::new(Permits::new(config)),
            search_time,
            clock,
        }
    }

    /// The same for the service's own work, which has a connection to itself for all that it reads and writes.
    pub fn for_background(&self) -> Self {
        let Self { background, .. } = self.clone();
        Self { reads: background.clone(), writes: background, ..self.clone() }
    }

    /// The same for that part of it which is promised within seconds: what takes long has another connection.
    pub fn for_upkeep(&self) -> Self {
        let Self { upkeep, .. } = self.clone();
        Self { reads: upkeep.clone(), writes: upkeep, ..self.clone() }
    }

    /// The same for searches.
    pub fn for_searches(&self) -> Self {
        Self { reads: self.searches.clone(), ..self.clone() }
    }

    /// The same for whatever looks at more than it shows: numbers of matches, facets, series, and lists of which many
    /// articles may have to be looked at for each that they have.
    pub fn for_counts(&self) -> Self {
        Self { reads: self.counts.clone(), ..self.clone() }
    }

    /// The time by which it is decided what is due or has expired.
    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    /// How long a search may take.
    pub fn search_time(&self) -> SearchTime {
        self.search_time
    }

    /// The same for a request that writes: what it reads before, it reads on the connections of writes.
    pub fn for_writing(&self) -> Self {
        Self { reads: self.writes.clone(), ..self.clone() }
    }

    /// Which of what was read is still true, as far as this node has heard.
    pub fn invalidation(&self) -> &Arc<InvalidationClock> {
        &self.invalidation
    }

    /// Whether the database takes no writes.
    pub async fn is_read_only(&self) -> ApiResult<bool> {
        let ask = |pool: &_| {
            let mut connection = pool::living_connection(pool)?;
            let is_read_only = server::read_only(&mut connection)?.is_some();
            if is_read_only {
                connection.retire();
            }
            Ok(is_read_only)
        };
        self.reads.run(ask).await
    }

    /// Begins to hear of changes that others make; until then [`InvalidationClock`]
    /// knows those of [`Db::write`] alone, and is not to be trusted.
    pub fn listen(&self) -> std::io::Result<()> {
        listener::start(&self.url, &self.invalidation)
    }

    /// Runs queries that change nothing. Where the connection has died, they
    /// are run again on another, so `work` may be called several times.
    pub async fn read<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        self.reads.run(move |pool| read_on(pool, &work)).await
    }

    /// Asks something that takes a moment, and for which nobody who reads or writes is waited for: whose key it is,
    /// and whether the service is ready.
    pub async fn read_brief<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        self.brief.run(move |pool| read_on(pool, &work)).await
    }

    /// Runs queries that change nothing, gives the connection back, and makes of what they found what is
    /// wanted, on the same thread: who computes keeps nobody from the database.
    pub async fn read_then<R, T, F>(
        &self,
        read: F,
        finish: impl FnOnce(R) -> ApiResult<T> + Send + 'static,
    ) -> ApiResult<T>
    where
        R: 'static,
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<R> + Send + 'static,
    {
        let answer = async {
            self.reads.turn_to_compute().await?.run_then(move |pool| read_on(pool, &read), finish).await
        };
        self.reads.in_time(answer).await
    }

    /// Runs one transaction of somebody who may write: all of `work` happens, or nothing. Where it lost
    /// against another transaction it is begun again, so `work` may be called
    /// several times. What it has changed is marked before it returns.
    pub async fn write<T, F>(&self, _by: &impl MayWrite, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        let invalidation = self.invalidation.clone();
        let transaction = move |connection: &mut PgConnection, has_begun: &mut bool| {
            connection.transaction(|connection| -> ApiResult<_> {
                *has_begun = true;
                let result = work(connection)?;
                Ok((result, changes::of_transaction(connection)?))
            })
        };
        let work = move |pool: &r2d2::Pool<pool::Manager>| {
            // Each idle connection may have died with the server, none that is made after. What has begun on one
            // is not tried on another: its end may have been lost, and not the transaction.
            for _ in 0..=pool.max_size() {
                let mut connection = pool.get().map_err(ApiError::unavailable)?;
                let mut has_begun = false;
                let mut result = transaction(&mut connection, &mut has_begun);
                for _ in 1..TRANSACTION_TRIES {
                    if !matches!(&result, Err(error) if error.lost_race) {
                        break;
                    }
                    result = transaction(&mut connection, &mut has_begun);
                }
                if connection.died_in(&result) && !has_begun {
                    continue;
                }
                if matches!(&result, Err(error) if error.is_read_only()) {
                    connection.retire();
                }
                let (result, changes) = result?;
                changes.iter().for_each(|change| invalidation.mark(change));
                return Ok(result);
            }
            Err(pool::every_connection_died())
        };
        self.writes.run(work).await
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
    Err(pool::every_connection_died())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn each_sort_of_work_has_connections_of_its_own() {
        let config = PoolConfig {
            pool_size: None,
            db_timeout: 1,
            statement_timeout: 1,
            search_timeout: 1,
            rank_timeout: 1,
        };
        // It is never asked.
        let db = Db::new("postgres://127.0.0.1:1/none", &config, Clock::default());
        let all = [&db.reads, &db.searches, &db.counts, &db.writes, &db.background, &db.upkeep, &db.brief];
        for (at, share) in all.iter().enumerate() {
            assert!(all[at + 1..].iter().all(|other| *share != *other), "{at}");
        }
        let (searches, counts, writing) = (db.for_searches(), db.for_counts(), db.for_writing());
        let (background, upkeep) = (db.for_background(), db.for_upkeep());
        for (what, reads, reads_expected, writes, writes_expected) in [
            ("searches", &searches.reads, &db.searches, &searches.writes, &db.writes),
            ("counts", &counts.reads, &db.counts, &counts.writes, &db.writes),
            ("writing", &writing.reads, &db.writes, &writing.writes, &db.writes),
            ("background", &background.reads, &db.background, &background.writes, &db.background),
            ("upkeep", &upkeep.reads, &db.upkeep, &upkeep.writes, &db.upkeep),
        ] {
            assert!(reads == reads_expected && writes == writes_expected, "{what}");
        }
    }
}
