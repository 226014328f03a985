//! The operations on articles.

pub mod bulk;
mod export;
mod selection;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    body::{Article, ArticlePage},
    edit,
    input::{ArticleInput, ArticlePatch},
    model::{ArticleSort, ArticleStatus, FullArticle},
    queries::{self, DateField},
    shape::{ArticleField, ArticleInclude, Shape},
};
use selection::Selection;

use crate::{
    auth::Access,
    db::{Db, idempotency},
    entities::{self, model::EntityType},
    error::ApiResult,
    http::{
        conditional::IfMatch,
        idempotency::IdempotencyKey,
        input::Input,
        json::{JsonBody, MergePatch},
        ndjson,
        page::{Count, CursorText, Limit, PageRequest},
        params::{CommaList, Params},
        path::ItemKey,
        respond::{self, Written},
    },
    tags,
    values::{Key, LanguageTag, Moment, Text},
};

/// What a list of articles takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleListParams {
    /// Articles with any of these statuses; published ones, unless given. Others need a key.
    pub status: Vec<ArticleStatus>,
    /// Articles in any of these languages, compared as they are: `ar` is not `ar-SD`.
    #[param(example = json!(["ar"]))]
    pub language: Vec<LanguageTag>,
    /// Articles from any of these sources.
    pub source: Vec<Text<1, 100>>,
    /// Articles with any of these ids of their sources.
    pub external_id: Vec<Text<1, 300>>,
    /// Articles that bear all of these tags, each by id or slug.
    pub tags: Vec<Key>,
    /// Articles that bear any of these tags.
    pub tags_any: Vec<Key>,
    /// Articles that bear none of these tags.
    pub tags_none: Vec<Key>,
    /// Articles that speak of all of these entities, each by id or slug.
    pub entities: Vec<Key>,
    /// Articles that speak of any of these entities.
    pub entities_any: Vec<Key>,
    /// Articles that speak of none of these entities.
    pub entities_none: Vec<Key>,
    /// Articles that speak of an entity of any of these types.
    pub entity_type: Vec<EntityType>,
    /// The date that `from` and `to` compare: `published_at`, unless given.
    pub date_field: Option<DateField>,
    /// Not before this day or instant.
    pub from: Option<Moment>,
    /// Not after this day or instant.
    pub to: Option<Moment>,
    /// The order.
    pub sort: ArticleSort,
    /// The members to show, parted by commas; `id` is always shown. A list leaves the bodies out
    /// unless they are named here; a page then ends early where they are very long.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "published_at"]))]
    pub fields: Option<CommaList<ArticleField>>,
    /// What to embed, parted by commas: nothing, unless given.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags"]))]
    pub include: Option<CommaList<ArticleInclude>>,
    /// How many articles a page has at most.
    pub limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list.
    pub cursor: Option<CursorText>,
    /// Whether and how all matches are counted.
    pub count: Count,
}

impl Input for ArticleListParams {}

/// Two lines of an export, as an example.
const LINES: &str = concat!(
    r#"{"id":"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13","headline":"افتتاح معرض الخرطوم للكتاب"}"#,
    "\n",
    r#"{"id":"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b14","headline":"فيضان النيل"}"#,
    "\n",
);

/// What reading one article takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// The members to show, parted by commas; `id` is always shown. Without it, all but
    /// `body_html` and `body_text`.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "body_html"]))]
    fields: Option<CommaList<ArticleField>>,
    /// What to embed, parted by commas. Without it and without `fields`, tags and entities.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags", "entities"]))]
    include: Option<CommaList<ArticleInclude>>,
}

impl Input for ArticleParams {}

/// List articles
///
/// The published articles, page by page, the newest first unless `sort` says otherwise. All
/// filters have to hold at once. A tag or an entity that does not exist matches no article.
///
/// With `Accept: application/x-ndjson` the answer is all that matches, one article a line, as it
/// was when the answer began; `limit`, `cursor` and `count` are then refused. An answer that ends
/// without the end of its transfer coding is not complete: read it again.
#[utoipa::path(
    tag = "articles",
    params(ArticleListParams),
    responses((
        status = 200, description = "A page of articles, or with Accept: application/x-ndjson all of them, one a line.",
        content((ArticlePage = "application/json"), (String = "application/x-ndjson", example = json!(LINES))),
    )),
)]
#[get("/articles")]
pub async fn list_articles(
    request: HttpRequest,
    db: Data<Db>,
    access: Access,
    Params(params): Params<ArticleListParams>,
) -> ApiResult<HttpResponse> {
    respond_with_list(&request, &db, &access, params).await
}

