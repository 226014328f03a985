//! Many writers at once.

use std::{
    collections::BTreeSet,
    sync::{
        Barrier,
        atomic::{AtomicUsize, Ordering},
    },
    thread,
};

use diesel::{
    RunQueryDsl,
    connection::SimpleConnection,
    dsl::sql,
    sql_types::{Array, BigInt},
};
use maqal::taxonomy::counts;
use serde_json::{Value, json};

use crate::support::{
    Response, TestApp, TestDatabase, article, article_with, entity, eventually, import, path_of, tag,
};

/// A service with a connection for each of a few writers.
fn start() -> TestApp {
    TestApp::with(TestDatabase::new(), &["--workers", "2", "--pool-size", "8"])
}

/// Lets so many threads begin at once, and gives what each of them gives.
fn at_once<T: Send>(threads: usize, work: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let barrier = Barrier::new(threads);
    let run = |number| {
        barrier.wait();
        work(number)
    };
    thread::scope(|scope| {
        let handles: Vec<_> = (0..threads).map(|number| scope.spawn(move || run(number))).collect();
        handles.into_iter().map(|handle| handle.join().expect("a thread ends well")).collect()
    })
}

fn statuses(responses: &[Response]) -> Vec<u16> {
    responses.iter().map(|response| response.status).collect()
}

#[test]
fn articles_with_the_same_headline_all_get_a_slug_of_their_own() {
    let app = start();
    let responses = at_once(16, |_| app.write("POST", "/v1/articles", &article("Breaking News")));
    assert_eq!(statuses(&responses), [201; 16]);
    let slugs: BTreeSet<String> =
        responses.iter().map(|response| response.json()["slug"].to_string()).collect();
    assert_eq!(slugs.len(), 16);
    let paths: BTreeSet<String> =
        responses.iter().map(|response| response.header("location").to_owned()).collect();
    assert!(paths.contains("/v1/articles/breaking-news") && paths.contains("/v1/articles/breaking-news-16"));
}

#[test]
fn of_articles_with_the_same_slug_exactly_one_is_created() {
    let app = start();
    let mut statuses = statuses(&at_once(8, |_| {
        app.write("POST", "/v1/articles", &article_with("H", json!({"slug": "one"})))
    }));
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 409, 409, 409, 409, 409, 409, 409]);
}

#[test]
fn writers_of_the_same_new_tags_and_entities_in_opposite_orders_all_succeed() {
    let app = start();
    let links = |kind: &str, value: &str, number: usize| -> Value {
        let mut links: Vec<Value> =
            (0..6).map(|index| json!({"slug": format!("l{index}"), kind: value, "name": "x"})).collect();
        links.rotate_left(number % 6);
        if number.is_multiple_of(2) {
            links.reverse();
        }
        links.into()
    };
    let responses = at_once(12, |number| {
        let members =
            json!({"tags": links("kind", "topic", number), "entities": links("type", "place", number)});
        app.write("POST", "/v1/articles", &article_with(&format!("H{number}"), members))
    });
    assert_eq!(statuses(&responses), [201; 12]);
    for path in ["/v1/tags", "/v1/entities"] {
        let page = app.get(path).json();
        let counts: Vec<&Value> =
            page["data"].as_array().expect("a list").iter().map(|item| &item["article_count"]).collect();
        assert_eq!(counts, [&json!(12); 6]);
    }
}

