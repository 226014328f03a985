//! What lasts longer than a request to the database: many transactions one after
//! another, and one snapshot that is read bit by bit.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::{Duration, Instant},
};

use actix_web::{
    rt::{self, time::sleep},
    web,
};
use diesel::{
    PgConnection, QueryResult,
    connection::{AnsiTransactionManager, SimpleConnection},
};
use tokio::sync::OwnedSemaphorePermit;

use super::{
    Db, MayWrite, listener,
    permits::{IMPORTS, SNAPSHOTS},
    pool, server,
    share::{Share, permit},
};
use crate::error::{ApiError, ApiResult};

/// How long who writes for long waits for his turn, and then for a connection.
const LONG_PATIENCE: Duration = Duration::from_secs(30);
/// How long a batch of an import waits for its turn: so that of as many imports as there may be none is stopped by the
/// batches of the others, nor by a merge of very many articles.
const BATCH_PATIENCE: Duration = Duration::from_secs(120);
/// A snapshot that nobody reads for so long is given up: old rows could not be cleared away.
const IDLE: Duration = Duration::from_secs(30);
/// How often it is looked whether one is to be given up.
const LOOK: Duration = Duration::from_secs(10);

/// Who reads a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SnapshotOf {
    KeyHolder,
    Anybody,
}

impl SnapshotOf {
    /// How long it may last, however fast it is read: a million articles take minutes.
    fn longest(self) -> Duration {
        match self {
            SnapshotOf::KeyHolder => Duration::from_secs(3600),
            SnapshotOf::Anybody => Duration::from_secs(600),
        }
    }
}

/// How much of a snapshot was read, and how long it waited for its reader.
#[derive(Debug, Clone, Copy, Default)]
struct Pace {
    bytes: u64,
    waited: Duration,
}

impl Pace {
    /// What a bad connection of a telephone takes in a second; whoever reads more slowly than that on the
    /// whole holds a snapshot that others wait for.
    const LEAST: u64 = 32 * 1024;
    /// Time for a slow start.
    const GRACE: Duration = Duration::from_secs(20);

    /// Whether the reader is too slow. The time in which PostgreSQL was waited for is no fault of theirs.
    fn is_too_slow(self) -> bool {
        self.waited.saturating_sub(Self::GRACE).as_secs_f64() * Self::LEAST as f64 > self.bytes as f64
    }
}

/// The right to import, until it is dropped.
pub struct ImportPermit {
    _permit: OwnedSemaphorePermit,
}

impl Db {
    /// Lets some import at once, and refuses the others.
    pub fn admit_import(&self) -> ApiResult<ImportPermit> {
        let permit = self.permits.imports.clone().try_acquire_owned();
        permit.map(|permit| ImportPermit { _permit: permit }).map_err(|_| {
            let detail = format!("{IMPORTS} imports are running, which is as many as can: try again later");
            ApiError { detail, ..ApiError::unavailable("too many imports") }
        })
    }

