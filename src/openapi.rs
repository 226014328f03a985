//! The OpenAPI document: what the routes say of themselves, and what is true of
//! all routes of a kind (the errors, the conditional headers, the key), added
//! here by rule, so that no route can forget it.

mod answers;
mod components;

use std::collections::BTreeSet;

use actix_web::{
    App, HttpRequest, HttpResponse, get,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, ContentType, ETAG, X_FRAME_OPTIONS},
    },
    middleware::DefaultHeaders,
    web::{Bytes, Data},
};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt, service_config::ServiceConfig};
use utoipa_swagger_ui::Config;

use self::components::{add_components, common_headers, header_ref, response};
use crate::{
    analytics, articles,
    auth::KEY_SCHEME,
    entities,
    error::Problem,
    formats::{self, Described},
    http::{conditional, format, input::MAX_REPEATS, ndjson, problem::ProblemDocument},
    page, search, tags,
    values::{self, INLINE},
};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Maqal",
        description = "A REST JSON API for news content: **articles**, the **tags** that editors give \
            them, and the **entities** (people, organisations, places, events, works) that they speak of. \
            Arabic is a first-class language, beside all others.\n\n\
            Reading what is published is open. Writing, and seeing what is not published, takes a key: \
            `Authorization: Bearer KEY`.\n\n\
            Lists are paged by cursors, errors are problem documents (RFC 9457), reads have strong ETags, \
            writes take `If-Match`.\n\n\
            A body may have 200,000 values and, unless the server is told otherwise, 16 MiB: room for an article whose text is as long as its \
            `maxLength` says, in every script, however the client writes its letters.\n\n\
            What is no request of HTTP/1.1, or does not come to its end, is answered before there is any operation: \
            with 400, 408, 414, 431, 501 or 505, by a problem document as well, and the connection ends.",
        contact(name = "Maqal", url = "https://example.org/maqal"),
        license(name = "MIT", identifier = "MIT"),
    ),
    servers((url = "/", description = "This service, local or in production")),
    tags(
        (name = "articles", description = "Pieces of news."),
        (name = "tags", description = "The labels that editors give to articles, in a hierarchy."),
        (name = "entities", description = "The real things that articles speak of."),
        (name = "search", description = "What somebody may be about to type."),
        (name = "problems", description = "What the types of problem documents mean."),
        (name = "health", description = "How the service is."),
        (name = "meta", description = "The description of the API itself."),
    ),
    components(schemas(
        ProblemDocument,
        tags::body::TagPatch, entities::body::EntityPatch, articles::input::ArticlePatch,
        articles::input::TagObject, articles::input::EntityObject,
        articles::model::ArticleSort, search::asked::Strength, search::queries::DateField,
        articles::shape::ArticleField, articles::shape::ArticleInclude, articles::model::Facet,
        articles::model::Feature, search::suggest::SuggestionType, analytics::Interval, analytics::Span, analytics::CooccurringSort, crate::bulk::LineResult,
        tags::model::TagSort, entities::model::EntitySort,
        page::Limit, page::CursorText, page::Count, values::Key, values::Moment, values::WikidataId,
    )),
)]
struct Frame;

/// The document of these routes, complete.
pub fn document(routes: fn(&mut ServiceConfig)) -> Value {
    let app = App::new().into_utoipa_app().openapi(Frame::openapi()).configure(routes);
    let (_, collected) = app.split_for_parts();
    let mut document = serde_json::to_value(collected).unwrap_or_default();
    formats::described().iter().for_each(|value| add_formats(&mut document, value));
    inline_values(&mut document);
    bound(&mut document);
    answers::widen(&mut document);
    add_components(&mut document);
    document["servers"][0]["x-internal"] = json!(false);
    let mut answered = BTreeSet::new();
    for (path, item) in members(&mut document["paths"]) {
        for (method, operation) in members(item) {
            answered.extend(complete(path, method, operation));
        }
    }
    document["components"]["responses"] = answered
        .into_iter()
        .map(|problem| (problem.name().to_owned(), response(problem)))
        .collect::<Map<_, _>>()
        .into();
    document
}

/// A document as the text that is committed.
pub fn as_text(document: &Value) -> String {
    serde_json::to_string_pretty(document).unwrap_or_default()
}

fn members(value: &mut Value) -> impl Iterator<Item = (&String, &mut Value)> {
    value.as_object_mut().into_iter().flatten()
}

/// Adds the other formats of a value to all operations that answer with it.
fn add_formats(document: &mut Value, value: &Described) {
    let schema = json!(format!("#/components/schemas/{}", value.name));
    for (_, item) in members(&mut document["paths"]) {
        for (_, operation) in members(item) {
            let content = operation.pointer_mut("/responses/200/content");
            let is_of_value =
                |content: &&mut Value| content.pointer("/application~1json/schema/$ref") == Some(&schema);
            for content in content.into_iter().filter(is_of_value) {
                for (media_type, schema) in &value.contents {
                    content[*media_type] = json!({"schema": schema});
                }
            }
        }
    }
    for (name, schema) in &value.schemas {
        let schemas = &mut document["components"]["schemas"];
        if schemas.get(name).is_none() {
            schemas[name] = json!(schema);
        }
    }
}

