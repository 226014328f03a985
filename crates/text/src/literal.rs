//! Words as the literals of PostgreSQL have them.

/// A lexeme as it stands in the literals of PostgreSQL, whose text has no room for a NUL.
pub fn quoted(lexeme: &str) -> String {
    let mut literal = String::with_capacity(lexeme.len() + 2);
    literal.push('\'');
    for letter in lexeme.chars() {
        match letter {
            '\0' => {}
            '\'' => literal.push_str("''"),
            '\\' => literal.push_str(r"\\"),
            _ => literal.push(letter),
        }
    }
    literal.push('\'');
    literal
}
