//! Mentions as resources: made, listed, anchored, taken away.

use diesel::{QueryDsl, RunQueryDsl};
use maqal::schema::annotation_queue;
use serde_json::{Value, json};

use crate::support::{TestApp, eventually};

/// Waits until the names of all entities are known.
pub fn know_names(app: &TestApp) {
    let mut connection = app.database.connect();
    eventually("names are known", || {
        annotation_queue::table.count().get_result::<i64>(&mut connection).expect("a number") == 0
    });
}

pub fn mentions(app: &TestApp, article: &str, query: &str) -> Vec<Value> {
    let response = app.as_editor("GET", &format!("/v1/articles/{article}/mentions{query}")).send();
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()["data"].as_array().expect("a list").clone()
}

/// Of each mention what stands there, and whom it means.
pub fn named(mentions: &[Value]) -> Vec<(&str, &str)> {
    fn text(value: &Value) -> &str {
        value.as_str().expect("a text")
    }
    mentions.iter().map(|it| (text(&it["exact"]), text(&it["entity"]["slug"]))).collect()
}

/// A service that knows a country, its capital and a river.
pub fn newsroom() -> TestApp {
    let app = TestApp::start();
    let place = |slug: &str, ar: &str, en: &str| json!({"slug": slug, "type": "place", "names": {"ar": ar, "en": en}});
    app.create("/v1/entities", place("sudan", "السودان", "Sudan"));
    app.create("/v1/entities", place("khartoum", "الخرطوم", "Khartoum"));
    app.create("/v1/entities", place("nile", "النيل", "Nile"));
    know_names(&app);
    app
}

#[test]
fn names_in_an_article_are_found_without_their_particles() {
    let app = newsroom();
    app.publish(
        "فيضان في الخرطوم",
        json!({"slug": "flood", "standfirst": "تحذير للسودان", "body": "بالخرطوم والنيل."}),
    );
    let found = mentions(&app, "flood", "");
    assert_eq!(
        named(&found),
        [("الخرطوم", "khartoum"), ("سودان", "sudan"), ("الخرطوم", "khartoum"), ("النيل", "nile")]
    );
    assert_eq!(found[0]["field"], "headline");
    assert_eq!((&found[0]["start"], &found[0]["end"]), (&json!(9), &json!(16)));
    assert_eq!(
        (&found[2]["field"], &found[2]["start"], &found[2]["exact"]),
        (&json!("body"), &json!(1), &json!("الخرطوم"))
    );
    assert_eq!(found[0]["prefix"], "فيضان في ");
    assert_eq!((&found[0]["origin"], &found[0]["status"]), (&json!("gazetteer"), &json!("found")));
    assert_eq!(found[0]["entity"]["name"], "الخرطوم");
    let one = format!("/v1/articles/flood/mentions/{}", found[0]["id"].as_str().expect("an id"));
    assert_eq!(app.get(&one).json(), found[0]);
}

#[test]
fn mentions_are_filtered_and_paged() {
    let app = newsroom();
    app.publish("الخرطوم والنيل", json!({"slug": "flood", "body": "السودان: الخرطوم والنيل."}));
    assert_eq!(mentions(&app, "flood", "?field=body").len(), 3);
    assert_eq!(mentions(&app, "flood", "?entity=nile&entity=sudan").len(), 3);
    assert_eq!(mentions(&app, "flood", "?entity=nobody").len(), 0);
    assert_eq!(mentions(&app, "flood", "?origin=editor").len(), 0);
    let all = mentions(&app, "flood", "");
    let first = app.get("/v1/articles/flood/mentions?limit=2").json();
    let cursor = first["page"]["next_cursor"].as_str().expect("a cursor").to_owned();
    let second = app.get(&format!("/v1/articles/flood/mentions?limit=3&cursor={cursor}"));
    let pages = [
        first["data"].as_array().expect("a list").clone(),
        second.json()["data"].as_array().expect("a list").clone(),
    ];
    assert_eq!(pages.concat(), all);
    let back = second.json()["page"]["prev_cursor"].as_str().expect("a cursor").to_owned();
    let back = app.get(&format!("/v1/articles/flood/mentions?limit=2&cursor={back}"));
    assert_eq!(back.json()["data"], first["data"]);
    app.get("/v1/articles/flood/mentions?origin=nobody").problem(400, "invalid-parameters");
    app.get("/v1/articles/flood/mentions?limit=0").problem(400, "invalid-parameters");
    app.get("/v1/articles/nothing/mentions").problem(404, "not-found");
}

