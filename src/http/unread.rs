//! Bodies of requests that nobody reads to their end.
//!
//! Once the rest of a body is nobody's, actix-web closes the connection behind the answer, unless the body comes in
//! chunks: then it waits for the last of them, without end. As long as somebody has the body, it does not. So each
//! connection has that of its request.

use std::{
    cell::RefCell,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
};

use actix_http::{Payload, Request, error::PayloadError};
use actix_web::web::Bytes;
use futures_util::Stream;

type Body = Rc<RefCell<Payload>>;

/// The body of the request that a connection is at.
#[derive(Clone, Default)]
pub struct Unread(Rc<RefCell<Option<Body>>>);

impl Unread {
    /// Lets the connection have the body of its request as well, until it has the next one; says whether there is one.
    pub fn keep(request: &mut Request) -> bool {
        if matches!(request.payload(), Payload::None) {
            return false;
        }
        let Some(Self(kept)) = request.conn_data::<Self>().cloned() else { return true };
        let body = Rc::new(RefCell::new(request.take_payload()));
        *request.payload() = Payload::Stream { payload: Box::pin(Shared(body.clone())) };
        *kept.borrow_mut() = Some(body);
        true
    }
}

/// What the application reads.
struct Shared(Body);

impl Stream for Shared {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        Pin::new(&mut *self.0.borrow_mut()).poll_next(context)
    }
}
