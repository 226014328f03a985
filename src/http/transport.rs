//! Connections that send answers from where they are.
//!
//! actix-web puts each header field into a map and writes it from there, and copies the body behind them: a tenth
//! of the work of an answer that is kept. Here it writes the status line and what differs from answer to answer,
//! and leaves the rest, which is bytes already, to the connection.
//!
//! A client that takes nothing of an answer for some time is not waited for.

use std::{
    cell::{Cell, Ref, RefCell},
    future::Future,
    io::{self, IoSlice},
    os::fd::AsRawFd,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
    time::Duration,
};

use actix_http::Response;
use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    rt::{
        net::TcpStream,
        time::{Sleep, sleep},
    },
    web::{Buf, Bytes},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use super::door::{BodyFault, Door, Underway};

/// The end of an answer, as it goes over the wire.
#[derive(Debug, Clone, Default)]
pub struct Tail {
    /// The last header fields, each with its line break, and the empty line behind them.
    pub fields: Bytes,
    pub body: Bytes,
}

impl Tail {
    /// The body alone.
    pub fn of_body(body: Bytes) -> Self {
        Self { fields: Bytes::from_static(END_OF_HEAD), body }
    }

    fn is_sent(&self) -> bool {
        self.fields.is_empty() && self.body.is_empty()
    }

    fn advance(&mut self, sent: usize) {
        let of_fields = sent.min(self.fields.len());
        self.fields.advance(of_fields);
        self.body.advance((sent - of_fields).min(self.body.len()));
        if self.is_sent() {
            // The memory is no longer held.
            *self = Self::default();
        }
    }
}

/// What a connection has still to send of an answer whose head is being written.
#[derive(Clone, Default)]
pub struct Outgoing {
    tail: Rc<RefCell<Tail>>,
    /// Whether its head went before it, without its end.
    is_begun: Rc<Cell<bool>>,
}

impl Outgoing {
    /// The rest, if there is any.
    fn rest(&self) -> Option<Ref<'_, Tail>> {
        Some(self.tail.borrow()).filter(|tail| !tail.is_sent())
    }

    /// Takes note of what was sent; behind the last of it the next answer may be written.
    fn advance(&self, sent: usize, context: &Context<'_>) {
        let mut tail = self.tail.borrow_mut();
        tail.advance(sent);
        if tail.is_sent() {
            context.waker().wake_by_ref();
        }
    }
}

/// A connection of a client.
pub struct Connection {
    stream: TcpStream,
    door: Door,
    outgoing: Outgoing,
    taking: Taking,
    /// How long is still read, and nothing done with it, when the connection is to end.
    linger: Option<Pin<Box<Sleep>>>,
}

/// How long a client is waited for.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// Until the head of a request is there.
    pub head: Duration,
    /// While nothing of an answer is taken.
    pub answer: Duration,
}

/// How long what a client sends is read that has been refused.
const LINGER: Duration = Duration::from_secs(1);

impl Connection {
    /// One that was accepted.
    pub fn new(stream: TcpStream, patience: Patience) -> Self {
        give_up_after(&stream, patience.answer);
        Self {
            stream,
            door: Door::new(patience.head),
            outgoing: Outgoing::default(),
            taking: Taking { patience: patience.answer, timer: None },
            linger: None,
        }
    }

    /// What will be wrong with the body of a request.
    pub fn body_fault(&self) -> BodyFault {
        self.door.body_fault()
    }

    /// Where it is said that an answer is over.
    pub fn underway(&self) -> Underway {
        self.door.underway()
    }

    /// Where the tails of its answers go.
    pub fn outgoing(&self) -> Outgoing {
        self.outgoing.clone()
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let Self { stream, door, .. } = self.get_mut();
        door.poll_read(Pin::new(stream), context, buffer)
    }
}

/// Whether a client takes what it asked for.
struct Taking {
    patience: Duration,
    /// Runs while nothing can be sent; with the bytes that the client had not acknowledged when it began.
    timer: Option<(Pin<Box<Sleep>>, Option<i32>)>,
}

impl Taking {
    /// Waits with a client that takes nothing, but not for ever.
    ///
    /// That nothing can be sent is no sign that nothing is taken: the system lets more be sent when a third of its
    /// buffer is free again, and that may be megabytes.
    fn poll<T>(
        &mut self,
        stream: &TcpStream,
        result: Poll<io::Result<T>>,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if result.is_ready() {
            self.timer = None;
            return result;
        }
        loop {
            let (timer, before) =
                self.timer.get_or_insert_with(|| (Box::pin(sleep(self.patience)), unacknowledged(stream)));
            ready!(timer.as_mut().poll(context));
            let now = unacknowledged(stream);
            if now.zip(*before).is_none_or(|(now, before)| now >= before) {
                return Poll::Ready(Err(io::Error::new(io::ErrorKind::TimedOut, "the client takes nothing")));
            }
            self.timer = None;
        }
    }
}

/// Lets the system give up a client that takes nothing for so long of what was sent: what it does not take lies in the
/// system's memory, also when the connection is closed already.
#[expect(unsafe_code, reason = "the standard library does not set that")]
fn give_up_after(stream: &TcpStream, patience: Duration) {
    let milliseconds = libc::c_uint::try_from(patience.as_millis()).unwrap_or(libc::c_uint::MAX);
    let length = size_of_val(&milliseconds) as libc::socklen_t;
    let value = (&raw const milliseconds).cast();
    // SAFETY: the socket is open for as long as it is borrowed, and the call reads one unsigned int.
    let result = unsafe {
        libc::setsockopt(stream.as_raw_fd(), libc::IPPROTO_TCP, libc::TCP_USER_TIMEOUT, value, length)
    };
    if result != 0 {
        log::debug!("the system does not limit how long sent bytes wait: {}", io::Error::last_os_error());
    }
}

