use super::*;

/// The imports of a crate made of files, as `file -> file: names`.
fn imports(files: &[(&str, &str)]) -> Vec<String> {
    let edges = crate_of(files).edges();
    let shown = |((from, to), names): ((String, String), BTreeSet<String>)| {
        format!("{from} -> {to}: {}", names.into_iter().collect::<Vec<_>>().join(", "))
    };
    edges.into_iter().map(shown).collect()
}

fn crate_of(files: &[(&str, &str)]) -> Crate {
    let files: BTreeMap<&str, &str> = files.iter().copied().collect();
    Crate::of("lib.rs", &|file| files.get(file).map(|text| (*text).to_owned()))
}

/// The imports of `a.rs` with some text, beside `b.rs` with `One`, `two` and the module `c` that has `Three`.
fn of(text: &str) -> Vec<String> {
    imports(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", text),
        ("b.rs", "pub mod c; pub struct One; pub fn two() {}"),
        ("b/c.rs", "pub enum Three { X }"),
    ])
}

#[test]
fn imports_are_seen_in_any_layout() {
    let both = ["a.rs -> b.rs: One, two", "a.rs -> b/c.rs: Three"];
    for text in [
        "use crate::b::{One, two, c::Three};",
        "use crate::{\n    b::{\n        self,\n        c::{Three},\n        One, two,\n    },\n};",
        "use super::b::{c::{Three as Other}, One as _}; pub use super::b::two;",
        "use crate::{b as other}; fn f(_: other::One) -> other::c::Three { other::two() }",
        "use crate::b::c; use c::Three; fn f() { use super::b::{two, One}; }",
        "fn f(_: Vec<crate::b::One>) -> Option<super::b::c::Three> { self::super::b::two() }",
        "mod inner { use super::super::b::{One, c::Three}; fn f() { crate::b::two() } }",
        "use crate/* b */::b // c\n::{One, two, c::Three}\n;",
    ] {
        assert_eq!(of(text), both, "{text}");
    }
    assert_eq!(of("use crate::b::*; fn f(_: One) { two() }"), ["a.rs -> b.rs: *, One, two"]);
    assert_eq!(of("use crate::b::c::Three::*;"), ["a.rs -> b/c.rs: Three"]);
    assert_eq!(of("pub(in crate::b) struct A; use crate::b; pub(crate) use b::c;"), [""; 0]);
}

#[test]
fn macros_and_attributes_have_imports() {
    for text in [
        "fn f() { println!(\"{}\", crate::b::One); }",
        "use crate::b; fn f() { vec![(1, [b::One])]; }",
        "macro_rules! of { () => { use $crate::b::{One}; } }",
        "#[derive(crate::b::One)] struct A;",
        "struct A { #[serde(default, with = \"crate::b::One\")] a: u8 }",
        "some::macro_of! { struct A { a: super::b::One } }",
    ] {
        assert_eq!(of(text), ["a.rs -> b.rs: One"], "{text}");
    }
}

#[test]
fn what_only_looks_like_an_import_is_none() {
    for text in [
        "// use crate::b::One;\n/* crate::b::two() */ /// [`crate::b::One`]\nstruct A;",
        "const A: &str = \"use crate::b::One;\"; const B: &str = r#\"crate::b::two()\"#;",
        "fn f() { println!(\"crate::b::One\"); }",
        "use other::b::One; fn f() { ::b::two(); b.two(); println!(b.two()); }",
        "struct One; mod b { pub fn two() {} } fn f(_: One) { b::two() }",
    ] {
        assert_eq!(of(text), [""; 0], "{text}");
    }
}

#[test]
fn tests_import_what_they_like() {
    for text in [
        "#[cfg(test)] mod tests { use crate::b::One; }",
        "#[cfg(test)] mod tests;",
        "#[cfg(test)] use crate::b::One; #[test] fn f() { crate::b::two() }",
        "struct A; impl A { #[cfg(test)] fn f() { crate::b::two() } }",
    ] {
        assert_eq!(of(text), [""; 0], "{text}");
    }
    assert_eq!(of("#[cfg(not(test))] use crate::b::One;"), ["a.rs -> b.rs: One"]);
}

