//! What is asked of texts in requests is not promised of those in answers.
//!
//! A pattern says which texts are accepted today. What is stored was accepted by the rules of then, so an answer may
//! have texts which no pattern of today allows, and a client that checks its answers must not stumble over them. So
//! answers have patterns that every text matches; a schema that both sides have is there twice.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

/// What every text that is stored matches: PostgreSQL keeps no NUL.
const ANY_TEXT: &str = r"^[^\u0000]*$";

const SCHEMAS: &str = "#/components/schemas/";

/// Widens the patterns of all that answers have.
pub fn widen(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let (mut asked, mut answered) = (BTreeSet::new(), BTreeSet::new());
    each_operation(document, |operation| {
        for part in ["parameters", "requestBody"] {
            collect(&operation[part], &schemas, &mut asked);
        }
        collect(&operation["responses"], &schemas, &mut answered);
        widen_below(&mut operation["responses"]);
    });
    let is_narrow = |name: &&String| {
        let mut below = BTreeSet::from([(*name).clone()]);
        collect(&schemas[*name], &schemas, &mut below);
        below.iter().any(|name| has_pattern(&schemas[name]))
    };
    let twice: BTreeSet<String> = asked.intersection(&answered).filter(is_narrow).cloned().collect();

    let components = document["components"]["schemas"].as_object_mut();
    let mut all = Map::new();
    for (name, schema) in components.map(std::mem::take).into_iter().flatten() {
        let mut of_requests = schema.clone();
        rename(&mut of_requests, &twice);
        if answered.contains(&name) {
            let mut of_answers = schema;
            widen_below(&mut of_answers);
            all.insert(name.clone(), of_answers);
        }
        if twice.contains(&name) {
            all.insert(input_name(&name), of_requests);
        } else if !answered.contains(&name) {
            all.insert(name, of_requests);
        }
    }
    document["components"]["schemas"] = Value::Object(all);
    each_operation(document, |operation| {
        for part in ["parameters", "requestBody"] {
            if let Some(part) = operation.get_mut(part) {
                rename(part, &twice);
            }
        }
    });
}

/// The schema of requests where answers have one of that name.
fn input_name(name: &str) -> String {
    format!("{name}Input")
}

fn each_operation(document: &mut Value, mut visit: impl FnMut(&mut Value)) {
    let items = document["paths"].as_object_mut().into_iter().flat_map(Map::values_mut);
    items.flat_map(|item| item.as_object_mut()).flat_map(Map::values_mut).for_each(&mut visit);
}

/// The members and items of a node, but for those of examples, which are no schemas.
fn below(node: &Value) -> impl Iterator<Item = &Value> {
    let members = node.as_object().into_iter().flatten();
    let members = members.filter(|(name, _)| !is_example(name)).map(|(_, member)| member);
    members.chain(node.as_array().into_iter().flatten())
}

fn below_mut(node: &mut Value) -> Box<dyn Iterator<Item = &mut Value> + '_> {
    match node {
        Value::Object(members) => {
            Box::new(members.iter_mut().filter(|(name, _)| !is_example(name)).map(|(_, member)| member))
        }
        Value::Array(items) => Box::new(items.iter_mut()),
        _ => Box::new(std::iter::empty()),
    }
}

fn is_example(name: &str) -> bool {
    matches!(name, "example" | "examples")
}

/// The component that a node refers to.
fn target(node: &Value) -> Option<&str> {
    node.get("$ref")?.as_str()?.strip_prefix(SCHEMAS)
}

/// Adds the names of all schemas that a node needs.
fn collect(node: &Value, schemas: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = target(node)
        && found.insert(name.to_owned())
    {
        collect(&schemas[name], schemas, found);
    }
    below(node).for_each(|node| collect(node, schemas, found));
}

fn has_pattern(node: &Value) -> bool {
    node.get("pattern").is_some_and(Value::is_string) || below(node).any(has_pattern)
}

fn widen_below(node: &mut Value) {
    if node.get("pattern").is_some_and(Value::is_string) {
        node["pattern"] = json!(ANY_TEXT);
    }
    below_mut(node).for_each(widen_below);
}

/// Makes a node refer to the schemas of requests.
fn rename(node: &mut Value, twice: &BTreeSet<String>) {
    if let Some(name) = target(node).filter(|name| twice.contains(*name)) {
        node["$ref"] = json!(format!("{SCHEMAS}{}", input_name(name)));
    }
    below_mut(node).for_each(|node| rename(node, twice));
}
