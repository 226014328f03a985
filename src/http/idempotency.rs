//! The `Idempotency-Key` header of `POST` requests.

use std::future::Ready;

use actix_web::{FromRequest, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use crate::{db::idempotency::Once, error::ApiError, error::invalid_parameter};

/// The header's value, if the request has one.
pub struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// What makes the request, sent now, happen once: the key, whose it is, and what it asks for.
    pub fn once(
        self,
        api_key_id: &str,
        request: &HttpRequest,
        body_sha256: &[u8],
        now: DateTime<Utc>,
    ) -> Option<Once> {
        let key = self.0?;
        let api_key_id = api_key_id.to_owned();
        let request_sha256 = Sha256::new()
            .chain_update(request.method().as_str())
            .chain_update(" ")
            .chain_update(request.path())
            .chain_update("\n")
            .chain_update(body_sha256)
            .finalize()
            .to_vec();
        Some(Once { api_key_id, key, request_sha256, now })
    }
}

impl FromRequest for IdempotencyKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = request.headers().get("idempotency-key");
        std::future::ready(match header.map(|value| value.to_str()) {
            None => Ok(Self(None)),
            Some(Ok(key))
                if (1..=200).contains(&key.len()) && key.bytes().all(|byte| byte.is_ascii_graphic()) =>
            {
                Ok(Self(Some(key.to_owned())))
            }
            Some(_) => Err(invalid_parameter(
                "Idempotency-Key",
                "invalid_value",
                "must have 1 to 200 visible ASCII characters",
            )),
        })
    }
}
