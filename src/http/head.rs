//! The head of a request as it comes over the wire: whether it is one, where its body ends, and its address in one
//! spelling. What actix-web would answer without a word is found here, and what it and the router would read
//! differently is written so that they cannot.

use std::{fmt, ops::Range};

use actix_web::http::Method;
use memchr::{memchr, memchr_iter};

use crate::error::{ApiError, Problem};

/// The longest address, encoded: a Uri of actix-web has at most 65,534 bytes.
const MAX_TARGET: usize = 60_000;
/// The longest method and version, with the spaces and the line break.
const REST_OF_LINE: usize = 64;
/// The most bytes of all fields, and the most fields: actix-web takes 131,072 bytes with the address, and 96 fields.
const MAX_FIELDS: usize = 65_536;
const MAX_COUNT: usize = 95;

/// The field by which a request that cannot be read is told to the application; no client's is let through.
pub const FAULT_FIELD: &str = "x-maqal-fault";

/// Why a request cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    NoRequest,
    BareLineFeed,
    Control,
    Target,
    TargetTooLong,
    TooLarge,
    Version,
    Field,
    Folded,
    SpaceBeforeColon,
    Host,
    Length,
    Lengths,
    BodyTooLarge,
    Coding,
    LengthAndCoding,
    UnknownCoding,
    Connect,
    SlowHead,
    Chunk,
}

impl Fault {
    const ALL: [(Fault, &'static str, Problem, &'static str); 20] = {
        use Problem::{
            BodyTooLarge, HeadTooLarge, MalformedRequest, NotImplemented, RequestTimeout, UriTooLong,
            VersionNotSupported,
        };
        [
            (Fault::NoRequest, "request", MalformedRequest, "the first line must be METHOD ADDRESS HTTP/1.1"),
            (Fault::BareLineFeed, "line-feed", MalformedRequest, "each line must end by CR and LF"),
            (Fault::Control, "control", MalformedRequest, "a line has a control character"),
            (
                Fault::Target,
                "target",
                MalformedRequest,
                "the address must be a path, or an http or https URL without user info, and have no spaces",
            ),
            (
                Fault::TargetTooLong,
                "target-length",
                UriTooLong,
                "the address must have at most 60000 bytes, percent-encoded",
            ),
            (
                Fault::TooLarge,
                "fields",
                HeadTooLarge,
                "the header fields must be at most 95 and have at most 65536 bytes together",
            ),
            (Fault::Version, "version", VersionNotSupported, "the version must be HTTP/1.1 or HTTP/1.0"),
            (Fault::Field, "field", MalformedRequest, "a header field must be a name, a colon and a value"),
            (Fault::Folded, "folded", MalformedRequest, "a header field must not go on in a second line"),
            (
                Fault::SpaceBeforeColon,
                "space",
                MalformedRequest,
                "no space may stand before the colon of a header field",
            ),
            (Fault::Host, "host", MalformedRequest, "a request must have one Host field, with a host"),
            (
                Fault::Length,
                "length",
                MalformedRequest,
                "Content-Length must be a number; a POST of HTTP/1.0 needs one",
            ),
            (Fault::Lengths, "lengths", MalformedRequest, "there must be at most one Content-Length"),
            (Fault::BodyTooLarge, "body-length", BodyTooLarge, "the announced length is beyond any limit"),
            (
                Fault::Coding,
                "coding",
                MalformedRequest,
                "Transfer-Encoding must be chunked, once and last, in a request of HTTP/1.1",
            ),
            (
                Fault::LengthAndCoding,
                "length-and-coding",
                MalformedRequest,
                "there must not be a Content-Length beside Transfer-Encoding",
            ),
            (Fault::UnknownCoding, "unknown-coding", NotImplemented, "Transfer-Encoding must be chunked"),
            (Fault::Connect, "connect", NotImplemented, "this is no proxy: there is no CONNECT"),
            (Fault::SlowHead, "slow", RequestTimeout, "the head of the request did not arrive in time"),
            (
                Fault::Chunk,
                "chunk",
                MalformedRequest,
                "a chunk of the body must be its length in hexadecimal digits, and so many bytes",
            ),
        ]
    };

