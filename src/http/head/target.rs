//! The address of a request, in one spelling.

use memchr::memchr;

use super::{
    bytes::{is_host, is_path, is_query, is_unreserved},
    fault::Fault,
};

/// The longest address, encoded: a Uri of actix-web has at most 65,534 bytes.
pub const MAX_TARGET: usize = 60_000;

/// What is asked for.
pub struct Target<'a> {
    /// Path and query.
    pub origin: &'a [u8],
    /// The host, where the address is a whole URL.
    pub authority: Option<&'a [u8]>,
}

impl<'a> Target<'a> {
    /// That of a request with this method.
    pub fn read(target: &'a [u8], method: &[u8]) -> Result<Self, Fault> {
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
    pub fn canonical(&self) -> Result<Option<Vec<u8>>, Fault> {
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
pub(super) fn decoded(digits: &[u8]) -> Option<u8> {
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
