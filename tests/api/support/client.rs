use serde_json::Value;

/// A request to be sent.
pub struct Request {
    method: String,
    url: String,
    headers: Vec<(String, String)>,
    body: Option<Vec<u8>>,
}

impl Request {
    pub fn new(method: &str, url: String) -> Self {
        Self { method: method.to_owned(), url, headers: Vec::new(), body: None }
    }

    /// With a header; one of the same name that was set before is replaced.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.retain(|(known, _)| !known.eq_ignore_ascii_case(name));
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With an API key.
    pub fn key(self, key: &str) -> Self {
        self.header("Authorization", &format!("Bearer {key}"))
    }

    /// With a JSON body.
    pub fn json(self, body: &Value) -> Self {
        self.bytes("application/json", body.to_string().as_bytes())
    }

    /// With a body as it stands.
    pub fn bytes(mut self, content_type: &str, body: &[u8]) -> Self {
        self.body = Some(body.to_vec());
        self.header("Content-Type", content_type)
    }

    /// Sends it. Every status is an answer, and no redirect is followed.
    pub fn send(self) -> Response {
        let what = format!("{} {}", self.method, self.url);
        self.try_send().unwrap_or_else(|error| panic!("{what}: {error}"))
    }

    /// Sends it to a service that may be gone.
    pub fn try_send(self) -> Result<Response, ureq::Error> {
        let agent: ureq::Agent = ureq::Agent::config_builder()
            .http_status_as_error(false)
            .max_redirects(0)
            .allow_non_standard_methods(true)
            .accept_encoding("identity")
            .build()
            .into();
        let mut request = ureq::http::Request::builder().method(self.method.as_str()).uri(self.url.as_str());
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        let mut response = match self.body {
            Some(body) => agent.run(request.body(body).expect("a request"))?,
            None => agent.run(request.body(()).expect("a request"))?,
        };
        let headers = response.headers().clone();
        Ok(Response { status: response.status().as_u16(), headers, body: response.body_mut().read_to_vec()? })
    }
}

/// An answer.
#[derive(Debug)]
pub struct Response {
    pub status: u16,
    headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Response {
    /// A header's value; panics where it is not there.
    pub fn header(&self, name: &str) -> &str {
        self.try_header(name).unwrap_or_else(|| panic!("no header {name} in {self:?}"))
    }

    /// A header's value, if it is there.
    pub fn try_header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).map(|value| value.to_str().expect("a header in ASCII"))
    }

    /// All values of a header, separated by commas; empty where it is not there.
    pub fn all(&self, name: &str) -> String {
        let values: Vec<_> =
            self.headers.get_all(name).iter().map(|value| value.to_str().expect("ASCII")).collect();
        values.join(", ")
    }

    /// Every header but those that differ from one answer to the next, sorted.
    pub fn lasting_headers(&self) -> Vec<(&str, &str)> {
        let all = self.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().expect("ASCII")));
        let mut lasting: Vec<_> = all.filter(|(name, _)| !["date", "x-request-id"].contains(name)).collect();
        lasting.sort();
        lasting
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).expect("a body in UTF-8")
    }

    /// The body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {}", self.text()))
    }

    /// The problem, once it is sure that it is one of this kind.
    pub fn problem(&self, status: u16, name: &str) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        assert_eq!(self.header("content-type"), "application/problem+json");
        let problem = self.json();
        assert_eq!(problem["type"], format!("/problems/{name}"), "{problem}");
        assert_eq!(problem["status"], status);
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        problem
    }

    /// The pointers and codes of a problem's faults, sorted.
    pub fn faults(&self) -> Vec<(String, String)> {
        let problem = self.json();
        let errors = problem["errors"].as_array().unwrap_or_else(|| panic!("no errors in {problem}"));
        let text = |value: &Value| value.as_str().expect("a text").to_owned();
        let mut faults: Vec<_> =
            errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect();
        faults.sort();
        faults
    }

    /// Makes sure that it is this problem, with these faults (pointer and code)
    /// and no others, given in order.
    pub fn refused(&self, status: u16, name: &str, expected: &[(&str, &str)]) {
        self.problem(status, name);
        let faults = self.faults();
        let faults: Vec<_> = faults.iter().map(|(pointer, code)| (pointer.as_str(), code.as_str())).collect();
        assert_eq!(faults, expected, "{}", self.text());
    }

    /// One member of each item of a list.
    pub fn column(&self, name: &str) -> Vec<String> {
        assert_eq!(self.status, 200, "{}", self.text());
        let page = self.json();
        let items = page["data"].as_array().expect("a list");
        items.iter().map(|item| item[name].as_str().expect("a text").to_owned()).collect()
    }
}
