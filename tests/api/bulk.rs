//! Many articles in one request.

use diesel::connection::SimpleConnection;
use maqal::http::respond::encode_segment;
use serde_json::{Value, json};

use crate::support::{
    Response, TestApp, TestDatabase, article_with, entity, import, line, lines_of, path_of, results, tag,
    text_of,
};

/// Where lines are posted to.
pub const BULK: &str = "/v1/articles/bulk";

/// The address of an item.
pub fn at(list: &str, slug: &str) -> String {
    format!("/v1/{list}/{}", encode_segment(slug))
}

fn versions(answers: &[Value]) -> Vec<(&str, i64)> {
    let result = |answer: &'_ Value| answer["version"].as_i64().unwrap_or_default();
    answers.iter().map(|answer| (answer["result"].as_str().expect("a result"), result(answer))).collect()
}

#[test]
fn lines_create_update_or_leave_what_is_there() {
    let app = TestApp::start();
    let first = import(&app, &[line("1", json!({})), line("2", json!({}))]);
    assert_eq!(versions(&first), [("created", 1), ("created", 1)]);
    assert_eq!((&first[0]["line"], &first[0]["slug"]), (&json!(1), &json!("عنوان-1")));
    let second =
        import(&app, &[line("2", json!({"body": "آخر"})), line("1", json!({})), line("3", json!({}))]);
    assert_eq!(versions(&second), [("updated", 2), ("unchanged", 1), ("created", 1)]);
    assert_eq!(second[0]["id"], first[1]["id"]);
    let read = app.get(&format!("/v1/articles/{}", second[0]["id"].as_str().expect("an id"))).json();
    assert_eq!(
        (&read["body"], &read["version"], &read["external_id"]),
        (&json!("آخر"), &json!(2), &json!("2"))
    );
}

#[test]
fn the_same_lines_twice_change_nothing() {
    let app = TestApp::start();
    let lines = [
        line(
            "1",
            json!({"tags": [{"slug": "t", "kind": "topic", "name": "ت"}], "metadata": {"n": 1.50, "a": [null]}}),
        ),
        line("2", json!({"status": "draft", "published_at": "2026-01-01T10:00:00.123456789+02:00"})),
        line(
            "3",
            json!({"published_at": null, "image": {"url": "https://example.org/a.jpg", "alt": "صورة"}}),
        ),
        json!({"slug": "بلا-مصدر", "language": "ar", "headline": "خبر", "body": "# *ن*", "body_format": "markdown",
               "entities": [{"slug": "e", "type": "place", "name": "م", "relation": "about", "salience": 0.1}]}),
    ];
    assert_eq!(results(&import(&app, &lines)), ["created"; 4]);
    let before =
        app.as_editor("GET", "/v1/articles?status=draft&status=published&include=tags,entities").send();
    assert_eq!(versions(&import(&app, &lines)), [("unchanged", 1); 4]);
    let after =
        app.as_editor("GET", "/v1/articles?status=draft&status=published&include=tags,entities").send();
    assert_eq!(before.text(), after.text());
}

#[test]
fn what_was_deleted_here_does_not_come_back_by_an_import() {
    let app = TestApp::start();
    let by_slug = article_with("H", json!({"slug": "by-slug"}));
    let lines = [line("1", json!({"slug": "named"})), by_slug.clone(), line("2", json!({}))];
    let first = import(&app, &lines);
    for at in [0, 1] {
        app.remove(&at_id(&first[at]));
    }
    let again = import(&app, &lines);
    assert_eq!(results(&again), ["skipped", "skipped", "unchanged"]);
    assert_eq!(
        (&again[0]["problem"]["type"], &again[0]["problem"]["status"]),
        (&json!("/problems/gone"), &json!(410))
    );
    // Another article may have the slug, by whatever way, and whoever wants the same again makes it.
    let other = line("3", json!({"slug": "named"}));
    assert_eq!(results(&import(&app, &[other])), ["created"]);
    let anew = app.create("/v1/articles", line("1", json!({})));
    assert_eq!(results(&import(&app, &[line("1", json!({"standfirst": "س"}))])), ["updated"]);
    app.create("/v1/articles", by_slug.clone());
    assert_eq!(results(&import(&app, &[by_slug])), ["unchanged"]);
    app.remove(&path_of(&anew));
    assert_eq!(results(&import(&app, &[line("1", json!({}))])), ["skipped"]);
}

