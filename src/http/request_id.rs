//! Which request it is.

use std::{
    cell::RefCell,
    time::{SystemTime, UNIX_EPOCH},
};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use uuid::{Builder, Uuid};

/// The header that bears a request's id, in both directions.
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
        let id = HeaderValue::from_str(new_id().hyphenated().encode_lower(&mut text));
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

/// A UUIDv7. Randomness is fetched for many at a time: a system call for each
/// costs a kept answer a twentieth of its time.
fn new_id() -> Uuid {
    const BYTES: usize = 10;
    const STOCK: usize = 256 * BYTES;
    thread_local! {
        static RANDOM: RefCell<([u8; STOCK], usize)> = const { RefCell::new(([0; STOCK], STOCK)) };
    }
    let random = RANDOM.with_borrow_mut(|(bytes, used)| {
        if *used == STOCK {
            getrandom::fill(bytes).ok()?;
            *used = 0;
        }
        *used += BYTES;
        bytes[*used - BYTES..*used].try_into().ok()
    });
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    match random {
        Some(random) => Builder::from_unix_timestamp_millis(now.as_millis() as u64, &random).into_uuid(),
        None => Uuid::now_v7(),
    }
}
