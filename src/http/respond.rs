//! The answers to writes, and parts of items.

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, ContentType, ETAG, LOCATION},
    },
};
use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use super::{conditional, params::CommaList};
use crate::{
    db::{former, resources::Resource},
    error::{ApiError, ApiResult},
};

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

    /// Its id.
    pub fn item_id(&self) -> ApiResult<Uuid> {
        #[derive(Deserialize)]
        struct Item {
            id: Uuid,
        }
        serde_json::from_str(&self.body).map(|item: Item| item.id).map_err(ApiError::internal)
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

/// Refuses an answer to a write that is given again where the item of it is gone.
pub fn still_there(resource: Resource) -> impl FnOnce(&mut PgConnection, &Written) -> ApiResult<()> {
    move |connection, written| former::refuse_gone(connection, resource, written.item_id()?)
}

/// Some members of an item: `id`, those that `fields` names, and those that are
/// chosen otherwise.
pub fn select<T: Serialize, F: Serialize>(
    item: &T,
    fields: &CommaList<F>,
    always: &[&str],
) -> ApiResult<Value> {
    let mut value = serde_json::to_value(item).map_err(ApiError::internal)?;
    if let Value::Object(members) = &mut value {
        let names = serde_json::to_value(fields).map_err(ApiError::internal)?;
        let names = names.as_array().map(Vec::as_slice).unwrap_or_default();
        members.retain(|name, _| {
            name == "id" || always.contains(&name.as_str()) || names.iter().any(|chosen| chosen == name)
        });
    }
    Ok(value)
}

/// A text as one segment of a path.
pub fn encode_segment(text: &str) -> String {
    // Slugs have letters, digits and hyphens alone, which form-encoding treats as a path does.
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