fn at_id(answer: &Value) -> String {
    format!("/v1/articles/{}", text_of(&answer["id"]))
}

#[test]
fn a_bad_line_is_reported_with_its_number_and_harms_no_other() {
    let app = TestApp::with(TestDatabase::new(), &["--max-body", "50000"]);
    app.create("/v1/articles", article_with("H", json!({"slug": "taken"})));
    let long = line("6", json!({"body": "x".repeat(60_000)}));
    let body = [
        line("1", json!({})).to_string(),
        "{\"language\": ".to_owned(),
        "  ".to_owned(),
        json!({"source": "s", "external_id": "4", "language": "arabic?", "colour": 1}).to_string(),
        line("5", json!({"tags": ["none"], "entities": [{"name": "x"}]})).to_string(),
        long.to_string(),
        line("7", json!({"slug": "taken"})).to_string(),
        json!({"language": "ar", "headline": "h"}).to_string(),
        line("9", json!({"slug": "bulk"})).to_string(),
        line("10", json!({"headline": "a", "language": "ar", "translation_of": "nowhere"})).to_string(),
        format!("{{\"a\": 1, \"a\": 2, \"b\": \"{}\"}}", "\u{1}"),
        line("12", json!({"body": "\u{0}"})).to_string(),
        line("13", json!({"body": "<div>".repeat(5000), "body_format": "html"})).to_string(),
        "[]".to_owned(),
        line("15", json!({})).to_string(),
    ];
    let answers = lines_of(&post(&app, body.join("\n").as_bytes()));
    let told: Vec<(u64, String)> = answers
        .iter()
        .map(|answer| {
            let problem = &answer["problem"];
            let errors = problem["errors"].as_array().into_iter().flatten();
            let places: Vec<_> = errors
                .map(|error| format!("{} {}", text_of(&error["pointer"]), text_of(&error["code"])))
                .collect();
            let kind = problem["type"].as_str().unwrap_or_default().trim_start_matches("/problems/");
            let result = text_of(&answer["result"]);
            (answer["line"].as_u64().expect("a number"), format!("{result} {kind} {}", places.join(", ")))
        })
        .collect();
    let told: Vec<(u64, &str)> = told.iter().map(|(line, text)| (*line, text.trim())).collect();
    assert_eq!(
        told,
        [
            (1, "created"),
            (2, "failed malformed-json"),
            (4, "failed invalid-body /headline required, /language invalid_language, /colour unknown"),
            (5, "failed invalid-body /tags/0 unknown_tag, /entities/0 unknown_entity"),
            (6, "failed body-too-large"),
            (7, "failed conflict /slug taken"),
            (8, "failed invalid-body  required"),
            (9, "failed invalid-body /slug reserved_slug"),
            (10, "failed invalid-body /translation_of unknown_article"),
            (11, "failed malformed-json"),
            (12, "failed invalid-body /body nul"),
            (13, "failed invalid-body /body too_intricate"),
            (14, "failed invalid-body  invalid_type"),
            (15, "created"),
        ]
    );
    assert_eq!(answers[3]["problem"]["status"], 400);
    assert_eq!(app.get("/v1/articles?source=s").column("external_id").len(), 2);
    // What a refused line would have brought along is not made.
    assert_eq!(app.get("/v1/tags").column("slug").len(), 0);
}

/// Posts lines as an editor.
pub fn post(app: &TestApp, body: &[u8]) -> Response {
    app.as_editor("POST", BULK).bytes("application/x-ndjson", body).send()
}

