//! Many entities in one request, and from a file.

use std::{
    io::Write,
    process::{Command, Stdio},
};

use diesel::connection::SimpleConnection;
use maqal::http::respond::encode_segment;
use serde_json::{Value, json};

use crate::support::{TestApp, TestDatabase, as_lines, eventually, import_into, maqal, results, text_of};

fn import(app: &TestApp, lines: &[Value]) -> Vec<Value> {
    import_into(app, "entities", lines)
}

fn read(app: &TestApp, slug: &str) -> Value {
    app.get(&format!("/v1/entities/{slug}")).json()
}

/// A city, with these members besides.
fn city(members: Value) -> Value {
    let mut city = json!({"type": "place", "names": {"ar": "كسلا", "en": "Kassala"}});
    let members = members.as_object().expect("members").clone();
    city.as_object_mut().expect("an object").extend(members);
    city
}

/// Lines that are known by each kind of name, with all that an entity can have.
fn cities() -> Vec<Value> {
    vec![
        city(json!({"slug": "kassala", "wikidata_id": "Q1006806", "latitude": 15.45, "longitude": 36.4,
                    "aliases": [{"language": "ar", "name": "كسلة"}, {"language": null, "name": "Kassalā"}],
                    "description": {"en": "A town", "ar": "مدينة"}, "same_as": ["https://example.org/k"]})),
        city(json!({"source": "geonames", "external_id": "372753"})),
        city(json!({"wikidata_id": "Q2", "names": {"ar": "بورتسودان"}})),
    ]
}

#[test]
fn lines_create_update_or_leave_entities() {
    let app = TestApp::start();
    let first = import(&app, &cities());
    assert_eq!(results(&first), ["created"; 3]);
    let slugs: Vec<&Value> = first.iter().map(|answer| &answer["slug"]).collect();
    assert_eq!(slugs, ["kassala", "kassala-2", "بورتسودان"]);
    let kassala = read(&app, "kassala");
    assert_eq!(kassala["id"], first[0]["id"]);
    assert_eq!((&kassala["latitude"], &kassala["wikidata_id"]), (&json!(15.45), &json!("Q1006806")));
    assert_eq!(kassala["aliases"].as_array().map(Vec::len), Some(2));

    assert_eq!(results(&import(&app, &cities())), ["unchanged"; 3]);
    assert_eq!(read(&app, "kassala"), kassala);

    let second = import(
        &app,
        &[
            city(json!({"source": "geonames", "external_id": "372753", "slug": "kassala-town"})),
            city(json!({"wikidata_id": "Q1006806", "names": {"en": "Kassala", "ar": "كسلا الجديدة"}})),
        ],
    );
    assert_eq!(results(&second), ["updated", "updated"]);
    assert_eq!((&second[0]["version"], &second[1]["id"]), (&json!(2), &kassala["id"]));
    // What a line leaves out is empty afterwards, but for the slug.
    let changed = read(&app, "kassala");
    assert_eq!((&changed["aliases"], &changed["latitude"]), (&json!([]), &Value::Null));
    assert_eq!(app.get("/v1/entities/kassala-2").status, 301);
    let found = app.get("/v1/entities?source=geonames&external_id=372753").column("slug");
    assert_eq!(found, ["kassala-town"]);
    assert_eq!(app.get("/v1/entities?external_id=372753").status, 400);
}

#[test]
fn new_names_are_found_and_completed_at_once() {
    let app = TestApp::start();
    import(&app, &cities());
    let named = |name: &str| app.get(&format!("/v1/entities?name={}", encode_segment(name))).column("slug");
    assert_eq!(named("كسلة"), ["kassala"]);
    import(&app, &[city(json!({"slug": "kassala", "names": {"ar": "أروما"}}))]);
    assert_eq!(named("كسلة"), [""; 0]);
    assert_eq!(named("أروما"), ["kassala"]);
}

