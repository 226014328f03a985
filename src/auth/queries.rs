//! The stored keys.

use chrono::{DateTime, Utc};
use diesel::prelude::*;

use super::{ApiKey, Role};
use crate::schema::api_keys;

/// A key as it is stored.
#[derive(Debug, Clone, HasQuery)]
#[diesel(table_name = api_keys)]
pub struct StoredKey {
    pub id: String,
    pub name: String,
    pub role: Role,
    pub secret_sha256: Vec<u8>,
    pub created_at: DateTime<Utc>,
    pub revoked_at: Option<DateTime<Utc>>,
    pub expires_at: Option<DateTime<Utc>>,
}

/// The key with the id, unless it was revoked or has expired by now.
pub fn find_valid(
    connection: &mut PgConnection,
    id: &str,
    now: DateTime<Utc>,
) -> QueryResult<Option<StoredKey>> {
    StoredKey::query()
        .filter(api_keys::id.eq(id))
        .filter(api_keys::revoked_at.is_null())
        .filter(api_keys::expires_at.is_null().or(api_keys::expires_at.gt(now)))
        .first(connection)
        .optional()
}

/// All keys, the oldest first.
pub fn list(connection: &mut PgConnection) -> QueryResult<Vec<StoredKey>> {
    StoredKey::query().order((api_keys::created_at, api_keys::id)).load(connection)
}

/// Stores a new key, made now, of which it keeps the hash alone.
pub fn insert(
    connection: &mut PgConnection,
    key: &ApiKey,
    name: &str,
    role: Role,
    now: DateTime<Utc>,
    expires_at: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    diesel::insert_into(api_keys::table)
        .values((
            api_keys::id.eq(key.id()),
            api_keys::name.eq(name),
            api_keys::role.eq(role),
            api_keys::secret_sha256.eq(key.secret_sha256()),
            api_keys::created_at.eq(now),
            api_keys::expires_at.eq(expires_at),
        ))
        .execute(connection)
        .map(drop)
}

/// Revokes a key now; false where there is no such valid key.
pub fn revoke(connection: &mut PgConnection, id: &str, now: DateTime<Utc>) -> QueryResult<bool> {
    let valid = api_keys::table.filter(api_keys::id.eq(id)).filter(api_keys::revoked_at.is_null());
    let count = diesel::update(valid).set(api_keys::revoked_at.eq(now)).execute(connection)?;
    Ok(count == 1)
}
