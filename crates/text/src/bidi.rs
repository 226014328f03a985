//! Characters that change the direction of the text around them, kept within the paragraph that they are in: a
//! headline must not turn the page around that shows it.

use std::borrow::Cow;

/// What is open at a place in a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Open {
    Embedding,
    /// One that is taken out, with what closes it.
    Override,
    Isolate,
}

const POP_FORMATTING: char = '\u{202C}';
const POP_ISOLATE: char = '\u{2069}';

/// Whether it is one that this module speaks of. The marks that turn nothing around (U+200E, U+200F, U+061C) are none.
pub fn is_control(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

/// The text with every embedding and isolate closed in its paragraph, and nothing closed that is not open.
/// Overrides are taken out: they show letters in another order than that in which they are read. Balancing
/// again changes nothing.
pub fn balanced(text: &str) -> Cow<'_, str> {
    if !text.contains(is_control) {
        return Cow::Borrowed(text);
    }
    let mut balanced = String::with_capacity(text.len() + 16);
    let mut open = Vec::new();
    // How many of these are isolates: where there is none, nothing has to be looked for.
    let mut isolates = 0_usize;
    for c in text.chars() {
        match c {
            '\u{202A}' | '\u{202B}' => open.push(Open::Embedding),
            '\u{202D}' | '\u{202E}' => {
                open.push(Open::Override);
                continue;
            }
            '\u{2066}'..='\u{2068}' => {
                open.push(Open::Isolate);
                isolates += 1;
            }
            // It closes nothing that was opened before an isolate which is still open.
            POP_FORMATTING => match open.pop() {
                Some(Open::Embedding) => {}
                Some(Open::Override) | None => continue,
                Some(Open::Isolate) => {
                    open.push(Open::Isolate);
                    continue;
                }
            },
            POP_ISOLATE if isolates == 0 => continue,
            POP_ISOLATE => {
                // With all that was opened within.
                let isolate = open.iter().rposition(|it| *it == Open::Isolate).unwrap_or_default();
                close(&mut balanced, &mut open, isolate + 1);
                open.pop();
                isolates -= 1;
            }
            // What ends a paragraph.
            '\n' | '\r' | '\u{85}' | '\u{2029}' => {
                close(&mut balanced, &mut open, 0);
                isolates = 0;
            }
            _ => {}
        }
        balanced.push(c);
    }
    close(&mut balanced, &mut open, 0);
    Cow::Owned(balanced)
}

/// Closes what is open, but for so many.
fn close(text: &mut String, open: &mut Vec<Open>, but: usize) {
    for it in open.drain(but..).rev() {
        match it {
            Open::Embedding => text.push(POP_FORMATTING),
            Open::Isolate => text.push(POP_ISOLATE),
            Open::Override => {}
        }
    }
}

/// The same of HTML as a serialiser writes it: every text between two tags by itself, and none in attributes.
pub fn balanced_html(html: &str) -> Cow<'_, str> {
    if !html.contains(is_control) {
        return Cow::Borrowed(html);
    }
    let mut balanced_html = String::with_capacity(html.len() + 16);
    // A serialiser escapes these signs in texts, though not in attributes, which it quotes.
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        let (text, tag) = rest.split_at(start);
        balanced_html.push_str(&balanced(text));
        let (tag, behind) = tag.split_at(tag_length(tag));
        balanced_html.extend(tag.chars().filter(|c| !is_control(*c)));
        rest = behind;
    }
    balanced_html.push_str(&balanced(rest));
    Cow::Owned(balanced_html)
}

/// How long the tag is with which HTML begins that a serialiser has written.
pub fn tag_length(html: &str) -> usize {
    let mut is_quoted = false;
    let end = html.find(|c: char| {
        is_quoted ^= c == '"';
        c == '>' && !is_quoted
    });
    end.map_or(html.len(), |end| end + 1)
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    #[test]
    fn a_long_text_is_looked_through_once() {
        // Were it looked through for each character again, this would not end.
        let controls: Vec<char> = ('\u{202A}'..='\u{202E}').chain('\u{2066}'..='\u{2069}').collect();
        for (one, other) in controls.iter().flat_map(|one| controls.iter().map(move |other| (one, other))) {
            let text: String = [one.to_string().repeat(200_000), other.to_string().repeat(200_000)].concat();
            assert!(balanced(&text).chars().count() <= 2 * 400_000);
            assert!(balanced(&format!("{one}{other}").repeat(200_000)).chars().count() <= 2 * 400_000);
        }
    }

    #[test]
    fn what_is_open_is_closed_in_its_paragraph() {
        for (text, expected) in [
            ("خبر", "خبر"),
            ("\u{202B}خبر", "\u{202B}خبر\u{202C}"),
            ("\u{2067}a\nb\u{2069}c", "\u{2067}a\u{2069}\nbc"),
            ("\u{2066}\u{202A}a\u{2069}b\u{202C}", "\u{2066}\u{202A}a\u{202C}\u{2069}b"),
            ("a\u{202C}b\u{2069}", "ab"),
            ("\u{2068}a\u{202C}\u{2069}", "\u{2068}a\u{2069}"),
        ] {
            assert_eq!(balanced(text), expected);
        }
    }

    #[test]
    fn overrides_go_with_what_closes_them() {
        assert_eq!(balanced("a\u{202E}cba\u{202C}d"), "acbad");
        assert_eq!(balanced("\u{202B}a\u{202D}b\u{202C}c\u{202C}"), "\u{202B}abc\u{202C}");
    }

    #[test]
    fn marks_stay() {
        assert!(matches!(balanced("a\u{200F}b\u{200E}c\u{61C}"), Cow::Borrowed(_)));
    }

    #[test]
    fn tags_of_html_end_what_is_open() {
        let html = "<p title=\"\u{202E}a>\u{2067}b\">\u{2067}c<b>d\u{2069}</b></p>";
        assert_eq!(balanced_html(html), "<p title=\"a>b\">\u{2067}c\u{2069}<b>d</b></p>");
    }

    proptest! {
        #[test]
        fn a_balanced_text_stays_and_leaves_nothing_open(
            parts in vec(select("\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\na".chars().collect::<Vec<_>>()), 0..30)
        ) {
            let text: String = parts.into_iter().collect();
            let once = balanced(&text).into_owned();
            prop_assert_eq!(balanced(&once), once.as_str());
            prop_assert_eq!(once.matches(['\u{202D}', '\u{202E}']).count(), 0);
            let plain = |text: &str| text.replace(is_control, "");
            prop_assert_eq!(plain(&once), plain(&text));
            for paragraph in once.split('\n') {
                let count = |these: &[char]| paragraph.matches(these).count();
                prop_assert_eq!(count(&['\u{202A}', '\u{202B}']), count(&['\u{202C}']));
                prop_assert_eq!(count(&['\u{2066}', '\u{2067}', '\u{2068}']), count(&['\u{2069}']));
            }
        }
    }
}
