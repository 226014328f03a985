//! What the parameters of operations that read may be, as the OpenAPI document has them.

use serde_json::Value;
use uuid::Uuid;

use super::{Document, Operation};

/// A value of each parameter that has no list of them, with what else it needs.
const VALUES: [(&str, &str); 28] = [
    ("q", "q=common"),
    ("highlight", "q=common&highlight=true"),
    ("explain", "q=common&explain=true"),
    ("language", "language=ar"),
    ("source", "source=s1"),
    ("external_id", "external_id=x7&source=s7"),
    ("byline", "byline=b4"),
    ("translation_of", "translation_of=a1"),
    ("tags", "tags=t9"),
    ("tags_any", "tags_any=t9&tags_any=t8"),
    ("tags_none", "tags_none=t1"),
    ("tags_exact", "tags=t1&tags_exact=true"),
    ("entities", "entities=e9"),
    ("entities_any", "entities_any=e9&entities_any=e8"),
    ("entities_none", "entities_none=e1"),
    ("from", "from=2026-03-01"),
    ("to", "to=2026-03-01"),
    ("facet_limit", "facets=tags&facet_limit=5"),
    ("limit", "limit=7"),
    ("parent", "parent=t1"),
    ("wikidata_id", "wikidata_id=Q1"),
    ("name", "name=Entity+1"),
    ("window", "at=2026-05-01&window=7d"),
    ("baseline", "at=2026-05-01&baseline=28d"),
    ("at", "at=2026-05-01"),
    ("min_count", "min_count=2"),
    ("entity", "entity=e2"),
    // Followed wherever there is one.
    ("cursor", ""),
];

/// What a choice of a parameter needs besides.
fn needed_by(name: &str, choice: &str) -> &'static str {
    match (name, choice) {
        ("sort", "relevance") | ("match", _) => "q=common&",
        ("date_field", _) => "from=2026-03-01&",
        ("interval", _) => "from=2026-03-01&to=2026-04-01&",
        _ => "",
    }
}

impl Operation<'_> {
    /// The path, with the article `a1777`, the tag `t1` or the entity `e2` in it.
    pub fn address(&self) -> String {
        let id = match self.path {
            path if path.starts_with("/v1/articles") => "a1777",
            path if path.starts_with("/v1/tags") => "t1",
            _ => "e2",
        };
        self.path.replace("{id}", id).replace("{mention_id}", &Uuid::nil().to_string())
    }

    /// What each request of it has.
    pub fn needs(&self) -> &'static str {
        match self.path {
            "/v1/suggest" => "q=com",
            // All that it has is read, so it is to be little.
            "/v1/articles/export" => "source=s2",
            _ => "",
        }
    }
}

impl Document {
    /// Each parameter of an operation by itself, with each value of those that have few.
    pub fn settings(&self, operation: Operation) -> Vec<String> {
        let parameters = operation.it["parameters"].as_array().into_iter().flatten();
        let setting = |parameter: &Value| {
            let name = parameter["name"].as_str().expect("a name");
            let choices = self.choices(&parameter["schema"]);
            if !choices.is_empty() {
                let choice = |choice: &&str| format!("{}{name}={choice}", needed_by(name, choice));
                return choices.iter().map(choice).collect();
            }
            let value = VALUES.iter().find(|(known, _)| *known == name);
            let (_, value) = value.unwrap_or_else(|| panic!("{name} is new: give it a value in VALUES"));
            let is_given = value.is_empty() || name == "q" && !operation.needs().is_empty();
            Vec::from_iter((!is_given).then(|| (*value).to_owned()))
        };
        parameters.filter(|parameter| parameter["in"] == "query").flat_map(setting).collect()
    }

    /// The values of a schema that has a list of them.
    fn choices<'a>(&'a self, schema: &'a Value) -> Vec<&'a str> {
        let schema = self.resolve(schema);
        if let Some(items) = schema.get("items") {
            return self.choices(items);
        }
        let parts =
            ["oneOf", "anyOf", "allOf"].iter().flat_map(|it| schema[*it].as_array().into_iter().flatten());
        let inner = parts.flat_map(|part| self.choices(part));
        schema["enum"].as_array().into_iter().flatten().filter_map(Value::as_str).chain(inner).collect()
    }
}
