//! What takes the processor for long, off the threads that answer everybody.

use std::{
    sync::{Arc, LazyLock},
    time::Duration,
};

use actix_web::{rt::time::timeout, web};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::{
    config::cores,
    error::{ApiError, ApiResult},
};

/// Whose work it is. Each kind has turns of its own, so that an import keeps nobody waiting who reads, nor those who
/// read an editor.
#[derive(Debug, Clone, Copy)]
pub enum Work {
    /// An answer is compressed.
    Answer,
    /// What one request brings is read, rendered and analysed.
    Edit,
    /// The lines of an import are.
    Import,
    /// It is the service's own.
    Background,
}

impl Work {
    const KINDS: usize = 4;

    /// As many at once as the processor can do: more of them would take the blocking threads of those who hold a
    /// connection, and none would be done earlier.
    fn turns(self) -> Arc<Semaphore> {
        static TURNS: LazyLock<[Arc<Semaphore>; Work::KINDS]> =
            LazyLock::new(|| std::array::from_fn(|_| Arc::new(Semaphore::new(cores()))));
        TURNS[self as usize].clone()
    }
}

/// The most blocking threads that are needed at once.
pub fn threads() -> usize {
    Work::KINDS * cores()
}

/// The right to run work of its kind.
pub struct Turn(Arc<OwnedSemaphorePermit>);

impl Turn {
    /// One that comes in this time, if one does.
    pub async fn soon(kind: Work, patience: Duration) -> Option<Self> {
        timeout(patience, Self::next(kind)).await.ok()?.ok()
    }

    async fn next(kind: Work) -> ApiResult<Self> {
        let permit = kind.turns().acquire_owned().await.map_err(ApiError::internal)?;
        Ok(Self(Arc::new(permit)))
    }

    /// Runs work that waits for nobody on a blocking thread.
    pub async fn run<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> ApiResult<T> {
        // Who left meanwhile has begun it nevertheless.
        let turn = self.0.clone();
        let work = move || {
            let _turn = turn;
            work()
        };
        web::block(work).await.map_err(ApiError::internal)
    }
}

/// Runs work that waits for nobody on a blocking thread, as soon as it is its turn.
pub async fn blocking<T: Send + 'static>(
    kind: Work,
    work: impl FnOnce() -> T + Send + 'static,
) -> ApiResult<T> {
    Turn::next(kind).await?.run(work).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[actix_web::test]
    async fn each_kind_of_work_has_turns_of_its_own() {
        let mut held = Vec::new();
        for _ in 0..cores() {
            held.push(Turn::next(Work::Import).await.expect("a turn"));
        }
        assert!(Turn::soon(Work::Import, Duration::from_millis(1)).await.is_none());
        for kind in [Work::Answer, Work::Edit, Work::Background] {
            assert_eq!(blocking(kind, || 7).await.expect("it is done"), 7);
        }
        held.pop();
        assert!(Turn::soon(Work::Import, Duration::from_secs(60)).await.is_some());
    }
}