    fn row(self) -> &'static (Fault, &'static str, Problem, &'static str) {
        Self::ALL.iter().find(|row| row.0 == self).unwrap_or(&Self::ALL[0])
    }

    /// Its name in [`FAULT_FIELD`].
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// That of the name.
    pub fn named(name: &[u8]) -> Self {
        Self::ALL.iter().find(|row| row.1.as_bytes() == name).map_or(Fault::NoRequest, |row| row.0)
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        let (_, _, problem, detail) = fault.row();
        ApiError::new(*problem, *detail)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.row().3)
    }
}

/// Where the body of a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Length(u64),
    Chunked,
}

/// What a head is.
#[derive(Debug, PartialEq, Eq)]
pub struct Head {
    /// Its bytes, with the empty line.
    pub length: usize,
    pub framing: Framing,
    /// What it is to be replaced by, if it cannot stay as it is.
    pub rewritten: Option<Vec<u8>>,
}

/// Reads the head that the bytes begin with; `None` as long as its end has not come.
pub fn read(bytes: &[u8]) -> Result<Option<Head>, Fault> {
    // As little as may be of another protocol.
    if bytes.first().is_some_and(|byte| !is_token(*byte)) {
        return Err(Fault::NoRequest);
    }
    let Some(first) = memchr(b'\n', bytes) else {
        let is_long = bytes.len() > MAX_TARGET + REST_OF_LINE;
        return if is_long { Err(Fault::TargetTooLong) } else { Ok(None) };
    };
    let line = without_break(&bytes[..first])?;
    let request = RequestLine::read(line)?;
    let mut fields = Fields::default();
    let mut start = first + 1;
    for end in memchr_iter(b'\n', &bytes[start..]).map(|at| first + 1 + at) {
        if end - first > MAX_FIELDS || fields.count > MAX_COUNT {
            return Err(Fault::TooLarge);
        }
        let line = without_break(&bytes[start..end])?;
        if line.is_empty() {
            if has_control(&bytes[..end + 1]) {
                return Err(Fault::Control);
            }
            let framing = fields.framing(&request)?;
            let target = request.target.canonical()?;
            let length = end + 1;
            let is_whole =
                target.is_none() && request.target.authority.is_none() && fields.dropped.is_empty();
            let rewritten = (!is_whole).then(|| {
                let target = target.as_deref().unwrap_or(request.target.origin);
                rewrite(&request, target, &bytes[first + 1..length], &fields, first + 1)
            });
            // The host of a whole URL comes on top.
            if rewritten.as_ref().is_some_and(|head| head.len() > MAX_TARGET + REST_OF_LINE + MAX_FIELDS) {
                return Err(Fault::TargetTooLong);
            }
            return Ok(Some(Head { length, framing, rewritten }));
        }
        fields.add(line, start..end + 1)?;
        start = end + 1;
    }
    if bytes.len() - first > MAX_FIELDS { Err(Fault::TooLarge) } else { Ok(None) }
}

/// Whether there may be more to say of a head than when it had so many bytes: a line has ended, or it is too long.
pub fn may_end(bytes: &[u8], known: usize) -> bool {
    let crosses = |length: usize| known <= length && length < bytes.len();
    memchr(b'\n', bytes.get(known..).unwrap_or_default()).is_some()
        || crosses(MAX_TARGET + REST_OF_LINE)
        || crosses(MAX_TARGET + REST_OF_LINE + MAX_FIELDS)
}

/// Whether a control character stands where none may be, in lines that all end by CR and LF. Without a branch, so that
/// many bytes are looked at at once.
fn has_control(lines: &[u8]) -> bool {
    let is_control = |byte: u8| byte < b' ' && !matches!(byte, b'\t' | b'\r' | b'\n') || byte == 0x7f;
    let count = |wanted: u8| lines.iter().map(|byte| usize::from(*byte == wanted)).sum::<usize>();
    lines.iter().fold(false, |found, byte| found | is_control(*byte)) || count(b'\r') != count(b'\n')
}

/// The line without its CR; the LF is not in it.
fn without_break(line: &[u8]) -> Result<&[u8], Fault> {
    line.strip_suffix(b"\r").ok_or(Fault::BareLineFeed)
}

