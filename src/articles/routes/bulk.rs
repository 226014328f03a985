//! Many articles in one request.

use actix_web::{
    HttpRequest, HttpResponse, post, rt,
    web::{Data, Payload},
};
use futures_util::future::{Either, select};
use serde::Serialize;
use tokio::sync::mpsc;

use crate::{
    articles::bulk::{self, BATCH_LINES, Line},
    config::Limits,
    db::Db,
    error::ApiResult,
    http::ndjson::{self, Answers, LineBody},
    mentions::matcher::SharedMatcher,
};

/// Bytes of lines after which a batch ends: a few are in memory at a time.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// Import articles
///
/// Each line is an article, as creating one takes it. It is found by its `source` and `external_id`,
/// or else by its `slug`, of which it needs one: what is there already is replaced, and does not
/// change (nor does its version) where it is the same, so that a request may be sent again. Tags and
/// entities are made on the way.
///
/// Each line gets a line of answer, in order, while the body is still being sent: `created`,
/// `updated`, `unchanged`, or `failed` with its `problem`, which harms no other line. Blank lines
/// count but are not answered. A client that never reads is not waited for beyond some
/// hundred thousand lines.
///
/// The lines are written in transactions of up to 5,000. Where the import ends early (the body was
/// cut off, its gzip is broken, the database is gone), what was answered stays, and a last line with
/// the result `stopped` says why, and from which line on nothing was done. A line may have as many
/// bytes as another request's body, and all together as many as you like; `Content-Encoding: gzip`
/// is taken.
#[utoipa::path(
    tag = "articles",
    request_body(
        content = String, content_type = "application/x-ndjson", description = "One article a line.",
        example = "{\"source\": \"desk\", \"external_id\": \"2026-118\", \"language\": \"ar\", \"status\": \"published\", \"headline\": \"افتتاح معرض الخرطوم للكتاب\", \"tags\": [{\"slug\": \"books\", \"kind\": \"topic\", \"name\": \"كتب\"}]}\n{\"slug\": \"nile-flood\", \"language\": \"ar\", \"headline\": \"فيضان النيل\"}\n",
    ),
    responses((
        status = 200, description = "One result a line; each is a LineResult.",
        content_type = "application/x-ndjson", body = String,
        example = "{\"line\":1,\"result\":\"created\",\"id\":\"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13\",\"slug\":\"افتتاح-معرض-الخرطوم-للكتاب\",\"version\":1}\n{\"line\":2,\"result\":\"unchanged\",\"id\":\"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b14\",\"slug\":\"nile-flood\",\"version\":4}\n",
    )),
    security(("key" = ["editor"])),
)]
#[post("/articles/bulk")]
pub async fn import_articles(
    request: HttpRequest,
    db: Data<Db>,
    matcher: Data<SharedMatcher>,
    limits: Data<Limits>,
    payload: Payload,
) -> ApiResult<HttpResponse> {
    let max_line = limits.max_body;
    let mut body = LineBody::new(&request, payload, max_line)?;
    let permit = db.admit_import()?;
    let (answers, answer) = Answers::channel();
    // Beside the answer, which begins at once.
    rt::spawn(async move {
        let _permit = permit;
        let (batches, read) = mpsc::channel(1);
        let reader = Box::pin(read_batches(&db, &mut body, max_line, batches));
        let writer = Box::pin(write_batches(&db, &matcher, read, &answers));
        let has_stopped = match select(reader, writer).await {
            Either::Left(((), writer)) => {
                writer.await;
                false
            }
            Either::Right(((), _)) => true,
        };
        if has_stopped {
            body.drain().await;
        }
    });
    Ok(ndjson::respond(answer))
}

/// Lines that are read and prepared, and the end of the body after them.
struct Batch {
    lines: Vec<Line>,
    end: Option<ApiResult<()>>,
}

async fn read_batches(db: &Db, body: &mut LineBody, max_line: usize, batches: mpsc::Sender<Batch>) {
    loop {
        let arrived = body.next(BATCH_LINES, BATCH_BYTES).await;
        let is_last = arrived.end.is_some();
        let read = move || arrived.lines.into_iter().map(|line| Line::read(line, max_line)).collect();
        let batch = match db.compute(read).await {
            Ok(lines) => Batch { lines, end: arrived.end },
            Err(error) => Batch { lines: Vec::new(), end: Some(Err(error)) },
        };
        if batches.send(batch).await.is_err() || is_last {
            return;
        }
    }
}

async fn write_batches(
    db: &Db,
    matcher: &SharedMatcher,
    mut batches: mpsc::Receiver<Batch>,
    answers: &Answers,
) {
    // The line after the last one that was answered.
    let mut next = 1;
    while let Some(Batch { lines, end }) = batches.recv().await {
        let first = lines.first().map_or(next, |line| line.number);
        let last = lines.last().map_or(next, |line| line.number + 1);
        let matcher = matcher.get();
        let written = match db
            .transactions(move |connection| bulk::write(connection, &matcher, lines, &|_| Ok(())))
            .await
        {
            Ok(written) => written,
            Err(error) => bulk::Written { outcomes: Vec::new(), failure: Some((first, error)) },
        };
        let mut text = Vec::new();
        written.outcomes.into_iter().for_each(|outcome| write_line(&mut text, &bulk::report(outcome)));
        next = last;
        let is_last = end.is_some() || written.failure.is_some();
        let end_failure = || end.and_then(Result::err).map(|error| (next, error));
        if let Some((line, error)) = written.failure.or_else(end_failure) {
            if let Some(cause) = &error.cause {
                log::error!("an import stopped before line {line}: {cause}");
            }
            write_line(&mut text, &bulk::stopped(line, error));
        }
        if answers.send(text).await.is_err() || is_last {
            return;
        }
    }
}

fn write_line(text: &mut Vec<u8>, line: &impl Serialize) {
    // Writing to memory does not fail, nor has a line a map whose keys are no strings.
    if serde_json::to_writer(&mut *text, line).is_ok() {
        text.push(b'\n');
    }
}
