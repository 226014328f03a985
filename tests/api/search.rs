//! Finding articles by their words.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use chrono::TimeDelta;
use diesel::{RunQueryDsl, dsl::sql, sql_types::BigInt};
use serde_json::{Value, json};

use crate::support::{Said, TestApp, eventually, import, line, maqal};

/// A service with articles that are told apart by their slugs.
fn newsroom(articles: &[(&str, &str, Value)]) -> TestApp {
    let app = TestApp::start();
    for (slug, headline, members) in articles {
        let mut members = members.clone();
        members["slug"] = json!(slug);
        app.publish(headline, members);
    }
    app
}

fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// The slugs of what is found, in the order of the alphabet.
fn found(app: &TestApp, q: &str) -> Vec<String> {
    found_with(app, q, "")
}

fn found_with(app: &TestApp, q: &str, parameters: &str) -> Vec<String> {
    let mut found = ranked(app, q, parameters);
    found.sort();
    found
}

fn ranked(app: &TestApp, q: &str, parameters: &str) -> Vec<String> {
    let response = app.get(&format!("/v1/articles?q={}{parameters}", encoded(q)));
    assert_eq!(response.status, 200, "{q}: {}", response.text());
    response.column("slug")
}

#[test]
fn a_name_is_found_in_every_form_that_particles_give_it() {
    let forms = ["النيل", "نيل", "بالنيل", "للنيل", "والنيل", "وبالنيل", "ونيل", "فالنيل", "كالنيل"];
    let app = TestApp::start();
    for (number, form) in forms.iter().enumerate() {
        app.publish(
            "خبر",
            json!({"slug": format!("f{number}"), "body": format!("سافرت الكاتبة {form} أمس")}),
        );
    }
    app.publish("خبر", json!({"slug": "other", "body": "سافرت الكاتبة إلى الجبل"}));
    for name in ["النيل", "نيل"] {
        let expected: Vec<String> = (0..forms.len()).map(|number| format!("f{number}")).collect();
        assert_eq!(found(&app, name), expected, "{name}");
    }
}

#[test]
fn words_are_found_in_other_spellings_and_shown() {
    let app = TestApp::start();
    let spellings = [
        ("ar", &["حصاد 2026م", "حصاد ٢٠٢٦ م"][..]),
        ("fr", &["budget de 700\u{202F}euros", "budget de 700 euros"]),
        ("fa", &["خانه", "خانهٔ", "خانۀ"]),
        ("ckb", &["هەولێر", "هه\u{200C}ولێر"]),
        ("en", &["Qurʾan", "Quran", "Qur’an"]),
        ("ar", &["شؤون المسؤول", "شئون المسئول"]),
        ("ar", &["وصل عبدالله", "وصل عبد الله"]),
        ("ar", &["الطريق إلى الواحة", "الطريق الي الواحة"]),
        ("ar", &["ديوان علي باب المدينة", "ديوان على باب المدينة"]),
        ("en", &["over 100km", "over 100 km"]),
        ("en", &["after COVID19", "after COVID-19"]),
    ];
    for (number, (language, texts)) in spellings.iter().enumerate() {
        for (other, text) in texts.iter().enumerate() {
            let members =
                json!({"slug": format!("s{number}-{other}"), "language": language, "standfirst": text});
            app.publish("؟", members);
        }
    }
    for (number, (language, texts)) in spellings.iter().enumerate() {
        let expected: Vec<String> = (0..texts.len()).map(|other| format!("s{number}-{other}")).collect();
        // Whoever writes the name does not mean the function word.
        let texts = if number == 8 { &texts[..1] } else { texts };
        for text in texts {
            let parameters = format!("&language={language}");
            assert_eq!(found_with(&app, text, &parameters), expected, "{text}");
            let path = format!("/v1/articles?q={}&highlight=true{parameters}", encoded(text));
            for article in app.get(&path).json()["data"].as_array().expect("a list") {
                assert_ne!(article["highlights"]["standfirst"], json!([]), "{text} {article}");
            }
        }
    }
}

