//! Answers that are kept, so that one read serves all who ask for the same.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
    time::Duration,
};

use actix_web::{
    HttpMessage, HttpRequest, HttpResponse,
    http::header::{AUTHORIZATION, HeaderMap},
    rt::time::timeout,
};
use tokio::sync::OnceCell;

use super::{
    answer::{self, Answer, Audience, Content, Policy},
    dependency_cache::{Cached, DependencyCache},
    outage::Outage,
};
use crate::{
    blocking::Turn,
    config::CacheConfig,
    db::invalidation::{InvalidationClock, Revision},
    error::{ApiError, ApiResult, Problem},
    http::{
        coding::{self, Coding},
        format::{self, Form},
        target::{self, Address},
    },
};

/// The bytes that an answer takes as a rule.
const USUAL_SIZE: usize = 4096;
/// For how long the database is waited for where a cached response may be given instead.
const UNANSWERED: Duration = Duration::from_secs(1);
/// How often a request joins others that began before it, when what they read
/// has changed meanwhile; then it reads for itself.
const MAX_FLIGHTS: usize = 3;

/// The finished answers of this node. Each is given only while nothing that it
/// was made of has changed, and while changes of other nodes are heard.
pub struct Cache {
    invalidation: Arc<InvalidationClock>,
    policy: Policy,
    kept: DependencyCache<Arc<str>, Answer>,
    /// How long answers may be given of which it is not known whether they are true, where the database does not
    /// answer.
    stale_if_error: Duration,
    outage: Outage,
    /// The reads under way.
    flights: Mutex<HashMap<Box<str>, Weak<Flight>>>,
}

/// A read that several requests wait for.
struct Flight {
    started: Revision,
    answer: OnceCell<ApiResult<Cached<Answer>>>,
}

impl Cache {
    /// An empty one.
    pub fn new(config: &CacheConfig, invalidation: Arc<InvalidationClock>) -> Self {
        Self {
            kept: DependencyCache::new(invalidation.clone(), config.cache_size, USUAL_SIZE, |key| key.len()),
            invalidation,
            policy: config.into(),
            stale_if_error: Duration::from_secs(config.stale_if_error.into()),
            outage: Outage::default(),
            flights: Mutex::default(),
        }
    }

    /// The answer to a request that reads: a kept one, or else what `load` finds,
    /// which all who ask for the same meanwhile are given as well.
    pub async fn answer<F, L>(&self, request: &HttpRequest, load: F) -> ApiResult<HttpResponse>
    where
        F: Fn() -> L,
        L: Future<Output = ApiResult<Content>>,
    {
        self.answer_as(Form::json(request)?, request, load).await
    }

    /// The same in one of several formats, in which `load` finds the content.
    pub async fn answer_as<F, L>(&self, form: Form, request: &HttpRequest, load: F) -> ApiResult<HttpResponse>
    where
        F: Fn() -> L,
        L: Future<Output = ApiResult<Content>>,
    {
        if self.outage.is_known()
            && let Some(answer) = self.stale(form, request).await
        {
            return Ok(answer);
        }
        let answer = self.true_answer(form, request, load);
        let answer = match self.stale(form, request).await {
            None => answer.await,
            // A database that is there and does not answer is waited for no longer than for one that is not.
            Some(_) => timeout(UNANSWERED, answer)
                .await
                .unwrap_or_else(|_| Err(ApiError::unavailable("no answer in time"))),
        };
        match answer {
            Ok(answer) => {
                self.outage.ended();
                Ok(answer)
            }
            Err(error) => match self.stale(form, request).await {
                Some(answer) if error.problem == Problem::Unavailable => {
                    self.outage.met();
                    Ok(answer)
                }
                _ => Err(error),
            },
        }
    }

    async fn true_answer<F, L>(&self, form: Form, request: &HttpRequest, load: F) -> ApiResult<HttpResponse>
    where
        F: Fn() -> L,
        L: Future<Output = ApiResult<Content>>,
    {
        let audience = audience(request.headers());
        let load = async || {
            let started = self.invalidation.now();
            let content = load().await?;
            let made = Answer::new(content, form, &Address::of(request), &self.policy)?;
            Ok(Cached::new(made, started, &self.invalidation))
        };
        let coding = Coding::negotiate(request).map_err(|_| coding::not_acceptable())?;
        let key = self.key(request, audience).map(|target| form.key(target));
        let answer = match (key, coding) {
            (None, None) => load().await?,
            (None, Some(coding)) => {
                let answer = load().await?;
                match Coding::turn(request).await? {
                    Some(turn) => recoded(&answer, coding, &turn).await?,
                    None => answer,
                }
            }
            (Some(key), None) => self.shared(&key, self.invalidation.now(), load).await?,
            (Some(key), Some(coding)) => {
                let arrived = self.invalidation.now();
                let answer = self.shared(&key, arrived, load).await?;
                let key = coded(&key, coding);
                match self.kept.get(key.as_str()) {
                    Some(coded) => coded,
                    None => match Coding::turn(request).await? {
                        Some(turn) => {
                            let load = async || recoded(&answer, coding, &turn).await;
                            self.shared(&key, arrived, load).await?
                        }
                        None => answer,
                    },
                }
            }
        };
        let mut response = answer.respond(request.headers(), &self.policy, audience);
        if coding.is_some() && !answer.is_coded() {
            coding::leave_as_it_is(response.headers_mut());
        }
        Ok(response)
    }

