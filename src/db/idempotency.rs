//! The stored answers of `POST` requests that have an `Idempotency-Key`, in the
//! spirit of the IETF draft draft-ietf-httpapi-idempotency-key-header.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{prelude::*, query_dsl::methods::FilterDsl, upsert::excluded};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::prepared::{Prepared, Value};
use crate::{
    error::{ApiError, ApiResult, Problem},
    schema::idempotency_keys as keys,
    values::Json,
};

/// How long an answer can be had again.
const KEPT: TimeDelta = TimeDelta::hours(24);

/// A request that is to happen once, though it may be sent several times.
#[derive(Debug, Clone)]
pub struct Once {
    pub api_key_id: String,
    pub key: String,
    /// SHA-256 of method, path and body.
    pub request_sha256: Vec<u8>,
    /// When it was sent.
    pub now: DateTime<Utc>,
}

/// Runs `work`, unless a request with the same key has succeeded before: then its answer is given again, if
/// `check` lets it, as what it shows may be gone since. To be called inside a transaction, which makes a second
/// request with the key wait for the end of the first.
pub fn once<T: Serialize + DeserializeOwned + 'static>(
    connection: &mut PgConnection,
    once: Option<&Once>,
    check: impl FnOnce(&mut PgConnection, &T) -> ApiResult<()>,
    work: impl FnOnce(&mut PgConnection) -> ApiResult<T>,
) -> ApiResult<T> {
    let Some(once) = once else { return work(connection) };
    let is_first = diesel::insert_into(keys::table)
        .values((
            keys::api_key_id.eq(&once.api_key_id),
            keys::key.eq(&once.key),
            keys::request_sha256.eq(&once.request_sha256),
            keys::created_at.eq(once.now),
        ))
        .on_conflict((keys::api_key_id, keys::key))
        // One that has expired is as good as gone.
        .do_update()
        .set((
            keys::request_sha256.eq(excluded(keys::request_sha256)),
            keys::response.eq(None::<serde_json::Value>),
            keys::created_at.eq(excluded(keys::created_at)),
        ))
        .filter(keys::created_at.lt(once.now - KEPT))
        .execute(connection)?
        == 1;
    let this = keys::table.find((&once.api_key_id, &once.key));
    if is_first {
        let answer = Stored { answer: work(connection)? };
        let json = serde_json::to_value(&answer).map_err(ApiError::internal)?;
        diesel::update(this).set(keys::response.eq(json)).execute(connection)?;
        return Ok(answer.answer);
    }
    let (request, response): (Vec<u8>, Option<Json<Stored<T>>>) =
        this.select((keys::request_sha256, keys::response)).first(connection)?;
    match response {
        _ if request != once.request_sha256 => Err(ApiError::new(
            Problem::KeyReused,
            format!("the Idempotency-Key {:?} was sent before with another request", once.key),
        )),
        Some(Json(stored)) => check(connection, &stored.answer).map(|()| stored.answer),
        None => Err(ApiError::internal("an idempotency key was stored without its response")),
    }
}

/// Deletes some of the answers that are no longer to be had now; whether there may be more.
pub fn forget_expired(connection: &mut PgConnection, now: DateTime<Utc>) -> QueryResult<bool> {
    // Some milliseconds of work.
    const AT_ONCE: i64 = 1000;
    const FORGET: &str = "DELETE FROM idempotency_keys WHERE (api_key_id, key) IN ( \
        SELECT api_key_id, key FROM idempotency_keys WHERE created_at < {} \
        ORDER BY created_at LIMIT {} FOR UPDATE SKIP LOCKED)";
    let forget = Prepared::<()>::new(FORGET, [Value::Time(now - KEPT), Value::BigInt(AT_ONCE)]);
    Ok(forget.execute(connection)? as i64 == AT_ONCE)
}

#[derive(Debug, Serialize, Deserialize)]
struct Stored<T> {
    answer: T,
}
