//! Hears of changes that others make: other nodes, imports, psql.

use std::{
    mem::{Discriminant, discriminant},
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use diesel::{PgConnection, QueryResult, connection::SimpleConnection};

use super::{
    changes::{CHANNEL, Change},
    conninfo,
    invalidation::InvalidationClock,
    pool::{ConnectError, establish},
};
use crate::clock;

/// How long what is kept is taken for true without a sign of life from the
/// server. No answer is older, even where the network swallows everything.
const LEASE: Duration = Duration::from_millis(900);
/// How often a sign of life is asked for: often enough that one that is slow
/// does not end the lease, and no more, since each takes PostgreSQL a transaction.
const HEARTBEAT: Duration = Duration::from_millis(300);
/// How often notifications are looked for between.
const POLL: Duration = Duration::from_millis(20);
/// What `pg_stat_activity` calls the connection.
const APPLICATION_NAME: &str = "maqal listener";
/// How long to wait after a connection that broke.
const PAUSE: Duration = Duration::from_millis(250);
/// How long to wait where the next connection will most likely hear nothing either.
const LONG_PAUSE: Duration = Duration::from_secs(2);

/// Why no changes are heard.
#[derive(Debug, thiserror::Error)]
enum Deaf {
    #[error(transparent)]
    Broken(#[from] ConnectError),
    #[error("PostgreSQL says: {0}")]
    Refused(String),
    #[error(
        "PostgreSQL answers, but its notifications do not arrive. A connection pooler between that does not pass \
         them on is the likely cause: let it pool sessions (PgBouncer: pool_mode = session), or give maqal a \
         DATABASE_URL that leads to PostgreSQL itself"
    )]
    NoNotifications,
}

impl Deaf {
    fn pause(&self) -> Duration {
        match self {
            Deaf::Broken(_) => PAUSE,
            Deaf::Refused(_) | Deaf::NoNotifications => LONG_PAUSE,
        }
    }

    /// Why PostgreSQL lets nobody listen; or there is no connection any more.
    fn refused(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match error {
            Error::DatabaseError(Kind::ClosedConnection | Kind::UnableToSendCommand, _) => error.into(),
            error => Deaf::Refused(error.to_string()),
        }
    }
}

impl From<diesel::result::Error> for Deaf {
    fn from(error: diesel::result::Error) -> Self {
        Deaf::Broken(ConnectError::Failed(error.to_string()))
    }
}

/// Listens on a thread and a connection of its own, for as long as somebody
/// else holds the clock. Returns when changes are heard, or when that takes
/// too long.
pub fn start(url: &str, invalidation: &Arc<InvalidationClock>) -> std::io::Result<()> {
    let (url, listened) = (url.to_owned(), Arc::downgrade(invalidation));
    thread::Builder::new().name("listener".to_owned()).spawn(move || run(&url, &listened))?;
    let start = Instant::now();
    while !invalidation.is_trusted() && start.elapsed() < LEASE {
        thread::sleep(POLL / 10);
    }
    Ok(())
}

fn run(url: &str, invalidation: &Weak<InvalidationClock>) {
    // What was warned of, until changes are heard again.
    let mut warned = None;
    while invalidation.strong_count() > 0 {
        let Err(deaf) = listen(url, invalidation, &mut warned) else { return };
        if let Some(invalidation) = invalidation.upgrade() {
            invalidation.distrust();
            let kind = discriminant(&deaf);
            if warned.replace(kind) != Some(kind) {
                log::warn!("cannot hear of changes, so answers come from the database alone: {deaf}");
            }
        }
        thread::sleep(deaf.pause());
    }
}

/// A connection breaks this soon where the network swallows what is sent. The lease has ended by then; only the next
/// connection waits for it.
const IMPATIENCE: [(&str, &str); 2] = [("connect_timeout", "2"), ("tcp_user_timeout", "2000")];

