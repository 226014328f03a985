//! The rules of the house that matter enough to be checked.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every source file of the service, with its path below `src/`.
fn sources() -> Vec<(PathBuf, String)> {
    sources_in("src")
}

/// Every source file below a folder, with its path in there.
fn sources_in(folder: &str) -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut found = Vec::new();
    walk(&root, &mut found);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        (path.strip_prefix(&root).expect("below src").to_owned(), text)
    };
    found.into_iter().map(read).collect()
}

/// The code without white space, each import on its own: `use crate::{a, b::{c, d}}` becomes
/// `crate::a;crate::b::c;crate::b::d;`, whichever way it was laid out.
fn flattened(text: &str) -> String {
    let mut flat = String::new();
    let mut rest = text;
    while let Some(start) = rest.find("use ") {
        let end = rest[start..].find(';').map_or(rest.len(), |end| start + end);
        flat.extend(rest[..start].split_whitespace());
        let import: String = rest[start + 4..end].split_whitespace().collect();
        expand("", &import, &mut flat);
        rest = &rest[(end + 1).min(rest.len())..];
    }
    flat.extend(rest.split_whitespace());
    flat
}

fn expand(prefix: &str, import: &str, flat: &mut String) {
    let (mut depth, mut start) = (0, 0);
    let ends = import.char_indices().chain([(import.len(), ',')]);
    for (at, c) in ends {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                let part = &import[start..at];
                start = at + 1;
                match part.split_once('{') {
                    _ if part.is_empty() => {}
                    Some((path, inner)) => {
                        expand(&format!("{prefix}{path}"), inner.strip_suffix('}').unwrap_or(inner), flat);
                    }
                    None => flat.push_str(&format!("{prefix}{part};")),
                }
            }
            _ => {}
        }
    }
}

#[test]
fn imports_are_seen_in_any_layout() {
    let text = "use crate::{\n    articles::{\n        body::A,\n        routes::{B, C},\n    },\n    cli,\n};\nfn f() {}";
    assert_eq!(
        flattened(text),
        "crate::articles::body::A;crate::articles::routes::B;crate::articles::routes::C;crate::cli;fnf(){}"
    );
}

fn assert_none_has(words: &[&str], applies: impl Fn(&Path) -> bool) {
    assert_none_of(sources(), words, applies);
}

fn assert_none_of(sources: Vec<(PathBuf, String)>, words: &[&str], applies: impl Fn(&Path) -> bool) {
    let checked: Vec<_> = sources.iter().filter(|(path, _)| applies(path)).collect();
    assert!(!checked.is_empty(), "the rule applies to no file");
    for (path, text) in checked {
        let text = flattened(text);
        for word in words {
            assert!(!text.contains(word), "{} has {word:?}", path.display());
        }
    }
}

#[test]
fn routes_know_no_sql() {
    assert_none_has(&["diesel"], |path| {
        path.ends_with("routes.rs") || path.parent().is_some_and(|folder| folder.ends_with("routes"))
    });
}

#[test]
fn a_handler_writes_for_whoever_asks_it_to() {
    // What the service does by itself needs nobody's key, so that no route may say that it is such work.
    assert_none_has(&["Background"], |path| {
        path.ends_with("routes.rs") || path.parent().is_some_and(|folder| folder.ends_with("routes"))
    });
}

#[test]
fn every_handler_that_may_change_something_asks_for_an_editor() {
    let mut count = 0;
    for (path, text) in sources() {
        for method in ["post", "put", "patch", "delete"] {
            for (_, handler) in text.match_indices(&format!("#[{method}(")).map(|(at, _)| text.split_at(at)) {
                let signature = handler.split_once(") -> ").expect("a handler").0;
                assert!(signature.contains(": Editor"), "{}: {signature}", path.display());
                count += 1;
            }
        }
    }
    let document = maqal::server::document();
    let items = document["paths"].as_object().expect("paths").values();
    let methods = items.flat_map(|item| item.as_object().expect("operations").keys());
    assert_eq!(count, methods.filter(|method| *method != "get").count(), "some are declared in another way");
}

#[test]
fn the_work_of_a_bulk_import_knows_no_http_server() {
    assert_none_has(&["actix_web", "tokio"], |path| {
        let is_work =
            ["bulk", "articles/bulk", "entities/bulk", "transfer"].iter().any(|it| path.starts_with(it));
        is_work && !path.ends_with("bulk/stream.rs")
    });
}

#[test]
fn models_and_queries_know_no_http_server() {
    assert_none_has(&["actix_web"], |path| {
        path.ends_with("model.rs")
            || path.ends_with("queries.rs")
            || path.parent().is_some_and(|folder| folder.ends_with("queries"))
    });
}

#[test]
fn no_feature_imports_the_routes_of_another() {
    let features = ["articles", "tags", "entities", "mentions", "coverage"];
    for feature in features {
        let foreign = features.iter().filter(|other| **other != feature);
        let words: Vec<String> = foreign.map(|other| format!("crate::{other}::routes")).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_none_has(&words, |path| path.starts_with(feature));
    }
}

#[test]
fn nothing_below_the_server_imports_it() {
    assert_none_has(&["crate::server", "crate::cli"], |path| {
        ["main.rs", "cli.rs", "server.rs"].iter().all(|top| path != Path::new(top))
    });
}

#[test]
fn what_all_share_knows_no_feature() {
    assert_none_has(&["crate::articles", "crate::tags", "crate::entities", "crate::auth"], |path| {
        ["http", "db", "values"].iter().any(|folder| path.starts_with(folder))
    });
}

#[test]
fn text_is_pure() {
    assert_none_of(sources_in("crates/text/src"), &["diesel", "actix", "utoipa", "maqal::"], |_| true);
}

#[test]
fn articles_are_selected_in_one_place_alone() {
    // Which asks whether the reader may see them.
    assert_none_has(&["Article::as_select", "Bodies::as_select", "articles::all_columns"], |path| {
        path != Path::new("articles/queries/embed.rs")
    });
}

#[test]
fn only_db_touches_the_pool_and_the_blocking_threads() {
    assert_none_has(&["r2d2", "web::block"], |path| {
        // What is compressed or parsed on a blocking thread is no query.
        !path.starts_with("db") && path != Path::new("config.rs") && path != Path::new("blocking.rs")
    });
}

#[test]
fn only_config_and_logging_read_the_environment() {
    assert_none_has(&["env::var"], |path| path != Path::new("config.rs") && path != Path::new("logging.rs"));
}