#[test]
fn words_are_found_however_they_are_spelled() {
    let app = newsroom(&[
        ("ahmad", "أَحْمَد يكتب", json!({})),
        ("school", "مدرسة جديدة", json!({})),
        ("cafe", "Café opens", json!({"language": "en"})),
        ("run", "Runners were running", json!({"language": "en"})),
        ("number", "عام ٢٠٢٦", json!({})),
    ]);
    for (q, slug) in [
        ("احمد", "ahmad"),
        ("أحمد", "ahmad"),
        ("مدرسه", "school"),
        ("CAFE", "cafe"),
        ("run", "run"),
        ("2026", "number"),
    ] {
        assert_eq!(found(&app, q), [slug], "{q}");
    }
}

#[test]
fn words_phrases_exclusions_and_alternatives_are_understood() {
    let app = newsroom(&[
        ("a", "The river rose over the old bridge", json!({"language": "en"})),
        ("b", "The bridge was old and the river low", json!({"language": "en"})),
        ("c", "A harbour without a bridge", json!({"language": "en"})),
        ("d", "Nothing of note", json!({"language": "en"})),
    ]);
    for (q, slugs) in [
        ("river bridge", &["a", "b"][..]),
        ("\"old bridge\"", &["a"]),
        ("“old bridge”", &["a"]),
        ("bridge -river", &["c"]),
        ("bridge -\"old bridge\"", &["b", "c"]),
        ("harbour OR river", &["a", "b", "c"]),
        ("bridge zeppelin", &[]),
        ("\"old bridge", &["a", "b"]),
    ] {
        assert_eq!(found(&app, q), slugs, "{q}");
    }
}

#[test]
fn match_says_how_closely() {
    let app = newsroom(&[
        ("plain", "احمد وصل", json!({})),
        ("hamza", "أحمد وصل", json!({})),
        ("particle", "لأحمد كتاب", json!({})),
    ]);
    assert_eq!(found_with(&app, "أحمد", "&match=exact"), ["hamza"]);
    assert_eq!(found_with(&app, "أحمد", "&match=folded"), ["hamza", "plain"]);
    assert_eq!(found_with(&app, "أحمد", "&match=stem"), ["hamza", "particle", "plain"]);
    app.get("/v1/articles?q=a&match=fuzzy").problem(400, "invalid-parameters");
}

#[test]
fn the_most_relevant_come_first_and_page_by_page() {
    let old = json!("2001-01-01T00:00:00Z");
    let app = newsroom(&[
        ("in-the-text", "خبر", json!({"body": "وصل القطار إلى المحطة"})),
        ("in-the-headline", "القطار يصل", json!({})),
        ("old", "القطار يصل", json!({"published_at": old})),
        ("in-the-standfirst", "خبر", json!({"standfirst": "وصل القطار"})),
    ]);
    let all = ranked(&app, "القطار", "");
    assert_eq!(all, ["in-the-headline", "old", "in-the-standfirst", "in-the-text"]);
    assert_eq!(app.walk(&format!("/v1/articles?limit=1&q={}", encoded("القطار")), "slug"), all);
    assert_eq!(ranked(&app, "القطار", "&sort=published_at")[0], "old");
    app.get("/v1/articles?sort=relevance").problem(400, "invalid-parameters");
}

#[test]
fn a_search_goes_with_every_filter_and_count() {
    let app = newsroom(&[
        ("a", "ميناء", json!({"tags": [{"slug": "sea", "kind": "topic", "name": "بحر"}]})),
        ("b", "ميناء", json!({"language": "fa"})),
        ("c", "ميناء", json!({"status": "draft"})),
    ]);
    assert_eq!(found_with(&app, "ميناء", "&tags=sea"), ["a"]);
    assert_eq!(found_with(&app, "ميناء", "&language=fa"), ["b"]);
    assert_eq!(found_with(&app, "ميناء", ""), ["a", "b"]);
    let path = format!("/v1/articles?q={}&count=exact", encoded("ميناء"));
    assert_eq!(app.get(&path).json()["page"]["total"], 2);
    let tagged = app.get(&format!("/v1/tags/sea/articles?q={}", encoded("ميناء")));
    assert_eq!(tagged.column("slug"), ["a"]);
}

