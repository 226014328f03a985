//! Where each request of a client begins and ends, and what of its bytes goes on to actix-web.

use std::{cell::Cell, rc::Rc};

use actix_web::{HttpRequest, web::Bytes};
use memchr::memchr;

use super::underway::Underway;
use crate::http::{
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
pub(super) enum Place {
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

/// How bytes go on.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Passed {
    /// So many as they are.
    pub as_they_are: usize,
    /// Behind them, so many that [`Requests::instead`] takes the place of.
    pub replaced: usize,
}

/// The requests of a connection, as far as they have come.
pub(super) struct Requests {
    pub place: Place,
    /// What is passed on behind the bytes that are.
    pub instead: Bytes,
    /// Whether nothing of the next head has come: then actix-web says how long a connection stays.
    pub is_idle: bool,
    /// Whether the next head, or what may be one, waits for the answer before it.
    pub is_held_back: bool,
    pub underway: Underway,
    pub fault: BodyFault,
}

impl Default for Requests {
    fn default() -> Self {
        Self {
            place: Place::Head,
            instead: Bytes::new(),
            is_idle: false,
            is_held_back: false,
            underway: Underway::default(),
            fault: BodyFault::default(),
        }
    }
}

impl Requests {
    /// Goes through bytes from the first on, until some are to be replaced, or more have to come.
    pub fn pass(&mut self, bytes: &[u8]) -> Passed {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let replaced = match self.place {
                Place::Head if self.underway.is_there() => {
                    self.is_held_back = true;
                    break;
                }
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
        self.underway.begin();
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

    /// Passes on a request for the problem instead of one that cannot be read, with what is needed to answer it: the method
    /// and the path that were asked for, as far as they could be read, and else what stands for none.
    pub fn refuse(&mut self, fault: Fault, bytes: &[u8]) {
        self.underway.begin();
        self.place = Place::Refused;
        let (method, target) = head::asked(bytes);
        let mut instead = [method.unwrap_or(b"-"), b" ", target.as_deref().unwrap_or(b"*")].concat();
        instead.extend_from_slice(b" HTTP/1.1\r\nHost: -\r\nConnection: close\r\n");
        instead.extend_from_slice(format!("{FAULT_FIELD}: {}\r\n", fault.name()).as_bytes());
        for name in [X_REQUEST_ID.as_str(), "origin"] {
            if let Some(value) = head::find(bytes, name).filter(|value| value.len() <= 256) {
                instead.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
        }
        instead.extend_from_slice(b"\r\n");
        self.instead = instead.into();
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
