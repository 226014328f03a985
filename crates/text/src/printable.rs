//! Texts that come from elsewhere, printed.

use std::borrow::Cow;

use super::bidi;

/// The text with every control character but line breaks written out, and every one that changes the direction:
/// on a terminal it moves no cursor, and shows no sign in another's place.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_escaped) {
        return Cow::Borrowed(text);
    }
    let escaped = text.chars().flat_map(|c| {
        let (escape, itself) = if is_escaped(c) { (Some(c.escape_unicode()), None) } else { (None, Some(c)) };
        escape.into_iter().flatten().chain(itself)
    });
    Cow::Owned(escaped.collect())
}

/// The same in one line.
pub fn printable_line(text: &str) -> String {
    printable(text).replace('\n', r"\n")
}

fn is_escaped(c: char) -> bool {
    c.is_control() && c != '\n' || bidi::is_control(c) || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_terminal_obeys_is_written_out() {
        assert_eq!(
            printable("a\u{1b}[2Jb\r\u{9b}c\u{202e}d\ne"),
            r"a\u{1b}[2Jb\u{d}\u{9b}c\u{202e}d".to_owned() + "\ne"
        );
        assert_eq!(printable_line("a\nb"), r"a\nb");
        assert!(matches!(printable("خبر\u{200F} 1"), Cow::Borrowed(_)));
    }

    proptest! {
        #[test]
        fn no_control_is_printed(text in any::<String>()) {
            prop_assert!(!printable_line(&text).contains(|c: char| c.is_control() || bidi::is_control(c)));
        }
    }
}