#[test]
fn the_newest_matches_come_first_whatever_else_is_asked_of_them() {
    let on = |day: u8, members: Value| {
        let mut members = members;
        members["published_at"] = json!(format!("2026-01-{day:02}T00:00:00Z"));
        members
    };
    let sea = json!([{"slug": "sea", "kind": "topic", "name": "بحر"}]);
    let app = newsroom(&[
        ("c", "ميناء قديم", on(3, json!({"tags": sea}))),
        ("a", "ميناء قديم", on(1, json!({"tags": sea}))),
        ("apart", "ميناء ليس هو قديم", on(4, json!({"tags": sea}))),
        ("b", "ميناء قديم", on(2, json!({"language": "fa"}))),
    ]);
    let q = format!("/v1/articles?limit=1&q={}", encoded("\"ميناء قديم\""));
    assert_eq!(app.walk(&format!("{q}&sort=-published_at"), "slug"), ["c", "b", "a"]);
    assert_eq!(app.walk(&format!("{q}&sort=published_at"), "slug"), ["a", "b", "c"]);
    assert_eq!(app.walk(&format!("{q}&sort=-published_at&tags=sea"), "slug"), ["c", "a"]);
    assert_eq!(app.walk(&format!("{q}&sort=-published_at&language=fa"), "slug"), ["b"]);
    let moved = json!({"published_at": "2026-02-01T00:00:00Z"});
    assert_eq!(app.patch("/v1/articles/a", moved).status, 200);
    assert_eq!(app.walk(&format!("{q}&sort=-published_at"), "slug"), ["a", "c", "b"]);
    assert_eq!(app.patch("/v1/articles/a", json!({"status": "archived"})).status, 200);
    assert_eq!(app.walk(&format!("{q}&sort=-published_at"), "slug"), ["c", "b"]);
    assert_eq!(app.patch("/v1/articles/a", json!({"status": "published"})).status, 200);
    assert_eq!(app.walk(&format!("{q}&sort=-published_at"), "slug"), ["a", "c", "b"]);
}

#[test]
fn what_is_written_is_found_at_once_and_what_is_gone_is_not() {
    let app = TestApp::start();
    app.publish("قنطرة", json!({"slug": "a"}));
    assert_eq!(found(&app, "قنطرة"), ["a"]);
    assert_eq!(app.patch("/v1/articles/a", json!({"headline": "جسر"})).status, 200);
    assert!(found(&app, "قنطرة").is_empty());
    assert_eq!(found(&app, "جسر"), ["a"]);
    import(&app, &[line("1", json!({"slug": "b", "headline": "جسر ثان"}))]);
    assert_eq!(found(&app, "جسر"), ["a", "b"]);
    import(&app, &[line("1", json!({"slug": "b", "headline": "نفق"}))]);
    assert_eq!(found(&app, "جسر"), ["a"]);
    assert_eq!(found(&app, "نفق"), ["b"]);
    assert_eq!(app.delete("/v1/articles/a").status, 204);
    assert!(found(&app, "جسر").is_empty());
}

#[test]
fn highlights_are_places_in_the_original() {
    let body = "جاء القطار صباحًا، ثم ذهب بالقطار الناس.";
    let app = newsroom(&[("a", "وصول القِطار", json!({"body": body}))]);
    let path = format!("/v1/articles?q={}&highlight=true&fields=headline,body_text", encoded("قطار"));
    let article = app.get(&path).json()["data"][0].clone();
    for (field, text) in [("headline", "وصول القِطار"), ("body_text", body)] {
        let fragments = article["highlights"][field].as_array().expect("fragments").clone();
        let matches: Vec<Value> =
            fragments.iter().flat_map(|it| it["matches"].as_array().expect("matches").clone()).collect();
        assert_eq!(matches.len(), if field == "headline" { 1 } else { 2 }, "{article}");
        for found in matches {
            let place = |name: &str| found[name].as_u64().expect("a place") as usize;
            let (start, end) = (place("start"), place("end"));
            let slice: String = text.chars().skip(start).take(end - start).collect();
            assert_eq!(found["exact"], slice, "{found}");
            assert!(slice.contains("طار"), "{slice}");
        }
    }
    assert_eq!(article["highlights"]["standfirst"], json!([]));
}

