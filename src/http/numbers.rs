//! Numbers that would not be stored as they were sent: a number is read as one of 64 bits.

use super::input::escape;

/// So many digits a number of 64 bits keeps, and whoever writes one writes as many to get the same back.
const KEPT: usize = 17;

/// The place of the first number that would become another one, as a pointer, of a text that is JSON.
pub fn find_inexact(json: &str) -> Option<String> {
    let (mut place, mut last_string) = (Vec::new(), "");
    for token in tokens(json) {
        match token.as_bytes() {
            b"{" => place.push(Step::Member("")),
            b"[" => place.push(Step::Item(0)),
            b"}" | b"]" => drop(place.pop()),
            b":" => {
                if let Some(member) = place.last_mut() {
                    *member = Step::Member(last_string);
                }
            }
            b"," => {
                if let Some(Step::Item(index)) = place.last_mut() {
                    *index += 1;
                }
            }
            [b'"', ..] => last_string = token,
            _ if is_kept(token) => {}
            _ => return Some(place.iter().map(Step::pointer).collect()),
        }
    }
    None
}

/// Where one is in an array or an object.
enum Step<'a> {
    Item(usize),
    /// At the member of that name, as it is written.
    Member(&'a str),
}

impl Step<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Item(index) => format!("/{index}"),
            Self::Member(name) => {
                let name: String = serde_json::from_str(name).unwrap_or_default();
                format!("/{}", escape(&name))
            }
        }
    }
}

/// The strings and numbers of a JSON text, and the signs between them.
fn tokens(json: &str) -> impl Iterator<Item = &str> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            let start = at;
            at += 1;
            match byte {
                b'"' => {
                    while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'"') {
                        at += if *byte == b'\\' { 2 } else { 1 };
                    }
                    at += 1;
                }
                b'-' | b'0'..=b'9' => {
                    let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                    at += bytes[at..].iter().take_while(is_part).count();
                }
                b'{' | b'}' | b'[' | b']' | b':' | b',' => {}
                _ => continue,
            }
            return json.get(start..at);
        }
        None
    })
}

/// Whether a number stays the same, or as near as its writer can tell.
fn is_kept(token: &str) -> bool {
    if token.parse::<i64>().is_ok() || token.parse::<u64>().is_ok() {
        return true;
    }
    let Ok(number) = token.parse::<f64>() else { return true };
    let given = Decimal::of(token);
    let is_near = given.digits.len() <= KEPT && number.is_normal();
    is_near || given == Decimal::of(&format!("{number:e}"))
}

