use jsonschema::Validator;
use maqal::server;
use serde_json::{Value, json};

use super::Response;

/// The OpenAPI document, as a contract.
pub struct Document(pub Value);

/// One operation of it.
#[derive(Clone, Copy)]
pub struct Operation<'a> {
    pub path: &'a str,
    pub method: &'a str,
    pub it: &'a Value,
}

impl Document {
    pub fn new() -> Self {
        Self(server::document())
    }

    pub fn operations(&self) -> Vec<Operation<'_>> {
        let paths = self.0["paths"].as_object().expect("paths").iter();
        paths
            .flat_map(|(path, item)| {
                let methods = item.as_object().expect("operations").iter();
                methods.map(move |(method, it)| Operation { path, method, it })
            })
            .collect()
    }

    /// What the node refers to, or else the node.
    pub fn resolve<'a>(&'a self, node: &'a Value) -> &'a Value {
        match node["$ref"].as_str() {
            Some(target) => {
                self.0.pointer(target.trim_start_matches('#')).unwrap_or_else(|| panic!("no {target}"))
            }
            None => node,
        }
    }

    /// An example in the schema, or in any schema that it consists of.
    pub fn example<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        let own = |node: &'a Value| node.get("example").or_else(|| node.get("examples")?.get(0));
        let target = self.resolve(schema);
        own(schema).or_else(|| own(target)).or_else(|| {
            let properties =
                target["properties"].as_object().into_iter().flat_map(|members| members.values());
            let choices = target["anyOf"].as_array().into_iter().flatten();
            properties.chain(target.get("items")).chain(choices).find_map(|part| self.example(part))
        })
    }

    /// What tells values of the schema from others, formats included.
    pub fn validator(&self, schema: &Value) -> Validator {
        let whole = json!({"components": self.0["components"], "allOf": [schema]});
        let options = jsonschema::options().should_validate_formats(true);
        options.build(&whole).unwrap_or_else(|error| panic!("{error} in {schema}"))
    }

    /// Why the value is not one of the schema; nothing, if it is.
    pub fn fault(&self, value: &Value, schema: &Value) -> Option<String> {
        let faults: Vec<_> = self
            .validator(schema)
            .iter_errors(value)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        (!faults.is_empty()).then(|| faults.join("; "))
    }

    /// Panics where the document does not have such an answer of the operation.
    pub fn check(&self, operation: Operation, response: &Response, what: &str) {
        let status = response.status.to_string();
        let documented = operation.it["responses"].get(&status);
        let documented =
            documented.unwrap_or_else(|| panic!("{what}: {status} is not documented: {}", response.text()));
        let documented = self.resolve(documented);
        let Some(contents) = documented["content"].as_object() else {
            assert!(response.body.is_empty(), "{what}: {status} has a body: {}", response.text());
            return;
        };
        let media_type = response.header("content-type").split(';').next().unwrap_or_default().to_owned();
        let content = contents.get(&media_type);
        let content = content.unwrap_or_else(|| panic!("{what}: {status} as {media_type} is not documented"));
        // Lines are checked by those who know what they are.
        if media_type.ends_with("json") && media_type != "application/x-ndjson" {
            let fault = self.fault(&response.json(), &content["schema"]);
            assert_eq!(fault, None, "{what}: {}", response.text());
        }
    }
}
