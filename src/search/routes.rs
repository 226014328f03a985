//! The lists of articles.

pub mod export;
pub mod related;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use self::export::ItemForm;
use super::{body::ArticlePage, params::ArticleListParams, queries::Within, read::ListReads};
use crate::{
    auth::Access,
    cache::responses::Cache,
    error::ApiResult,
    http::{
        format::{Chosen, Writer},
        params::Params,
        path::ItemKey,
        target::Address,
    },
    values::Key,
};

/// List articles
///
/// Returns a page of the published articles, the newest first unless `sort` says otherwise. All filters must match. A
/// tag or entity that does not exist matches no article.
///
/// With `format=ndjson` or `Accept: application/x-ndjson` the response is that of `/v1/articles/export`.
#[utoipa::path(
    tag = "articles",
    params(ArticleListParams),
    responses((status = 200, description = "A page of articles.", body = ArticlePage)),
)]
#[get("/articles")]
pub async fn list_articles(
    request: HttpRequest,
    reads: Data<ListReads>,
    cache: Data<Cache>,
    access: Access,
    Params(params): Params<ArticleListParams>,
) -> ApiResult<HttpResponse> {
    answer_with_list(&request, &reads, &cache, &access, params, None).await
}

/// List a tag's articles
///
/// Returns a page of the articles with the tag, with all parameters of `GET /v1/articles`.
#[utoipa::path(
    tag = "tags",
    params(("id" = Key, Path, description = "The tag's id or slug."), ArticleListParams),
    responses((status = 200, description = "A page of articles.", body = ArticlePage)),
)]
#[get("/tags/{id}/articles")]
pub async fn list_tag_articles(
    request: HttpRequest,
    reads: Data<ListReads>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<ArticleListParams>,
) -> ApiResult<HttpResponse> {
    answer_with_list(&request, &reads, &cache, &access, params, Some(Within::Tag(key))).await
}

/// List an entity's articles
///
/// Returns a page of the articles linked to the entity, with all parameters of `GET /v1/articles`.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug."), ArticleListParams),
    responses((status = 200, description = "A page of articles.", body = ArticlePage)),
)]
#[get("/entities/{id}/articles")]
pub async fn list_entity_articles(
    request: HttpRequest,
    reads: Data<ListReads>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<ArticleListParams>,
) -> ApiResult<HttpResponse> {
    answer_with_list(&request, &reads, &cache, &access, params, Some(Within::Entity(key))).await
}

/// A page of the articles that the parameters describe, or all of them where the
/// client wants a format that has no pages.
async fn answer_with_list(
    request: &HttpRequest,
    reads: &ListReads,
    cache: &Cache,
    access: &Access,
    params: ArticleListParams,
    within: Option<Within>,
) -> ApiResult<HttpResponse> {
    let format = Chosen::of(request, params.format.as_deref())?;
    if let Writer::Items(write) = format.writer() {
        let form = ItemForm { media_type: format.form().media_type, write: *write };
        return export::respond_with_items(form, request, reads, access, params, within).await;
    }
    let page =
        Arc::new(params.page(access, within, reads.db().clock().today(), format, Address::of(request))?);
    cache.answer_as(format.form(), request, || reads.page(page.clone())).await
}