/// Puts the schemas that are not to be components where they are referred to.
fn inline_values(document: &mut Value) {
    let mut values = Map::new();
    if let Value::Object(schemas) = &mut document["components"]["schemas"] {
        let names: Vec<String> = schemas.keys().filter(|name| name.starts_with(INLINE)).cloned().collect();
        for name in names {
            let schema = schemas.shift_remove(&name).unwrap_or_default();
            values.insert(format!("#/components/schemas/{name}"), schema);
        }
    }
    replace_refs(document, &values);
}

fn replace_refs(node: &mut Value, values: &Map<String, Value>) {
    if let Value::Object(members) = node
        && let Some(Value::String(target)) = members.get("$ref")
        && let Some(schema) = values.get(target)
    {
        let mut schema = schema.clone();
        if let (Value::Object(schema), Some(description)) = (&mut schema, members.get("description")) {
            schema.insert("description".to_owned(), description.clone());
        }
        *node = schema;
    }
    match node {
        Value::Object(members) => members.values_mut().for_each(|member| replace_refs(member, values)),
        Value::Array(items) => items.iter_mut().for_each(|item| replace_refs(item, values)),
        _ => {}
    }
}

/// Says of every schema what its format implies.
fn bound(node: &mut Value) {
    match node {
        Value::Object(members) => {
            let format = members.get("format").and_then(Value::as_str).unwrap_or_default().to_owned();
            let (name, value) = match format.as_str() {
                "uuid" => ("maxLength", json!(36)),
                "date" => ("maxLength", json!(10)),
                "date-time" => ("maxLength", json!(35)),
                "int32" => ("maximum", json!(i32::MAX)),
                // What every JSON reader tells apart.
                "int64" => ("maximum", json!(9_007_199_254_740_991_i64)),
                _ => ("", Value::Null),
            };
            if members.contains_key("type") && !name.is_empty() {
                members.entry(name).or_insert(value);
            }
            members.values_mut().for_each(bound);
        }
        Value::Array(items) => items.iter_mut().for_each(bound),
        _ => {}
    }
}

/// What the sample of `--demo` has, by how paths begin: what the docs page asks for is there.
const SAMPLE_ITEMS: [(&str, &str); 5] = [
    ("/v1/articles/{id}", "أفلاج-عمان"),
    ("/v1/tags/{id}", "heritage"),
    ("/v1/entities/{id}/merges", "oman"),
    ("/v1/entities/{id}/merge", "nizwa"),
    ("/v1/entities/{id}", "oman"),
];

/// Adds to an operation what is true of all of its kind, and returns the
/// problems that it answers with.
fn complete(path: &str, method: &str, operation: &mut Value) -> Vec<Problem> {
    let is_v1 = path.starts_with("/v1/");
    let is_read = method == "get";
    let names_item = path.contains("{id}");
    let has_body = operation.get("requestBody").is_some();
    // Of as many lines as one likes, each with a problem of its own.
    let is_bulk = path.ends_with("/bulk");
    if has_body {
        operation["requestBody"]["required"] = json!(true);
    }

    let item = SAMPLE_ITEMS.iter().find(|(start, _)| path.starts_with(start)).map(|(_, item)| *item);
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        // The docs page fills in what is an example of the parameter itself.
        if let Some(item) = item.filter(|_| parameter["name"] == "id") {
            parameter["example"] = json!(item);
        }
        if parameter["name"] == format::PARAMETER {
            parameter["description"] = json!("The format of the answer, before that which `Accept` prefers.");
        }
        if parameter["schema"]["type"] == "array" {
            parameter["schema"]["maxItems"] = json!(MAX_REPEATS);
        }
    }

    // Of every answer a form has to be found that the client takes.
    let mut problems = vec![("406", Problem::NotAcceptable)];
    problems
        .push(("400", if has_body && !is_bulk { Problem::InvalidBody } else { Problem::InvalidParameters }));
    if is_v1 {
        problems.extend([
            ("401", Problem::Unauthenticated),
            ("500", Problem::Internal),
            ("503", Problem::Unavailable),
        ]);
    }
    if is_v1 && !is_read {
        problems.push(("403", Problem::Forbidden));
    }
    if is_v1 && !is_read && !is_bulk {
        problems.push(("409", Problem::Conflict));
    }
    if names_item {
        let moved = if is_read { "301" } else { "308" };
        problems.extend([(moved, Problem::Moved), ("404", Problem::NotFound), ("410", Problem::Gone)]);
    }
    if has_body {
        problems.push(("415", Problem::UnsupportedMediaType));
    }
    if has_body && !is_bulk {
        problems.extend([("408", Problem::RequestTimeout), ("413", Problem::BodyTooLarge)]);
    }
    let mut parameters = Vec::new();
    if method == "post" && !is_bulk {
        parameters.push("Idempotency-Key");
        problems.push(("422", Problem::KeyReused));
    }
    let writes_version = match method {
        "put" | "patch" | "delete" => true,
        "post" => path.ends_with("/merge") || path.ends_with("/split"),
        _ => false,
    };
    if writes_version {
        parameters.extend(["If-Match", "If-None-Match"]);
        problems.push(("412", Problem::StaleVersion));
    }
    match path {
        "/readyz" => problems.extend([("500", Problem::Internal), ("503", Problem::Unavailable)]),
        "/problems/{name}" => problems.push(("404", Problem::NotFound)),
        _ => {}
    }

    // Lines come as they are ready, and nobody keeps them.
    let is_cached =
        is_v1 && is_read && operation["responses"]["200"]["content"].get(ndjson::MEDIA_TYPE).is_none();
    describe_success(path, is_cached, operation);
    let responses = &mut operation["responses"];
    for (status, problem) in &problems {
        responses[*status] = json!({"$ref": format!("#/components/responses/{}", problem.name())});
    }
    if let Value::Object(responses) = responses {
        responses.sort_keys();
    }
    if !parameters.is_empty() {
        let list = operation
            .as_object_mut()
            .map(|operation| operation.entry("parameters").or_insert_with(|| json!([])));
        if let Some(Value::Array(list)) = list {
            list.extend(
                parameters.into_iter().map(|name| json!({"$ref": format!("#/components/parameters/{name}")})),
            );
        }
    }
    if operation.get("security").is_none() {
        // Open to all; a key lets see more.
        operation["security"] = if is_v1 { json!([{}, {KEY_SCHEME: ["reader"]}]) } else { json!([]) };
    }
    problems.into_iter().map(|(_, problem)| problem).collect()
}

