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
/// Creates or replaces many articles. Each line of the request is an article as `POST /v1/articles` takes it,
/// identified by `source` and `external_id`, or else by `slug`. An existing article is replaced; one that is the same
/// already stays as it is, with its version, so that a request can be repeated safely. Tags and entities that do not
/// exist yet are created.
///
/// The response has one line for each, in order, streamed while the request is being sent: `created`, `updated`,
/// `unchanged`, `failed` with its `problem` (other lines are not affected), or `skipped` where the article was
/// deleted here (`POST` creates it anew). Blank lines are counted but not answered. A client that does not read the
/// response is cut off after some hundred thousand lines.
///
/// Each line does what it would do in a request of its own, in order; only a translation may come before its original,
/// where both are among 5,000 lines that are sent without a pause.
///
/// Lines are written in transactions of up to 5,000. If the import ends early (the request was cut off, its gzip is
/// broken, the database is unreachable, the key was revoked), all lines that were answered are stored, and a last
/// line with the result `stopped` gives the reason and the first line that was not processed. A line is limited like
/// any request body, the whole request is not. `Content-Encoding: gzip` is supported.
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
