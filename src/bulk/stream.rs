//! Many items in one request.

use std::sync::Arc;

use actix_web::{
    HttpRequest, HttpResponse, rt,
    web::{Data, Payload},
};
use futures_util::future::{Either, select};
use tokio::sync::mpsc;

use super::{BATCH_LINES, Item, Line, Written};
use crate::{
    auth::Editor,
    blocking::{Work, blocking},
    db::Db,
    error::ApiResult,
    http::{
        format::media_type_of,
        ndjson::{self, Answers, LineBody, NDJSON, write_line},
    },
};

/// Bytes of lines after which a batch ends: a few are in memory at a time.
const BATCH_BYTES: usize = 8 * 1024 * 1024;
/// How many lines are worked at before it is another import's turn.
const LINES_AT_ONCE: usize = 50;

/// Answers to the lines of a body while it is still being sent, for as long as its editor may write. `context`
/// gives what a batch is written with.
pub fn import<I: Item>(
    request: &HttpRequest,
    payload: Payload,
    max_line: usize,
    db: Data<Db>,
    editor: Editor,
    context: Arc<I::Context>,
) -> ApiResult<HttpResponse> {
    let media_type = media_type_of(request, &NDJSON)?;
    let mut body = LineBody::new(request, payload, max_line)?;
    let permit = db.admit_import()?;
    let (answers, answer) = Answers::channel();
    // Beside the answer, which begins at once.
    rt::spawn(async move {
        let _permit = permit;
        let (batches, read) = mpsc::channel(1);
        let reader = Box::pin(read_batches::<I>(&mut body, max_line, batches));
        let writer = Box::pin(write_batches(&db, &editor, context, read, &answers));
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
    Ok(ndjson::respond(media_type, answer))
}

/// Lines that are read and prepared, and the end of the body after them.
struct Batch<I> {
    lines: Vec<Line<I>>,
    end: Option<ApiResult<()>>,
}

async fn read_batches<I: Item>(body: &mut LineBody, max_line: usize, batches: mpsc::Sender<Batch<I>>) {
    loop {
        let arrived = body.next(BATCH_LINES, BATCH_BYTES).await;
        let is_last = arrived.end.is_some();
        let batch = match work_at(arrived.lines, move |line| Line::read(line, max_line)).await {
            Ok(lines) => Batch { lines, end: arrived.end },
            Err(error) => Batch { lines: Vec::new(), end: Some(Err(error)) },
        };
        if batches.send(batch).await.is_err() || is_last {
            return;
        }
    }
}

/// Works at lines, some at a time, so that imports take turns.
async fn work_at<T: Send + 'static, U: Send + 'static>(
    mut lines: Vec<T>,
    work: impl Fn(T) -> U + Clone + Send + 'static,
) -> ApiResult<Vec<U>> {
    let mut done = Vec::with_capacity(lines.len());
    while !lines.is_empty() {
        let some: Vec<T> = lines.drain(..lines.len().min(LINES_AT_ONCE)).collect();
        let work = work.clone();
        let work = move || some.into_iter().map(work).collect::<Vec<_>>();
        done.append(&mut blocking(Work::Import, work).await?);
    }
    Ok(done)
}

async fn write_batches<I: Item>(
    db: &Db,
    editor: &Editor,
    context: Arc<I::Context>,
    mut batches: mpsc::Receiver<Batch<I>>,
    answers: &Answers,
) {
    // The line after the last one that was answered.
    let mut next = 1;
    while let Some(Batch { lines, end }) = batches.recv().await {
        let first = lines.first().map_or(next, |line| line.number);
        let last = lines.last().map_or(next, |line| line.number + 1);
        let written = write_batch::<I>(db, editor, &context, lines).await;
        let written =
            written.unwrap_or_else(|error| Written { outcomes: Vec::new(), failure: Some((first, error)) });
        let mut text = Vec::new();
        written.outcomes.into_iter().for_each(|outcome| write_line(&mut text, &super::report(outcome)));
        next = last;
        let is_last = end.is_some() || written.failure.is_some();
        let end_failure = || end.and_then(Result::err).map(|error| (next, error));
        if let Some((line, error)) = written.failure.or_else(end_failure) {
            if let Some(cause) = &error.cause {
                log::error!("an import stopped before line {line}: {cause}");
            }
            write_line(&mut text, &super::stopped(line, error));
        }
        if answers.send(text).await.is_err() || is_last {
            return;
        }
    }
}

async fn write_batch<I: Item>(
    db: &Db,
    editor: &Editor,
    context: &I::Context,
    lines: Vec<Line<I>>,
) -> ApiResult<Written> {
    let tools = I::tools(context);
    let lines = {
        let tools = tools.clone();
        let prepared = work_at(lines, move |mut line| {
            line.prepare(&tools);
            line
        });
        prepared.await?
    };
    let (asker, clock) = (editor.clone(), db.clock().clone());
    let written = db.transactions(editor, move |connection| {
        let now = clock.now();
        // The request may last for hours, in which the key may have been revoked.
        if !lines.is_empty() {
            asker.ask_again(connection, now)?;
        }
        Ok(super::write::<I>(connection, &tools, lines, now, &|_| Ok(())))
    });
    written.await.flatten()
}
