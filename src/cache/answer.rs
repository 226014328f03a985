//! The answer to a read, finished: its bytes, its tags, and what it was made of.

mod content;
mod policy;

use std::{sync::OnceLock, time::Duration};

use actix_web::{
    HttpResponse,
    http::{
        StatusCode,
        header::{
            AGE, CACHE_CONTROL, CACHE_STATUS, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, ETAG,
            HeaderMap, HeaderValue, LINK, VARY,
        },
    },
    web::Bytes,
};

use super::dependency_cache::Made;
use crate::{
    blocking::Turn,
    error::{ApiError, ApiResult},
    http::{coding::Coding, conditional, format::Form, target::Address, transport::Tail},
    page::PageInfo,
};
pub use content::{Content, Ready};
pub use policy::Policy;

/// An answer that can be given to many.
#[derive(Debug)]
pub struct Answer {
    body: Bytes,
    form: Form,
    coding: Option<Coding>,
    etag: HeaderValue,
    link: Option<HeaderValue>,
    /// Where a CDN is to be told.
    surrogate_keys: Option<HeaderValue>,
    /// The header fields of a 200 to everybody, made when one is given that was kept.
    fields: OnceLock<Bytes>,
}

impl Answer {
    /// The answer to a request for that address, and what it depends on.
    pub fn new(content: Content, form: Form, address: &Address, policy: &Policy) -> ApiResult<Made<Self>> {
        let value = |text: &str| HeaderValue::from_str(text).map_err(ApiError::internal);
        let link = content.page.map(|info| links(address, &info)).filter(|link| link.len() <= MAX_LINK);
        let link = link.map(|link| value(&link)).transpose()?;
        let keys = policy.surrogate_keys(&content.dependencies);
        let answer = Self {
            body: content.body,
            form,
            coding: None,
            etag: value(&content.etag)?,
            link,
            surrogate_keys: keys.map(|keys| value(&keys)).transpose()?,
            fields: OnceLock::new(),
        };
        let dependencies = [content.dependencies, content.unnamed].concat();
        Ok(Made { size: answer.size(), value: answer, dependencies, lifetime: content.lifetime })
    }

    /// The same in a content coding.
    pub async fn coded(&self, coding: Coding, turn: &Turn) -> ApiResult<Self> {
        let body = coding.encode(self.body.clone(), turn).await?;
        let etag = conditional::coded_etag(self.etag.to_str().unwrap_or_default(), coding.as_str());
        Ok(Self {
            body,
            form: self.form,
            coding: Some(coding),
            etag: HeaderValue::from_str(&etag).map_err(ApiError::internal)?,
            link: self.link.clone(),
            surrogate_keys: self.surrogate_keys.clone(),
            fields: OnceLock::new(),
        })
    }

    /// Whether its body is in a content coding.
    pub fn is_coded(&self) -> bool {
        self.coding.is_some()
    }

    /// In which of its formats it is.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// About the bytes of memory that it takes besides itself.
    pub fn size(&self) -> usize {
        /// Of the other header fields.
        const FIELDS: usize = 512;
        let headers: usize =
            [&self.link, &self.surrogate_keys].into_iter().flatten().map(HeaderValue::len).sum();
        self.body.len() + 2 * headers + FIELDS
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
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(self.form.media_type));
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
        headers.insert(VARY, HeaderValue::from_static(self.form.vary()));
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

/// The longest `Link` that is sent: proxies refuse longer fields, and the cursors are in the body as well.
const MAX_LINK: usize = 6 * 1024;

/// The `Link` header of a page (RFC 8288).
fn links(address: &Address, info: &PageInfo) -> String {
    let link = |cursor: Option<&str>, relation: &str| {
        format!("<{}>; rel=\"{relation}\"", address.with_cursor(cursor))
    };
    let next = info.next_cursor.as_deref().map(|cursor| link(Some(cursor), "next"));
    let prev = info.prev_cursor.as_deref().map(|cursor| link(Some(cursor), "prev"));
    [Some(link(None, "first")), prev, next].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
