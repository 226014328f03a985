//! Parameters that go together, in every operation that has them.

use crate::support::{Document, TestApp};

/// The reads that have a parameter of that name, on items that need not be there: parameters are looked at first.
fn reads_with(document: &Document, name: &str) -> Vec<String> {
    let has = |parameter: &serde_json::Value| document.resolve(parameter)["name"] == name;
    let operations = document.operations().into_iter();
    let paths = operations
        .filter(|it| it.method == "get" && it.it["parameters"].as_array().into_iter().flatten().any(has))
        .map(|it| it.path.replace("{id}", "x"));
    paths.collect()
}

#[test]
fn what_is_of_a_search_needs_one() {
    let (app, document) = (TestApp::start(), Document::new());
    let lists = reads_with(&document, "match");
    assert!(lists.len() > 3, "{lists:?}");
    for list in &lists {
        let names = ["match=exact", "highlight=true", "explain=true", "sort=relevance"];
        for given in names
            .iter()
            .filter(|given| reads_with(&document, given.split_once('=').expect("a value").0).contains(list))
        {
            let pointer = format!("/{}", given.split_once('=').expect("a value").0);
            let response = app.get(&format!("{list}?{given}"));
            response.refused(400, "invalid-parameters", &[(&pointer, "needs_q")]);
            if !list.contains("/x/") && !list.ends_with("/export") {
                assert_eq!(app.get(&format!("{list}?{given}&q=a")).status, 200, "{list} {given}");
            }
        }
    }
    assert_eq!(app.get("/v1/articles?highlight=false&explain=false").status, 200);
    let all =
        [("/explain", "needs_q"), ("/highlight", "needs_q"), ("/match", "needs_q"), ("/sort", "needs_q")];
    let response = app.get("/v1/articles?match=exact&highlight=true&explain=true&sort=relevance");
    response.refused(400, "invalid-parameters", &all);
}

#[test]
fn a_range_ends_after_it_begins() {
    let (app, document) = (TestApp::start(), Document::new());
    let lists = reads_with(&document, "from");
    assert!(lists.len() > 5 && lists == reads_with(&document, "to"), "{lists:?}");
    for list in &lists {
        for reversed in [
            "from=2026-11-25&to=2026-11-20",
            "from=2026-11-25&to=2026-11-24T23:59:59.999999Z",
            "from=2026-11-23T09:30:01Z&to=2026-11-23T09:30:00Z",
            "from=2026-11-23T09:30:00Z&to=2026-11-23T11:30:00%2B03:00",
        ] {
            let response = app.get(&format!("{list}?{reversed}"));
            response.refused(400, "invalid-parameters", &[("/from", "reversed")]);
        }
    }
    for right in ["from=2026-11-23&to=2026-11-23", "from=2026-11-23T09:30:00Z&to=2026-11-23"] {
        assert_eq!(app.get(&format!("/v1/articles?{right}")).status, 200, "{right}");
    }
}

#[test]
fn what_is_not_known_is_nowhere() {
    let app = TestApp::start();
    app.publish("خبر", serde_json::json!({}));
    for unknown in ["tags=x", "tags_any=x", "entities=x", "entities_any=x", "translation_of=x"] {
        assert!(app.get(&format!("/v1/articles?{unknown}")).column("id").is_empty(), "{unknown}");
    }
    for unknown in ["tags_none=x", "entities_none=x"] {
        assert_eq!(app.get(&format!("/v1/articles?{unknown}")).column("id").len(), 1, "{unknown}");
    }
}
