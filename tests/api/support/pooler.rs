//! A connection pooler that does not pass everything on.

use std::{
    io::{self, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    os::unix::net::UnixStream,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use super::TestDatabase;

/// What a client sends first to ask for encryption, after the length.
const REQUESTS_OF_ENCRYPTION: [u32; 2] = [80_877_103, 80_877_104];
/// The type of a notification.
const NOTIFICATION: u8 = b'A';

/// Stands between clients and the database, and passes on all that is said, but for notifications.
pub struct Pooler {
    address: SocketAddr,
    database: TestDatabase,
    passed_on: Arc<PassedOn>,
}

#[derive(Default)]
struct PassedOn {
    all: AtomicBool,
    to_listeners: AtomicBool,
    held: Mutex<Option<Arc<Hold>>>,
}

/// What the database answers to one message, of whichever client.
struct Hold {
    to: &'static [u8],
    is_asked: AtomicBool,
    is_there: AtomicBool,
    is_over: AtomicBool,
}

/// An answer that is kept back for as long as this is not dropped.
pub struct Held(Arc<Hold>);

impl Held {
    /// Whether there is an answer.
    pub fn is_there(&self) -> bool {
        self.0.is_there.load(Ordering::SeqCst)
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.is_over.store(true, Ordering::SeqCst);
    }
}

impl Pooler {
    /// In front of the database.
    pub fn before(database: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        let passed_on = Arc::<PassedOn>::default();
        let (server, told) = (Server::of(&database.url()), passed_on.clone());
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, told) = (server.clone(), told.clone());
                thread::spawn(move || pass_on(client, &server, &told));
            }
        });
        Self { address, database: database.clone(), passed_on }
    }

    /// The database's URL, by way of this.
    pub fn url(&self) -> String {
        url_through(self.address, &self.database)
    }

    /// Passes notifications on as well from now on.
    pub fn pass_notifications_on(&self) {
        self.passed_on.all.store(true, Ordering::SeqCst);
    }

    /// The same, to those alone who only listen.
    pub fn pass_notifications_on_to_listeners(&self) {
        self.passed_on.to_listeners.store(true, Ordering::SeqCst);
    }

    /// Keeps back what the database answers to the next message that has these bytes.
    pub fn hold_answer_to(&self, to: &'static [u8]) -> Held {
        let [is_asked, is_there, is_over] = Default::default();
        let hold = Arc::new(Hold { to, is_asked, is_there, is_over });
        *self.passed_on.held.lock().expect("what is held") = Some(hold.clone());
        Held(hold)
    }
}

/// Where PostgreSQL listens.
#[derive(Clone)]
pub(super) enum Server {
    Socket(PathBuf),
    Address(String),
}

pub(super) trait Stream: Read + Write + Send {}

impl<S: Read + Write + Send> Stream for S {}

impl Server {
    pub fn of(url: &str) -> Self {
        match url::Url::parse(url) {
            Ok(url) => {
                let host = url.host_str().unwrap_or("127.0.0.1");
                Self::Address(format!("{host}:{}", url.port().unwrap_or(5432)))
            }
            Err(_) => {
                let query = url.split_once('?').map_or("", |(_, query)| query).as_bytes();
                let mut pairs = url::form_urlencoded::parse(query);
                let host = pairs.find(|(name, _)| name == "host").expect("the socket's directory").1;
                Self::Socket(PathBuf::from(host.into_owned()).join(".s.PGSQL.5432"))
            }
        }
    }

    /// The two directions of a new connection.
    pub fn connect(&self) -> io::Result<(Box<dyn Stream>, Box<dyn Stream>)> {
        Ok(match self {
            Self::Socket(path) => {
                let stream = UnixStream::connect(path)?;
                (Box::new(stream.try_clone()?), Box::new(stream))
            }
            Self::Address(address) => {
                let stream = TcpStream::connect(address)?;
                (Box::new(stream.try_clone()?), Box::new(stream))
            }
        })
    }
}

/// Lends the one connection that it has to PostgreSQL to clients, for a transaction at a time.
pub struct TransactionPooler {
    address: SocketAddr,
    database: TestDatabase,
}

impl TransactionPooler {
    /// In front of the database.
    pub fn before(database: &TestDatabase) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("the port");
        let server = Server::of(&database.url());
        let lent = Arc::<Mutex<Option<Lent>>>::default();
        // It ends with the process.
        thread::spawn(move || {
            for client in listener.incoming().flatten() {
                let (server, lent) = (server.clone(), lent.clone());
                thread::spawn(move || lend(client, &server, &lent));
            }
        });
        Self { address, database: database.clone() }
    }

    /// The database's URL, by way of this.
    pub fn url(&self) -> String {
        url_through(self.address, &self.database)
    }
}

/// A connection to PostgreSQL, and what that said when it began.
struct Lent {
    from_server: Box<dyn Stream>,
    to_server: Box<dyn Stream>,
    greeting: Vec<u8>,
}

impl Lent {
    fn begin(server: &Server, startup: &[u8]) -> io::Result<Self> {
        let (mut from_server, mut to_server) = server.connect()?;
        to_server.write_all(startup)?;
        let mut greeting = Vec::new();
        answer(&mut from_server, &mut greeting)?;
        Ok(Self { from_server, to_server, greeting })
    }
}

/// Passes an answer on to its end, and says whether the transaction has ended.
fn answer(from_server: &mut impl Read, client: &mut impl Write) -> io::Result<bool> {
    loop {
        let (kind, rest) = message(from_server)?;
        client.write_all(&[&[kind][..], &rest].concat())?;
        // Ready for the next one.
        if kind == b'Z' {
            return Ok(rest.last() == Some(&b'I'));
        }
    }
}