#[test]
fn a_kicker_is_found_and_highlighted() {
    let kicker = "رحلات القِطار";
    let app = newsroom(&[("with", "خبر", json!({"kicker": kicker})), ("without", "خبر", json!({}))]);
    for q in ["قطار", "\"رحلات القطار\"", "خبر قطار"] {
        let article = app.get(&format!("/v1/articles?q={}&highlight=true", encoded(q))).json();
        assert_eq!(article["data"].as_array().expect("a list").len(), 1, "{q}");
        let article = &article["data"][0];
        assert_eq!((&article["slug"], &article["kicker"]), (&json!("with"), &json!(kicker)), "{q}");
        assert_eq!(article["highlights"]["kicker"][0]["text"], kicker, "{q}");
        assert_eq!(article["highlights"]["standfirst"], json!([]), "{q}");
    }
    // It stands for itself: no phrase begins in the headline and ends there.
    assert!(found(&app, "\"خبر رحلات\"").is_empty());
    assert_eq!(app.get("/v1/articles?fields=kicker&sort=published_at").column("id").len(), 2);
    // Whoever changes it by hand leaves it to be analysed anew.
    app.database.execute("UPDATE articles SET kicker = 'آخر' WHERE slug = 'with'");
    let stale = sql::<BigInt>("SELECT count(*) FROM article_search WHERE analysis = 0");
    assert_eq!(stale.get_result::<i64>(&mut app.database.connect()).expect("a count"), 1);
}

#[test]
fn an_explanation_says_how_the_search_was_read() {
    let app = TestApp::start();
    let page = app.get(&format!("/v1/articles?q={}&explain=true", encoded("وبالنيل -\"the old bridge\"")));
    assert!(page.json()["query"].to_string().contains("نيل"), "{}", page.text());
    assert!(app.get("/v1/articles?q=a").json().get("query").is_none());
}

#[test]
fn whoever_has_a_key_is_told_how_matches_were_found_and_nobody_else() {
    let app = newsroom(&[("a", "خبر", json!({}))]);
    let path = format!("/v1/articles?q={}&explain=true&facets=tags", encoded("خبر"));
    let plan = app.as_editor("GET", &path).send().json()["query"]["plan"].clone();
    assert!(plan["matches_at_most"].is_u64(), "{plan}");
    let steps = plan["steps"].as_array().expect("steps");
    let of = |name: &str| steps.iter().map(|step| step[name].clone()).collect::<Vec<_>>();
    assert_eq!(of("finds"), ["ranked", "facets"]);
    assert_eq!(of("index"), ["article_search_vector", "article_search_vector"]);
    assert_eq!(of("index_conditions"), [json!(["status", "q"]), json!(["status", "q"])]);
    assert_eq!(steps[1]["limit"], 10_001);
    let by_date = app.as_editor("GET", &format!("{path}&sort=-published_at")).send().json();
    assert_eq!(by_date["query"]["plan"]["steps"][0]["finds"], "page");
    assert_eq!(app.get(&path).json()["query"].get("plan"), None);
    // Nor is it of the answer that is kept for all.
    assert_eq!(app.get(&path).json()["query"].get("plan"), None);
    let unasked = app.as_editor("GET", &format!("/v1/articles?q={}", encoded("خبر"))).send().json();
    assert_eq!(unasked.get("query"), None);
}

#[test]
fn no_search_is_an_error_but_one_that_passes_a_limit() {
    let app = newsroom(&[("a", "خبر", json!({}))]);
    for q in [
        "",
        " ",
        "\"",
        "-",
        "---",
        "OR",
        "OR OR",
        "|",
        "!&()",
        "'",
        "\\",
        "a:*",
        "<->",
        "\u{202e}\u{200f}",
        "-خبر -",
        "\"\"",
        "😀",
        "a OR",
        "\u{1}",
    ] {
        let response = app.get(&format!("/v1/articles?q={}&highlight=true&explain=true", encoded(q)));
        assert_eq!(response.status, 200, "{q:?}: {}", response.text());
    }
    assert!(found(&app, "").is_empty());
    let long = "كلمة ".repeat(2000);
    app.get(&format!("/v1/articles?q={}", encoded(&long))).problem(400, "invalid-parameters");
    let many: String = (0..100).map(|number| format!("w{number} ")).collect();
    app.get(&format!("/v1/articles?q={}", encoded(&many))).problem(400, "invalid-parameters");
}

#[test]
fn what_another_version_has_analysed_is_analysed_anew() {
    let app = TestApp::start();
    import(&app, &[line("1", json!({"headline": "منارة"})), line("2", json!({"headline": "منارة"}))]);
    app.database.execute(
        "UPDATE article_search SET analysis = 0, vector = ''
         WHERE article_id = (SELECT id FROM articles WHERE external_id = '1')",
    );
    assert_eq!(found(&app, "منارة").len(), 1);
    let url = app.database.url();
    let said = Said::by(maqal(&["reindex", "--database-url", &url])).ok();
    assert!(said.contains("1 articles analysed"), "{said}");
    assert!(Said::by(maqal(&["reindex", "--database-url", &url])).ok().contains("0 articles analysed"));
    // The service hears of another process within a second.
    eventually("both are found", || found(&app, "منارة").len() == 2);
}

