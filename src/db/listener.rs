//! Hears of changes that others make: other nodes, imports, psql.

use std::{
    sync::{Arc, Weak},
    thread,
    time::{Duration, Instant},
};

use diesel::{PgConnection, connection::SimpleConnection};

use super::{
    changes::{CHANNEL, Change},
    freshness::Freshness,
    pool::{ConnectError, establish},
};

/// How long what is kept is taken for true without a sign of life from the
/// server. No answer is older, even where the network swallows everything.
const LEASE: Duration = Duration::from_millis(900);
/// How often a sign of life is asked for: often enough that one that is slow
/// does not end the lease.
const HEARTBEAT: Duration = Duration::from_millis(200);
/// How often notifications are looked for between.
const POLL: Duration = Duration::from_millis(20);
/// What `pg_stat_activity` calls the connection.
const APPLICATION_NAME: &str = "maqal listener";
/// How long to wait after a failed attempt to connect.
const PAUSE: Duration = Duration::from_millis(250);

/// Listens on a thread and a connection of its own, for as long as somebody
/// else holds the freshness. Returns when changes are heard, or when that takes
/// too long.
pub fn start(url: &str, freshness: &Arc<Freshness>) -> std::io::Result<()> {
    let (url, listened) = (url.to_owned(), Arc::downgrade(freshness));
    thread::Builder::new().name("listener".to_owned()).spawn(move || run(&url, &listened))?;
    let start = Instant::now();
    while !freshness.is_trusted() && start.elapsed() < LEASE {
        thread::sleep(POLL / 10);
    }
    Ok(())
}

fn run(url: &str, freshness: &Weak<Freshness>) {
    let mut was_heard = true;
    while freshness.strong_count() > 0 {
        let Err(error) = listen(url, freshness, &mut was_heard) else { return };
        if let Some(freshness) = freshness.upgrade() {
            freshness.distrust();
            if was_heard {
                log::warn!("cannot hear of changes, so answers come from the database alone: {error}");
                was_heard = false;
            }
        }
        thread::sleep(PAUSE);
    }
}

/// The URL of a connection that breaks where the network swallows what is sent.
/// The lease has ended by then; only the next connection waits for it.
fn impatient(url: &str) -> String {
    let options = [("connect_timeout", "2"), ("tcp_user_timeout", "2000")];
    let is_uri = url.contains("://");
    options.iter().fold(url.to_owned(), |url, (name, value)| {
        let separator = match is_uri {
            false => ' ',
            true if url.contains('?') => '&',
            true => '?',
        };
        format!("{url}{separator}{name}={value}")
    })
}

/// Listens until the connection breaks, or nobody wants to know any more.
fn listen(url: &str, freshness: &Weak<Freshness>, was_heard: &mut bool) -> Result<(), ConnectError> {
    let mut connection = establish(&impatient(url), Some(LEASE))?;
    let begin = format!("SET application_name = '{APPLICATION_NAME}'; LISTEN {CHANNEL}");
    connection.batch_execute(&begin).map_err(broken)?;
    let mut is_new = true;
    loop {
        let asked = Instant::now();
        // Whatever was announced before it was asked comes before the answer.
        connection.batch_execute("SELECT 1").map_err(broken)?;
        loop {
            let Some(freshness) = freshness.upgrade() else { return Ok(()) };
            if is_new {
                // Nobody listened until now.
                freshness.mark(&Change::Everything);
                is_new = false;
                if !*was_heard {
                    log::info!("hearing of changes again");
                    *was_heard = true;
                }
            }
            hear(&mut connection, &freshness).map_err(broken)?;
            freshness.trust(asked, LEASE);
            if asked.elapsed() >= HEARTBEAT {
                break;
            }
            drop(freshness);
            thread::sleep(POLL);
        }
    }
}

/// Runs work that commits transactions, and marks what it has changed: a
/// connection that listens is told of its own changes as well.
pub fn marking<T>(
    connection: &mut PgConnection,
    freshness: &Freshness,
    work: impl FnOnce(&mut PgConnection) -> T,
) -> T {
    let listens = connection.batch_execute(&format!("LISTEN {CHANNEL}"));
    let result = work(connection);
    let ends = connection.batch_execute(&format!("UNLISTEN {CHANNEL}"));
    if listens.and(ends).and_then(|()| hear(connection, freshness)).is_err() {
        freshness.mark(&Change::Everything);
    }
    result
}

fn hear(connection: &mut PgConnection, freshness: &Freshness) -> diesel::QueryResult<()> {
    for notification in connection.notifications_iter() {
        for change in Change::parse_lines(&notification?.payload) {
            freshness.mark(&change);
        }
    }
    Ok(())
}

fn broken(error: diesel::result::Error) -> ConnectError {
    ConnectError::Failed(error.to_string())
}
