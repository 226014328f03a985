//! The document is a contract: what it allows is taken, and what is given back is what it says.

use std::{cell::RefCell, collections::BTreeMap, fmt::Write};

use serde_json::{Value, json};

use crate::support::{Document, Generated, Operation, Response, SCRIPTS, TestApp};

/// Rules between members, parameters or items, which JSON Schema cannot say; the codes of their faults.
const BETWEEN: [&str; 9] = [
    "needs_q",
    "reversed",
    "not_with_name",
    "too_many",
    "cycle",
    "not_a_place",
    // It had that slug until an earlier request renamed or deleted it.
    "unknown_article",
    "unknown_tag",
    "unknown_entity",
];

/// What there is, by collection: ids and slugs.
type Known = RefCell<BTreeMap<&'static str, Vec<String>>>;

/// One run: every operation of the document, with values of one seed.
struct Run<'a> {
    app: &'a TestApp,
    document: &'a Document,
    generated: Generated<'a>,
    known: &'a Known,
    /// How often each operation has succeeded.
    successes: &'a mut BTreeMap<String, usize>,
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut all, byte| {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => all.push(byte.into()),
            _ => write!(all, "%{byte:02X}").expect("in memory"),
        }
        all
    })
}

/// The collection that a member with a key names an item of.
fn collection(member: &str) -> &'static str {
    match member {
        "parent" => "tags",
        "translation_of" => "articles",
        name if name.starts_with("tags") => "tags",
        _ => "entities",
    }
}

