//! The kinds of bytes that a head consists of.

/// What stands in any part of an address as it is (RFC 3986, 2.3).
pub const fn is_unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

const fn is_sub_delimiter(byte: u8) -> bool {
    matches!(byte, b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=')
}

/// A table of the bytes of a kind: heads are looked at byte by byte.
macro_rules! table {
    ($(#[$doc:meta])* $name:ident, $byte:ident => $is:expr) => {
        $(#[$doc])*
        pub fn $name(byte: u8) -> bool {
            static TABLE: [bool; 256] = {
                let mut table = [false; 256];
                let mut index = 0;
                while index < 256 {
                    let $byte = index as u8;
                    table[index] = $is;
                    index += 1;
                }
                table
            };
            TABLE[usize::from(byte)]
        }
    };
}

table! {
    /// What methods and names of fields consist of.
    is_token, byte => byte.is_ascii_alphanumeric()
        || matches!(byte, b'!' | b'#' | b'$' | b'%' | b'&' | b'\'' | b'*' | b'+' | b'-' | b'.' | b'^' | b'_' | b'`' | b'|' | b'~')
}
table! {
    /// What stands in a path as it is, in the only spelling.
    is_path, byte => is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b'/' | b':' | b'@')
}
table! {
    /// What stands in a query as it is.
    is_query, byte => byte > b' ' && byte < 0x7f && !matches!(byte, b'"' | b'#' | b'<' | b'>')
}
table! {
    /// What hosts with their ports consist of.
    is_host, byte => is_unreserved(byte) || is_sub_delimiter(byte) || matches!(byte, b'%' | b':' | b'[' | b']')
}
