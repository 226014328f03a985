use std::future::{Ready, ready};

use actix_web::{
    Error, FromRequest, HttpMessage, HttpRequest,
    body::{BoxBody, MessageBody},
    dev::{Payload, ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    middleware::Next,
    web::Data,
};

use super::{
    ApiKey, Role,
    operations::{self, Operations},
    queries,
};
use crate::{
    db::Db,
    error::{ApiError, ApiResult, Problem},
};

/// Who asks: the key of the request, if it has one.
#[derive(Debug, Clone)]
pub struct Access(Option<(String, Role)>);

impl Access {
    /// Whether drafts and archived articles may be seen.
    pub fn sees_unpublished(&self) -> bool {
        self.0.is_some()
    }

    /// The public id of the key.
    pub fn key_id(&self) -> Option<&str> {
        self.0.as_ref().map(|(id, _)| id.as_str())
    }

    fn require(&self, needed: Option<Role>) -> ApiResult<()> {
        match (needed, &self.0) {
            (None, _) => Ok(()),
            (Some(needed), Some((_, role))) if *role >= needed => Ok(()),
            (Some(needed), Some((_, role))) => Err(ApiError::new(
                Problem::Forbidden,
                format!("the key's role is {}, and the operation needs {}", role.as_str(), needed.as_str()),
            )),
            (Some(needed), None) => Err(ApiError::new(
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
        ready(Ok(request.extensions().get::<Access>().cloned().unwrap_or(Access(None))))
    }
}

/// The middleware through which every request passes.
pub async fn gate(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    match admit(&request).await {
        Ok(access) => {
            request.extensions_mut().insert(access);
            next.call(request).await.map(ServiceResponse::map_into_boxed_body)
        }
        Err(error) => Ok(request.error_response(error)),
    }
}

async fn admit(request: &ServiceRequest) -> ApiResult<Access> {
    let access = Access(identify(request).await?);
    let operations = request.app_data::<Data<Operations>>();
    let pattern = operations::pattern_of(request);
    let needed = match (operations, &pattern) {
        (Some(operations), Some(pattern)) => operations.required_role(pattern, request.method()),
        _ => None,
    };
    access.require(needed)?;
    Ok(access)
}

async fn identify(request: &ServiceRequest) -> ApiResult<Option<(String, Role)>> {
    // Health and docs answer everybody, even while the database does not answer.
    if !request.path().starts_with("/v1/") {
        return Ok(None);
    }
    let Some(header) = request.headers().get(AUTHORIZATION) else { return Ok(None) };
    let refused = |detail: &str| ApiError::new(Problem::Unauthenticated, detail);
    let text = header.to_str().unwrap_or_default();
    let Some((scheme, key)) = text.split_once(' ') else {
        return Err(refused("send the key as Authorization: Bearer KEY"));
    };
    if !scheme.eq_ignore_ascii_case("bearer") {
        return Err(refused("send the key as Authorization: Bearer KEY"));
    }
    let unknown = || refused("the key is unknown or revoked");
    let key = ApiKey::parse(key.trim()).map_err(|_| unknown())?;
    let db = request.app_data::<Data<Db>>().ok_or_else(|| ApiError::internal("no database"))?;
    let id = key.id().to_owned();
    let stored = db.read_brief(move |connection| Ok(queries::find_valid(connection, &id)?)).await?;
    match stored {
        Some(stored) if key.matches(&stored.secret_sha256) => Ok(Some((stored.id, stored.role))),
        _ => Err(unknown()),
    }
}
