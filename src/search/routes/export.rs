//! All articles of a list in one answer, one a line.

use std::sync::Arc;

use actix_web::{HttpMessage, HttpRequest, HttpResponse, get, web::Data};
use futures_util::stream;
use serde::Deserialize;
use utoipa::{
    IntoParams,
    openapi::path::{Parameter, ParameterIn},
};

use crate::{
    articles::{
        body::{Article, Shaped},
        model::ArticleSort,
    },
    auth::Access,
    bulk,
    db::{Db, Snapshot, SnapshotOf},
    error::{ApiError, ApiResult, FieldError, Problem, invalid_parameter},
    http::{
        format::{self, Chosen, Writer},
        input::Input,
        ndjson::{self, LinesSchema},
        params::Params,
        request_id::RequestId,
    },
    page::{CursorText, Limit},
    search::{
        body::ArticleExport,
        lookup::Lookups,
        params::ArticleListParams,
        queries::Within,
        read::{List, ListReads},
    },
};

/// How many articles are read at a time; fewer where their bodies are long.
const STEP: Limit = Limit(500);

/// Two lines of an export, as an example.
const LINES: &str = concat!(
    r#"{"id":"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13","headline":"افتتاح معرض الخرطوم للكتاب"}"#,
    "\n",
    r#"{"id":"01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b14","headline":"فيضان النيل"}"#,
    "\n",
);

/// What is true of pages says nothing of all articles.
const OF_PAGES: [&str; 7] = ["limit", "cursor", "count", "facets", "facet_limit", "highlight", "explain"];

/// What an export takes: what a list takes that is not of its pages.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct ExportParams(ArticleListParams);

impl Input for ExportParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        self.0.check_together(faults);
        format::check::<ArticleExport>(self.0.format.as_deref(), faults);
    }
}

impl IntoParams for ExportParams {
    fn into_params(place: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let mut params = ArticleListParams::into_params(place);
        params.retain(|parameter| !OF_PAGES.contains(&parameter.name.as_str()));
        // Other formats than those of pages.
        for parameter in params.iter_mut().filter(|parameter| parameter.name == format::PARAMETER) {
            parameter.schema = Some(format::parameter::<ArticleExport>().into());
        }
        params
    }
}

/// Export articles
///
/// Returns all articles of a list in one response, one a line, from one snapshot of the database, in the order of
/// `sort`, which cannot be `relevance`. Each line is an article as in the list: choose its members with `fields` and
/// `include`.
///
/// An export may end early: because its key was revoked or has expired, the database is unreachable, the client reads
/// less than 32 KiB a second, or it takes more than ten minutes without a key, an hour with one. Then the last line
/// is no article but a LineResult with the result `stopped`: `line` is the number of the first missing line,
/// `problem` the reason. A response with such a line, or without the end of its transfer coding, is incomplete:
/// request it again. An import refuses the line.
#[utoipa::path(
    tag = "articles",
    params(ExportParams),
    responses((
        status = 200, description = "The articles, one a line; each is a PartialArticle, and the last one a LineResult where the export has ended early.",
        content((LinesSchema = "application/x-ndjson", example = json!(LINES))),
    )),
)]
#[get("/articles/export")]
pub async fn export_articles(
    request: HttpRequest,
    reads: Data<ListReads>,
    access: Access,
    Params(ExportParams(params)): Params<ExportParams>,
) -> ApiResult<HttpResponse> {
    let format = Chosen::<ArticleExport>::of(&request, params.format.as_deref())?;
    match format.writer() {
        Writer::Items(write) => {
            let form = ItemForm { media_type: format.form().media_type, write: *write };
            respond_with_items(form, &request, &reads, &access, params, None).await
        }
        Writer::Whole { .. } => Err(ApiError::internal("an export is never whole in memory")),
    }
}

/// A format in which articles follow one another.
#[derive(Clone, Copy)]
pub struct ItemForm {
    pub media_type: &'static str,
    pub write: fn(&Shaped, &mut Vec<u8>) -> ApiResult<()>,
}

