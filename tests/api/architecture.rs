//! The rules of the house that matter enough to be checked.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use circles::circles;
use imports::{Crate, Paths};

mod circles;
mod imports;
mod syntax;

/// The crates of the workspace, with the folders of their sources.
static WORKSPACE: LazyLock<Vec<(PathBuf, Vec<Crate>)>> = LazyLock::new(|| {
    let members = fs::read_dir(root().join("crates")).expect("the folder of the crates");
    let members = members.map(|entry| entry.expect("an entry").path().join("src"));
    let folders = std::iter::once(root().join("src")).chain(members);
    let read = |folder: PathBuf| {
        let roots = ["lib.rs", "main.rs"].into_iter().filter(|root| folder.join(root).exists());
        let crates = roots.map(|root| Crate::read(&folder, root)).collect();
        (folder, crates)
    };
    folders.map(read).collect()
});

/// What each file of the service names.
static SERVICE: LazyLock<Paths> = LazyLock::new(|| crates_in("src").iter().flat_map(Crate::paths).collect());

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The library with its sources in a folder, and the program beside it.
fn crates_in(folder: &str) -> &'static [Crate] {
    let found = WORKSPACE.iter().find(|(path, _)| *path == root().join(folder));
    found.map(|(_, crates)| crates.as_slice()).expect("a folder of sources")
}

/// Every source file below a folder, with its path in there.
fn sources(folder: &Path) -> Vec<(PathBuf, String)> {
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
    let mut found = Vec::new();
    walk(folder, &mut found);
    let read = |path: PathBuf| {
        let text = fs::read_to_string(&path).expect("a source file");
        (path.strip_prefix(folder).expect("below the folder").to_owned(), text)
    };
    found.into_iter().map(read).collect()
}

/// What may not be named, as `crate::module`, `name::of_it` or a name alone, where a rule applies.
fn assert_none_names(paths: &Paths, unwanted: &[&str], applies: impl Fn(&Path) -> bool) {
    let checked: Vec<_> = paths.iter().filter(|(file, _)| applies(Path::new(file))).collect();
    assert!(!checked.is_empty(), "the rule applies to no file");
    for (file, paths) in checked {
        for path in paths {
            let within = format!("::{path}::");
            let word = unwanted.iter().find(|word| within.contains(&format!("::{word}::")));
            assert!(word.is_none(), "{file} names {path}");
        }
    }
}

fn assert_none_has(words: &[&str], applies: impl Fn(&Path) -> bool) {
    assert_none_names(&SERVICE, words, applies);
}

#[test]
fn nothing_is_imported_in_a_circle() {
    let mut found = Vec::new();
    for (folder, crates) in &*WORKSPACE {
        let edges = crates.iter().map(Crate::edges);
        let circles = edges.flat_map(|edges| circles(&edges));
        found.extend(circles.map(|circle| format!("{}: {circle}", folder.display())));
    }
    assert!(found.is_empty(), "{} circles:\n{}", found.len(), found.join("\n"));
}

#[test]
fn imports_are_read_of_every_file() {
    for (folder, crates) in &*WORKSPACE {
        let read: BTreeSet<&str> = crates.iter().flat_map(Crate::files).collect();
        for (file, _) in sources(folder) {
            let is_test = file.with_extension("").iter().any(|name| name == "tests");
            let name = file.to_str().expect("a name in UTF-8");
            assert!(is_test || read.contains(name), "{name} belongs to no module of {}", folder.display());
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
    for (path, text) in sources(&root().join("src")) {
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
fn queries_know_no_caches() {
    // They find ids and rows; a feature's reads put those together with what is cached.
    assert_none_has(&["crate::cache", "TermCache", "SummaryCache"], |path| {
        path.ends_with("queries.rs") || path.parent().is_some_and(|folder| folder.ends_with("queries"))
    });
}

#[test]
fn no_feature_imports_the_routes_of_another() {
    for (file, paths) in &*SERVICE {
        let foreign = paths.iter().find(|path| {
            let feature = path.strip_prefix("crate::").and_then(|path| path.split_once("::routes"));
            feature.is_some_and(|(feature, _)| !Path::new(file).starts_with(feature.replace("::", "/")))
        });
        assert!(foreign.is_none(), "{file} names {foreign:?}");
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
    let text = crates_in("crates/text/src").iter().flat_map(Crate::paths).collect();
    assert_none_names(&text, &["diesel", "actix_web", "actix_http", "utoipa", "maqal"], |_| true);
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

#[test]
fn no_sql_decides_by_the_time_that_the_database_has() {
    for (path, text) in sources(&root().join("src")) {
        if path == Path::new("clock.rs") {
            continue;
        }
        for (at, _) in text.match_indices("now()") {
            // Of Rust are `clock.now()`, `Instant::now()` and `yield_now()`.
            assert!(text[..at].ends_with(['.', ':', '_']), "{}: bind what `Db::clock` says", path.display());
        }
    }
    assert_none_has(&["dsl::now"], |_| true);
}