#[test]
fn new_names_are_found_in_stored_articles() {
    let app = TestApp::start();
    let article = app.publish("قطار إلى كسلا", json!({}));
    import(&app, &cities()[..1]);
    let path = format!("/v1/articles/{}/mentions", article["id"].as_str().expect("an id"));
    eventually("the mention", || app.get(&path).json()["data"][0]["exact"] == "كسلا");
}

#[test]
fn of_very_many_new_names_those_articles_alone_are_annotated_that_have_them() {
    let database = TestDatabase::new();
    let articles = ["قطار إلى كسلا", "مطر", "City 700"];
    let article = |headline: &&str| json!({"source": "s", "external_id": headline, "language": "ar", "headline": headline});
    run(
        &database,
        &["import", "articles", "-"],
        &as_lines(&articles.iter().map(article).collect::<Vec<_>>()),
    );
    let named = |n: usize| city(json!({"slug": format!("city-{n}"), "names": {"en": format!("City {n}")}}));
    let few: Vec<Value> = (0..10).map(named).chain(cities().into_iter().take(1)).collect();
    run(&database, &["import", "entities", "-"], &as_lines(&few));
    let (said, _) = run(&database, &["annotate"], "");
    assert_eq!(said, "1 articles annotated\n");
    let many: Vec<Value> = (10..1100).map(named).collect();
    run(&database, &["import", "entities", "-"], &as_lines(&many));
    let (said, _) = run(&database, &["annotate"], "");
    assert_eq!(said, "1 articles annotated\n");
    let (said, _) = run(&database, &["annotate"], "");
    assert_eq!(said, "0 articles annotated\n");
}

