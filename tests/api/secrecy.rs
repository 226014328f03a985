//! What readers without a key never learn: whatever they ask, the answer is as if what is not published were not there.

use std::{
    collections::BTreeSet,
    iter,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use chrono::TimeDelta;
use maqal::clock::Clock;
use serde_json::{Value, json};

use crate::{
    mentions::know_names,
    support::{Response, TestApp, TestDatabase, path_of},
};

/// How the words begin that no reader may see; the state of their article follows, and their place in it.
const SECRET: &str = "zqsecret";

/// The word of an article in that state at that place.
fn word(state: &str, place: &str) -> String {
    format!("{SECRET}{state}{place}")
}

/// The places by whose words an article is asked for: all of some, the first of the others.
fn asked(state: &str) -> &'static [&'static str] {
    let all = &["headline", "slug", "standfirst", "body", "byline", "source", "external"];
    if MAIN.contains(&state) { all } else { &all[..2] }
}

/// The states that are asked for in every way.
const MAIN: [&str; 4] = ["draft", "archived", "renamedandpublished", "rewritten"];

/// An article full of secret words.
fn secret(state: &str) -> Value {
    let word = |place| word(state, place);
    json!({
        "language": "sw", "status": "draft", "slug": word("slug"), "headline": word("headline"),
        "kicker": word("kicker"), "alternative_headline": word("alternative"), "standfirst": word("standfirst"),
        "body": format!("{} said \"we at Acme have seen {} today\", Boss said.", word("body"), word("quoted")),
        "byline": word("byline"), "source": word("source"), "external_id": word("external"),
        "canonical_url": format!("https://example.org/{}", word("url")),
        "image": {
            "url": format!("https://example.org/{}.jpg", word("picture")), "alt": word("alt"),
            "caption": word("caption"), "credit": word("credit"),
        },
        "metadata": {word("member"): word("metadata")},
        "tags": ["news"], "entities": ["acme", "boss"], "translation_of": "open",
    })
}

/// What the public sees of an article that was full of secret words before it was published.
fn rewritten() -> Value {
    json!({
        "status": "published", "language": "en", "headline": "Open", "kicker": null, "alternative_headline": null,
        "standfirst": null, "body": "Acme spoke.", "byline": null, "source": null, "external_id": null,
        "canonical_url": null, "image": null, "metadata": null, "tags": [], "entities": [], "translation_of": null,
    })
}

/// A state in which an article is not, or not yet, or not as a whole to be seen, and how it comes to it. It yields the
/// article's id.
type State = (&'static str, fn(&TestApp, Value) -> Value);

/// Every one of them. A new state belongs here.
const STATES: [State; 10] = [
    ("draft", |app, secret| app.create("/v1/articles", secret)),
    ("unnamed", |app, mut secret| {
        secret["slug"] = Value::Null;
        app.create("/v1/articles", secret)
    }),
    ("archived", |app, mut secret| {
        secret["status"] = json!("published");
        let article = app.create("/v1/articles", secret);
        app.change(&path_of(&article), json!({"status": "archived"}))
    }),
    ("withdrawn", |app, secret| {
        let article = app.create("/v1/articles", with(rewritten(), "slug", json!("withdrawn")));
        app.change(&path_of(&article), secret)
    }),
    ("deleteddraft", |app, secret| {
        let article = app.create("/v1/articles", secret);
        app.remove(&path_of(&article));
        article
    }),
    ("deleted", |app, secret| {
        let article = app.create("/v1/articles", with(secret, "status", json!("published")));
        app.remove(&path_of(&article));
        article
    }),
    ("renamed", |app, secret| {
        let article = app.create("/v1/articles", secret);
        app.change(&path_of(&article), json!({"slug": word("renamed", "second")}));
        app.change(&path_of(&article), json!({"slug": word("renamed", "third")}))
    }),
    ("renamedandpublished", |app, secret| {
        let article = app.create("/v1/articles", secret);
        app.change(&path_of(&article), with(rewritten(), "slug", json!("renamed-and-published")))
    }),
    ("rewritten", |app, secret| {
        let article = app.create("/v1/articles", secret);
        for exact in [word("rewritten", "body"), "Acme have seen".to_owned()] {
            let mention = json!({"entity": "acme", "field": "body", "exact": exact});
            app.create(&format!("{}/mentions", path_of(&article)), mention);
        }
        app.change(&path_of(&article), with(rewritten(), "slug", json!("rewritten")))
    }),
    ("ofmerged", |app, mut secret| {
        app.create(
            "/v1/entities",
            json!({"slug": "initech", "type": "organisation", "names": {"en": "Initech"}}),
        );
        secret["entities"] = json!(["initech"]);
        let article = app.create("/v1/articles", secret);
        assert_eq!(app.post("/v1/entities/initech/merge", json!({"into": "acme"})).status, 200);
        article
    }),
];

fn with(mut article: Value, member: &str, value: Value) -> Value {
    article[member] = value;
    article
}

/// What parameters are filled with.
struct Known<'a> {
    app: &'a TestApp,
    document: Value,
    /// Ids and slugs, of what is public and of what is not.
    keys: Vec<String>,
    hidden: Vec<String>,
    mentions: Vec<String>,
    words: Vec<String>,
    cursors: Vec<String>,
}

