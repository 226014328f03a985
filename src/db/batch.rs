//! Reads of single items, asked together.

use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use actix_web::rt;
use diesel::PgConnection;
use tokio::sync::oneshot;

use super::Db;
use crate::error::{ApiError, ApiResult};

/// The most questions that one query answers.
const MAX_BATCH: usize = 32;

type Reply<A> = oneshot::Sender<ApiResult<A>>;
type Answering<Q, A> = dyn Fn(&mut PgConnection, &[Q]) -> ApiResult<Vec<ApiResult<A>>> + Send + Sync;

/// Questions of one kind. While the connections are busy, those that come wait
/// and are then answered by one query: the busier the service, the less a
/// question costs. One that comes alone is asked at once.
pub struct Batches<Q, A>(Arc<Shared<Q, A>>);

struct Shared<Q, A> {
    db: Db,
    waiting: Mutex<Vec<(Q, Reply<A>)>>,
    /// Whether somebody waits for a connection already, to answer all who wait.
    has_runner: AtomicBool,
    answer: Box<Answering<Q, A>>,
}

impl<Q: Clone + Send + Sync + 'static, A: Send + 'static> Batches<Q, A> {
    /// `answer` gives one answer for each question, in their order. It changes
    /// nothing, and may be called several times.
    pub fn new(
        db: Db,
        answer: impl Fn(&mut PgConnection, &[Q]) -> ApiResult<Vec<ApiResult<A>>> + Send + Sync + 'static,
    ) -> Self {
        let (waiting, has_runner) = (Mutex::default(), AtomicBool::new(false));
        Self(Arc::new(Shared { db, waiting, has_runner, answer: Box::new(answer) }))
    }

    /// The answer to one question.
    pub async fn ask(&self, question: Q) -> ApiResult<A> {
        let (reply, answer) = oneshot::channel();
        self.0.waiting().push((question, reply));
        if !self.0.has_runner.swap(true, Ordering::SeqCst) {
            rt::spawn(run(self.0.clone()));
        }
        answer.await.unwrap_or_else(|_| Err(ApiError::internal("a batch was lost")))
    }
}

impl<Q, A> Shared<Q, A> {
    fn waiting(&self) -> MutexGuard<'_, Vec<(Q, Reply<A>)>> {
        // No code panics while it holds the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Some of those who wait. Whoever comes from now on needs another runner.
    fn take(&self) -> Vec<(Q, Reply<A>)> {
        self.has_runner.store(false, Ordering::SeqCst);
        let mut waiting = self.waiting();
        let count = waiting.len().min(MAX_BATCH);
        waiting.drain(..count).collect()
    }
}

async fn run<Q: Clone + Send + Sync + 'static, A: Send + 'static>(shared: Arc<Shared<Q, A>>) {
    loop {
        let work = shared.clone();
        let done = shared.db.run(move |pool| {
            let batch = work.take();
            let (questions, replies): (Vec<Q>, Vec<Reply<A>>) =
                batch.into_iter().filter(|(_, reply)| !reply.is_closed()).unzip();
            if questions.is_empty() {
                return Ok(());
            }
            let answers = super::read_on(pool, |connection| (work.answer)(connection, &questions));
            match answers {
                Ok(answers) => replies.into_iter().zip(answers).for_each(|(reply, answer)| {
                    let _ = reply.send(answer);
                }),
                Err(error) => replies.into_iter().for_each(|reply| {
                    let _ = reply.send(Err(error.clone()));
                }),
            }
            Ok(())
        });
        if let Err(error) = done.await {
            // No connection was to be had: none of those who wait would get one in time.
            shared.has_runner.store(false, Ordering::SeqCst);
            let waiting = std::mem::take(&mut *shared.waiting());
            for (_, reply) in waiting {
                let _ = reply.send(Err(error.clone()));
            }
        }
        // Those beyond the most, for whom nobody runs.
        if shared.waiting().is_empty() || shared.has_runner.swap(true, Ordering::SeqCst) {
            return;
        }
    }
}