#[test]
fn what_the_database_refuses_of_one_line_is_found_among_many() {
    let app = TestApp::start();
    let mut connection = app.database.connect();
    connection
        .batch_execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
             CREATE TRIGGER refuse BEFORE INSERT ON articles FOR EACH ROW
             WHEN (NEW.headline = 'poison') EXECUTE FUNCTION refuse()",
        )
        .expect("a trigger");
    let mut lines: Vec<Value> = (1..=40).map(|number| line(&number.to_string(), json!({}))).collect();
    lines[16]["headline"] = json!("poison");
    lines[33]["headline"] = json!("poison");
    let answers = import(&app, &lines);
    let failed: Vec<&Value> =
        answers.iter().filter(|it| it["result"] == "failed").map(|it| &it["line"]).collect();
    assert_eq!(failed, [17, 34]);
    assert_eq!(answers[16]["problem"]["type"], "/problems/internal");
    assert_eq!(results(&answers).iter().filter(|it| **it == "created").count(), 38);
}

#[test]
fn a_key_that_occurs_again_counts_in_the_order_of_the_lines() {
    let app = TestApp::start();
    let answers = import(
        &app,
        &[
            line("1", json!({"body": "أ"})),
            line("2", json!({})),
            line("1", json!({"body": "ب"})),
            line("1", json!({"body": "ب"})),
            json!({"slug": "عنوان-1", "language": "ar", "headline": "عنوان 1", "body": "ج"}),
            line("1", json!({"body": "د"})),
        ],
    );
    // The line with the slug takes the source away from the article, so that the last one makes another.
    assert_eq!(
        versions(&answers),
        [("created", 1), ("created", 1), ("updated", 2), ("unchanged", 2), ("updated", 3), ("created", 1)]
    );
    assert_eq!(answers[5]["slug"], "عنوان-1-2");
}

#[test]
fn a_line_replaces_as_put_does() {
    let app = TestApp::start();
    let whole = line(
        "1",
        json!({"standfirst": "س", "byline": "ك", "published_at": "2026-02-03T04:05:06Z",
               "tags": [{"slug": "t", "kind": "topic", "name": "ت"}]}),
    );
    let created = import(&app, &[whole]);
    let bare = json!({"source": "s", "external_id": "1", "language": "ar", "headline": "جديد"});
    assert_eq!(versions(&import(&app, std::slice::from_ref(&bare))), [("updated", 2)]);
    let read = app.get(&format!("/v1/articles/{}", text_of(&created[0]["id"]))).json();
    assert_eq!((&read["slug"], &read["status"]), (&json!("عنوان-1"), &json!("published")));
    assert_eq!(read["published_at"], "2026-02-03T04:05:06Z");
    assert_eq!(
        (&read["standfirst"], &read["byline"], &read["tags"]),
        (&Value::Null, &Value::Null, &json!([]))
    );
    assert_eq!(app.get("/v1/tags/t").json()["article_count"], 0);
    assert_eq!(versions(&import(&app, &[bare])), [("unchanged", 2)]);
}

#[test]
fn tags_and_entities_are_made_once_and_counted() {
    let app = TestApp::start();
    app.create("/v1/tags", tag("old"));
    app.create("/v1/entities", entity("old"));
    let links = json!({
        "tags": ["old", {"slug": "new", "kind": "section", "name": "جديد"}, "old"],
        "entities": [{"type": "person", "name": "ليلى عثمان", "relation": "author"}, {"slug": "old", "salience": 0.25}],
    });
    let mut lines: Vec<Value> = (1..=50).map(|number| line(&number.to_string(), links.clone())).collect();
    lines[0]["status"] = json!("draft");
    assert_eq!(results(&import(&app, &lines)), ["created"; 50]);
    for (list, slug) in [("tags", "old"), ("tags", "new"), ("entities", "old"), ("entities", "ليلى-عثمان")]
    {
        assert_eq!(app.get(&at(list, slug)).json()["article_count"], 49, "{slug}");
    }
    assert_eq!(app.get("/v1/tags/new").json()["names"], json!({"ar": "جديد"}));
    let article = app.get(&at("articles", "عنوان-2")).json();
    let slugs = |list: &str| -> Vec<String> {
        article[list].as_array().expect("a list").iter().map(|it| text_of(&it["slug"]).to_owned()).collect()
    };
    assert_eq!(
        (slugs("tags"), slugs("entities")),
        (vec!["old".into(), "new".into()], vec!["ليلى-عثمان".into(), "old".into()])
    );
    assert_eq!(article["entities"][0]["relation"], "author");
    assert_eq!(article["entities"][1]["salience"], 0.25);
    assert_eq!(app.get("/v1/tags/new/articles?limit=100").column("id").len(), 49);

    // Published, the draft is counted; archived, another is not.
    let changes = [line("1", links.clone()), line("2", article_members(&links, "archived"))];
    assert_eq!(versions(&import(&app, &changes)), [("updated", 2), ("updated", 2)]);
    assert_eq!(app.get("/v1/tags/new").json()["article_count"], 49);
    assert_eq!(app.get("/v1/entities/old/articles?limit=100").column("id").len(), 49);
}