struct RequestLine<'a> {
    method: &'a [u8],
    target: Target<'a>,
    is_1_1: bool,
}

impl<'a> RequestLine<'a> {
    fn read(line: &'a [u8]) -> Result<Self, Fault> {
        let space = memchr(b' ', line).ok_or(Fault::NoRequest)?;
        let (method, rest) = (&line[..space], &line[space + 1..]);
        let space = rest.iter().rposition(|byte| *byte == b' ').ok_or(Fault::NoRequest)?;
        let (target, version) = (&rest[..space], &rest[space + 1..]);
        // Of the characters that RFC 9110 lets a method have, actix-web takes some.
        if method.len() > REST_OF_LINE - 16 || Method::from_bytes(method).is_err() {
            return Err(Fault::NoRequest);
        }
        let is_1_1 = match version {
            b"HTTP/1.1" => true,
            b"HTTP/1.0" => false,
            [b'H', b'T', b'T', b'P', b'/', major, b'.', minor]
                if major.is_ascii_digit() && minor.is_ascii_digit() =>
            {
                return Err(Fault::Version);
            }
            _ => return Err(Fault::NoRequest),
        };
        if method == b"CONNECT" {
            return Err(Fault::Connect);
        }
        if target.len() > MAX_TARGET {
            return Err(Fault::TargetTooLong);
        }
        Ok(Self { method, target: Target::read(target, method)?, is_1_1 })
    }
}

/// What is asked for.
struct Target<'a> {
    /// Path and query.
    origin: &'a [u8],
    /// The host, where the address is a whole URL.
    authority: Option<&'a [u8]>,
}

impl<'a> Target<'a> {
    fn read(target: &'a [u8], method: &[u8]) -> Result<Self, Fault> {
        match target {
            [b'/', ..] => return Ok(Self { origin: target, authority: None }),
            b"*" if method == b"OPTIONS" => return Ok(Self { origin: target, authority: None }),
            _ => {}
        }
        let after = |scheme: &[u8]| {
            let (start, rest) = target.split_at_checked(scheme.len())?;
            start.eq_ignore_ascii_case(scheme).then_some(rest)
        };
        let rest = after(b"http://").or_else(|| after(b"https://")).ok_or(Fault::Target)?;
        let end = rest.iter().position(|byte| b"/?#".contains(byte)).unwrap_or(rest.len());
        let (authority, origin) = rest.split_at(end);
        if authority.is_empty() || !authority.iter().all(|byte| is_host(*byte)) {
            return Err(Fault::Target);
        }
        Ok(Self { origin, authority: Some(authority) })
    }

    /// Path and query in one spelling; `None` where they are in it already.
    fn canonical(&self) -> Result<Option<Vec<u8>>, Fault> {
        let target = self.origin;
        let end = memchr(b'?', target).unwrap_or(target.len());
        let (path, query) = target.split_at(end);
        let is_plain = path == b"*" && self.authority.is_none() || is_canonical(path);
        if is_plain && query.iter().all(|byte| is_query(*byte)) {
            return Ok(None);
        }
        if target.contains(&b' ') {
            return Err(Fault::Target);
        }
        let mut canonical = Vec::with_capacity(target.len() + 64);
        if path.first() != Some(&b'/') {
            canonical.push(b'/');
        }
        let mut rest = path;
        while let [byte, after @ ..] = rest {
            rest = after;
            match (byte, decoded(after)) {
                (b'%', Some(byte)) => {
                    rest = &after[2..];
                    push(byte, is_unreserved(byte), &mut canonical);
                }
                // Alone it stands for itself.
                (byte, _) => push(*byte, is_path(*byte), &mut canonical),
            }
        }
        for byte in query {
            push(*byte, is_query(*byte), &mut canonical);
        }
        if canonical.len() > MAX_TARGET { Err(Fault::TargetTooLong) } else { Ok(Some(canonical)) }
    }
}

