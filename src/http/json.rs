//! JSON bodies, and everything that can be wrong with one.

use std::time::Duration;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    error::PayloadError,
    http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE},
    web::{Buf, Bytes, BytesMut, Data},
};
use chrono::DateTime;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};
use utoipa::{
    PartialSchema,
    openapi::{RefOr, schema::Schema},
};

use super::{
    door::BodyFault,
    input::{self, Input},
    numbers,
    pace::Pace,
    unique::Unique,
};
use crate::{
    blocking::{Work, blocking},
    config::Limits,
    error::{ApiError, ApiResult, FieldError, MAX_FAULTS, Problem},
    values::stored,
};

/// A JSON body as a `T`.
pub struct JsonBody<T> {
    pub value: T,
    /// SHA-256 of the bytes, to tell a repeated request from another.
    pub sha256: Vec<u8>,
}

/// A JSON body that is to replace an item: as it is written, or as it was read.
pub struct Replacement<T> {
    pub value: T,
    /// What it says of the item that nobody writes.
    pub as_read: AsRead,
}

/// The read-only members of an item, as a client has sent them back.
#[derive(Debug, Default)]
pub struct AsRead(Map<String, Value>);

impl AsRead {
    fn take_out<T: Input>(value: &mut Value) -> Self {
        let Value::Object(members) = value else { return Self::default() };
        let taken = T::READ_ONLY.iter().filter_map(|name| members.shift_remove_entry(*name));
        // Null says no more than nothing.
        Self(taken.filter(|(_, value)| !value.is_null()).collect())
    }

    /// The member, if it was sent.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// Refuses what is not as the item is shown now. `counts` move by themselves: nobody can know them.
    pub fn check<S: Serialize>(
        &self,
        counts: &[&str],
        shown: impl FnOnce() -> ApiResult<S>,
    ) -> ApiResult<()> {
        if self.0.is_empty() {
            return Ok(());
        }
        let shown = serde_json::to_value(shown()?).map_err(ApiError::internal)?;
        let is_same = |name: &str, value: &Value| {
            let now = shown.get(name).unwrap_or(&Value::Null);
            now == value || instant(now).is_some_and(|now| Some(now) == instant(value))
        };
        let changed = self.0.iter().filter(|(name, value)| {
            let is_count = counts.contains(&name.as_str()) && value.is_u64();
            !is_count && !is_same(name, value)
        });
        let fault = |(name, _): (&String, &Value)| {
            let detail = "cannot be written, and is not what it is now: leave it out";
            FieldError::new(format!("/{name}"), "read_only", detail)
        };
        let faults: Vec<FieldError> = changed.map(fault).collect();
        if faults.is_empty() { Ok(()) } else { Err(ApiError::invalid(Problem::InvalidBody, faults)) }
    }
}

/// The time that a text says, to the millisecond, to which many clients cut it.
fn instant(value: &Value) -> Option<i64> {
    DateTime::parse_from_rfc3339(value.as_str()?).ok().map(|instant| instant.timestamp_millis())
}

/// A JSON Merge Patch (RFC 7396).
pub struct MergePatch(Map<String, Value>);

impl MergePatch {
    /// One of our own: the members of an object.
    pub fn of(patch: Value) -> Self {
        match patch {
            Value::Object(members) => Self(members),
            _ => Self(Map::new()),
        }
    }

    /// The target with the patch applied. A member of the top level that the
    /// patch sets to null stays as null, so that an unknown one is not lost in
    /// silence.
    pub fn apply<T: Input>(&self, target: Value) -> ApiResult<T> {
        let mut merged = match target {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        for (name, patch) in &self.0 {
            let value = if patch.is_null() {
                Value::Null
            } else {
                merge(merged.remove(name).unwrap_or(Value::Null), patch)
            };
            merged.insert(name.clone(), value);
        }
        self.read_merged(Value::Object(merged))
            .map_err(|faults| ApiError::invalid(Problem::InvalidBody, faults))
    }

    /// What the patch does not name was stored by the rules of then, which is no reason to refuse the rest: who takes an
    /// article back must not have to mend it first.
    fn read_merged<T: Input>(&self, merged: Value) -> Result<T, Vec<FieldError>> {
        let faults = match input::read(merged.clone()) {
            Ok(read) => return Ok(read),
            Err(faults) => faults,
        };
        let is_named = |fault: &FieldError| {
            fault.pointer.split('/').nth(1).is_none_or(|member| self.0.contains_key(member))
        };
        if faults.len() >= MAX_FAULTS || faults.iter().any(is_named) {
            return Err(faults);
        }
        stored(|| input::read(merged))
    }
}

/// The algorithm of RFC 7396, section 2.
fn merge(target: Value, patch: &Value) -> Value {
    let Value::Object(patch) = patch else { return patch.clone() };
    let mut merged = match target {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    for (name, value) in patch {
        if value.is_null() {
            merged.shift_remove(name);
        } else {
            let old = merged.get_mut(name).map_or(Value::Null, Value::take);
            merged.insert(name.clone(), merge(old, value));
        }
    }
    Value::Object(merged)
}

/// The schema of a merge patch for what `T` describes: none of its members is required.
pub fn patch_schema<T: PartialSchema>(example: Value) -> RefOr<Schema> {
    let mut schema = T::schema();
    if let RefOr::T(Schema::Object(object)) = &mut schema {
        object.required.clear();
        object.examples = vec![example];
        object.description = Some(
            "A JSON Merge Patch (RFC 7396): the members to change. Objects are merged, null takes a member away, \
             and a list replaces the whole list."
                .to_owned(),
        );
    }
    schema
}

impl<T: Input + Send + 'static> FromRequest for JsonBody<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read_body(request, payload, &["application/json"]);
        Box::pin(async move {
            let read = |bytes: &[u8]| {
                let value = input::read(parse(bytes)?)
                    .map_err(|faults| ApiError::invalid(Problem::InvalidBody, faults))?;
                Ok(JsonBody { value, sha256: Sha256::digest(bytes).to_vec() })
            };
            off_worker_if_large(bytes.await?, read).await
        })
    }
}

