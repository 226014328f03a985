//! The first line of a head.

use std::borrow::Cow;

use actix_web::http::Method;
use memchr::memchr;

use super::{
    fault::Fault,
    target::{MAX_TARGET, Target},
};

/// The longest method and version, with the spaces and the line break.
pub const REST_OF_LINE: usize = 64;

/// What the line says.
pub struct RequestLine<'a> {
    pub method: &'a [u8],
    pub target: Target<'a>,
    pub is_1_1: bool,
}

impl<'a> RequestLine<'a> {
    /// Reads the line, which has no break.
    pub fn read(line: &'a [u8]) -> Result<Self, Fault> {
        let space = memchr(b' ', line).ok_or(Fault::NoRequest)?;
        let (method, rest) = (&line[..space], &line[space + 1..]);
        let space = rest.iter().rposition(|byte| *byte == b' ').ok_or(Fault::NoRequest)?;
        let (target, version) = (&rest[..space], &rest[space + 1..]);
        if !is_method(method) {
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

fn is_method(name: &[u8]) -> bool {
    // Of the characters that RFC 9110 lets a method have, actix-web takes some.
    name.len() <= REST_OF_LINE - 16 && Method::from_bytes(name).is_ok()
}

/// What the first line of a head asks for, as far as it can be read though the head is none: the method, and path and
/// query in one spelling.
pub fn asked(bytes: &[u8]) -> (Option<&[u8]>, Option<Cow<'_, [u8]>>) {
    let end = memchr(b'\n', bytes);
    let line = &bytes[..end.unwrap_or(bytes.len())];
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let space = memchr(b' ', line);
    let Some((method, rest)) = space.map(|at| (&line[..at], &line[at + 1..])).filter(|(it, _)| is_method(it))
    else {
        return (None, None);
    };
    if end.is_none() {
        // The address may go on.
        return (Some(method), None);
    }
    let Some(at) =
        rest.iter().rposition(|byte| *byte == b' ').filter(|at| rest[at + 1..].starts_with(b"HTTP/"))
    else {
        return (None, None);
    };
    let target = || {
        let target =
            Target::read(rest.get(..at).filter(|target| target.len() <= MAX_TARGET)?, method).ok()?;
        let canonical = target.canonical().ok()?;
        Some(canonical.map_or(Cow::Borrowed(target.origin), Cow::Owned))
    };
    (Some(method), target())
}
