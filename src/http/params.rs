//! The parameters of a query string.

use std::{future::Ready, str::FromStr};

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use serde::{Deserialize, Deserializer, Serialize, de::Error as _};

use super::input::{self, Input, MAX_REPEATS};
use crate::{
    error::{ApiError, ApiResult, FieldError, Problem},
    values::Moment,
};

/// The query string as a `T`, or a problem that names each faulty parameter.
pub struct Params<T>(pub T);

impl<T: Input> FromRequest for Params<T> {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(read(request.query_string()).map(Params))
    }
}

/// Reads a query string.
pub fn read<T: Input>(query: &str) -> ApiResult<T> {
    let pairs: Vec<(String, String)> = url::form_urlencoded::parse(query.as_bytes()).into_owned().collect();
    // What the parser puts where the bytes are no UTF-8.
    let garbled =
        pairs.iter().filter(|(name, value)| name.contains('\u{fffd}') || value.contains('\u{fffd}'));
    let faults: Vec<_> = garbled
        .map(|(name, _)| {
            let pointer = format!("/{}", input::escape(name));
            FieldError::new(pointer, "not_utf8", "must be percent-encoded UTF-8")
        })
        .collect();
    if !faults.is_empty() {
        return Err(ApiError::invalid(Problem::InvalidParameters, faults));
    }
    input::read_pairs(pairs).map_err(|faults| ApiError::invalid(Problem::InvalidParameters, faults))
}

/// Several words, separated by commas or each in a parameter of its own: clients that are generated do either.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct CommaList<T>(pub Vec<T>);

impl<'de, T: FromStr<Err = String>> Deserialize<'de> for CommaList<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = Vec::<String>::deserialize(deserializer)?;
        let words = given.iter().flat_map(|part| part.split(',')).filter(|word| !word.is_empty());
        if words.clone().count() > MAX_REPEATS {
            return Err(D::Error::custom(format_args!("too_many|must have at most {MAX_REPEATS} words")));
        }
        let words: Result<Vec<T>, String> = words.map(str::parse).collect();
        words.map(CommaList).map_err(|fault| D::Error::custom(format_args!("unknown_value|{fault}")))
    }
}

/// The values in one order, each once: a list is the same, however it is asked for.
pub fn set<T: Ord>(mut values: Vec<T>) -> Vec<T> {
    values.sort_unstable();
    values.dedup();
    values
}

/// Notes where a range of time ends before it begins.
pub fn check_range(from: Option<Moment>, to: Option<Moment>, faults: &mut Vec<FieldError>) {
    if from.zip(to).is_some_and(|(from, to)| from.start() > to.end()) {
        faults.push(FieldError::new("/from", "reversed", "is after to: give the earlier one as from"));
    }
}
