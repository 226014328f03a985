//! Entity tags: `If-None-Match` on reads, both it and `If-Match` on writes (RFC 9110, 13).

use std::future::Ready;

use actix_web::{
    FromRequest, HttpRequest,
    dev::Payload,
    http::header::{HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH},
};
use sha2::{Digest, Sha256};

use crate::{
    error::invalid_parameter,
    error::{ApiError, ApiResult, Problem},
};

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

/// What a tag says of the body without content coding.
fn uncoded(inner: &str) -> &str {
    let codings = ["-gzip", "-br", "-deflate", "-zstd"];
    codings.into_iter().find_map(|coding| inner.strip_suffix(coding)).unwrap_or(inner)
}

/// An entity tag that a client names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tag<'a> {
    weak: bool,
    /// What stands between its quotes.
    inner: &'a str,
}

impl Tag<'_> {
    /// The version of the item whose tag it is, if it is one of ours.
    fn version(&self) -> Option<i64> {
        let digits = self.inner.split('-').next()?;
        // A parser takes a sign as well.
        digits.starts_with(|first: char| first.is_ascii_digit()).then(|| digits.parse().ok())?
    }
}

/// The values of `If-Match` and `If-None-Match`.
#[derive(Debug, PartialEq, Eq)]
enum Tags<'a> {
    Any,
    These(Vec<Tag<'a>>),
}

impl<'a> Tags<'a> {
    /// Reads them; none where they are not of their form. A version may stand for its tag where `takes_versions`.
    fn parse(header: &'a str, takes_versions: bool) -> Option<Self> {
        let mut rest = header.trim_matches(OWS);
        if rest == "*" {
            return Some(Self::Any);
        }
        let mut tags = Vec::new();
        while !rest.is_empty() {
            if let Some(behind) = rest.strip_prefix(',') {
                rest = behind.trim_start_matches(OWS);
                continue;
            }
            let strong = rest.strip_prefix("W/").unwrap_or(rest);
            let weak = strong.len() < rest.len();
            let (inner, behind) = match strong.strip_prefix('"') {
                Some(quoted) => quoted.split_once('"')?,
                None => {
                    let (bare, _) = rest.split_once([',', ' ', '\t']).unwrap_or((rest, ""));
                    let is_version = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
                    (takes_versions && is_version).then_some((bare, &rest[bare.len()..]))?
                }
            };
            if inner.contains(|c: char| c == ' ' || c.is_control()) {
                return None;
            }
            tags.push(Tag { weak, inner });
            rest = behind.trim_start_matches(OWS);
            if !rest.is_empty() && !rest.starts_with(',') {
                return None;
            }
        }
        (!tags.is_empty()).then_some(Self::These(tags))
    }
}

/// White space in a header field.
const OWS: [char; 2] = [' ', '\t'];

/// The tag by which the client holds the body already, if it does. 304 repeats
/// it: a cache that holds a coded body finds it by no other. A condition that is not of its form is none.
pub fn held_by(request: &HeaderMap, etag: &str) -> Option<String> {
    let header = header(request, &IF_NONE_MATCH)?;
    let Tags::These(tags) = Tags::parse(&header, false)? else { return Some(etag.to_owned()) };
    let current = uncoded(etag.trim_matches('"'));
    let held = tags.iter().find(|tag| uncoded(tag.inner) == current)?;
    Some(format!("\"{}\"", held.inner))
}

/// On which versions of an item a write depends.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preconditions {
    /// Those that it is meant for: whatever the version is, unless given.
    only: Option<Vec<i64>>,
    unless: Unless,
}

/// The versions that a write is not meant for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
enum Unless {
    #[default]
    None,
    OneOf(Vec<i64>),
    /// Where the item is there at all.
    Any,
}

impl Preconditions {
    /// Refuses the write of an item that has moved on, or that was not to be there.
    pub fn check(&self, version: i64) -> ApiResult<()> {
        let refused = |detail: String| Err(ApiError::new(Problem::StaleVersion, detail));
        if self.only.as_ref().is_some_and(|only| !only.contains(&version)) {
            return refused(format!("the item is at version {version} now: read it again"));
        }
        match &self.unless {
            Unless::Any => {
                refused("If-None-Match: * writes only what is not there, and the item is".to_owned())
            }
            Unless::OneOf(versions) if versions.contains(&version) => {
                refused(format!("the item is at version {version}, which If-None-Match names"))
            }
            _ => Ok(()),
        }
    }

