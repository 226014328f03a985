//! Every failure that a client can see.
//!
//! [`Problem`] is the closed list of kinds, each with the status, the title and
//! the explanation that its page under `/problems/` shows. [`ApiError`] is one
//! occurrence: what happened, where in the input, and how to go on.
//!
//! A failure that the client can mend says how. One that it cannot (a 500)
//! tells nothing of its cause: that goes to the log, under the request's id.

use std::fmt;

use actix_web::http::StatusCode;
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// The result of whatever answers a request.
pub type ApiResult<T> = Result<T, ApiError>;

macro_rules! problems {
    ($($variant:ident $status:literal $name:literal $title:literal $explanation:literal)+) => {
        /// The kinds of problem; the last part of a problem's `type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Problem { $(#[doc = $title] $variant),+ }

        impl Problem {
            /// Every kind, in the order of their statuses.
            pub const ALL: &[Problem] = &[$(Problem::$variant),+];

            /// The HTTP status that goes with it.
            pub fn status(self) -> StatusCode {
                match self { $(Problem::$variant => StatusCode::from_u16($status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)),+ }
            }

            /// The name in its URL.
            pub fn name(self) -> &'static str {
                match self { $(Problem::$variant => $name),+ }
            }

            /// One line that is the same for every occurrence.
            pub fn title(self) -> &'static str {
                match self { $(Problem::$variant => $title),+ }
            }

            /// What it means, and what to do about it.
            pub fn explanation(self) -> &'static str {
                match self { $(Problem::$variant => $explanation),+ }
            }
        }
    };
}

problems! {
    Moved 308 "moved" "Moved to another address"
        "The item has another slug now, or was merged into another. The Location header has its address. GET and HEAD are answered with 301, other methods with 308."
    MalformedJson 400 "malformed-json" "The body is not JSON"
        "The request's body could not be read as JSON in UTF-8. The detail has the line and the column of the first fault."
    InvalidBody 400 "invalid-body" "The body does not validate"
        "The request's body is JSON, but not of the form that the operation takes. Each entry of errors has a JSON Pointer to the place, a code and a sentence."
    InvalidParameters 400 "invalid-parameters" "The parameters do not validate"
        "A parameter of the query or a header is unknown, given twice, or has a value that it cannot take. Each entry of errors points to the parameter by its name."
    MalformedRequest 400 "malformed-request" "The request cannot be read"
        "What arrived is not a request of HTTP/1.1 (RFC 9112): a line, a header field, or the length of the body is not of its form. The detail says which. The connection is closed."
    Unauthenticated 401 "unauthenticated" "A key is needed"
        "The operation needs a key, or the key that was sent is unknown, revoked or expired. Send it as Authorization: Bearer KEY. Keys are made with maqal keys create."
    Forbidden 403 "forbidden" "The key's role does not suffice"
        "The key is good, but its role may not do this: reader sees what is not published, editor and admin write as well. Keys are made with maqal keys create."
    NotFound 404 "not-found" "Nothing is here"
        "No such path exists, or no such item, or it is not published and the request has no key."
    MethodNotAllowed 405 "method-not-allowed" "The path has no such method"
        "The Allow header lists the methods that the path has."
    NotAcceptable 406 "not-acceptable" "No form of the answer is acceptable"
        "Accept takes none of the formats of the answer, or Accept-Encoding refuses the answer as it is and names neither br nor gzip. The detail lists what there is. Leave the header out, or name one of them; the parameter format chooses a format whatever Accept says."
    RequestTimeout 408 "request-timeout" "The request took too long to arrive"
        "The request was not sent to its end in time. Send it again."
    Conflict 409 "conflict" "Another item stands in the way"
        "The change would break a rule that spans several items: a slug, an external id or a Wikidata id that is taken, a parent that still has children, or a mention that is there already."
    Gone 410 "gone" "The item was deleted"
        "An item was here and was deleted; deleted_at says when. It does not come back under this id."
    StaleVersion 412 "stale-version" "The item has changed"
        "If-Match named a version that is no longer the current one, or If-None-Match the one that is. Read the item again, apply the change to it, and send it with its new ETag."
    BodyTooLarge 413 "body-too-large" "The body is too large"
        "The request's body is larger than the server takes. The limit is a setting of the server, --max-body."
    UriTooLong 414 "uri-too-long" "The address is too long"
        "The path and the query are longer than the server takes. Ask for less at once, or send a shorter query."
    UnsupportedMediaType 415 "unsupported-media-type" "The media type is not supported"
        "The body must be application/json (for PATCH also application/merge-patch+json), not compressed. The bulk import takes application/x-ndjson, which gzip may compress."
    KeyReused 422 "idempotency-key-reused" "The idempotency key was used for another request"
        "An Idempotency-Key stands for one request for 24 hours. Use a new key for another request."
    HeadTooLarge 431 "head-too-large" "The header fields are too large"
        "The request has too many header fields, or too long ones. Leave out what the service does not need, cookies for example."
    Internal 500 "internal" "The server failed"
        "Something failed that should not. The server's log has the cause under the request's id; tell its operators the request_id."
    NotImplemented 501 "not-implemented" "The server cannot do that"
        "The request asks for what the server does not do: another transfer coding than chunked, or a connection to somewhere else."
    Unavailable 503 "unavailable" "The service cannot answer just now"
        "The database does not answer, or is read-only, or has no room or memory left, or all of its connections are busy, or as many imports, exports or searches run as can, or a search takes longer than it may: the detail says which. Send the request again after the time in Retry-After. Whether a write that was answered so has happened is not known: with the same Idempotency-Key it can be sent again without happening twice."
    VersionNotSupported 505 "version-not-supported" "The version of HTTP is not supported"
        "The server speaks HTTP/1.1 and HTTP/1.0."
}

