//! Who asks, and what that allows: what the gate has found out, as handlers get it.

use std::future::{Ready, ready};

use actix_web::{FromRequest, HttpMessage, HttpRequest, dev::Payload};
use chrono::{DateTime, Utc};
use diesel::PgConnection;

use super::{Role, queries};
use crate::{
    db::{Db, MayWrite},
    error::{ApiError, ApiResult, Problem},
};

/// Whoever has a key.
#[derive(Debug, Clone)]
pub(super) struct Holder {
    /// The public id of the key.
    pub id: String,
    pub role: Role,
}

impl Holder {
    /// Asks whether the key is still good: it may have been revoked or have expired since.
    fn ask_again(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> ApiResult<()> {
        match queries::find_valid(connection, &self.id, now)? {
            Some(stored) if stored.role >= self.role => Ok(()),
            _ => Err(invalid_key()),
        }
    }
}

/// The same whatever is wrong with a key, so that nobody learns which ones there are.
pub(super) fn invalid_key() -> ApiError {
    ApiError::new(Problem::Unauthenticated, "the key is unknown, revoked or expired")
}

/// Who asks: the key of the request, if it has one.
#[derive(Debug, Clone)]
pub struct Access(pub(super) Option<Holder>);

impl Access {
    /// Whether drafts and archived articles may be seen.
    pub fn sees_unpublished(&self) -> bool {
        self.0.is_some()
    }

    /// Makes sure that what the key allows is still allowed, during a request that takes long.
    pub async fn ask_again(&self, db: &Db) -> ApiResult<()> {
        let Some(holder) = self.0.clone() else { return Ok(()) };
        let now = db.clock().now();
        db.read_brief(move |connection| holder.ask_again(connection, now)).await
    }

    /// Refuses whoever has not this role, or one that may do more.
    pub(super) fn require(&self, needed: Role) -> ApiResult<&Holder> {
        match &self.0 {
            Some(holder) if holder.role >= needed => Ok(holder),
            Some(holder) => Err(ApiError::new(
                Problem::Forbidden,
                format!(
                    "the key's role is {}, and the operation needs {}",
                    holder.role.as_str(),
                    needed.as_str()
                ),
            )),
            None => Err(ApiError::new(
                Problem::Unauthenticated,
                format!("the operation needs a key with the role {}", needed.as_str()),
            )),
        }
    }
}

impl FromRequest for Access {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        // Who has not come through the gate is nobody.
        ready(Ok(request.extensions().get::<Access>().cloned().unwrap_or(Access(None))))
    }
}

/// Somebody whose key lets them write. There is none without such a key, wherever a request was routed to.
#[derive(Debug, Clone)]
pub struct Editor(Holder);

impl Editor {
    /// The public id of the key.
    pub fn key_id(&self) -> &str {
        &self.0.id
    }

    /// Makes sure that they still may, during a request that takes long.
    pub fn ask_again(&self, connection: &mut PgConnection, now: DateTime<Utc>) -> ApiResult<()> {
        self.0.ask_again(connection, now)
    }
}

impl MayWrite for Editor {}

impl FromRequest for Editor {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let access = Access::from_request(request, payload).into_inner();
        ready(access.and_then(|access| access.require(Role::Editor).cloned().map(Editor)))
    }
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    fn extracted(access: Option<Access>) -> Result<Editor, Problem> {
        let request = TestRequest::default().to_http_request();
        if let Some(access) = access {
            request.extensions_mut().insert(access);
        }
        let editor = Editor::from_request(&request, &mut Payload::None).into_inner();
        editor.map_err(|error| error.problem)
    }

    #[test]
    fn nobody_is_an_editor_who_has_not_come_through_the_gate_with_such_a_key() {
        let with = |role| Some(Access(Some(Holder { id: "0123456789ab".to_owned(), role })));
        assert_eq!(extracted(None).err(), Some(Problem::Unauthenticated));
        assert_eq!(extracted(Some(Access(None))).err(), Some(Problem::Unauthenticated));
        assert_eq!(extracted(with(Role::Reader)).err(), Some(Problem::Forbidden));
        for role in [Role::Editor, Role::Admin] {
            assert_eq!(extracted(with(role)).map(|editor| editor.key_id().len()).ok(), Some(12));
        }
    }
}