/// Listens until the connection breaks, or nobody wants to know any more.
fn listen(
    url: &str,
    invalidation: &Weak<InvalidationClock>,
    warned: &mut Option<Discriminant<Deaf>>,
) -> Result<(), Deaf> {
    // A call that PostgreSQL is slow to answer ends the lease and nothing else, so it has no timeout.
    let mut connection = establish(&conninfo::with_defaults(url, &IMPATIENCE), None)?;
    connection.batch_execute(&format!("SET application_name = '{APPLICATION_NAME}'"))?;
    let mut ear = Ear::open(&mut connection).map_err(Deaf::refused)?;
    let mut is_new = true;
    loop {
        let called = Instant::now();
        ear.call(&mut connection)?;
        let answered = Instant::now();
        let mut is_heard = false;
        while !is_heard || called.elapsed() < HEARTBEAT {
            let Some(invalidation) = invalidation.upgrade() else { return Ok(()) };
            let comes_back = ear.hear(&mut connection, &invalidation)?;
            if comes_back && !is_heard {
                is_heard = true;
                if is_new {
                    // Nobody listened until now.
                    invalidation.mark(&Change::Everything);
                    is_new = false;
                }
                invalidation.trust(called, LEASE);
                if warned.take().is_some() {
                    log::info!("hearing of changes again");
                }
            } else if !is_heard && answered.elapsed() > LEASE {
                return Err(Deaf::NoNotifications);
            }
            drop(invalidation);
            thread::sleep(POLL);
        }
    }
}

/// Runs work that commits transactions, and marks what it has changed: a
/// connection that listens is told of its own changes as well.
pub fn marking<T>(
    connection: &mut PgConnection,
    invalidation: &InvalidationClock,
    work: impl FnOnce(&mut PgConnection) -> T,
) -> T {
    let ear = Ear::open(connection);
    let result = work(connection);
    let is_heard = ear.and_then(|mut ear| {
        ear.call(connection)?;
        let is_heard = ear.hear(connection, invalidation)?;
        ear.close(connection)?;
        Ok(is_heard)
    });
    if !is_heard.unwrap_or(false) {
        invalidation.mark(&Change::Everything);
    }
    result
}

/// A connection's way to hear of changes, and to know that it does. That PostgreSQL answers is no proof: a pooler
/// between may pass on all but notifications. So the connection also listens to a channel that nobody else knows,
/// and calls there: when a call comes back as a notification, all that was announced before it has come too.
struct Ear {
    channel: String,
    calls: u64,
}

impl Ear {
    fn open(connection: &mut PgConnection) -> QueryResult<Self> {
        let channel = format!("maqal_echo_{}", clock::new_id().simple());
        connection.batch_execute(&format!("LISTEN {CHANNEL}; LISTEN {channel}"))?;
        Ok(Self { channel, calls: 0 })
    }

    /// Nothing is lost where a crash undoes it, so that it does not wait for the disk.
    fn call(&mut self, connection: &mut PgConnection) -> QueryResult<()> {
        self.calls += 1;
        let Self { channel, calls } = self;
        connection.batch_execute(&format!("SET LOCAL synchronous_commit = off; NOTIFY {channel}, '{calls}'"))
    }

    /// Marks the changes that have come, and says whether the last call has as well.
    fn hear(&mut self, connection: &mut PgConnection, invalidation: &InvalidationClock) -> QueryResult<bool> {
        let mut is_heard = false;
        for notification in connection.notifications_iter() {
            let notification = notification?;
            if notification.channel == CHANNEL {
                Change::parse_lines(&notification.payload)
                    .iter()
                    .for_each(|change| invalidation.mark(change));
            } else if notification.channel == self.channel {
                is_heard |= notification.payload == self.calls.to_string();
            }
        }
        Ok(is_heard)
    }

    fn close(self, connection: &mut PgConnection) -> QueryResult<()> {
        connection.batch_execute(&format!("UNLISTEN {CHANNEL}; UNLISTEN {}", self.channel))
    }
}