#[test]
fn a_bad_line_is_reported_and_harms_no_other() {
    let app = TestApp::start();
    import(&app, &cities());
    let lines = [
        city(json!({})),
        city(json!({"slug": "a", "wikidata_id": "1963", "colour": "red"})),
        city(json!({"slug": "b", "source": "geonames"})),
        // The names of two entities, and the slug of one that is another thing.
        city(json!({"slug": "بورتسودان", "wikidata_id": "Q1006806"})),
        city(json!({"slug": "kassala", "wikidata_id": "Q77"})),
        city(json!({"slug": "c"})),
        city(json!({"slug": "bulk"})),
    ];
    let answers = import(&app, &lines);
    let expected = ["failed", "failed", "failed", "failed", "failed", "created", "failed"];
    assert_eq!(results(&answers), expected);
    let detail = |n: usize| answers[n]["problem"]["detail"].as_str().expect("a detail");
    assert!(detail(0).starts_with("needs source and external_id, a wikidata_id, or a slug"), "{}", detail(0));
    let pointers: Vec<&str> = answers[1]["problem"]["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|it| it["pointer"].as_str().expect("a pointer"))
        .collect();
    assert_eq!(pointers, ["/wikidata_id", "/colour"]);
    assert_eq!(answers[2]["problem"]["errors"][0]["pointer"], "/external_id");
    let statuses: Vec<&Value> = answers[3..5].iter().map(|answer| &answer["problem"]["status"]).collect();
    assert_eq!(statuses, [409, 409]);
    assert_eq!(detail(4), "kassala has another Wikidata id or external id: give this one another slug");
    assert_eq!(read(&app, "kassala")["version"], 1);
}

#[test]
fn lines_that_depend_on_one_another_are_taken_in_their_order() {
    let app = TestApp::start();
    let answers = import(
        &app,
        &[
            city(json!({"slug": "a", "wikidata_id": "Q1"})),
            city(json!({"slug": "b", "wikidata_id": "Q1"})),
            city(json!({"slug": "a", "wikidata_id": "Q2"})),
            city(json!({"slug": "a", "wikidata_id": "Q2", "names": {"en": "A"}})),
        ],
    );
    assert_eq!(results(&answers), ["created", "updated", "created", "updated"]);
    assert_eq!(
        (&read(&app, "b")["wikidata_id"], &read(&app, "a")["names"]),
        (&json!("Q1"), &json!({"en": "A"}))
    );
}

#[test]
fn what_was_merged_is_not_made_again() {
    let app = TestApp::start();
    import(&app, &cities());
    let merged =
        app.post(&format!("/v1/entities/{}/merge", encode_segment("بورتسودان")), json!({"into": "kassala"}));
    assert_eq!(merged.status, 200, "{}", merged.text());
    let answers = import(&app, &cities());
    assert_eq!(results(&answers), ["unchanged", "unchanged", "skipped"]);
    assert_eq!(
        answers[2]["problem"]["detail"],
        "it is بورتسودان, which was merged into kassala: leave the line out, or split them"
    );
    let split = app.post("/v1/entities/kassala/split", json!({"entity": "بورتسودان"}));
    assert_eq!(split.status, 201, "{}", split.text());
    assert_eq!(results(&import(&app, &cities())), ["unchanged"; 3]);
}

#[test]
fn what_an_entity_has_got_by_a_merge_stays_whatever_is_imported_again() {
    let app = TestApp::start();
    let lines = [
        json!({"source": "wire", "external_id": "1", "slug": "rim", "type": "person", "names": {"ar": "ريم الزين"},
            "aliases": [{"name": "R. Zein"}], "same_as": ["https://example.org/rim"], "wikidata_id": "Q90000001"}),
        json!({"source": "wire", "external_id": "2", "slug": "reem", "type": "person", "names": {"en": "Reem Elzein"},
            "aliases": [{"name": "Reem", "language": "en"}]}),
    ];
    assert_eq!(results(&import(&app, &lines)), ["created", "created"]);
    assert_eq!(app.post("/v1/entities/rim/merge", json!({"into": "reem"})).status, 200);
    let merged = read(&app, "reem");
    assert_eq!(results(&import(&app, &lines)), ["skipped", "unchanged"]);
    assert_eq!(read(&app, "reem"), merged);
    // What the line says is changed all the same.
    let mut line = lines[1].clone();
    line["names"]["fr"] = json!("Rim Elzein");
    line["aliases"] = json!([]);
    assert_eq!(results(&import(&app, &[line])), ["updated"]);
    let changed = read(&app, "reem");
    assert_eq!(changed["names"], json!({"en": "Reem Elzein", "fr": "Rim Elzein"}));
    let names: Vec<&str> = changed["aliases"]
        .as_array()
        .expect("aliases")
        .iter()
        .filter_map(|alias| alias["name"].as_str())
        .collect();
    assert!(
        names.contains(&"ريم الزين") && names.contains(&"R. Zein") && !names.contains(&"Reem"),
        "{names:?}"
    );
    for name in ["ريم الزين", "r zein", "rim elzein"] {
        let found = app.get(&format!("/v1/entities?name={}", encode_segment(name))).json();
        assert_eq!(found["data"][0]["slug"], "reem", "{name}");
    }
}

#[test]
fn what_an_editor_has_taken_from_a_merged_entity_is_not_brought_back_by_an_import() {
    let app = TestApp::start();
    let person = |slug: &str, name: &str, members: Value| {
        let mut line = json!({"source": "wire", "external_id": slug, "slug": slug, "type": "person", "names": {"en": name}});
        line.as_object_mut().expect("an object").extend(members.as_object().expect("an object").clone());
        line
    };
    let lines = [
        person("va", "Vera One", json!({"wikidata_id": "Q910001", "aliases": [{"name": "Wrong Name"}]})),
        person("vb", "Vera Two", json!({})),
        person("vc", "Vera Three", json!({})),
    ];
    import(&app, &lines);
    app.change("/v1/entities/vc", json!({"wikidata_id": "Q910002"}));
    for (from, into) in [("va", "vb"), ("vb", "vc")] {
        assert_eq!(app.post(&format!("/v1/entities/{from}/merge"), json!({"into": into})).status, 200);
    }
    let aliases: Vec<Value> = read(&app, "vc")["aliases"].as_array().expect("aliases").clone();
    let kept: Vec<&Value> = aliases.iter().filter(|alias| alias["name"] != "Wrong Name").collect();
    assert_eq!(kept.len() + 1, aliases.len());
    let corrected = app.change("/v1/entities/vc", json!({"aliases": kept}));
    let answers = import(&app, &lines[2..]);
    // Its own line names no Wikidata id; that of the first one was never its.
    assert_eq!(results(&answers), ["updated"]);
    let now = read(&app, "vc");
    assert_eq!((&now["wikidata_id"], &now["aliases"]), (&Value::Null, &corrected["aliases"]));
    assert_eq!(results(&import(&app, &lines[2..])), ["unchanged"]);
}

#[test]
fn what_was_deleted_here_is_not_made_again_by_whatever_it_was_known() {
    let app = TestApp::start();
    let known = |slug: Option<&str>, wikidata_id: Option<&str>, external_id: Option<&str>| {
        let source = external_id.map(|_| "s");
        city(json!({"slug": slug, "wikidata_id": wikidata_id, "source": source, "external_id": external_id}))
    };
    let first = import(&app, &[known(Some("a"), Some("Q1"), Some("1"))]);
    app.remove(&format!("/v1/entities/{}", text_of(&first[0]["id"])));
    let lines = [
        known(None, None, Some("1")),
        known(None, Some("Q1"), None),
        known(Some("a"), None, None),
        known(Some("a"), Some("Q1"), Some("1")),
    ];
    assert_eq!(results(&import(&app, &lines)), ["skipped"; 4]);
    let others = [known(Some("a"), Some("Q2"), None), known(None, None, Some("2"))];
    assert_eq!(results(&import(&app, &others)), ["created"; 2]);
    app.create("/v1/entities", known(None, Some("Q1"), Some("1")));
    assert_eq!(results(&import(&app, &lines[..1])), ["updated"]);
}

#[test]
fn what_the_database_refuses_of_one_line_harms_no_other() {
    let app = TestApp::start();
    let refuse = "ALTER TABLE entities ADD CONSTRAINT no_x CHECK (slug <> 'x')";
    app.database.connect().batch_execute(refuse).expect("a constraint");
    let slugs = ["u", "v", "w", "x", "y"];
    let lines: Vec<Value> = slugs.iter().map(|slug| city(json!({"slug": slug}))).collect();
    let answers = import(&app, &lines);
    assert_eq!(results(&answers), ["created", "created", "created", "failed", "created"]);
    assert_eq!(answers[3]["problem"]["status"], 500);
}

#[test]
fn only_editors_import_entities() {
    let app = TestApp::start();
    let refused = app.request("POST", "/v1/entities/bulk").bytes("application/x-ndjson", b"{}").send();
    assert_eq!(refused.status, 401);
    assert_eq!(app.get("/v1/entities/bulk").status, 405);
}

/// What a command says of a database, to which these lines are piped.
fn run(database: &TestDatabase, arguments: &[&str], lines: &str) -> (String, String) {
    let mut command: Command = maqal(arguments);
    command.args(["--database-url", &database.url()]);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("the program runs");
    child.stdin.take().expect("its input").write_all(lines.as_bytes()).expect("it reads");
    let said = child.wait_with_output().expect("it ends");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&said.stdout), text(&said.stderr))
}

#[test]
fn a_file_of_entities_is_imported() {
    let database = TestDatabase::new();
    let import = |lines: &str| run(&database, &["import", "entities", "-"], lines);
    let (said, _) = import(&as_lines(&cities()));
    assert!(said.starts_with("3 lines: 3 created, 0 updated, 0 unchanged, 0 failed"), "{said}");
    let (said, errors) = import(&(as_lines(&cities()) + "{}"));
    assert!(said.starts_with("4 lines: 0 created, 0 updated, 3 unchanged, 1 failed"), "{said}");
    assert!(errors.contains("line 4: /type: is required; /names: is required"), "{errors}");
}
