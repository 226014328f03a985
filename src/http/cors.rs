//! Browsers on other origins.

use std::sync::LazyLock;

use actix_cors::Cors;
use actix_web::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, ACCESS_CONTROL_EXPOSE_HEADERS, ETAG, HeaderMap, HeaderName, HeaderValue,
    LINK, LOCATION, RETRY_AFTER,
};

use super::request_id::X_REQUEST_ID;
use crate::config::CorsConfig;

/// What scripts may read of an answer's headers.
const EXPOSED: [HeaderName; 5] = [ETAG, LINK, LOCATION, RETRY_AFTER, X_REQUEST_ID];

static EXPOSED_VALUE: LazyLock<HeaderValue> = LazyLock::new(|| {
    let names = EXPOSED.each_ref().map(HeaderName::as_str).join(", ");
    HeaderValue::from_str(&names).unwrap_or_else(|_| HeaderValue::from_static("*"))
});

/// Whose pages may read the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readers {
    Anyone,
    /// Those of some origins.
    Listed,
}

impl Readers {
    /// Those that the configuration names.
    pub fn of(config: &CorsConfig) -> Self {
        match config.cors_origin.iter().any(|origin| origin == "*") {
            true => Readers::Anyone,
            false => Readers::Listed,
        }
    }
}

/// Lets every page read the answer, whether a page asks for it now or a cache
/// gives it to one later.
pub fn open_to_anyone(headers: &mut HeaderMap) {
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED_VALUE.clone());
}

/// Lets the configured origins read the answers. Keys travel in a header which
/// scripts must set themselves, so an open default gives no page a user's rights.
pub fn middleware(config: &CorsConfig) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers(EXPOSED)
        .max_age(3600);
    if Readers::of(config) == Readers::Anyone {
        return cors.allow_any_origin().send_wildcard().disable_vary_header();
    }
    config.cors_origin.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
