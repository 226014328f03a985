//! The syntax of queries.

/// A part of a query.
#[derive(Debug, PartialEq, Eq)]
pub enum Item<'a> {
    /// `OR` or `|`.
    Or,
    /// What is written together, or between quotes.
    Text { text: &'a str, is_quoted: bool, is_without: bool },
}

const QUOTES: [char; 8] = ['"', '“', '”', '„', '‟', '«', '»', '＂'];

/// The parts of a query, in order. Any quote ends what any quote began, since keyboards and
/// writing from right to left mix them; one without another is white space.
pub fn items(text: &str) -> impl Iterator<Item = Item<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        rest = rest.trim_start_matches(is_space);
        if rest.is_empty() {
            return None;
        }
        if let Some(after) = rest.strip_prefix('|') {
            rest = after;
            return Some(Item::Or);
        }
        // A mark may stand between the sign and what it is before.
        let behind = rest.strip_prefix('-').map(|behind| behind.trim_start_matches(is_mark));
        let unsigned = behind.filter(|behind| !behind.starts_with(separates_words));
        let is_without = unsigned.is_some();
        let unsigned = unsigned.unwrap_or(rest);
        if let Some((text, after)) = phrase(unsigned) {
            rest = after;
            return Some(Item::Text { text, is_quoted: true, is_without });
        }
        let (text, after) = unsigned.split_at(end(unsigned, separates_words));
        rest = after;
        let text = text.trim_end_matches(is_mark);
        let is_or = text == "OR" && !is_without;
        Some(if is_or { Item::Or } else { Item::Text { text, is_quoted: false, is_without } })
    })
}

/// What is between quotes at the beginning of a text, and what follows.
fn phrase(text: &str) -> Option<(&str, &str)> {
    let (quoted, at_end) = text.starts_with(QUOTES).then(|| text.split_at(end(text, |_| false)))?;
    Some((quoted.trim_start_matches(QUOTES), at_end.strip_prefix(QUOTES)?))
}

/// Where a text ends before a quote or another separator, its first character aside.
fn end(text: &str, separates: impl Fn(char) -> bool) -> usize {
    let mut before = None;
    for (at, c) in text.char_indices() {
        let is_quote = QUOTES.contains(&c) && !is_gershayim(before, &text[at..]);
        if at > 0 && (is_quote || separates(c)) {
            return at;
        }
        before = Some(c);
    }
    text.len()
}

/// Whether a straight quote stands inside a Hebrew abbreviation.
fn is_gershayim(before: Option<char>, quote: &str) -> bool {
    let is_hebrew = |c: Option<char>| c.is_some_and(|c| matches!(c, '\u{5D0}'..='\u{5EA}'));
    let mut letters = quote.chars();
    letters.next() == Some('"') && is_hebrew(before) && is_hebrew(letters.next())
}

fn separates_words(c: char) -> bool {
    c.is_whitespace() || c == '|'
}

/// What may stand before a word, a sign or a quote.
fn is_space(c: char) -> bool {
    c.is_whitespace() || is_mark(c)
}

/// What a text from right to left may bring along: inside of a word it parts nothing, as in a text.
fn is_mark(c: char) -> bool {
    matches!(c, '\u{61C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}')
}
