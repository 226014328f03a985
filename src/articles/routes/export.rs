//! All articles of a list in one answer, one a line.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, web::Bytes};
use futures_util::stream;

use crate::{
    articles::{
        body::Article,
        model::ArticleSort,
        read::{ArticleReads, List},
        vocabulary::Vocabulary,
    },
    auth::Access,
    db::{Db, Snapshot, SnapshotOf},
    error::{ApiError, ApiResult, FieldError, Problem},
    http::{
        ndjson,
        page::{CursorText, Limit},
        params::invalid_parameter,
        request::RequestId,
    },
};

/// How many articles are read at a time; fewer where their bodies are long.
const STEP: Limit = Limit(500);

/// Answers with all articles that the parameters describe, as they were when
/// the answer began, for as long as the key is good. What goes wrong later breaks the connection off: half an
/// export must not look like one.
pub async fn respond_with_lines(
    request: &HttpRequest,
    reads: &ArticleReads,
    access: &Access,
    list: List,
) -> ApiResult<HttpResponse> {
    refuse_pages(request)?;
    if list.sort == ArticleSort::Relevance {
        let detail = "ranks the newest matches, and all are asked for: leave it out";
        return Err(invalid_parameter("sort", "unknown", detail));
    }
    let list = Arc::new(list);
    let whose = if access.sees_unpublished() { SnapshotOf::KeyHolder } else { SnapshotOf::Anybody };
    let snapshot = reads.snapshot(whose).await?;
    // Before the answer begins: a failure is still told as such.
    let vocabulary = reads.vocabulary_of_snapshot();
    let first = read(&snapshot, &list, &vocabulary, None).await?;
    let request_id =
        request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.as_str().to_owned());
    let (db, access) = (reads.db().clone(), access.clone());
    let rest = Rest { db, access, snapshot: Some(snapshot), list, vocabulary, ready: Some(first) };
    Ok(ndjson::respond(
        request,
        stream::try_unfold(rest, move |rest| {
            let request_id = request_id.clone();
            async move {
                rest.next().await.inspect_err(|error| {
                let cause = error.cause.as_deref().unwrap_or(&error.detail);
                log::error!(target: "maqal::request", request_id = request_id.as_str(), cause = cause; "an export was broken off");
            })
            }
        }),
    ))
}

/// What is true of pages says nothing of all articles.
fn refuse_pages(request: &HttpRequest) -> ApiResult<()> {
    let given = |wanted: &&str| {
        url::form_urlencoded::parse(request.query_string().as_bytes()).any(|(name, _)| name == *wanted)
    };
    let fault = |name: &str| {
        let detail = "does not go with Accept: application/x-ndjson, which gives all articles";
        FieldError::new(format!("/{name}"), "unknown", detail)
    };
    let faults: Vec<_> = ["limit", "cursor", "count", "facets", "facet_limit", "highlight", "explain"]
        .iter()
        .filter(|name| given(name))
        .map(|name| fault(name))
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(ApiError::invalid(Problem::InvalidParameters, faults)) }
}

/// Some lines, and where the next ones begin.
type Step = (Bytes, Option<CursorText>);

/// What is still to be answered.
struct Rest {
    db: Db,
    access: Access,
    /// As long as there is anything to be read.
    snapshot: Option<Snapshot>,
    list: Arc<List>,
    vocabulary: Arc<Vocabulary>,
    ready: Option<Step>,
}

impl Rest {
    async fn next(mut self) -> ApiResult<Option<(Bytes, Self)>> {
        let Some((bytes, cursor)) = self.ready.take() else { return Ok(None) };
        // Not of the snapshot, in which the key is good for ever.
        self.access.ask_again(&self.db).await?;
        match (&self.snapshot, cursor) {
            (Some(snapshot), Some(cursor)) => {
                self.ready = Some(read(snapshot, &self.list, &self.vocabulary, Some(cursor)).await?);
                snapshot.gave(bytes.len());
            }
            // Nothing is left to be read, however long the client takes for it.
            _ => self.snapshot = None,
        }
        Ok(Some((bytes, self)))
    }
}

async fn read(
    snapshot: &Snapshot,
    list: &Arc<List>,
    vocabulary: &Arc<Vocabulary>,
    cursor: Option<CursorText>,
) -> ApiResult<Step> {
    let (list, vocabulary) = (Arc::clone(list), Arc::clone(vocabulary));
    let read = snapshot.read(move |connection| {
        let page = list.read(connection, &list.page(STEP, cursor.as_ref())?, &vocabulary)?;
        let mut lines = Vec::new();
        for full in page.rows {
            serde_json::to_writer(&mut lines, &Article::from(full).shaped(&list.shape)?)
                .map_err(ApiError::internal)?;
            lines.push(b'\n');
        }
        Ok((Bytes::from(lines), page.info.next_cursor.map(CursorText)))
    });
    read.await
}