#[test]
fn annotations_are_those_of_the_web() {
    let app = newsroom();
    app.publish("فيضان في الخرطوم", json!({"slug": "flood"}));
    // A kept answer is of JSON.
    app.get("/v1/articles/flood/mentions");
    let response =
        app.request("GET", "/v1/articles/flood/mentions").header("Accept", "application/ld+json").send();
    assert_eq!(response.header("content-type"), "application/ld+json");
    let page = response.json();
    assert_eq!(
        (&page["@context"], &page["type"]),
        (&json!("http://www.w3.org/ns/anno.jsonld"), &json!("AnnotationPage"))
    );
    let selectors = &page["items"][0]["target"]["selector"];
    assert_eq!(selectors[0], json!({"type": "TextPositionSelector", "start": 9, "end": 16}));
    assert_eq!(selectors[1]["exact"], "الخرطوم");
    let entity = page["items"][0]["body"]["source"].as_str().expect("an address").to_owned();
    assert_eq!(app.get(&entity).json()["slug"], "khartoum");
}

#[test]
fn annotations_are_told_from_json_and_read_once() {
    let app = newsroom();
    app.publish("النيل في الخرطوم", json!({"slug": "flood"}));
    let path = "/v1/articles/flood/mentions?limit=1";
    let ask = || app.request("GET", path).header("Accept", "application/ld+json");
    let (json, first) = (app.get(path), ask().send());
    for answer in [&json, &first] {
        assert!(answer.header("vary").starts_with("Accept, "), "{answer:?}");
        assert!(answer.header("link").contains("rel=\"next\""), "{answer:?}");
    }
    assert_ne!(first.header("etag"), json.header("etag"));
    // Those that are kept are still of both kinds.
    assert_eq!(ask().send().lasting_headers(), first.lasting_headers());
    assert_eq!(app.get(path).lasting_headers(), json.lasting_headers());
    let held = ask().header("If-None-Match", first.header("etag")).send();
    assert_eq!((held.status, held.header("etag")), (304, first.header("etag")));
    assert_eq!(ask().header("If-None-Match", json.header("etag")).send().status, 200);

    let page = first.json();
    assert_eq!(page["id"], path);
    let next = page["next"].as_str().expect("an address");
    let second = app.request("GET", next).header("Accept", "application/ld+json").send().json();
    assert_eq!(second["id"], next);
    assert_eq!(second["items"][0]["target"]["selector"][1]["exact"], "الخرطوم");
    assert_eq!(second.get("next"), None);

    app.change("/v1/articles/flood", json!({"headline": "النيل"}));
    let changed = ask().header("If-None-Match", first.header("etag")).send();
    assert_eq!((changed.status, changed.json().get("next")), (200, None));
    let with_key = ask().key(&app.editor).send();
    assert_eq!(with_key.header("cache-control"), "private, no-store");
}

#[test]
fn an_editor_says_what_a_text_speaks_of_and_is_right() {
    let app = newsroom();
    app.publish("فيضان في العاصمة", json!({"slug": "flood", "body": "النيل أزرق. النيل أبيض."}));
    let path = "/v1/articles/flood/mentions";
    let response = app.post(path, json!({"entity": "khartoum", "field": "headline", "exact": "العاصمة"}));
    assert_eq!(response.status, 201, "{}", response.text());
    assert_eq!(app.get(response.header("location")).json(), response.json());
    assert_eq!(response.json()["origin"], "editor");
    let article = app.get("/v1/articles/flood").json();
    assert_eq!(article["entities"].as_array().map(Vec::len), Some(2));
    assert_eq!(app.get("/v1/articles?entities=khartoum").json()["data"][0]["slug"], "flood");
    // In the place of what the annotator has found.
    app.create(path, json!({"entity": "sudan", "field": "body", "start": 0, "end": 5, "exact": "النيل"}));
    let found = mentions(&app, "flood", "?field=body");
    assert_eq!(named(&found), [("النيل", "sudan"), ("النيل", "nile")]);
}