impl Run<'_> {
    fn operation(&self, method: &str, path: &str) -> Operation<'_> {
        let mut all = self.document.operations().into_iter();
        all.find(|it| it.method == method && it.path == path).unwrap_or_else(|| panic!("no {method} {path}"))
    }

    /// A body that the operation allows.
    fn body(&mut self, method: &str, path: &str) -> Value {
        let content = self.operation(method, path).it["requestBody"]["content"].clone();
        let (_, media) = content.as_object().and_then(|it| it.iter().next()).expect("a body");
        let mut body = self.generated.value("", &media["schema"]);
        reconcile(&mut body);
        body
    }

    /// Sends a request, and checks the answer.
    fn send(&mut self, method: &str, path: &str, target: &str, body: Option<&Value>) -> Response {
        let operation = self.operation(method, path);
        let mut request = self.app.as_editor(&method.to_uppercase(), target);
        if let Some(body) = body {
            request = match path.ends_with("/bulk") {
                true => request.bytes("application/x-ndjson", format!("{body}\n").as_bytes()),
                false => request.json(body),
            };
        }
        let response = request.send();
        let what = format!("{} {method} {target} {}", self.generated.language, body.unwrap_or(&Value::Null));
        self.document.check(operation, &response, &what);
        match response.status {
            200 | 201 | 204 => *self.successes.entry(format!("{method} {path}")).or_default() += 1,
            // An earlier request has renamed or deleted it, or another one has its slug or its id.
            301 | 308 | 409 | 410 => {}
            400 => {
                let errors = response.json()["errors"].clone();
                let codes = errors.as_array().into_iter().flatten().map(|error| error["code"].as_str());
                let is_between = |code: Option<&str>| code.is_some_and(|code| BETWEEN.contains(&code));
                assert!(errors.is_array() && codes.clone().all(is_between), "{what}: {}", response.text());
            }
            _ => panic!("{what}: {}", response.text()),
        }
        self.check_lines(path, &response, &what);
        response
    }

    fn check_lines(&self, path: &str, response: &Response, what: &str) {
        let schema = match path {
            _ if path.ends_with("/bulk") => "LineResult",
            _ if path.ends_with("/export") => "PartialArticle",
            _ => return,
        };
        if response.status == 200 {
            for line in response.text().lines() {
                let value = serde_json::from_str(line).expect("a line of JSON");
                let fault =
                    self.document.fault(&value, &json!({"$ref": format!("#/components/schemas/{schema}")}));
                assert_eq!(fault, None, "{what}: {line}");
                let is_between = |error: &Value| BETWEEN.iter().any(|code| error["code"] == *code);
                let faults = value["problem"]["errors"].as_array();
                let is_taken =
                    value["problem"]["status"] == 409 || faults.is_some_and(|it| it.iter().all(is_between));
                assert!(value["result"] != "failed" || is_taken, "{what}: {line}");
            }
        }
    }

    fn create(&mut self, path: &'static str) -> Option<Value> {
        let body = self.body("post", path);
        let response = self.send("post", path, path, Some(&body));
        if response.status != 201 {
            return None;
        }
        let item = response.json();
        let name = path.trim_start_matches("/v1/");
        let keys = ["id", "slug"].map(|member| item[member].as_str().expect("a key").to_owned());
        // A provisional slug is nobody's as soon as there is another.
        let keys = keys.into_iter().filter(|key| !key.starts_with("article-"));
        self.known.borrow_mut().entry(name).or_default().extend(keys);
        Some(item)
    }

    /// The query of a read: some of its parameters.
    fn query(&mut self, operation: &Value) -> String {
        let mut query = String::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let parameter = self.document.resolve(parameter).clone();
            let name = parameter["name"].as_str().expect("a name");
            // A cursor holds where it came from, and cannot be made up.
            let is_left_out = parameter["required"] != true && self.generated.below(4) > 0;
            if parameter["in"] != "query" || name == "cursor" || is_left_out {
                continue;
            }
            let value = self.generated.value(name, &parameter["schema"]);
            let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
            let values: Vec<String> = match &value {
                Value::Array(values) => values.iter().map(text).collect(),
                Value::Null => continue,
                value => vec![text(value)],
            };
            // Lists of words in either form.
            if parameter["explode"] == false && self.generated.below(2) == 0 {
                write!(query, "{name}={}&", encoded(&values.join(","))).expect("in memory");
                continue;
            }
            for value in values {
                write!(query, "{name}={}&", encoded(&value)).expect("in memory");
            }
        }
        // Which go together.
        match (query.contains("source="), query.contains("external_id=")) {
            (true, false) if operation["operationId"] == "list_entities" => query.push_str("external_id=1&"),
            (false, true) if operation["operationId"] == "list_entities" => query.push_str("source=s&"),
            _ => {}
        }
        match operation["operationId"].as_str() {
            Some("export_articles") => query = query.replace("sort=relevance&", ""),
            // What is written item by item is documented as that operation, so that each answer has one type.
            _ => query = query.replace("format=ndjson&", ""),
        }
        let is_of_search = ["match=", "highlight=true", "explain=true"].iter().any(|it| query.contains(it));
        if is_of_search && !query.split('&').any(|pair| pair.starts_with("q=")) {
            query.push_str("q=a&");
        }
        query
    }

    fn read_all(&mut self, article: &Value, mention: &str) {
        let reads: Vec<(String, Value)> = self
            .document
            .operations()
            .into_iter()
            .filter(|it| it.method == "get")
            .map(|it| (it.path.to_owned(), it.it.clone()))
            .collect();
        for (path, operation) in reads {
            let collection = path.split('/').nth(2).unwrap_or_default().to_owned();
            let mut target = path.replace("{name}", "not-found").replace("{mention_id}", mention);
            if path.contains("{mention_id}") {
                target = target.replace("{id}", article["id"].as_str().expect("an id"));
            } else if path.contains("{id}") {
                let keys = self.known.borrow()[collection.as_str()].clone();
                target = target.replace("{id}", &encoded(&self.generated.one_of(&keys)));
            }
            let query = self.query(&operation);
            self.send("get", &path, format!("{target}?{query}").trim_end_matches(['?', '&']), None);
            // And another page of a list.
            let first = self.app.as_editor("GET", &target).send();
            if first.status == 200
                && path.starts_with("/v1/")
                && !path.ends_with("/export")
                && let Some(cursor) = first.json()["page"]["next_cursor"].as_str()
            {
                self.send("get", &path, &format!("{target}?cursor={cursor}"), None);
            }
        }
    }

    fn run(&mut self) {
        for path in ["/v1/tags", "/v1/entities", "/v1/entities", "/v1/articles", "/v1/articles"] {
            self.create(path);
        }
        let (Some(tag), Some(one), Some(other), Some(mut article)) = (
            self.create("/v1/tags"),
            self.create("/v1/entities"),
            self.create("/v1/entities"),
            self.create("/v1/articles"),
        ) else {
            return;
        };
        let at = |collection: &str, item: &Value| {
            format!("/v1/{collection}/{}", item["id"].as_str().expect("an id"))
        };
        for path in ["/v1/articles/bulk", "/v1/entities/bulk"] {
            let mut line = self.body("post", path.trim_end_matches("/bulk"));
            // By which it is found again.
            (line["source"], line["external_id"]) = (json!("desk"), json!(self.generated.language));
            self.send("post", path, path, Some(&line));
        }
        for (collection, item) in [("tags", &tag), ("entities", &one), ("articles", &article)] {
            for method in ["put", "patch"] {
                let path = format!("/v1/{collection}/{{id}}");
                let body = self.body(method, &path);
                self.send(method, &path, &at(collection, item), Some(&body));
            }
        }
        let current = self.app.as_editor("GET", &at("articles", &article)).send();
        if current.status == 200 {
            article = current.json();
        }
        let mention = json!({"entity": other["id"], "field": "headline", "start": 0, "end": 1});
        let mention_of = |article: &Value| format!("{}/mentions", at("articles", article));
        let made = self.send("post", "/v1/articles/{id}/mentions", &mention_of(&article), Some(&mention));
        let mention = made.json()["id"].as_str().unwrap_or_default().to_owned();
        self.read_all(&article, &mention);

        let (into, from) = (at("entities", &one), at("entities", &other));
        self.send(
            "post",
            "/v1/entities/{id}/merge",
            &format!("{from}/merge"),
            Some(&json!({"into": one["id"]})),
        );
        self.send("get", "/v1/entities/{id}/merges", &format!("{into}/merges"), None);
        self.send(
            "post",
            "/v1/entities/{id}/split",
            &format!("{into}/split"),
            Some(&json!({"entity": other["id"]})),
        );

        let gone = format!("{}/{mention}", mention_of(&article));
        self.send("delete", "/v1/articles/{id}/mentions/{mention_id}", &gone, None);
        for (collection, item) in [("articles", &article), ("tags", &tag), ("entities", &other)] {
            let keys = ["id", "slug"].map(|member| item[member].as_str().expect("a key").to_owned());
            for keys_of in self.known.borrow_mut().values_mut() {
                keys_of.retain(|key| !keys.contains(key));
            }
            self.send("delete", &format!("/v1/{collection}/{{id}}"), &at(collection, item), None);
        }
    }
}

