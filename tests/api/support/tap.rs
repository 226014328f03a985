//! What a service says to PostgreSQL, heard on the way.

use std::{
    collections::HashMap,
    io::{self, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
};

use super::{
    TestDatabase,
    pooler::{Server, message, startup, url_through},
};

/// The connections on which the service works for itself, and not for a request.
const OWN: [&str; 3] = ["maqal background", "maqal upkeep", "maqal listener"];

/// A statement with the values that it was run with.
#[derive(Debug, Clone)]
pub struct Statement {
    pub sql: String,
    /// The types of its values, as PostgreSQL numbers them.
    pub types: Vec<u32>,
    /// In PostgreSQL's binary form; none for null.
    pub values: Vec<Option<Vec<u8>>>,
    /// Whether the connection keeps it prepared.
    pub is_kept: bool,
}

/// Stands between a service and the database, passes everything on, and keeps what requests made the service ask for.
pub struct Tap {
    address: SocketAddr,
    database: TestDatabase,
    heard: Arc<Mutex<Vec<Statement>>>,
}

impl Tap {
    /// In front of the database.
    pub fn before(database: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        let heard = Arc::<Mutex<Vec<Statement>>>::default();
        let (server, kept) = (Server::of(&database.url()), heard.clone());
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, heard) = (server.clone(), kept.clone());
                thread::spawn(move || listen(client, &server, &heard));
            }
        });
        Self { address, database: database.clone(), heard }
    }

    /// The database's URL, by way of this.
    pub fn url(&self) -> String {
        url_through(self.address, &self.database)
    }

    /// What was run since this was asked last, in order.
    pub fn heard(&self) -> Vec<Statement> {
        std::mem::take(&mut *self.heard.lock().expect("what was heard"))
    }
}

/// Until either side hangs up.
fn listen(mut client: TcpStream, server: &Server, heard: &Mutex<Vec<Statement>>) -> io::Result<()> {
    let startup = startup(&mut client)?;
    let (mut from_server, mut to_server) = server.connect()?;
    to_server.write_all(&startup)?;
    let mut to_client = client.try_clone()?;
    thread::spawn(move || {
        let _ = io::copy(&mut from_server, &mut to_client);
        to_client.shutdown(std::net::Shutdown::Both)
    });
    let mut prepared = HashMap::new();
    let mut is_own = false;
    while let Ok((kind, rest)) = message(&mut client) {
        let said = Said(rest.get(4..).unwrap_or_default());
        match kind {
            b'Q' => {
                let sql = String::from_utf8_lossy(said.0);
                is_own |= OWN.iter().any(|name| sql.contains(&format!("application_name = '{name}'")));
            }
            b'P' => drop(said.read_prepared().map(|(name, statement)| prepared.insert(name, statement))),
            b'B' if !is_own => {
                if let Some((name, values)) = said.read_values()
                    && let Some((sql, types)) = prepared.get(&name)
                {
                    let (sql, types, is_kept) = (sql.clone(), types.clone(), !name.is_empty());
                    heard.lock().expect("what was heard").push(Statement { sql, types, values, is_kept });
                }
            }
            _ => {}
        }
        to_server.write_all(&[&[kind][..], &rest].concat())?;
    }
    // Terminates the server's side, if nobody has.
    let _ = to_server.write_all(&[b'X', 0, 0, 0, 4]);
    Ok(())
}

/// What is left of a message.
struct Said<'a>(&'a [u8]);

impl<'a> Said<'a> {
    fn bytes(&mut self, count: usize) -> Option<&'a [u8]> {
        let (bytes, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(bytes)
    }

    fn number(&mut self, bytes: usize) -> Option<u32> {
        Some(self.bytes(bytes)?.iter().fold(0, |number, byte| number << 8 | u32::from(*byte)))
    }

    fn text(&mut self) -> Option<String> {
        let length = self.0.iter().position(|byte| *byte == 0)?;
        let text = String::from_utf8_lossy(self.bytes(length)?).into_owned();
        self.bytes(1)?;
        Some(text)
    }

    /// A statement that is prepared: its name, its text and the types of its values.
    fn read_prepared(mut self) -> Option<(String, (String, Vec<u32>))> {
        let (name, sql) = (self.text()?, self.text()?);
        let types = (0..self.number(2)?).map(|_| self.number(4)).collect::<Option<_>>()?;
        Some((name, (sql, types)))
    }

    /// The values that a statement is run with: its name, and they.
    fn read_values(mut self) -> Option<(String, Vec<Option<Vec<u8>>>)> {
        let (_portal, name) = (self.text()?, self.text()?);
        for _ in 0..self.number(2)? {
            self.number(2)?;
        }
        let count = self.number(2)?;
        let mut value = || match self.number(4)? {
            u32::MAX => Some(None),
            length => Some(Some(self.bytes(length as usize)?.to_vec())),
        };
        let values = (0..count).map(|_| value()).collect::<Option<_>>()?;
        Some((name, values))
    }
}