#[test]
fn what_another_system_has_found_is_marked_so_and_follows_its_text() {
    let app = newsroom();
    app.publish("فيضان في العاصمة", json!({"slug": "flood"}));
    let told = |origin: &str| json!({"entity": "khartoum", "field": "headline", "exact": "العاصمة", "origin": origin});
    let refused = app.post("/v1/articles/flood/mentions", told("gazetteer"));
    assert_eq!(refused.faults(), [("/origin".to_owned(), "unknown_value".to_owned())]);
    assert_eq!(app.create("/v1/articles/flood/mentions", told("import"))["origin"], "import");
    app.change("/v1/articles/flood", json!({"headline": "أمس: فيضان في العاصمة"}));
    let found = mentions(&app, "flood", "?origin=import");
    assert_eq!(named(&found), [("العاصمة", "khartoum")]);
    assert_eq!((&found[0]["start"], &found[0]["status"]), (&json!(14), &json!("found")));
}

#[test]
fn nobody_says_the_same_twice() {
    let app = newsroom();
    app.publish("فيضان في العاصمة", json!({"slug": "flood", "body": "الخرطوم."}));
    let path = "/v1/articles/flood/mentions";
    let said = json!({"entity": "khartoum", "field": "headline", "exact": "العاصمة"});
    let made = app.create(path, said.clone());
    let problem = app.post(path, said).problem(409, "conflict");
    let detail = problem["detail"].as_str().expect("a sentence");
    assert!(detail.contains(made["id"].as_str().expect("an id")), "{detail}");
    // Of another one, or in the place of what the annotator says: that is to say something.
    app.create(path, json!({"entity": "nile", "field": "headline", "exact": "العاصمة"}));
    app.create(path, json!({"entity": "khartoum", "field": "body", "exact": "الخرطوم"}));
    assert_eq!(mentions(&app, "flood", "?origin=editor").len(), 3);
}

#[test]
fn a_mention_that_fits_nowhere_is_refused() {
    let app = newsroom();
    app.publish("فيضان في العاصمة", json!({"slug": "flood", "body": "النيل أزرق. النيل أبيض."}));
    let refused = |body: Value| -> Vec<String> {
        let response = app.post("/v1/articles/flood/mentions", body);
        assert_eq!(response.status, 400, "{}", response.text());
        response.faults().into_iter().map(|(pointer, code)| format!("{pointer} {code}")).collect()
    };
    assert_eq!(refused(json!({})).len(), 2);
    assert_eq!(refused(json!({"entity": "nile", "field": "body"})), [" required"]);
    assert_eq!(refused(json!({"entity": "nile", "field": "body", "start": 1})), ["/end required"]);
    assert_eq!(
        refused(json!({"entity": "nile", "field": "body", "start": 5, "end": 5})),
        ["/end out_of_range"]
    );
    assert_eq!(
        refused(json!({"entity": "nile", "field": "body", "start": 0, "end": 999})),
        ["/end out_of_range"]
    );
    assert_eq!(
        refused(json!({"entity": "nile", "field": "standfirst", "start": 0, "end": 1})),
        ["/end out_of_range"]
    );
    let other = json!({"entity": "nile", "field": "body", "start": 0, "end": 5, "exact": "الفرات"});
    assert_eq!(refused(other), ["/exact other_text"]);
    assert_eq!(refused(json!({"entity": "nile", "field": "body", "exact": "الفرات"})), ["/exact not_found"]);
    assert_eq!(refused(json!({"entity": "nile", "field": "body", "exact": "النيل"})), ["/exact ambiguous"]);
    let wrong = json!({"entity": "nile", "field": "body", "start": -1, "end": 5});
    let told = app.post("/v1/articles/flood/mentions", wrong).problem(400, "invalid-body");
    assert_eq!(told["detail"], "/start: must be a whole number from 0 to 4294967295, and is -1");
    let unknown = json!({"entity": "nobody", "field": "body", "exact": "النيل"});
    assert_eq!(refused(unknown), ["/entity unknown_entity", "/exact ambiguous"]);
    let told = json!({"entity": "nile", "field": "body", "exact": "النيل", "suffix": " أبيض"});
    assert_eq!(app.create("/v1/articles/flood/mentions", told)["start"], 12);
}

