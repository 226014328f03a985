//! The answer to a read, finished: its bytes, its tags, and what it was made of.

use std::{
    sync::OnceLock,
    time::{Duration, Instant},
};

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            AGE, CACHE_CONTROL, CACHE_STATUS, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
            HeaderMap, HeaderName, HeaderValue, LINK, VARY,
        },
    },
    web::Bytes,
};
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use super::kept::Held;
use crate::{
    blocking::Turn,
    config::{CacheConfig, PurgeHeader},
    db::{
        changes::Topic,
        freshness::{Freshness, Slots, Subject, Tick},
    },
    error::{ApiError, ApiResult},
    http::{coding::Coding, conditional, to_json::to_json, transport::Tail},
    page::PageInfo,
    values::StoredJson,
};

/// The media type of most answers.
pub const JSON: &str = "application/json";

/// What a read found, as JSON or in a media type that is made of it.
#[derive(Debug, Clone)]
pub struct Content {
    body: Bytes,
    etag: String,
    /// Where the page is, if it is one.
    page: Option<PageInfo>,
    subjects: Vec<Subject>,
    /// What it changes with besides, but must not be named to readers.
    unnamed: Vec<Subject>,
    /// For how long it is true, where that depends on the time as well.
    lifetime: Option<Duration>,
}

impl Content {
    /// One item, and all that it was made of.
    pub fn item(version: i64, item: &impl Serialize, subjects: Vec<Subject>) -> ApiResult<Self> {
        let body = to_json(item).map_err(ApiError::internal)?;
        Ok(Self::new(conditional::etag(Some(version), &body), body, subjects))
    }

    fn new(etag: String, body: Vec<u8>, subjects: Vec<Subject>) -> Self {
        Self { etag, body: body.into(), page: None, subjects, unnamed: Vec::new(), lifetime: None }
    }

    /// The same, changing also with subjects that readers must not hear of.
    pub fn changing_also_with(mut self, unnamed: impl IntoIterator<Item = Subject>) -> Self {
        self.unnamed.extend(unnamed);
        self
    }

    /// The same, true no longer than that: it depends on the time as well.
    pub fn for_at_most(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Some items that are no page of a list, and all that they are made of.
    pub fn collection(items: &impl Serialize, subjects: Vec<Subject>) -> ApiResult<Self> {
        let body = to_json(items).map_err(ApiError::internal)?;
        Ok(Self::new(conditional::etag(None, &body), body, subjects))
    }

    /// A page of a list, and all that the list is made of.
    pub fn page(info: PageInfo, page: &impl Serialize, subjects: Vec<Subject>) -> ApiResult<Self> {
        Ok(Self { page: Some(info), ..Self::collection(page, subjects)? })
    }

    /// The same of items that are JSON already, each with its digest: two pages that are `alike` in what
    /// they are besides the items, and whose items have the same digests, are the same.
    pub fn page_of_ready(
        info: PageInfo,
        page: &impl Serialize,
        items: &[Held<Ready>],
        alike: &impl Serialize,
        subjects: Vec<Subject>,
    ) -> ApiResult<Self> {
        let body = to_json(page).map_err(ApiError::internal)?;
        let mut told = to_json(alike).map_err(ApiError::internal)?;
        items.iter().for_each(|item| told.extend_from_slice(&item.digest));
        Ok(Self { page: Some(info), ..Self::new(conditional::etag(None, &told), body, subjects) })
    }
}

/// An item of a page, as JSON that is there already.
#[derive(Debug)]
pub struct Ready {
    json: StoredJson,
    digest: [u8; DIGEST],
}

const DIGEST: usize = 16;

impl Ready {
    /// An item as JSON.
    pub fn new(item: &impl Serialize) -> ApiResult<Self> {
        let json = to_json(item).map_err(ApiError::internal)?;
        let mut digest = [0; DIGEST];
        digest.copy_from_slice(&Sha256::digest(&json)[..DIGEST]);
        Ok(Self { json: String::from_utf8(json).map_err(ApiError::internal)?.into(), digest })
    }

