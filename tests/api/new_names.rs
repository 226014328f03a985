//! How new names reach stored articles, and none goes missing on the way.

use std::{io::Write, thread, time::Duration};

use diesel::{
    Connection, PgConnection, RunQueryDsl, connection::SimpleConnection, dsl::sql, sql_types::BigInt,
};
use maqal::{
    annotator::{
        annotate::{SpottedIn, annotate},
        background::{self, Step},
        matcher::{Matcher, SharedMatcher},
        queries,
    },
    articles::{self, edit::Prepared, prepared::PreparedArticle},
    bulk::{self, Item, Line},
    http::input,
    mentions::edit::{self, LookedThrough},
    values::Key,
};
use maqal_text::lines::RawLine;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::{
    annotator::{link, links},
    mentions::{know_names, mentions, named, newsroom},
    support::{Said, TestApp, TestDatabase, article_with, as_lines, eventually, import_into, maqal},
};

fn place(slug: &str, name: &str) -> Value {
    json!({"slug": slug, "type": "place", "names": {"en": name}})
}

/// The members of an article that is named by its slug.
fn english(slug: &str) -> Value {
    json!({"slug": slug, "language": "en"})
}

/// The names that there are now, as some process has loaded them that will know no others.
fn names_of_now(app: &TestApp) -> SharedMatcher {
    SharedMatcher::of(Matcher::load(&mut app.database.connect()).expect("the names"))
}

fn count(connection: &mut PgConnection, what: &str) -> i64 {
    sql::<BigInt>(&format!("SELECT count(*) FROM {what}")).get_result(connection).expect("a number")
}

fn id_of(item: &Value) -> Uuid {
    item["id"].as_str().and_then(|id| id.parse().ok()).expect("an id")
}

/// The places that an article's text names.
fn places(app: &TestApp, article: &str) -> Vec<String> {
    let found = mentions(app, article, "");
    named(&found).into_iter().map(|(_, slug)| slug.to_owned()).collect()
}

#[test]
fn new_names_reach_stored_articles() {
    let app = newsroom();
    let made = app.publish("Floods in Kassala", json!({"slug": "flood", "language": "en"}));
    app.publish("Elsewhere", json!({"slug": "other", "language": "en"}));
    app.create("/v1/entities", json!({"slug": "kassala", "type": "place", "names": {"en": "Kassala"}}));
    eventually("the new entity is found", || {
        links(&app, "flood") == [link("kassala", "mentions", "gazetteer")]
    });
    // Nobody has changed the article.
    assert_eq!(app.get("/v1/articles/flood").json()["version"], made["version"]);
    assert_eq!(app.get("/v1/articles?q=kassala").json()["data"].as_array().map(Vec::len), Some(1));
    app.change("/v1/entities/nile", json!({"aliases": [{"language": "en", "name": "Elsewhere"}]}));
    eventually("the alias is found", || links(&app, "other").len() == 1);
    app.change("/v1/entities/nile", json!({"aliases": []}));
    eventually("what is no name any more is not", || links(&app, "other").is_empty());
    app.remove("/v1/entities/kassala");
    assert_eq!(mentions(&app, "flood", "").len(), 0);
    assert_eq!(app.publish("Kassala", json!({"language": "en"}))["entities"], json!([]));
}

#[test]
fn very_many_new_names_touch_those_articles_alone_that_have_them() {
    let app = newsroom();
    app.publish("Nile", english("other"));
    for n in [0, 700, 1199] {
        app.publish(&format!("Storm in Town{n}"), english(&format!("storm-{n}")));
    }
    // It would come back, were the article annotated.
    app.database.execute("DELETE FROM mentions; DELETE FROM article_entities");
    let towns: Vec<Value> = (0..1200).map(|n| place(&format!("town-{n}"), &format!("Town{n}"))).collect();
    assert!(import_into(&app, "entities", &towns).iter().all(|it| it["result"] == "created"));
    know_names(&app);
    for n in [0, 700, 1199] {
        assert_eq!(places(&app, &format!("storm-{n}")), [format!("town-{n}")]);
    }
    assert_eq!(links(&app, "other"), []);
}

