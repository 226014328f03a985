//! The rules of the house that matter enough to be checked.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Every source file of the library, with its path below `src/`.
fn sources() -> Vec<(PathBuf, String)> {
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
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    walk(&root, &mut found);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        (path.strip_prefix(&root).expect("below src").to_owned(), text)
    };
    found.into_iter().map(read).collect()
}

fn assert_none_has(words: &[&str], applies: impl Fn(&Path) -> bool) {
    let sources = sources();
    let checked: Vec<_> = sources.iter().filter(|(path, _)| applies(path)).collect();
    assert!(!checked.is_empty(), "the rule applies to no file");
    for (path, text) in checked {
        for word in words {
            assert!(!text.contains(word), "{} has {word:?}", path.display());
        }
    }
}

#[test]
fn routes_know_no_sql() {
    assert_none_has(&["diesel"], |path| path.ends_with("routes.rs"));
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
    let features = ["articles", "tags", "entities"];
    for feature in features {
        let foreign = features.iter().filter(|other| **other != feature);
        let words: Vec<String> =
            foreign.flat_map(|other| [format!("{other}::routes"), format!("{other}::{{routes")]).collect();
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        assert_none_has(&words, |path| path.starts_with(feature));
    }
}

#[test]
fn nothing_below_the_server_imports_it() {
    assert_none_has(&["crate::server", "crate::cli", "    server,", "    server::"], |path| {
        ["main.rs", "cli.rs", "server.rs"].iter().all(|top| path != Path::new(top))
    });
}

#[test]
fn text_is_pure() {
    assert_none_has(&["diesel", "actix", "utoipa", "crate::db", "crate::http"], |path| {
        path.starts_with("text")
    });
}

#[test]
fn only_db_touches_the_pool_and_the_blocking_threads() {
    assert_none_has(&["r2d2", "web::block"], |path| {
        !path.starts_with("db") && path != Path::new("config.rs")
    });
}

#[test]
fn only_config_and_logging_read_the_environment() {
    assert_none_has(&["env::var"], |path| {
        !path.starts_with("db/embedded") && path != Path::new("config.rs") && path != Path::new("logging.rs")
    });
}