    /// About the bytes of memory that it takes.
    pub fn size(&self) -> usize {
        size_of::<Self>() + self.json.as_str().len()
    }
}

impl Serialize for Ready {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}

/// An answer that can be given to many.
#[derive(Debug)]
pub struct Answer {
    body: Bytes,
    media_type: &'static str,
    coding: Option<Coding>,
    etag: HeaderValue,
    link: Option<HeaderValue>,
    /// Where a CDN is to be told.
    surrogate_keys: Option<HeaderValue>,
    slots: Slots,
    read_at: Tick,
    true_until: Option<Instant>,
    /// The header fields of a 200 to everybody, made when one is given that was kept.
    fields: OnceLock<Bytes>,
}

impl Answer {
    /// The answer to the request for `path` and `query`, which was begun at `read_at`.
    pub fn new(
        content: Content,
        media_type: &'static str,
        path: &str,
        query: &str,
        read_at: Tick,
        policy: &Policy,
    ) -> ApiResult<Self> {
        let value = |text: &str| HeaderValue::from_str(text).map_err(ApiError::internal);
        let link = content.page.map(|info| links(path, query, &info)).filter(|link| link.len() <= MAX_LINK);
        let link = link.map(|link| value(&link)).transpose()?;
        let keys = policy.purge_header.is_some().then(|| surrogate_keys(&content.subjects, policy.separator));
        Ok(Self {
            body: content.body,
            media_type,
            coding: None,
            etag: value(&content.etag)?,
            link,
            surrogate_keys: keys.map(|keys| value(&keys)).transpose()?,
            slots: Freshness::slots(content.subjects.iter().chain(&content.unnamed)),
            read_at,
            true_until: content.lifetime.map(|lifetime| Instant::now() + lifetime),
            fields: OnceLock::new(),
        })
    }

    /// The same in a content coding.
    pub async fn coded(&self, coding: Coding, turn: &Turn) -> ApiResult<Self> {
        let body = coding.encode(self.body.clone(), turn).await?;
        let etag = conditional::coded_etag(self.etag.to_str().unwrap_or_default(), coding.as_str());
        Ok(Self {
            body,
            media_type: self.media_type,
            coding: Some(coding),
            etag: HeaderValue::from_str(&etag).map_err(ApiError::internal)?,
            link: self.link.clone(),
            surrogate_keys: self.surrogate_keys.clone(),
            slots: self.slots.clone(),
            read_at: self.read_at,
            true_until: self.true_until,
            fields: OnceLock::new(),
        })
    }

    /// Whether its body is in a content coding.
    pub fn is_coded(&self) -> bool {
        self.coding.is_some()
    }

    /// The last change before it was read.
    pub fn read_at(&self) -> Tick {
        self.read_at
    }

    /// Whether nothing that it was made of has changed.
    pub fn is_true(&self, freshness: &Freshness) -> bool {
        self.true_until.is_none_or(|until| Instant::now() < until)
            && freshness.is_unchanged(&self.slots, self.read_at)
    }

    /// About the bytes of memory that it takes.
    pub fn size(&self) -> usize {
        /// Of the other header fields.
        const FIELDS: usize = 512;
        let headers: usize =
            [&self.link, &self.surrogate_keys].into_iter().flatten().map(HeaderValue::len).sum();
        size_of::<Self>() + self.body.len() + 2 * headers + FIELDS + size_of_val::<[u32]>(&self.slots)
    }

    /// 200, or 304 to a client that has it already.
    pub fn respond(&self, request: &HeaderMap, policy: &Policy, audience: Audience) -> HttpResponse {
        let held = self.etag.to_str().ok().and_then(|etag| conditional::held_by(request, etag));
        match held.and_then(|held| HeaderValue::from_str(&held).ok()) {
            None => {
                let mut response =
                    HttpResponse::with_body(StatusCode::OK, self.body.clone()).map_into_boxed_body();
                self.describe(response.headers_mut(), policy, audience);
                response
            }
            Some(held) => {
                let mut response = HttpResponse::new(StatusCode::NOT_MODIFIED);
                response.headers_mut().insert(ETAG, held);
                self.direct(response.headers_mut(), policy, audience);
                response
            }
        }
    }

    /// What of a 200 is the same for all who ask: the header fields, which `describe` adds once, and the body.
    pub fn tail(&self, describe: impl FnOnce(&mut HeaderMap)) -> Tail {
        let fields = self.fields.get_or_init(|| {
            let mut headers = HeaderMap::new();
            describe(&mut headers);
            headers.insert(CONTENT_LENGTH, self.body.len().into());
            wire_form(&headers)
        });
        Tail { fields: fields.clone(), body: self.body.clone() }
    }

