//! The `{id}` of a path.

use std::future::Ready;

use actix_web::{FromRequest, HttpRequest, dev::Payload, web};

use crate::{error::ApiError, values::Key};

/// The item that the path names, by id or slug.
pub struct ItemKey(pub Key);

impl FromRequest for ItemKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let text = web::Path::<String>::from_request(request, payload).into_inner();
        std::future::ready(match text {
            Ok(text) => Ok(ItemKey(Key::parse(&text))),
            Err(_) => Err(ApiError::not_found("item", request.path())),
        })
    }
}
