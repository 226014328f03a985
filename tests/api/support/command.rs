//! The real program, as a process of its own.

use std::{
    io::{BufRead, BufReader, Read},
    net::SocketAddr,
    process::{Child, Command, ExitStatus, Stdio},
    sync::{Arc, Mutex},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use super::{Request, Response};

const PATIENCE: Duration = Duration::from_secs(60);

/// The program with its arguments, deaf to the settings of whoever runs the tests.
pub fn maqal(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_maqal"));
    command.env_clear().envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
    command.args(arguments);
    command
}

/// A process, killed with this value.
struct Process(Child);

impl Process {
    fn start(mut command: Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self(command.spawn().expect("the program runs"))
    }

    fn outputs(&mut self) -> (Box<dyn Read + Send>, Box<dyn Read + Send>) {
        let (stdout, stderr) = (self.0.stdout.take(), self.0.stderr.take());
        (Box::new(stdout.expect("its output")), Box::new(stderr.expect("its log")))
    }

    fn has_ended(&mut self) -> Option<ExitStatus> {
        self.0.try_wait().expect("its status")
    }

    /// Waits for the end; yields the exit code, if there is one.
    fn end(&mut self) -> Option<i32> {
        eventually("the program ends", || self.has_ended().is_some());
        self.has_ended().and_then(|status| status.code())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a command said until it ended.
#[derive(Debug)]
pub struct Said {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Said {
    /// Runs a command to its end.
    pub fn by(command: Command) -> Self {
        let mut process = Process::start(command);
        let read = |mut stream: Box<dyn Read + Send>| {
            thread::spawn(move || {
                let mut text = String::new();
                stream.read_to_string(&mut text).expect("output in UTF-8");
                text
            })
        };
        let (stdout, stderr) = process.outputs();
        let (stdout, stderr) = (read(stdout), read(stderr));
        let code = process.end();
        let text = |thread: JoinHandle<String>| thread.join().expect("the output");
        Self { code, stdout: text(stdout), stderr: text(stderr) }
    }

    /// What it printed, once it is sure that it succeeded.
    pub fn ok(self) -> String {
        assert_eq!(self.code, Some(0), "{self:?}");
        self.stdout
    }

    /// The one line in which it gave up.
    pub fn failure(self) -> String {
        assert_eq!(self.code, Some(1), "{self:?}");
        assert_eq!(self.stdout, "");
        let failures: Vec<_> = self.stderr.lines().filter(|line| !line.starts_with('[')).collect();
        assert!(failures.len() == 1 && failures[0].starts_with("maqal: "), "{self:?}");
        failures[0].trim_start_matches("maqal: ").to_owned()
    }
}

type Lines = Arc<Mutex<Vec<String>>>;

fn collect(stream: impl Read + Send + 'static) -> Lines {
    let lines = Lines::default();
    let collected = Arc::clone(&lines);
    thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            collected.lock().expect("the lines").push(line);
        }
    });
    lines
}

/// A running `maqal serve`, killed with this value.
pub struct Serving {
    process: Process,
    address: SocketAddr,
    stdout: Lines,
    log: Lines,
}

impl Serving {
    /// Runs a command on a port that is free, and returns when it serves.
    pub fn by(mut command: Command) -> Self {
        command.args(["--bind", "127.0.0.1:0"]);
        let mut process = Process::start(command);
        let (stdout, log) = process.outputs();
        let (stdout, log) = (collect(stdout), collect(log));
        let mut address = None;
        eventually("the service listens", || {
            let log = log.lock().expect("the lines").join("\n");
            if let Some(status) = process.has_ended() {
                panic!("it ended with {status}: {log}");
            }
            let line = log.split_once("serving http://").and_then(|(_, rest)| rest.split_once(','));
            address = line.map(|(address, _)| address.parse().expect("an address"));
            address.is_some()
        });
        Self { process, address: address.expect("an address"), stdout, log }
    }

    pub fn pid(&self) -> i32 {
        self.process.0.id().cast_signed()
    }

    pub fn address(&self) -> SocketAddr {
        self.address
    }

    pub fn request(&self, method: &str, path: &str) -> Request {
        Request::new(method, format!("http://{}{path}", self.address))
    }

    pub fn get(&self, path: &str) -> Response {
        self.request("GET", path).send()
    }

    /// The lines of its standard output so far.
    pub fn stdout(&self) -> Vec<String> {
        self.stdout.lock().expect("the lines").clone()
    }

    /// The lines of its log so far.
    pub fn log(&self) -> Vec<String> {
        self.log.lock().expect("the lines").clone()
    }

    /// Waits for the end; yields the exit code, if there is one.
    pub fn end(&mut self) -> Option<i32> {
        self.process.end()
    }

    /// Sends a signal, and waits for the end; yields the exit code, if there is one.
    pub fn stop(mut self, number: i32) -> Option<i32> {
        signal(self.pid(), number);
        self.end()
    }
}

/// Sends a signal to a process that the test started.
pub fn signal(pid: i32, number: i32) {
    // SAFETY: kill takes no pointer.
    unsafe { libc::kill(pid, number) };
}

/// Whether the process exists.
pub fn is_alive(pid: i32) -> bool {
    // SAFETY: kill takes no pointer, and signal 0 only asks.
    unsafe { libc::kill(pid, 0) == 0 }
}

/// Waits until something holds; panics where it does not come to pass.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < PATIENCE, "not in time: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}
