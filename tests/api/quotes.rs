//! What people say in an article.

use serde_json::{Value, json};

use crate::{
    mentions::know_names,
    support::{TestApp, eventually, path_of},
};

/// A newsroom that knows a minister, a mayor and a ministry.
fn newsroom() -> TestApp {
    let app = TestApp::start();
    for entity in [
        json!({"slug": "sami", "type": "person", "names": {"ar": "سامي العمر", "en": "Sami Alomar"}}),
        json!({"slug": "layla", "type": "person", "names": {"ar": "ليلى عثمان", "en": "Layla Osman"}}),
        json!({"slug": "irrigation", "type": "organisation", "names": {"ar": "وزارة الري"}}),
        json!({"slug": "khartoum", "type": "place", "names": {"ar": "الخرطوم", "en": "Khartoum"}}),
    ] {
        app.create("/v1/entities", entity);
    }
    know_names(&app);
    app
}

/// Publishes an article in which the annotator finds so many mentions.
fn publish(app: &TestApp, headline: &str, members: Value, mentions: usize) -> Value {
    let article = app.publish(headline, members);
    let path = format!("{}/mentions?limit=100", path_of(&article));
    eventually("its mentions", || app.get(&path).json()["data"].as_array().map(Vec::len) >= Some(mentions));
    article
}

fn quotes(app: &TestApp, article: &Value) -> Value {
    let response = app.get(&format!("{}/quotes", path_of(article)));
    assert_eq!(response.status, 200, "{}", response.text());
    response.json()
}

fn said(quotes: &Value) -> Vec<(&str, Option<&str>)> {
    fn one(quote: &Value) -> (&str, Option<&str>) {
        (quote["exact"].as_str().expect("words"), quote["speaker"]["entity"]["slug"].as_str())
    }
    quotes["data"].as_array().expect("quotes").iter().map(one).collect()
}

#[test]
fn quotes_have_their_speakers_and_exact_places() {
    let app = newsroom();
    let body = "زار الخرطوم أمس.\n\nوقال الوزير سامي العمر: «سنفتح الجسر قبل العيد». وأضاف: «لن ينتظر أحد».\n\n\
                وأعلنت وزارة الري أن «النهر يرتفع في الشمال منذ الأحد».";
    let members = json!({"body": body, "standfirst": "قالت ليلى عثمان: «نعم»."});
    let article = publish(&app, "خبر", members, 4);
    let quotes = quotes(&app, &article);
    assert_eq!(
        said(&quotes),
        [
            ("نعم", Some("layla")),
            ("سنفتح الجسر قبل العيد", Some("sami")),
            ("لن ينتظر أحد", Some("sami")),
            ("النهر يرتفع في الشمال منذ الأحد", Some("irrigation")),
        ]
    );
    assert_eq!(quotes["is_complete"], true);
    let text: Vec<char> = body.chars().collect();
    for quote in &quotes["data"].as_array().expect("quotes")[1..] {
        for part in [quote, &quote["speaker"], &quote["verb"]] {
            let place = |name: &str| usize::try_from(part[name].as_u64().expect("a place")).expect("it fits");
            assert_eq!(part["exact"], text[place("start")..place("end")].iter().collect::<String>());
        }
    }
    let first = &quotes["data"][1];
    assert_eq!(
        (&first["field"], &first["verb"]["exact"], &first["confidence"]),
        (&json!("body"), &json!("وقال"), &json!(0.9))
    );
    assert_eq!(first["speaker"]["entity"]["name"], "سامي العمر");
    assert_eq!(quotes["data"][2]["confidence"], 0.6);
}

#[test]
fn quotes_follow_the_text_and_its_mentions() {
    let app = newsroom();
    let members = json!({"language": "en", "body": "“We will open it,” said Sami Alomar."});
    let article = publish(&app, "Bridge", members, 1);
    let path = path_of(&article);
    assert_eq!(said(&quotes(&app, &article)), [("We will open it,", Some("sami"))]);
    let mention =
        app.get(&format!("{path}/mentions")).json()["data"][0]["id"].as_str().expect("an id").to_owned();
    assert_eq!(app.as_editor("DELETE", &format!("{path}/mentions/{mention}")).send().status, 204);
    assert_eq!(said(&quotes(&app, &article)), [("We will open it,", None)]);
    let body = json!({"body": "\u{201c}We will close it,\u{201d} said Layla Osman."});
    assert_eq!(app.patch(&path, body).status, 200);
    assert_eq!(said(&quotes(&app, &article)), [("We will close it,", Some("layla"))]);
}

#[test]
fn a_place_does_not_speak_and_a_title_is_not_said() {
    let app = newsroom();
    let body = "قالت الخرطوم إن «النهر يرتفع في الشمال منذ الأحد». وعرض سامي العمر فيلم «العودة إلى البيت».";
    let article = publish(&app, "خبر", json!({"body": body}), 2);
    assert_eq!(said(&quotes(&app, &article)), [("النهر يرتفع في الشمال منذ الأحد", None)]);
}

#[test]
fn the_quotes_of_a_very_long_article_are_limited() {
    let app = newsroom();
    let article = app.publish("خبر", json!({"body": "قال سامي العمر: «نعم».\n\n".repeat(1200)}));
    let quotes = quotes(&app, &article);
    assert_eq!(
        (quotes["data"].as_array().map(Vec::len), &quotes["is_complete"]),
        (Some(1000), &json!(false))
    );
}

#[test]
fn the_quotes_of_what_readers_may_not_see_are_not_shown() {
    let app = newsroom();
    let draft = app.create(
        "/v1/articles",
        json!({"language": "ar", "headline": "مسودة", "body": "قال سامي العمر: «نعم»."}),
    );
    let path = format!("{}/quotes", path_of(&draft));
    assert_eq!(app.get(&path).status, 404);
    assert_eq!(app.as_editor("GET", &path).send().status, 200);
    assert_eq!(app.get("/v1/articles/nothing/quotes").status, 404);
    assert_eq!(app.get(&format!("{path}?speaker=sami")).status, 400);
}
