//! The answers: one item, a page of them, and what was created.

use actix_web::{
    HttpRequest, HttpResponse, HttpResponseBuilder,
    http::{
        StatusCode,
        header::{AUTHORIZATION, CACHE_CONTROL, ContentType, ETAG, LINK, LOCATION, VARY},
    },
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{conditional, page::PageInfo, params::CommaList};
use crate::error::{ApiError, ApiResult};

/// The answer to a write: stored, it can be given again to a repeated request.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Written {
    /// Where the item is.
    pub location: String,
    pub version: i64,
    /// The item, as JSON.
    pub body: String,
}

impl Written {
    /// An item of a collection, which has just been written.
    pub fn new(collection: &str, slug: &str, version: i64, item: &impl Serialize) -> ApiResult<Self> {
        Ok(Self {
            location: format!("/v1/{collection}/{}", encode_segment(slug)),
            version,
            body: serde_json::to_string(item).map_err(ApiError::internal)?,
        })
    }

    /// 201, with its address.
    pub fn created(self) -> HttpResponse {
        let location = self.location.clone();
        let mut response = self.respond(StatusCode::CREATED);
        if let Ok(location) = location.parse() {
            response.headers_mut().insert(LOCATION, location);
        }
        response
    }

    /// 200.
    pub fn replaced(self) -> HttpResponse {
        self.respond(StatusCode::OK)
    }

    fn respond(self, status: StatusCode) -> HttpResponse {
        HttpResponse::build(status)
            .insert_header((ETAG, conditional::etag(Some(self.version), self.body.as_bytes())))
            .insert_header((CACHE_CONTROL, "no-store"))
            .content_type(ContentType::json())
            .body(self.body)
    }
}

/// Some members of an item: `id` and those that `fields` names. None means all.
pub fn select<T: Serialize, F: Serialize>(
    item: &T,
    fields: Option<&CommaList<F>>,
    always: &[&str],
) -> ApiResult<Value> {
    let mut value = serde_json::to_value(item).map_err(ApiError::internal)?;
    if let (Some(fields), Value::Object(members)) = (fields, &mut value) {
        let names = serde_json::to_value(fields).map_err(ApiError::internal)?;
        let names = names.as_array().map(Vec::as_slice).unwrap_or_default();
        members.retain(|name, _| {
            name == "id" || always.contains(&name.as_str()) || names.iter().any(|chosen| chosen == name)
        });
    }
    Ok(value)
}

/// 200 with one item, or 304.
pub fn item(request: &HttpRequest, version: i64, item: &impl Serialize) -> ApiResult<HttpResponse> {
    let body = serde_json::to_vec(item).map_err(ApiError::internal)?;
    Ok(read(request, HttpResponse::Ok(), conditional::etag(Some(version), &body), body))
}

/// 200 with a page of a list, or 304.
pub fn page(request: &HttpRequest, info: &PageInfo, page: &impl Serialize) -> ApiResult<HttpResponse> {
    let body = serde_json::to_vec(page).map_err(ApiError::internal)?;
    let mut response = HttpResponse::Ok();
    response.insert_header((LINK, links(request, info)));
    Ok(read(request, response, conditional::etag(None, &body), body))
}

fn read(
    request: &HttpRequest,
    mut response: HttpResponseBuilder,
    etag: String,
    body: Vec<u8>,
) -> HttpResponse {
    let is_public = !request.headers().contains_key(AUTHORIZATION);
    // Fresh or refused: a shared cache may keep it, and must ask each time.
    let cache_control = if is_public { "public, no-cache" } else { "private, no-store" };
    response.insert_header((CACHE_CONTROL, cache_control)).insert_header((VARY, "Authorization"));
    if let Some(held) = conditional::held_by(request, &etag) {
        return response.status(StatusCode::NOT_MODIFIED).insert_header((ETAG, held)).finish();
    }
    response.insert_header((ETAG, etag)).content_type(ContentType::json()).body(body)
}

/// The `Link` header of a page (RFC 8288).
fn links(request: &HttpRequest, info: &PageInfo) -> String {
    let link = |cursor: Option<&str>, relation: &str| {
        let pairs = url::form_urlencoded::parse(request.query_string().as_bytes());
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(pairs.filter(|(name, _)| name != "cursor"));
        query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
        let query = query.finish();
        let separator = if query.is_empty() { "" } else { "?" };
        format!("<{}{separator}{query}>; rel=\"{relation}\"", request.path())
    };
    let next = info.next_cursor.as_deref().map(|cursor| link(Some(cursor), "next"));
    let prev = info.prev_cursor.as_deref().map(|cursor| link(Some(cursor), "prev"));
    [Some(link(None, "first")), prev, next].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// A text as one segment of a path.
pub fn encode_segment(text: &str) -> String {
    // Slugs have letters, digits and hyphens alone, which form-encoding treats as a path does.
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
