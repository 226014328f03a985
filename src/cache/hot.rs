//! The shortest way to a cached response: in front of actix-web, before a request is routed, before its key is
//! looked at (there must be none), before anything is compressed.

use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Instant,
};

use actix_http::{ConnectionType, Request, Response};
use actix_service::{IntoServiceFactory, Service, ServiceFactory};
use actix_web::{
    Error, HttpMessage,
    body::{BodySize, BoxBody, EitherBody, MessageBody},
    dev::{AppConfig, ServiceResponse},
    http::{
        Method, StatusCode, Version,
        header::{AUTHORIZATION, CONTENT_LENGTH, IF_NONE_MATCH},
    },
    rt::task::yield_now,
    web::{Bytes, Data},
};
use futures_util::{
    TryFutureExt,
    future::{Either, LocalBoxFuture, Ready, ready},
};

use super::{
    answer::{Answer, Audience},
    responses::Cache,
};
use crate::http::{
    cors::Readers,
    door::Answering,
    head::FAULT_FIELD,
    request,
    request_id::RequestId,
    transport::{Handed, Outgoing, Tail},
    unread::Unread,
};

/// A body, and the answer that is under way until it ends.
pub struct Body {
    body: EitherBody<BoxBody, Handed>,
    _answering: Answering,
}

impl MessageBody for Body {
    type Error = <EitherBody<BoxBody, Handed> as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

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
    <A::Service as Service<Request>>::Future: 'static,
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
    A::Future: 'static,
{
    type Response = Response<Body>;
    type Error = Error;
    type Future =
        Either<Ready<Result<Response<Body>, Error>>, LocalBoxFuture<'static, Result<Response<Body>, Error>>>;

    fn poll_ready(&self, context: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.app.poll_ready(context)
    }

    fn call(&self, mut request: Request) -> Self::Future {
        let has_body = Unread::keep(&mut request);
        let answering = Answering::to(&request);
        let with = |response: Response<_>| response.map_body(|_, body| Body { body, _answering: answering });
        // What belongs to a request is read before it is answered: see below.
        if !has_body && let Some(response) = self.kept.answer(&request) {
            return Either::Left(ready(Ok(with(response))));
        }
        let is_head = request.method() == Method::HEAD;
        let knows_chunks = request.version() >= Version::HTTP_11;
        let outgoing = request.conn_data::<Outgoing>().cloned();
        let response = self.app.call(request);
        Either::Right(Box::pin(async move {
            if has_body {
                // What of the body has come is taken first: actix-web closes the connection behind an answer to a
                // request whose body has not come to its end.
                yield_now().await;
            }
            Ok(with(of_app(response.await?.into(), is_head, knows_chunks, outgoing)))
        }))
    }
}

/// An answer of the application: its body is sent by the connection as well, where it is there already.
fn of_app(
    response: Response<BoxBody>,
    is_head: bool,
    knows_chunks: bool,
    outgoing: Option<Outgoing>,
) -> Response<EitherBody<BoxBody, Handed>> {
    let (mut head, body) = response.into_parts();
    if is_head
        && matches!(body.size(), BodySize::Stream)
        && let Some(outgoing) = outgoing
    {
        // Nobody reads the lines that would be made.
        return outgoing
            .answer(head, Tail::of_body(Bytes::new()))
            .map_body(|_, body| EitherBody::right(body));
    }
    if !knows_chunks && matches!(body.size(), BodySize::Stream) {
        // It ends with the connection (RFC 9112, section 6.3).
        head.head_mut().no_chunking(true);
        head.head_mut().set_connection_type(ConnectionType::Close);
    }
    let (BodySize::Sized(length @ 1..), Some(outgoing)) = (body.size(), outgoing) else {
        return head.set_body(EitherBody::left(body));
    };
    match body.try_into_bytes() {
        Ok(bytes) => {
            head.headers_mut().insert(CONTENT_LENGTH, length.into());
            let body = if is_head { Bytes::new() } else { bytes };
            outgoing.answer(head, Tail::of_body(body)).map_body(|_, body| EitherBody::right(body))
        }
        Err(body) => head.set_body(EitherBody::left(body)),
    }
}

#[derive(Clone)]
struct KeptAnswers {
    cache: Data<Cache>,
    readers: Readers,
}

impl KeptAnswers {
    fn answer(&self, request: &Request) -> Option<Response<EitherBody<BoxBody, Handed>>> {
        let start = Instant::now();
        let headers = request.headers();
        // Where not every origin may read, the one that asks decides.
        let may_be_kept = self.readers == Readers::Anyone
            && request.method() == Method::GET
            && !headers.contains_key(AUTHORIZATION)
            && !headers.contains_key(FAULT_FIELD);
        if !may_be_kept {
            return None;
        }
        let (path, query) = (request.path(), request.uri().query().unwrap_or_default());
        let answer = self.cache.kept(request, path, query)?;
        let id = RequestId::of(headers);
        let mut response = match request.conn_data::<Outgoing>() {
            // The client may have it.
            Some(outgoing) if !headers.contains_key(IF_NONE_MATCH) => {
                let head = Response::with_body(StatusCode::OK, ());
                outgoing.answer(head, self.tail(&answer)).map_body(|_, body| EitherBody::right(body))
            }
            _ => {
                let mut response = answer.respond(headers, self.cache.policy(), Audience::Everybody);
                request::decorate(response.headers_mut(), self.readers);
                Response::from(response).map_body(|_, body| EitherBody::left(body))
            }
        };
        id.tell(response.headers_mut());
        request::log(request.peer_addr(), request.method(), path, response.status(), start, &id);
        Some(response)
    }

    fn tail(&self, answer: &Answer) -> Tail {
        answer.tail(|headers| {
            answer.describe(headers, self.cache.policy(), Audience::Everybody);
            request::decorate(headers, self.readers);
        })
    }
}
