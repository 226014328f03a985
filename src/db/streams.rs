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
use diesel::{PgConnection, connection::AnsiTransactionManager};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{Db, MayWrite, listener, pool};
use crate::{
    config::PoolConfig,
    error::{ApiError, ApiResult},
};

/// Snapshots at once: each has a connection beside the pool.
const SNAPSHOTS: usize = 2;
/// Imports at once: each has some batches in memory.
const IMPORTS: usize = 4;
/// How long one of many batches waits for a connection.
const BATCH_PATIENCE: Duration = Duration::from_secs(30);
/// A snapshot that nobody reads for so long is given up: old rows could not be cleared away.
const IDLE: Duration = Duration::from_secs(30);

/// How long a snapshot may last, however slowly it is read.
const LONGEST: Duration = Duration::from_secs(3600);

pub(super) struct Streams {
    statement_timeout: Duration,
    snapshots: Arc<Semaphore>,
    imports: Arc<Semaphore>,
    /// All connections of writes but one, which is for those who write one item.
    long_writes: Semaphore,
}

impl Streams {
    pub(super) fn new(config: &PoolConfig) -> Self {
        Self {
            statement_timeout: Duration::from_secs(config.statement_timeout),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS)),
            imports: Arc::new(Semaphore::new(IMPORTS)),
            long_writes: Semaphore::new((config.writes() as usize - 1).max(1)),
        }
    }
}

/// The right to import, until it is dropped.
pub struct ImportPermit {
    _permit: OwnedSemaphorePermit,
}

impl Db {
    /// Lets some import at once, and refuses the others.
    pub fn admit_import(&self) -> ApiResult<ImportPermit> {
        let permit = self.streams.imports.clone().try_acquire_owned();
        permit.map(|permit| ImportPermit { _permit: permit }).map_err(|_| {
            let detail = format!("{IMPORTS} imports are running, which is as many as can: try again later");
            ApiError { detail, ..ApiError::unavailable("too many imports") }
        })
    }

    /// Runs work of somebody who may write, which begins and ends transactions by itself. What they have
    /// changed is marked before it returns.
    pub async fn transactions<T, F>(&self, _by: &impl MayWrite, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> T + Send + 'static,
    {
        let _turn = self.streams.long_writes.acquire().await.map_err(ApiError::internal)?;
        let freshness = self.freshness.clone();
        let work = move |pool: &_| {
            let mut connection = pool::living_connection(pool)?;
            let result = listener::marking(&mut connection, &freshness, work);
            // So that the pool throws it away if it died.
            connection.answers();
            Ok(result)
        };
        self.writes.run_within(BATCH_PATIENCE, work).await
    }

    /// Runs work that is long but needs no connection, on a blocking thread.
    pub async fn compute<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce() -> T + Send + 'static,
    {
        web::block(work).await.map_err(ApiError::internal)
    }

    /// All queries of a snapshot see the database as it was when the first one
    /// ran, whatever others write meanwhile. They can write nothing.
    pub async fn snapshot(&self) -> ApiResult<Snapshot> {
        let permit = self.streams.snapshots.clone().try_acquire_owned().map_err(|_| {
            let detail = format!("{SNAPSHOTS} exports are running, which is as many as can: try again later");
            ApiError { detail, ..ApiError::unavailable("too many exports") }
        })?;
        let (url, statement_timeout) = (Arc::clone(&self.url), self.streams.statement_timeout);
        // The permit goes where the connection goes: a client that leaves frees both or none.
        let connection = self.compute(move || -> ApiResult<(PgConnection, OwnedSemaphorePermit)> {
            let mut connection =
                pool::establish(&url, Some(statement_timeout)).map_err(ApiError::unavailable)?;
            AnsiTransactionManager::begin_transaction_sql(
                &mut connection,
                "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
            )?;
            Ok((connection, permit))
        });
        let connection = connection.await??;
        let slot = Arc::new(Mutex::new(Slot { connection: Some(connection), used: Instant::now() }));
        rt::spawn(give_up_when_idle(Arc::downgrade(&slot), Instant::now()));
        Ok(Snapshot { slot })
    }
}

/// A snapshot of the database, ended when it is dropped.
pub struct Snapshot {
    slot: Arc<Mutex<Slot>>,
}

struct Slot {
    /// Not there while a query runs.
    connection: Option<(PgConnection, OwnedSemaphorePermit)>,
    used: Instant,
}

impl Snapshot {
    /// Runs a query on the snapshot.
    pub async fn read<T, F>(&self, work: F) -> ApiResult<T>
    where
        T: Send + 'static,
        F: FnOnce(&mut PgConnection) -> ApiResult<T> + Send + 'static,
    {
        let Some((mut connection, permit)) = locked(&self.slot).connection.take() else {
            return Err(ApiError::unavailable("nobody read the export for too long"));
        };
        let answer = web::block(move || {
            let answer = work(&mut connection);
            ((connection, permit), answer)
        });
        let (connection, answer) = answer.await.map_err(ApiError::internal)?;
        *locked(&self.slot) = Slot { connection: Some(connection), used: Instant::now() };
        answer
    }
}

fn locked(slot: &Mutex<Slot>) -> MutexGuard<'_, Slot> {
    // Whoever panicked meanwhile has left nothing half done.
    slot.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn give_up_when_idle(slot: Weak<Mutex<Slot>>, begun: Instant) {
    loop {
        sleep(IDLE / 3).await;
        let Some(slot) = slot.upgrade() else { return };
        let mut slot = locked(&slot);
        if slot.used.elapsed() > IDLE || begun.elapsed() > LONGEST {
            slot.connection = None;
        }
    }
}
