//! From JSON or a query string to a typed value, with every fault in it at once.

mod words;

use std::collections::{BTreeMap, BTreeSet};

use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

pub use self::words::in_words;
use self::words::{SEVERAL_VALUES, interpret, known_names};
use crate::{
    error::{FieldError, MAX_FAULTS},
    values::Object,
};

/// What a client sends.
pub trait Input: DeserializeOwned {
    /// The members that must be there.
    const REQUIRED: &'static [&'static str] = &[];

    /// The members that an item is shown with and that nobody writes: they may be sent back as they were read.
    const READ_ONLY: &'static [&'static str] = &[];

    /// The rules between members; those of one member are in its type.
    fn check(&self, _faults: &mut Vec<FieldError>) {}
}

/// Reads a JSON value.
///
/// serde stops at the first fault. So each fault found is noted, taken out of
/// the value, and the rest read again, until nothing is left to complain of.
pub fn read<T: Input>(mut value: Value) -> Result<T, Vec<FieldError>> {
    let mut faults = Vec::new();
    if let Value::Object(members) = &value {
        let missing = T::REQUIRED.iter().filter(|name| members.get(**name).is_none_or(Value::is_null));
        faults.extend(missing.map(|name| FieldError::new(format!("/{name}"), "required", "is required")));
    }
    let mut removed = Removed::default();
    while faults.len() < MAX_FAULTS {
        let error = match serde_path_to_error::deserialize::<_, Object<T>>(&value) {
            Ok(Object(input)) => {
                check(&input, &mut faults);
                return if faults.is_empty() { Ok(input) } else { Err(faults) };
            }
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let mut place: Vec<Segment> = known_segments(error.path());
        let (code, detail, member) = interpret(&message);
        if let Some(member) = member {
            let segment = Segment::Map { key: member.to_owned() };
            if place.last().map(ToString::to_string) != Some(segment.to_string()) {
                place.push(segment);
            }
        }
        note(FieldError::new(removed.pointer(&place), code, detail), &mut faults);
        if code == "required" {
            // What lacks a member cannot be read without it: leave it out whole.
            place.pop();
        }
        if !removed.take_out(&mut value, &place) {
            break;
        }
    }
    Err(faults)
}

fn check(input: &impl Input, faults: &mut Vec<FieldError>) {
    let mut found = Vec::new();
    input.check(&mut found);
    found.into_iter().for_each(|fault| note(fault, faults));
}

/// Adds a fault, unless it only follows from a known one: what was taken out as
/// faulty is not missing.
fn note(fault: FieldError, faults: &mut Vec<FieldError>) {
    let below = format!("{}/", fault.pointer);
    let follows = |known: &FieldError| {
        known.pointer == fault.pointer || fault.code == "too_few" && known.pointer.starts_with(&below)
    };
    if !faults.iter().any(follows) {
        faults.push(fault);
    }
}

/// How often a parameter may be repeated.
pub const MAX_REPEATS: usize = 50;

/// The most parameters: for each that is faulty, those that are left are read again.
const MAX_PAIRS: usize = 1000;

/// Reads the pairs of a query string. A pointer is `/` and the parameter's name.
pub fn read_pairs<T: Input>(mut pairs: Vec<(String, String)>) -> Result<T, Vec<FieldError>> {
    if pairs.len() > MAX_PAIRS {
        let detail = format!("a request has at most {MAX_PAIRS} parameters");
        return Err(vec![FieldError::new("", "too_many", detail)]);
    }
    let mut faults: Vec<FieldError> = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (name, _) in &pairs {
        *counts.entry(name.clone()).or_default() += 1;
    }
    for name in T::REQUIRED.iter().filter(|name| !counts.contains_key(**name)) {
        faults.push(FieldError::new(format!("/{name}"), "required", "is required"));
    }
    for (name, _) in counts.into_iter().filter(|(_, count)| *count > MAX_REPEATS) {
        let detail = format!("must be given at most {MAX_REPEATS} times");
        faults.push(FieldError::new(format!("/{}", escape(&name)), "too_many", detail));
        pairs.retain(|(key, _)| *key != name);
    }
    loop {
        let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&pairs).finish();
        let parsed = url::form_urlencoded::parse(query.as_bytes());
        let error = match serde_path_to_error::deserialize::<_, T>(serde_html_form::Deserializer::new(parsed))
        {
            Ok(input) => {
                check(&input, &mut faults);
                return if faults.is_empty() { Ok(input) } else { Err(faults) };
            }
            Err(error) => error,
        };
        let message = error.inner().to_string();
        let (mut code, mut detail, member) = interpret(&message);
        let first = known_segments(error.path()).first().map(ToString::to_string);
        let Some(name) = member.map(str::to_owned).or(first) else {
            faults.push(FieldError::new("", code, detail));
            return Err(faults);
        };
        if message == SEVERAL_VALUES {
            (code, detail) = ("duplicate", "must be given once only".to_owned());
        }
        // Of names that are not known there may be as many as there are parameters: all are told at once.
        let known = known_names(&message);
        let is_faulty = |key: &str| known.as_ref().map_or(key == name, |known| !known.contains(&key));
        let given = pairs.iter().map(|(key, _)| key.as_str()).filter(|key| is_faulty(key));
        let faulty: BTreeSet<&str> = given.chain([name.as_str()]).collect();
        let fault = |name: &str| FieldError::new(format!("/{}", escape(name)), code, &detail);
        faults.extend(faulty.into_iter().map(fault));
        let before = pairs.len();
        pairs.retain(|(key, _)| !is_faulty(key));
        if pairs.len() == before || faults.len() >= MAX_FAULTS {
            return Err(faults);
        }
    }
}