/// What of a generated body goes together by rules that JSON Schema cannot say.
fn reconcile(body: &mut Value) {
    let Some(members) = body.as_object_mut() else { return };
    let has = |members: &serde_json::Map<String, Value>, name: &str| {
        members.get(name).is_some_and(|it| !it.is_null())
    };
    for (one, other) in [("scheme", "code"), ("latitude", "longitude"), ("source", "external_id")] {
        if !(has(members, one) && has(members, other)) {
            members.remove(one);
            members.remove(other);
        }
    }
    if members.get("type").is_none_or(|kind| kind != "place") {
        members.remove("latitude");
        members.remove("longitude");
    }
    for (list, kind, kinds) in [("tags", "kind", "topic"), ("entities", "type", "work")] {
        for link in members.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
            let Some(link) = link.as_object_mut() else { continue };
            // What is not there yet is made of a kind and its names; what is there is named by id or slug.
            link.remove("id");
            link.remove("name");
            link.entry("names").or_insert(Value::Null);
            if link["names"].is_null() {
                link["names"] = json!({"en": "New"});
            }
            if !has(link, kind) {
                link.insert(kind.to_owned(), json!(kinds));
            }
        }
    }
}

/// The seeds: a run of each script, or as many as `CONTRACT_SEEDS` says.
fn seeds() -> std::ops::Range<u64> {
    let many = std::env::var("CONTRACT_SEEDS").ok().and_then(|many| many.parse().ok());
    0..many.unwrap_or(SCRIPTS.len() as u64)
}

#[test]
fn what_the_document_allows_is_taken_and_every_answer_is_as_it_says() {
    let (app, document) = (TestApp::start(), Document::new());
    let known = Known::default();
    // Something to name from the first request on.
    for (collection, item) in [
        ("tags", json!({"slug": "first", "kind": "topic", "names": {"en": "First"}})),
        ("entities", json!({"slug": "first", "type": "place", "names": {"en": "First"}})),
        ("articles", json!({"slug": "first", "language": "en", "headline": "First"})),
    ] {
        app.create(&format!("/v1/{collection}"), item);
        known.borrow_mut().insert(collection, vec!["first".to_owned()]);
    }
    let mut successes = BTreeMap::new();
    for seed in seeds() {
        let keys = |member: &str| known.borrow()[collection(member)].clone();
        let generated = Generated::new(&document, seed, keys);
        let mut run =
            Run { app: &app, document: &document, generated, known: &known, successes: &mut successes };
        run.run();
    }
    let missing: Vec<String> = document
        .operations()
        .iter()
        .map(|it| format!("{} {}", it.method, it.path))
        .filter(|operation| !successes.contains_key(operation))
        .collect();
    assert_eq!(missing, [] as [&str; 0], "no run has called these with success");
    println!("{} answers to {} operations were valid", successes.values().sum::<usize>(), successes.len());
}

