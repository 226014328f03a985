//! Which media type a client would rather have.

use actix_web::{
    HttpRequest,
    http::header::{self, Accept, Header},
};

/// The media type, of some that are otherwise alike, that the request prefers to JSON, if it does; of several the first.
pub fn preferred<'t>(request: &HttpRequest, media_types: &[&'t str]) -> Option<&'t str> {
    let accept = Accept::parse(request).ok()?;
    let quality = |wanted: &str| {
        accept.iter().find(|media| media.item.essence_str() == wanted).map(|media| media.quality)
    };
    let json = quality("application/json").unwrap_or(header::Quality::ZERO);
    let better = media_types.iter().filter_map(|media_type| Some((quality(media_type)?, *media_type)));
    let better = better.filter(|(quality, _)| *quality > json);
    // `max_by_key` would take the last.
    better.reduce(|best, other| if other.0 > best.0 { other } else { best }).map(|(_, media_type)| media_type)
}

/// Whether the request prefers a media type to JSON.
pub fn is_preferred(request: &HttpRequest, media_type: &str) -> bool {
    preferred(request, &[media_type]).is_some()
}
