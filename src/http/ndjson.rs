//! Lines of JSON in both directions, as they come: `application/x-ndjson`.

use std::{borrow::Cow, collections::VecDeque, convert::Infallible, sync::Arc, time::Duration};

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{CACHE_CONTROL, CONTENT_ENCODING, VARY},
    rt::time::timeout,
    web::{Bytes, Data, Payload},
};
use futures_util::{Stream, StreamExt, stream};
use serde::Serialize;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, SchemaFormat, Type},
    },
};

use super::{
    door::BodyFault,
    format::{Format, VARY_NEGOTIATED},
    json,
    pace::{Late, Pace},
};
use crate::{
    blocking::{Work, blocking},
    config::Limits,
    error::{ApiError, ApiResult, Problem},
    values::INLINE,
};
use maqal_text::{
    gunzip::Gunzip,
    lines::{Lines, RawLine},
};

pub const MEDIA_TYPE: &str = "application/x-ndjson";

/// Lines of JSON: none of their names is registered.
pub const NDJSON: Format =
    Format { name: "ndjson", media_types: &[MEDIA_TYPE, "application/ndjson", "application/jsonl"] };

/// A body of lines, as OpenAPI has it. Version 3.1 has no word for what each of them is.
pub struct LinesSchema;

impl PartialSchema for LinesSchema {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .schema_type(Type::String)
            .content_media_type(MEDIA_TYPE)
            .format(Some(SchemaFormat::Custom("ndjson".to_owned())))
            .max_length(Some(i32::MAX as usize))
            .into()
    }
}

impl ToSchema for LinesSchema {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}lines").into()
    }
}

/// 200 with items, in a format that has this media type, that come as they are ready.
pub fn respond(
    media_type: &'static str,
    lines: impl Stream<Item = impl Into<Bytes>> + 'static,
) -> HttpResponse {
    HttpResponse::Ok()
        .content_type(media_type)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((VARY, VARY_NEGOTIATED))
        .streaming(lines.map(|lines| Ok::<_, Infallible>(lines.into())))
}

/// Adds a line.
pub fn write_line(text: &mut Vec<u8>, line: &impl Serialize) {
    let before = text.len();
    match serde_json::to_writer(&mut *text, line) {
        Ok(()) => text.push(b'\n'),
        // Writing to memory does not fail, nor has a line a map whose keys are no strings.
        Err(_) => text.truncate(before),
    }
}

/// The bytes that each second must bring of a body which pauses: articles come as they are written.
const LEAST: u64 = 64;
/// What has come is taken after so long, though more was expected.
const PAUSE: Duration = Duration::from_secs(1);
/// Bytes that are decoded at once; compressed, they may stand for a thousand times as many.
const PIECE: usize = 16 * 1024;
const COMPRESSED_PIECE: usize = 4 * 1024;

/// The lines of a request's body.
pub struct LineBody {
    payload: Payload,
    pace: Pace,
    body_fault: BodyFault,
    chunk: Bytes,
    gunzip: Option<Gunzip>,
    lines: Lines,
    ready: VecDeque<RawLine>,
    end: Option<ApiResult<()>>,
}

/// Some of the lines, and what comes after them.
pub struct Arrived {
    pub lines: Vec<RawLine>,
    /// The end of the body, well or ill, if this was all of it.
    pub end: Option<ApiResult<()>>,
}

impl LineBody {
    /// The body of a request, whose lines have at most so many bytes each.
    pub fn new(request: &HttpRequest, payload: Payload, max_line: usize) -> ApiResult<Self> {
        json::check_type(request, NDJSON.media_types)?;
        let coding = request.headers().get(CONTENT_ENCODING).map(|value| value.to_str().unwrap_or_default());
        let gunzip = match coding.map(str::to_ascii_lowercase).as_deref() {
            None | Some("" | "identity") => None,
            Some("gzip" | "x-gzip") => Some(Gunzip::default()),
            Some(other) => {
                return Err(ApiError::new(
                    Problem::UnsupportedMediaType,
                    format!("the Content-Encoding is {other}, and must be gzip or none"),
                ));
            }
        };
        let pause = request.app_data::<Data<Limits>>().map_or(Duration::ZERO, |limits| limits.body_pause());
        Ok(Self {
            payload,
            // Twice as long as another's: the answers to what has come are waited for meanwhile.
            pace: Pace::new(2 * pause, LEAST),
            body_fault: BodyFault::of(request),
            chunk: Bytes::new(),
            gunzip,
            lines: Lines::new(max_line, 0),
            ready: VecDeque::new(),
            end: None,
        })
    }

