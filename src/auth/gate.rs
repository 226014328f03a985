use actix_web::{
    Error, HttpMessage,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::header::AUTHORIZATION,
    middleware::Next,
    web::Data,
};

use super::{
    ApiKey,
    access::{Access, Holder, invalid_key},
    operations::{Operations, routed_path},
    queries,
};
use crate::{
    db::Db,
    error::{ApiError, ApiResult, Problem},
};

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
    let operations =
        request.app_data::<Data<Operations>>().ok_or_else(|| ApiError::internal("no operations"))?;
    let access = Access(identify(request).await?);
    if let Some(needed) = operations.required_role(request.request())? {
        access.require(needed)?;
    }
    Ok(access)
}

async fn identify(request: &ServiceRequest) -> ApiResult<Option<Holder>> {
    // Health and docs answer everybody, even while the database does not answer.
    if !routed_path(request.request()).starts_with("/v1/") {
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
    let key = ApiKey::parse(key.trim()).map_err(|_| invalid_key())?;
    let db = request.app_data::<Data<Db>>().ok_or_else(|| ApiError::internal("no database"))?;
    let (id, now) = (key.id().to_owned(), db.clock().now());
    let stored = db.read_brief(move |connection| Ok(queries::find_valid(connection, &id, now)?)).await?;
    match stored {
        Some(stored) if key.matches(&stored.secret_sha256) => {
            Ok(Some(Holder { id: stored.id, role: stored.role }))
        }
        _ => Err(invalid_key()),
    }
}
