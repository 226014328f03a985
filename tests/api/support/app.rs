use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc,
    thread::{self, JoinHandle},
};

use actix_web::{dev::ServerHandle, rt::System};
use clap::Parser;
use maqal::{auth::Role, clock::Clock, config::ServeConfig, db::Db, server};
use serde_json::Value;

use super::{Response, client::Request, command::eventually, database::TestDatabase};

/// The service, on a free port and a database of its own, by the same code
/// that `maqal serve` runs. Stopped with this value.
pub struct TestApp {
    pub database: TestDatabase,
    /// What the service reads by.
    pub db: Db,
    address: SocketAddr,
    pub editor: String,
    handle: ServerHandle,
    thread: Option<JoinHandle<()>>,
}

#[derive(Parser)]
#[command(args_override_self = true)]
struct Settings {
    #[command(flatten)]
    serve: ServeConfig,
}

impl TestApp {
    /// With the default settings.
    pub fn start() -> Self {
        Self::with(TestDatabase::new(), &[])
    }

    /// With flags of `maqal serve`.
    pub fn with(database: TestDatabase, flags: &[&str]) -> Self {
        let url = database.url();
        Self::by_way_of(&url, database, flags)
    }

    /// The same, where the service comes to its database by another URL than the tests.
    pub fn by_way_of(url: &str, database: TestDatabase, flags: &[&str]) -> Self {
        // One worker, two connections, and time for searches: many services run side by side.
        let usual = [
            "test",
            "--workers",
            "1",
            "--pool-size",
            "2",
            "--search-timeout",
            "60000",
            "--rank-timeout",
            "30000",
        ];
        let flags = usual.into_iter().chain(flags.iter().copied());
        let config = Settings::parse_from(flags).serve;
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        let db = Db::new(url, &config.pool, Clock::default());
        let served = db.clone();
        let (sender, receiver) = mpsc::channel();
        let thread = thread::spawn(move || {
            System::new().block_on(async {
                let server = server::build(listener, &config, served).expect("the service starts");
                sender.send(server.handle()).expect("the test waits for the service");
                server.await.expect("the service runs");
            });
        });
        let handle = receiver.recv().expect("the service starts");
        let editor = database.key(Role::Editor);
        Self { database, db, address, editor, handle, thread: Some(thread) }
    }

    /// What time it is for the service; tests may move it.
    pub fn clock(&self) -> &Clock {
        self.db.clock()
    }

    /// A request without a key.
    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("http://{}{path}", self.address))
    }

    /// A request of an editor.
    pub fn as_editor(&self, method: &str, path: &str) -> Request {
        self.request(method, path).key(&self.editor)
    }

    /// Waits until the answers to these reads are kept. None is while the service hears of changes late, as it may
    /// where many run side by side.
    pub fn keep(&self, paths: &[&str]) {
        let are_answered = || paths.iter().all(|path| self.get(path).status == 200);
        eventually("they are kept", || are_answered() && self.database.without_tables(|_| are_answered()));
    }

    /// Reads without a key.
    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path).send()
    }

    /// Creates as an editor; panics where that fails.
    pub fn create(&self, path: &str, body: Value) -> Value {
        let response = self.as_editor("POST", path).json(&body).send();
        assert_eq!(response.status, 201, "{}", response.text());
        response.json()
    }

    /// Writes as an editor.
    pub fn write(&self, method: &str, path: &str, body: &Value) -> Response {
        self.as_editor(method, path).json(body).send()
    }

    /// Changes as an editor; panics where that fails.
    pub fn change(&self, path: &str, body: Value) -> Value {
        let response = self.write("PATCH", path, &body);
        assert_eq!(response.status, 200, "{}", response.text());
        response.json()
    }

    /// Deletes as an editor; panics where that fails.
    pub fn remove(&self, path: &str) {
        let response = self.as_editor("DELETE", path).send();
        assert_eq!(response.status, 204, "{}", response.text());
    }

    /// Creates a published article with these members besides.
    pub fn publish(&self, headline: &str, members: Value) -> Value {
        self.create("/v1/articles", super::article_with(headline, members))
    }

    /// Posts as an editor.
    pub fn post(&self, path: &str, body: Value) -> Response {
        self.as_editor("POST", path).json(&body).send()
    }

    /// Replaces as an editor.
    pub fn put(&self, path: &str, body: Value) -> Response {
        self.as_editor("PUT", path).json(&body).send()
    }

    /// Patches as an editor.
    pub fn patch(&self, path: &str, body: Value) -> Response {
        self.as_editor("PATCH", path).json(&body).send()
    }

    /// Deletes as an editor.
    pub fn delete(&self, path: &str) -> Response {
        self.as_editor("DELETE", path).send()
    }

    /// One member of every item of a list, read page by page; the way back has
    /// to show the same.
    pub fn walk(&self, list: &str, member: &str) -> Vec<String> {
        let separator = if list.contains('?') { '&' } else { '?' };
        let neighbour = |page: &Response, cursor: &str| {
            let cursor = page.json()["page"][cursor].as_str()?.to_owned();
            Some(self.get(&format!("{list}{separator}cursor={cursor}")))
        };
        let columns = |pages: &[Response]| pages.iter().map(|page| page.column(member)).collect::<Vec<_>>();
        let mut pages = super::pages(self.get(list), |page| neighbour(page, "next_cursor"));
        let forward = columns(&pages);
        let last = pages.pop().expect("a first page");
        let mut back = columns(&super::pages(last, |page| neighbour(page, "prev_cursor")));
        back.reverse();
        assert_eq!(back, forward, "{list} reads otherwise backward");
        forward.concat()
    }

    /// Sends bytes as they stand and reads until the service hangs up, which
    /// the request has to ask for.
    pub fn exchange(&self, request: &[u8]) -> String {
        let mut stream = TcpStream::connect(self.address()).expect("a connection");
        stream.write_all(request).expect("the request is sent");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("the whole answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        System::new().block_on(self.handle.stop(false));
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
