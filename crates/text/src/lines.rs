//! Bytes, as they come, cut into lines.

/// A line as it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RawLine {
    /// Its number, from 1.
    pub number: u64,
    /// Its bytes without the line break; nothing where it is too long.
    pub text: Option<Vec<u8>>,
}

/// Cuts a stream into lines. Of a line that is too long no more is kept than
/// its number; lines of white space are counted and left out.
#[derive(Debug)]
pub struct Lines {
    max: usize,
    /// How many lines have begun.
    number: u64,
    partial: Vec<u8>,
    is_too_long: bool,
}

const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

impl Lines {
    /// Lines of at most so many bytes each, after so many that were read before.
    pub fn new(max: usize, before: u64) -> Self {
        Self { max, number: before, partial: Vec::new(), is_too_long: false }
    }

    /// How many lines have ended.
    pub fn count(&self) -> u64 {
        self.number
    }

    /// Takes more bytes, and gives each line that ends in them to `take`.
    pub fn push(&mut self, mut bytes: &[u8], mut take: impl FnMut(RawLine)) {
        while let Some(end) = bytes.iter().position(|byte| *byte == b'\n') {
            self.add(&bytes[..end]);
            bytes = &bytes[end + 1..];
            take_some(self.end(), &mut take);
        }
        self.add(bytes);
    }

    /// Takes the end of the stream, and gives a last line without a line break to `take`.
    pub fn finish(&mut self, mut take: impl FnMut(RawLine)) {
        if self.has_begun() {
            take_some(self.end(), &mut take);
        }
    }

    /// Whether bytes have come since the last line break.
    pub fn has_begun(&self) -> bool {
        self.is_too_long || !self.partial.is_empty()
    }

    fn add(&mut self, bytes: &[u8]) {
        self.is_too_long |= self.partial.len() + bytes.len() > self.max;
        if self.is_too_long {
            self.partial = Vec::new();
        } else {
            self.partial.extend_from_slice(bytes);
        }
    }

    fn end(&mut self) -> Option<RawLine> {
        self.number += 1;
        let number = self.number;
        let mut text = std::mem::take(&mut self.partial);
        if std::mem::take(&mut self.is_too_long) {
            return Some(RawLine { number, text: None });
        }
        if number == 1 && text.starts_with(BYTE_ORDER_MARK) {
            text.drain(..BYTE_ORDER_MARK.len());
        }
        let is_blank = text.iter().all(u8::is_ascii_whitespace);
        (!is_blank).then_some(RawLine { number, text: Some(text) })
    }
}

fn take_some(line: Option<RawLine>, take: &mut impl FnMut(RawLine)) {
    if let Some(line) = line {
        take(line);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(stream: &str, step: usize) -> Vec<(u64, Option<String>)> {
        let mut lines = Lines::new(6, 0);
        let mut found = Vec::new();
        let mut take = |line: RawLine| {
            let text = line.text.map(|text| String::from_utf8(text).expect("UTF-8"));
            found.push((line.number, text));
        };
        for chunk in stream.as_bytes().chunks(step) {
            lines.push(chunk, &mut take);
        }
        lines.finish(&mut take);
        found
    }

    #[test]
    fn lines_are_the_same_however_the_bytes_come() {
        let text = |text: &str| Some(text.to_owned());
        let expected = vec![(1, text("ا\r")), (3, text("123456")), (4, None), (6, text("z"))];
        for step in 1..40 {
            assert_eq!(cut("\u{feff}ا\r\n \t\n123456\n1234567\n\nz", step), expected, "{step}");
        }
        assert_eq!(cut("", 1), []);
        assert_eq!(cut("a\n", 1), [(1, text("a"))]);
        assert_eq!(cut("1234567", 1), [(1, None)]);
    }

    #[test]
    fn numbers_go_on_where_others_have_ended() {
        let mut lines = Lines::new(10, 41);
        lines.push(b"a\n\nb", |line| assert_eq!(line.number, 42));
        assert!(lines.has_begun());
        lines.finish(|line| assert_eq!(line.number, 44));
        assert_eq!(lines.count(), 44);
    }
}
