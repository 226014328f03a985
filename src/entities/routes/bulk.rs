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
/// Each line is an entity, as creating one takes it. It is found by its `source` and `external_id`,
/// or else by its `wikidata_id`, or else by its `slug`, of which it needs one: what is there already
/// is replaced as a whole, and does not change (nor does its version) where it is the same, so that a
/// request may be sent again. A line does not replace what has its slug alone and another Wikidata
/// id or external id: that is a conflict.
///
/// New names are looked for in the stored articles afterwards, in the background.
///
/// Each line gets a line of answer, in order, while the body is still being sent: `created`,
/// `updated`, `unchanged`, or `failed` with its `problem`, which harms no other line. One that says what was
/// deleted here or merged into another entity is `skipped`: `POST` makes it anew. Blank lines
/// count but are not answered. A client that never reads is not waited for beyond some
/// hundred thousand lines.
///
/// The lines are written in transactions of up to 5,000. Where the import ends early (the body was
/// cut off, its gzip is broken, the database is gone, the key was revoked), what was answered stays, and a last line with
/// the result `stopped` says why, and from which line on nothing was done. A line may have as many
/// bytes as another request's body, and all together as many as you like; `Content-Encoding: gzip`
/// is taken.
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
