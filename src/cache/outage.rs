//! Whether it is known that the database does not answer, so that not each request has to find out.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

/// How long it is taken for known; then one request asks anew, and the others go on meanwhile.
const KNOWN: Duration = Duration::from_secs(1);

/// A database that does not answer, as far as requests have met it.
pub struct Outage {
    start: Instant,
    /// Until when it is known, in milliseconds from the start; 0 where it answers.
    known_until: AtomicU64,
}

impl Default for Outage {
    fn default() -> Self {
        Self { start: Instant::now(), known_until: AtomicU64::new(0) }
    }
}

impl Outage {
    /// A request has met it.
    pub fn met(&self) {
        self.known_until.store(self.later(), Ordering::Relaxed);
    }

    /// The database answers.
    pub fn ended(&self) {
        self.known_until.store(0, Ordering::Relaxed);
    }

    /// Whether the database need not be asked. One of those who ask when it is time to is told no.
    pub fn is_known(&self) -> bool {
        let until = self.known_until.load(Ordering::Relaxed);
        let is_over = self.start.elapsed().as_millis() as u64 >= until;
        until > 0
            && !(is_over
                && self
                    .known_until
                    .compare_exchange(until, self.later(), Ordering::Relaxed, Ordering::Relaxed)
                    .is_ok())
    }

    fn later(&self) -> u64 {
        (self.start.elapsed() + KNOWN).as_millis() as u64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_known_when_it_was_met_and_until_it_ended() {
        let outage = Outage::default();
        assert!(!outage.is_known());
        outage.met();
        assert!(outage.is_known());
        outage.ended();
        assert!(!outage.is_known());
    }

    #[test]
    fn one_asks_anew_when_it_is_time_to_and_the_others_need_not() {
        let outage = Outage::default();
        // Until just after the start.
        outage.known_until.store(1, Ordering::Relaxed);
        std::thread::sleep(Duration::from_millis(3));
        let answers = [outage.is_known(), outage.is_known(), outage.is_known()];
        assert_eq!(answers, [false, true, true]);
    }
}
