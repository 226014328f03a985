//! Which request it is.

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::Uuid;

use crate::clock;

/// The header that has a request's id, in both directions.
pub const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request's id: the client's, where it is of a harmless form, or a new one.
#[derive(Debug, Clone)]
pub struct RequestId(HeaderValue);

impl RequestId {
    /// That of a request with these headers.
    pub fn of(headers: &HeaderMap) -> Self {
        let is_harmless = |id: &&HeaderValue| {
            (1..=64).contains(&id.len())
                && id.as_bytes().iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
        };
        if let Some(given) = headers.get(X_REQUEST_ID).filter(is_harmless) {
            return Self(given.clone());
        }
        let mut text = Uuid::encode_buffer();
        let id = HeaderValue::from_str(clock::request_id().hyphenated().encode_lower(&mut text));
        // It has digits and hyphens alone.
        Self(id.unwrap_or_else(|_| HeaderValue::from_static("-")))
    }

    /// Tells the client.
    pub fn tell(&self, headers: &mut HeaderMap) {
        headers.insert(X_REQUEST_ID, self.0.clone());
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        self.0.to_str().unwrap_or_default()
    }
}