#[test]
fn an_editors_mention_moves_with_its_words_is_lost_with_them_and_comes_back() {
    let app = newsroom();
    app.publish("فيضان", json!({"slug": "flood", "body": "قال سكان العاصمة إن الماء يرتفع."}));
    let made = app.create(
        "/v1/articles/flood/mentions",
        json!({"entity": "khartoum", "field": "body", "exact": "العاصمة"}),
    );
    let path = format!("/v1/articles/flood/mentions/{}", made["id"].as_str().expect("an id"));
    app.change("/v1/articles/flood", json!({"body": "اليوم قال سكان العاصمة إن الماء يرتفع."}));
    let moved = app.get(&path).json();
    assert_eq!((&moved["start"], &moved["status"]), (&json!(15), &json!("found")));
    app.change("/v1/articles/flood", json!({"body": "لا شيء."}));
    assert_eq!(app.as_editor("GET", &path).send().json()["status"], "lost");
    assert_eq!(mentions(&app, "flood", "").len(), 0);
    assert_eq!(mentions(&app, "flood", "?status=lost").len(), 1);
    assert_eq!(app.get("/v1/articles/flood").json()["entities"], json!([]));
    app.change("/v1/articles/flood", json!({"body": "قال سكان العاصمة إن الماء يرتفع."}));
    assert_eq!(app.get(&path).json()["status"], "found");
    app.remove(&path);
    app.get(&path).problem(404, "not-found");
}

#[test]
fn what_the_annotator_has_found_is_rejected_for_good() {
    let app = newsroom();
    app.publish("الخرطوم", json!({"slug": "flood", "body": "النيل."}));
    let found = mentions(&app, "flood", "");
    app.remove(&format!("/v1/articles/flood/mentions/{}", found[0]["id"].as_str().expect("an id")));
    assert_eq!(named(&mentions(&app, "flood", "")), [("النيل", "nile")]);
    app.change("/v1/articles/flood", json!({"body": "النيل، النيل."}));
    assert_eq!(mentions(&app, "flood", "?field=headline").len(), 0);
    assert_eq!(mentions(&app, "flood", "?status=rejected").len(), 1);
    let article = app.get("/v1/articles/flood").json();
    assert_eq!(article["entities"].as_array().map(Vec::len), Some(1));
}

#[test]
fn an_entitys_mentions_are_those_of_published_articles_the_newest_first() {
    let app = newsroom();
    for (slug, day) in [("old", "01"), ("new", "03"), ("middle", "02")] {
        app.publish("الخرطوم", json!({"slug": slug, "published_at": format!("2026-01-{day}T00:00:00Z")}));
    }
    app.publish("الخرطوم", json!({"slug": "draft", "status": "draft"}));
    let slugs = |path: &str| -> Vec<String> {
        let page = app.get(path).json();
        let data = page["data"].as_array().expect("a list").clone();
        data.iter().map(|it| it["article"]["slug"].as_str().expect("a slug").to_owned()).collect()
    };
    assert_eq!(slugs("/v1/entities/khartoum/mentions"), ["new", "middle", "old"]);
    let first = app.get("/v1/entities/khartoum/mentions?limit=1").json();
    let cursor = first["page"]["next_cursor"].as_str().expect("a cursor");
    assert_eq!(slugs(&format!("/v1/entities/khartoum/mentions?limit=1&cursor={cursor}")), ["middle"]);
    app.change("/v1/articles/new", json!({"status": "archived"}));
    assert_eq!(slugs("/v1/entities/khartoum/mentions"), ["middle", "old"]);
    assert_eq!(slugs("/v1/entities/khartoum/mentions?origin=editor"), Vec::<String>::new());
    app.get("/v1/entities/nobody/mentions").problem(404, "not-found");
    app.get("/v1/articles/draft/mentions").problem(404, "not-found");
    assert_eq!(mentions(&app, "draft", "").len(), 1);
}

