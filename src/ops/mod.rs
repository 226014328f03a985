//! Whether the service is alive, and whether it is ready.

use actix_web::{HttpResponse, get, web::Data};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::{
    db::{Db, migrations},
    error::{ApiError, ApiResult},
};

/// How the service is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: what is not well is answered with a problem.
    #[schema(example = "ok", max_length = 2, pattern = "^ok$")]
    status: &'static str,
}

fn ok() -> HttpResponse {
    HttpResponse::Ok().insert_header(("Cache-Control", "no-store")).json(Health { status: "ok" })
}

/// Check that the service is alive
///
/// Answers as long as the process runs. `/readyz` tells whether it can reach its database.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "The process answers.", body = Health)),
)]
#[get("/healthz")]
async fn read_health() -> HttpResponse {
    ok()
}

/// Check that the service is ready
///
/// Answers 200 while the database is reachable and has the schema that this version needs, 503 otherwise.
#[utoipa::path(
    tag = "health",
    responses((status = 200, description = "The service is ready.", body = Health)),
)]
#[get("/readyz")]
async fn read_readiness(db: Data<Db>) -> ApiResult<HttpResponse> {
    let ask = |connection: &mut _| migrations::are_current(connection).map_err(ApiError::unavailable);
    let current = db.read_brief(ask).await?;
    if current {
        Ok(ok())
    } else {
        Err(ApiError {
            detail: "the database lacks migrations: run maqal migrate".to_owned(),
            ..ApiError::unavailable("migrations are pending")
        })
    }
}

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config.service(read_health).service(read_readiness);
}