impl Known<'_> {
    fn resolved<'a>(&'a self, schema: &'a Value) -> (Option<&'a str>, &'a Value) {
        match schema["$ref"].as_str().and_then(|path| path.strip_prefix('#')) {
            None => (None, schema),
            Some(path) => (path.rsplit('/').next(), self.document.pointer(path).expect("a component")),
        }
    }

    /// All that a parameter is given, each in the form that it has in a URL.
    fn values(&self, operation: &str, parameter: &Value) -> Vec<Vec<String>> {
        let (_, schema) = self.resolved(&parameter["schema"]);
        let list = (schema["type"] == "array").then(|| &schema["items"]);
        let single = self.values_of(operation, parameter, list.unwrap_or(&parameter["schema"]));
        let mut values: Vec<Vec<String>> = single.iter().map(|value| vec![value.clone()]).collect();
        if list.is_some() {
            let all = single.into_iter().take(50).collect::<Vec<_>>();
            values.push(if parameter["explode"] == false { vec![all.join(",")] } else { all });
        }
        values
    }

    fn values_of(&self, operation: &str, parameter: &Value, schema: &Value) -> Vec<String> {
        let (name, schema) = self.resolved(schema);
        let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let texts = |values: &[Value]| values.iter().map(text).collect::<Vec<_>>();
        let some = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
        if let Some(values) = schema["enum"].as_array() {
            return texts(values);
        }
        // Of variants that are described one by one.
        if let Some(variants) = schema["oneOf"].as_array()
            && variants.iter().all(|variant| variant["enum"].is_array() || variant.get("const").is_some())
        {
            let values = variants.iter().flat_map(|variant| match variant["enum"].as_array() {
                Some(values) => values.clone(),
                None => vec![variant["const"].clone()],
            });
            return texts(&values.collect::<Vec<_>>());
        }
        match (name, schema["type"].as_str(), schema["format"].as_str()) {
            // Each in a path, where it is looked up; in a query one of each kind.
            (Some("Key"), ..) if parameter["in"] == "path" => self.keys.clone(),
            (Some("Key"), ..) => {
                let is_one = |key: &&String| match key.strip_prefix(SECRET) {
                    Some(rest) => MAIN.iter().any(|state| word(state, "slug").ends_with(rest)),
                    None => !self.hidden[1..].contains(key),
                };
                self.keys.iter().filter(is_one).cloned().collect()
            }
            (Some("CursorTextInput"), ..) => self.cursors.clone(),
            (Some("LanguageTagInput"), ..) => some(&["en", "sw"]),
            (Some("Moment"), ..) => some(&["2001-01-01", "2100-01-01"]),
            (Some("Span"), ..) => some(&["1d", "400d"]),
            (Some("WikidataIdInput"), ..) => some(&["Q1"]),
            (_, Some("boolean"), _) => some(&["true", "false"]),
            (_, Some("integer"), _) => some(&["1", "100"]),
            (None, Some("string"), Some("uuid")) => self.mentions.clone(),
            (None, Some("string"), None) => self.words.clone(),
            _ => panic!(
                "the test of secrecy does not know what to fill {} of {operation} with: say so in Known::values_of \
                 ({schema})",
                parameter["name"]
            ),
        }
    }

    /// Every request that reads, as a method, a path and what it accepts.
    fn requests(&self) -> BTreeSet<(&'static str, String, String)> {
        let mut requests = BTreeSet::new();
        let paths = self.document["paths"].as_object().expect("the paths");
        for (template, operations) in paths {
            // What changes nothing.
            for method in operations.as_object().expect("operations").keys() {
                let reads = ["get", "head", "options", "trace"].contains(&method.as_str());
                let writes = ["post", "put", "patch", "delete"].contains(&method.as_str());
                assert!(
                    reads || writes || method == "parameters",
                    "nobody knows whether {method} {template} reads"
                );
            }
            // Measures of the machine, which move by themselves.
            if operations.get("get").is_none()
                || ["/healthz", "/readyz", "/openapi.json"].contains(&template.as_str())
            {
                continue;
            }
            self.add_requests(template, &operations["get"], &mut requests);
        }
        requests
    }

    fn add_requests(
        &self,
        template: &str,
        operation: &Value,
        requests: &mut BTreeSet<(&'static str, String, String)>,
    ) {
        let none = Vec::new();
        let parameters = operation["parameters"].as_array().unwrap_or(&none);
        let (in_path, in_query): (Vec<&Value>, Vec<&Value>) = parameters
            .iter()
            .map(|parameter| self.resolved(parameter).1)
            .filter(|parameter| parameter["in"] != "header")
            .partition(|parameter| parameter["in"] == "path");
        let mut paths = vec![template.to_owned()];
        for parameter in in_path {
            let hole = format!("{{{}}}", parameter["name"].as_str().expect("a name"));
            let values = self.values(template, parameter);
            paths = paths
                .iter()
                .flat_map(|path| values.iter().map(|value| path.replace(&hole, &encoded(&value[0]))))
                .collect();
        }
        let content = operation["responses"]["200"]["content"].as_object();
        let mut formats: Vec<String> = content.map(|it| it.keys().cloned().collect()).unwrap_or_default();
        // Which lists give as well to those who prefer it.
        if template.ends_with("/articles") {
            formats.push("application/x-ndjson".to_owned());
        }
        let query = |parameter: &Value, values: &[String]| -> String {
            let name = parameter["name"].as_str().expect("a name");
            values.iter().map(|value| format!("{name}={}&", encoded(value))).collect()
        };
        // Beside each other parameter, once all that an answer can have besides.
        let is_more = |parameter: &Value| {
            ["fields", "include", "facets", "count"].iter().any(|it| parameter["name"] == *it)
        };
        let more: String = in_query
            .iter()
            .filter(|parameter| is_more(parameter))
            .filter_map(|parameter| {
                let values = self.values(template, parameter);
                // The last has all the words of a list; of a count it is the exact one, of a switch that it is on.
                let last =
                    if parameter["schema"]["type"] == "boolean" { values.first() } else { values.last() };
                Some(query(parameter, last?))
            })
            .collect();
        // What speaks of now unless it is told when.
        let when = in_query.iter().find(|parameter| parameter["name"] == "at").map_or(String::new(), |_| {
            format!("at={}&", (Clock::default().now() + TimeDelta::days(1)).format("%F"))
        });
        let mut queries = BTreeSet::from([when.clone(), format!("{more}{when}")]);
        let is_search = in_query.iter().any(|parameter| parameter["name"] == "highlight");
        for parameter in &in_query {
            for values in self.values(template, parameter) {
                let mut one = query(parameter, &values);
                if is_search && parameter["name"] == "q" {
                    one.push_str("highlight=true&explain=true&");
                }
                let when = if parameter["name"] == "at" { "" } else { &when };
                if !is_more(parameter) {
                    queries.insert(format!("{one}{more}{when}"));
                }
                queries.insert(format!("{one}{when}"));
            }
        }
        let more = more + &when;
        // The first that there is, is asked with all parameters: of the others it is enough whether they are there.
        let first = paths.iter().find(|path| self.app.get(path).status == 200);
        for path in &paths {
            let of_path =
                queries.iter().filter(|query| Some(path) == first || **query == when || **query == more);
            for query in of_path {
                let url = format!("{path}?{query}");
                let url = url.trim_end_matches(['&', '?']).to_owned();
                let is_whole = query.ends_with(&more);
                // Of the secrets, one is asked for in every format.
                let is_other = query.contains(SECRET) && !query.contains(&word("draft", ""))
                    || self.hidden.iter().any(|id| query.contains(id));
                for (place, format) in formats.iter().enumerate() {
                    // The usual format has all that there is to show, others may refuse it.
                    let is_due = is_whole == (place == 0) && (place == 0 || !is_other);
                    if **query == when || is_due || formats.len() == 1 {
                        requests.insert(("GET", url.clone(), format.clone()));
                    }
                }
                if **query == when && template.matches('{').count() < 2 {
                    requests.insert(("HEAD", url, formats[0].clone()));
                }
            }
        }
    }
}

