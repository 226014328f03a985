//! Gzip, decompressed as it comes.

use std::io::{self, BufRead, Read, Write};

use flate2::write::GzDecoder;

/// Decompresses one member after another. Zeros behind a member are padding, as of tapes and blocks; anything else that
/// is no member is an error.
#[derive(Default)]
pub struct Gunzip {
    member: Option<GzDecoder<Vec<u8>>>,
    /// Whether a member has ended.
    has_any: bool,
}

impl Gunzip {
    /// Takes more bytes, and adds what they stand for to `out`, before an error as well.
    pub fn write(&mut self, mut bytes: &[u8], out: &mut Vec<u8>) -> io::Result<()> {
        loop {
            if self.member.is_none() && self.has_any {
                let padding = bytes.iter().take_while(|byte| **byte == 0).count();
                bytes = bytes.get(padding..).unwrap_or_default();
            }
            if bytes.is_empty() {
                return Ok(());
            }
            let member = self.member.get_or_insert_with(|| GzDecoder::new(Vec::new()));
            let taken = member.write(bytes);
            out.append(member.get_mut());
            let taken = taken?;
            if taken == 0 {
                // It is whole, and these are no bytes of it.
                self.end(out)?;
            }
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// Says whether the end of the bytes is that of a member.
    pub fn finish(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        match (&self.member, self.has_any) {
            (Some(_), _) => self.end(out),
            (None, true) => Ok(()),
            (None, false) => Err(io::ErrorKind::UnexpectedEof.into()),
        }
    }

    fn end(&mut self, out: &mut Vec<u8>) -> io::Result<()> {
        let Some(mut member) = self.member.take() else { return Ok(()) };
        let ended = member.try_finish();
        out.append(member.get_mut());
        self.has_any = true;
        ended
    }
}

/// How much is decompressed at once: it may stand for a thousand times as much.
const PIECE: usize = 16 * 1024;

/// What a compressed source stands for.
pub struct Gunzipped<R> {
    source: R,
    gunzip: Gunzip,
    ready: io::Cursor<Vec<u8>>,
    has_ended: bool,
}

impl<R: BufRead> Gunzipped<R> {
    /// Of a source that is gzip.
    pub fn new(source: R) -> Self {
        Self { source, gunzip: Gunzip::default(), ready: io::Cursor::default(), has_ended: false }
    }
}

impl<R: BufRead> Read for Gunzipped<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let length = self.ready.read(buffer)?;
            if length > 0 || self.has_ended || buffer.is_empty() {
                return Ok(length);
            }
            let mut ready = std::mem::take(self.ready.get_mut());
            ready.clear();
            let bytes = self.source.fill_buf()?;
            let piece = bytes.get(..PIECE).unwrap_or(bytes);
            if piece.is_empty() {
                self.has_ended = true;
                self.gunzip.finish(&mut ready)?;
            } else {
                let length = piece.len();
                self.gunzip.write(piece, &mut ready)?;
                self.source.consume(length);
            }
            self.ready = io::Cursor::new(ready);
        }
    }
}

#[cfg(test)]
mod tests {
    use flate2::{Compression, write::GzEncoder};
    use proptest::{collection::vec, prelude::*};

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("in memory");
        encoder.finish().expect("in memory")
    }

    fn gunzipped(bytes: &[u8], step: usize) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        let source = io::BufReader::with_capacity(step, bytes);
        Gunzipped::new(source).read_to_end(&mut out).map(|_| out)
    }

    #[test]
    fn what_is_cut_off_or_followed_by_something_else_is_an_error() {
        let whole = gzip(b"some text");
        for length in 0..whole.len() {
            assert!(gunzipped(&whole[..length], 7).is_err(), "{length}");
        }
        for rest in [&b"x"[..], b"\0\0x", b"\x1f", b"\0\x1f\x8b"] {
            assert!(gunzipped(&[&whole, rest].concat(), 64).is_err(), "{rest:?}");
        }
        assert!(gunzipped(b"\0\0", 7).is_err());
    }

    proptest! {
        #[test]
        fn members_are_read_however_they_come_and_are_padded(
            members in vec((vec(any::<u8>(), 0..300), 0usize..600), 1..4),
            step in 1usize..1000,
        ) {
            let padded = members.iter().map(|(bytes, padding)| [gzip(bytes), vec![0; *padding]].concat());
            let expected: Vec<u8> = members.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
            prop_assert_eq!(gunzipped(&padded.collect::<Vec<_>>().concat(), step).expect("gzip"), expected);
        }
    }
}