    /// The header fields that tell of the body, and what may be done with it.
    pub fn describe(&self, headers: &mut HeaderMap, policy: &Policy, audience: Audience) {
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.media_type));
        if let Some(coding) = self.coding {
            headers.insert(CONTENT_ENCODING, HeaderValue::from_static(coding.as_str()));
        }
        if let Some(link) = &self.link {
            headers.insert(LINK, link.clone());
        }
        headers.insert(ETAG, self.etag.clone());
        self.direct(headers, policy, audience);
    }

    /// The header fields that tell caches what to do with it.
    fn direct(&self, headers: &mut HeaderMap, policy: &Policy, audience: Audience) {
        // A list has another media type for those who ask for it.
        let vary = if self.link.is_some() {
            "Accept, Accept-Encoding, Authorization"
        } else {
            "Accept-Encoding, Authorization"
        };
        headers.insert(VARY, HeaderValue::from_static(vary));
        match audience {
            Audience::Everybody => {
                headers.insert(CACHE_CONTROL, policy.cache_control.clone());
                if let (Some(name), Some(keys)) = (&policy.purge_header, &self.surrogate_keys) {
                    headers.insert(name.clone(), keys.clone());
                }
            }
            Audience::KeyHolder => {
                headers.insert(CACHE_CONTROL, HeaderValue::from_static("private, no-store"));
            }
        }
    }
}

/// Says of an answer that it was true so long ago, and may not be any more (RFC 9111 and 9211).
pub fn mark_stale(headers: &mut HeaderMap, silence: Duration) {
    let age = silence.as_secs();
    headers.insert(AGE, age.into());
    let status = format!("maqal; hit; ttl=-{age}; detail=stale-if-error");
    if let Ok(status) = HeaderValue::from_str(&status) {
        headers.insert(CACHE_STATUS, status);
    }
}

/// Header fields as they end a head.
fn wire_form(headers: &HeaderMap) -> Bytes {
    let mut wire = Vec::new();
    for (name, value) in headers {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            wire.extend_from_slice(part);
        }
    }
    wire.extend_from_slice(b"\r\n");
    wire.into_boxed_slice().into()
}

/// Whom an answer is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Audience {
    Everybody,
    /// One who sent a key, and may see what others may not.
    KeyHolder,
}

/// What caches between us and the client are told.
#[derive(Debug)]
pub struct Policy {
    cache_control: HeaderValue,
    purge_header: Option<HeaderName>,
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

/// The names under which a CDN can purge the answer. Many items of a kind are
/// named by the kind: headers have limits.
fn surrogate_keys(subjects: &[Subject], separator: &str) -> String {
    const MANY: usize = 100;
    let kind = |topic| match topic {
        Topic::Articles => ("articles", "article"),
        Topic::Tags | Topic::TagCounts => ("tags", "tag"),
        Topic::Entities | Topic::EntityCounts => ("entities", "entity"),
    };
    let count = |topic| subjects.iter().filter(|other| other.topic() == topic).count();
    let mut keys: Vec<String> = Vec::with_capacity(subjects.len());
    for subject in subjects {
        let (all, one) = kind(subject.topic());
        let key = match subject {
            Subject::One(topic, id) if count(*topic) <= MANY => format!("{one}/{id}"),
            _ => all.to_owned(),
        };
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    keys.join(separator)
}

/// The address of another page of the same list: that of the cursor, or else the first.
pub fn page_address(path: &str, query: &str, cursor: Option<&str>) -> String {
    let pairs = url::form_urlencoded::parse(query.as_bytes());
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(pairs.filter(|(name, _)| name != "cursor"));
    query.extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
    let query = query.finish();
    let separator = if query.is_empty() { "" } else { "?" };
    format!("{path}{separator}{query}")
}

/// The longest `Link` that is sent: proxies refuse longer fields, and the cursors are in the body as well.
const MAX_LINK: usize = 6 * 1024;

/// The `Link` header of a page (RFC 8288).
fn links(path: &str, query: &str, info: &PageInfo) -> String {
    let link = |cursor: Option<&str>, relation: &str| {
        format!("<{}>; rel=\"{relation}\"", page_address(path, query, cursor))
    };
    let next = info.next_cursor.as_deref().map(|cursor| link(Some(cursor), "next"));
    let prev = info.prev_cursor.as_deref().map(|cursor| link(Some(cursor), "prev"));
    [Some(link(None, "first")), prev, next].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn a_cdn_can_purge_by_what_an_answer_is_made_of() {
        let (a, b) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let subjects = [
            Subject::One(Topic::Articles, a),
            Subject::One(Topic::Tags, b),
            Subject::One(Topic::TagCounts, b),
        ];
        assert_eq!(surrogate_keys(&subjects, " "), format!("article/{a} tag/{b}"));
        assert_eq!(
            surrogate_keys(&[Subject::Any(Topic::Articles), Subject::Any(Topic::Tags)], ","),
            "articles,tags"
        );
        let many: Vec<_> = (0..500).map(|n| Subject::One(Topic::Entities, Uuid::from_u128(n))).collect();
        assert_eq!(surrogate_keys(&many, " "), "entities");
    }
}
