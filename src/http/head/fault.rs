//! What may be wrong with a request as it comes over the wire, and the problem document that says so.

use std::fmt;

use crate::error::{ApiError, Problem};

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