    fn of(headers: &HeaderMap) -> ApiResult<Self> {
        let tags = |name: &HeaderName, title: &str| {
            let Some(header) = header(headers, name) else { return Ok(None) };
            match Tags::parse(&header, true) {
                None => Err(invalid_parameter(
                    title,
                    "invalid_value",
                    "must be an ETag in its quotes, a version, or *",
                )),
                Some(Tags::Any) => Ok(Some(None)),
                // A tag that is not ours is a tag that does not match; nor does a weak one where a strong one must.
                Some(Tags::These(tags)) => {
                    let is_compared = |tag: &&Tag<'_>| name == IF_NONE_MATCH || !tag.weak;
                    Ok(Some(Some(tags.iter().filter(is_compared).filter_map(Tag::version).collect())))
                }
            }
        };
        let (only, unless) =
            ApiError::both(tags(&IF_MATCH, "If-Match"), tags(&IF_NONE_MATCH, "If-None-Match"))?;
        let unless = match unless {
            None => Unless::None,
            Some(None) => Unless::Any,
            Some(Some(versions)) => Unless::OneOf(versions),
        };
        Ok(Self { only: only.flatten(), unless })
    }
}

impl FromRequest for Preconditions {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        std::future::ready(Self::of(request.headers()))
    }
}

/// The values of a header that may come in several lines.
fn header(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let lines: Vec<_> = headers.get_all(name).map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn conditions(name: HeaderName, value: &str) -> ApiResult<Preconditions> {
        let value = HeaderValue::from_str(value).expect("a header");
        Preconditions::of(&HeaderMap::from_iter([(name, value)]))
    }

    #[test]
    fn if_match_compares_versions() {
        let tag = etag(Some(7), b"{}");
        let goes = |header: &str| conditions(IF_MATCH, header).expect("tags").check(7).is_ok();
        for good in [&tag, &coded_etag(&tag, "gzip"), "\"6\", \"7\"", "\"a,b\" ,, 7", "*", "7"] {
            assert!(goes(good), "{good}");
        }
        for stale in [&format!("W/{tag}"), "\"abc\"", "\"\"", "6"] {
            assert!(!goes(stale), "{stale}");
        }
        for bad in ["seven", "", ",", "\"7", "7\"", "\"7\" \"8\"", "*, \"7\"", "w/\"7\"", "\"a b\""] {
            assert!(conditions(IF_MATCH, bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn if_none_match_refuses_what_it_names() {
        let tag = etag(Some(7), b"{}");
        let goes = |header: &str| conditions(IF_NONE_MATCH, header).expect("tags").check(7).is_ok();
        for held in [&tag, &format!("W/{tag}"), "\"6\", \"7\"", "*", "7"] {
            assert!(!goes(held), "{held}");
        }
        for other in ["\"6\"", "\"abc\"", "6, W/\"8\""] {
            assert!(goes(other), "{other}");
        }
    }

    #[test]
    fn a_held_body_is_named_by_a_tag_in_quotes() {
        let tag = etag(Some(7), b"{}");
        let held = |value: &str| {
            let value = HeaderValue::from_str(value).expect("a header");
            held_by(&HeaderMap::from_iter([(IF_NONE_MATCH, value)]), &tag)
        };
        assert_eq!(held(&format!("\"a,b\", W/{tag}")), Some(tag.clone()));
        assert_eq!(held("*"), Some(tag.clone()));
        let coded = coded_etag(&tag, "br");
        assert_eq!(held(&coded), Some(coded));
        let bare = tag.trim_matches('"');
        for none in [bare, &format!("\"{bare}"), &format!("\"x\", {bare}"), "7", "\"7\""] {
            assert_eq!(held(none), None, "{none}");
        }
    }

    #[test]
    fn the_tag_of_a_coded_body_stands_for_the_body() {
        let tag = etag(None, b"[]");
        assert_ne!(coded_etag(&tag, "br"), tag);
        assert_eq!(coded_etag(&coded_etag(&tag, "br"), "br"), coded_etag(&tag, "br"));
        let inner = |tag: &str| uncoded(tag.trim_matches('"')).to_owned();
        assert_eq!(inner(&coded_etag(&tag, "br")), inner(&tag));
    }
}