/// Answers with all articles that the parameters describe, as they were when
/// the answer began, for as long as the key is good. What goes wrong later the last line tells: half an export must not
/// look like one.
pub async fn respond_with_items(
    form: ItemForm,
    request: &HttpRequest,
    reads: &ListReads,
    access: &Access,
    params: ArticleListParams,
    within: Option<Within>,
) -> ApiResult<HttpResponse> {
    refuse_pages(request)?;
    let list = params.list(access, within, reads.db().clock().today())?;
    if list.sort == ArticleSort::Relevance {
        let detail = "ranks the newest matches, and all are asked for: leave it out";
        return Err(invalid_parameter("sort", "unknown", detail));
    }
    let list = Arc::new(list);
    let whose = if access.sees_unpublished() { SnapshotOf::KeyHolder } else { SnapshotOf::Anybody };
    let snapshot = reads.snapshot(whose).await?;
    // Before the answer begins: a failure is still told as such.
    let lookups = reads.lookups_of_snapshot();
    let first = read(&snapshot, form, &list, &lookups, None).await?;
    let request_id =
        request.extensions().get::<RequestId>().map_or_else(String::new, |id| id.as_str().to_owned());
    let (db, access) = (reads.db().clone(), access.clone());
    let rest = Rest {
        request_id,
        db,
        access,
        snapshot: Some(snapshot),
        form,
        list,
        lookups,
        line: 1,
        ready: Some(first),
    };
    Ok(ndjson::respond(form.media_type, stream::unfold(rest, Rest::next)))
}

fn refuse_pages(request: &HttpRequest) -> ApiResult<()> {
    let given = |wanted: &&str| {
        url::form_urlencoded::parse(request.query_string().as_bytes()).any(|(name, _)| name == *wanted)
    };
    let fault = |name: &str| {
        let detail = "is of pages, and an export gives all articles: leave it out";
        FieldError::new(format!("/{name}"), "unknown", detail)
    };
    let faults: Vec<_> = OF_PAGES.iter().filter(|name| given(name)).map(|name| fault(name)).collect();
    if faults.is_empty() { Ok(()) } else { Err(ApiError::invalid(Problem::InvalidParameters, faults)) }
}

/// Some lines, how many they are, and where the next ones begin.
struct Step {
    lines: Vec<u8>,
    count: u64,
    next: Option<CursorText>,
}

/// What is still to be answered.
struct Rest {
    request_id: String,
    db: Db,
    access: Access,
    /// As long as there is anything to be read.
    snapshot: Option<Snapshot>,
    form: ItemForm,
    list: Arc<List>,
    lookups: Arc<Lookups>,
    /// The number of the next line.
    line: u64,
    ready: Option<Step>,
}

impl Rest {
    async fn next(mut self) -> Option<(Vec<u8>, Self)> {
        let Step { mut lines, count, next } = self.ready.take()?;
        // Not of the snapshot, in which the key is good for ever.
        if let Err(error) = self.access.ask_again(&self.db).await {
            return Some((self.stop(error), self));
        }
        self.line += count;
        match (&self.snapshot, next) {
            (Some(snapshot), Some(cursor)) => {
                match read(snapshot, self.form, &self.list, &self.lookups, Some(cursor)).await {
                    Ok(step) => {
                        snapshot.gave(lines.len());
                        self.ready = Some(step);
                    }
                    Err(error) => lines.extend(self.stop(error)),
                }
            }
            // Nothing is left to be read, however long the client takes for it.
            _ => self.snapshot = None,
        }
        Some((lines, self))
    }

    /// Ends the export early; gives the line that says so.
    fn stop(&mut self, error: ApiError) -> Vec<u8> {
        self.snapshot = None;
        let cause = error.cause.as_deref().unwrap_or(&error.detail);
        log::warn!(target: "maqal::request", request_id = self.request_id.as_str(), cause = cause; "an export has stopped");
        let mut line = Vec::new();
        ndjson::write_line(&mut line, &bulk::stopped(self.line, error));
        line
    }
}

async fn read(
    snapshot: &Snapshot,
    form: ItemForm,
    list: &Arc<List>,
    lookups: &Arc<Lookups>,
    cursor: Option<CursorText>,
) -> ApiResult<Step> {
    let (list, lookups) = (Arc::clone(list), Arc::clone(lookups));
    let read = snapshot.read(move |connection| {
        let page = list.read(connection, &list.page(STEP, cursor.as_ref())?, &lookups)?;
        let mut step = Step { lines: Vec::new(), count: 0, next: page.info.next_cursor.map(CursorText) };
        for full in page.rows {
            (form.write)(&Article::from(full).shaped(&list.shape)?, &mut step.lines)?;
            step.count += 1;
        }
        Ok(step)
    });
    read.await
}