#[test]
fn the_command_line_goes_on_where_it_was_broken_off() {
    let app = newsroom();
    app.publish("النيل", json!({"slug": "first"}));
    let second = app.publish("النيل", json!({"slug": "second"}));
    let annotate = |arguments: &[&str]| {
        let url = app.database.url();
        let arguments: Vec<&str> = [&["annotate", "--database-url", &url], arguments].concat();
        Said::by(maqal(&arguments)).ok()
    };
    // As if it had been killed behind the first article; the service looks only now and then.
    app.database.execute(&format!(
        "DELETE FROM mentions; DELETE FROM article_entities;
         INSERT INTO annotation_queue (article_id) VALUES ('{}')",
        id_of(&second),
    ));
    annotate(&[]);
    know_names(&app);
    assert_eq!(links(&app, "first"), []);
    assert_eq!(links(&app, "second").len(), 1);
    annotate(&["--all"]);
    know_names(&app);
    assert_eq!(links(&app, "first").len(), 1);
    assert!(annotate(&[]).contains("0 articles annotated"));
}

#[test]
fn an_article_that_is_being_written_while_a_name_is_new_is_found_by_it() {
    let app = newsroom();
    let mut blocker = app.database.connect();
    // Its writer has looked for names already when it comes to what the article is found by.
    blocker.batch_execute("BEGIN; LOCK TABLE article_search IN EXCLUSIVE MODE").expect("a lock");
    thread::scope(|scope| {
        scope.spawn(|| app.publish("أم درمان على النيل", json!({"slug": "bridge"})));
        eventually("the writer waits", || app.database.waiting_queries() > 0);
        app.create("/v1/entities", json!({"slug": "omdurman", "type": "place", "names": {"ar": "أم درمان"}}));
        // The service knows the name by now, and would be done with it if it did not wait.
        thread::sleep(Duration::from_secs(1));
        blocker.batch_execute("ROLLBACK").expect("no lock");
    });
    eventually("the name is found", || {
        named(&mentions(&app, "bridge", "")).contains(&("أم درمان", "omdurman"))
    });
}

#[test]
fn an_article_of_a_process_that_does_not_know_a_name_is_found_by_it() {
    let app = newsroom();
    // One that has just begun, and one that has not heard.
    let old = [("begun", SharedMatcher::default()), ("deaf", names_of_now(&app))];
    app.create("/v1/entities", place("kassala", "Kassala"));
    // Whatever articles there are, the name is not looked for in them any more.
    know_names(&app);
    let mut connection = app.database.connect();
    for (slug, matcher) in &old {
        let article = input::read(article_with("Floods in Kassala", english(slug))).expect("an article");
        let article = Prepared::of(article, matcher, app.clock().now()).expect("it is rendered");
        let made = connection
            .transaction(|connection| articles::edit::create(connection, &article))
            .expect("it is written");
        assert!(made.entities.into_iter().flatten().next().is_none());
    }
    for (slug, _) in &old {
        eventually("the name is found", || places(&app, slug) == ["kassala"]);
        assert_eq!(links(&app, slug), [link("kassala", "mentions", "gazetteer")]);
    }
}

#[test]
fn lines_that_were_looked_through_before_a_name_was_made_are_found_by_it() {
    let app = newsroom();
    app.publish("Elsewhere", english("known"));
    let tools = PreparedArticle::tools(&names_of_now(&app));
    let mut lines: Vec<Line<PreparedArticle>> = [("known", 1), ("new", 2)]
        .into_iter()
        .map(|(slug, number)| {
            let line = article_with("Floods in Kassala and Khartoum", english(slug));
            Line::read(RawLine { number, text: Some(line.to_string().into_bytes()) }, 10_000)
        })
        .collect();
    bulk::prepare(&tools, &mut lines);
    app.create("/v1/entities", place("kassala", "Kassala"));
    know_names(&app);
    let written = bulk::write(&mut app.database.connect(), &tools, lines, app.clock().now(), &|_| Ok(()));
    assert!(written.outcomes.iter().all(|outcome| outcome.result.is_ok()), "{written:?}");
    for slug in ["known", "new"] {
        eventually("the name is found", || places(&app, slug) == ["kassala", "khartoum"]);
    }
}

