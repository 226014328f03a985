//! The texts and times of articles: in which form they are kept and shown.

use serde_json::json;

use crate::{
    articles::faults,
    support::{TestApp, article_with, path_of},
};

#[test]
fn a_language_is_kept_in_its_canonical_form_and_gives_the_direction() {
    let app = TestApp::start();
    let cases = [
        ("AR", "ar", "rtl"),
        ("en-gb", "en-GB", "ltr"),
        ("fa-ir", "fa-IR", "rtl"),
        ("UR", "ur", "rtl"),
        ("he", "he", "rtl"),
        ("zh-hant-tw", "zh-Hant-TW", "ltr"),
        ("az-ARAB", "az-Arab", "rtl"),
        ("ku-iq", "ku-IQ", "rtl"),
        ("ar-latn", "ar-Latn", "ltr"),
    ];
    for (given, canonical, direction) in cases {
        let article = app.publish("H", json!({"language": given}));
        assert_eq!((&article["language"], &article["direction"]), (&json!(canonical), &json!(direction)));
    }
}

#[test]
fn a_body_is_served_as_harmless_html_and_as_plain_text() {
    let app = TestApp::start();
    let hostile = "<p onclick=\"x()\">One <b>two</b><script>alert(1)</script></p><p><a href=\"javascript:x()\">three</a></p>";
    let cases = [
        ("text", "1 < 2\n\nthree", "<p>1 &lt; 2</p>\n<p>three</p>\n", "1 < 2\n\nthree"),
        (
            "markdown",
            "# One\n\n*two*\n\n<script>x</script>",
            "<h1>One</h1>\n<p><em>two</em></p>\n",
            "One\n\ntwo",
        ),
        (
            "html",
            hostile,
            "<p>One <b>two</b></p><p><a rel=\"noopener noreferrer\">three</a></p>",
            "One two\n\nthree",
        ),
    ];
    for (format, body, html, text) in cases {
        let article = app.publish(format, json!({"body": body, "body_format": format}));
        assert_eq!((&article["body"], article.get("body_html")), (&json!(body), None));
        let read = app.get(&format!("{}?fields=body_html,body_text", path_of(&article))).json();
        let expected = json!({"id": article["id"], "body_html": html, "body_text": text});
        assert_eq!(
            (read["body_html"].as_str().map(str::trim_end), &read["body_text"]),
            (Some(html.trim_end()), &json!(text))
        );
        assert_eq!(
            read.as_object().map(|read| read.len()),
            expected.as_object().map(|expected| expected.len())
        );
    }
}

#[test]
fn the_words_of_the_plain_text_are_counted() {
    let app = TestApp::start();
    let article = app.publish("H", json!({"body": "<p>كتبَ الولدُ <i>درسَه</i>.</p>", "body_format": "html"}));
    assert_eq!(article["word_count"], 3);
    assert_eq!(
        app.change(&path_of(&article), json!({"body_format": "text", "body": "one"}))["word_count"],
        1
    );
}

#[test]
fn texts_are_stored_in_nfc() {
    let app = TestApp::start();
    let article =
        app.publish("re\u{301}sume\u{301}", json!({"body": "\u{627}\u{653}", "byline": "e\u{301}"}));
    assert_eq!((&article["headline"], &article["body"]), (&json!("résumé"), &json!("\u{622}")));
    assert_eq!((&article["byline"], &article["slug"]), (&json!("é"), &json!("resume")));
    // Also where what stood between the letters is taken out.
    let article = app.publish("e\u{202E}\u{301}", json!({"body": "e\u{202D}\u{301}e\u{1b}\u{301}"}));
    assert_eq!((&article["headline"], &article["body"]), (&json!("é"), &json!("éé")));
}