fn encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'-' | b'.' | b'_' | b',' | b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => {
                char::from(byte).to_string()
            }
            byte => format!("%{byte:02X}"),
        })
        .collect()
}

/// What lasts of an answer: its status, its headers and its body, but for the number of the request.
fn lasting(response: &Response) -> String {
    let headers: Vec<_> = response
        .lasting_headers()
        .into_iter()
        .filter(|(name, _)| !["age", "content-length"].contains(name))
        .collect();
    let mut body = response.text();
    if response.header("content-type") == "application/problem+json" && !body.is_empty() {
        let mut problem = response.json();
        problem["request_id"] = Value::Null;
        body = problem.to_string();
    }
    format!("{} {headers:?} {body}", response.status)
}

/// The statuses of articles that a value has anywhere in it.
fn statuses<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::Object(members) => {
            found.extend(members.get("status").and_then(Value::as_str));
            members.values().for_each(|value| statuses(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| statuses(value, found)),
        _ => {}
    }
}

/// Makes sure that an answer shows nothing that is secret: no word and no id, unless the request has it, and no
/// status that only keys may see.
fn assert_secret(request: &str, response: &Response, ids: &[String]) {
    let text = format!("{:?} {}", response.lasting_headers(), response.text());
    let asked = request.to_lowercase();
    let lower = text.to_lowercase();
    for (at, _) in lower.match_indices(SECRET) {
        let word: String = lower[at..].chars().take_while(char::is_ascii_alphanumeric).collect();
        // How a search was read shows the stems of its words.
        let stem = &word[..word.len() - 1];
        assert!(asked.contains(stem), "{request} shows {word}: {text}");
    }
    for id in ids {
        assert!(asked.contains(id) || !lower.contains(id), "{request} shows the id {id}: {text}");
    }
    let mut found = Vec::new();
    let lines: Vec<Value> =
        response.text().lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    lines.iter().for_each(|line| statuses(line, &mut found));
    assert!(
        found.iter().all(|status| ["published", "found"].contains(status)),
        "{request} shows {found:?}: {text}"
    );
}

