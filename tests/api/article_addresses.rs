//! Where articles are found: slugs, former slugs, and what was deleted.

use serde_json::{Value, json};

use crate::support::{DataDir, Said, TestApp, article, article_with, as_lines, import, line, maqal, path_of};

fn publish_as(app: &TestApp, slug: &str) -> Value {
    app.publish("H", json!({"slug": slug}))
}

fn rename(app: &TestApp, article: &Value, slug: &str) {
    app.change(&path_of(article), json!({"slug": slug}));
}

/// Where a reader is sent from there.
fn redirect(app: &TestApp, path: &str) -> String {
    let response = app.get(path);
    response.problem(301, "moved");
    response.header("location").to_owned()
}

fn id_at(app: &TestApp, slug: &str) -> Value {
    app.get(&format!("/v1/articles/{slug}")).json()["id"].clone()
}

#[test]
fn an_id_is_found_with_a_mark_that_nobody_sees() {
    let app = TestApp::start();
    let article = app.publish("H", json!({}));
    for mark in ["%E2%80%8F", "%E2%80%8B", "%EF%BB%BF"] {
        assert_eq!(app.get(&format!("{}{mark}", path_of(&article))).status, 200, "{mark}");
    }
}

#[test]
fn slugs_made_from_the_same_headline_are_numbered() {
    let app = TestApp::start();
    let slugs = |headline| [(); 3].map(|()| app.publish(headline, json!({}))["slug"].clone());
    assert_eq!(slugs("The War: Day One!"), ["the-war-day-one", "the-war-day-one-2", "the-war-day-one-3"]);
    assert_eq!(slugs("الحرب"), ["الحرب", "الحرب-2", "الحرب-3"]);
    assert_eq!(slugs("؟!"), ["article", "article-2", "article-3"]);
    // What stands where a slug may stand in a path is none.
    assert_eq!(slugs("Bulk"), ["bulk-2", "bulk-3", "bulk-4"]);
}

fn percent_encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

#[test]
fn marks_that_nobody_types_make_no_other_slug() {
    let app = TestApp::start();
    let published = publish_as(&app, "كُتب");
    assert_eq!(published["slug"], "كتب");
    for slug in ["كَتب", "كتـب", "كتب", "كتب\u{200F}", "كتب\u{200B}"] {
        assert_eq!(id_at(&app, &percent_encoded(slug)), published["id"], "{slug:?}");
        let again = app.write("POST", "/v1/articles", &article_with("H", json!({"slug": slug})));
        again.problem(409, "conflict");
    }
    let tag = app
        .write("POST", "/v1/tags", &json!({"slug": "عَلم", "kind": "topic", "names": {"ar": "علم"}}))
        .json();
    assert_eq!(tag["slug"], "علم");
    let path = format!("/v1/articles?tags={}", percent_encoded("علم\u{200E}"));
    app.get(&path).json();
    assert_eq!(app.get(&format!("/v1/tags/{}", percent_encoded("عـلم"))).json()["id"], tag["id"]);
    // The rest of a word parts it.
    publish_as(&app, "می-خواهم");
    app.get(&format!("/v1/articles/{}", percent_encoded("می\u{200C}خواهم"))).json();
}

#[test]
fn a_number_that_belongs_to_another_headline_is_not_counted_on() {
    let app = TestApp::start();
    app.publish("Election 2024", json!({}));
    app.publish("Election", json!({}));
    assert_eq!(app.publish("Election", json!({}))["slug"], "election-2");
}

#[test]
fn a_slug_that_is_taken_is_refused() {
    let app = TestApp::start();
    publish_as(&app, "one");
    let path = path_of(&publish_as(&app, "two"));
    let attempts = [
        app.write("POST", "/v1/articles", &article_with("H", json!({"slug": "one"}))),
        app.write("PUT", &path, &article_with("H", json!({"slug": "one"}))),
        app.write("PATCH", &path, &json!({"slug": "one"})),
    ];
    for response in attempts {
        response.problem(409, "conflict");
        assert_eq!(response.faults(), [("/slug".to_owned(), "taken".to_owned())]);
    }
}

#[test]
fn a_slug_is_words_in_lower_case_and_no_uuid() {
    let app = TestApp::start();
    for slug in [
        "",
        "Upper",
        "a--b",
        "-a",
        "a-",
        "a b",
        "a_b",
        "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13",
        &"a".repeat(121),
    ] {
        let response = app.write("POST", "/v1/articles", &article_with("H", json!({"slug": slug})));
        response.problem(400, "invalid-body");
        assert_eq!(response.faults(), [("/slug".to_owned(), "invalid_slug".to_owned())], "{slug}");
    }
    publish_as(&app, &"a".repeat(120));
}