#[test]
fn a_key_shows_an_entitys_mentions_in_articles_that_are_not_published() {
    let app = newsroom();
    let day = |day: u8| format!("2026-01-{day:02}T00:00:00Z");
    for (slug, status, at) in [
        ("a", "published", 1),
        ("b", "draft", 2),
        ("c", "published", 3),
        ("d", "archived", 4),
        ("e", "draft", 5),
    ] {
        app.publish("الخرطوم", json!({"slug": slug, "status": status, "published_at": day(at)}));
    }
    let path = "/v1/entities/khartoum/mentions";
    let read = |query: &str| app.as_editor("GET", &format!("{path}?{query}")).send().json();
    let slugs = |page: &Value| -> Vec<String> {
        let data = page["data"].as_array().expect("a list").clone();
        data.iter().map(|it| it["article"]["slug"].as_str().expect("a slug").to_owned()).collect()
    };
    let all = "article_status=published&article_status=draft&article_status=archived";
    assert_eq!(slugs(&read("")), ["c", "a"]);
    assert_eq!(slugs(&read("article_status=draft")), ["e", "b"]);
    assert_eq!(slugs(&read(all)), ["e", "d", "c", "b", "a"]);
    assert_eq!(slugs(&read(&format!("{all}&origin=editor"))), [""; 0]);
    let first = read(&format!("{all}&limit=3"));
    let cursor = first["page"]["next_cursor"].as_str().expect("a cursor");
    let second = read(&format!("{all}&limit=3&cursor={cursor}"));
    assert_eq!(slugs(&second), ["b", "a"]);
    let back = second["page"]["prev_cursor"].as_str().expect("a cursor");
    assert_eq!(slugs(&read(&format!("{all}&limit=2&cursor={back}"))), ["d", "c"]);
    let draft = &read("article_status=draft")["data"][0]["article"];
    assert_eq!((&draft["status"], &draft["published_at"]), (&json!("draft"), &json!(day(5))));
    app.publish("الخرطوم", json!({"slug": "undated", "status": "draft"}));
    assert_eq!(read("article_status=draft")["data"][0]["article"]["published_at"], Value::Null);

    let problem = app.get(&format!("{path}?article_status=draft")).problem(401, "unauthenticated");
    assert!(
        problem["detail"].as_str().expect("a sentence").contains("leave article_status out"),
        "{problem}"
    );
    assert_eq!(slugs(&app.get(&format!("{path}?article_status=published")).json()), ["c", "a"]);
    app.get(&format!("{path}?article_status=lost")).problem(400, "invalid-parameters");
}

#[test]
fn mentions_are_written_by_editors_alone() {
    let app = newsroom();
    app.publish("الخرطوم", json!({"slug": "flood"}));
    let made = json!({"entity": "nile", "field": "headline", "exact": "الخرطوم"});
    app.request("POST", "/v1/articles/flood/mentions").json(&made).send().problem(401, "unauthenticated");
    let id = mentions(&app, "flood", "")[0]["id"].as_str().expect("an id").to_owned();
    let path = format!("/v1/articles/flood/mentions/{id}");
    app.request("DELETE", &path).send().problem(401, "unauthenticated");
    app.get("/v1/articles/flood/mentions/none").problem(404, "not-found");
    app.delete("/v1/articles/flood/mentions/none").problem(404, "not-found");
}

/// A mention of a witness in a draft, and the article once the witness has been taken out and it is published.
fn published_without_witness(app: &TestApp) -> (String, String) {
    app.create(
        "/v1/entities",
        json!({"slug": "initech", "type": "organisation", "names": {"en": "Initech"}}),
    );
    know_names(app);
    let body = "Secret witness Karl Doe told Initech staff.";
    app.publish("Report", json!({"slug": "report", "language": "en", "status": "draft", "body": body}));
    let made = app.create(
        "/v1/articles/report/mentions",
        json!({"entity": "initech", "field": "body", "exact": "Karl Doe told Initech"}),
    );
    app.change("/v1/articles/report", json!({"body": "Somebody spoke.", "status": "published"}));
    let id = made["id"].as_str().expect("an id").to_owned();
    (format!("/v1/articles/report/mentions/{id}"), "/v1/articles/report/mentions".to_owned())
}