/// The headers of what succeeds, and 304 for reads.
fn describe_success(path: &str, is_cached: bool, operation: &mut Value) {
    let is_list = ["articles", "tags", "entities", "mentions"].iter().any(|list| path.ends_with(list));
    for (status, response) in members(&mut operation["responses"]) {
        let mut headers = common_headers();
        if status != "204"
            && path.starts_with("/v1/")
            && response["content"].get(ndjson::MEDIA_TYPE).is_none()
        {
            headers.insert("ETag".to_owned(), header_ref("ETag"));
        }
        if status != "204" && path.starts_with("/v1/") {
            headers.insert("Cache-Control".to_owned(), header_ref("Cache-Control"));
        }
        if status == "200" && is_cached {
            for name in ["Age", "Cache-Status"] {
                headers.insert(name.to_owned(), header_ref(name));
            }
        }
        if status == "201" {
            headers.insert("Location".to_owned(), header_ref("Location"));
        }
        if status == "200" && is_list && is_cached {
            headers.insert("Link".to_owned(), header_ref("Link"));
        }
        response["headers"] = Value::Object(headers);
    }
    if is_cached {
        let mut headers = common_headers();
        headers.insert("ETag".to_owned(), header_ref("ETag"));
        operation["responses"]["304"] = json!({
            "description": "Not modified: the ETag in If-None-Match is still current.",
            "headers": headers,
        });
    }
}

/// The document, ready to be sent.
pub struct Served {
    body: Bytes,
    etag: String,
}

impl Served {
    /// The bytes of a document, and their tag.
    pub fn new(document: &Value) -> Self {
        let body = serde_json::to_vec(document).unwrap_or_default();
        Self { etag: conditional::etag(None, &body), body: body.into() }
    }
}

/// Read the OpenAPI document
///
/// Returns this document, in OpenAPI 3.1.
#[utoipa::path(
    tag = "meta",
    operation_id = "read_openapi",
    responses((status = 200, description = "The document.", body = Object)),
)]
#[get("/openapi.json")]
async fn read_openapi(request: HttpRequest, served: Data<Served>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    response.insert_header((CACHE_CONTROL, "public, no-cache"));
    if let Some(held) = conditional::held_by(request.headers(), &served.etag) {
        return response.status(StatusCode::NOT_MODIFIED).insert_header((ETAG, held)).finish();
    }
    response
        .insert_header((ETAG, served.etag.as_str()))
        .content_type(ContentType::json())
        .body(served.body.clone())
}

/// The route of the document.
pub fn configure(config: &mut ServiceConfig) {
    config.service(read_openapi);
}

/// What the docs page may do: load what lies beside it, call this service, and be in no other page's frame, where
/// its buttons could be pressed by somebody who does not see them.
const DOCS_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/// The headers of the docs page and of its files.
pub fn docs_headers() -> DefaultHeaders {
    DefaultHeaders::new().add((CONTENT_SECURITY_POLICY, DOCS_POLICY)).add((X_FRAME_OPTIONS, "DENY"))
}

/// The docs page: that of Swagger UI, under the name of this service.
pub async fn docs_page() -> HttpResponse {
    HttpResponse::Ok().content_type(ContentType::html()).body(include_str!("openapi/docs.html"))
}

/// The settings of the docs page.
pub fn swagger_config() -> Config<'static> {
    Config::from("/openapi.json")
        .try_it_out_enabled(true)
        .persist_authorization(false)
        .display_operation_id(true)
}