fn start(database: TestDatabase) -> TestApp {
    TestApp::with(database, &["--pool-size", "4", "--purge-header", "surrogate-key"])
}

/// The answers to the requests, in their order, asked by a few readers at once.
fn ask(app: &TestApp, requests: &[(&'static str, String, String)], hidden: &[String]) -> Vec<String> {
    let ask = |(method, url, format): &(&'static str, String, String)| {
        // Of exports there are two at once.
        let mut answers = iter::repeat_with(|| app.request(method, url).header("Accept", format).send());
        let response = answers.find(|response| response.status != 503).expect("an answer");
        assert_secret(&format!("{method} {url}"), &response, hidden);
        lasting(&response)
    };
    thread::scope(|scope| {
        let parts: Vec<_> = requests
            .chunks(requests.len().div_ceil(3))
            .map(|part| scope.spawn(move || part.iter().map(ask).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("every answer keeps the secrets")).collect()
    })
}

#[test]
fn no_answer_to_a_reader_without_a_key_depends_on_what_is_not_published() {
    let app = start(TestDatabase::new());
    app.create("/v1/tags", json!({"slug": "news", "kind": "topic", "names": {"en": "News"}}));
    app.create("/v1/entities", json!({"slug": "acme", "type": "organisation", "names": {"en": "Acme"}}));
    app.create("/v1/entities", json!({"slug": "boss", "type": "person", "names": {"en": "Boss"}}));
    know_names(&app);
    let links = json!({"language": "en", "tags": ["news"], "entities": ["acme", "boss"], "slug": "open",
        "body": "Boss said: \"we at Acme are open today\"."});
    let open = app.publish("Open news of Acme", links.clone());
    app.publish("More open news", with(links, "slug", json!("more")));
    let mentions = app.get("/v1/articles/open/mentions").json();
    let mut mention_ids = vec![mentions["data"][0]["id"].clone()];

    let (mut hidden, mut seen) = (Vec::new(), Vec::new());
    for (state, make) in STATES {
        let article = make(&app, secret(state));
        let is_public = app.get(&path_of(&article)).status == 200;
        let id = article["id"].as_str().expect("an id").to_owned();
        let found =
            app.as_editor("GET", &format!("/v1/articles/{id}/mentions?status=found&status=lost")).send();
        mention_ids
            .extend(found.json()["data"].as_array().into_iter().flatten().take(2).map(|it| it["id"].clone()));
        if is_public { seen.push(id) } else { hidden.push(id) }
    }
    assert_eq!((hidden.len(), seen.len()), (STATES.len() - 2, 2));
    know_names(&app);

    let drafts = app.as_editor("GET", "/v1/articles?status=draft&limit=1").send().json();
    let cursor = drafts["page"]["next_cursor"].as_str().expect("a cursor").to_owned();
    let slugs = STATES.map(|(state, _)| word(state, "slug"));
    let public =
        ["open", "news", "acme", "withdrawn", "renamed-and-published", "rewritten"].map(str::to_owned);
    let known = Known {
        app: &app,
        document: app.get("/openapi.json").json(),
        keys: public.into_iter().chain(slugs).chain(hidden.clone()).collect(),
        hidden: hidden.clone(),
        mentions: mention_ids.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        words: STATES
            .iter()
            .flat_map(|(state, _)| asked(state).iter().map(|place| word(state, place)))
            .collect(),
        cursors: vec![cursor, "nonsense".to_owned()],
    };
    let requests: Vec<_> = known.requests().into_iter().collect();
    assert!(requests.len() > 1000, "{}", requests.len());
    // The words are there: who has a key sees each of those that are stored.
    let by_key = app.as_editor("GET", &format!("/v1/articles/{}", word("draft", "slug"))).send().text();
    for place in [
        "headline",
        "kicker",
        "alternative",
        "standfirst",
        "body",
        "byline",
        "source",
        "external",
        "url",
        "alt",
        "metadata",
    ] {
        assert!(by_key.contains(&word("draft", place)), "{place}: {by_key}");
    }
    let before = ask(&app, &requests, &hidden);

    // The same without them, asked of a service that has seen none of them.
    let list = hidden.iter().map(|id| format!("'{id}'")).collect::<Vec<_>>().join(", ");
    app.database.execute(&format!(
        "DELETE FROM articles WHERE id IN ({list}); DELETE FROM tombstones WHERE NOT public;
         DELETE FROM redirects WHERE NOT public; DELETE FROM mentions WHERE status <> 'found'"
    ));
    let after = ask(&start(app.database.clone()), &requests, &hidden);
    for (((method, url, format), before), after) in requests.iter().zip(&before).zip(&after) {
        assert_eq!(before, after, "{method} {url} ({format}) tells of what is not published");
    }
    assert_eq!(open["slug"], "open");
}

#[test]
fn an_article_that_comes_and_goes_is_never_read_with_the_texts_of_its_draft() {
    let flags = ["--pool-size", "6", "--cache-size", "0", "--listed-cache-size", "0"];
    let app = TestApp::with(TestDatabase::new(), &flags);
    app.create("/v1/tags", json!({"slug": "news", "kind": "topic", "names": {"en": "News"}}));
    app.create("/v1/entities", json!({"slug": "acme", "type": "organisation", "names": {"en": "Acme"}}));
    know_names(&app);
    let public = json!({
        "status": "published", "headline": "Open news of Acme", "standfirst": "Open",
        "body": "Open news. \"We at Acme are open today\", Acme said.", "byline": "open",
        "tags": ["news"], "entities": ["acme"],
    });
    let draft = json!({
        "status": "draft", "headline": "Open zqsecretheadline Acme", "standfirst": "zqsecretstandfirst open",
        "body": "Open zqsecretbody. \"We zqsecretquote at Acme are open today\", Acme said.", "byline": "zqsecretbyline",
        "tags": ["news"], "entities": ["acme"],
    });
    app.publish("Open news beside", json!({"slug": "beside", "tags": ["news"], "entities": ["acme"]}));
    let mut first = public.clone();
    first["slug"] = json!("flipping");
    first["language"] = json!("en");
    let path = path_of(&app.create("/v1/articles", first));
    let paths = [
        "/v1/articles?fields=headline,status,byline,body",
        "/v1/articles?fields=body_text,status&q=open&highlight=true&sort=-published_at",
        "/v1/articles?q=open&highlight=true",
        "/v1/articles?include=tags",
        "/v1/tags/news/articles?fields=headline,standfirst,body_html,status",
        "/v1/entities/acme/articles?fields=headline,status,body",
        "/v1/articles/beside/related?fields=headline,body,status",
        "/v1/articles/flipping/mentions",
        "/v1/articles/flipping/quotes",
        "/v1/articles/flipping/related",
        "/v1/entities/acme/mentions",
        "/v1/articles/flipping",
        "/v1/articles/flipping?fields=body_html,status",
        "/v1/suggest?q=open",
    ];
    let is_over = AtomicBool::new(false);
    thread::scope(|scope| {
        for reader in 0..3 {
            let (app, is_over) = (&app, &is_over);
            scope.spawn(move || {
                let mut turn = reader;
                while !is_over.load(Ordering::Relaxed) {
                    let path = paths[turn % paths.len()];
                    turn += 1;
                    assert_secret(path, &app.get(path), &[]);
                }
            });
        }
        // Whoever fails ends the others as well.
        let flips = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            for _ in 0..60 {
                app.change(&path, draft.clone());
                app.change(&path, public.clone());
            }
        }));
        is_over.store(true, Ordering::Relaxed);
        flips.expect("every change is made");
    });
}
