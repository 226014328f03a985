//! What can be written many at once.

use std::{collections::HashMap, fmt::Debug};

use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::Outcome;
use crate::error::ApiResult;

/// What a line can say.
pub trait Item: Debug + Sized + Send + 'static {
    /// What writing them takes besides the database.
    type Context: Send + Sync + 'static;
    /// What the lines of one batch are prepared and written with, all with the same.
    type Tools: Clone + Send + Sync + 'static;

    /// Reads and validates a line.
    fn read(text: &[u8]) -> ApiResult<Self>;

    /// Brings that up to date before a batch, where nobody else does.
    fn renew(_connection: &mut PgConnection, _context: &Self::Context) -> ApiResult<()> {
        Ok(())
    }

    /// The tools at hand.
    fn tools(context: &Self::Context) -> Self::Tools;

    /// Computes what takes long and needs nothing of what is stored, before a connection or a row is taken for it.
    fn prepare(&mut self, _tools: &Self::Tools) {}

    /// The lines that name an item which a later line may make, each with its slug: where they are refused and it is made,
    /// they are written after it.
    fn awaiting(_items: &[Numbered<Self>]) -> HashMap<u64, String> {
        HashMap::new()
    }

    /// Writes items now, in the transaction that is open: from the first on as many as do not depend on
    /// what the ones before them write.
    fn write(
        connection: &mut PgConnection,
        tools: &Self::Tools,
        items: &[Numbered<Self>],
        now: DateTime<Utc>,
    ) -> ApiResult<Batch>;
}

/// An item with the number of its line.
pub type Numbered<I> = (u64, Box<I>);

/// What one transaction has done.
pub struct Batch {
    /// How many of the lines it has dealt with, from the first on.
    pub lines: usize,
    pub outcomes: Vec<Outcome>,
}
