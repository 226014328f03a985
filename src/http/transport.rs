//! Connections that send answers from where they are.
//!
//! actix-web puts each header field into a map and writes it from there, and copies the body behind them: a tenth
//! of the work of an answer that is kept. Here it writes the status line and what differs from answer to answer,
//! and leaves the rest, which is bytes already, to the connection.

use std::{
    cell::{Ref, RefCell},
    io::{self, IoSlice},
    pin::Pin,
    rc::Rc,
    task::{Context, Poll, ready},
};

use actix_http::Response;
use actix_web::{
    Error,
    body::{BodySize, MessageBody},
    rt::net::TcpStream,
    web::{Buf, Bytes},
};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

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
pub struct Outgoing(Rc<RefCell<Tail>>);

impl Outgoing {
    /// The rest, if there is any.
    fn rest(&self) -> Option<Ref<'_, Tail>> {
        Some(self.0.borrow()).filter(|tail| !tail.is_sent())
    }

    /// Takes note of what was sent; behind the last of it the next answer may be written.
    fn advance(&self, sent: usize, context: &Context<'_>) {
        let mut tail = self.0.borrow_mut();
        tail.advance(sent);
        if tail.is_sent() {
            context.waker().wake_by_ref();
        }
    }
}

/// A connection of a client.
pub struct Connection {
    stream: TcpStream,
    outgoing: Outgoing,
}

impl Connection {
    /// One that was accepted.
    pub fn new(stream: TcpStream) -> Self {
        Self { stream, outgoing: Outgoing::default() }
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
        Pin::new(&mut self.get_mut().stream).poll_read(context, buffer)
    }
}

/// What ends the head of an answer, behind the line break of its last field.
const END_OF_HEAD: &[u8] = b"\r\n";

impl AsyncWrite for Connection {
    /// Writes a head, and in the same breath the tail in the place of its end.
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        let Self { stream, outgoing } = self.get_mut();
        let stream = Pin::new(stream);
        let Some((tail, head)) = outgoing.rest().zip(bytes.strip_suffix(END_OF_HEAD)) else {
            return stream.poll_write(context, bytes);
        };
        let parts = [head, &tail.fields, &tail.body].map(IoSlice::new);
        let sent = ready!(stream.poll_write_vectored(context, &parts))?;
        drop(tail);
        if sent < head.len() {
            return Poll::Ready(Ok(sent));
        }
        outgoing.advance(sent - head.len(), context);
        Poll::Ready(Ok(bytes.len()))
    }

    /// Sends what the tail's client has not taken yet.
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let Self { stream, outgoing } = self.get_mut();
        let mut stream = Pin::new(stream);
        while let Some(tail) = outgoing.rest() {
            let parts = [&tail.fields, &tail.body].map(|part| IoSlice::new(part));
            let sent = ready!(stream.as_mut().poll_write_vectored(context, &parts))?;
            drop(tail);
            if sent == 0 {
                return Poll::Ready(Err(io::ErrorKind::WriteZero.into()));
            }
            outgoing.advance(sent, context);
        }
        stream.poll_flush(context)
    }

    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().stream).poll_shutdown(context)
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
        // Its head is written by now, and all of the answers before.
        if let Some(tail) = self.tail.take() {
            *self.outgoing.0.borrow_mut() = tail;
        }
        // The connection wakes its task, which asks again.
        match self.outgoing.rest() {
            Some(_) => Poll::Pending,
            None => Poll::Ready(None),
        }
    }
}
