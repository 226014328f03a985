//! Numbers that would not be stored as they were sent: a number is read as one of 64 bits.

use std::collections::BTreeMap;

use serde_json::value::RawValue;

use super::input::escape;

/// So many digits a number of 64 bits keeps, and whoever writes one writes as many to get the same back.
const KEPT: usize = 17;

/// The place of the first number that would become another one, as a pointer, of a text that is JSON.
pub fn find_inexact(json: &str) -> Option<String> {
    // Nearly all texts have none.
    if !tokens(json).any(|token| !is_kept(token)) {
        return None;
    }
    place_in(json.trim())
}

fn place_in(json: &str) -> Option<String> {
    let within = |name: String, value: &RawValue| place_in(value.get()).map(|rest| format!("/{name}{rest}"));
    match json.as_bytes().first()? {
        b'{' => {
            let members: BTreeMap<String, &RawValue> = serde_json::from_str(json).ok()?;
            members.into_iter().find_map(|(name, value)| within(escape(&name), value))
        }
        b'[' => {
            let items: Vec<&RawValue> = serde_json::from_str(json).ok()?;
            items.into_iter().enumerate().find_map(|(index, value)| within(index.to_string(), value))
        }
        b'-' | b'0'..=b'9' => (!is_kept(json)).then(String::new),
        _ => None,
    }
}

/// What stands outside of the strings of a JSON text and begins as a number does.
fn tokens(json: &str) -> impl Iterator<Item = &str> {
    let bytes = json.as_bytes();
    let mut at = 0;
    std::iter::from_fn(move || {
        while let Some(byte) = bytes.get(at) {
            match byte {
                b'"' => {
                    at += 1;
                    while let Some(byte) = bytes.get(at).filter(|byte| **byte != b'"') {
                        at += if *byte == b'\\' { 2 } else { 1 };
                    }
                    at += 1;
                }
                b'-' | b'0'..=b'9' => {
                    let start = at;
                    let is_part = |byte: &&u8| matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E' | b'0'..=b'9');
                    at += bytes.get(start..)?.iter().take_while(is_part).count();
                    return json.get(start..at);
                }
                _ => at += 1,
            }
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

    proptest! {
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
