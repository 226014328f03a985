//! Tags and entities that an article names by what they are called.

use std::thread;

use proptest::{prelude::*, sample::select};
use serde_json::{Value, json};

use crate::support::{TestApp, article_with, cases, import, line, path_of, results};

fn column<'a>(items: &'a Value, member: &str) -> Vec<&'a str> {
    items.as_array().expect("a list").iter().map(|item| item[member].as_str().expect("a text")).collect()
}

fn named(name: &str) -> Value {
    json!({"kind": "topic", "name": name})
}

#[test]
fn names_that_make_one_slug_are_not_one_tag() {
    let app = TestApp::start();
    let tags = ["C++", "C#", "C", "Pêche", "Péché", "peche"].map(named);
    let article = app.publish("H", json!({"language": "fr", "tags": tags}));
    assert_eq!(column(&article["tags"], "name"), ["C++", "C#", "C", "Pêche", "Péché", "peche"]);
    assert_eq!(column(&article["tags"], "slug"), ["c", "c-2", "c-3", "peche", "peche-2", "peche-3"]);
    let again = app.publish("I", json!({"language": "fr", "tags": tags}));
    assert_eq!(again["tags"], article["tags"]);
}

#[test]
fn a_name_is_of_the_language_that_is_nearest_to_the_article_s() {
    let app = TestApp::start();
    for (slug, language) in [("rat-en", "en"), ("rat-de", "de"), ("rat-ch", "de-CH")] {
        app.create("/v1/tags", json!({"slug": slug, "kind": "topic", "names": {language: "Rat"}}));
    }
    for (language, slug) in [("de", "rat-de"), ("de-CH", "rat-ch"), ("de-AT", "rat-de"), ("en-GB", "rat-en")]
    {
        let article = app.publish("H", json!({"language": language, "tags": [named("Rat")]}));
        assert_eq!(column(&article["tags"], "slug"), [slug], "{language}");
    }
}

#[test]
fn a_name_of_signs_that_make_no_other_name_is_one_nevertheless() {
    let app = TestApp::start();
    // A tatweel, a vowel sign, a variation selector: by themselves nothing is left of them.
    let signs = ["ـ", "\u{64b}", "\u{64c}", "\u{2764}\u{fe0f}", "ـــ"];
    let article = app.publish("H", json!({"tags": signs.map(named)}));
    assert_eq!(column(&article["tags"], "name"), signs);
    assert_eq!(app.publish("I", json!({"tags": signs.map(named)}))["tags"], article["tags"]);
    let lines = [
        line("1", json!({"tags": signs.map(named)})),
        line("2", json!({"tags": [named("ـ"), named("\u{651}")]})),
    ];
    assert_eq!(results(&import(&app, &lines)), ["created"; 2]);
}

#[test]
fn one_name_of_several_sorts_is_several() {
    let app = TestApp::start();
    let washington = |kind: &str| json!({"type": kind, "name": "Washington"});
    app.create("/v1/entities", json!({"type": "person", "names": {"ar": "Washington"}}));
    let article = app.publish("H", json!({"entities": [washington("place"), washington("person")]}));
    assert_eq!(column(&article["entities"], "type"), ["place", "person"]);
    assert_eq!(column(&article["entities"], "slug"), ["washington-2", "washington"]);
    // By the name alone nobody can tell; of a tag there is but one.
    let unclear = app.post("/v1/articles", article_with("H", json!({"entities": [{"name": "Washington"}]})));
    assert_eq!(unclear.faults(), [("/entities/0".to_owned(), "ambiguous_entity".to_owned())]);
    app.create("/v1/tags", json!({"kind": "section", "names": {"ar": "ثقافة"}}));
    let article = app.publish("H", json!({"tags": [{"name": "ثقافة"}]}));
    assert_eq!(column(&article["tags"], "kind"), ["section"]);
}