/// Until the client hangs up.
fn lend(mut client: TcpStream, server: &Server, lent: &Mutex<Option<Lent>>) -> io::Result<()> {
    let startup = startup(&mut client)?;
    {
        let mut lent = lent.lock().expect("the connection");
        if lent.is_none() {
            *lent = Some(Lent::begin(server, &startup)?);
        }
        let connection = lent.as_ref().expect("it has begun");
        client.write_all(&connection.greeting)?;
    }
    loop {
        let said = message(&mut client)?;
        let mut lent = lent.lock().expect("the connection");
        // Another client may have left it in the middle.
        if lent.is_none() {
            *lent = Some(Lent::begin(server, &startup)?);
        }
        let connection = lent.as_mut().expect("it has begun");
        if let Err(error) = pass_transaction(said, &mut client, connection) {
            *lent = None;
            return Err(error);
        }
    }
}

/// Until the transaction ends that a message of the client belongs to.
fn pass_transaction(first: (u8, Vec<u8>), client: &mut TcpStream, lent: &mut Lent) -> io::Result<()> {
    let (mut kind, mut rest) = first;
    loop {
        if kind == b'X' {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        lent.to_server.write_all(&[&[kind][..], &rest].concat())?;
        // A query, or the end of a statement that is prepared or run.
        if matches!(kind, b'Q' | b'S') && answer(&mut lent.from_server, client)? {
            return Ok(());
        }
        (kind, rest) = message(client)?;
    }
}

/// The database's URL, by way of an address.
pub(super) fn url_through(address: SocketAddr, database: &TestDatabase) -> String {
    match url::Url::parse(&database.url()) {
        Ok(mut url) => {
            url.set_ip_host(address.ip()).expect("a host");
            url.set_port(Some(address.port())).expect("a port");
            url.into()
        }
        // That of a unix socket has no host.
        Err(_) => format!("postgresql://postgres@{address}/{}", database.name()),
    }
}

/// How a client begins, once it has been told that nothing is encrypted.
pub(super) fn startup(client: &mut TcpStream) -> io::Result<Vec<u8>> {
    loop {
        let startup = packet(client)?;
        let is_request =
            |code: &[u8]| REQUESTS_OF_ENCRYPTION.map(u32::to_be_bytes).iter().any(|request| request == code);
        if !startup.get(4..8).is_some_and(is_request) {
            return Ok(startup);
        }
        client.write_all(b"N")?;
    }
}

/// Until either side hangs up.
fn pass_on(mut client: TcpStream, server: &Server, passed_on: &PassedOn) {
    let mut run = || -> io::Result<()> {
        let startup = startup(&mut client)?;
        let (mut from_server, mut to_server) = server.connect()?;
        to_server.write_all(&startup)?;
        let is_listener = AtomicBool::new(false);
        let held = Mutex::<Option<Arc<Hold>>>::default();
        let mut from_client = client.try_clone()?;
        thread::scope(|scope| {
            scope.spawn(|| {
                let mut bytes = [0; 65_536];
                while let Ok(count @ 1..) = from_client.read(&mut bytes) {
                    let said = &bytes[..count];
                    if said.windows(14).any(|part| part == b"maqal listener") {
                        is_listener.store(true, Ordering::SeqCst);
                    }
                    let hold = passed_on.held.lock().expect("what is held").clone();
                    if let Some(hold) =
                        hold.filter(|hold| said.windows(hold.to.len()).any(|part| part == hold.to))
                        && !hold.is_asked.swap(true, Ordering::SeqCst)
                    {
                        *held.lock().expect("what is held") = Some(hold);
                    }
                    if to_server.write_all(said).is_err() {
                        break;
                    }
                }
                // Terminates the server's side, if nobody has.
                let _ = to_server.write_all(&[b'X', 0, 0, 0, 4]);
            });
            let mut answer = || -> io::Result<()> {
                loop {
                    let (kind, rest) = message(&mut from_server)?;
                    if let Some(hold) = held.lock().expect("what is held").take() {
                        hold.is_there.store(true, Ordering::SeqCst);
                        super::eventually("it is let go", || hold.is_over.load(Ordering::SeqCst));
                    }
                    let is_passed_on = kind != NOTIFICATION
                        || passed_on.all.load(Ordering::SeqCst)
                        || passed_on.to_listeners.load(Ordering::SeqCst)
                            && is_listener.load(Ordering::SeqCst);
                    if is_passed_on {
                        client.write_all(&[&[kind][..], &rest].concat())?;
                    }
                }
            };
            let _ = answer();
            client.shutdown(std::net::Shutdown::Both)
        })
    };
    // Who hangs up misses nothing.
    let _ = run();
}

/// A message's type, and the rest of it.
pub(super) fn message(stream: &mut impl Read) -> io::Result<(u8, Vec<u8>)> {
    let mut kind = [0];
    stream.read_exact(&mut kind)?;
    Ok((kind[0], packet(stream)?))
}

/// A length, and as much as it says.
fn packet(stream: &mut impl Read) -> io::Result<Vec<u8>> {
    let mut packet = vec![0; 4];
    stream.read_exact(&mut packet)?;
    let length = u32::from_be_bytes([packet[0], packet[1], packet[2], packet[3]]) as usize;
    packet.resize(length.max(4), 0);
    stream.read_exact(&mut packet[4..])?;
    Ok(packet)
}
