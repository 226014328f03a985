//! Browsers on other origins.

use actix_cors::Cors;
use actix_web::http::header::{ETAG, LINK, LOCATION, RETRY_AFTER};

use super::request::X_REQUEST_ID;
use crate::config::CorsConfig;

/// Lets the configured origins read the answers. Keys travel in a header which
/// scripts must set themselves, so an open default gives no page a user's rights.
pub fn middleware(config: &CorsConfig) -> Cors {
    let cors = Cors::default()
        .allowed_methods(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
        .allow_any_header()
        .expose_headers([ETAG, LINK, LOCATION, RETRY_AFTER, X_REQUEST_ID])
        .max_age(3600);
    if config.cors_origin.iter().any(|origin| origin == "*") {
        return cors.allow_any_origin().send_wildcard().disable_vary_header();
    }
    config.cors_origin.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