/// The byte that two hexadecimal digits stand for.
fn decoded(digits: &[u8]) -> Option<u8> {
    let digit = |at: usize| char::from(*digits.get(at)?).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

/// Writes a byte of an address as it is, or percent-encoded.
fn push(byte: u8, as_it_is: bool, target: &mut Vec<u8>) {
    const DIGITS: &[u8; 16] = b"0123456789ABCDEF";
    if as_it_is {
        target.push(byte);
    } else {
        target.extend([b'%', DIGITS[usize::from(byte >> 4)], DIGITS[usize::from(byte & 15)]]);
    }
}

/// Whether a path is in the only spelling: what need not be encoded is not, and what is has capital digits.
fn is_canonical(path: &[u8]) -> bool {
    let mut rest = path;
    while let [byte, after @ ..] = rest {
        rest = after;
        if *byte == b'%' {
            let is_encoded = matches!(after, [b'0'..=b'9' | b'A'..=b'F', b'0'..=b'9' | b'A'..=b'F', ..]);
            if !is_encoded || decoded(after).is_none_or(is_unreserved) {
                return false;
            }
        } else if !is_path(*byte) {
            return false;
        }
    }
    path.first() == Some(&b'/')
}

/// What matters of the fields.
#[derive(Default)]
struct Fields {
    count: usize,
    hosts: usize,
    /// Where the host stands.
    host: Range<usize>,
    length: Option<u64>,
    lengths: usize,
    codings: usize,
    coding: Option<Fault>,
    /// The lines that are left out, and what takes their places.
    dropped: Vec<(Range<usize>, Vec<u8>)>,
}

impl Fields {
    /// Takes note of a line, which stands there with its break.
    fn add(&mut self, line: &[u8], place: Range<usize>) -> Result<(), Fault> {
        self.count += 1;
        let end = line.iter().position(|byte| !is_token(*byte)).ok_or(Fault::Field)?;
        let (name, rest) = line.split_at(end);
        let value = match rest {
            [b':', value @ ..] if !name.is_empty() => value,
            [b' ' | b'\t', ..] if name.is_empty() => return Err(Fault::Folded),
            rest if rest.trim_ascii_start().starts_with(b":") && !name.is_empty() => {
                return Err(Fault::SpaceBeforeColon);
            }
            _ => return Err(Fault::Field),
        };
        let is = |known: &str| name.eq_ignore_ascii_case(known.as_bytes());
        // Most names are of none of these lengths.
        match name.len() {
            4 if is("host") => {
                self.hosts += 1;
                self.host = place;
                if !value.trim_ascii().iter().all(|byte| is_host(*byte)) {
                    return Err(Fault::Host);
                }
            }
            7 if is("upgrade") => self.dropped.push((place, Vec::new())),
            10 if is("connection") => self.add_connection(value, place),
            13 if is(FAULT_FIELD) => self.dropped.push((place, Vec::new())),
            14 if is("http2-settings") => self.dropped.push((place, Vec::new())),
            14 if is("content-length") => self.add_length(value.trim_ascii())?,
            17 if is("transfer-encoding") => {
                self.codings += 1;
                self.coding = fault_of_coding(value);
            }
            _ => {}
        }
        Ok(())
    }

    /// No connection becomes one of another protocol.
    fn add_connection(&mut self, value: &[u8], place: Range<usize>) {
        let options = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
        let is_other = |option: &&[u8]| {
            !option.eq_ignore_ascii_case(b"upgrade") && !option.eq_ignore_ascii_case(b"http2-settings")
        };
        if options.clone().all(|option| is_other(&option)) {
            return;
        }
        let kept: Vec<&[u8]> = options.filter(is_other).collect();
        let line = match kept.as_slice() {
            [] => Vec::new(),
            kept => [b"Connection: ", kept.join(&b", "[..]).as_slice(), b"\r\n"].concat(),
        };
        self.dropped.push((place, line));
    }

    fn add_length(&mut self, value: &[u8]) -> Result<(), Fault> {
        self.lengths += 1;
        let is_number = !value.is_empty() && value.iter().all(u8::is_ascii_digit);
        let number = std::str::from_utf8(value).ok().filter(|_| is_number).ok_or(Fault::Length)?;
        self.length = Some(number.parse().map_err(|_| Fault::BodyTooLarge)?);
        Ok(())
    }

    /// Where the body ends, if the fields tell that in one way.
    fn framing(&mut self, request: &RequestLine<'_>) -> Result<Framing, Fault> {
        match (self.hosts, request.is_1_1) {
            (1, _) | (0, false) => {}
            _ => return Err(Fault::Host),
        }
        match (self.codings, self.lengths) {
            (0, 0) if !request.is_1_1 && request.method == b"POST" => return Err(Fault::Length),
            (0, 0 | 1) => return Ok(Framing::Length(self.length.unwrap_or(0))),
            (0, _) => return Err(Fault::Lengths),
            (1, 0) if request.is_1_1 => {}
            (_, 0) => return Err(Fault::Coding),
            _ => return Err(Fault::LengthAndCoding),
        }
        self.coding.map_or(Ok(Framing::Chunked), Err)
    }
}

/// What is wrong with a Transfer-Encoding: RFC 9112, 6.1.
fn fault_of_coding(value: &[u8]) -> Option<Fault> {
    let mut codings = value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii);
    let is_chunked = |coding: &[u8]| coding.eq_ignore_ascii_case(b"chunked");
    match codings.next() {
        None | Some([]) => Some(Fault::Coding),
        Some(first) if is_chunked(first) => codings.next().map(|_| Fault::Coding),
        Some(_) => Some(Fault::UnknownCoding),
    }
}