#[test]
fn a_former_slug_leads_to_the_present_one() {
    let app = TestApp::start();
    let article = publish_as(&app, "one");
    rename(&app, &article, "two");
    assert_eq!(redirect(&app, "/v1/articles/one"), "/v1/articles/two");
    assert_eq!(
        redirect(&app, "/v1/articles/one?fields=slug&include=tags"),
        "/v1/articles/two?fields=slug&include=tags"
    );
    rename(&app, &article, "ثلاثة");
    let present = redirect(&app, "/v1/articles/one");
    assert_eq!(app.get(&present).json()["slug"], "ثلاثة");
    assert_eq!(redirect(&app, "/v1/articles/two"), present);
    rename(&app, &article, "one");
    assert_eq!(id_at(&app, "one"), article["id"]);
    assert_eq!(redirect(&app, "/v1/articles/two"), "/v1/articles/one");
}

#[test]
fn a_write_to_a_former_slug_is_sent_on_with_its_method() {
    let app = TestApp::start();
    let article = publish_as(&app, "one");
    rename(&app, &article, "two");
    for (method, body) in [("PATCH", json!({"byline": "b"})), ("PUT", crate::support::article("H"))] {
        let response = app.write(method, "/v1/articles/one", &body);
        response.problem(308, "moved");
        assert_eq!(response.header("location"), "/v1/articles/two");
    }
    app.as_editor("DELETE", "/v1/articles/one").send().problem(308, "moved");
    assert_eq!(app.get("/v1/articles/two").json()["version"], 2);
}

#[test]
fn the_former_slug_of_a_draft_tells_readers_nothing() {
    let app = TestApp::start();
    let draft = app.publish("H", json!({"slug": "one", "status": "draft"}));
    rename(&app, &draft, "secret");
    app.get("/v1/articles/one").problem(404, "not-found");
    app.as_editor("GET", "/v1/articles/one").send().problem(301, "moved");
}

#[test]
fn a_former_slug_that_another_article_takes_is_its_own() {
    let app = TestApp::start();
    let first = publish_as(&app, "one");
    rename(&app, &first, "two");
    let second = publish_as(&app, "one");
    assert_eq!(id_at(&app, "one"), second["id"]);
    rename(&app, &second, "three");
    assert_eq!(redirect(&app, "/v1/articles/one"), "/v1/articles/three");
    assert_eq!(id_at(&app, "two"), first["id"]);
}

#[test]
fn a_slug_that_is_made_does_not_take_an_address_that_leads_elsewhere() {
    let app = TestApp::start();
    let first = app.publish("News", json!({}));
    rename(&app, &first, "old-news");
    assert_eq!(app.publish("News", json!({}))["slug"], "news-2");
    assert_eq!(redirect(&app, "/v1/articles/news"), "/v1/articles/old-news");
}

#[test]
fn a_deleted_article_is_gone_under_every_name_it_had() {
    let app = TestApp::start();
    let article = publish_as(&app, "one");
    rename(&app, &article, "two");
    app.remove(&path_of(&article));
    let addresses = [path_of(&article), "/v1/articles/two".to_owned(), "/v1/articles/one".to_owned()];
    let dates = addresses.each_ref().map(|path| app.get(path).problem(410, "gone")["deleted_at"].clone());
    assert!(dates[0].as_str().is_some_and(|date| date >= article["created_at"].as_str().expect("a date")));
    assert_eq!(dates[0], dates[1]);
    assert_eq!(dates[0], dates[2]);
    for path in addresses {
        app.write("PUT", &path, &crate::support::article("H")).problem(410, "gone");
        app.write("PATCH", &path, &json!({"headline": "I"})).problem(410, "gone");
        app.as_editor("DELETE", &path).send().problem(410, "gone");
    }
    assert!(app.get("/v1/articles").column("id").is_empty());
}

#[test]
fn a_deleted_article_that_was_not_public_tells_readers_nothing() {
    let app = TestApp::start();
    for status in ["draft", "archived"] {
        let article = app.publish("H", json!({"slug": status, "status": status}));
        app.remove(&path_of(&article));
        for path in [path_of(&article), format!("/v1/articles/{status}")] {
            app.get(&path).problem(404, "not-found");
            app.as_editor("GET", &path).send().problem(410, "gone");
        }
    }
}

#[test]
fn the_slug_of_a_deleted_article_is_free_again() {
    let app = TestApp::start();
    let first = publish_as(&app, "one");
    app.remove("/v1/articles/one");
    let second = publish_as(&app, "one");
    assert_eq!(id_at(&app, "one"), second["id"]);
    app.get(&path_of(&first)).problem(410, "gone");
    rename(&app, &second, "two");
    assert_eq!(redirect(&app, "/v1/articles/one"), "/v1/articles/two");
}

