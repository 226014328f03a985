//! Where the lines of a text end: with LF, CR or both, or U+2028; U+2029 ends a paragraph, as two of them do.

/// A character that ends a line, alone or with another.
pub fn is_break(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\u{2028}' | '\u{2029}')
}

/// The lines of a text. Behind one that ends a paragraph stands a blank one.
pub fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    let mut ends_paragraph = false;
    std::iter::from_fn(move || {
        if std::mem::take(&mut ends_paragraph) {
            return Some("");
        }
        let text = rest.take()?;
        let Some(end) = text.find(is_break) else { return Some(text) };
        let (line, behind) = text.split_at(end);
        ends_paragraph = behind.starts_with('\u{2029}');
        rest = behind.strip_prefix("\r\n").or_else(|| behind.strip_prefix(is_break));
        Some(line)
    })
}

/// How many lines end in a text: two where a paragraph does.
pub fn count(text: &str) -> usize {
    lines(text).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_break_ends_a_line_once() {
        for (text, expected) in [
            ("", &[""][..]),
            ("a", &["a"]),
            ("a\nb\rc\r\nd\u{2028}e", &["a", "b", "c", "d", "e"]),
            ("a\n\rb", &["a", "", "b"]),
            ("a\r\r\nb\r", &["a", "", "b", ""]),
            ("a\u{2029}b", &["a", "", "b"]),
        ] {
            assert_eq!(lines(text).collect::<Vec<_>>(), expected, "{text:?}");
            assert_eq!(count(text), expected.len() - 1);
        }
    }
}
