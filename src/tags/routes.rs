//! The operations on tags.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    body::{Tag, TagInput, TagPage, TagPatch},
    edit,
    model::{TagKind, TagSort},
    queries::{self, TagFilter},
};
use crate::{
    auth::Editor,
    cache::{answer::Content, responses::Cache},
    db::{
        Db, idempotency,
        invalidation::Dependency,
        resources::{Resource, Topic},
    },
    error::ApiResult,
    http::{
        conditional::Preconditions,
        idempotency::IdempotencyKey,
        input::Input,
        json::{JsonBody, MergePatch, Replacement},
        params::{Params, set},
        path::ItemKey,
        respond::{Written, still_there},
    },
    page::{Count, CursorText, Limit, PageRequest},
    taxonomy::counts::BASE_LIFETIME,
    values::Key,
};

/// What a tag shows: itself, and the number of its articles.
const SUBJECTS: [Topic; 2] = [Topic::Tags, Topic::TagCounts];

/// What a list of tags takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct TagListParams {
    /// Only tags of any of these kinds.
    kind: Vec<TagKind>,
    /// Only the direct children of this tag (id or slug).
    parent: Option<Key>,
    /// The sort order.
    sort: TagSort,
    /// The maximum number of tags on a page.
    limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list, with the same filters and order.
    cursor: Option<CursorText>,
    /// Whether to return the total number of matches, and how it is counted.
    count: Count,
}

impl Input for TagListParams {}

/// List tags
///
/// Returns a page of the newsroom's tags, by slug unless `sort` says otherwise.
#[utoipa::path(
    tag = "tags",
    params(TagListParams),
    responses((status = 200, description = "A page of tags.", body = TagPage)),
)]
#[get("/tags")]
pub async fn list_tags(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    Params(params): Params<TagListParams>,
) -> ApiResult<HttpResponse> {
    let filter = TagFilter { kind: set(params.kind), parent: params.parent };
    let (sort, count) = (params.sort, params.count);
    let page = PageRequest::new(params.limit, params.cursor.as_ref(), &("tags", &filter, sort))?;
    let list = Arc::new((filter, page));
    let is_shown_alone = count == Count::None && list.0.is_read_off(sort);
    let db = if is_shown_alone { db.as_ref().clone() } else { db.for_counts() };
    let load = || {
        let list = list.clone();
        db.read_then(
            move |connection| queries::list(connection, &list.0, sort, &list.1, count),
            move |page| {
                let data = page.rows.into_iter().map(Tag::from).collect();
                let body = TagPage { data, page: page.info.clone() };
                let content = Content::page(page.info, &body, SUBJECTS.map(Dependency::Any).to_vec())?;
                Ok(match sort {
                    TagSort::ArticleCountDescending => content.for_at_most(BASE_LIFETIME),
                    _ => content,
                })
            },
        )
    };
    cache.answer(&request, load).await
}

/// Create a tag
///
/// Without a `slug`, one is generated from the English name, or else from the first name.
#[utoipa::path(
    tag = "tags",
    request_body = TagInput,
    responses((status = 201, description = "The tag, as it is stored.", body = Tag)),
    security(("key" = ["editor"])),
)]
#[post("/tags")]
pub async fn create_tag(
    request: HttpRequest,
    db: Data<Db>,
    editor: Editor,
    key: IdempotencyKey,
    body: JsonBody<TagInput>,
) -> ApiResult<HttpResponse> {
    let once = key.once(editor.key_id(), &request, &body.sha256, db.clock().now());
    let input = body.value;
    let written = db.write(&editor, move |connection| {
        idempotency::once(connection, once.as_ref(), still_there(Resource::Tag), |connection| {
            written(edit::create(connection, &input)?)
        })
    });
    Ok(written.await?.created())
}

/// Read a tag
///
/// Returns one tag by its id or slug.
#[utoipa::path(
    tag = "tags",
    params(("id" = Key, Path, description = "The tag's id or slug.")),
    responses((status = 200, description = "The tag.", body = Tag)),
)]
#[get("/tags/{id}")]
pub async fn read_tag(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    ItemKey(key): ItemKey,
) -> ApiResult<HttpResponse> {
    let load = || {
        let key = key.clone();
        db.read_then(
            move |connection| queries::find(connection, &key),
            |tag| {
                let dependencies = SUBJECTS.map(|topic| Dependency::One(topic, tag.id)).to_vec();
                Content::item(tag.version, &Tag::from(tag), dependencies)
            },
        )
    };
    cache.answer(&request, load).await
}

/// Replace a tag
///
/// Replaces the whole tag: members that the request body omits become empty, except the slug, which stays. Read-only
/// members are accepted if they are unchanged.
#[utoipa::path(
    tag = "tags",
    params(("id" = Key, Path, description = "The tag's id or slug.")),
    request_body = TagInput,
    responses((status = 200, description = "The tag, as it is stored.", body = Tag)),
    security(("key" = ["editor"])),
)]
#[put("/tags/{id}")]
pub async fn replace_tag(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    body: Replacement<TagInput>,
) -> ApiResult<HttpResponse> {
    let tag =
        db.write(&editor, move |connection| written(edit::replace(connection, &key, &conditions, &body)?));
    Ok(tag.await?.replaced())
}

/// Change a tag
///
/// Applies a JSON Merge Patch (RFC 7396): only the members in the request body change.
#[utoipa::path(
    tag = "tags",
    params(("id" = Key, Path, description = "The tag's id or slug.")),
    request_body(content((TagPatch = "application/merge-patch+json"), (TagPatch = "application/json"))),
    responses((status = 200, description = "The tag, as it is stored.", body = Tag)),
    security(("key" = ["editor"])),
)]
#[patch("/tags/{id}")]
pub async fn update_tag(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    patch: MergePatch,
) -> ApiResult<HttpResponse> {
    let tag =
        db.write(&editor, move |connection| written(edit::patch(connection, &key, &conditions, &patch)?));
    Ok(tag.await?.replaced())
}

/// Delete a tag
///
/// Deletes the tag and removes it from all of its articles. A tag with children cannot be deleted.
#[utoipa::path(
    tag = "tags",
    params(("id" = Key, Path, description = "The tag's id or slug.")),
    responses((status = 204, description = "The tag is deleted.")),
    security(("key" = ["editor"])),
)]
#[delete("/tags/{id}")]
pub async fn delete_tag(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
) -> ApiResult<HttpResponse> {
    db.write(&editor, move |connection| edit::delete(connection, &key, &conditions)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn written(tag: super::model::Tag) -> ApiResult<Written> {
    let tag = Tag::from(tag);
    Written::new("tags", &tag.slug, tag.version, &tag)
}