    /// A cached response of which no change has been heard, while none can be heard; it says how old it may be.
    async fn stale(&self, form: Form, request: &HttpRequest) -> Option<HttpResponse> {
        let silence = self.invalidation.silence();
        let may_be_stale = audience(request.headers()) == Audience::Everybody
            && silence <= self.stale_if_error
            && !self.invalidation.is_trusted();
        if !may_be_stale {
            return None;
        }
        let target = target::canonical(request.path(), request.query_string())?;
        let key = form.key(target.into_owned());
        let answer = match Coding::negotiate(request).ok()? {
            None => self.kept.get_unheard(key.as_str())?,
            Some(coding) => match self.kept.get_unheard(coded(&key, coding).as_str()) {
                Some(answer) => answer,
                None => {
                    let turn = Coding::turn(request).await.ok()??;
                    recoded(&self.kept.get_unheard(key.as_str())?, coding, &turn).await.ok()?
                }
            },
        };
        let mut response = answer.respond(request.headers(), &self.policy, Audience::Everybody);
        answer::mark_stale(response.headers_mut(), silence);
        Some(response)
    }

    /// The answer to a request, if it is kept and valid.
    pub fn kept(&self, request: &impl HttpMessage, path: &str, query: &str) -> Option<Cached<Answer>> {
        let target = target::canonical(path, query)?;
        let coding = Coding::negotiate(request).ok()?;
        let get = |target: &str| match coding {
            None => self.kept.get(target),
            Some(coding) => self.kept.get(coded(target, coding).as_str()),
        };
        let usual = get(&target)?;
        let media_type = usual.form().for_request(request.headers())?;
        match media_type == usual.form().media_type {
            true => Some(usual),
            false => get(&format::key_in(media_type, &target)),
        }
    }

    /// What caches on the way to clients are told.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Under which name the answer to the request is kept, if it may be.
    fn key(&self, request: &HttpRequest, audience: Audience) -> Option<String> {
        let may_keep = self.kept.keeps() && audience == Audience::Everybody && self.invalidation.is_trusted();
        let target = may_keep.then(|| target::canonical(request.path(), request.query_string()));
        target.flatten().map(|target| target.into_owned())
    }

    /// The cached response, or else that of a read which is shared. It has every
    /// change in it that came before the request, which `arrived` then.
    async fn shared(
        &self,
        key: &str,
        arrived: Revision,
        load: impl AsyncFn() -> ApiResult<Cached<Answer>>,
    ) -> ApiResult<Cached<Answer>> {
        for _ in 0..MAX_FLIGHTS {
            if let Some(answer) = self.kept.get(key) {
                return Ok(answer);
            }
            let (_entry, flight) = self.board(key);
            let answer = flight.answer.get_or_init(async || {
                let answer = load().await?;
                self.kept.insert(key.into(), &answer);
                Ok(answer)
            });
            let answer = answer.await.clone();
            let is_in_time = match &answer {
                Ok(answer) => answer.read_at() >= arrived || answer.is_valid(&self.invalidation),
                Err(_) => flight.started >= arrived,
            };
            if is_in_time {
                return answer;
            }
        }
        load().await
    }

    /// The flight to the answer that is under way, or a new one.
    fn board<'a>(&'a self, key: &'a str) -> (Entry<'a>, Arc<Flight>) {
        let mut flights = self.flights();
        let flight = flights.get(key).and_then(Weak::upgrade).unwrap_or_else(|| {
            let flight = Arc::new(Flight { started: self.invalidation.now(), answer: OnceCell::new() });
            flights.insert(key.into(), Arc::downgrade(&flight));
            flight
        });
        (Entry { cache: self, key }, flight)
    }

    fn flights(&self) -> MutexGuard<'_, HashMap<Box<str>, Weak<Flight>>> {
        // No code panics while it holds the lock.
        self.flights.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A flight's place on the list. Who leaves the flight drops it afterwards, and
/// the last one takes it off.
struct Entry<'a> {
    cache: &'a Cache,
    key: &'a str,
}

impl Drop for Entry<'_> {
    fn drop(&mut self) {
        let mut flights = self.cache.flights();
        if flights.get(self.key).is_some_and(|flight| flight.strong_count() == 0) {
            flights.remove(self.key);
        }
    }
}

fn audience(headers: &HeaderMap) -> Audience {
    match headers.contains_key(AUTHORIZATION) {
        true => Audience::KeyHolder,
        false => Audience::Everybody,
    }
}

/// An answer in a content coding, which depends on what the answer as it is depends on.
async fn recoded(answer: &Cached<Answer>, coding: Coding, turn: &Turn) -> ApiResult<Cached<Answer>> {
    let coded = answer.coded(coding, turn).await?;
    let size = coded.size();
    Ok(answer.with(coded, size))
}

/// The name of an answer in a content coding.
fn coded(key: &str, coding: Coding) -> String {
    // No path begins so.
    format!("{}:{key}", coding.as_str())
}