fn article_members(members: &Value, status: &str) -> Value {
    let mut members = members.clone();
    members["status"] = json!(status);
    members
}

#[test]
fn other_links_move_the_version_by_one() {
    let app = TestApp::start();
    for slug in ["a", "b", "c"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    let link = |slug: &str, relation: &str, salience: Option<f64>| json!({"slug": slug, "relation": relation, "salience": salience});
    let steps = [
        (json!({"tags": ["a", "b"], "entities": [link("a", "mentions", None)]}), "created", 1),
        (json!({"tags": ["b", "a"], "entities": [link("a", "mentions", None)]}), "updated", 2),
        (json!({"tags": ["b", "c"], "entities": [link("a", "mentions", None)]}), "updated", 3),
        (json!({"tags": ["b", "c"], "entities": [link("a", "about", None)]}), "updated", 4),
        (json!({"tags": ["b", "c"], "entities": [link("a", "about", Some(0.5))]}), "updated", 5),
        (json!({"tags": ["b", "c"], "entities": ["b", link("a", "about", Some(0.5))]}), "updated", 6),
        (json!({"tags": ["b", "c"], "entities": ["b", link("a", "about", Some(0.5))]}), "unchanged", 6),
        (json!({"tags": ["c"], "entities": [], "body": "آخر", "status": "archived"}), "updated", 7),
        (json!({"tags": ["c", "a"], "entities": ["c"], "body": "آخر"}), "updated", 8),
    ];
    for (members, result, version) in steps {
        let lines = [line("1", members)];
        assert_eq!(versions(&import(&app, &lines)), [(result, version)], "{lines:?}");
    }
    let counts = |list: &str| -> Vec<i64> {
        let count =
            |slug| app.get(&format!("/v1/{list}/{slug}")).json()["article_count"].as_i64().expect("a count");
        ["a", "b", "c"].map(count).to_vec()
    };
    assert_eq!((counts("tags"), counts("entities")), (vec![1, 0, 1], vec![0, 0, 1]));
}

#[test]
fn slugs_follow_the_rules_of_single_writes() {
    let app = TestApp::start();
    let headline = |id: &str| line(id, json!({"headline": "معرض الكتاب"}));
    let created = import(
        &app,
        &[headline("1"), headline("2"), line("3", json!({"slug": "معرض-الكتاب-3"})), headline("4")],
    );
    let slugs: Vec<&str> = created.iter().map(|it| text_of(&it["slug"])).collect();
    assert_eq!(slugs, ["معرض-الكتاب", "معرض-الكتاب-2", "معرض-الكتاب-3", "معرض-الكتاب-4"]);
    // A new slug: the old one leads on, and no other article gets it.
    let renamed = line("1", json!({"headline": "معرض الكتاب", "slug": "معرض-الخرطوم"}));
    let changed = import(&app, &[renamed, headline("5")]);
    assert_eq!(versions(&changed), [("updated", 2), ("created", 1)]);
    assert_eq!(changed[1]["slug"], "معرض-الكتاب-5");
    let old = app.get(&at("articles", "معرض-الكتاب"));
    assert_eq!(old.status, 301);
    // Left out, it stays.
    assert_eq!(import(&app, &[headline("1")])[0]["slug"], "معرض-الخرطوم");
    // A slug that is given may be one that was given up, as in a single write.
    let given = import(&app, &[json!({"slug": "معرض-الكتاب", "language": "ar", "headline": "h"})]);
    assert_eq!(versions(&given), [("created", 1)]);
    // What was deleted does not come back, and leaves its slug to others.
    app.remove(&format!("/v1/articles/{}", text_of(&created[1]["id"])));
    let again = import(&app, &[headline("2"), headline("6")]);
    assert_eq!(results(&again), ["skipped", "created"]);
    assert_eq!(again[1]["slug"], "معرض-الكتاب-2");
    assert_eq!(app.get(&format!("/v1/articles/{}", text_of(&created[1]["id"]))).status, 410);
    // What was made for a line is no more free for a later one than for a request of its own.
    let beside = import(&app, &[line("7", json!({"headline": "سوق"})), line("8", json!({"slug": "سوق"}))]);
    assert_eq!(results(&beside), ["created", "failed"]);
    assert_eq!((&beside[0]["slug"], &beside[1]["problem"]["status"]), (&json!("سوق"), &json!(409)));
}

#[test]
fn a_translation_may_name_an_article_of_the_same_file() {
    let app = TestApp::start();
    let lines = [
        json!({"slug": "fair-fr", "language": "fr", "headline": "Le salon", "translation_of": "fair"}),
        json!({"slug": "fair", "language": "en", "headline": "The fair", "status": "published"}),
        line("3", json!({"headline": "Fair, again"})),
        json!({"slug": "fair-de", "language": "de", "headline": "Die Messe", "translation_of": "fair-again"}),
        json!({"slug": "itself", "language": "de", "headline": "h", "translation_of": "itself"}),
    ];
    let answers = import(&app, &lines);
    assert_eq!(results(&answers), ["created", "created", "created", "created", "failed"]);
    let read = |slug: &str| app.as_editor("GET", &format!("/v1/articles/{slug}")).send().json();
    assert_eq!(read("fair-fr")["translation_of"], answers[1]["id"]);
    assert_eq!(read("fair-de")["translation_of"], answers[2]["id"]);
    assert_eq!(results(&import(&app, &lines))[..4], ["unchanged"; 4]);
    // By id, and by a slug that was given up.
    app.change("/v1/articles/fair", json!({"slug": "book-fair"}));
    let by_id = json!({"slug": "fair-fr", "language": "fr", "headline": "Le salon", "translation_of": answers[1]["id"]});
    assert_eq!(results(&import(&app, &[by_id, lines[0].clone()])), ["unchanged", "unchanged"]);
}

#[test]
fn an_article_that_is_there_may_become_a_translation_of_a_new_one() {
    let app = TestApp::start();
    let french = |original: Option<&str>| json!({"slug": "fair-fr", "language": "fr", "headline": "Le salon", "translation_of": original});
    let english = |slug: &str| json!({"slug": slug, "language": "en", "headline": "The fair"});
    import(&app, &[french(None)]);
    let before = import(&app, &[french(Some("fair")), english("fair")]);
    assert_eq!(versions(&before), [("updated", 2), ("created", 1)]);
    let after = import(&app, &[english("second-fair"), french(Some("second-fair"))]);
    assert_eq!(versions(&after), [("created", 1), ("updated", 3)]);
}

#[test]
fn what_an_import_has_written_shows_at_once() {
    let app = TestApp::start();
    for round in 0..20 {
        let _ = app.get("/v1/articles?count=exact");
        import(&app, &[line("1", json!({"body": round.to_string()})), line(&format!("x{round}"), json!({}))]);
        assert_eq!(app.get("/v1/articles?count=exact").json()["page"]["total"], round + 2);
    }
}