/// The head with another address, without what is dropped.
fn rewrite(
    request: &RequestLine<'_>,
    target: &[u8],
    lines: &[u8],
    fields: &Fields,
    offset: usize,
) -> Vec<u8> {
    let version: &[u8] = if request.is_1_1 { b" HTTP/1.1\r\n" } else { b" HTTP/1.0\r\n" };
    let mut head = [request.method, b" ", target, version].concat();
    // RFC 9112, 3.2.2: the host of a whole URL is the one that counts.
    let mut replaced = fields.dropped.clone();
    if let Some(authority) = request.target.authority {
        head.extend([b"Host: ", authority, b"\r\n"].concat());
        if fields.hosts > 0 {
            replaced.push((fields.host.clone(), Vec::new()));
        }
    }
    replaced.sort_by_key(|(place, _)| place.start);
    let mut at = 0;
    for (place, line) in &replaced {
        head.extend_from_slice(lines.get(at..place.start - offset).unwrap_or_default());
        head.extend_from_slice(line);
        at = place.end - offset;
    }
    head.extend_from_slice(lines.get(at..).unwrap_or_default());
    head
}

/// The value of a field, as far as it can be found in what may be no head at all.
pub fn find<'a>(bytes: &'a [u8], name: &str) -> Option<&'a [u8]> {
    bytes.split(|byte| *byte == b'\n').skip(1).find_map(|line| {
        let (start, rest) = line.split_at_checked(name.len())?;
        let value = rest.strip_prefix(b":").filter(|_| start.eq_ignore_ascii_case(name.as_bytes()))?;
        Some(value.trim_ascii()).filter(|value| value.iter().all(|byte| matches!(byte, b' '..=b'~')))
    })
}

const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

const fn is_sub_delimiter(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// A table of the bytes of a kind: heads are looked at byte by byte.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident, $byte:ident => $is:expr) => {
        $(#[$doc])*
        fn $name(byte: u8) -> bool {
            static TABLE: [bool; 256] = {
                let mut table = [false; 256];
                let mut index = 0;
                while index < 256 {
                    let $byte = index as u8;
                    table[index] = $is;
                    index += 1;
                }
                table
            };
            TABLE[usize::from(byte)]
        }
    };
}

table! {
    /// What methods and names of fields consist of.
    is_token, byte => byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}
table! {
    /// What stands in a path as it is, in the only spelling.
    is_path, byte => is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b'/' | b':' | b'@')
}
table! {
    /// What stands in a query as it is.
    is_query, byte => byte > b' ' && byte < 0x7f && !matches!(byte, b'"' | b'#' | b'<' | b'>')
}
table! {
    /// What hosts with their ports consist of.
    is_host, byte => is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b'%' | b':' | b'[' | b']')
}

#[cfg(test)]
mod tests;
