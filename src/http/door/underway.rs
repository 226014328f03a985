//! Whether an answer is under way on a connection.
//!
//! actix-web reads the heads of all requests that have come, and remembers of the last one alone whether it is HEAD, its
//! version, and whether it is to be the last: it would end the answers before as that one is to be answered. So it is
//! given one head at a time.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Context, Waker},
};

use actix_http::Request;

#[derive(Default)]
struct State {
    is_there: Cell<bool>,
    /// Who waits for the end.
    waiting: RefCell<Option<Waker>>,
}

/// The answer that a connection is at, if it is at one.
#[derive(Clone, Default)]
pub struct Underway(Rc<State>);

impl Underway {
    /// Whether a request was passed on whose answer is not over.
    pub fn is_there(&self) -> bool {
        self.0.is_there.get()
    }

    /// A request is passed on.
    pub fn begin(&self) {
        self.0.is_there.set(true);
    }

    /// The answer is over: the next request may come.
    pub fn end(&self) {
        self.0.is_there.set(false);
        if let Some(waiting) = self.0.waiting.take() {
            waiting.wake();
        }
    }

    /// Has the task woken when it is over.
    pub fn wait(&self, context: &Context<'_>) {
        self.0.waiting.replace(Some(context.waker().clone()));
    }
}

/// An answer, which is over when this is dropped.
pub struct Answering(Underway);

impl Answering {
    /// That to a request.
    pub fn to(request: &Request) -> Self {
        Self(request.conn_data::<Underway>().cloned().unwrap_or_default())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.end();
    }
}