#[test]
fn a_time_with_an_offset_is_answered_in_utc_to_the_microsecond() {
    let app = TestApp::start();
    let cases = [
        ("2026-11-23T12:30:00+03:00", "2026-11-23T09:30:00Z"),
        ("2026-11-23T00:00:00.123456789-01:30", "2026-11-23T01:30:00.123456Z"),
        ("2026-11-23T09:30:00.5Z", "2026-11-23T09:30:00.500Z"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z"),
    ];
    for (given, answered) in cases {
        assert_eq!(app.publish("H", json!({"published_at": given}))["published_at"], answered);
    }
    for refused in ["2026-11-23", "2026-11-23T09:30:00", "0000-06-01T00:00:00Z", "9999-12-31T23:59:59-01:00"]
    {
        let response =
            app.write("POST", "/v1/articles", &article_with("H", json!({"published_at": refused})));
        assert_eq!(response.faults(), faults(&[("/published_at", "invalid_timestamp")]), "{refused}");
    }
}

#[test]
fn control_characters_are_refused_and_left_out_of_bodies() {
    let app = TestApp::start();
    let escape = "a\u{1b}[2Jb\u{9c}";
    let faulty = json!({
        "language": "en", "headline": escape, "kicker": escape, "alternative_headline": escape, "standfirst": escape,
        "byline": escape, "source": escape, "external_id": escape,
        "image": {"url": "https://example.org/a.jpg", "alt": escape},
    });
    let code = "control_character";
    app.post("/v1/articles", faulty).refused(
        400,
        "invalid-body",
        &[
            ("/alternative_headline", code),
            ("/byline", code),
            ("/external_id", code),
            ("/headline", code),
            ("/image/alt", code),
            ("/kicker", code),
            ("/source", code),
            ("/standfirst", code),
        ],
    );
    let article = app.publish("a\tb\r\nc", json!({"body": "one\u{2} two\u{7f}\n\tthree\u{85}"}));
    assert_eq!((&article["headline"], &article["body"]), (&json!("a\tb\r\nc"), &json!("one two\n\tthree ")));
}

#[test]
fn what_turns_a_text_around_ends_with_its_paragraph() {
    let app = TestApp::start();
    let line = json!({
        "language": "en", "status": "published", "source": "s", "external_id": "1",
        "headline": "a\u{202e}b", "standfirst": "\u{2067}c\nd\u{2069}", "byline": "\u{202b}e\u{200f}",
        "body": "\u{2066}f\n\ng\u{202d}h",
    });
    let answers = crate::support::import(&app, std::slice::from_ref(&line));
    let article = app.get(&format!("/v1/articles/{}", answers[0]["id"].as_str().expect("an id"))).json();
    assert_eq!(article["headline"], "ab");
    assert_eq!(article["standfirst"], "\u{2067}c\u{2069}\nd");
    assert_eq!(article["byline"], "\u{202b}e\u{200f}\u{202c}");
    assert_eq!(article["body"], "\u{2066}f\u{2069}\n\ngh");
    assert_eq!(crate::support::import(&app, &[line])[0]["result"], "unchanged");
    // It is found as it was written.
    assert_eq!(app.get("/v1/articles?byline=%E2%80%ABe%E2%80%8F").column("headline"), ["ab"]);
}

#[test]
fn an_address_says_where_it_leads() {
    let app = TestApp::start();
    let with = |url: &str| {
        app.post("/v1/articles", json!({"language": "en", "headline": "h", "canonical_url": url}))
    };
    for (url, code) in [
        ("https://user@example.org/", "url_with_user"),
        ("https://user:password@example.org/", "url_with_user"),
        ("https://@example.org/", "url_with_user"),
        ("https://example.com\\@example.org/", "invalid_url"),
        ("https://example.org/\"onload=x", "invalid_url"),
        ("https://example.org/'", "invalid_url"),
        ("https://example.org/<b>", "invalid_url"),
        ("https://example.org/a b", "invalid_url"),
        ("https://example.org/\u{202e}gpj.a", "invalid_url"),
        ("https://example.org/\u{2067}", "invalid_url"),
        ("https://example.org/a\nb", "invalid_url"),
        ("https:example.org", "invalid_url"),
        ("https:/example.org", "invalid_url"),
        ("//example.org/", "invalid_url"),
        ("javascript:alert(1)", "invalid_url"),
        ("http://.", "invalid_url"),
        ("http://-", "invalid_url"),
        ("http://a..b/", "invalid_url"),
        ("https://exam\u{200b}ple.org/", "invalid_url"),
        ("https://example.org/\u{200b}", "invalid_url"),
    ] {
        with(url).refused(400, "invalid-body", &[("/canonical_url", code)]);
    }
    for url in [
        "https://example.org/a@b",
        "https://example.org/?q=%22&x=@",
        "https://example.org/أخبار",
        "http://[::1]:80/",
    ] {
        assert_eq!(with(url).status, 201, "{url}");
    }
    assert_eq!(with("HTTPS://Example.org/A").json()["canonical_url"], "https://Example.org/A");
}

#[test]
fn what_was_stored_before_it_was_refused_is_still_shown() {
    let app = TestApp::start();
    app.create("/v1/entities", json!({"slug": "e", "type": "person", "names": {"en": "E"}}));
    app.create("/v1/tags", json!({"slug": "t", "kind": "topic", "names": {"en": "T"}}));
    app.database.execute(
        r#"UPDATE entities SET names = '{"en": "E\u001b[2J"}', same_as = '["https://user@example.org/"]';
           UPDATE tags SET names = '{"en": "T\u009b\u202e"}'"#,
    );
    let entity = app.as_editor("GET", "/v1/entities/e").send().json();
    assert_eq!(
        (&entity["names"]["en"], &entity["same_as"]),
        (&json!("E[2J"), &json!(["https://user@example.org/"]))
    );
    assert_eq!(app.as_editor("GET", "/v1/tags/t").send().json()["names"]["en"], "T");
    // Nor does it stand in the way of a change to something else.
    let article = app.publish("Headline", json!({"slug": "a"}));
    app.database
        .execute("UPDATE articles SET headline = E'H\\x1b[2J', canonical_url = 'https://user@example.org/'");
    let archived = app.change(&path_of(&article), json!({"status": "archived"}));
    assert_eq!((&archived["status"], &archived["headline"]), (&json!("archived"), &json!("H[2J")));
    let faulty = json!({"status": "published", "canonical_url": "https://user@example.org/"});
    app.patch("/v1/articles/a", faulty).refused(400, "invalid-body", &[("/canonical_url", "url_with_user")]);
    app.change("/v1/entities/e", json!({"description": {"en": "Somebody"}}));
}

#[test]
fn blocks_notes_and_emphasis_of_a_body_are_read_as_they_are_meant() {
    let app = TestApp::start();
    for (format, body, expected) in [
        ("html", "<center>القاهرة</center><center>مراسلنا</center>", "القاهرة\n\nمراسلنا"),
        ("markdown", "<center>القاهرة</center><address>مراسلنا</address>", "القاهرة\n\nمراسلنا"),
        ("html", "قال <q>نعم</q>", "قال “نعم”"),
        ("markdown", "و**«القدس»**[^1]\n\n[^1]: مدينة", "و«القدس»[1]\n\n[1] مدينة"),
    ] {
        let article = app.publish("H", json!({"body": body, "body_format": format}));
        assert_eq!(app.get(&format!("{}?fields=body_text", path_of(&article))).json()["body_text"], expected);
    }
}

#[test]
fn controls_that_part_words_go_on_to_part_them() {
    let app = TestApp::start();
    let body_of = |format: &str, body: String| {
        let article = app.publish("H", json!({"body": body, "body_format": format}));
        app.get(&format!("{}?fields=body_text,body_html", path_of(&article))).json()
    };
    for control in ['\u{b}', '\u{c}', '\u{1c}', '\u{1e}', '\u{1f}', '\u{85}'] {
        for format in ["text", "markdown", "html"] {
            let shown = body_of(format, format!("السد{control}العالي"));
            assert_eq!(shown["body_text"], "السد العالي", "{control:?} in {format}");
        }
    }
    let shown = body_of("html", "<a\u{c}href='https://example.org/'>ر</a>".to_owned());
    assert!(shown["body_html"].to_string().contains("https://example.org/"), "{shown}");
}
