//! How much that lasts may run at once.

use std::{sync::Arc, time::Duration};

use tokio::sync::Semaphore;

use crate::config::PoolConfig;

/// Snapshots at once of those who have a key, and of everybody else: each has a connection beside the
/// pool. Whoever may read without a key cannot keep those who have one from it.
pub const SNAPSHOTS: usize = 2;
/// Imports at once: each has some batches in memory.
pub const IMPORTS: usize = 4;

/// The permits that are left.
pub struct Permits {
    pub statement_timeout: Duration,
    pub snapshots: Arc<Semaphore>,
    pub key_snapshots: Arc<Semaphore>,
    pub imports: Arc<Semaphore>,
    /// All connections of writes but one, which is for those who write one item.
    pub long_writes: Arc<Semaphore>,
}

impl Permits {
    /// All of them.
    pub fn new(config: &PoolConfig) -> Self {
        Self {
            statement_timeout: Duration::from_secs(config.statement_timeout),
            snapshots: Arc::new(Semaphore::new(SNAPSHOTS)),
            key_snapshots: Arc::new(Semaphore::new(SNAPSHOTS)),
            imports: Arc::new(Semaphore::new(IMPORTS)),
            long_writes: Arc::new(Semaphore::new((config.writes() as usize - 1).max(1))),
        }
    }
}
