//! Small valid bodies, to be changed where a test needs it.

use serde_json::{Value, json};

/// A published article.
pub fn article(headline: &str) -> Value {
    json!({"language": "ar", "status": "published", "headline": headline, "body": "متن قصير."})
}

/// A tag.
pub fn tag(slug: &str) -> Value {
    json!({"slug": slug, "kind": "topic", "names": {"en": slug}})
}

/// An entity.
pub fn entity(slug: &str) -> Value {
    json!({"slug": slug, "type": "organisation", "names": {"en": slug}})
}
