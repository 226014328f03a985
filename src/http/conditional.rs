//! Entity tags: `If-None-Match` on reads, `If-Match` on writes (RFC 9110, 13.1).

use std::future::Ready;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH},
};
use sha2::{Digest, Sha256};

use super::params::invalid_parameter;
use crate::error::{ApiError, ApiResult, Problem};

/// The strong entity tag of a body. For one item it begins with the item's
/// version, which is what `If-Match` compares: any representation of the item
/// (whatever its `fields` and `include`) gives a tag to write with.
pub fn etag(version: Option<i64>, body: &[u8]) -> String {
    let mut start = [0; 16];
    start.copy_from_slice(&Sha256::digest(body)[..16]);
    // 24 digits of it.
    let hash = u128::from_be_bytes(start) >> 32;
    match version {
        Some(version) => format!("\"{version}-{hash:024x}\""),
        None => format!("\"{hash:024x}\""),
    }
}

/// The tag of the same body in a content coding: other bytes, so another tag.
/// One that is of that coding already stays as it is.
pub fn coded_etag(etag: &str, coding: &str) -> String {
    let inner = etag.trim_end_matches('"');
    match inner.strip_suffix(coding).is_some_and(|rest| rest.ends_with('-')) {
        true => etag.to_owned(),
        false => format!("{inner}-{coding}\""),
    }
}

/// The tag of the body without content coding.
fn uncoded(etag: &str) -> &str {
    let inner = etag.trim_start_matches("W/").trim_matches('"');
    let codings = ["-gzip", "-br", "-deflate", "-zstd"];
    codings.into_iter().find_map(|coding| inner.strip_suffix(coding)).unwrap_or(inner)
}

/// The tag by which the client holds the body already, if it does. 304 repeats
/// it: a cache that holds a coded body finds it by no other.
pub fn held_by(request: &HeaderMap, etag: &str) -> Option<String> {
    let tags = header(request, &IF_NONE_MATCH)?;
    let mut tags = tags.split(',').map(str::trim).filter(|tag| !tag.is_empty());
    let held = tags.find(|tag| *tag == "*" || uncoded(tag) == uncoded(etag))?;
    Some(if held == "*" { etag } else { held.trim_start_matches("W/") }.to_owned())
}

/// The versions of an item which a write is meant for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IfMatch {
    /// Whatever the version is.
    Any,
    OneOf(Vec<i64>),
}

impl IfMatch {
    /// Refuses the write of an item that has moved on.
    pub fn check(&self, version: i64) -> ApiResult<()> {
        match self {
            IfMatch::OneOf(versions) if !versions.contains(&version) => Err(ApiError::new(
                Problem::StaleVersion,
                format!("the item is at version {version} now: read it again"),
            )),
            _ => Ok(()),
        }
    }

    fn parse(header: &str) -> Option<IfMatch> {
        if header.trim() == "*" {
            return Some(IfMatch::Any);
        }
        let mut versions = Vec::new();
        for tag in header.split(',').map(str::trim) {
            let strong = tag.strip_prefix("W/").unwrap_or(tag);
            let is_bare_version = !tag.is_empty() && tag.bytes().all(|byte| byte.is_ascii_digit());
            let inner = match is_bare_version {
                true => tag,
                false => strong.strip_prefix('"')?.strip_suffix('"')?,
            };
            // A weak tag, or one that is not ours, is a tag that does not match.
            if strong == tag {
                versions.extend(inner.split('-').next().and_then(|version| version.parse::<i64>().ok()));
            }
        }
        Some(IfMatch::OneOf(versions))
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let condition = match header(request.headers(), &IF_MATCH) {
            None => Ok(IfMatch::Any),
            Some(tags) => IfMatch::parse(&tags).ok_or_else(|| {
                invalid_parameter(
                    "If-Match",
                    "invalid_value",
                    "must be an ETag in its quotes, a version, or *",
                )
            }),
        };
        std::future::ready(condition)
    }
}

/// The values of a header that may come in several lines.
fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_compares_versions() {
        let tag = etag(Some(7), b"{}");
        assert!(IfMatch::parse(&tag).expect("tag").check(7).is_ok());
        assert!(IfMatch::parse(&coded_etag(&tag, "gzip")).expect("tag").check(7).is_ok());
        assert!(IfMatch::parse("\"6\", \"7\"").expect("tags").check(7).is_ok());
        assert!(IfMatch::parse("*").expect("any").check(7).is_ok());
        assert!(IfMatch::parse(&format!("W/{tag}")).expect("tag").check(7).is_err());
        assert!(IfMatch::parse("\"abc\"").expect("tag").check(7).is_err());
        assert!(IfMatch::parse("7").expect("a version").check(7).is_ok());
        assert_eq!(IfMatch::parse("seven"), None);
        assert_eq!(IfMatch::parse(""), None);
    }

    #[test]
    fn the_tag_of_a_coded_body_stands_for_the_body() {
        let tag = etag(None, b"[]");
        assert_ne!(coded_etag(&tag, "br"), tag);
        assert_eq!(coded_etag(&coded_etag(&tag, "br"), "br"), coded_etag(&tag, "br"));
        assert_eq!(uncoded(&coded_etag(&tag, "br")), uncoded(&tag));
        assert_eq!(uncoded(&format!("W/{tag}")), uncoded(&tag));
    }
}
