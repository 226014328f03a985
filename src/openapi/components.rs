//! What operations of the document refer to: headers, parameters, the key, and the answer of each kind of problem.

use serde_json::{Map, Value, json};

use crate::{auth::KEY_SCHEME, error::Problem};

/// Adds the key, and all headers and parameters.
pub(super) fn add_components(document: &mut Value) {
    let components = &mut document["components"];
    components["securitySchemes"] = json!({KEY_SCHEME: {
        "type": "http", "scheme": "bearer",
        "description": "A key of `maqal keys create`. Its role is reader (sees drafts), or editor or admin (write as \
            well); each operation names the role that it needs. Keys are managed on the command line.",
    }});
    components["headers"] = json!({
        "ETag": header("The strong entity tag of this representation. That of an item begins with the item's version, \
            and any of them is good for `If-Match`.", "\"3-9f2c4e61d0ab5c7788e1f402\"", 200),
        "Link": header("The first, previous and next page (RFC 8288).",
            "</v1/articles?limit=20>; rel=\"first\"", 20000),
        "Location": header("The item's address.", "/v1/articles/khartoum-book-fair", 4000),
        "Cache-Control": header("Who may keep the answer.", "public, no-cache", 100),
        "Age": {"description": "How many seconds ago the answer was certainly true; where the database does not answer, \
            and the service was told to give cached responses then.",
            "schema": {"type": "integer", "format": "int32", "minimum": 0, "maximum": 604_800}, "example": 12},
        "Cache-Status": header("That the answer may have changed since (RFC 9211); with Age.",
            "maqal; hit; ttl=-12; detail=stale-if-error", 100),
        "X-Request-Id": header("The request's id, which the server's log has as well.",
            "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11", 64),
        "Access-Control-Allow-Origin": header("The origins whose pages may read the answer; to requests with an Origin.",
            "*", 2000),
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer", "format": "int32", "minimum": 1, "maximum": 60}, "example": 2},
        "WWW-Authenticate": header("How to send a key.", "Bearer realm=\"maqal\"", 100),
    });
    components["parameters"] = json!({
        "If-Match": {
            "name": "If-Match", "in": "header", "required": false,
            "description": "Write only if the item still is of this version: its ETag, or its version. \
                A stale one is refused with 412.",
            "schema": {"type": "string", "pattern": CONDITION, "maxLength": 1000,
                "examples": ["\"3\""]},
        },
        "If-None-Match": {
            "name": "If-None-Match", "in": "header", "required": false,
            "description": "Write only if the item is not of this version, by its ETag or its version; with `*` only what \
                is not there, so never. Otherwise it is refused with 412.",
            "schema": {"type": "string", "pattern": CONDITION, "maxLength": 1000,
                "examples": ["\"2\""]},
        },
        "Idempotency-Key": {
            "name": "Idempotency-Key", "in": "header", "required": false,
            "description": "A name for this request: if it is sent again within 24 hours, the first answer is given again \
                and nothing happens twice.",
            "schema": {"type": "string", "pattern": "^[!-~]{1,200}$", "maxLength": 200,
                "examples": ["1f0e7a52-5c38-4c6a-a1a9-2f4a54d1c0de"]},
        },
    });
}

/// What a condition is: any item, a version, or entity tags (RFC 9110, section 8.8.3), weak ones too, of which those that
/// no item has are no item's.
const CONDITION: &str = r#"^(\*|[0-9]{1,18}|(W/)?"[!#-~]*"( ?, ?(W/)?"[!#-~]*")*)$"#;

fn header(description: &str, example: &str, max_length: usize) -> Value {
    let schema = json!({"type": "string", "pattern": "^[ -~]+$", "maxLength": max_length});
    json!({"description": description, "schema": schema, "example": example})
}

/// A header of those.
pub(super) fn header_ref(name: &str) -> Value {
    json!({"$ref": format!("#/components/headers/{name}")})
}

/// The headers of every answer.
pub(super) fn common_headers() -> Map<String, Value> {
    ["X-Request-Id", "Access-Control-Allow-Origin"]
        .map(|name| (name.to_owned(), header_ref(name)))
        .into_iter()
        .collect()
}

/// The documented answer of a kind of problem.
pub(super) fn response(problem: Problem) -> Value {
    let mut headers = json!(common_headers());
    match problem {
        Problem::Unavailable => headers["Retry-After"] = header_ref("Retry-After"),
        Problem::Unauthenticated => headers["WWW-Authenticate"] = header_ref("WWW-Authenticate"),
        Problem::Moved => headers["Location"] = header_ref("Location"),
        _ => {}
    }
    json!({
        "description": format!("{}. {}", problem.title(), problem.explanation()),
        "headers": headers,
        "content": {"application/problem+json": {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "example": {
                "type": format!("/problems/{}", problem.name()), "title": problem.title(),
                "status": problem.status().as_u16(), "detail": problem.explanation(),
                "instance": "/v1/articles/khartoum-book-fair",
                "request_id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b11",
            },
        }},
    })
}