#[test]
fn a_name_is_found_in_its_language_first_and_then_in_others_and_as_an_alias() {
    let app = TestApp::start();
    let make = |slug: &str, names: Value, aliases: Value| {
        app.create(
            "/v1/entities",
            json!({"slug": slug, "type": "place", "names": names, "aliases": aliases}),
        );
    };
    make("a", json!({"fr": "Lima"}), json!([]));
    make("b", json!({"en": "Lima"}), json!([]));
    make(
        "c",
        json!({"en": "Peru"}),
        json!([{"language": "en", "name": "Lima"}, {"language": null, "name": "Birú"}]),
    );
    let found = |language: &str, name: &str| {
        let entities = json!([{"type": "place", "name": name}]);
        let article = app.publish("H", json!({"language": language, "entities": entities}));
        article["entities"][0]["slug"].as_str().expect("a slug").to_owned()
    };
    assert_eq!(["en", "fr", "de"].map(|language| found(language, "Lima")), ["b", "a", "a"]);
    assert_eq!(found("en", "birú"), "c");
    make("d", json!({"en": "Piura"}), json!([{"language": "en", "name": "Birú"}]));
    assert_eq!(found("en", "Birú"), "biru", "an alias of several is nobody's");
}

#[test]
fn who_was_merged_is_found_by_the_name_that_came_with_it() {
    let app = TestApp::start();
    let named = json!({"entities": [{"type": "place", "name": "الخرطوم"}]});
    let first = app.publish("H", named.clone());
    app.create("/v1/entities", json!({"slug": "khartoum", "type": "place", "names": {"en": "Khartoum"}}));
    let merged = app.post("/v1/entities/الخرطوم/merge", json!({"into": "khartoum"}));
    assert_eq!(merged.status, 200, "{}", merged.text());
    assert_ne!(first["entities"][0]["slug"], "khartoum");
    assert_eq!(app.publish("I", named)["entities"][0]["slug"], "khartoum");
}

#[test]
fn a_given_slug_is_exact_and_a_name_finds_what_it_has_made() {
    let app = TestApp::start();
    let tags = json!([{"slug": "cpp", "kind": "topic", "name": "C++"}, named("c++"), named("C#")]);
    let article = app.publish("H", json!({"language": "en", "tags": tags}));
    assert_eq!(column(&article["tags"], "slug"), ["cpp", "c"]);
    let other = json!([{"slug": "c", "kind": "topic", "name": "C++"}]);
    assert_eq!(app.publish("H", json!({"tags": other}))["tags"][0]["name"], "C#");
}

#[test]
fn a_name_and_names_are_taken_together_where_they_agree() {
    let app = TestApp::start();
    let with = |names: Value| {
        let both = |kind: &str, sort: &str| json!([{kind: sort, "name": "كتب", "names": names}]);
        article_with("H", json!({"tags": both("kind", "topic"), "entities": both("type", "work")}))
    };
    let article = app.create("/v1/articles", with(json!({"en": "Books"})));
    for list in ["tags", "entities"] {
        let path = format!("/v1/{list}/{}", article[list][0]["slug"].as_str().expect("a slug"));
        assert_eq!(app.get(&path).json()["names"], json!({"ar": "كتب", "en": "Books"}));
    }
    assert_eq!(app.create("/v1/articles", with(json!({"ar": "كتب"})))["tags"], article["tags"]);
    let refused = app.post("/v1/articles", with(json!({"ar": "فن"})));
    let expected = ["/entities/0/name", "/tags/0/name"].map(|at| (at.to_owned(), "contradiction".to_owned()));
    assert_eq!(refused.faults(), expected);
}

#[test]
fn lines_of_one_batch_that_name_the_same_make_one() {
    let app = TestApp::start();
    let tags = |tags: Value| json!({"language": "en", "tags": tags});
    let lines = [
        line("1", tags(json!([named("C#"), named("Open Data")]))),
        line("2", tags(json!([named("c#"), named("C++")]))),
        line("3", tags(json!([{"kind": "section", "name": "C#"}]))),
        line("4", tags(json!([{"kind": "topic", "names": {"en": "open  data", "ar": "بيانات"}}]))),
        line("5", json!({"tags": [named("بيانات")]})),
    ];
    assert_eq!(results(&import(&app, &lines)), ["created"; 5]);
    let slugs = || {
        let all = app.get("/v1/articles?include=tags&source=s&sort=headline").json();
        let all = all["data"].as_array().expect("a list").iter();
        all.map(|article| column(&article["tags"], "slug").join(" ")).collect::<Vec<_>>()
    };
    let before = slugs();
    assert_eq!(before[0].split(' ').next(), before[1].split(' ').next());
    assert_ne!(before[0].split(' ').next(), Some(before[2].as_str()));
    assert_eq!(before[0].split(' ').nth(1), Some(before[3].as_str()));
    assert_eq!(results(&import(&app, &lines)), ["unchanged"; 5]);
    assert_eq!(slugs(), before);
    assert_eq!(app.get("/v1/tags?limit=100").column("slug").len(), 5, "{before:?}");
}

