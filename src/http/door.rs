//! What stands between a client's connection and actix-web: it knows where each request begins and ends, holds a head
//! back until all of it is there and the answer before it is over, and passes it on in one spelling, or a request for the
//! problem in its place.
//!
//! A head in which nothing is to be changed, and a body that does not come in chunks, are left where they were read to.

mod requests;
mod underway;

use std::{
    future::Future,
    io, mem,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    rt::time::{Sleep, sleep},
    web::{Buf, BytesMut},
};
use tokio::io::{AsyncRead, ReadBuf};

use super::head::{self, Fault};
pub use requests::BodyFault;
use requests::{Passed, Place, Requests};
pub use underway::{Answering, Underway};

/// The most bytes of a body that are read at once. A task has 128 reads before others have their turn (tokio's budget), and
/// actix-web, while it waits for a client to end whom it has refused, makes use of all of them: what these bytes cost
/// is what the others wait.
const MAX_READ: usize = 4096;

/// A client's side of a connection.
pub struct Door {
    requests: Requests,
    /// What was read and is not passed on yet, how many bytes of it may be, and how many behind those are replaced.
    held: BytesMut,
    cleared: usize,
    replaced: usize,
    /// How much was held when more was needed to go on.
    known: usize,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
}

impl Door {
    /// That of a connection on which a head may take so long.
    pub fn new(patience: Duration) -> Self {
        Self {
            requests: Requests::default(),
            held: BytesMut::new(),
            cleared: 0,
            replaced: 0,
            known: 0,
            patience,
            timer: None,
        }
    }

    /// What will be wrong with a body.
    pub fn body_fault(&self) -> BodyFault {
        self.requests.fault.clone()
    }

    /// Where it is said that an answer is over.
    pub fn underway(&self) -> Underway {
        self.requests.underway.clone()
    }

    /// Whether something may be left that the client has sent, and nobody has read.
    pub fn may_leave_something(&self) -> bool {
        self.is_closed() || self.requests.is_held_back
    }

    /// Whether nothing more is read, though the client may still be sending.
    fn is_closed(&self) -> bool {
        matches!(self.requests.place, Place::Refused | Place::Over)
    }

    /// Reads what may be passed on; nothing is the end.
    pub fn poll_read(
        &mut self,
        mut stream: Pin<&mut impl AsyncRead>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if self.requests.is_held_back && !self.requests.underway.is_there() {
            (self.requests.is_held_back, self.known) = (false, 0);
        }
        loop {
            if self.hand_over(buffer) {
                return Poll::Ready(Ok(()));
            }
            if self.requests.is_held_back {
                self.requests.underway.wait(context);
                if self.held.len() >= MAX_READ {
                    return Poll::Pending;
                }
            }
            match self.requests.place {
                // Whoever answers closes the connection afterwards.
                Place::Refused => return Poll::Pending,
                Place::Over => return Poll::Ready(Ok(())),
                _ => {}
            }
            let before = buffer.filled().len();
            let read = match self.requests.place {
                Place::Head => stream.as_mut().poll_read(context, buffer)?,
                _ => {
                    let room = buffer.remaining().min(MAX_READ);
                    let mut part = ReadBuf::new(buffer.initialize_unfilled_to(room));
                    let read = stream.as_mut().poll_read(context, &mut part)?;
                    let count = part.filled().len();
                    buffer.advance(count);
                    read
                }
            };
            if read.is_pending() {
                match self.poll_patience(context) {
                    Poll::Pending => return Poll::Pending,
                    Poll::Ready(()) => continue,
                }
            }
            let read = &buffer.filled()[before..];
            if read.is_empty() {
                // What is held back comes before the end.
                return if self.requests.is_held_back { Poll::Pending } else { Poll::Ready(Ok(())) };
            }
            if self.held.is_empty() {
                // Where it is wanted already.
                let Passed { as_they_are, replaced } = self.pass(read);
                self.held.extend_from_slice(&read[as_they_are + replaced..]);
                self.known = if as_they_are + replaced == 0 { self.held.len() } else { 0 };
                buffer.set_filled(before + as_they_are);
                if as_they_are > 0 {
                    return Poll::Ready(Ok(()));
                }
            } else {
                let known = self.held.len();
                self.held.extend_from_slice(read);
                buffer.set_filled(before);
                if self.requests.place == Place::Head && !head::may_end(&self.held, known) {
                    self.known = self.held.len();
                }
            }
        }
    }

    /// Passes on what may be, if there is anything; the rest is looked at when that is gone.
    fn hand_over(&mut self, buffer: &mut ReadBuf<'_>) -> bool {
        loop {
            if self.cleared > 0 {
                let count = self.cleared.min(buffer.remaining());
                buffer.put_slice(&self.held[..count]);
                self.held.advance(count);
                self.cleared -= count;
                if self.cleared == 0 {
                    self.held.advance(mem::take(&mut self.replaced));
                }
                return true;
            }
            let instead = &mut self.requests.instead;
            if !instead.is_empty() {
                let count = instead.len().min(buffer.remaining());
                buffer.put_slice(&instead[..count]);
                instead.advance(count);
                return true;
            }
            if self.held.len() == self.known || self.is_closed() || !self.sort_out() {
                return false;
            }
        }
    }

    /// Looks at what is held; says whether that has changed anything.
    fn sort_out(&mut self) -> bool {
        let held = mem::take(&mut self.held);
        let Passed { as_they_are, replaced } = self.pass(&held);
        self.held = held;
        match as_they_are {
            0 => self.held.advance(replaced),
            _ => (self.cleared, self.replaced) = (as_they_are, replaced),
        }
        let has_changed = as_they_are + replaced > 0;
        self.known = if has_changed { 0 } else { self.held.len() };
        has_changed
    }

    /// Goes through bytes; a head that comes to its end is waited for no longer.
    fn pass(&mut self, bytes: &[u8]) -> Passed {
        let passed = self.requests.pass(bytes);
        if self.requests.is_idle {
            self.timer = None;
        }
        passed
    }

    /// Is done when the client has waited too long with a head, or with its first request.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.requests.place != Place::Head || self.requests.is_idle {
            return Poll::Pending;
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.patience)));
        if timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let held = mem::take(&mut self.held);
        match held.is_empty() {
            // It has asked for nothing.
            true => self.requests.place = Place::Over,
            false => self.requests.refuse(Fault::SlowHead, &held),
        }
        Poll::Ready(())
    }
}

#[cfg(test)]
mod tests;
