//! What serde says of input, in words for who sent it.

use crate::values::none_of;

/// What serde_html_form says of several values where one is wanted.
pub(super) const SEVERAL_VALUES: &str = "unsupported value";

/// What a serde message says, as a sentence.
pub fn in_words(message: &str) -> String {
    interpret(message).1
}

/// What a serde message says: a code, a sentence, and the member that it names.
///
/// Our own values write `code|detail`; the rest are the sentences of serde's
/// `de::Error` constructors, in which names stand between backticks.
pub(super) fn interpret(message: &str) -> (&str, String, Option<&str>) {
    let ours = message.split_once('|').filter(|(code, _)| !code.contains([' ', ':']));
    if let Some((code, detail)) = ours {
        return (code, detail.to_owned(), None);
    }
    let (kind, rest) = message.split_once(" `").unwrap_or((message, ""));
    let name = rest.strip_suffix('`');
    match kind {
        "missing field" => ("required", "is required".to_owned(), name),
        "duplicate field" => ("duplicate", "must be given once only".to_owned(), name),
        "unknown field" => {
            let (name, known) = named_and_known(rest);
            let detail = match known.as_slice() {
                [] => "is not known here, where nothing is: leave it out".to_owned(),
                known => format!("is not known here: leave it out, or use {}", listed(known)),
            };
            ("unknown", detail, Some(name))
        }
        "unknown variant" => {
            let (word, known) = named_and_known(rest);
            ("unknown_value", none_of(word, &known), None)
        }
        _ => match message.strip_prefix("invalid type: ") {
            Some(mismatch) => ("invalid_type", mismatched(mismatch), None),
            None => ("invalid_value", of_a_value(message), None),
        },
    }
}

/// The names that there are, if a serde message says that one is none of them.
pub(super) fn known_names(message: &str) -> Option<Vec<&str>> {
    let (kind, rest) = message.split_once(" `")?;
    (kind == "unknown field").then(|| named_and_known(rest).1)
}

/// The name that is not known, and those that are, of what follows the first backtick.
fn named_and_known(rest: &str) -> (&str, Vec<&str>) {
    if let Some(name) = rest.strip_suffix("`, there are no fields") {
        return (name, Vec::new());
    }
    let (name, known) = rest.rsplit_once("`, expected ").unwrap_or((rest, ""));
    (name, known.split('`').skip(1).step_by(2).collect())
}

fn listed(names: &[&str]) -> String {
    match names {
        [only] => (*only).to_owned(),
        names => format!("one of {}", names.join(", ")),
    }
}

/// `integer `5`, expected a string` in words.
fn mismatched(message: &str) -> String {
    let Some((given, expected)) = message.rsplit_once(", expected ") else { return message.to_owned() };
    let expected = match expected {
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "usize" => "a whole number, 0 or more",
        "i32" => "a whole number from -2147483648 to 2147483647",
        "i64" => "a whole number",
        "f32" | "f64" => "a number",
        "a sequence" => "an array",
        "a map" => "an object",
        "a boolean" => "true or false",
        // What serde says of an enum whose values are words.
        "string or map" | "variant identifier" => "a string",
        _ if expected.starts_with("struct ") => "an object",
        _ => expected,
    };
    let (kind, value) = given.split_once(" `").unwrap_or((given, ""));
    let value = value.trim_end_matches('`');
    let given = match kind {
        "boolean" | "integer" | "floating point" => value,
        "null" | "unit value" => "null",
        "sequence" => "an array",
        "map" => "an object",
        _ if kind.starts_with("string ") => "a string",
        _ => kind,
    };
    format!("must be {expected}, and is {given}")
}

