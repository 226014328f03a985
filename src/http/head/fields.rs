//! What the fields of a head say of the request: where it ends, and what is not for actix-web to see.

use std::ops::Range;

use super::{
    bytes::{is_host, is_token},
    fault::{FAULT_FIELD, Fault},
    line::RequestLine,
};

/// Where the body of a request ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    Length(u64),
    Chunked,
}

/// What matters of the fields.
#[derive(Default)]
pub struct Fields {
    pub count: usize,
    pub hosts: usize,
    /// Where the host stands.
    pub host: Range<usize>,
    length: Option<u64>,
    lengths: usize,
    codings: usize,
    coding: Option<Fault>,
    /// The lines that are left out, and what takes their places.
    pub dropped: Vec<(Range<usize>, Vec<u8>)>,
}

impl Fields {
    /// Takes note of a line, which stands there with its break.
    pub fn add(&mut self, line: &[u8], place: Range<usize>) -> Result<(), Fault> {
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
    pub fn framing(&mut self, request: &RequestLine<'_>) -> Result<Framing, Fault> {
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
