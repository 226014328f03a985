//! The shortest way to a kept answer: before routing, before the key is looked
//! at (there must be none), before anything is compressed.

use std::time::Instant;

use actix_web::{
    Error,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{
        Method,
        header::{ACCEPT, AUTHORIZATION},
    },
    middleware::Next,
    web::Data,
};

use super::{
    cache::Cache,
    cors::Readers,
    request::{self, RequestId},
};

/// The outermost middleware: answers what is kept, and passes on the rest.
pub async fn serve(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let start = Instant::now();
    let Some(mut response) = kept(&request) else {
        return next.call(request).await.map(ServiceResponse::map_into_boxed_body);
    };
    let id = RequestId::of(&request);
    request::decorate(response.headers_mut(), &id, Readers::Anyone);
    let response = request.into_response(response);
    request::log(response.request().method(), &response, start, &id);
    Ok(response)
}

fn kept(request: &ServiceRequest) -> Option<actix_web::HttpResponse> {
    let headers = request.headers();
    let may_be_kept = request.method() == Method::GET
        && !headers.contains_key(AUTHORIZATION)
        // Another media type than JSON may be wanted.
        && !headers.get_all(ACCEPT).any(|accepted| names_another(accepted.as_bytes()));
    if !may_be_kept {
        return None;
    }
    // Where not every origin may read, the one that asks decides.
    if *request.app_data::<Data<Readers>>()?.get_ref() != Readers::Anyone {
        return None;
    }
    request.app_data::<Data<Cache>>()?.kept(request, request.path(), request.query_string())
}

fn names_another(accepted: &[u8]) -> bool {
    let names = |name: &[u8]| accepted.windows(name.len()).any(|word| word.eq_ignore_ascii_case(name));
    names(b"ndjson") || names(b"ld+json")
}
