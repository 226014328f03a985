//! Many articles in one request.

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Payload},
};

use crate::{
    annotator::matcher::SharedMatcher, articles::prepared::PreparedArticle, auth::Editor, bulk::stream,
    config::Limits, db::Db, error::ApiResult, http::ndjson::LinesSchema,
};

/// Import articles
///
/// Each line is an article, as creating one takes it. It is found by its `source` and `external_id`,
/// or else by its `slug`, of which it needs one: what is there already is replaced, and does not
/// change (nor does its version) where it is the same, so that a request may be sent again. Tags and
/// entities are made on the way.
///
/// Each line gets a line of answer, in order, while the body is still being sent: `created`,
/// `updated`, `unchanged`, or `failed` with its `problem`, which harms no other line. One that says what was
/// deleted here is `skipped`: `POST` makes it anew. Blank lines
/// count but are not answered. A client that never reads is not waited for beyond some
/// hundred thousand lines.
///
/// The lines are written in transactions of up to 5,000. Where the import ends early (the body was
/// cut off, its gzip is broken, the database is gone, the key was revoked), what was answered stays, and a last line with
/// the result `stopped` says why, and from which line on nothing was done. A line may have as many
/// bytes as another request's body, and all together as many as you like; `Content-Encoding: gzip`
/// is taken.
#[utoipa::path(
    tag = "articles",
    request_body(
        content = LinesSchema, content_type = "application/x-ndjson", description = "One article a line.",
        example = "{\"source\": \"desk\", \"external_id\": \"2026-118\", \"language\": \"ar\", \"status\": \"published\", \"headline\": \"افتتاح معرض الخرطوم للكتاب\", \"tags\": [{\"slug\": \"books\", \"kind\": \"topic\", \"name\": \"كتب\"}]}\n{\"slug\": \"nile-flood\", \"language\": \"ar\", \"headline\": \"فيضان النيل\"}\n",
    ),
    responses((
        status = 200, description = "One result a line; each is a LineResult.",
        content_type = "application/x-ndjson", body = LinesSchema,
        example = "{\"line\":1,\"result\":\"created\",\"id\":\"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13\",\"slug\":\"افتتاح-معرض-الخرطوم-للكتاب\",\"version\":1}\n{\"line\":2,\"result\":\"unchanged\",\"id\":\"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b14\",\"slug\":\"nile-flood\",\"version\":4}\n",
    )),
    security(("key" = ["editor"])),
)]
#[post("/articles/bulk")]
pub async fn import_articles(
    request: HttpRequest,
    db: Data<Db>,
    editor: Editor,
    matcher: Data<SharedMatcher>,
    limits: Data<Limits>,
    payload: Payload,
) -> ApiResult<HttpResponse> {
    stream::import::<PreparedArticle>(&request, payload, limits.max_body, db, editor, matcher.into_inner())
}
