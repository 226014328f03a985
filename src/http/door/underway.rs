//! Whether an answer is under way on a connection.
//!
//! actix-web reads the heads of all requests that have come, and remembers of the last one alone whether it is HEAD, its
//! version, and whether it is to be the last: it would end the answers before as that one is to be answered. So it is
//! given one head at a time, and none before all of the answer is sent: an answer without a body lies in its buffer
//! though it is over for actix-web, and a client that reads none of them could ask for ever more.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    task::{Context, Waker},
};

use actix_http::Request;

/// How far an answer is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Stage {
    /// There is none.
    #[default]
    Over,
    /// It is being made or written.
    Begun,
    /// All of it is written; the client may not have taken it.
    Written,
}

#[derive(Default)]
struct State {
    stage: Cell<Stage>,
    /// Who waits for the end.
    waiting: RefCell<Option<Waker>>,
}

/// The answer that a connection is at, if it is at one.
#[derive(Clone, Default)]
pub struct Underway(Rc<State>);

impl Underway {
    /// Whether a request was passed on whose answer is not over.
    pub fn is_there(&self) -> bool {
        self.0.stage.get() != Stage::Over
    }

    /// A request is passed on.
    pub fn begin(&self) {
        self.0.stage.set(Stage::Begun);
    }

    /// All of the answer is written.
    pub fn written(&self) {
        self.0.stage.set(Stage::Written);
    }

    /// All that was written is sent: if that is all of the answer, the next request may come.
    pub fn sent(&self) {
        if self.0.stage.get() == Stage::Written {
            self.0.stage.set(Stage::Over);
            if let Some(waiting) = self.0.waiting.take() {
                waiting.wake();
            }
        }
    }

    /// Has the task woken when it is over.
    pub fn wait(&self, context: &Context<'_>) {
        self.0.waiting.replace(Some(context.waker().clone()));
    }
}

/// An answer, all of which is written when this is dropped.
pub struct Answering(Underway);

impl Answering {
    /// That to a request.
    pub fn to(request: &Request) -> Self {
        Self(request.conn_data::<Underway>().cloned().unwrap_or_default())
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.written();
    }
}
