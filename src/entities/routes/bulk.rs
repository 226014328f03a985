//! Many entities in one request.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, post,
    web::{Data, Payload},
};

use crate::{
    auth::Editor, bulk::stream, config::Limits, db::Db, entities::bulk::LineEntity, error::ApiResult,
    http::ndjson::LinesSchema,
};

/// Import entities
///
/// Creates or replaces many entities. Each line of the request is an entity as `POST /v1/entities` takes it,
/// identified by `source` and `external_id`, else by `wikidata_id`, else by `slug`. An existing entity is replaced;
/// one that is the same already stays as it is, with its version, so that a request can be repeated safely. A line
/// that has the slug of an entity with another Wikidata id or external id is a conflict.
///
/// Stored articles are searched for new names afterwards, in the background.
///
/// The response has one line for each, in order, streamed while the request is being sent: `created`, `updated`,
/// `unchanged`, `failed` with its `problem` (other lines are not affected), or `skipped` where the entity was deleted
/// here or merged into another one (`POST` creates it anew). Blank lines are counted but not answered. A client that
/// does not read the response is cut off after some hundred thousand lines.
///
/// Lines are written in transactions of up to 5,000. If the import ends early (the request was cut off, its gzip is
/// broken, the database is unreachable, the key was revoked), all lines that were answered are stored, and a last
/// line with the result `stopped` gives the reason and the first line that was not processed. A line is limited like
/// any request body, the whole request is not. `Content-Encoding: gzip` is supported.
#[utoipa::path(
    tag = "entities",
    request_body(
        content = LinesSchema, content_type = "application/x-ndjson", description = "One entity a line.",
        example = "{\"slug\": \"khartoum\", \"type\": \"place\", \"names\": {\"ar\": \"الخرطوم\", \"en\": \"Khartoum\"}, \"wikidata_id\": \"Q1963\"}\n{\"source\": \"geonames\", \"external_id\": \"365137\", \"type\": \"place\", \"names\": {\"ar\": \"أم درمان\"}, \"latitude\": 15.65, \"longitude\": 32.48}\n",
    ),
    responses((
        status = 200, description = "One result a line; each is a LineResult.",
        content_type = "application/x-ndjson", body = LinesSchema,
        example = "{\"line\":1,\"result\":\"unchanged\",\"id\":\"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12\",\"slug\":\"khartoum\",\"version\":2}\n{\"line\":2,\"result\":\"created\",\"id\":\"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b15\",\"slug\":\"أم-درمان\",\"version\":1}\n",
    )),
    security(("key" = ["editor"])),
)]
#[post("/entities/bulk")]
pub async fn import_entities(
    request: HttpRequest,
    db: Data<Db>,
    editor: Editor,
    limits: Data<Limits>,
    payload: Payload,
) -> ApiResult<HttpResponse> {
    stream::import::<LineEntity>(&request, payload, limits.max_body, db, editor, Arc::new(()))
}
