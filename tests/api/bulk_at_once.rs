//! Bulk imports beside each other and beside other writers.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::{
    bulk::at,
    support::{TestApp, TestDatabase, cases, entity, import, line, results, tag, text_of},
};

#[test]
fn imports_of_the_same_lines_at_once_make_each_article_once() {
    let app = TestApp::with(TestDatabase::new(), &["--workers", "2", "--pool-size", "6"]);
    let links = json!({"tags": [{"slug": "t", "kind": "topic", "name": "T"}], "entities": [{"slug": "e", "type": "place", "name": "E"}]});
    let lines: Vec<Value> = (1..=60).map(|number| line(&number.to_string(), links.clone())).collect();
    let all: Vec<Vec<Value>> = thread::scope(|scope| {
        let run = |reverse: bool| {
            let mut lines = lines.clone();
            if reverse {
                lines.reverse();
            }
            import(&app, &lines)
        };
        let threads: Vec<_> = (0..3).map(|number| scope.spawn(move || run(number == 1))).collect();
        threads.into_iter().map(|thread| thread.join().expect("answers")).collect()
    });
    let count = |result: &str| all.iter().flatten().filter(|answer| answer["result"] == result).count();
    assert_eq!((count("created"), count("unchanged")), (60, 120));
    assert!(all.iter().flatten().all(|answer| answer["version"] == 1));
    for path in ["/v1/tags/t", "/v1/entities/e"] {
        assert_eq!(app.get(path).json()["article_count"], 60);
    }
}

#[test]
fn imports_and_single_writers_do_not_hinder_each_other() {
    let app = TestApp::with(TestDatabase::new(), &["--workers", "2", "--pool-size", "6"]);
    for slug in ["a", "b", "c"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    let sets = [json!(["a", "b", "c"]), json!(["c", "b"]), json!(["b", "a"]), json!([])];
    let lines = |step: usize| -> Vec<Value> {
        let links =
            |number: usize| json!({"tags": sets[(number + step) % 4], "entities": sets[(number * step) % 4]});
        (1..=20).map(|number| line(&number.to_string(), links(number))).collect()
    };
    import(&app, &lines(0));
    thread::scope(|scope| {
        scope.spawn(|| {
            for step in 1..8 {
                let answers = import(&app, &lines(step));
                assert!(results(&answers).iter().all(|result| *result != "failed"), "{answers:?}");
            }
        });
        for writer in 0..3 {
            let (app, sets) = (&app, &sets);
            scope.spawn(move || {
                for step in 0..12 {
                    let path = at("articles", &format!("عنوان-{}", (step * 3 + writer) % 20 + 1));
                    let status = ["archived", "published"][(step + writer) % 2];
                    let change = json!({"tags": sets[step % 4], "entities": sets[writer], "status": status});
                    let response = app.patch(&path, change);
                    assert_eq!(response.status, 200, "{}", response.text());
                }
            });
        }
    });
    import(&app, &lines(1));
    for (list, step) in [("tags", 1), ("entities", 1)] {
        for slug in ["a", "b", "c"] {
            let linked = lines(step)
                .iter()
                .filter(|line| line[list].as_array().expect("a list").contains(&json!(slug)))
                .count();
            assert_eq!(
                app.get(&format!("/v1/{list}/{slug}")).json()["article_count"],
                linked,
                "{list} {slug}"
            );
        }
    }
}

#[test]
fn any_imports_end_in_what_the_last_line_of_each_key_says() {
    let app = TestApp::start();
    let line = (0..4u8, 0..3u8, 0..4usize, any::<bool>());
    let imports = prop::collection::vec(prop::collection::vec(line, 1..12), 1..4);
    let runs = AtomicUsize::new(0);
    cases(12)
        .run(&imports, |imports| {
            let run = runs.fetch_add(1, Ordering::Relaxed);
            let sets = [json!([]), json!(["x"]), json!(["x", "y"]), json!(["y", "x"])];
            let written = |(key, body, set, is_draft): (u8, u8, usize, bool)| {
                let object = |slug: &Value| json!({"slug": slug, "kind": "topic", "name": "n"});
                let tags: Vec<Value> = sets[set].as_array().expect("a list").iter().map(object).collect();
                let status = if is_draft { "draft" } else { "published" };
                json!({"source": format!("run-{run}"), "external_id": key.to_string(), "language": "ar",
                       "headline": "ع", "body": body.to_string(), "tags": tags, "status": status})
            };
            let mut last = std::collections::BTreeMap::new();
            for import_lines in imports {
                let lines: Vec<Value> = import_lines.iter().copied().map(written).collect();
                let answers = import(&app, &lines);
                prop_assert!(results(&answers).iter().all(|result| *result != "failed"));
                last.extend(import_lines.into_iter().map(|line| (line.0, line)));
            }
            let list = format!("/v1/articles?source=run-{run}&status=draft&status=published&include=tags&fields=body,status,external_id");
            let page = app.as_editor("GET", &list).send().json();
            let stored = page["data"].as_array().expect("a list");
            prop_assert_eq!(stored.len(), last.len());
            for article in stored {
                let key: u8 = text_of(&article["external_id"]).parse().expect("a number");
                let expected = written(last[&key]);
                let slugs: Vec<&Value> = article["tags"].as_array().expect("tags").iter().map(|tag| &tag["slug"]).collect();
                prop_assert_eq!(json!(slugs), sets[last[&key].2].clone());
                prop_assert_eq!(&article["body"], &expected["body"]);
                prop_assert_eq!(&article["status"], &expected["status"]);
            }
            Ok(())
        })
        .expect("the last lines");
}
