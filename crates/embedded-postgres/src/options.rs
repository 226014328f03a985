//! What its users ask for.

use std::{fmt, path::PathBuf};

/// What to run, and where.
#[derive(Debug, Clone)]
pub struct Options {
    /// Holds the data and everything else; made when it does not exist.
    pub data_dir: PathBuf,
    /// The programs of PostgreSQL; without it they are searched for.
    pub bin_dir: Option<PathBuf>,
    /// Whether an installed PostgreSQL will do; otherwise only a fetched one.
    pub search_system: bool,
    /// Whether a database is made where there is none yet.
    pub create: bool,
    /// What the server is for.
    pub purpose: Purpose,
}

/// What a server is for, which decides how the directory is shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Runs for long, one at a time on a directory.
    Serve,
    /// A command of this name: uses the server that runs, else runs one until it is done.
    Command(&'static str),
    /// A throw-away cluster: fast, unsafe against power loss, removed with its directory when it
    /// is stopped.
    Test,
}

impl fmt::Display for Purpose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Purpose::Serve => "serve",
            Purpose::Command(name) => name,
            Purpose::Test => "test",
        })
    }
}