impl<T: Input + Send + 'static> FromRequest for Replacement<T> {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read_body(request, payload, &["application/json"]);
        Box::pin(async move {
            let read = |bytes: &[u8]| {
                let mut value = parse(bytes)?;
                let as_read = AsRead::take_out::<T>(&mut value);
                let value =
                    input::read(value).map_err(|faults| ApiError::invalid(Problem::InvalidBody, faults))?;
                Ok(Replacement { value, as_read })
            };
            off_worker_if_large(bytes.await?, read).await
        })
    }
}

impl FromRequest for MergePatch {
    type Error = ApiError;
    type Future = LocalBoxFuture<'static, Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = read_body(request, payload, &["application/merge-patch+json", "application/json"]);
        Box::pin(async move {
            match off_worker_if_large(bytes.await?, parse).await? {
                Value::Object(members) => Ok(MergePatch(members)),
                _ => Err(ApiError::invalid_field("", "invalid_type", "a merge patch must be a JSON object")),
            }
        })
    }
}

/// From so many bytes on a body is read on a blocking thread: the largest takes as long as hundreds of answers.
const LARGE: usize = 16 * 1024;

async fn off_worker_if_large<T: Send + 'static>(
    bytes: Bytes,
    read: impl FnOnce(&[u8]) -> ApiResult<T> + Send + 'static,
) -> ApiResult<T> {
    if bytes.len() > LARGE { blocking(Work::Edit, move || read(&bytes)).await? } else { read(&bytes) }
}

/// The bytes that each second must bring of a body which pauses.
const LEAST: u64 = 1024;