/// Answers with a page of the articles that the parameters describe, or with
/// all of them where the client wants lines.
pub async fn respond_with_list(
    request: &HttpRequest,
    db: &Db,
    access: &Access,
    params: ArticleListParams,
) -> ApiResult<HttpResponse> {
    if ndjson::is_wanted(request) {
        return export::respond_with_lines(request, db, access, params).await;
    }
    let (limit, cursor, count) = (params.limit, params.cursor.clone(), params.count);
    let Selection { filter, sort, shape } = Selection::new(params, access)?;
    let page = PageRequest::new(limit, cursor.as_ref(), &("articles", &filter, sort))?;
    let page = db
        .read(move |connection| {
            let page = queries::list(connection, &filter, sort, &page, count, &shape)?;
            let data = page.rows.into_iter().map(|full| Article::from(full).shaped(&shape));
            Ok(ArticlePage { data: data.collect::<ApiResult<_>>()?, page: page.info })
        })
        .await?;
    respond::page(request, &page.page, &page)
}

/// List a tag's articles
///
/// The articles that bear the tag, with all the parameters of the list of articles.
#[utoipa::path(
    tag = "tags",
    params(("id" = Key, Path, description = "The tag's id or slug."), ArticleListParams),
    responses((
        status = 200, description = "A page of articles, or with Accept: application/x-ndjson all of them, one a line.",
        content((ArticlePage = "application/json"), (String = "application/x-ndjson", example = json!(LINES))),
    )),
)]
#[get("/tags/{id}/articles")]
pub async fn list_tag_articles(
    request: HttpRequest,
    db: Data<Db>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(mut params): Params<ArticleListParams>,
) -> ApiResult<HttpResponse> {
    let tag = db.read(move |connection| tags::queries::find(connection, &key)).await?;
    params.tags.push(Key::Id(tag.id));
    respond_with_list(&request, &db, &access, params).await
}

/// List an entity's articles
///
/// The articles that speak of the entity, with all the parameters of the list of articles.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug."), ArticleListParams),
    responses((
        status = 200, description = "A page of articles, or with Accept: application/x-ndjson all of them, one a line.",
        content((ArticlePage = "application/json"), (String = "application/x-ndjson", example = json!(LINES))),
    )),
)]
#[get("/entities/{id}/articles")]
pub async fn list_entity_articles(
    request: HttpRequest,
    db: Data<Db>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(mut params): Params<ArticleListParams>,
) -> ApiResult<HttpResponse> {
    let entity = db.read(move |connection| entities::queries::find(connection, &key)).await?;
    params.entities.push(Key::Id(entity.id));
    respond_with_list(&request, &db, &access, params).await
}

/// Create an article
///
/// Tags and entities are named by id or slug; those that are not there yet are made, in the same
/// transaction, where the request says what of. Without a `slug`, one is made from the headline.
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
    access: Access,
    key: IdempotencyKey,
    body: JsonBody<ArticleInput>,
) -> ApiResult<HttpResponse> {
    let once = key.once(access.key_id(), &request, &body.sha256);
    let input = body.value;
    let written = db.write(move |connection| {
        idempotency::once(connection, once.as_ref(), |connection| written(edit::create(connection, &input)?))
    });
    Ok(written.await?.created())
}

/// Read an article
///
/// One article, by its id or its slug, with its body, tags and entities. One that is not
/// published is found with a key only.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug."), ArticleParams),
    responses((status = 200, description = "The article.", body = Article)),
)]
#[get("/articles/{id}")]
pub async fn read_article(
    request: HttpRequest,
    db: Data<Db>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<ArticleParams>,
) -> ApiResult<HttpResponse> {
    let shape =
        Shape::whole().adjusted(params.fields, params.include).seeing_unpublished(access.sees_unpublished());
    let (version, article) = db
        .read(move |connection| {
            let full = queries::find(connection, &key, &shape)?;
            Ok((full.article.version, Article::from(full).shaped(&shape)?))
        })
        .await?;
    respond::item(&request, version, &article)
}

/// Replace an article
///
/// The whole of the article is written anew: what the body leaves out is empty afterwards, but
/// for the slug, the status, and the date of a published article, which stay.
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
    ItemKey(key): ItemKey,
    if_match: IfMatch,
    body: JsonBody<ArticleInput>,
) -> ApiResult<HttpResponse> {
    let input = body.value;
    let written = db.write(move |connection| written(edit::replace(connection, &key, &if_match, &input)?));
    Ok(written.await?.replaced())
}

/// Change an article
///
/// A JSON Merge Patch (RFC 7396): only what the body names is changed. A list of tags or of
/// entities replaces the whole list.
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
    ItemKey(key): ItemKey,
    if_match: IfMatch,
    patch: MergePatch,
) -> ApiResult<HttpResponse> {
    let written = db.write(move |connection| written(edit::patch(connection, &key, &if_match, &patch)?));
    Ok(written.await?.replaced())
}

/// Delete an article
///
/// The article is gone; its address answers with 410 from then on.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug.")),
    responses((status = 204, description = "The article is deleted.")),
    security(("key" = ["editor"])),
)]
#[delete("/articles/{id}")]
pub async fn delete_article(
    db: Data<Db>,
    ItemKey(key): ItemKey,
    if_match: IfMatch,
) -> ApiResult<HttpResponse> {
    db.write(move |connection| edit::delete(connection, &key, &if_match)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn written(full: FullArticle) -> ApiResult<Written> {
    let article = Article::from(full);
    Written::new("articles", &article.slug, article.version, &article)
}