    /// The same as [`Db::write`] for a transaction that writes very many rows, and may wait long for others
    /// ([`let_take_time`]). Who writes one item has a connection meanwhile.
    pub async fn write_long<T, F>(&self, by: &impl MayWrite, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: Fn(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        let turn = self.long_turn(LONG_PATIENCE).await?;
        let work = move |connection: &mut PgConnection| {
            // It is over with the work, even where nobody waits for that any more.
            let _turn = &turn;
            work(connection)
        };
        self.write(by, work).await
    }

    /// Waits so long until one more may write for long.
    async fn long_turn(&self, patience: Duration) -> ApiResult<OwnedSemaphorePermit> {
        permit(&self.permits.long_writes, patience, "as many write for long as may").await
    }

    /// Runs work of somebody who may write, which begins and ends transactions by itself. What they have
    /// changed is marked before it returns. Nothing is done where its turn does not come in time.
    pub async fn transactions<T, F>(&self, _by: &impl MayWrite, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> T + Send + 'static,
    {
        let turn = self.long_turn(BATCH_PATIENCE).await?;
        let invalidation = self.invalidation.clone();
        let work = move |pool: &_| {
            let _turn = turn;
            let mut connection = pool::living_connection(pool)?;
            let result = listener::marking(&mut connection, &invalidation, work);
            // So that the pool throws it away if it died, or takes no writes.
            if connection.answers() && matches!(server::read_only(&mut connection), Ok(Some(_))) {
                connection.retire();
            }
            Ok(result)
        };
        self.writes.run_within(LONG_PATIENCE, work).await
    }

    /// All queries of a snapshot see the database as it was when the first one
    /// ran, whatever others write meanwhile. They can write nothing.
    pub async fn snapshot(&self, of: SnapshotOf) -> ApiResult<Snapshot> {
        let (permits, whose) = match of {
            SnapshotOf::KeyHolder => (&self.permits.key_snapshots, "with a key"),
            SnapshotOf::Anybody => (&self.permits.snapshots, "without a key"),
        };
        let permit = permits.clone().try_acquire_owned().map_err(|_| {
            let detail =
                format!("{SNAPSHOTS} exports {whose} are running, which is as many as can: try again later");
            ApiError { detail, ..ApiError::unavailable("too many exports") }
        })?;
        let (url, statement_timeout) = (Arc::clone(&self.url), self.permits.statement_timeout);
        // The permit goes where the connection goes: a client that leaves frees both or none.
        let connection = web::block(move || -> ApiResult<(PgConnection, OwnedSemaphorePermit)> {
            let mut connection =
                pool::establish(&url, Some(statement_timeout)).map_err(ApiError::unavailable)?;
            AnsiTransactionManager::begin_transaction_sql(
                &mut connection,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            )?;
            Ok((connection, permit))
        });
        let connection = async { connection.await.map_err(ApiError::internal)? };
        let connection = self.reads.in_time(connection).await?;
        let slot = Slot {
            connection: Some(connection),
            used: Instant::now(),
            pace: Pace::default(),
            ends: Instant::now() + of.longest(),
            given_up: None,
        };
        let slot = Arc::new(Mutex::new(slot));
        rt::spawn(give_up_in_time(Arc::downgrade(&slot)));
        Ok(Snapshot { slot, reads: self.reads.clone() })
    }
}

/// Lets the transaction that is open take longer than a request: it has many rows to write. It is one that leaves a
/// connection to others: of [`Db::write_long`] or [`Db::transactions`].
pub fn let_take_time(connection: &mut PgConnection) -> QueryResult<()> {
    connection.batch_execute("SET LOCAL statement_timeout = '10min'; SET LOCAL lock_timeout = '1min'")
}

/// A snapshot of the database, ended when it is dropped.
pub struct Snapshot {
    slot: Arc<Mutex<Slot>>,
    /// Which say how long a query may take.
    reads: Share,
}

struct Slot {
    /// Not there while a query runs.
    connection: Option<(PgConnection, OwnedSemaphorePermit)>,
    used: Instant,
    pace: Pace,
    ends: Instant,
    /// Why it was.
    given_up: Option<&'static str>,
}

impl Slot {
    /// Why it is to be given up, if it is.
    fn fault(&self) -> Option<&'static str> {
        // While a query runs, nobody is waited for.
        self.connection.as_ref()?;
        fault(self.used.elapsed(), self.pace, self.ends.saturating_duration_since(Instant::now()))
    }
}

/// Why a snapshot is to be given up whose reader has waited so long since the last query, at that pace before it, with so
/// much time left.
fn fault(idle: Duration, pace: Pace, left: Duration) -> Option<&'static str> {
    if idle > IDLE {
        Some("nobody read the export for too long")
    } else if (Pace { waited: pace.waited + idle, ..pace }).is_too_slow() {
        Some("the export was read too slowly")
    } else if left.is_zero() {
        Some("the export took too long")
    } else {
        None
    }
}

impl Snapshot {
    /// Says that the reader was given so much of it.
    pub fn gave(&self, bytes: usize) {
        locked(&self.slot).pace.bytes += bytes as u64;
    }