fn read_body(
    request: &HttpRequest,
    payload: &mut Payload,
    accepted: &[&str],
) -> impl Future<Output = ApiResult<Bytes>> + use<> {
    let headers = check_headers(request, accepted);
    let limits = request.app_data::<Data<Limits>>();
    let limit = limits.map_or(0, |limits| limits.max_body);
    let mut pace = Pace::new(limits.map_or(Duration::ZERO, |limits| limits.body_pause()), LEAST);
    let body_fault = BodyFault::of(request);
    let mut payload = payload.take();
    async move {
        let length = headers?;
        let too_large =
            || ApiError::new(Problem::BodyTooLarge, format!("the body must have at most {limit} bytes"));
        if length.is_some_and(|length| length > limit) {
            return Err(too_large());
        }
        // As large as what has come, not as what was announced.
        let mut body = BytesMut::new();
        loop {
            let patience = pace.patience();
            let Some(chunk) = pace.next(&mut payload, patience).await.map_err(|_| pace.fault())? else {
                break;
            };
            let chunk = chunk.map_err(|fault| broken_body(&body_fault, &fault))?;
            if body.len() + chunk.remaining() > limit {
                return Err(too_large());
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body.freeze())
    }
}

/// Why a body has ended early.
pub(super) fn broken_body(body_fault: &BodyFault, fault: &PayloadError) -> ApiError {
    match body_fault.get() {
        Some(fault) => fault.into(),
        None => ApiError::new(Problem::MalformedJson, format!("the body did not arrive whole: {fault}")),
    }
}

/// The announced length, if the headers promise a body that we take.
fn check_headers(request: &HttpRequest, accepted: &[&str]) -> ApiResult<Option<usize>> {
    check_type(request, accepted)?;
    let header = |name| request.headers().get(name).map(|value| value.to_str().unwrap_or_default());
    if header(CONTENT_ENCODING).is_some_and(|encoding| !encoding.eq_ignore_ascii_case("identity")) {
        return Err(ApiError::new(Problem::UnsupportedMediaType, "send the body without Content-Encoding"));
    }
    Ok(header(CONTENT_LENGTH).and_then(|length| length.parse().ok()))
}

/// Refuses a body of another media type, or in another encoding than UTF-8.
pub(super) fn check_type(request: &HttpRequest, accepted: &[&str]) -> ApiResult<()> {
    let given = request.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let given = given.unwrap_or_default();
    let mut parts = given.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    if !accepted.contains(&essence.as_str()) {
        let names = accepted.join(" or ");
        let detail = match given {
            "" => format!("send a Content-Type header: {names}"),
            given => format!("the Content-Type is {given}, and must be {names}"),
        };
        return Err(ApiError::new(Problem::UnsupportedMediaType, detail));
    }
    let charset =
        parts.find_map(|part| part.to_ascii_lowercase().strip_prefix("charset=").map(str::to_owned));
    if charset.is_some_and(|charset| charset.trim_matches('"') != "utf-8") {
        return Err(ApiError::new(Problem::UnsupportedMediaType, "JSON must be in UTF-8"));
    }
    Ok(())
}

/// Reads JSON in UTF-8 whose objects name each member once.
pub fn parse(bytes: &[u8]) -> ApiResult<Value> {
    let text = std::str::from_utf8(bytes).map_err(|fault| {
        let (line, column) = position(&bytes[..fault.valid_up_to()]);
        malformed(format_args!("not UTF-8 at line {line} column {column}"))
    })?;
    // Some editors begin a file with a byte order mark, which RFC 8259 lets a reader ignore.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    if has_too_many_values(text) {
        let detail = format!("must have at most {MAX_VALUES} values in its objects and lists");
        return Err(ApiError::invalid_field("", "too_many_values", detail));
    }
    let Unique(value) = serde_json::from_str(text).map_err(malformed)?;
    let nul =
        input::find_nul(&value).map(|pointer| (pointer, "nul", "must not contain the character U+0000"));
    let inexact = || {
        let detail = "has more digits than a number keeps: write it as a string, or with 17 digits at most";
        numbers::find_inexact(text).map(|pointer| (pointer, "inexact_number", detail))
    };
    match nul.or_else(inexact) {
        Some((pointer, code, detail)) => {
            Err(ApiError::invalid(Problem::InvalidBody, vec![FieldError::new(pointer, code, detail)]))
        }
        None => Ok(value),
    }
}

/// How many values a body may have: a value takes a hundred times the memory of its one byte, and nothing that the API
/// takes has a hundredth of so many.
const MAX_VALUES: usize = 200_000;

/// Whether JSON has more than so many values, as far as the commas between them tell; of those that are in one another
/// serde_json takes few.
fn has_too_many_values(json: &str) -> bool {
    // Each has a byte of its own, and a comma before it.
    if json.len() <= 2 * MAX_VALUES {
        return false;
    }
    let (mut count, mut is_text, mut is_escaped) = (0, false, false);
    for byte in json.bytes() {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' if is_text => is_escaped = true,
            b'"' => is_text = !is_text,
            b',' if !is_text => count += 1,
            _ => {}
        }
    }
    count > MAX_VALUES
}

fn malformed(fault: impl std::fmt::Display) -> ApiError {
    let fault = fault.to_string().replacen("EOF while parsing", "it ends within", 1);
    ApiError::new(Problem::MalformedJson, format!("the body is not JSON: {fault}"))
}

/// Line and column (both from 1, the column in bytes) after the text.
fn position(before: &[u8]) -> (usize, usize) {
    let line_start = before.iter().rposition(|byte| *byte == b'\n').map_or(0, |newline| newline + 1);
    let line = before.iter().filter(|byte| **byte == b'\n').count() + 1;
    (line, before.len() - line_start + 1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn merging_follows_the_examples_of_rfc_7396() {
        let cases = [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ];
        for (target, patch, expected) in cases {
            assert_eq!(merge(target, &patch), expected);
        }
    }

    #[test]
    fn values_are_counted_but_not_the_signs_in_texts() {
        let list = |count| format!("[{}1]", "1,".repeat(count - 1));
        assert!(!has_too_many_values(&list(MAX_VALUES + 1)));
        assert!(has_too_many_values(&list(MAX_VALUES + 2)));
        let text = ",[{\\\"".repeat(MAX_VALUES);
        assert!(!has_too_many_values(&format!("[\"{text}\"]")));
        assert!(has_too_many_values(&format!("[\"\\\\\",{}", list(MAX_VALUES + 2))));
    }

    #[test]
    fn a_position_counts_lines_and_columns_from_one() {
        assert_eq!(position(b""), (1, 1));
        assert_eq!(position(b"{\n  \""), (2, 4));
    }
}
