//! Reads that are asked for by several requests, asked together.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use actix_web::rt;
use diesel::PgConnection;
use tokio::sync::oneshot;

use super::{Db, share::Flights};
use crate::error::{ApiError, ApiResult, Problem};

/// Who wants to know an answer, and since when.
struct Reply<A> {
    to: oneshot::Sender<ApiResult<A>>,
    since: Instant,
}

type Reading<Q, R> = dyn Fn(&mut PgConnection, &[Q]) -> ApiResult<Vec<ApiResult<R>>> + Send + Sync;
type Finishing<Q, R, A> = dyn Fn(&Q, R) -> ApiResult<A> + Send + Sync;

/// Questions of one kind. While the connections are busy, those that come wait;
/// those that are equal are then asked once, and several of them by one query:
/// the busier the service, the less a question costs. One that comes alone is
/// asked at once. What is read of each, `R`, is made into its answer when the connection was given back.
pub struct Batches<Q, R, A>(Arc<Shared<Q, R, A>>);

struct Shared<Q, R, A> {
    db: Db,
    /// The most questions that one query answers.
    at_once: usize,
    flights: Flights,
    waiting: Mutex<Waiting<Q, A>>,
    read: Box<Reading<Q, R>>,
    finish: Box<Finishing<Q, R, A>>,
}

/// The questions that nobody has begun to ask, and who wants to know.
struct Waiting<Q, A> {
    questions: Vec<(Q, Vec<Reply<A>>)>,
    /// How many wait for a connection: enough to take all the questions.
    runners: usize,
}

impl<Q, R, A> Batches<Q, R, A>
where
    Q: PartialEq + Send + Sync + 'static,
    R: 'static,
    A: Clone + Send + 'static,
{
    /// `read` finds for each of at most `at_once` questions what its answer is made of, in their order. It
    /// changes nothing, and may be called several times. `finish` makes the answer of it.
    pub fn new(
        db: Db,
        at_once: usize,
        read: impl Fn(&mut PgConnection, &[Q]) -> ApiResult<Vec<ApiResult<R>>> + Send + Sync + 'static,
        finish: impl Fn(&Q, R) -> ApiResult<A> + Send + Sync + 'static,
    ) -> Self {
        let waiting = Mutex::new(Waiting { questions: Vec::new(), runners: 0 });
        let (read, finish) = (Box::new(read), Box::new(finish));
        let flights = db.reads.flights();
        Self(Arc::new(Shared { db, at_once, flights, waiting, read, finish }))
    }

    /// The answer to one question, as true as the database is from now on.
    pub async fn ask(&self, question: Q) -> ApiResult<A> {
        let (to, answer) = oneshot::channel();
        if self.0.add(question, Reply { to, since: Instant::now() }) {
            rt::spawn(run(self.0.clone()));
        }
        let answer = async { answer.await.unwrap_or_else(|_| Err(ApiError::internal("a batch was lost"))) };
        self.0.db.reads.in_time(answer).await
    }
}

impl<Q: PartialEq, R, A> Shared<Q, R, A> {
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

    /// Those who have waited since then; and whether this runner has to wait on for others.
    fn give_up(&self, since: Instant) -> (Vec<Reply<A>>, bool) {
        let mut waiting = self.waiting();
        let mut impatient = Vec::new();
        for (_, replies) in &mut waiting.questions {
            impatient.extend(replies.extract_if(.., |reply| reply.since <= since));
        }
        waiting.questions.retain(|(_, replies)| !replies.is_empty());
        let goes_on = waiting.questions.len() > (waiting.runners - 1) * self.at_once;
        waiting.runners -= usize::from(!goes_on);
        (impatient, goes_on)
    }
}

async fn run<Q, R, A>(shared: Arc<Shared<Q, R, A>>)
where
    Q: PartialEq + Send + Sync + 'static,
    R: 'static,
    A: Clone + Send + 'static,
{
    let turn = loop {
        let begun = Instant::now();
        match shared.db.reads.turn_in_flight(&shared.flights).await {
            Ok(turn) => break turn,
            Err(error) => {
                // Whoever came later has time, and a runner that waits on.
                let (impatient, goes_on) = shared.give_up(begun);
                tell(impatient, Err(error));
                if !goes_on {
                    return;
                }
            }
        }
    };
    let finishing = shared.clone();
    let read = move |pool: &_| {
        let (questions, replies) = shared.take(shared.at_once);
        let ask = |connection: &mut PgConnection| {
            let found = (shared.read)(connection, &questions)?;
            // What one question alone met may be the connection's death, after which all are asked on another.
            let mut failures = found.iter().filter_map(|found| found.as_ref().err());
            match failures.find(|error| error.problem == Problem::Unavailable) {
                Some(failure) => Err(failure.clone()),
                None => Ok(found),
            }
        };
        let found = if questions.is_empty() { Ok(Vec::new()) } else { super::read_on(pool, ask) };
        Ok((questions, replies, found))
    };
    let asked = turn.run_then(read, move |(questions, replies, found)| {
        match found {
            Ok(found) => {
                for ((question, replies), found) in questions.iter().zip(replies).zip(found) {
                    tell(replies, found.and_then(|found| (finishing.finish)(question, found)));
                }
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
