//! The head of a request as it comes over the wire: whether it is one, where its body ends, and its address in one
//! spelling. What actix-web would answer without a word is found here, and what it and the router would read
//! differently is written so that they cannot.

mod bytes;
mod fault;
mod fields;
mod line;
mod target;

use memchr::{memchr, memchr_iter};

use bytes::is_token;
pub use fault::{FAULT_FIELD, Fault};
use fields::Fields;
pub use fields::Framing;
pub use line::asked;
use line::{REST_OF_LINE, RequestLine};
use target::MAX_TARGET;

/// The most bytes of all fields, and the most fields: actix-web takes 131,072 bytes with the address, and 96 fields.
const MAX_FIELDS: usize = 65_536;
const MAX_COUNT: usize = 95;

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

#[cfg(test)]
mod tests;
