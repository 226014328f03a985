//! What caches between us and the client are told.

use actix_web::http::header::{HeaderName, HeaderValue};

use crate::{
    config::{CacheConfig, PurgeHeader},
    db::{invalidation::Dependency, resources::Topic},
};

/// What they may do with an answer, and by what they can find it.
#[derive(Debug)]
pub struct Policy {
    pub(super) cache_control: HeaderValue,
    pub(super) purge_header: Option<HeaderName>,
    /// What parts the keys in it.
    separator: &'static str,
}

impl From<&CacheConfig> for Policy {
    fn from(config: &CacheConfig) -> Self {
        let CacheConfig { max_age, stale_while_revalidate, .. } = config;
        let cache_control = match (max_age, stale_while_revalidate) {
            // Fresh or refused: a shared cache may keep it, and must ask each time.
            (0, 0) => "public, no-cache".to_owned(),
            (_, 0) => format!("public, max-age={max_age}"),
            _ => format!("public, max-age={max_age}, stale-while-revalidate={stale_while_revalidate}"),
        };
        let (purge_header, separator) = match config.purge_header {
            PurgeHeader::SurrogateKey => (Some(HeaderName::from_static("surrogate-key")), " "),
            PurgeHeader::CacheTag => (Some(HeaderName::from_static("cache-tag")), ","),
            PurgeHeader::None => (None, ""),
        };
        let cache_control = HeaderValue::from_str(&cache_control);
        Self {
            cache_control: cache_control.unwrap_or_else(|_| HeaderValue::from_static("no-store")),
            purge_header,
            separator,
        }
    }
}

impl Policy {
    /// The names under which a CDN can purge an answer made of these, where it is to be told.
    pub(super) fn surrogate_keys(&self, dependencies: &[Dependency]) -> Option<String> {
        self.purge_header.is_some().then(|| surrogate_keys(dependencies, self.separator))
    }
}

/// The names under which a CDN can purge the answer. Many items of a kind are
/// named by the kind: headers have limits.
fn surrogate_keys(dependencies: &[Dependency], separator: &str) -> String {
    const MANY: usize = 100;
    let count = |topic: Topic| dependencies.iter().filter(|other| other.topic() == topic).count();
    let mut keys: Vec<String> = Vec::with_capacity(dependencies.len());
    for dependency in dependencies {
        let resource = dependency.topic().resource();
        let key = match dependency {
            Dependency::One(topic, id) if count(*topic) <= MANY => format!("{}/{id}", resource.noun()),
            _ => resource.table().to_owned(),
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.join(separator)
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cdn_can_purge_by_what_an_answer_is_made_of() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let dependencies = [
            Dependency::One(Topic::Articles, a),
            Dependency::One(Topic::Tags, b),
            Dependency::One(Topic::TagCounts, b),
        ];
        assert_eq!(surrogate_keys(&dependencies, " "), format!("article/{a} tag/{b}"));
        assert_eq!(
            surrogate_keys(&[Dependency::Any(Topic::Articles), Dependency::Any(Topic::Tags)], ","),
            "articles,tags"
        );
        let many: Vec<_> = (0..500).map(|n| Dependency::One(Topic::Entities, Uuid::from_u128(n))).collect();
        assert_eq!(surrogate_keys(&many, " "), "entities");
    }
}
