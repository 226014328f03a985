//! The frequencies of words as they were lately.

use std::{
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{PgConnection, QueryResult};

use super::{queries, statistics::Frequencies};

/// How long frequencies are taken for true.
const LIFETIME: Duration = Duration::from_secs(60);

/// The frequencies as they were lately.
#[derive(Debug, Default)]
pub struct KnownFrequencies {
    known: RwLock<Option<(Instant, Arc<Frequencies>)>>,
    /// Whether somebody is reading them anew.
    is_refreshed: AtomicBool,
}

impl KnownFrequencies {
    /// Reads them anew where that was long ago. Nobody waits for another who does: meanwhile the old ones
    /// serve, and whoever finds none reads them alone.
    pub fn get(&self, connection: &mut PgConnection) -> QueryResult<Arc<Frequencies>> {
        self.get_by(LIFETIME, || queries::frequencies::load(connection))
    }

    fn get_by<E>(
        &self,
        lifetime: Duration,
        load: impl FnOnce() -> Result<Frequencies, E>,
    ) -> Result<Arc<Frequencies>, E> {
        // No code panics while it holds the lock, and none waits for the database.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        let _refreshing = match known {
            Some((read, frequencies)) if read.elapsed() < lifetime => return Ok(frequencies),
            Some((_, frequencies)) => match Refreshing::begin(&self.is_refreshed) {
                None => return Ok(frequencies),
                refreshing => refreshing,
            },
            None => None,
        };
        let frequencies = Arc::new(load()?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Instant::now(), frequencies.clone()));
        Ok(frequencies)
    }
}

/// That one is reading, until it is dropped, however that ends.
struct Refreshing<'a>(&'a AtomicBool);

impl<'a> Refreshing<'a> {
    /// Nothing where another one is.
    fn begin(is_refreshed: &'a AtomicBool) -> Option<Self> {
        (!is_refreshed.swap(true, Ordering::AcqRel)).then(|| Self(is_refreshed))
    }
}

impl Drop for Refreshing<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(articles: f64) -> Frequencies {
        Frequencies::new([], articles)
    }

    #[test]
    fn nobody_waits_for_another_who_reads_them_anew() {
        let known = KnownFrequencies::default();
        let stale = || known.get_by(Duration::ZERO, || Err::<Frequencies, _>("read again"));
        let articles = |found: Result<Arc<Frequencies>, _>| found.map(|found| found.articles());
        assert_eq!(articles(stale()), Err("read again"));
        let first = known.get_by(Duration::ZERO, || {
            // Who comes meanwhile finds nothing, and reads alone.
            assert_eq!(articles(stale()), Err("read again"));
            Ok::<_, &str>(of(1.0))
        });
        assert_eq!(articles(first), Ok(1.0));
        let second = known.get_by(Duration::ZERO, || {
            assert_eq!(articles(stale()), Ok(1.0));
            Ok::<_, &str>(of(2.0))
        });
        assert_eq!(articles(second), Ok(2.0));
        // One that failed leaves it to the next.
        assert_eq!(articles(stale()), Err("read again"));
        let third = known.get_by(Duration::ZERO, || Ok::<_, &str>(of(3.0)));
        assert_eq!(articles(third), Ok(3.0));
        assert_eq!(articles(known.get_by(LIFETIME, || Err("read again"))), Ok(3.0));
    }
}
