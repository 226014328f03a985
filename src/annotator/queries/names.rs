//! Which names a matcher has seen: those that were there in the snapshot in which it was loaded. Each
//! entity has the number of the transaction that gave it its names (`named_in`).

use diesel::{
    PgConnection, QueryResult, RunQueryDsl,
    sql_types::{Bool, Text},
};
use uuid::Uuid;

use crate::db::prepared::{Prepared, Value};

/// A snapshot, as PostgreSQL writes it: which transactions it shows.
#[derive(Debug, Clone)]
pub struct Seen(String);

impl Seen {
    /// One before all names.
    pub fn nothing() -> Self {
        Self("1:1:".to_owned())
    }

    /// The values of [`UNSEEN`].
    fn values(&self) -> [Value; 2] {
        [Value::Text(self.0.clone()), Value::Text(self.0.clone())]
    }
}

/// The entities that have got their names after a snapshot: few, which the index finds.
const UNSEEN: &str = "
    SELECT FROM entities WHERE named_in >= pg_snapshot_xmin({}::pg_snapshot)::text::bigint
    AND NOT pg_visible_in_snapshot(named_in::text::xid8, {}::pg_snapshot)";

/// All names that are there now. To be asked before they are read: then they are newer at most, and a
/// matcher of them looks older than it is, which does no harm. A standby cannot tell: its snapshots do
/// not say who is writing.
pub fn seen(connection: &mut PgConnection) -> QueryResult<Seen> {
    let snapshot = Prepared::<Text>::new("SELECT pg_current_snapshot()::text", []);
    snapshot.get_result(connection).map(Seen)
}

/// Whether there are names that have not been seen.
pub fn has_unseen(connection: &mut PgConnection, seen: &Seen) -> QueryResult<bool> {
    Prepared::<Bool>::new(format!("SELECT EXISTS ({UNSEEN})"), seen.values()).get_result(connection)
}

/// Puts articles into the queue if there are names that have not been seen, and says whether there
/// are. Those of this very transaction do not count: they come into the queue with it. That nothing
/// is missed, this transaction must have its number before: see [`super::writers`].
pub fn queue_unless_seen(connection: &mut PgConnection, articles: &[Uuid], seen: &Seen) -> QueryResult<bool> {
    let queue = format!(
        "INSERT INTO annotation_queue (article_id) SELECT unnest({{}}) \
         WHERE EXISTS ({UNSEEN} AND named_in <> pg_current_xact_id()::text::bigint)"
    );
    let [one, other] = seen.values();
    let queued =
        Prepared::<()>::new(queue, [Value::Ids(articles.to_vec()), one, other]).execute(connection)?;
    Ok(queued > 0)
}

/// Gives names a number of this database where they have one that it has not reached: a dump of
/// another one has brought it along, and no matcher would ever have seen them.
pub fn renumber(connection: &mut PgConnection) -> QueryResult<()> {
    // No trigger takes them for new. What this transaction has made itself has a number like that.
    const RENUMBER: &str = "
        UPDATE entities SET named_in = pg_current_xact_id()::text::bigint
        WHERE named_in >= pg_snapshot_xmax(pg_current_snapshot())::text::bigint
        AND named_in IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint";
    Prepared::<()>::new(RENUMBER, []).execute(connection).map(drop)
}
