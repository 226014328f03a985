//! What happens around every request: its id, its line in the log, HEAD, and
//! the document of each problem.

use std::{net::SocketAddr, time::Instant};

use super::{
    coding::{self, Coding},
    conditional,
    cors::{self, Readers},
    head::{FAULT_FIELD, Fault},
    problem,
    request_id::RequestId,
};
use crate::error::{ApiError, Problem};
use actix_web::{
    Error, HttpMessage,
    body::{BodySize, BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method, StatusCode,
        header::{
            ACCEPT_ENCODING, CONTENT_ENCODING, ETAG, HeaderMap, HeaderValue, REFERRER_POLICY, VARY,
            X_CONTENT_TYPE_OPTIONS,
        },
    },
    middleware::Next,
    web::Data,
};

/// The middleware around all that is not answered from the cache.
pub async fn observe(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let start = Instant::now();
    let id = RequestId::of(request.headers());
    let method = request.method().clone();
    request.extensions_mut().insert(id.clone());
    if method == Method::HEAD {
        // Routed as GET; the connection knows that it must leave the body out.
        request.head_mut().method = Method::GET;
    }
    if Coding::negotiate(&request).is_err() {
        // The problem is told in the only form that it has.
        request.headers_mut().remove(ACCEPT_ENCODING);
        request.extensions_mut().insert(Unacceptable);
    }
    let response = next.call(request).await?.map_into_boxed_body();
    let mut response = explain(response, &method, &id);
    let readers =
        response.request().app_data::<Data<Readers>>().map_or(Readers::Listed, |readers| *readers.get_ref());
    let request = response.request();
    log(request.peer_addr(), &method, request.path(), response.status(), start, &id);
    id.tell(response.headers_mut());
    coding::forget_identity(response.headers_mut());
    decorate(response.headers_mut(), readers);
    Ok(response)
}

/// What the client accepts no form of.
struct Unacceptable;

/// The middleware that tells a client why its request cannot be read, or not answered as it wants.
pub async fn refuse_unreadable(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    if let Some(fault) = request.headers().get(FAULT_FIELD) {
        let fault = Fault::named(fault.as_bytes());
        return Ok(request.error_response(ApiError::from(fault)));
    }
    if request.extensions().contains::<Unacceptable>() {
        return Ok(request.error_response(coding::not_acceptable()));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// The request's line in the log.
pub fn log(
    client: Option<SocketAddr>,
    method: &Method,
    path: &str,
    status: StatusCode,
    start: Instant,
    id: &RequestId,
) {
    if !log::log_enabled!(target: "maqal::request", log::Level::Info) {
        return;
    }
    let client = client.map_or_else(String::new, |client| client.ip().to_canonical().to_string());
    log::info!(
        target: "maqal::request",
        client = client.as_str(),
        method = method.as_str(),
        path = path,
        status = status.as_u16(),
        duration_ms = start.elapsed().as_micros() as f64 / 1000.0,
        request_id = id.as_str();
        "request"
    );
}

/// Gives an error its problem document.
fn explain(response: ServiceResponse, method: &Method, id: &RequestId) -> ServiceResponse {
    let foreign;
    let error = match response.response().error() {
        Some(error) => match error.as_error::<ApiError>() {
            Some(error) => error,
            None => {
                foreign = of_framework(response.status(), &error.to_string());
                &foreign
            }
        },
        None if is_silent_failure(&response) => {
            foreign = of_framework(response.status(), "there is nothing to answer with");
            &foreign
        }
        None => return response,
    };
    if let Some(cause) = &error.cause {
        // What has to wait is no fault.
        let level = if error.problem == Problem::Internal { log::Level::Error } else { log::Level::Warn };
        log::log!(target: "maqal::request", level, request_id = id.as_str(), cause = cause.as_str(); "{}", error.problem.title());
    }
    let mut document = problem::respond(error, response.request(), method, id.as_str());
    // Without what CORS has added, a page on another origin could not read it.
    for (name, value) in response.headers() {
        if name == VARY || name.as_str().starts_with("access-control-") {
            document.headers_mut().append(name.clone(), value.clone());
        }
    }
    response.into_response(document)
}

/// Whether it fails without a word, as some services of the framework do.
fn is_silent_failure(response: &ServiceResponse) -> bool {
    let status = response.status();
    let is_empty = matches!(response.response().body().size(), BodySize::None | BodySize::Sized(0));
    is_empty && (status.is_client_error() || status.is_server_error())
}

/// The problem that an error of actix-web itself stands for.
fn of_framework(status: StatusCode, message: &str) -> ApiError {
    let problem = match status {
        // What it refuses so is a header or a path: bodies are read here.
        StatusCode::BAD_REQUEST => Some(&Problem::InvalidParameters),
        status => Problem::ALL.iter().find(|problem| problem.status() == status),
    };
    match problem {
        Some(problem) if status.is_client_error() => ApiError::new(*problem, message),
        _ => ApiError::internal(message),
    }
}

/// The headers of every answer, but for the request's id.
pub fn decorate(headers: &mut HeaderMap, readers: Readers) {
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    if readers == Readers::Anyone {
        cors::open_to_anyone(headers);
    }
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    if let (Some(etag), Some(coding)) = (text(&ETAG), text(&CONTENT_ENCODING))
        && let Ok(value) = HeaderValue::from_str(&conditional::coded_etag(etag, coding))
    {
        headers.insert(ETAG, value);
    }
}
