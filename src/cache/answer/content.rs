//! What a read found, before it is an answer.

use std::time::Duration;

use actix_web::web::Bytes;
use serde::{Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::{
    cache::dependency_cache::Cached,
    db::invalidation::Dependency,
    error::{ApiError, ApiResult},
    http::{conditional, to_json::to_json},
    page::PageInfo,
    values::StoredJson,
};

/// What a read found, as JSON or in a media type that is made of it.
#[derive(Debug, Clone)]
pub struct Content {
    pub(super) body: Bytes,
    pub(super) etag: String,
    /// Where the page is, if it is one.
    pub(super) page: Option<PageInfo>,
    pub(super) dependencies: Vec<Dependency>,
    /// What it changes with besides, but must not be named to readers.
    pub(super) unnamed: Vec<Dependency>,
    /// For how long it is true, where that depends on the time as well.
    pub(super) lifetime: Option<Duration>,
}

impl Content {
    /// One item, and all that it was made of.
    pub fn item(version: i64, item: &impl Serialize, dependencies: Vec<Dependency>) -> ApiResult<Self> {
        let body = to_json(item).map_err(ApiError::internal)?;
        Ok(Self::new(conditional::etag(Some(version), &body), body, dependencies))
    }

    fn new(etag: String, body: Vec<u8>, dependencies: Vec<Dependency>) -> Self {
        Self { etag, body: body.into(), page: None, dependencies, unnamed: Vec::new(), lifetime: None }
    }

    /// The same, changing also with dependencies that readers must not hear of.
    pub fn changing_also_with(mut self, unnamed: impl IntoIterator<Item = Dependency>) -> Self {
        self.unnamed.extend(unnamed);
        self
    }

    /// The same, true no longer than that: it depends on the time as well.
    pub fn for_at_most(mut self, lifetime: Duration) -> Self {
        self.lifetime = Some(lifetime);
        self
    }

    /// Some items that are no page of a list, and all that they are made of.
    pub fn collection(items: &impl Serialize, dependencies: Vec<Dependency>) -> ApiResult<Self> {
        let body = to_json(items).map_err(ApiError::internal)?;
        Ok(Self::new(conditional::etag(None, &body), body, dependencies))
    }

    /// A page of a list, and all that the list is made of.
    pub fn page(info: PageInfo, page: &impl Serialize, dependencies: Vec<Dependency>) -> ApiResult<Self> {
        Ok(Self { page: Some(info), ..Self::collection(page, dependencies)? })
    }

    /// The same in any format, as it was written.
    pub fn written_page(info: PageInfo, body: Vec<u8>, dependencies: Vec<Dependency>) -> Self {
        Self { page: Some(info), ..Self::new(conditional::etag(None, &body), body, dependencies) }
    }

    /// The same of items that were there already, each with its digest: two pages that are `alike` in what
    /// they are besides the items, and whose items have the same digests, are the same.
    pub fn written_page_of_ready(
        info: PageInfo,
        body: Vec<u8>,
        items: &[Cached<Ready>],
        alike: &impl Serialize,
        dependencies: Vec<Dependency>,
    ) -> ApiResult<Self> {
        let mut told = to_json(alike).map_err(ApiError::internal)?;
        items.iter().for_each(|item| told.extend_from_slice(&item.digest));
        Ok(Self { page: Some(info), ..Self::new(conditional::etag(None, &told), body, dependencies) })
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

    /// About the bytes of memory that it takes besides itself.
    pub fn size(&self) -> usize {
        self.json.as_str().len()
    }
}

impl Serialize for Ready {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.json.serialize(serializer)
    }
}