#[test]
fn an_item_is_imported_from_where_it_stands() {
    let face = "mod one; mod two; pub use one::One; pub(crate) use two::{Two as Second, of};";
    let user = ("user.rs", "use crate::face::{One, Second}; fn f() { crate::face::of() }");
    let files = |face, one, two| {
        [
            ("lib.rs", "mod face; mod user;"),
            ("face/mod.rs", face),
            user,
            ("face/one.rs", one),
            ("face/two.rs", two),
        ]
    };
    let (one, two) = ("pub struct One;", "pub struct Two; pub fn of() {}");
    let by_face = ["user.rs -> face/one.rs: One", "user.rs -> face/two.rs: Two, of"];
    assert_eq!(imports(&files(face, one, two)), by_face);
    // Neighbours that name each other by way of the face, and a whole module that is handed on.
    let neighbour = imports(&files(face, "use super::Second; pub struct One;", two));
    assert_eq!(neighbour, [&["face/one.rs -> face/two.rs: Two"], &by_face[..]].concat());
    let whole = imports(&files("mod one; mod two; pub use {one::*, two::{*, Two as Second}};", one, two));
    assert_eq!(whole, by_face);
    // A face that uses what it hands on imports it.
    let using = format!("{face} pub fn f(_: One) {{}}");
    let used = imports(&files(&using, one, two));
    assert_eq!(used, [&["face/mod.rs -> face/one.rs: One"], &by_face[..]].concat());
    // So does one that has it for itself, and a child that asks for its parent's.
    let own = "mod one; mod two; use one::One; pub use one::One as Same; pub struct Mine; pub use two::{Two as Second, of};";
    let own = imports(&files(own, one, "use super::Mine; pub struct Two; pub fn of() {}"));
    assert_eq!(own[..2], ["face/mod.rs -> face/one.rs: One", "face/two.rs -> face/mod.rs: Mine"]);
}

#[test]
fn a_module_and_what_has_its_name_are_told_apart() {
    let files = |text| {
        [
            ("lib.rs", "mod a; mod b;"),
            ("a.rs", "pub mod a; pub mod b; pub use a::a;"),
            ("a/a.rs", "pub fn a() {}"),
            ("a/b.rs", "pub(crate) use of_macro; macro_rules! of_macro { () => {} }"),
            ("b.rs", text),
        ]
    };
    assert_eq!(imports(&files("fn f() { crate::a::a() }")), ["b.rs -> a/a.rs: a"]);
    assert_eq!(imports(&files("use crate::a::a; fn f() { a::a() }")), ["b.rs -> a/a.rs: a"]);
    assert_eq!(imports(&files("crate::a::b::of_macro!();")), ["b.rs -> a/b.rs: of_macro"]);
    // What a macro defines is not seen, but belongs to the file.
    assert_eq!(imports(&files("use crate::a::Made;")), ["b.rs -> a.rs: Made"]);
}

#[test]
fn paths_are_named_from_their_root() {
    let text = "use std::env; use log::log; use super::b::{One as Other, c}; #[derive(Debug)] struct A;\
        fn f() { env::var(); Other::new(); c::Three::X; log!(); }";
    let found = crate_of(&[
        ("lib.rs", "mod a; mod b;"),
        ("a.rs", text),
        ("b.rs", "pub mod c; pub struct One;"),
        ("b/c.rs", "pub enum Three { X }"),
    ]);
    let paths = &found.paths()["a.rs"];
    for path in ["std::env::var", "crate::b::One::new", "crate::b::c::Three::X", "log::log", "Debug"] {
        assert!(paths.contains(path), "{path} is not among {paths:?}");
    }
    let files: Vec<&str> = found.files().into_iter().collect();
    assert_eq!(files, ["a.rs", "b.rs", "b/c.rs", "lib.rs"]);
}