    /// Runs a query on the snapshot.
    pub async fn read<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        let (mut connection, permit) = {
            let mut slot = locked(&self.slot);
            let idle = slot.used.elapsed();
            slot.pace.waited += idle;
            let reason = slot.given_up.unwrap_or("the export has failed");
            let fault = || ApiError { detail: reason.to_owned(), ..ApiError::unavailable(reason) };
            slot.connection.take().ok_or_else(fault)?
        };
        let answer = web::block(move || {
            let answer = work(&mut connection);
            ((connection, permit), answer)
        });
        let answer = self.reads.in_time(async { answer.await.map_err(ApiError::internal) });
        let (connection, answer) = answer.await?;
        let mut slot = locked(&self.slot);
        (slot.connection, slot.used) = (Some(connection), Instant::now());
        answer
    }
}

fn locked(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    // Whoever panicked meanwhile has left nothing half done.
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn give_up_in_time(slot: Weak<Mutex<Slot>>) {
    loop {
        sleep(LOOK).await;
        let Some(slot) = slot.upgrade() else { return };
        let mut slot = locked(&slot);
        if let Some(fault) = slot.fault() {
            log::warn!("{fault}: it is broken off");
            (slot.connection, slot.given_up) = (None, Some(fault));
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{clock::Clock, config::PoolConfig, error::Problem};

    #[actix_web::test]
    async fn nobody_waits_without_end_to_write_for_long() {
        let config = PoolConfig {
            pool_size: None,
            db_timeout: 1,
            statement_timeout: 1,
            search_timeout: 1,
            rank_timeout: 1,
        };
        // It is never asked.
        let db = Db::new("postgres://127.0.0.1:1/none", &config, Clock::default());
        let moment = Duration::from_millis(1);
        let mut turns = Vec::new();
        let refused = loop {
            match db.long_turn(moment).await {
                Ok(turn) => turns.push(turn),
                Err(error) => break error,
            }
        };
        assert_eq!((turns.len(), refused.problem), (config.writes() as usize - 1, Problem::Unavailable));
        turns.pop();
        assert!(db.long_turn(moment).await.is_ok());
    }

    fn is_too_slow(seconds: u64, bytes: u64) -> bool {
        Pace { bytes, waited: Duration::from_secs(seconds) }.is_too_slow()
    }

    #[test]
    fn who_reads_too_slowly_on_the_whole_is_told_from_who_begins_slowly() {
        assert!(!is_too_slow(0, 0));
        assert!(!is_too_slow(20, 0));
        assert!(is_too_slow(21, 0));
        // A step each half minute, and as much as is to be read in it.
        assert!(is_too_slow(10 * 29, 10 * 25_000));
        assert!(!is_too_slow(10 * 29, 10 * 1_000_000));
        assert!(!is_too_slow(21, Pace::LEAST));
        assert!(is_too_slow(23, 2 * Pace::LEAST));
    }

    #[test]
    fn a_snapshot_is_given_up_that_nobody_reads_or_too_slowly_or_for_too_long() {
        let seconds = Duration::from_secs;
        let fast = Pace { bytes: 1 << 30, waited: seconds(100) };
        assert_eq!(fault(seconds(0), fast, seconds(1)), None);
        assert_eq!(fault(IDLE, fast, seconds(1)), None);
        assert_eq!(fault(IDLE + seconds(1), fast, seconds(1)), Some("nobody read the export for too long"));
        assert_eq!(fault(seconds(0), fast, seconds(0)), Some("the export took too long"));
        // The time since the last query counts, and that before it.
        let slow = Pace { bytes: Pace::LEAST, waited: seconds(15) };
        assert_eq!(fault(seconds(6), slow, seconds(1)), None);
        assert_eq!(fault(seconds(7), slow, seconds(1)), Some("the export was read too slowly"));
        assert_eq!(fault(seconds(7), Pace { waited: seconds(0), ..slow }, seconds(1)), None);
    }
}