#[test]
fn what_never_was_is_not_found() {
    let app = TestApp::start();
    for key in ["nix", "No%20Slug", "%00", "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13"] {
        let path = format!("/v1/articles/{key}");
        app.get(&path).problem(404, "not-found");
        app.write("PUT", &path, &article("H")).problem(404, "not-found");
    }
}

#[test]
fn an_id_is_found_in_either_case() {
    let app = TestApp::start();
    let article = publish_as(&app, "one");
    let id = article["id"].as_str().expect("an id").to_uppercase();
    assert_eq!(id_at(&app, &id), article["id"]);
}

#[test]
fn a_draft_takes_no_address_away_from_readers() {
    let app = TestApp::start();
    let moved = publish_as(&app, "before");
    rename(&app, &moved, "after");
    let deleted = publish_as(&app, "deleted");
    app.remove(&path_of(&deleted));
    for slug in ["before", "deleted"] {
        let renamed = app.create("/v1/articles", article_with("D", json!({"slug": slug, "status": "draft"})));
        rename(&app, &renamed, &format!("{slug}-draft"));
        let removed = app.create("/v1/articles", article_with("D", json!({"slug": slug, "status": "draft"})));
        app.remove(&path_of(&removed));
    }
    assert_eq!(redirect(&app, "/v1/articles/before"), "/v1/articles/after");
    app.get("/v1/articles/deleted").problem(410, "gone");
    // Nor from what asks for others by it.
    let translation = app.publish("T", json!({"translation_of": "after"}));
    app.create("/v1/articles", article_with("D", json!({"slug": "before", "status": "draft"})));
    let translations = app.get("/v1/articles?translation_of=before").column("id");
    assert_eq!(translations, [translation["id"].as_str().expect("an id")]);
}

#[test]
fn a_name_that_is_a_word_of_the_paths_makes_another_slug_which_can_be_patched() {
    let app = TestApp::start();
    let links = json!({"tags": [{"kind": "topic", "name": "Trending"}]});
    let slug = app.publish("H", links)["tags"][0]["slug"].clone();
    assert_eq!(slug, "trending-2");
    assert_eq!(app.patch("/v1/tags/trending-2", json!({"kind": "series"})).status, 200);
    app.post("/v1/tags", crate::support::tag("bulk")).refused(
        400,
        "invalid-body",
        &[("/slug", "reserved_slug")],
    );
}

#[test]
fn a_slug_that_readers_never_saw_leads_them_nowhere_once_its_article_is_published() {
    let app = TestApp::start();
    let draft = app.publish("H", json!({"slug": "secret-name", "status": "draft"}));
    rename(&app, &draft, "public-name");
    app.change(&path_of(&draft), json!({"status": "published"}));
    app.get("/v1/articles/secret-name").problem(404, "not-found");
    assert_eq!(app.get("/v1/articles?translation_of=secret-name").json()["data"], json!([]));
    app.as_editor("GET", "/v1/articles/secret-name").send().problem(301, "moved");
    // In one step as well.
    let draft = app.publish("H", json!({"slug": "other-secret", "status": "draft"}));
    app.change(&path_of(&draft), json!({"slug": "other-name", "status": "published"}));
    app.get("/v1/articles/other-secret").problem(404, "not-found");
    // And it takes no name away from what is made of a headline.
    assert_eq!(app.publish("Secret name", json!({}))["slug"], "secret-name");
}

#[test]
fn a_slug_that_readers_knew_leads_them_on_though_the_article_was_renamed_while_archived() {
    let app = TestApp::start();
    let article = publish_as(&app, "one");
    app.change(&path_of(&article), json!({"status": "archived"}));
    app.get("/v1/articles/one").problem(404, "not-found");
    rename(&app, &article, "two");
    app.get("/v1/articles/one").problem(404, "not-found");
    rename(&app, &article, "three");
    app.change(&path_of(&article), json!({"status": "published"}));
    assert_eq!(redirect(&app, "/v1/articles/one"), "/v1/articles/three");
    app.get("/v1/articles/two").problem(404, "not-found");
    app.change(&path_of(&article), json!({"status": "draft"}));
    app.remove(&path_of(&article));
    assert_eq!(app.publish("Three", json!({}))["slug"], "three");
}

/// Every way to write an article: makes or changes the one of this external id, and gives its slug.
const WAYS: [&str; 4] = ["PATCH", "PUT", "bulk", "import"];