#[test]
fn what_a_text_said_before_it_was_published_is_for_keys() {
    let app = TestApp::start();
    let (one, list) = published_without_witness(&app);
    let by_key = app.as_editor("GET", &one).send().json();
    assert_eq!((&by_key["status"], &by_key["prefix"]), (&json!("lost"), &json!("Secret witness ")));
    let refused = app.get(&one).problem(404, "not-found");
    assert!(!refused.to_string().contains("Karl"), "{refused}");
    for status in ["lost", "rejected", "candidate", "lost&status=found"] {
        let path = format!("{list}?status={status}");
        app.get(&path).problem(401, "unauthenticated");
        app.request("GET", &path)
            .header("Accept", "application/ld+json")
            .send()
            .problem(401, "unauthenticated");
        assert_eq!(app.as_editor("GET", &path).send().status, 200);
    }
    assert_eq!(app.get(&format!("{list}?status=found")).json()["data"], json!([]));
}

#[test]
fn an_anchor_that_its_text_does_not_have_is_shown_to_nobody_without_a_key() {
    let app = newsroom();
    app.publish("الخرطوم", json!({"slug": "flood", "standfirst": "النيل", "body": "شاهد سري: قال «إن الماء ارتفع في كل مكان هنا» في السودان."}));
    app.create("/v1/entities", json!({"slug": "witness", "type": "person", "names": {"ar": "شاهد"}}));
    // Else the annotator may come to the article once more, and anchor what is there then.
    know_names(&app);
    app.create(
        "/v1/articles/flood/mentions",
        json!({"entity": "witness", "field": "body", "exact": "شاهد سري"}),
    );
    let all = mentions(&app, "flood", "");
    assert_eq!(named(&all).len(), 4);
    // Past the annotator.
    app.database
        .execute("UPDATE articles SET body_text = 'x' || body_text, standfirst = NULL WHERE slug = 'flood'");
    eventually("the change is heard of", || {
        app.get("/v1/articles/flood/mentions").json()["data"].as_array().map(Vec::len) == Some(1)
    });
    let shown = app.get("/v1/articles/flood/mentions").json();
    assert_eq!(shown["data"][0]["exact"], "الخرطوم");
    assert_eq!(mentions(&app, "flood", "").len(), 4, "a key shows all");
    for mention in &all {
        let id = mention["id"].as_str().expect("an id");
        let status = app.get(&format!("/v1/articles/flood/mentions/{id}")).status;
        assert_eq!(status, if mention["field"] == "headline" { 200 } else { 404 }, "{mention}");
        let entity = mention["entity"]["slug"].as_str().expect("a slug");
        let of_entity = app.get(&format!("/v1/entities/{entity}/mentions")).json();
        let shows = of_entity["data"].as_array().expect("a list").iter().any(|it| it["id"] == mention["id"]);
        assert_eq!(shows, mention["field"] == "headline", "{of_entity}");
    }
    let annotations =
        app.request("GET", "/v1/articles/flood/mentions").header("Accept", "application/ld+json");
    assert_eq!(annotations.send().json()["items"].as_array().map(Vec::len), Some(1));
    let quotes = app.get("/v1/articles/flood/quotes").json();
    assert_eq!(quotes["data"][0]["speaker"], Value::Null, "{quotes}");
}

#[test]
fn a_page_goes_on_behind_mentions_that_do_not_stand() {
    let app = newsroom();
    app.publish(
        "الخرطوم",
        json!({"slug": "flood", "body": "النيل والخرطوم والسودان والنيل والخرطوم والسودان"}),
    );
    app.database
        .execute("UPDATE mentions SET prefix = 'x' || prefix WHERE field = 'body' AND start_offset < 12");
    let all = app.get("/v1/articles/flood/mentions").json()["data"].clone();
    assert!(all.as_array().is_some_and(|all| (2..7).contains(&all.len())), "{all}");
    let ids: Vec<&str> =
        all.as_array().expect("a list").iter().map(|it| it["id"].as_str().expect("an id")).collect();
    for limit in [1, 2] {
        assert_eq!(app.walk(&format!("/v1/articles/flood/mentions?limit={limit}"), "id"), ids);
        let of_nile = app.walk(&format!("/v1/entities/nile/mentions?limit={limit}"), "id");
        assert!(of_nile.len() == 1 && ids.contains(&of_nile[0].as_str()), "{of_nile:?}");
    }
}