/// The first string with a NUL, which PostgreSQL cannot store, as a pointer.
pub fn find_nul(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => text.contains('\0').then(String::new),
        Value::Array(items) => {
            items.iter().enumerate().find_map(|(i, item)| find_nul(item).map(|rest| format!("/{i}{rest}")))
        }
        Value::Object(members) => members.iter().find_map(|(key, item)| {
            let rest = if key.contains('\0') { Some(String::new()) } else { find_nul(item) };
            rest.map(|rest| format!("/{}{rest}", escape(key)))
        }),
        _ => None,
    }
}

/// A member's name in a JSON Pointer (RFC 6901).
pub fn escape(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn known_segments(path: &Path) -> Vec<Segment> {
    path.iter()
        .filter(|segment| matches!(segment, Segment::Seq { .. } | Segment::Map { .. }))
        .cloned()
        .collect()
}

/// The elements that were taken out of arrays, so that the places of the rest
/// can still be told by their original index.
#[derive(Default)]
struct Removed(Vec<(String, usize)>);

impl Removed {
    /// The JSON Pointer of a place, in the value as the client sent it.
    fn pointer(&self, place: &[Segment]) -> String {
        let mut pointer = String::new();
        for segment in place {
            let part = match segment {
                Segment::Seq { index } => self.original(&pointer, *index).to_string(),
                Segment::Map { key } => escape(key),
                other => other.to_string(),
            };
            pointer.push('/');
            pointer.push_str(&part);
        }
        pointer
    }

    fn original(&self, array: &str, index: usize) -> usize {
        let mut gone: Vec<usize> =
            self.0.iter().filter(|(of, _)| of == array).map(|(_, index)| *index).collect();
        gone.sort_unstable();
        gone.into_iter().fold(index, |index, gone| if gone <= index { index + 1 } else { index })
    }

    /// Takes the place out of the value; false where there is no such place.
    fn take_out(&mut self, value: &mut Value, place: &[Segment]) -> bool {
        let Some((last, parents)) = place.split_last() else { return false };
        let mut parent = value;
        for segment in parents {
            let next = match segment {
                Segment::Seq { index } => parent.get_mut(*index),
                Segment::Map { key } => parent.get_mut(key.as_str()),
                _ => None,
            };
            let Some(next) = next else { return false };
            parent = next;
        }
        match (last, parent) {
            (Segment::Map { key }, Value::Object(members)) => members.shift_remove(key).is_some(),
            (Segment::Seq { index }, Value::Array(items)) if *index < items.len() => {
                let array = self.pointer(parents);
                let original = self.original(&array, *index);
                items.remove(*index);
                self.0.push((array, original));
                true
            }
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;
    use serde_json::json;

    use super::*;
    use crate::values::{Slug, Text};

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only its reading is of interest")]
        name: Text<1, 5>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields, default)]
    #[derive(Default)]
    struct Outer {
        title: Option<Text<1, 5>>,
        slug: Option<Slug>,
        count: Option<u8>,
        list: Vec<Inner>,
    }

    impl Input for Outer {
        const REQUIRED: &'static [&'static str] = &["title"];
    }

    fn faults(value: Value) -> Vec<(String, String)> {
        let faults = read::<Outer>(value).expect_err("faults");
        faults.into_iter().map(|fault| (fault.pointer, fault.code)).collect()
    }

    #[test]
    fn every_fault_is_found_with_its_place() {
        let found = faults(json!({
            "slug": "No Slug", "count": "x", "bogus/1": 1, "title": null,
            "list": [{"name": "ok"}, 7, {}, {"name": "too long"}, {"name": "a", "b": 1}, {"name": "fine"}, 8]
        }));
        let expected = [
            ("/title", "required"),
            ("/slug", "invalid_slug"),
            ("/count", "invalid_type"),
            ("/bogus~11", "unknown"),
            ("/list/1", "invalid_type"),
            ("/list/2/name", "required"),
            ("/list/3/name", "too_long"),
            ("/list/4/b", "unknown"),
            ("/list/6", "invalid_type"),
        ];
        let mut found: Vec<_> = found.iter().map(|(p, c)| (p.as_str(), c.as_str())).collect();
        let mut expected = expected.to_vec();
        found.sort();
        expected.sort();
        assert_eq!(found, expected);
    }

    #[test]
    fn what_is_faulty_is_not_missing_as_well() {
        #[derive(Debug, Deserialize)]
        struct Named {
            names: Option<crate::values::Localized<1, 5>>,
            code: Option<Text<1, 5>>,
        }
        impl Input for Named {
            fn check(&self, faults: &mut Vec<FieldError>) {
                if self.code.is_none() || self.names.is_none() {
                    faults.push(FieldError::new("/code", "required", "goes with names"));
                }
            }
        }
        let faults = read::<Named>(json!({"names": {"en": ""}, "code": " "})).expect_err("faults");
        let pointers: Vec<_> = faults.into_iter().map(|fault| fault.pointer).collect();
        assert_eq!(pointers, ["/names/en", "/code"]);
    }

    #[test]
    fn a_body_that_is_no_object_is_a_fault_of_the_whole() {
        assert_eq!(faults(json!([1])), [(String::new(), "invalid_type".to_owned())]);
    }

    #[test]
    fn every_fault_of_a_query_string_is_found() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Query {
            limit: Option<u8>,
            sort: Option<Text<1, 3>>,
            tags: Vec<Slug>,
        }
        impl Input for Query {}
        let pairs = [("limit", "x"), ("sort", "long"), ("tags", "a"), ("tags", "B"), ("nix", "1")];
        let pairs = pairs.map(|(k, v)| (k.to_owned(), v.to_owned())).to_vec();
        let mut found: Vec<_> = read_pairs::<Query>(pairs)
            .expect_err("faults")
            .into_iter()
            .map(|fault| (fault.pointer, fault.code))
            .collect();
        found.sort();
        let expected = [
            ("/limit", "invalid_value"),
            ("/nix", "unknown"),
            ("/sort", "too_long"),
            ("/tags", "invalid_slug"),
        ];
        assert_eq!(found, expected.map(|(p, c)| (p.to_owned(), c.to_owned())));
        let fine = read_pairs::<Query>(vec![
            ("tags".into(), "a".into()),
            ("tags".into(), "b".into()),
            ("limit".into(), "7".into()),
        ])
        .expect("reads");
        assert_eq!((fine.tags.len(), fine.limit), (2, Some(7)));
    }

    #[test]
    fn all_unknown_parameters_are_found_at_once() {
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default)]
        struct Query {
            #[serde(rename = "limit")]
            _limit: Option<u8>,
        }
        impl Input for Query {}
        let pairs = |count: usize| {
            let unknown = (0..count - 1).map(|n| (format!("x{n}"), String::new()));
            unknown.chain([("limit".to_owned(), "x".to_owned())]).collect::<Vec<_>>()
        };
        // Were each read again, fifty would be enough to end.
        let faults = read_pairs::<Query>(pairs(MAX_PAIRS)).expect_err("faults");
        assert_eq!(faults.iter().filter(|fault| fault.code == "unknown").count(), MAX_PAIRS - 1);
        let faults = read_pairs::<Query>(pairs(5)).expect_err("faults");
        assert_eq!(faults.len(), 5);
        let faults = read_pairs::<Query>(pairs(MAX_PAIRS + 1)).expect_err("faults");
        assert_eq!((faults[0].code.as_str(), faults.len()), ("too_many", 1));
    }

    #[test]
    fn an_unknown_name_is_told_as_it_is_whatever_signs_it_has() {
        #[derive(Debug, Deserialize)]
        #[serde(deny_unknown_fields)]
        struct Nothing {}
        impl Input for Nothing {}
        for name in ["a`b", "`", "a, b", "a|b", "", "`, ", "unknown field `x", "ن`, م"] {
            let found = faults(json!({"title": "x", name: 1, "z": 1}));
            let unknown = |name: &str| (format!("/{}", escape(name)), "unknown".to_owned());
            assert_eq!(found, [unknown(name), unknown("z")], "{name}");
            for faults in [
                read_pairs::<Nothing>(vec![(name.to_owned(), String::new())]).expect_err("faults"),
                read::<Nothing>(json!({name: 1})).expect_err("faults"),
            ] {
                assert_eq!(faults.len(), 1);
                assert_eq!(
                    (&faults[0].pointer, faults[0].detail.as_str()),
                    (&unknown(name).0, "is not known here, where nothing is: leave it out")
                );
            }
        }
    }

    #[test]
    fn a_nul_is_found_wherever_it_is() {
        assert_eq!(find_nul(&json!({"a": ["x", {"b/c": "\0"}]})), Some("/a/1/b~1c".to_owned()));
        assert_eq!(find_nul(&json!({"a": "fine"})), None);
    }
}
