//! One PostgreSQL for the whole run: the one that `TEST_DATABASE_URL` names, or
//! a throw-away cluster that ends with this process, however it ends.

use std::{
    fs,
    path::PathBuf,
    process,
    sync::{Mutex, OnceLock},
};

use embedded_postgres::{Options, Purpose, Server};
use maqal::db::{self, migrations};

/// The database that the others are copied from.
pub const TEMPLATE: &str = "maqal_test_template";

static CLUSTER: OnceLock<Cluster> = OnceLock::new();
static SERVER: Mutex<Option<Server>> = Mutex::new(None);

/// The server that the tests' databases are on.
pub struct Cluster {
    /// A URL in which `{}` stands for the database's name.
    url_pattern: String,
}

impl Cluster {
    /// The one of this run.
    pub fn get() -> &'static Cluster {
        CLUSTER.get_or_init(|| {
            let cluster = match std::env::var("TEST_DATABASE_URL") {
                Ok(url) => Cluster { url_pattern: with_placeholder(&url) },
                Err(_) => Cluster::start(),
            };
            cluster.make_template();
            cluster
        })
    }

    /// The URL of a database on it.
    pub fn url(&self, database: &str) -> String {
        self.url_pattern.replace("{}", database)
    }

    fn start() -> Cluster {
        remove_leftovers();
        let data_dir = directory("");
        let purpose = Purpose::Test;
        let options = Options { data_dir, bin_dir: None, search_system: true, create: true, purpose };
        let server = Server::start(options).expect("a PostgreSQL for the tests");
        let url_pattern = server.url("{}").replace("%7B%7D", "{}");
        *SERVER.lock().expect("the server's lock") = Some(server);
        // Statics are not dropped.
        // SAFETY: the function is an `extern "C" fn` that does not unwind.
        unsafe { libc::atexit(stop) };
        Cluster { url_pattern }
    }

    fn make_template(&self) {
        let mut connection = db::establish(&self.url("postgres"), None).expect("the maintenance database");
        db::create_database(&mut connection, TEMPLATE).expect("the template database");
        let mut template = db::establish(&self.url(TEMPLATE), None).expect("the template database");
        migrations::run(&mut template).expect("migrations");
    }
}

extern "C" fn stop() {
    if let Ok(mut server) = SERVER.lock() {
        drop(server.take());
    }
}

fn with_placeholder(url: &str) -> String {
    let mut url = url::Url::parse(url).expect("TEST_DATABASE_URL is a URL");
    url.set_path("/PLACEHOLDER");
    url.as_str().replace("PLACEHOLDER", "{}")
}

const PREFIX: &str = "maqal-test-";

/// A directory of this run.
pub fn directory(suffix: &str) -> PathBuf {
    std::env::temp_dir().join(format!("{PREFIX}{}{suffix}", process::id()))
}

/// Removes the directories of runs that were killed.
fn remove_leftovers() {
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten().flatten();
    for entry in entries {
        let name = entry.file_name();
        let pid =
            name.to_str().and_then(|name| name.strip_prefix(PREFIX)?.split('-').next()?.parse::<i32>().ok());
        // SAFETY: signal 0 only asks whether the process exists.
        let is_dead = |pid: &i32| unsafe { libc::kill(*pid, 0) } != 0;
        if pid.is_some_and(|pid| is_dead(&pid)) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}
