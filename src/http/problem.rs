//! Problem documents (RFC 9457), and the pages that explain their types.

use actix_web::{
    HttpRequest, HttpResponse, ResponseError, get,
    http::{
        Method, StatusCode,
        header::{ALLOW, CACHE_CONTROL, LOCATION, RETRY_AFTER, VARY, WWW_AUTHENTICATE},
    },
    web,
};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_actix_web::service_config::ServiceConfig;

use super::{format::VARY_NEGOTIATED, respond::encode_segment};
use crate::{
    error::{ApiError, ApiResult, Extra, FieldError, Problem},
    values::{Text, Timestamp},
};

const MEDIA_TYPE: &str = "application/problem+json";
const RETRY_AFTER_SECONDS: &str = "2";

/// What every failure is answered with (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub struct ProblemDocument {
    /// The kind of problem: a path that answers with its explanation.
    #[serde(rename = "type")]
    #[schema(example = "/problems/not-found", format = "uri-reference", max_length = 100)]
    pub type_: String,
    /// The kind of problem, in a few words.
    #[schema(example = "Nothing is here", value_type = Text<1, 200>)]
    pub title: String,
    /// The HTTP status.
    #[schema(example = 404, minimum = 300, maximum = 599)]
    pub status: u16,
    /// What happened this time.
    #[schema(example = "there is no article مقال-لم-يكتب", max_length = 20_000, pattern = r"^[\s\S]+$")]
    pub detail: String,
    /// The path that was asked for; `*` where it could not be read.
    #[schema(
        example = "/v1/articles/%D9%85%D9%82%D8%A7%D9%84-%D9%84%D9%85-%D9%8A%D9%83%D8%AA%D8%A8",
        format = "uri-reference",
        max_length = 20_000
    )]
    pub instance: String,
    /// The request's id, which the server's log has as well.
    #[schema(
        example = "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11",
        max_length = 64,
        pattern = "^[A-Za-z0-9_.:-]+$"
    )]
    pub request_id: String,
    /// The faults in the input, all of them.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false, max_items = 50)]
    pub errors: Vec<FieldError>,
    /// When the item was deleted.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub deleted_at: Option<Timestamp>,
}

impl ResponseError for ApiError {
    fn status_code(&self) -> StatusCode {
        self.problem.status()
    }

    /// Without a body: [`super::request`] adds the document, since only there
    /// the request is known.
    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.problem.status())
    }
}

/// The document for an error, for the request that met it.
pub fn respond(error: &ApiError, request: &HttpRequest, method: &Method, request_id: &str) -> HttpResponse {
    let status = match error.problem {
        // Old clients may turn a POST into a GET on a 301, and 308 forbids it.
        Problem::Moved if method.is_safe() => StatusCode::MOVED_PERMANENTLY,
        problem => problem.status(),
    };
    let mut response = HttpResponse::build(status);
    response.content_type(MEDIA_TYPE).insert_header((CACHE_CONTROL, "no-store"));
    let mut deleted_at = None;
    match &error.extra {
        Extra::Nothing => {}
        Extra::MovedTo(slug) => {
            response.insert_header((LOCATION, moved_path(request, slug)));
        }
        Extra::DeletedAt(instant) => deleted_at = Some(Timestamp(*instant)),
        Extra::Allow(methods) => {
            response.insert_header((ALLOW, methods.as_str()));
        }
    }
    match error.problem {
        Problem::Unauthenticated => {
            response.insert_header((WWW_AUTHENTICATE, "Bearer realm=\"maqal\""));
        }
        Problem::Unavailable => {
            response.insert_header((RETRY_AFTER, RETRY_AFTER_SECONDS));
        }
        Problem::NotAcceptable => {
            response.insert_header((VARY, VARY_NEGOTIATED));
        }
        _ => {}
    }
    response.json(ProblemDocument {
        type_: format!("/problems/{}", error.problem.name()),
        title: error.problem.title().to_owned(),
        status: status.as_u16(),
        detail: error.detail.clone(),
        instance: request.path().to_owned(),
        request_id: request_id.to_owned(),
        errors: error.errors.clone(),
        deleted_at,
    })
}

/// The request's own path and query, with another `{id}`.
fn moved_path(request: &HttpRequest, slug: &str) -> String {
    let pattern = request.match_pattern().unwrap_or_default();
    let path = pattern.replace("{id}", &encode_segment(slug));
    match request.query_string() {
        "" => path,
        query => format!("{path}?{query}"),
    }
}

/// What a problem's `type` means.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemType {
    /// The path of this page, which is the problem's `type`.
    #[serde(rename = "type")]
    #[schema(example = "/problems/stale-version", format = "uri-reference", max_length = 100)]
    pub type_: String,
    /// The kind of problem, in a few words.
    #[schema(example = "The item has changed", value_type = Text<1, 200>)]
    pub title: String,
    /// The HTTP status that goes with it.
    #[schema(example = 412, minimum = 300, maximum = 599)]
    pub status: u16,
    /// What it means, and what to do about it.
    #[schema(example = "If-Match named a version that is no longer the current one.", value_type = Text<1, 2000>)]
    pub explanation: String,
}

impl From<Problem> for ProblemType {
    fn from(problem: Problem) -> Self {
        Self {
            type_: format!("/problems/{}", problem.name()),
            title: problem.title().to_owned(),
            status: problem.status().as_u16(),
            explanation: problem.explanation().to_owned(),
        }
    }
}

/// Every kind of problem that the API answers with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ProblemTypes {
    #[schema(max_items = 100)]
    pub data: Vec<ProblemType>,
}

/// List problem types
///
/// Returns every type of problem that the API answers with, by HTTP status.
#[utoipa::path(
    tag = "problems",
    responses((status = 200, description = "The kinds of problem.", body = ProblemTypes)),
)]
#[get("/problems")]
async fn list_problems() -> HttpResponse {
    HttpResponse::Ok().json(ProblemTypes { data: Problem::ALL.iter().copied().map(Into::into).collect() })
}

/// Explain a problem type
///
/// Returns what the `type` of a problem document refers to: what the problem means and what to do about it.
#[utoipa::path(
    tag = "problems",
    params(("name" = String, Path, description = "The last part of a problem's `type`.", example = "stale-version", min_length = 1, max_length = 100, pattern = "^[a-z-]+$")),
    responses((status = 200, description = "The kind of problem.", body = ProblemType)),
)]
#[get("/problems/{name}")]
async fn read_problem(name: web::Path<String>) -> ApiResult<HttpResponse> {
    let problem = Problem::ALL.iter().find(|problem| problem.name() == name.as_str());
    match problem {
        Some(problem) => Ok(HttpResponse::Ok().json(ProblemType::from(*problem))),
        None => Err(ApiError::not_found("problem", name)),
    }
}

/// The routes that explain problems.
pub fn configure(config: &mut ServiceConfig) {
    config.service(list_problems).service(read_problem);
}