#[test]
fn addresses_and_slugs_of_every_script_are_given_back_as_the_document_says() {
    let (app, document) = (TestApp::start(), Document::new());
    let urls = [
        "http://localhost",
        "http://127.0.0.1:8080/a",
        "https://[2001:db8::1]/",
        "https://example.org:8443/x?y#z",
        "https://موقع.وزارة-الاتصالات.مصر/خبر",
        "https://xn--mgbh0fb.xn--kgbechtv/",
        "https://example.org/{id}|^",
    ];
    let slugs =
        ["هەولێر", "ığdır", "şehir-2026", "አዲስ-አበባ", "हिन्दी-समाचार", "𨋢", "𞤨𞤵𞤤𞤢𞤪", "ข่าว", "ё", "ἀθῆναι"];
    let input = json!({"$ref": "#/components/schemas/ArticleInput"});
    let page = json!({"$ref": "#/components/schemas/ArticlePage"});
    for (number, (url, slug)) in urls.iter().cycle().zip(slugs).enumerate() {
        let article = json!({
            "language": "ar", "status": "published", "headline": format!("{number}"), "slug": slug,
            "canonical_url": url, "image": {"url": url},
        });
        assert_eq!(document.fault(&article, &input), None, "{article}");
        let shouted =
            json!({"language": "ar", "headline": "x", "canonical_url": url.replacen("http", "HTTP", 1)});
        assert_eq!(document.fault(&shouted, &input), None, "{shouted}");
        let made = app.create("/v1/articles", article);
        assert_eq!((&made["slug"], &made["canonical_url"]), (&json!(slug), &json!(url)));
    }
    assert_eq!(document.fault(&app.get("/v1/articles?limit=100").json(), &page), None);
    // What is refused matches no pattern either.
    for url in [
        "http:evil",
        "http:\\\\evil",
        "http:///",
        "https://a@b/",
        "ftp://example.org",
        "https://a b",
        "http://.",
        "http://..",
        "http://-",
        "http://a..b/",
        "http://-a.b/",
        "http://a-/",
        "https://a!b/",
        "https://a\u{200b}b/",
        "https://a/\u{200b}",
    ] {
        let article = json!({"language": "ar", "headline": "x", "canonical_url": url});
        assert!(document.fault(&article, &input).is_some(), "{url}");
        assert_eq!(app.post("/v1/articles", article).status, 400, "{url}");
    }
}

#[test]
fn what_older_rules_have_stored_is_given_back_as_the_document_says() {
    let (app, document) = (TestApp::start(), Document::new());
    let article = app.publish(
        "خبر",
        json!({"canonical_url": "https://example.org/", "image": {"url": "https://example.org/"}}),
    );
    app.database.execute(
        "UPDATE articles SET canonical_url = 'http:evil', image = '{\"url\": \"http:\\\\\\\\evil\"}', headline = E'a\\u0085b'",
    );
    let page = app.get("/v1/articles").json();
    assert_eq!(page["data"][0]["canonical_url"], "http:evil");
    assert_eq!(document.fault(&page, &json!({"$ref": "#/components/schemas/ArticlePage"})), None);
    let whole = app.get(&format!("/v1/articles/{}", article["id"].as_str().expect("an id"))).json();
    assert_eq!(document.fault(&whole, &json!({"$ref": "#/components/schemas/Article"})), None);
}

#[test]
fn an_article_that_is_read_whole_has_all_its_members_by_the_document() {
    let (app, document) = (TestApp::start(), Document::new());
    let article = app.publish("خبر", json!({"slug": "news"}));
    let whole = json!({"$ref": "#/components/schemas/Article"});
    assert_eq!(document.fault(&article, &whole), None);
    assert_eq!(document.fault(&app.get("/v1/articles/news").json(), &whole), None);
    let required = document.0["components"]["schemas"]["Article"]["required"].as_array().expect("a list");
    for member in article.as_object().expect("an article").keys() {
        assert!(required.contains(&json!(member)), "{member} may be missing");
    }
    let read = Operation { path: "", method: "get", it: &document.0["paths"]["/v1/articles/{id}"]["get"] };
    for query in ["", "?fields=headline", "?fields=body_html&include=tags"] {
        document.check(read, &app.get(&format!("/v1/articles/news{query}")), query);
    }
}

