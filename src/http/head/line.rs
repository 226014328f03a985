//! The first line of a head.

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