    /// The next lines, up to so many and about so many bytes; fewer where the body pauses.
    pub async fn next(&mut self, max_lines: usize, max_bytes: usize) -> Arrived {
        let (mut lines, mut bytes) = (Vec::new(), 0);
        loop {
            while lines.len() < max_lines && bytes < max_bytes {
                let Some(line) = self.ready.pop_front() else { break };
                bytes += line.text.as_ref().map_or(0, Vec::len);
                lines.push(line);
            }
            if lines.len() >= max_lines || bytes >= max_bytes {
                return Arrived { lines, end: None };
            }
            if let Some(end) = self.end.take() {
                return Arrived { lines, end: Some(end) };
            }
            if !self.chunk.is_empty() {
                if let Err(error) = self.decode().await {
                    self.chunk = Bytes::new();
                    self.end = Some(Err(error));
                }
                continue;
            }
            let patience = if lines.is_empty() { self.pace.patience() } else { PAUSE };
            match self.pace.next(&mut self.payload, patience).await {
                Ok(Some(Ok(chunk))) => self.chunk = chunk,
                Ok(Some(Err(fault))) => {
                    self.end = Some(Err(json::broken_body(&self.body_fault, &fault)));
                }
                Ok(None) => self.end = Some(self.finish()),
                Err(Late) if lines.is_empty() => self.end = Some(Err(self.pace.fault())),
                Err(Late) => return Arrived { lines, end: None },
            }
        }
    }

    /// Reads on and throws away: a client that is still sending may not see the
    /// answer otherwise.
    pub async fn drain(&mut self) {
        let all = async { while let Some(Ok(_)) = self.payload.next().await {} };
        // Not for ever.
        let _ = timeout(PAUSE * 10, all).await;
    }

    async fn decode(&mut self) -> ApiResult<()> {
        let Some(mut gunzip) = self.gunzip.take() else {
            let piece = self.chunk.split_to(PIECE.min(self.chunk.len()));
            self.lines.push(&piece, |line| self.ready.push_back(line));
            return Ok(());
        };
        let piece = self.chunk.split_to(COMPRESSED_PIECE.min(self.chunk.len()));
        let mut lines = std::mem::replace(&mut self.lines, Lines::new(0, 0));
        // A few bytes may become a thousand times as many, with as many lines in them.
        let (gunzip, lines, ready, result) = blocking(Work::Import, move || {
            let (mut bytes, mut ready) = (Vec::new(), Vec::new());
            let result = gunzip.write(&piece, &mut bytes);
            lines.push(&bytes, |line| ready.push(line));
            (gunzip, lines, ready, result)
        })
        .await?;
        (self.gunzip, self.lines) = (Some(gunzip), lines);
        self.ready.extend(ready);
        result.map_err(|fault| broken_gzip(&fault))
    }

    fn finish(&mut self) -> ApiResult<()> {
        let ready = &mut self.ready;
        if let Some(gunzip) = &mut self.gunzip {
            let mut bytes = Vec::new();
            let result = gunzip.finish(&mut bytes);
            self.lines.push(&bytes, |line| ready.push_back(line));
            result.map_err(|fault| broken_gzip(&fault))?;
        }
        self.lines.finish(|line| ready.push_back(line));
        Ok(())
    }
}

fn broken_gzip(fault: &std::io::Error) -> ApiError {
    ApiError::new(Problem::MalformedJson, format!("the gzip of the body is broken or cut off: {fault}"))
}

/// Bytes of answers that wait for a client which sends all before it reads.
const ROOM: usize = 32 * 1024 * 1024;
/// Who reads none of them for so long is not waited for.
const UNREAD: Duration = Duration::from_secs(30);
const ANSWER_PIECE: usize = 64 * 1024;

/// The answers of a request, while it is still sent.
pub struct Answers {
    queue: mpsc::UnboundedSender<(Bytes, OwnedSemaphorePermit)>,
    room: Arc<Semaphore>,
}

/// The client does not read, or is gone.
pub struct Unread;

impl Answers {
    /// Where answers go, and the body that consists of them.
    pub fn channel() -> (Self, impl Stream<Item = Bytes>) {
        let (queue, answers) = mpsc::unbounded_channel::<(Bytes, OwnedSemaphorePermit)>();
        let body = stream::unfold(answers, |mut answers| async {
            let (bytes, _room) = answers.recv().await?;
            Some((bytes, answers))
        });
        (Self { queue, room: Arc::new(Semaphore::new(ROOM)) }, body)
    }

    /// Sends answers, as soon as there is room for them.
    pub async fn send(&self, answers: Vec<u8>) -> Result<(), Unread> {
        let mut answers = Bytes::from(answers);
        while !answers.is_empty() {
            let piece = answers.split_to(ANSWER_PIECE.min(answers.len()));
            let size = u32::try_from(piece.len()).unwrap_or(u32::MAX);
            let room = timeout(UNREAD, self.room.clone().acquire_many_owned(size)).await;
            let Ok(Ok(room)) = room else { return Err(Unread) };
            self.queue.send((piece, room)).map_err(|_| Unread)?;
        }
        Ok(())
    }
}