/// A number without its sign: `0.d1d2d3… × 10^exponent`, where neither the first nor the last digit is 0.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn of(token: &str) -> Self {
        let (mantissa, exponent) = token.split_once(['e', 'E']).unwrap_or((token, "0"));
        let mantissa = mantissa.trim_start_matches('-');
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = format!("{whole}{fraction}");
        let significant = all.trim_start_matches('0');
        let digits = significant.trim_end_matches('0');
        if digits.is_empty() {
            return Self { digits: String::new(), exponent: 0 };
        }
        let before_point = whole.len() as i64 - (all.len() - significant.len()) as i64;
        let exponent = exponent.parse::<i64>().unwrap_or(i64::MAX).saturating_add(before_point);
        Self { digits: digits.to_owned(), exponent }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_number_with_more_digits_than_64_bits_have_is_found() {
        for (json, place) in [
            (r#"{"a": 18446744073709551616}"#, "/a"),
            (r#"{"a": [1, {"b/c": -9223372036854775809}]}"#, "/a/1/b~1c"),
            (r#" [0.1000000000000000055]"#, "/0"),
            (r#"{"x": "\\\"9", "y": 123456789012345678.25}"#, "/y"),
            ("1e-400", ""),
            // 2 to the power of 70: a double, which is written with fewer digits.
            ("1180591620717411303424", ""),
            ("123456789e-328", ""),
        ] {
            assert_eq!(find_inexact(json).as_deref(), Some(place), "{json}");
        }
    }

    #[test]
    fn a_number_that_comes_back_is_taken_however_it_is_written() {
        for json in [
            "[18446744073709551615, -9223372036854775808, 0, -0, 0.0, -0.0e5, 1.50, 1E2, 1e300, 5e-324]",
            // As printf, or jsonb, writes numbers of 64 bits.
            "[0.10000000000000001, 1.7976931348623157e308, 100000000000000000000, 1180591620717411300000]",
            r#"{"a": "18446744073709551616 \\", "18446744073709551616": "\u0031"}"#,
        ] {
            assert_eq!(find_inexact(json), None, "{json}");
        }
        let long = format!("1{}", "0".repeat(300));
        assert_eq!(find_inexact(&long), None);
    }

    /// JSON as a tree of texts.
    #[derive(Debug, Clone)]
    enum Tree {
        Leaf(&'static str),
        Array(Vec<Tree>),
        Object(Vec<(String, Tree)>),
    }

    impl Tree {
        fn text(&self) -> String {
            let name = |name: &String| serde_json::to_string(name).expect("JSON");
            match self {
                Tree::Leaf(text) => (*text).to_owned(),
                Tree::Array(items) => {
                    format!("[ {}]", items.iter().map(Tree::text).collect::<Vec<_>>().join(" ,"))
                }
                Tree::Object(members) => {
                    let member = |(key, value): &(String, Tree)| format!("{}: {}", name(key), value.text());
                    format!("{{{}\n}}", members.iter().map(member).collect::<Vec<_>>().join(", "))
                }
            }
        }

        /// The place of the first number that is not kept, found by looking everywhere.
        fn inexact(&self) -> Option<String> {
            match self {
                Tree::Leaf(text) => {
                    let is_number = text.starts_with(|first: char| first == '-' || first.is_ascii_digit());
                    (is_number && !is_kept(text)).then(String::new)
                }
                Tree::Array(items) => items
                    .iter()
                    .enumerate()
                    .find_map(|(index, item)| item.inexact().map(|rest| format!("/{index}{rest}"))),
                Tree::Object(members) => members
                    .iter()
                    .find_map(|(name, value)| value.inexact().map(|rest| format!("/{}{rest}", escape(name)))),
            }
        }
    }

    fn tree() -> impl Strategy<Value = Tree> {
        let leaf = prop::sample::select(vec![
            "0",
            "-1.5e3",
            "true",
            "null",
            r#""18446744073709551616""#,
            r#""a\\\"]}:,""#,
            r#""""#,
            "18446744073709551616",
            "1e-400",
        ]);
        leaf.prop_map(Tree::Leaf).prop_recursive(8, 64, 5, |inner| {
            let name = "([a-c/~\"\\\\{}:,]|ن|\u{1}){0,3}";
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Tree::Array),
                prop::collection::vec((name, inner), 0..5).prop_map(Tree::Object),
            ]
        })
    }

    proptest! {
        #[test]
        fn the_place_is_that_of_the_first_number_which_is_not_kept(tree in tree()) {
            let text = tree.text();
            prop_assert!(serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok(), "{}", text);
            prop_assert_eq!(find_inexact(&text), tree.inexact(), "{}", text);
        }

        #[test]
        fn what_is_taken_is_the_same_number(token in "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,25})?([eE][+-]?[0-9]{1,2})?") {
            let number: f64 = token.parse().expect("a number");
            let read: serde_json::Number = serde_json::from_str(&token).expect("JSON");
            let same = Decimal::of(&read.to_string()) == Decimal::of(&token);
            let taken = find_inexact(&token).is_none();
            prop_assert!(taken || !same, "{token} would come back, and is refused");
            // What is taken and written otherwise is the same double, of as many digits as tell doubles apart.
            prop_assert!(!taken || same || Decimal::of(&token).digits.len() <= KEPT && number.is_normal(), "{token}");
        }

        #[test]
        fn every_double_is_taken(bits: u64) {
            let number = f64::from_bits(bits);
            prop_assume!(number.is_finite());
            for token in [format!("{number:?}"), format!("{number:e}"), format!("{number:.16e}"), number.to_string()] {
                prop_assert!(find_inexact(&token).is_none() || !number.is_normal(), "{token}");
            }
        }
    }
}