#[test]
fn articles_are_found_by_the_names_of_their_tags_and_entities_in_any_language() {
    let app = TestApp::start();
    let names = json!({"ar": "النيل الأزرق", "en": "Blue Nile"});
    app.create("/v1/entities", json!({"slug": "blue-nile", "type": "place", "names": names}));
    app.create("/v1/tags", json!({"slug": "weather", "kind": "topic", "names": {"en": "Weather"}}));
    app.publish("فيضان", json!({"slug": "tagged", "tags": ["weather"], "entities": ["blue-nile"]}));
    app.publish("Rain on the Nile", json!({"slug": "written", "language": "en"}));
    app.publish("خبر", json!({"slug": "other"}));
    for (q, slugs) in [
        ("nile", &["tagged", "written"][..]),
        ("نيل", &["tagged"]),
        ("\"blue nile\"", &["tagged"]),
        ("\"nile blue\"", &[]),
        ("weather فيضان", &["tagged"]),
        ("weather -nile", &[]),
        ("nile -weather", &["written"]),
    ] {
        assert_eq!(found(&app, q), slugs, "{q}");
    }
    let explained = app.get("/v1/articles?q=the+weather&explain=true").json();
    let labels = &explained["query"]["clauses"][1]["labels"];
    assert_eq!((&labels[0]["kind"], &labels[0]["slug"]), (&json!("tag"), &json!("weather")));
    assert_eq!(explained["query"]["clauses"][0]["labels"], json!([]));
}

#[test]
fn a_new_name_finds_the_articles_at_once_and_an_old_one_no_more() {
    let app = TestApp::start();
    app.create("/v1/tags", json!({"slug": "weather", "kind": "topic", "names": {"en": "Weather"}}));
    app.publish("فيضان", json!({"slug": "tagged", "tags": ["weather"]}));
    assert_eq!(found(&app, "weather"), ["tagged"]);
    app.change("/v1/tags/weather", json!({"names": {"en": "Climate"}}));
    assert_eq!(found(&app, "weather"), Vec::<String>::new());
    assert_eq!(found(&app, "climate"), ["tagged"]);
    app.change("/v1/articles/tagged", json!({"tags": []}));
    assert_eq!(found(&app, "climate"), Vec::<String>::new());
    let line = line("brought", json!({"tags": [{"slug": "storms", "kind": "topic", "name": "عواصف"}]}));
    import(&app, &[line]);
    assert_eq!(found(&app, "عاصفة OR عواصف").len(), 1);
}

#[test]
fn what_was_changed_by_hand_is_found_after_a_reindex() {
    let app = TestApp::start();
    app.create("/v1/tags", json!({"slug": "weather", "kind": "topic", "names": {"en": "Weather"}}));
    app.publish("فيضان", json!({"slug": "flood"}));
    let reindex = || {
        Said::by(maqal(&["reindex", "--database-url", &app.database.url()])).ok();
    };
    app.database.execute(
        "INSERT INTO article_tags (article_id, tag_id, position) SELECT articles.id, tags.id, 0 FROM articles, tags;
         UPDATE tags SET names = '{\"en\": \"Climate\"}'",
    );
    reindex();
    eventually("the new name of the new tag finds it", || found(&app, "climate") == ["flood"]);
    app.database.execute("DELETE FROM article_tags");
    reindex();
    eventually("the tag is off", || found(&app, "climate").is_empty());
    app.database.execute(
        "INSERT INTO entities (id, slug, type, names, aliases)
         VALUES (gen_random_uuid(), 'nile', 'place', '{\"en\": \"Nile\"}', '[{\"language\": null, \"name\": \"Iteru\"}]')",
    );
    reindex();
    let suggested = || app.get("/v1/suggest?q=iter").json()["data"][0]["slug"] == "nile";
    eventually("the alias is suggested", suggested);
}

