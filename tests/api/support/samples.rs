//! Small valid bodies, to be changed where a test needs it.

use serde_json::{Value, json};

/// A published article.
pub fn article(headline: &str) -> Value {
    json!({"language": "ar", "status": "published", "headline": headline, "body": "متن قصير."})
}

/// A published article with these members besides, or instead.
pub fn article_with(headline: &str, members: Value) -> Value {
    let mut article = article(headline);
    for (name, value) in members.as_object().expect("members") {
        article[name] = value.clone();
    }
    article
}

/// Where an article is, by its id.
pub fn path_of(article: &Value) -> String {
    format!("/v1/articles/{}", article["id"].as_str().expect("an id"))
}

/// A tag.
pub fn tag(slug: &str) -> Value {
    json!({"slug": slug, "kind": "topic", "names": {"en": slug}})
}

/// An entity.
pub fn entity(slug: &str) -> Value {
    json!({"slug": slug, "type": "organisation", "names": {"en": slug}})
}
