//! Reads that are asked for by several requests, asked together.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use actix_web::rt;
use diesel::PgConnection;
use tokio::sync::oneshot;

use super::Db;
use crate::error::{ApiError, ApiResult};

/// Who wants to know an answer, and since when.
struct Reply<A> {
    to: oneshot::Sender<ApiResult<A>>,
    since: Instant,
}

type Answering<Q, A> = dyn Fn(&mut PgConnection, &[Q]) -> ApiResult<Vec<ApiResult<A>>> + Send + Sync;

/// Questions of one kind. While the connections are busy, those that come wait;
/// those that are equal are then asked once, and several of them by one query:
/// the busier the service, the less a question costs. One that comes alone is
/// asked at once.
pub struct Batches<Q, A>(Arc<Shared<Q, A>>);

struct Shared<Q, A> {
    db: Db,
    /// The most questions that one query answers.
    at_once: usize,
    waiting: Mutex<Waiting<Q, A>>,
    answer: Box<Answering<Q, A>>,
}

/// The questions that nobody has begun to ask, and who wants to know.
struct Waiting<Q, A> {
    questions: Vec<(Q, Vec<Reply<A>>)>,
    /// How many wait for a connection: enough to take all the questions.
    runners: usize,
}

impl<Q, A> Batches<Q, A>
where
    Q: PartialEq + Send + Sync + 'static,
    A: Clone + Send + 'static,
{
    /// `answer` gives one answer for each of at most `at_once` questions, in
    /// their order. It changes nothing, and may be called several times.
    pub fn new(
        db: Db,
        at_once: usize,
        answer: impl Fn(&mut PgConnection, &[Q]) -> ApiResult<Vec<ApiResult<A>>> + Send + Sync + 'static,
    ) -> Self {
        let waiting = Mutex::new(Waiting { questions: Vec::new(), runners: 0 });
        Self(Arc::new(Shared { db, at_once, waiting, answer: Box::new(answer) }))
    }

    /// The answer to one question, as true as the database is from now on.
    pub async fn ask(&self, question: Q) -> ApiResult<A> {
        let (to, answer) = oneshot::channel();
        if self.0.add(question, Reply { to, since: Instant::now() }) {
            rt::spawn(run(self.0.clone()));
        }
        answer.await.unwrap_or_else(|_| Err(ApiError::internal("a batch was lost")))
    }
}

impl<Q: PartialEq, A> Shared<Q, A> {
    fn waiting(&self) -> MutexGuard<'_, Waiting<Q, A>> {
        // No code panics while it holds the lock.
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether it takes another runner.
    fn add(&self, question: Q, reply: Reply<A>) -> bool {
        let mut waiting = self.waiting();
        if let Some((_, replies)) = waiting.questions.iter_mut().find(|(other, _)| *other == question) {
            replies.push(reply);
            return false;
        }
        waiting.questions.push((question, vec![reply]));
        let takes_another = waiting.questions.len() > waiting.runners * self.at_once;
        waiting.runners += usize::from(takes_another);
        takes_another
    }

    /// A runner's share of the questions, or all of them: those that anybody still waits for.
    fn take(&self, at_most: usize) -> (Vec<Q>, Vec<Vec<Reply<A>>>) {
        let mut waiting = self.waiting();
        waiting.runners -= 1;
        let count = waiting.questions.len().min(at_most);
        let share = waiting.questions.drain(..count);
        share.filter(|(_, replies)| replies.iter().any(|reply| !reply.to.is_closed())).unzip()
    }

    /// Those who have waited for so long; and whether a runner has to wait on for others.
    fn give_up(&self, after: Duration) -> (Vec<Reply<A>>, bool) {
        let mut waiting = self.waiting();
        let mut impatient = Vec::new();
        for (_, replies) in &mut waiting.questions {
            impatient.extend(replies.extract_if(.., |reply| reply.since.elapsed() >= after));
        }
        waiting.questions.retain(|(_, replies)| !replies.is_empty());
        let goes_on = !waiting.questions.is_empty();
        waiting.runners -= usize::from(!goes_on);
        (impatient, goes_on)
    }
}

async fn run<Q, A>(shared: Arc<Shared<Q, A>>)
where
    Q: PartialEq + Send + Sync + 'static,
    A: Clone + Send + 'static,
{
    let patience = shared.db.reads.patience();
    let turn = loop {
        match shared.db.reads.turn(patience).await {
            Ok(turn) => break turn,
            Err(error) => {
                // Others came later, and have time.
                let (impatient, goes_on) = shared.give_up(patience);
                tell(impatient, Err(error));
                if !goes_on {
                    return;
                }
            }
        }
    };
    let asked = turn.run(move |pool| {
        let (questions, replies) = shared.take(shared.at_once);
        if questions.is_empty() {
            return Ok(());
        }
        match super::read_on(pool, |connection| (shared.answer)(connection, &questions)) {
            Ok(answers) => {
                replies.into_iter().zip(answers).for_each(|(replies, answer)| tell(replies, answer))
            }
            Err(error) => replies.into_iter().for_each(|replies| tell(replies, Err(error.clone()))),
        }
        Ok(())
    });
    // Where the thread is lost, so are the ends of those who wait, and they know.
    let _: ApiResult<()> = asked.await;
}

fn tell<A: Clone>(replies: Vec<Reply<A>>, answer: ApiResult<A>) {
    for reply in replies {
        // Who left meanwhile misses nothing.
        let _ = reply.to.send(answer.clone());
    }
}