/// The most faults that are told at once.
pub const MAX_FAULTS: usize = 50;
/// The longest pointer and detail, in code points: what repeats the input is cut.
const MAX_POINTER: usize = 2000;
const MAX_DETAIL: usize = 5000;

fn shortened(mut text: String, length: usize) -> String {
    if let Some((end, _)) = text.char_indices().nth(length) {
        text.truncate(end);
    }
    text
}

/// One fault in the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FieldError {
    /// A JSON Pointer into the body, or `/` and the parameter's name.
    #[schema(example = "/headline", max_length = 2000, pattern = r"^(/[\s\S]*)?$")]
    pub pointer: String,
    /// A stable word for programs.
    #[schema(example = "too_long", max_length = 50, pattern = "^[a-z_]+$")]
    pub code: String,
    /// A sentence for people.
    #[schema(
        example = "must have at most 500 characters, and has 612",
        max_length = 20_000,
        pattern = r"^[\s\S]+$"
    )]
    pub detail: String,
}

impl FieldError {
    /// A fault at a place.
    pub fn new(pointer: impl Into<String>, code: &str, detail: impl fmt::Display) -> Self {
        Self {
            pointer: shortened(pointer.into(), MAX_POINTER),
            code: code.to_owned(),
            detail: shortened(detail.to_string(), MAX_DETAIL),
        }
    }
}

/// One occurrence of a [`Problem`].
#[derive(Debug, Clone, thiserror::Error)]
#[error("{}: {detail}", problem.name())]
pub struct ApiError {
    /// What kind it is.
    pub problem: Problem,
    /// What happened, for people.
    pub detail: String,
    /// The faults in the input, all of them.
    pub errors: Vec<FieldError>,
    /// What else the kind has to say.
    pub extra: Extra,
    /// What the log gets and the client does not.
    pub cause: Option<String>,
    /// Whether the transaction lost against another, and may win when it is begun again.
    pub lost_race: bool,
}

/// What only some kinds of problem carry.
#[derive(Debug, Clone, PartialEq)]
pub enum Extra {
    Nothing,
    /// The slug of the item that stands where the request's `{id}` pointed.
    MovedTo(String),
    DeletedAt(DateTime<Utc>),
    Allow(String),
}