/// The bytes that were sent and not acknowledged yet, where the system tells.
#[expect(unsafe_code, reason = "the standard library does not ask a socket that")]
fn unacknowledged(stream: &TcpStream) -> Option<i32> {
    let mut count = 0;
    // SAFETY: the socket is open for as long as it is borrowed, and the call writes one int.
    let result = unsafe { libc::ioctl(stream.as_raw_fd(), libc::TIOCOUTQ, &raw mut count) };
    (result == 0).then_some(count)
}

/// What ends the head of an answer, behind the line break of its last field.
const END_OF_HEAD: &[u8] = b"\r\n";

/// A head without its end, if it ends as it must: with less than four bytes left, the line break went before.
fn without_end(head: &[u8]) -> io::Result<&[u8]> {
    let end = b"\r\n\r\n";
    let is_end = head.ends_with(&end[end.len().saturating_sub(head.len())..]);
    head.strip_suffix(END_OF_HEAD).filter(|_| is_end).ok_or_else(|| {
        io::Error::other(
            "actix-http ends the head of an answer otherwise than by an empty line: see http/transport.rs",
        )
    })
}

impl AsyncWrite for Connection {
    /// Writes a head, and in the same breath the tail in the place of its end.
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, outgoing, taking, .. } = self.get_mut();
        let Some(tail) = outgoing.rest() else {
            let result = Pin::new(&mut *stream).poll_write(context, bytes);
            return taking.poll(stream, result, context);
        };
        let head = without_end(bytes)?;
        let parts = [head, &tail.fields, &tail.body].map(IoSlice::new);
        let result = Pin::new(&mut *stream).poll_write_vectored(context, &parts);
        let sent = ready!(taking.poll(stream, result, context))?;
        drop(tail);
        if sent < head.len() {
            return Poll::Ready(Ok(sent));
        }
        outgoing.is_begun.set(true);
        outgoing.advance(sent - head.len(), context);
        Poll::Ready(Ok(bytes.len()))
    }

    /// Sends what the tail's client has not taken yet. Called with all written of what comes before.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, outgoing, taking, door, .. } = self.get_mut();
        while let Some(tail) = outgoing.rest() {
            if !outgoing.is_begun.get() {
                return Poll::Ready(Err(io::Error::other(
                    "actix-http has written the head of an answer before it asked for the body: see http/transport.rs",
                )));
            }
            let parts = [&tail.fields, &tail.body].map(|part| IoSlice::new(part));
            let result = Pin::new(&mut *stream).poll_write_vectored(context, &parts);
            let sent = ready!(taking.poll(stream, result, context))?;
            drop(tail);
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            outgoing.advance(sent, context);
        }
        ready!(Pin::new(stream).poll_flush(context))?;
        door.underway().sent();
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, door, linger, .. } = self.get_mut();
        if linger.is_none() {
            ready!(Pin::new(&mut *stream).poll_shutdown(context))?;
            if !door.may_leave_something() {
                return Poll::Ready(Ok(()));
            }
        }
        // Closed while something is unread, the connection is reset, and the client may never see the answer.
        let timer = linger.get_or_insert_with(|| Box::pin(sleep(LINGER)));
        while timer.as_mut().poll(context).is_pending() {
            let mut unread = [0; 4096];
            let mut unread = ReadBuf::new(&mut unread);
            match ready!(Pin::new(&mut *stream).poll_read(context, &mut unread)) {
                Ok(()) if !unread.filled().is_empty() => {}
                _ => break,
            }
        }
        Poll::Ready(Ok(()))
    }
}

/// The body of an answer whose tail its connection sends.
pub struct Handed {
    tail: Option<Tail>,
    outgoing: Outgoing,
}

impl Outgoing {
    /// An answer with that head, and the tail behind it; one of them names the length of the body.
    pub fn answer(&self, mut head: Response<()>, tail: Tail) -> Response<Handed> {
        head.head_mut().no_chunking(true);
        head.set_body(Handed { tail: Some(tail), outgoing: self.clone() })
    }
}

impl MessageBody for Handed {
    type Error = Error;

    fn size(&self) -> BodySize {
        // The encoder sees nothing of it.
        BodySize::Stream
    }

    /// Ends when all is sent: until then nothing else may be written.
    fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        // Its head is in actix-web's buffer, alone: the answers before it are sent.
        if let Some(tail) = self.tail.take() {
            self.outgoing.is_begun.set(false);
            *self.outgoing.tail.borrow_mut() = tail;
        }
        // The connection wakes its task, which asks again.
        match self.outgoing.rest() {
            Some(_) => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tail_takes_the_place_of_the_empty_line_alone() {
        for end in ["HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "\r\n\r\n", "\n\r\n", "\r\n"] {
            assert!(without_end(end.as_bytes()).is_ok_and(|head| head.len() + 2 == end.len()), "{end:?}");
        }
        // What another version of actix-http may write: an error ends the connection, and no byte is wrong.
        for end in ["HTTP/1.1 200 OK\r\nA: b\r\n", "HTTP/1.1 200 OK\n\n", "\r\n\r\n0", "\n", ""] {
            assert!(without_end(end.as_bytes()).is_err(), "{end:?}");
        }
    }
}
