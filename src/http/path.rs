//! The `{id}` of a path, and what goes with it.

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

/// An item that belongs to another, both named by the path.
pub struct OwnedKey {
    pub owner: Key,
    pub key: Key,
}

impl FromRequest for OwnedKey {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let texts = web::Path::<(String, String)>::from_request(request, payload).into_inner();
        std::future::ready(match texts {
            Ok(texts) => {
                let (owner, key) = texts.into_inner();
                Ok(OwnedKey { owner: Key::parse(&owner), key: Key::parse(&key) })
            }
            Err(_) => Err(ApiError::not_found("item", request.path())),
        })
    }
}