#[test]
fn writers_who_exchange_the_links_of_articles_all_succeed_and_the_counts_stay_right() {
    let app = start();
    for slug in ["a", "b", "c"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    let sets = [json!(["a", "b"]), json!(["c", "a"]), json!(["b", "c"]), json!([])];
    let outcomes = at_once(6, |number| {
        let path =
            path_of(&app.publish("H", json!({"tags": sets[number % 4], "entities": sets[number % 3]})));
        for step in 1..6 {
            let status = if (number + step) % 3 == 0 { "archived" } else { "published" };
            let change = json!({"tags": sets[(number + step) % 4], "entities": sets[(number * step) % 4], "status": status});
            let response = app.write("PATCH", &path, &change);
            assert_eq!(response.status, 200, "{}", response.text());
        }
        app.as_editor("GET", &path).send().json()
    });
    let linked = |list: &str, slug: &str| {
        let public = outcomes.iter().filter(|article| article["status"] == "published");
        public
            .filter(|article| {
                article[list].as_array().expect("a list").iter().any(|item| item["slug"] == slug)
            })
            .count()
    };
    for list in ["tags", "entities"] {
        for slug in ["a", "b", "c"] {
            let item = app.get(&format!("/v1/{list}/{slug}")).json();
            assert_eq!(item["article_count"], linked(list, slug), "{list} {slug}");
        }
    }
}

#[test]
fn of_writers_who_hold_the_same_version_exactly_one_wins() {
    let app = start();
    let created = app.publish("H", json!({}));
    let path = path_of(&created);
    let etag = app.get(&path).header("etag").to_owned();
    let responses = at_once(8, |number| {
        let change = json!({"headline": format!("H{number}")});
        app.as_editor("PATCH", &path).header("If-Match", &etag).json(&change).send()
    });
    let (won, lost): (Vec<_>, Vec<_>) = responses.iter().partition(|response| response.status == 200);
    assert_eq!((won.len(), lost.len()), (1, 7));
    for response in lost {
        response.problem(412, "stale-version");
    }
    assert_eq!(app.get(&path).json(), won[0].json());
    assert_eq!(won[0].json()["version"], 2);
}

#[test]
fn patches_of_different_members_at_once_are_all_applied() {
    let app = start();
    let path = path_of(&app.publish("H", json!({})));
    let responses =
        at_once(8, |number| app.write("PATCH", &path, &json!({"metadata": {format!("m{number}"): number}})));
    assert_eq!(statuses(&responses), [200; 8]);
    let article = app.get(&path).json();
    assert_eq!(article["metadata"].as_object().expect("an object").len(), 8);
    assert_eq!(article["version"], 9);
}

#[test]
fn a_request_that_is_sent_eight_times_with_one_idempotency_key_happens_once() {
    let app = start();
    let responses = at_once(8, |_| {
        app.as_editor("POST", "/v1/articles").header("Idempotency-Key", "once").json(&article("H")).send()
    });
    assert_eq!(statuses(&responses), [201; 8]);
    for response in &responses {
        assert_eq!(response.body, responses[0].body);
        assert_eq!(response.header("location"), responses[0].header("location"));
        assert_eq!(response.header("etag"), responses[0].header("etag"));
    }
    assert_eq!(app.get("/v1/articles").column("slug"), ["h"]);
}

#[test]
fn an_article_that_is_deleted_by_many_is_deleted_once() {
    let app = start();
    let path = path_of(&app.publish("H", json!({"tags": [{"slug": "a", "kind": "topic", "name": "A"}]})));
    let mut statuses = statuses(&at_once(6, |_| app.as_editor("DELETE", &path).send()));
    statuses.sort_unstable();
    assert_eq!(statuses, [204, 410, 410, 410, 410, 410]);
    assert_eq!(app.get("/v1/tags/a").json()["article_count"], 0);
}

#[test]
fn counts_stay_right_while_they_are_folded_beside_those_who_write() {
    let app = start();
    for slug in ["a", "b"] {
        app.create("/v1/tags", tag(slug));
        app.create("/v1/entities", entity(slug));
    }
    let writing = AtomicUsize::new(6);
    let outcomes = at_once(8, |number| {
        if number >= 6 {
            let mut connection = app.database.connect();
            while writing.load(Ordering::SeqCst) > 0 {
                counts::fold_all(&mut connection).expect("counts are folded");
                // Nobody ever sees another count than that of the articles there are.
                let count = "SELECT count(*) FROM article_tags JOIN tags ON tags.id = tag_id \
                    WHERE slug = 'a' AND published_at IS NOT NULL";
                let both = format!(
                    "SELECT ARRAY[({count}), (SELECT {} FROM tags WHERE slug = 'a')]",
                    counts::OF_TAG
                );
                let both: Vec<i64> =
                    sql::<Array<BigInt>>(&both).get_result(&mut connection).expect("both counts");
                assert_eq!(both[0], both[1]);
            }
            return;
        }
        for round in 0..8 {
            let links = json!(if (number + round) % 2 == 0 { ["a", "b"] } else { ["b", "a"] });
            let path = path_of(&app.publish("H", json!({"tags": links, "entities": links})));
            if round % 3 == 0 {
                app.remove(&path);
            } else if round % 3 == 1 {
                app.change(&path, json!({"status": "archived", "tags": ["a"]}));
            }
        }
        writing.fetch_sub(1, Ordering::SeqCst);
    });
    drop(outcomes);
    for path in ["/v1/tags/a", "/v1/tags/b", "/v1/entities/a", "/v1/entities/b"] {
        assert_eq!(app.get(path).json()["article_count"], 6 * 2, "{path}");
    }
}

#[test]
fn drafts_with_the_same_headline_that_are_published_at_once_all_get_a_slug_of_their_own() {
    let app = start();
    let draft = json!({"language": "en", "headline": "Breaking News"});
    let paths: Vec<String> = (0..8).map(|_| path_of(&app.create("/v1/articles", draft.clone()))).collect();
    let responses = at_once(8, |number| app.patch(&paths[number], json!({"status": "published"})));
    assert_eq!(statuses(&responses), [200; 8]);
    let slugs: BTreeSet<String> =
        responses.iter().map(|response| response.json()["slug"].to_string()).collect();
    assert_eq!(slugs.len(), 8);
    assert!(slugs.contains("\"breaking-news\"") && slugs.contains("\"breaking-news-8\""), "{slugs:?}");
}

/// Does something that cannot end before another transaction does, which ends once it is waited for.
fn beside(app: &TestApp, transaction: &str, work: impl FnOnce() -> Response + Send) -> Response {
    let mut other = app.database.connect();
    other.batch_execute(&format!("BEGIN; {transaction}")).expect("the transaction begins");
    thread::scope(|scope| {
        let response = scope.spawn(work);
        eventually("it is waited for", || app.database.waiting_queries() > 0 || response.is_finished());
        other.batch_execute("COMMIT").expect("the transaction ends");
        response.join().expect("an answer")
    })
}

#[test]
fn entities_are_merged_and_split_beside_those_who_delete_their_articles() {
    let app = start();
    for slug in ["from", "into"] {
        app.create("/v1/entities", entity(slug));
    }
    for slug in ["first", "second", "third"] {
        app.publish("H", json!({"slug": slug, "entities": ["from"]}));
    }
    let delete = |slug: &str| format!("DELETE FROM articles WHERE slug = '{slug}'");
    let count = |slug: &str| app.get(&format!("/v1/entities/{slug}")).json()["article_count"].clone();
    let merged =
        beside(&app, &delete("first"), || app.post("/v1/entities/from/merge", json!({"into": "into"})));
    assert_eq!((merged.status, count("into")), (200, json!(2)), "{}", merged.text());
    let split =
        beside(&app, &delete("second"), || app.post("/v1/entities/into/split", json!({"entity": "from"})));
    assert_eq!((split.status, count("from"), count("into")), (201, json!(1), json!(0)), "{}", split.text());
}

#[test]
fn an_article_is_written_beside_those_who_delete_what_it_names() {
    let app = start();
    let path = path_of(&app.publish("H", json!({"slug": "held"})));
    for (list, collection, member) in [
        ("tags", "/v1/tags", json!({"tags": ["gone"]})),
        ("entities", "/v1/entities", json!({"entities": ["gone"]})),
        ("articles", "/v1/articles", json!({"translation_of": "gone"})),
    ] {
        let item = match list {
            "tags" => tag("gone"),
            "entities" => entity("gone"),
            _ => article_with("H", json!({"slug": "gone"})),
        };
        app.create(collection, item);
        let delete = format!("DELETE FROM {list} WHERE slug = 'gone'");
        let response = beside(&app, &delete, || app.patch(&path, member.clone()));
        // There is nothing of that name any more, and that is what is told.
        assert_eq!(response.status, 400, "{list}: {}", response.text());
    }
    app.create("/v1/tags", tag("parent"));
    app.create("/v1/tags", tag("child"));
    let response = beside(&app, "DELETE FROM tags WHERE slug = 'parent'", || {
        app.patch("/v1/tags/child", json!({"parent": "parent"}))
    });
    assert_eq!(response.status, 400, "{}", response.text());
}

#[test]
fn whatever_writes_for_long_leaves_a_connection_to_those_who_write_one_item() {
    for kind in ["merge", "split", "bulk"] {
        // With one connection more than one of a kind.
        let app = TestApp::with(TestDatabase::new(), &["--db-timeout", "1"]);
        for number in 0..3 {
            let (from, into) = (format!("from-{number}"), format!("into-{number}"));
            app.create("/v1/entities", entity(&from));
            app.create("/v1/entities", entity(&into));
            app.publish("H", json!({"slug": format!("a{number}"), "entities": [from]}));
            if kind == "split" {
                app.post(&format!("/v1/entities/{from}/merge"), json!({"into": into}));
            }
        }
        let mut holder = app.database.connect();
        let hold =
            "BEGIN; UPDATE article_entities SET salience = salience; SELECT 1 FROM articles FOR UPDATE";
        holder.batch_execute(hold).expect("the rows are held");
        let write = |number: usize| match kind {
            "bulk" => {
                let article = json!({"slug": format!("a{number}"), "language": "en", "headline": "I"});
                let bulk = app.as_editor("POST", "/v1/articles/bulk");
                bulk.bytes("application/x-ndjson", article.to_string().as_bytes()).send()
            }
            "split" => {
                let from = json!({"entity": format!("from-{number}")});
                app.post(&format!("/v1/entities/into-{number}/split"), from)
            }
            _ => {
                let into = json!({"into": format!("into-{number}")});
                app.post(&format!("/v1/entities/from-{number}/merge"), into)
            }
        };
        thread::scope(|scope| {
            let long: Vec<_> = (0..3).map(|number| scope.spawn(move || write(number))).collect();
            eventually("one waits for the rows", || app.database.waiting_queries() > 0);
            for number in 0..20 {
                app.create("/v1/tags", tag(&format!("{kind}-{number}")));
            }
            assert_eq!(app.database.waiting_queries(), 1, "{kind}");
            holder.batch_execute("ROLLBACK").expect("the rows are free");
            for long in long {
                let response = long.join().expect("an answer");
                assert!([200, 201].contains(&response.status), "{kind}: {}", response.text());
            }
        });
    }
}

#[test]
fn a_line_finds_its_article_by_a_provisional_slug_though_it_is_published_meanwhile() {
    let app = start();
    let draft = app.create("/v1/articles", article_with("Fair", json!({"status": "draft"})));
    let line = article_with("Fair", json!({"slug": draft["slug"], "status": "published", "body": "x"}));
    let mut publisher = app.database.connect();
    let publish = "BEGIN; UPDATE articles SET slug = 'fair', status = 'published', published_at = now()";
    publisher.batch_execute(publish).expect("is published");
    let answers = thread::scope(|scope| {
        let import = scope.spawn(|| import(&app, &[line]));
        eventually("the import waits", || app.database.waiting_queries() > 0);
        publisher.batch_execute("COMMIT").expect("others see it");
        import.join().expect("answers")
    });
    assert_eq!(
        (&answers[0]["result"], &answers[0]["id"], &answers[0]["slug"]),
        (&json!("updated"), &draft["id"], &json!("fair"))
    );
}
