//! The operations of the API, as its OpenAPI document lists them: which methods
//! a path has, and which role an operation needs.

use std::{collections::HashMap, rc::Rc};

use actix_web::{
    Error, HttpMessage, HttpRequest, HttpResponse,
    body::{BoxBody, MessageBody},
    dev::{ServiceRequest, ServiceResponse},
    http::{Method, header::ALLOW},
    middleware::Next,
    web::Data,
};
use serde::Deserialize;
use serde_json::Value;

use super::{KEY_SCHEME, Role};
use crate::{
    error::{ApiError, ApiResult, Extra, Problem},
    http::{input::Input, params},
};

/// Every operation, by the pattern of its path.
pub struct Operations(HashMap<String, Vec<Known>>);

/// What has to be known of an operation before it is called.
struct Known {
    method: Method,
    role: Option<Role>,
    has_parameters: bool,
}

impl Operations {
    /// Those of a document.
    pub fn of(document: &Value) -> Self {
        let object = |value: &Value| value.as_object().cloned().unwrap_or_default();
        let paths = object(&document["paths"]).into_iter().map(|(pattern, item)| {
            let operations = object(&item).into_iter().filter_map(|(name, operation)| {
                let method: Method = name.to_uppercase().parse().ok()?;
                Some(Known {
                    role: required_role(&method, &operation),
                    has_parameters: has_query_parameters(&operation),
                    method,
                })
            });
            (pattern, operations.collect())
        });
        Self(paths.collect())
    }

    /// The role that a request needs; `None` where anybody may ask. What could
    /// change something and is no operation is refused.
    pub fn required_role(&self, request: &HttpRequest) -> ApiResult<Option<Role>> {
        match self.find(request) {
            Some(known) => Ok(known.role),
            None if request.method().is_safe() => Ok(None),
            None => Err(self.refusal(request)),
        }
    }

    fn find(&self, request: &HttpRequest) -> Option<&Known> {
        let methods = self.0.get(&*pattern_of(request)?)?;
        methods.iter().find(|known| known.method == *request.method())
    }

    /// Why there is no such operation.
    fn refusal(&self, request: &HttpRequest) -> ApiError {
        let Some(allow) = self.allow(request) else {
            let refusal = ApiError::not_found("path", request.path());
            return match self.without_slash(request) {
                true => ApiError {
                    detail: format!("{}: leave the slash at its end out", refusal.detail),
                    ..refusal
                },
                false => refusal,
            };
        };
        let detail = format!("{} is not among the methods of this path: {allow}", request.method());
        ApiError { extra: Extra::Allow(allow), ..ApiError::new(Problem::MethodNotAllowed, detail) }
    }

    /// Whether there is such a path but for a slash at its end.
    fn without_slash(&self, request: &HttpRequest) -> bool {
        let path = routed_path(request);
        let shorter = path.trim_end_matches('/');
        let pattern = request.resource_map().match_pattern(shorter).filter(|_| shorter != path);
        pattern.is_some_and(|pattern| self.0.contains_key(&pattern))
    }

    fn allow(&self, request: &HttpRequest) -> Option<String> {
        let methods = self.0.get(&*pattern_of(request)?)?;
        let mut names: Vec<&str> = methods.iter().map(|known| known.method.as_str()).collect();
        if names.contains(&"GET") {
            names.push("HEAD");
        }
        names.push("OPTIONS");
        Some(names.join(", "))
    }
}

/// The role that the document names; a write that forgot to name one needs an editor.
fn required_role(method: &Method, operation: &Value) -> Option<Role> {
    let fallback = (!method.is_safe()).then_some(Role::Editor);
    let alternatives = operation["security"].as_array().map(Vec::as_slice).unwrap_or_default();
    let roles = alternatives.iter().map(|requirement| {
        let role = requirement.get(KEY_SCHEME)?.get(0)?.as_str()?;
        role.parse().ok()
    });
    // The least of the alternatives is enough, and none at all is the least.
    roles.min().flatten().or(fallback)
}

fn has_query_parameters(operation: &Value) -> bool {
    let parameters = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    parameters.iter().any(|parameter| parameter["in"] == "query")
}

/// What an operation without parameters takes.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NoParameters {}

impl Input for NoParameters {}

/// The path as the router compares it with patterns: decoded.
pub fn routed_path(request: &HttpRequest) -> &str {
    request.match_info().as_str()
}

/// The pattern to which the request goes; it is looked for once, in front of the router.
///
/// `match_pattern` is not asked: before a request is routed it compares the path as it was sent, so that it finds none
/// for `/v1/%61rticles`, which the router takes to `/v1/articles`.
fn pattern_of(request: &HttpRequest) -> Option<Rc<str>> {
    struct Found(Option<Rc<str>>);
    if let Some(Found(pattern)) = request.extensions().get() {
        return pattern.clone();
    }
    let pattern = request.resource_map().match_pattern(routed_path(request)).map(Rc::from);
    request.extensions_mut().insert(Found(pattern.clone()));
    pattern
}

/// The middleware that refuses a query string where the operation takes none;
/// what an operation does take, its own parameters check.
pub async fn refuse_stray_parameters(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let operations = request.app_data::<Data<Operations>>();
    let takes_none = || {
        if request.query_string().is_empty() {
            return None;
        }
        Some(!operations?.find(request.request())?.has_parameters)
    };
    if takes_none().unwrap_or(false)
        && let Err(error) = params::read::<NoParameters>(request.query_string())
    {
        return Ok(request.error_response(error));
    }
    next.call(request).await.map(ServiceResponse::map_into_boxed_body)
}

/// Answers whatever no route takes: OPTIONS, a method that the path does not
/// have, or a path that does not exist.
pub async fn fallback(request: HttpRequest, operations: Data<Operations>) -> ApiResult<HttpResponse> {
    match operations.allow(&request) {
        Some(allow) if request.method() == Method::OPTIONS => {
            Ok(HttpResponse::NoContent().insert_header((ALLOW, allow)).finish())
        }
        _ => Err(operations.refusal(&request)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_operation_needs_the_least_role_that_the_document_names_and_a_write_an_editor_where_it_names_none() {
        let needs = |role: &str| json!({KEY_SCHEME: [role]});
        for (method, security, role) in [
            (Method::GET, json!(null), None),
            (Method::GET, json!([]), None),
            (Method::GET, json!([{}, needs("reader")]), None),
            (Method::GET, json!([needs("reader")]), Some(Role::Reader)),
            (Method::GET, json!([needs("admin"), needs("reader")]), Some(Role::Reader)),
            (Method::POST, json!([needs("reader")]), Some(Role::Reader)),
            (Method::POST, json!([needs("admin")]), Some(Role::Admin)),
            // Nobody may write because something was forgotten.
            (Method::POST, json!(null), Some(Role::Editor)),
            (Method::POST, json!([]), Some(Role::Editor)),
            (Method::DELETE, json!([{}]), Some(Role::Editor)),
            (Method::PUT, json!([needs("nobody")]), Some(Role::Editor)),
            (Method::PATCH, json!([needs("reader"), {"another scheme": ["reader"]}]), Some(Role::Editor)),
        ] {
            let operation = json!({"security": security});
            assert_eq!(required_role(&method, &operation), role, "{method} {security}");
        }
        assert_eq!(required_role(&Method::POST, &json!({})), Some(Role::Editor));
    }
}
