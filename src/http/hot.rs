//! The shortest way to a kept answer: in front of actix-web, before a request is routed, before its key is
//! looked at (there must be none), before anything is compressed.

use std::{
    task::{Context, Poll},
    time::Instant,
};

use actix_http::{Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, EitherBody},
    dev::{AppConfig, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{ACCEPT, AUTHORIZATION, IF_NONE_MATCH},
    },
    web::Data,
};
use futures_util::{
    TryFutureExt,
    future::{Either, LocalBoxFuture, MapOk, Ready, ready},
};

use super::{
    answer::{Answer, Audience},
    cache::Cache,
    cors::Readers,
    request::{self, RequestId},
    transport::{Handed, Outgoing, Tail},
};

type Body = EitherBody<BoxBody, Handed>;

/// An application behind what is kept of its answers.
pub struct Behind<A> {
    app: A,
    kept: KeptAnswers,
}

/// Puts the cache in front of an application: what it does not answer is passed on.
pub fn behind<A>(cache: Data<Cache>, readers: Readers, app: impl IntoServiceFactory<A, Request>) -> Behind<A>
where
    A: ServiceFactory<Request>,
{
    Behind { app: app.into_factory(), kept: KeptAnswers { cache, readers } }
}

impl<A> ServiceFactory<Request> for Behind<A>
where
    A: ServiceFactory<Request, Config = AppConfig, Response = ServiceResponse, Error = Error>,
    A::Future: 'static,
{
    type Response = Response<Body>;
    type Error = Error;
    type Config = AppConfig;
    type Service = Behind<A::Service>;
    type InitError = A::InitError;
    type Future = LocalBoxFuture<'static, Result<Self::Service, Self::InitError>>;

    fn new_service(&self, config: AppConfig) -> Self::Future {
        let kept = self.kept.clone();
        let app = self.app.new_service(config);
        Box::pin(app.map_ok(|app| Behind { app, kept }))
    }
}

impl<A> Service<Request> for Behind<A>
where
    A: Service<Request, Response = ServiceResponse, Error = Error>,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future =
        Either<Ready<Result<Response<Body>, Error>>, MapOk<A::Future, fn(ServiceResponse) -> Response<Body>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.app.poll_ready(context)
    }

    fn call(&self, request: Request) -> Self::Future {
        match self.kept.answer(&request) {
            Some(response) => Either::Left(ready(Ok(response))),
            None => Either::Right(self.app.call(request).map_ok(of_app)),
        }
    }
}

fn of_app(response: ServiceResponse) -> Response<Body> {
    Response::from(response).map_body(|_, body| EitherBody::left(body))
}

#[derive(Clone)]
struct KeptAnswers {
    cache: Data<Cache>,
    readers: Readers,
}

impl KeptAnswers {
    fn answer(&self, request: &Request) -> Option<Response<Body>> {
        let start = Instant::now();
        let headers = request.headers();
        let may_be_kept = request.method() == Method::GET
            && !headers.contains_key(AUTHORIZATION)
            // Another media type than JSON may be wanted.
            && !headers.get_all(ACCEPT).any(|accepted| names_another(accepted.as_bytes()))
            // Where not every origin may read, the one that asks decides.
            && self.readers == Readers::Anyone;
        if !may_be_kept {
            return None;
        }
        let (path, query) = (request.path(), request.uri().query().unwrap_or_default());
        let answer = self.cache.kept(request, path, query)?;
        let id = RequestId::of(headers);
        let mut response = match request.conn_data::<Outgoing>() {
            // The client may have it.
            Some(outgoing) if !headers.contains_key(IF_NONE_MATCH) => {
                let response = outgoing.answer(StatusCode::OK, self.tail(&answer));
                response.map_body(|_, body| EitherBody::right(body))
            }
            _ => {
                let mut response = answer.respond(headers, self.cache.policy(), Audience::Everybody);
                request::decorate(response.headers_mut(), self.readers);
                Response::from(response).map_body(|_, body| EitherBody::left(body))
            }
        };
        id.tell(response.headers_mut());
        request::log(request.method(), path, response.status(), start, &id);
        Some(response)
    }

    fn tail(&self, answer: &Answer) -> Tail {
        answer.tail(|headers| {
            answer.describe(headers, self.cache.policy(), Audience::Everybody);
            request::decorate(headers, self.readers);
        })
    }
}

fn names_another(accepted: &[u8]) -> bool {
    let names = |name: &[u8]| accepted.windows(name.len()).any(|word| word.eq_ignore_ascii_case(name));
    names(b"ndjson") || names(b"ld+json")
}