fn write_by(app: &TestApp, way: &str, id: &str, article: &Value) -> String {
    let path = format!("/v1/articles/{id}");
    match way {
        "PATCH" | "PUT" => {
            let response = app.write(way, &path, article);
            assert_eq!(response.status, 200, "{}", response.text());
            response.json()["slug"].as_str().expect("a slug").to_owned()
        }
        "bulk" => {
            let answers = import(app, std::slice::from_ref(article));
            answers[0]["slug"].as_str().unwrap_or_else(|| panic!("{answers:?}")).to_owned()
        }
        _ => {
            let dir = DataDir::new();
            std::fs::create_dir_all(dir.path()).expect("a directory");
            let file = dir.path().join("articles.ndjson");
            std::fs::write(&file, as_lines(std::slice::from_ref(article))).expect("a file");
            let mut command = maqal(&["import", "articles", "--database-url", &app.database.url()]);
            command.arg(&file);
            Said::by(command).ok();
            app.as_editor("GET", &path).send().json()["slug"].as_str().expect("a slug").to_owned()
        }
    }
}

#[test]
fn the_slug_of_a_headline_is_made_when_its_article_is_first_published() {
    let app = TestApp::start();
    for way in WAYS {
        let given =
            json!({"source": "s", "external_id": way, "language": "en", "headline": format!("Secret {way}")});
        let draft = match way {
            "bulk" | "import" => {
                import(&app, std::slice::from_ref(&given));
                let found =
                    app.as_editor("GET", &format!("/v1/articles?status=draft&external_id={way}")).send();
                found.json()["data"][0].clone()
            }
            _ => app.create("/v1/articles", given.clone()),
        };
        let (id, provisional) =
            (draft["id"].as_str().expect("an id"), draft["slug"].as_str().expect("a slug"));
        assert_eq!(provisional, format!("article-{}", id.replace('-', "")));
        // A change that publishes nothing leaves it as it is.
        let mut article = given.clone();
        article["headline"] = json!(format!("Public {way}"));
        assert_eq!(write_by(&app, way, id, &article), provisional);
        article["status"] = json!("published");
        let slug = write_by(&app, way, id, &article);
        assert_eq!(slug, format!("public-{}", way.to_lowercase()));
        app.get(&format!("/v1/articles/{provisional}")).problem(404, "not-found");
        app.as_editor("GET", &format!("/v1/articles/{provisional}")).send().problem(301, "moved");
        app.get(&format!("/v1/articles/secret-{}", way.to_lowercase())).problem(404, "not-found");
        // Afterwards it stays, and so does the article.
        article["headline"] = json!("Later");
        assert_eq!(write_by(&app, way, id, &article), slug);
        let version = app.get(&format!("/v1/articles/{slug}")).json()["version"].clone();
        assert_eq!(write_by(&app, way, id, &article), slug);
        assert_eq!(app.get(&format!("/v1/articles/{slug}")).json()["version"], version);
    }
}

#[test]
fn a_provisional_slug_that_is_sent_back_is_none() {
    let app = TestApp::start();
    let mut draft = json!({"language": "en", "headline": "News"});
    let made = app.create("/v1/articles", draft.clone());
    draft["slug"] = made["slug"].clone();
    draft["status"] = json!("published");
    let path = path_of(&made);
    assert_eq!(app.put(&path, draft.clone()).json()["slug"], "news");
    // Also by who has read it before it was published.
    assert_eq!(app.put(&path, draft.clone()).json()["slug"], "news");
    let answers = import(&app, &[draft.clone()]);
    assert_eq!((&answers[0]["result"], &answers[0]["id"]), (&json!("unchanged"), &made["id"]), "{answers:?}");
}

#[test]
fn a_draft_takes_no_name_away_from_what_is_published() {
    let app = TestApp::start();
    for _ in 0..2 {
        app.create("/v1/articles", json!({"language": "en", "headline": "Breaking news"}));
    }
    assert_eq!(app.publish("Breaking news", json!({}))["slug"], "breaking-news");
    let answers = import(&app, &[line("1", json!({"headline": "Breaking news"}))]);
    assert_eq!(answers[0]["slug"], "breaking-news-2");
    // Unless a client has given it the name.
    let draft = app.publish("H", json!({"slug": "given", "status": "draft"}));
    assert_eq!(app.publish("Given", json!({}))["slug"], "given-2");
    assert_eq!(app.change(&path_of(&draft), json!({"status": "published"}))["slug"], "given");
}

#[test]
fn a_draft_that_psql_publishes_keeps_its_slug() {
    let app = TestApp::start();
    let draft = app.create("/v1/articles", json!({"language": "en", "headline": "News"}));
    app.database.execute("UPDATE articles SET status = 'published', published_at = now()");
    let slug = draft["slug"].clone();
    assert_eq!(app.change(&path_of(&draft), json!({"headline": "Other news"}))["slug"], slug);
}
