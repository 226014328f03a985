//! How slowly a body may come.

use std::time::{Duration, Instant};

use actix_web::rt::time::timeout;
use futures_util::{Stream, StreamExt};

use crate::error::{ApiError, Problem};

/// Waits for the parts of a body, not for ever: neither where nothing comes, nor where a byte comes now and then.
pub struct Pace {
    pause: Duration,
    /// The bytes that each second of waiting must bring, beyond one pause.
    least: u64,
    waited: Duration,
    bytes: u64,
}

/// The next part did not come in time.
pub struct Late;

impl Pace {
    /// For a body that may pause so long.
    pub fn new(pause: Duration, least: u64) -> Self {
        Self { pause, least, waited: Duration::ZERO, bytes: 0 }
    }

    /// How long the next part may take.
    pub fn patience(&self) -> Duration {
        let earned = Duration::from_secs(self.bytes / self.least);
        (self.pause + earned).saturating_sub(self.waited).min(self.pause)
    }

    /// The next part, if it comes within that time.
    pub async fn next<T, E>(
        &mut self,
        body: &mut (impl Stream<Item = Result<T, E>> + Unpin),
        patience: Duration,
    ) -> Result<Option<Result<T, E>>, Late>
    where
        T: AsRef<[u8]>,
    {
        let start = Instant::now();
        let part = timeout(patience, body.next()).await;
        self.waited += start.elapsed();
        if let Ok(Some(Ok(bytes))) = &part {
            self.bytes += bytes.as_ref().len() as u64;
        }
        part.map_err(|_| Late)
    }

    /// What a client is told that is too slow.
    pub fn fault(&self) -> ApiError {
        let detail = format!(
            "the body came too slowly: it may pause for {} seconds, and must bring {} bytes a second otherwise",
            self.pause.as_secs(),
            self.least
        );
        ApiError::new(Problem::RequestTimeout, detail)
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    #[actix_web::test]
    async fn a_part_that_does_not_come_is_not_waited_for() {
        let mut pace = Pace::new(Duration::from_millis(20), 1);
        let mut silent = stream::pending::<Result<&[u8], ()>>();
        let patience = pace.patience();
        assert!(pace.next(&mut silent, patience).await.is_err());
        assert_eq!(pace.patience(), Duration::ZERO);
        assert_eq!(pace.fault().problem, Problem::RequestTimeout);
    }

    #[test]
    fn what_comes_in_time_earns_time() {
        let mut pace = Pace { waited: Duration::from_secs(29), ..Pace::new(Duration::from_secs(30), 1024) };
        assert_eq!(pace.patience(), Duration::from_secs(1));
        pace.bytes = 30;
        assert_eq!(pace.patience(), Duration::from_secs(1), "a byte a second earns nothing");
        pace.bytes = 10 * 1024;
        assert_eq!(pace.patience(), Duration::from_secs(11));
        pace.bytes = 1024 * 1024;
        assert_eq!(pace.patience(), Duration::from_secs(30), "but never more than one pause");
    }
}
