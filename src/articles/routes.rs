//! The operations on articles.

pub mod bulk;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web::Data};
use chrono::{DateTime, Utc};

use super::{
    body::{AnyArticle, Article},
    edit::{self, Patched, Prepared},
    input::{ArticleInput, ArticlePatch},
    model::FullArticle,
    params::ArticleParams,
    queries,
    read::ArticleReads,
};
use crate::{
    annotator::matcher::SharedMatcher,
    auth::{Access, Editor},
    blocking::{Work, blocking},
    cache::responses::Cache,
    db::{Db, idempotency, resources::Resource},
    error::ApiResult,
    http::{
        conditional::Preconditions,
        idempotency::IdempotencyKey,
        json::{JsonBody, MergePatch, Replacement},
        params::Params,
        path::ItemKey,
        respond::{Written, still_there},
    },
    values::Key,
};

/// Create an article
///
/// Creates an article, and links it to tags and entities by id, slug or name. Tags and entities that do not exist yet
/// are created in the same transaction, if the request says enough of them. Without a `slug`, one is generated from
/// the headline when the article is first published; until then a draft has a provisional one, which reserves no
/// name. A `slug` that is given is reserved at once.
#[utoipa::path(
    tag = "articles",
    request_body = ArticleInput,
    responses((status = 201, description = "The article, as it is stored.", body = Article)),
    security(("key" = ["editor"])),
)]
#[post("/articles")]
pub async fn create_article(
    request: HttpRequest,
    db: Data<Db>,
    matcher: Data<SharedMatcher>,
    editor: Editor,
    key: IdempotencyKey,
    body: JsonBody<ArticleInput>,
) -> ApiResult<HttpResponse> {
    let now = db.clock().now();
    let once = key.once(editor.key_id(), &request, &body.sha256, now);
    let article = prepared(body.value, matcher.into_inner(), now).await?;
    let written = db.write(&editor, move |connection| {
        idempotency::once(connection, once.as_ref(), still_there(Resource::Article), |connection| {
            written(edit::create(connection, &article)?)
        })
    });
    Ok(written.await?.created())
}

/// Read an article
///
/// Returns one article by its id or slug, with its body, tags and entities. An article that is not published requires
/// a key.
///
/// Without `fields` and `include` all members are returned but `body_html`, `body_text` and `highlights`.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug."), ArticleParams),
    responses((status = 200, description = "The article, or what was asked for of it.", body = AnyArticle)),
)]
#[get("/articles/{id}")]
pub async fn read_article(
    request: HttpRequest,
    reads: Data<ArticleReads>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<ArticleParams>,
) -> ApiResult<HttpResponse> {
    let shape = params.shape(&access);
    cache.answer(&request, || reads.item(key.clone(), shape.clone())).await
}

/// Replace an article
///
/// Replaces the whole article: members that the request body omits become empty, except the slug, the status and
/// `published_at`, which stay. Read-only members (`id`, `version`, `body_html` and the like) are accepted if they are
/// unchanged.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug.")),
    request_body = ArticleInput,
    responses((status = 200, description = "The article, as it is stored.", body = Article)),
    security(("key" = ["editor"])),
)]
#[put("/articles/{id}")]
pub async fn replace_article(
    db: Data<Db>,
    editor: Editor,
    matcher: Data<SharedMatcher>,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    body: Replacement<ArticleInput>,
) -> ApiResult<HttpResponse> {
    let Replacement { value, as_read } = body;
    let article = prepared(value, matcher.into_inner(), db.clock().now()).await?;
    let written = db.write(&editor, move |connection| {
        written(edit::replace(connection, &key, &conditions, &as_read, &article)?)
    });
    Ok(written.await?.replaced())
}

/// Change an article
///
/// Applies a JSON Merge Patch (RFC 7396): only the members in the request body change. A list of tags or entities
/// replaces the whole list.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug.")),
    request_body(content((ArticlePatch = "application/merge-patch+json"), (ArticlePatch = "application/json"))),
    responses((status = 200, description = "The article, as it is stored.", body = Article)),
    security(("key" = ["editor"])),
)]
#[patch("/articles/{id}")]
pub async fn update_article(
    db: Data<Db>,
    editor: Editor,
    matcher: Data<SharedMatcher>,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    patch: MergePatch,
) -> ApiResult<HttpResponse> {
    let matcher = matcher.into_inner();
    let asked = Arc::new((key, conditions, patch));
    let current = {
        let asked = asked.clone();
        db.for_writing().read(move |connection| queries::find_stored(connection, &asked.0)).await?
    };
    let patched = {
        let (asked, matcher, now) = (asked.clone(), matcher.clone(), db.clock().now());
        blocking(Work::Edit, move || Patched::new(&current, &matcher, &asked.1, &asked.2, now)).await??
    };
    let written = db.write(&editor, move |connection| {
        let (key, conditions, patch) = asked.as_ref();
        written(edit::patch(connection, &matcher, key, conditions, patch, &patched)?)
    });
    Ok(written.await?.replaced())
}

/// Delete an article
///
/// Deletes the article. Its URLs answer 410 Gone from then on.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug.")),
    responses((status = 204, description = "The article is deleted.")),
    security(("key" = ["editor"])),
)]
#[delete("/articles/{id}")]
pub async fn delete_article(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
) -> ApiResult<HttpResponse> {
    db.write(&editor, move |connection| edit::delete(connection, &key, &conditions)).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// The article as it is to be written, before anybody's connection is taken for it.
async fn prepared(
    input: ArticleInput,
    matcher: Arc<SharedMatcher>,
    now: DateTime<Utc>,
) -> ApiResult<Prepared> {
    blocking(Work::Edit, move || Prepared::of(input, &matcher, now)).await?
}

fn written(full: FullArticle) -> ApiResult<Written> {
    let article = Article::from(full);
    Written::new("articles", &article.slug, article.version, &article)
}
