//! What stands between a client's connection and actix-web: it knows where each request begins and ends, holds a head
//! back until all of it is there, and passes it on in one spelling, or a request for the problem in its place.
//!
//! A head in which nothing is to be changed, and a body that does not come in chunks, are left where they were read to.

use std::{
    cell::Cell,
    future::Future,
    io, mem,
    pin::Pin,
    rc::Rc,
    task::{Context, Poll},
    time::Duration,
};

use actix_web::{
    HttpRequest,
    rt::time::{Sleep, sleep},
    web::{Buf, Bytes, BytesMut},
};
use memchr::memchr;
use tokio::io::{AsyncRead, ReadBuf};

use super::{
    head::{self, FAULT_FIELD, Fault, Framing},
    request_id::X_REQUEST_ID,
};

/// What is wrong with the body of the request that a connection is at: it ends there.
#[derive(Clone, Default)]
pub struct BodyFault(Rc<Cell<Option<Fault>>>);

impl BodyFault {
    /// That of the connection of the request.
    pub fn of(request: &HttpRequest) -> Self {
        request.conn_data::<Self>().cloned().unwrap_or_default()
    }

    /// What it is, once there is something.
    pub fn get(&self) -> Option<Fault> {
        self.0.get()
    }
}

/// Where in its requests a client is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// At the beginning of a head, or in it.
    Head,
    /// In a body, of which so many bytes are to come.
    Body(u64),
    /// In the line before a chunk.
    ChunkLine,
    /// In a chunk, of which so many bytes are to come.
    Chunk(u64),
    /// At the line break behind a chunk.
    ChunkEnd,
    /// In the fields behind the last chunk, of which there were so many bytes.
    Trailer(usize),
    /// Nothing more is read: the client is told why.
    Refused,
    /// Nothing more is read, as if the client had ended.
    Over,
}

/// The most bytes of the line before a chunk, and of the fields behind the last one, which nobody reads.
const MAX_CHUNK_LINE: usize = 1024;
const MAX_TRAILER: usize = 8192;

/// The most bytes of a body that are read at once. A task has 128 reads before others have their turn (tokio's budget), and
/// actix-web, while it waits for a client to end whom it has refused, makes use of all of them: what these bytes cost
/// is what the others wait.
const MAX_READ: usize = 4096;

/// How bytes go on.
#[derive(Debug, Default, PartialEq, Eq)]
struct Passed {
    /// So many as they are.
    as_they_are: usize,
    /// Behind them, so many that [`Door::instead`] takes the place of.
    replaced: usize,
}

/// A client's side of a connection.
pub struct Door {
    place: Place,
    /// What was read and is not passed on yet, how many bytes of it may be, and how many behind those are replaced.
    held: BytesMut,
    cleared: usize,
    replaced: usize,
    /// How much was held when more was needed to go on.
    known: usize,
    /// What is passed on behind those.
    instead: Bytes,
    /// Whether nothing of the next head has come: then actix-web says how long a connection stays.
    is_idle: bool,
    patience: Duration,
    timer: Option<Pin<Box<Sleep>>>,
    fault: BodyFault,
}

impl Door {
    /// That of a connection on which a head may take so long.
    pub fn new(patience: Duration) -> Self {
        Self {
            place: Place::Head,
            held: BytesMut::new(),
            cleared: 0,
            replaced: 0,
            known: 0,
            instead: Bytes::new(),
            is_idle: false,
            patience,
            timer: None,
            fault: BodyFault::default(),
        }
    }

    /// What will be wrong with a body.
    pub fn body_fault(&self) -> BodyFault {
        self.fault.clone()
    }

    /// Whether nothing more is read, though the client may still be sending.
    pub fn is_closed(&self) -> bool {
        matches!(self.place, Place::Refused | Place::Over)
    }