#[test]
fn the_pages_of_a_search_go_on_as_the_first_one_was_ranked() {
    let app = TestApp::start();
    app.clock().advance(TimeDelta::days(40));
    for (day, headline) in [(1, "نهر"), (2, "نهر النيل"), (3, "نهر نهر"), (4, "نهر"), (5, "نهر")]
    {
        app.publish(headline, json!({"published_at": format!("2026-01-0{day}T00:00:00Z")}));
    }
    let page = |cursor: &str| app.get(&format!("/v1/articles?q=نهر&limit=2&cursor={cursor}")).json();
    let first = app.get("/v1/articles?q=نهر&limit=2").json();
    let read = |cursor: &Value| -> Value {
        let bytes = BASE64_URL_SAFE_NO_PAD.decode(cursor.as_str().expect("a cursor")).expect("base64");
        serde_json::from_slice(&bytes).expect("JSON")
    };
    let mut cursor = read(&first["page"]["next_cursor"]);
    let today = app.clock().today();
    let day: chrono::NaiveDate = serde_json::from_value(cursor[2][0]["r"][1]["day"].clone()).expect("a day");
    assert!((TimeDelta::zero()..=TimeDelta::days(1)).contains(&(today - day)), "{cursor}");
    // As if the first page had been read long ago, and when its words were common.
    cursor[2][0]["r"] = json!([i64::MAX, {"day": "2026-01-02", "ranked": 200}]);
    let mut seen = Vec::new();
    let mut next = BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string());
    for _ in 0..3 {
        let found = page(&next);
        seen.extend(found["data"].as_array().expect("articles").iter().map(|it| it["id"].to_string()));
        let Some(cursor) = found["page"]["next_cursor"].as_str() else { break };
        assert_eq!(read(&json!(cursor))[2][0]["r"][1], json!({"day": "2026-01-02", "ranked": 200}));
        next = cursor.to_owned();
    }
    let all = seen.len();
    seen.sort();
    seen.dedup();
    assert_eq!((all, seen.len()), (5, 5));
    for broken in [
        json!([0, {"day": "2026-13-01", "ranked": 1}]),
        json!([0]),
        json!([0, {"day": "2026-01-01", "ranked": -1}]),
    ] {
        cursor[2][0]["r"] = broken;
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string());
        app.get(&format!("/v1/articles?q=نهر&cursor={cursor}")).problem(400, "invalid-parameters");
    }
    for ranking in
        [json!({"day": "-262143-01-01", "ranked": 0}), json!({"day": "+262142-12-31", "ranked": u32::MAX})]
    {
        cursor[2][0]["r"] = json!([i64::MAX, ranking]);
        let cursor = BASE64_URL_SAFE_NO_PAD.encode(cursor.to_string());
        assert_eq!(app.get(&format!("/v1/articles?q=نهر&cursor={cursor}")).status, 200, "{ranking}");
    }
}

#[test]
fn an_article_is_found_by_what_each_of_its_texts_says_and_no_more_by_what_it_said() {
    let app = TestApp::start();
    let texts = ["headline", "kicker", "standfirst", "body"];
    let whole = |text: &str, word: &str| {
        let mut whole = json!({
            "source": "s", "external_id": text, "slug": text, "status": "published", "language": "en",
            "headline": "Unchanged", "kicker": "Unchanged", "standfirst": "Unchanged", "body": "Unchanged",
        });
        whole[text] = json!(word);
        whole
    };
    type Write = fn(&TestApp, &str, Value, Value) -> u16;
    let writes: [(&str, Write); 4] = [
        ("patched", |app, text, _, member| app.patch(&format!("/v1/articles/{text}"), member).status),
        ("replaced", |app, text, whole, _| app.put(&format!("/v1/articles/{text}"), whole).status),
        ("imported", |app, _, whole, _| {
            let answers = import(app, &[whole]);
            if answers[0]["result"] == "updated" { 200 } else { panic!("{answers:?}") }
        }),
        ("patchedagain", |app, text, _, member| app.patch(&format!("/v1/articles/{text}"), member).status),
    ];
    for text in texts {
        app.create("/v1/articles", whole(text, &format!("created{text}")));
    }
    let mut before = "created".to_owned();
    for (how, write) in writes {
        for text in texts {
            let [old, new] = [&before, how].map(|way| format!("{way}{text}"));
            assert_eq!(found(&app, &old), [text], "{old}");
            assert_eq!(write(&app, text, whole(text, &new), json!({text: new})), 200, "{new}");
            assert_eq!(found(&app, &new), [text], "{new}");
            assert_eq!(found(&app, &old), [] as [&str; 0], "{old}, which is now {new}");
        }
        before = how.to_owned();
    }
}