/// What is said of a value that is of the right type.
fn of_a_value(message: &str) -> String {
    match message {
        "provided string was not `true` or `false`" => "must be true or false".to_owned(),
        // What Rust says of texts that are no numbers.
        "invalid digit found in string"
        | "cannot parse integer from empty string"
        | "number too large to fit in target type"
        | "number too small to fit in target type" => "must be a whole number".to_owned(),
        "invalid float literal" | "cannot parse float from empty string" => "must be a number".to_owned(),
        _ => match message.strip_prefix("invalid value: ") {
            Some(mismatch) => mismatched(mismatch),
            None => message.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use serde::{Deserialize, de::DeserializeOwned};
    use serde_json::{Value, json};

    use super::*;
    use crate::values::{Object, Text};

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Word {
        One,
        Two,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is of interest")]
    struct All {
        text: Option<Text<1, 5>>,
        count: Option<u8>,
        offset: Option<i64>,
        share: Option<f64>,
        flag: Option<bool>,
        list: Option<Vec<bool>>,
        map: Option<serde_json::Map<String, Value>>,
        object: Option<Object<Inner>>,
        word: Option<Word>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only its reading is of interest")]
    struct Inner {
        name: bool,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Nothing {}

    fn said<T: DeserializeOwned + std::fmt::Debug>(value: Value) -> String {
        let message = serde_json::from_value::<T>(value).expect_err("a fault").to_string();
        interpret(&message).1
    }

    #[test]
    fn faults_are_told_in_words() {
        for (value, words) in [
            (json!({"text": 5}), "must be a string, and is 5"),
            (json!({"text": {}}), "must be a string, and is an object"),
            (json!({"text": true}), "must be a string, and is true"),
            (json!({"count": "7"}), "must be a whole number from 0 to 255, and is a string"),
            (json!({"count": -1}), "must be a whole number from 0 to 255, and is -1"),
            (json!({"count": 256}), "must be a whole number from 0 to 255, and is 256"),
            (json!({"offset": 1.5}), "must be a whole number, and is 1.5"),
            (json!({"share": "a `b`, expected c"}), "must be a number, and is a string"),
            (json!({"flag": []}), "must be true or false, and is an array"),
            (json!({"list": {}}), "must be an array, and is an object"),
            (json!({"list": [null]}), "must be true or false, and is null"),
            (json!({"map": []}), "must be an object, and is an array"),
            (json!({"object": []}), "must be an object, and is an array"),
            (json!({"object": {}}), "is required"),
            (json!({"object": {"x": 1}}), "is not known here: leave it out, or use name"),
            (json!({"word": 5}), "must be a string, and is 5"),
            (json!({"word": "three"}), "must be one of one, two, and is three"),
        ] {
            assert_eq!(said::<All>(value), words);
        }
        assert!(said::<All>(json!({"x": 1})).ends_with(
            "leave it out, or use one of text, count, offset, share, flag, list, map, object, word"
        ));
        assert_eq!(said::<Nothing>(json!({"x": 1})), "is not known here, where nothing is: leave it out");
    }

    #[test]
    fn a_member_that_is_given_twice_is_named() {
        let message = serde_json::from_str::<All>(r#"{"flag": true, "flag": true}"#).expect_err("a fault");
        let message = message.to_string();
        let message = message.split(" at line").next().expect("a sentence");
        assert_eq!(interpret(message), ("duplicate", "must be given once only".to_owned(), Some("flag")));
        assert_eq!(in_words(message), "must be given once only");
    }

    #[test]
    fn a_member_is_named_whatever_its_name() {
        for name in ["a`b", "`", "", "a`, expected `b", "a|b", "a, b"] {
            let message = serde_json::from_value::<All>(json!({name: 1})).expect_err("a fault").to_string();
            assert_eq!(interpret(&message).2, Some(name), "{message}");
            let message =
                serde_json::from_value::<Nothing>(json!({name: 1})).expect_err("a fault").to_string();
            assert_eq!(interpret(&message).2, Some(name), "{message}");
        }
    }

    #[test]
    fn no_fault_is_told_in_the_words_of_serde() {
        let values = [
            json!(null),
            json!(true),
            json!(-1),
            json!(1.5),
            json!(300),
            json!("x"),
            json!([1]),
            json!({"a": 1}),
        ];
        let members = ["text", "count", "offset", "share", "flag", "list", "map", "object", "word", "other"];
        for (member, value) in
            members.iter().flat_map(|member| values.iter().map(move |value| (member, value)))
        {
            let Err(fault) = serde_json::from_value::<All>(json!({*member: value})) else { continue };
            let said = interpret(&fault.to_string()).1;
            for word in [
                "`", "invalid", "expected", "variant", "field", "sequence", "integer", "floating", "struct",
                "u8", "i64",
            ] {
                assert!(!said.contains(word), "{member} {value}: {said}");
            }
        }
    }
}