    /// Reads what may be passed on; nothing is the end.
    pub fn poll_read(
        &mut self,
        mut stream: Pin<&mut impl AsyncRead>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            if self.hand_over(buffer) {
                return Poll::Ready(Ok(()));
            }
            match self.place {
                // Whoever answers closes the connection afterwards.
                Place::Refused => return Poll::Pending,
                Place::Over => return Poll::Ready(Ok(())),
                _ => {}
            }
            let before = buffer.filled().len();
            let read = match self.place {
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
                return Poll::Ready(Ok(()));
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
                if self.place == Place::Head && !head::may_end(&self.held, known) {
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
            if !self.instead.is_empty() {
                let count = self.instead.len().min(buffer.remaining());
                buffer.put_slice(&self.instead[..count]);
                self.instead.advance(count);
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

    /// Goes through bytes from the first on, until some are to be replaced, or more have to come.
    fn pass(&mut self, bytes: &[u8]) -> Passed {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let replaced = match self.place {
                Place::Head => match self.pass_head(rest) {
                    Some(passed) if passed.replaced == 0 => {
                        at += passed.as_they_are;
                        if passed.as_they_are == 0 {
                            break;
                        }
                        continue;
                    }
                    passed => passed.map_or(rest.len(), |passed| passed.replaced),
                },
                Place::Body(left) => {
                    let count = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    self.place = match left - count as u64 {
                        0 => Place::Head,
                        left => Place::Body(left),
                    };
                    at += count;
                    continue;
                }
                Place::ChunkLine | Place::Chunk(_) | Place::ChunkEnd | Place::Trailer(_) => {
                    match self.take_apart(rest) {
                        0 => break,
                        replaced => replaced,
                    }
                }
                Place::Refused | Place::Over => rest.len(),
            };
            return Passed { as_they_are: at, replaced };
        }
        Passed { as_they_are: at, replaced: 0 }
    }

    /// A head passes, is replaced, or waits for more; `None` where a request for the problem takes the place of all.
    fn pass_head(&mut self, bytes: &[u8]) -> Option<Passed> {
        self.is_idle = false;
        // RFC 9112, 2.2: an empty line before a request is overlooked. The head has begun with it, or else a connection
        // would stay for as long as they come.
        let empty = bytes.iter().take_while(|byte| b"\r\n".contains(byte)).count();
        if empty > 0 {
            return Some(Passed { as_they_are: 0, replaced: empty });
        }
        let head = match head::read(bytes) {
            Ok(Some(head)) => head,
            Ok(None) => return Some(Passed::default()),
            Err(fault) => {
                self.refuse(fault, bytes);
                return None;
            }
        };
        self.is_idle = true;
        self.timer = None;
        self.place = match head.framing {
            Framing::Length(0) => Place::Head,
            Framing::Length(length) => Place::Body(length),
            Framing::Chunked => Place::ChunkLine,
        };
        Some(match head.rewritten {
            None => Passed { as_they_are: head.length, replaced: 0 },
            Some(rewritten) => {
                self.instead = rewritten.into();
                Passed { as_they_are: 0, replaced: head.length }
            }
        })
    }

    /// Takes the chunks of a body apart, and passes on as one of them what has come of it: a client may send very many
    /// for a few bytes. What else their lines say, and the fields behind the last one, nobody reads, and actix-web takes
    /// no such fields. Gives how many bytes it has gone through.
    fn take_apart(&mut self, bytes: &[u8]) -> usize {
        let (mut at, mut body) = (0, Vec::new());
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            at += match self.place {
                Place::Chunk(left) => {
                    let count = rest.len().min(usize::try_from(left).unwrap_or(usize::MAX));
                    self.place = match left - count as u64 {
                        0 => Place::ChunkEnd,
                        left => Place::Chunk(left),
                    };
                    body.extend_from_slice(&rest[..count]);
                    count
                }
                Place::ChunkEnd => match rest {
                    [b'\r'] => break,
                    [b'\r', b'\n', ..] => {
                        self.place = Place::ChunkLine;
                        2
                    }
                    _ => self.break_off(rest),
                },
                Place::ChunkLine | Place::Trailer(_) => {
                    match memchr(b'\n', rest).filter(|end| *end <= MAX_CHUNK_LINE) {
                        Some(end) => self.take_line(rest, end),
                        None if rest.len() > MAX_CHUNK_LINE => self.break_off(rest),
                        None => break,
                    }
                }
                Place::Head | Place::Body(_) | Place::Refused | Place::Over => break,
            };
        }
        let mut chunks = Vec::new();
        if !body.is_empty() {
            chunks = format!("{:x}\r\n", body.len()).into_bytes();
            chunks.append(&mut body);
            chunks.extend_from_slice(b"\r\n");
        }
        if self.place == Place::Head {
            chunks.extend_from_slice(b"0\r\n\r\n");
        }
        self.instead = chunks.into();
        at
    }

    /// Takes the line that ends there, before a chunk or behind the last one.
    fn take_line(&mut self, bytes: &[u8], end: usize) -> usize {
        let Some(line) = bytes[..end].strip_suffix(b"\r") else { return self.break_off(bytes) };
        let length = end + 1;
        self.place = match self.place {
            Place::Trailer(_) if line.is_empty() => Place::Head,
            Place::Trailer(before) if before + length <= MAX_TRAILER => Place::Trailer(before + length),
            Place::Trailer(_) => return self.break_off(bytes),
            _ => match chunk_length(line) {
                Some(0) => Place::Trailer(0),
                Some(chunk) => Place::Chunk(chunk),
                None => return self.break_off(bytes),
            },
        };
        length
    }

    /// Ends a body in which something is wrong.
    fn break_off(&mut self, rest: &[u8]) -> usize {
        self.fault.0.set(Some(Fault::Chunk));
        self.place = Place::Over;
        rest.len()
    }

    /// Passes on a request for the problem instead of one that cannot be read, with what is needed to answer it.
    fn refuse(&mut self, fault: Fault, bytes: &[u8]) {
        self.timer = None;
        self.place = Place::Refused;
        let mut instead =
            format!("GET / HTTP/1.1\r\nHost: -\r\nConnection: close\r\n{FAULT_FIELD}: {}\r\n", fault.name())
                .into_bytes();
        for name in [X_REQUEST_ID.as_str(), "origin"] {
            if let Some(value) = head::find(bytes, name).filter(|value| value.len() <= 256) {
                instead.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
        }
        instead.extend_from_slice(b"\r\n");
        self.instead = instead.into();
    }

    /// Is done when the client has waited too long with a head, or with its first request.
    fn poll_patience(&mut self, context: &mut Context<'_>) -> Poll<()> {
        if self.place != Place::Head || self.is_idle {
            return Poll::Pending;
        }
        let timer = self.timer.get_or_insert_with(|| Box::pin(sleep(self.patience)));
        if timer.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        let held = mem::take(&mut self.held);
        match held.is_empty() {
            // It has asked for nothing.
            true => self.place = Place::Over,
            false => self.refuse(Fault::SlowHead, &held),
        }
        Poll::Ready(())
    }
}

/// The length that the line before a chunk gives.
fn chunk_length(line: &[u8]) -> Option<u64> {
    let end = memchr(b';', line).unwrap_or(line.len());
    let digits = line[..end].trim_ascii_end();
    let is_length = (1..=15).contains(&digits.len()) && digits.iter().all(u8::is_ascii_hexdigit);
    let digits = std::str::from_utf8(digits).ok().filter(|_| is_length)?;
    u64::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests;