impl ApiError {
    /// A problem with a detail of its own.
    pub fn new(problem: Problem, detail: impl Into<String>) -> Self {
        Self {
            problem,
            detail: detail.into(),
            errors: Vec::new(),
            extra: Extra::Nothing,
            cause: None,
            lost_race: false,
        }
    }

    /// Faults in the input; the detail sums them up.
    pub fn invalid(problem: Problem, mut errors: Vec<FieldError>) -> Self {
        let detail = match errors.as_slice() {
            [only] if only.pointer.is_empty() => only.detail.clone(),
            [only] => format!("{}: {}", only.pointer, only.detail),
            many if many.len() > MAX_FAULTS => {
                format!("{} faults, the first {MAX_FAULTS} in errors", many.len())
            }
            many => format!("{} faults, each in errors", many.len()),
        };
        errors.truncate(MAX_FAULTS);
        Self { errors, ..Self::new(problem, shortened(detail, MAX_DETAIL)) }
    }

    /// One fault in the body.
    pub fn invalid_field(pointer: impl Into<String>, code: &str, detail: impl fmt::Display) -> Self {
        Self::invalid(Problem::InvalidBody, vec![FieldError::new(pointer, code, detail)])
    }

    /// Both results, or the faults of both; any other failure alone, the first one.
    pub fn both<A, B>(a: ApiResult<A>, b: ApiResult<B>) -> ApiResult<(A, B)> {
        let is_invalid = |error: &Self| error.problem == Problem::InvalidBody;
        match (a, b) {
            (Err(a), Err(b)) if is_invalid(&a) && is_invalid(&b) => {
                Err(Self::invalid(Problem::InvalidBody, [a.errors, b.errors].concat()))
            }
            (a, b) => Ok((a?, b?)),
        }
    }

    /// Nothing here by that name.
    pub fn not_found(what: &str, key: impl fmt::Display) -> Self {
        Self::new(Problem::NotFound, format!("there is no {what} {key}"))
    }

    /// It was here until then.
    pub fn gone(what: &str, key: impl fmt::Display, deleted_at: DateTime<Utc>) -> Self {
        let when = deleted_at.to_rfc3339_opts(SecondsFormat::Secs, true);
        Self {
            extra: Extra::DeletedAt(deleted_at),
            ..Self::new(Problem::Gone, format!("the {what} {key} was deleted at {when}"))
        }
    }

    /// It is under another slug now.
    pub fn moved(slug: String) -> Self {
        let detail = format!("the item is called {slug} now");
        Self { extra: Extra::MovedTo(slug), ..Self::new(Problem::Moved, detail) }
    }

    /// A failure of ours; the cause is for the log.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Self {
            cause: Some(cause.to_string()),
            ..Self::new(Problem::Internal, "the server failed to answer; its log has the cause")
        }
    }

    /// The database does not answer; the cause is for the log.
    pub fn unavailable(cause: impl fmt::Display) -> Self {
        Self { cause: Some(cause.to_string()), ..Self::new(Problem::Unavailable, NO_ANSWER) }
    }

    /// The database takes no writes; the cause is for the log.
    pub fn read_only(cause: impl fmt::Display) -> Self {
        Self { detail: READ_ONLY.to_owned(), ..Self::unavailable(cause) }
    }

    /// Whether it is that.
    pub fn is_read_only(&self) -> bool {
        self.detail == READ_ONLY
    }
}

/// What is told of a database that does not answer, or of which no more is known.
pub const NO_ANSWER: &str = "the database does not answer; try again shortly";
const READ_ONLY: &str = "the database is read-only just now, so nothing can be written; reads are answered";

/// One fault in one parameter.
pub fn invalid_parameter(name: &str, code: &str, detail: impl fmt::Display) -> ApiError {
    ApiError::invalid(Problem::InvalidParameters, vec![FieldError::new(format!("/{name}"), code, detail)])
}
