//! Which media type a client would rather have.

use actix_web::{
    HttpRequest,
    http::header::{self, Accept, Header},
};

/// Whether the request prefers a media type to JSON.
pub fn is_preferred(request: &HttpRequest, media_type: &str) -> bool {
    let Ok(accept) = Accept::parse(request) else { return false };
    let quality = |wanted: &str| {
        accept.iter().find(|media| media.item.essence_str() == wanted).map(|media| media.quality)
    };
    match (quality(media_type), quality("application/json")) {
        (Some(lines), json) => lines > header::Quality::ZERO && json.is_none_or(|json| lines > json),
        (None, _) => false,
    }
}