#[test]
fn an_article_that_has_changed_since_it_was_looked_through_has_the_mentions_of_its_text() {
    let app = newsroom();
    let article = id_of(&app.publish("Floods in Khartoum", english("flood")));
    let key = Key::Id(article);
    let mut connection = app.database.connect();
    let before = edit::texts(&mut connection, &key).expect("an article");
    let looked_through = LookedThrough::of(before, &names_of_now(&app));
    app.change("/v1/articles/flood", json!({"headline": "A flood of the Nile in Sudan"}));
    let input = json!({"entity": "khartoum", "field": "headline", "exact": "A flood"});
    let input = input::read(input).expect("a mention");
    connection
        .transaction(|connection| edit::create(connection, &looked_through, &key, &input, app.clock().now()))
        .expect("it is made");
    assert_eq!(places(&app, "flood"), ["khartoum", "nile", "sudan"]);
    // As it was looked through: nothing, where there was no article.
    let input = json!({"entity": "sudan", "field": "headline", "exact": "flood of"});
    let input = input::read(input).expect("a mention");
    let nothing = LookedThrough::of(None, &names_of_now(&app));
    connection
        .transaction(|connection| edit::create(connection, &nothing, &key, &input, app.clock().now()))
        .expect("it is made");
    assert_eq!(places(&app, "flood"), ["khartoum", "sudan", "nile", "sudan"]);
}

#[test]
fn a_process_that_does_not_know_a_name_takes_it_from_no_article_for_good() {
    let app = newsroom();
    let old = names_of_now(&app);
    app.create("/v1/entities", place("kassala", "Kassala"));
    know_names(&app);
    let article = id_of(&app.publish("Floods in Kassala", english("flood")));
    assert_eq!(places(&app, "flood"), ["kassala"]);
    let mut connection = app.database.connect();
    // Whoever changes its mentions; and whoever works off the queue.
    connection
        .transaction(|connection| {
            queries::lock(connection, &[article])?;
            annotate(connection, &old.get(), &[article], &SpottedIn::new(), app.clock().now()).map(drop)
        })
        .expect("it is annotated");
    eventually("the name is found again", || places(&app, "flood") == ["kassala"]);
    know_names(&app);
    let step = connection.transaction(|connection| {
        connection.batch_execute("INSERT INTO annotation_queue (article_id) SELECT id FROM articles")?;
        let step = background::step(connection, &old, app.clock().now())?;
        assert_eq!(count(connection, "mentions"), 0);
        Ok::<_, diesel::result::Error>(step)
    });
    assert_eq!(step, Ok(Step::Outdated));
    eventually("the name is found once more", || places(&app, "flood") == ["kassala"]);
}

#[test]
fn names_and_articles_that_come_at_once_on_two_nodes_meet() {
    let app = newsroom();
    let other = TestApp::with(app.database.clone(), &[]);
    let towns = || (0..30).map(|n| (format!("town-{n}"), format!("Town{n}")));
    thread::scope(|scope| {
        scope
            .spawn(|| towns().for_each(|(slug, name)| drop(app.create("/v1/entities", place(&slug, &name)))));
        scope.spawn(|| {
            for (slug, name) in towns() {
                other.publish(&format!("Storm in {name}"), english(&slug));
                app.publish(&format!("Calm in {name}"), english(&format!("{slug}-again")));
            }
        });
    });
    for (slug, _) in towns() {
        for article in [slug.clone(), format!("{slug}-again")] {
            eventually("the name is found", || places(&app, &article) == [slug.as_str()]);
        }
    }
}

#[test]
fn a_long_import_learns_names_on_its_way() {
    let database = TestDatabase::new();
    let line = |n: usize| {
        let entities = if n == 0 {
            vec![json!({"type": "place", "slug": "kassala", "name": "Kassala"})]
        } else {
            vec![]
        };
        json!({"source": "s", "external_id": n.to_string(), "language": "en", "headline": "Kassala", "entities": entities})
    };
    // One more than a batch has, and nobody else to look for names.
    let lines: Vec<Value> = (0..=5000).map(line).collect();
    let mut child = maqal(&["import", "articles", "--database-url", &database.url(), "-"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .expect("the program runs");
    child.stdin.take().expect("its input").write_all(as_lines(&lines).as_bytes()).expect("it reads");
    assert!(child.wait().expect("it ends").success());
    let last = "mentions JOIN articles ON articles.id = article_id WHERE external_id = '5000'";
    assert_eq!(count(&mut database.connect(), last), 1);
}

#[test]
fn names_with_the_numbers_of_another_database_are_seen() {
    let app = newsroom();
    app.database.execute("UPDATE entities SET named_in = 1::bigint << 60");
    app.publish("Nile", english("nile"));
    let mut connection = app.database.connect();
    eventually("they have numbers of this one", || {
        count(&mut connection, "entities WHERE named_in = 1::bigint << 60") == 0
    });
    know_names(&app);
    assert_eq!(places(&app, "nile"), ["nile"]);
}
