//! Time and chance: all that is another each time it is asked. Whatever depends on the time of day is given it
//! (`now`) by whoever has the service's [`Clock`], so that tests can move it; how long something takes is measured by
//! [`std::time::Instant`], which nobody moves.
//!
//! SQL never decides by its own `now()` what is due or has expired: the clock's time is bound.

#![expect(clippy::disallowed_methods, reason = "the one place that asks for the time of day and for chance")]

use std::{
    cell::RefCell,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use chrono::{DateTime, NaiveDate, SubsecRound, TimeDelta, Utc};
use uuid::{Builder, Uuid};

/// The time of day, as a service and all that works for it have it. A clone is the same clock.
///
/// It is the system's time and an offset, which is zero unless a test moves it. Where several nodes have to agree on
/// what is due, the offset is the place for how far the system is from the `clock_timestamp()` of their database.
#[derive(Debug, Clone, Default)]
pub struct Clock {
    /// How many microseconds it is ahead of the system's time.
    ahead: Arc<AtomicI64>,
}

impl Clock {
    /// Now, to the microsecond, which is what PostgreSQL keeps.
    pub fn now(&self) -> DateTime<Utc> {
        system_time().trunc_subsecs(6) + TimeDelta::microseconds(self.ahead.load(Ordering::Relaxed))
    }

    /// The day of now, in UTC.
    pub fn today(&self) -> NaiveDate {
        self.now().date_naive()
    }

    /// Moves it on.
    pub fn advance(&self, by: TimeDelta) {
        self.ahead.fetch_add(by.num_microseconds().unwrap_or(i64::MAX), Ordering::Relaxed);
    }
}

/// The time that the system has, for the log: what happens is told with the time at which it does, whatever the
/// service takes the time for.
pub fn system_time() -> DateTime<Utc> {
    Utc::now()
}

/// A new id of something that is stored: a UUIDv7, greater than all that this process has made before.
pub fn new_id() -> Uuid {
    Uuid::now_v7()
}

/// A new id of a request: a UUIDv7, in no order within a millisecond. Randomness is fetched for many at a time: a
/// system call for each costs a cached response a twentieth of its time.
pub fn request_id() -> Uuid {
    const BYTES: usize = 10;
    const STOCK: usize = 256 * BYTES;
    thread_local! {
        static RANDOM: RefCell<([u8; STOCK], usize)> = const { RefCell::new(([0; STOCK], STOCK)) };
    }
    let random = RANDOM.with_borrow_mut(|(bytes, used)| {
        if *used == STOCK {
            getrandom::fill(bytes).ok()?;
            *used = 0;
        }
        *used += BYTES;
        bytes[*used - BYTES..*used].try_into().ok()
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    match random {
        Some(random) => Builder::from_unix_timestamp_millis(now.as_millis() as u64, &random).into_uuid(),
        None => Uuid::now_v7(),
    }
}

/// Bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_clone_moves_along_and_other_clocks_do_not() {
        let clock = Clock::default();
        let (same, other) = (clock.clone(), Clock::default());
        clock.advance(TimeDelta::days(2));
        clock.advance(TimeDelta::days(-1));
        let ahead = same.now() - other.now();
        assert!((ahead - TimeDelta::days(1)).abs() < TimeDelta::hours(1), "{ahead}");
    }

    #[test]
    fn a_time_is_what_the_database_gives_back() {
        let clock = Clock::default();
        clock.advance(TimeDelta::nanoseconds(1_234_567));
        assert_eq!(clock.now().timestamp_subsec_nanos() % 1000, 0);
    }
}