#[test]
fn writers_at_once_who_name_the_same_make_one() {
    let app = TestApp::start();
    for round in 1..=8 {
        let names = [format!("C{round}#"), format!("C{round}++")];
        let tags = |n: usize| json!({"tags": [named(&names[0]), named(&names[1])], "metadata": {"n": n}});
        let found: Vec<Value> = thread::scope(|scope| {
            let (app, tags) = (&app, &tags);
            let writers: Vec<_> = (0..8)
                .map(|n| scope.spawn(move || app.publish(&format!("H {n}"), tags(n))["tags"].clone()))
                .collect();
            writers.into_iter().map(|writer| writer.join().expect("an article")).collect()
        });
        assert!(found.iter().all(|tags| *tags == found[0]), "{found:?}");
        assert_eq!(app.get("/v1/tags?limit=100").column("slug").len(), 2 * round);
    }
}

/// What names are made of: letters and signs that a slug does not tell apart, and others.
const PIECES: [&str; 38] = [
    "C",
    "c",
    "#",
    "+",
    "é",
    "ê",
    "e",
    "ß",
    "ş",
    "ñ",
    "كتب",
    "كتاب",
    "ة",
    "ه",
    "أ",
    "ا",
    "ي",
    "ى",
    "қ",
    "й",
    "и",
    "שלום",
    "नदी",
    "漢",
    "字",
    "ガ",
    "カ",
    "한",
    "ไทย",
    "አ",
    "Ω",
    "ω",
    "2",
    "٢",
    "!",
    "?",
    "&",
    "'",
];

/// A name that readers take for the same.
fn respelled(name: &str, how: usize) -> String {
    match how {
        0 => name.to_lowercase(),
        1 => format!("  {}  ", name.replace(' ', "  ")),
        2 => name
            .chars()
            .flat_map(|c| [Some(c), ('ب'..='ي').contains(&c).then_some('\u{64E}')])
            .flatten()
            .collect(),
        3 => format!("{name}\u{200D}"),
        _ => name.replace('\'', "’"),
    }
}

#[test]
fn a_name_in_any_script_links_what_is_called_so_and_nothing_else() {
    let app = TestApp::start();
    let name = proptest::collection::vec(select(&PIECES[..]), 1..4).prop_map(|pieces| pieces.join(" "));
    let two = (name.clone(), name, 0..5usize, any::<bool>());
    cases(40)
        .run(&two, |(a, b, how, glued)| {
            let glue = |name: &str| if glued { name.replace(' ', "") } else { name.to_owned() };
            let (a, b) = (glue(&a), glue(&b));
            let tags = json!([named(&a), named(&b)]);
            let article = app.publish("H", json!({"language": "en", "tags": tags}));
            let names = column(&article["tags"], "name");
            let is_same = |x: &str, y: &str| x.to_lowercase() == y.to_lowercase();
            prop_assert!(is_same(names[0], &a), "{a} links {}", names[0]);
            prop_assert!(is_same(names[names.len() - 1], &b), "{b} links {}", names[names.len() - 1]);
            prop_assert_eq!(names.len(), if is_same(&a, &b) { 1 } else { 2 });
            let again = json!([named(&respelled(&a, how))]);
            let again = app.change(&path_of(&article), json!({"tags": again}));
            prop_assert_eq!(&again["tags"][0]["id"], &article["tags"][0]["id"]);
            Ok(())
        })
        .expect("names find what is called so");
}