#[test]
fn lists_of_words_are_taken_with_commas_and_repeated() {
    let app = TestApp::start();
    app.create("/v1/tags", json!({"slug": "t", "kind": "topic", "names": {"en": "T"}}));
    app.publish("خبر", json!({"tags": ["t"]}));
    for (one, other) in [
        ("/v1/articles?fields=headline,slug", "/v1/articles?fields=headline&fields=slug"),
        ("/v1/articles?fields=headline,slug,version", "/v1/articles?fields=headline,slug&fields=version"),
        ("/v1/articles?include=tags,entities", "/v1/articles?include=tags&include=entities"),
        ("/v1/articles?facets=tags,language", "/v1/articles?facets=tags&facets=language"),
        ("/v1/suggest?q=t&types=tag,entity", "/v1/suggest?q=t&types=tag&types=entity"),
        ("/v1/articles?fields=", "/v1/articles?fields=&fields="),
    ] {
        let (one, other) = (app.get(one), app.get(other));
        assert_eq!((one.status, other.status), (200, 200), "{}", other.text());
        assert_eq!(one.json(), other.json());
        assert_eq!(one.header("etag"), other.header("etag"));
    }
    app.get("/v1/articles?fields=headline&fields=nothing").refused(
        400,
        "invalid-parameters",
        &[("/fields", "unknown_value")],
    );
}

#[test]
fn an_export_is_an_operation_of_its_own() {
    let app = TestApp::start();
    app.create("/v1/tags", json!({"slug": "t", "kind": "topic", "names": {"en": "T"}}));
    app.publish("أ", json!({"tags": ["t"]}));
    app.publish("ب", json!({"language": "fr"}));
    let by_accept = |target: &str| app.request("GET", target).header("Accept", "application/x-ndjson").send();
    for query in
        ["", "?language=fr", "?tags=t&include=tags", "?fields=headline&sort=headline", "?source=none"]
    {
        let (own, old) =
            (app.get(&format!("/v1/articles/export{query}")), by_accept(&format!("/v1/articles{query}")));
        assert_eq!((own.status, own.header("content-type")), (200, "application/x-ndjson"), "{query}");
        assert_eq!(own.text(), old.text(), "{query}");
        assert_eq!(own.header("cache-control"), "no-store");
    }
    app.get("/v1/articles/export?limit=5&cursor=abc&facets=tags").refused(
        400,
        "invalid-parameters",
        &[("/cursor", "unknown"), ("/facets", "unknown"), ("/limit", "unknown")],
    );
    app.get("/v1/articles/export?q=a&sort=relevance").problem(400, "invalid-parameters");
    app.get("/v1/articles/export?status=draft").problem(401, "unauthenticated");
    assert_eq!(app.request("HEAD", "/v1/articles/export").send().status, 200);
    // The word names no article.
    app.post("/v1/articles", json!({"language": "en", "headline": "x", "slug": "export"})).refused(
        400,
        "invalid-body",
        &[("/slug", "reserved_slug")],
    );
    let document = Document::new();
    let contents = |path: &str| {
        let content = document.0["paths"][path]["get"]["responses"]["200"]["content"].as_object();
        content.expect("content").keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(contents("/v1/articles"), ["application/json"]);
    assert_eq!(contents("/v1/articles/export"), ["application/x-ndjson"]);
}

#[test]
fn a_body_as_long_as_the_document_says_is_taken_however_it_is_written() {
    let app = TestApp::start();
    let document = Document::new().0;
    let longest = document.pointer("/components/schemas/ArticleInput/properties/body/oneOf/0/maxLength");
    let longest = longest.and_then(Value::as_u64).expect("a limit") as usize;
    let text = |letter: &str, length: usize| -> String {
        (0..length).map(|at| if at % 9 == 8 { " " } else { letter }).collect()
    };
    let as_json = |body: &str| json!({"language": "ar", "headline": "طويل", "body": body}).to_string();
    // As bytes, and by names of its code units, as many a client writes what is no ASCII.
    let escaped = |json: &str| {
        json.encode_utf16().fold(String::new(), |mut all, unit| {
            match u8::try_from(unit).ok().filter(u8::is_ascii) {
                Some(byte) => all.push(byte.into()),
                None => write!(all, "\\u{unit:04x}").expect("in memory"),
            }
            all
        })
    };
    let post = |json: String| {
        app.as_editor("POST", "/v1/articles").bytes("application/json", json.as_bytes()).send()
    };
    for (letter, is_escaped) in [("خ", false), ("🌒", true)] {
        let json = as_json(&text(letter, longest));
        let response = post(if is_escaped { escaped(&json) } else { json });
        assert_eq!(
            response.status,
            201,
            "{letter}: {}",
            response.text().chars().take(300).collect::<String>()
        );
    }
    post(as_json(&text("خ", longest + 1))).refused(400, "invalid-body", &[("/body", "too_long")]);
}
