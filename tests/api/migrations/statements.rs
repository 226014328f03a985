//! SQL as words, as far as it takes to see what a migration does.

/// The statements of a text, each as its words in upper case. A string is the word `''`, the body of a function one
/// word that begins with `$`; the statements of a `DO` stand behind it.
pub fn statements(sql: &str) -> Vec<Vec<String>> {
    let mut statements = vec![Vec::new()];
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let (word, length) = if first == ';' {
            statements.push(Vec::new());
            (None, 1)
        } else {
            word(rest, first)
        };
        if let (Some(word), Some(statement)) = (word, statements.last_mut()) {
            statement.push(word);
        }
        rest = &rest[length..];
    }
    statements.retain(|statement| !statement.is_empty());
    statements.into_iter().flat_map(with_its_own).collect()
}

/// The word that a text begins with, if it is one, and the length of what was read.
fn word(text: &str, first: char) -> (Option<String>, usize) {
    let until =
        |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    let while_in = |is_in: fn(char) -> bool| text.find(|c| !is_in(c)).unwrap_or(text.len());
    let is_in_name = |c: char| c.is_alphanumeric() || ['_', '.', '"'].contains(&c);
    match first {
        '-' if text.starts_with("--") => (None, until("\n", 2)),
        '/' if text.starts_with("/*") => (None, until("*/", 2)),
        // One that is doubled is read as two strings, which does no harm.
        '\'' => (Some("''".to_owned()), until("'", 1)),
        '$' if !text[1..].starts_with(|c: char| c.is_ascii_digit()) => {
            let tag = &text[..until("$", 1)];
            let end = until(tag, tag.len());
            let body = text[tag.len()..end].trim_end_matches(tag);
            (Some(format!("${body}")), end)
        }
        c if is_in_name(c) => {
            let end = while_in(is_in_name);
            let name = text[..end].replace('"', "").to_uppercase();
            (Some(name.trim_start_matches("PUBLIC.").to_owned()), end)
        }
        c if c.is_whitespace() => (None, c.len_utf8()),
        c => (Some(c.to_string()), c.len_utf8()),
    }
}

/// A statement, and what it does itself where it is a `DO`.
fn with_its_own(statement: Vec<String>) -> Vec<Vec<String>> {
    let body = statement.iter().find_map(|word| word.strip_prefix('$'));
    let own = match body {
        Some(body) if statement[0] == "DO" => statements(body),
        _ => Vec::new(),
    };
    std::iter::once(statement).chain(own).collect()
}

#[test]
fn words_are_told_from_strings_comments_and_bodies() {
    let read = |sql: &str| statements(sql).iter().map(|words| words.join(" ")).collect::<Vec<_>>();
    assert_eq!(
        read("-- a; b\nCREATE /* c; */ TABLE public.\"Tags\"(n int); SELECT"),
        ["CREATE TABLE TAGS ( N INT )", "SELECT"]
    );
    assert_eq!(read("SELECT 'it''s; --';"), ["SELECT '' ''"]);
    assert_eq!(read("CREATE FUNCTION f() AS $x$ a; $$b$$; $x$;"), ["CREATE FUNCTION F ( ) AS $ a; $$b$$; "]);
    assert_eq!(read("DO $$ BEGIN DROP TABLE t; END $$").len(), 3);
}
