//! Why the embedded server could not be started, each in one line that names the way out.

use std::{io, path::PathBuf};

/// The ways in which starting the embedded PostgreSQL fails.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused something.
    #[error("cannot {action}: {cause}")]
    Io {
        /// What was tried, as a verb with its object.
        action: String,
        /// What the operating system answered.
        cause: io::Error,
    },
    /// No database where one was expected.
    #[error(
        "there is no database in {}: give the --data-dir of one, or make one with maqal serve or maqal migrate",
        .0.display()
    )]
    NoCluster(PathBuf),
    /// No server programs, and none could be fetched.
    #[error(
        "no PostgreSQL server was found on this machine ({0}): \
         install one (on Debian: apt-get install postgresql) or set DATABASE_URL"
    )]
    NoBinaries(String),
    /// The directory that the user named holds no usable programs.
    #[error("{dir} does not hold a PostgreSQL server that can run: {reason}")]
    BinDir {
        /// The directory.
        dir: PathBuf,
        /// What is missing or failed.
        reason: String,
    },
    /// The data was written by a major version that is not installed.
    #[error(
        "{dir} holds data of PostgreSQL {data}, and here is {found}: install that version, name the folder of its \
         programs with --postgres-bin, or carry the data over (see README, \"Data of another PostgreSQL\")"
    )]
    OtherMajor {
        /// The data directory.
        dir: PathBuf,
        /// The major versions that wrote data there.
        data: String,
        /// The versions whose programs were found.
        found: String,
    },
    /// PostgreSQL refuses to run as root.
    #[error(
        "PostgreSQL cannot run as root, and there is no account `postgres` or `nobody` to run it: \
         start maqal as another account or set DATABASE_URL"
    )]
    NoAccount,
    /// Who runs maqal is known to PostgreSQL by name.
    #[error("uid {0} has no name on this system, which PostgreSQL needs: give it one, or set DATABASE_URL")]
    Nameless(u32),
    /// A directory that must be private belongs to someone else or is open to others.
    #[error(
        "{path} must be a directory that belongs to {account} alone: \
         choose another data directory, or correct its owner and mode"
    )]
    NotPrivate {
        /// The directory.
        path: PathBuf,
        /// The account that must own it.
        account: String,
    },
    /// A second `serve` on one directory.
    #[error("another maqal serve (pid {pid}) is running on {dir}")]
    AlreadyServing {
        /// The process that serves.
        pid: i32,
        /// The data directory.
        dir: PathBuf,
    },
    /// The other process did not end in time.
    #[error("{holder} is still using {dir}: try again when it has ended")]
    Busy {
        /// The process that holds the directory.
        holder: String,
        /// The data directory.
        dir: PathBuf,
    },
    /// The server of another process did not become ready in time.
    #[error("the PostgreSQL of {holder} is not ready: see {log}")]
    NotReady {
        /// The process that runs it.
        holder: String,
        /// Where PostgreSQL says why.
        log: PathBuf,
    },
    /// `initdb` or `postgres` gave up.
    #[error("{program} failed on {dir}: {reason}")]
    Failed {
        /// The program.
        program: &'static str,
        /// The directory that it worked on.
        dir: PathBuf,
        /// Its last words.
        reason: String,
    },
}

/// A result with this module's error.
pub type Result<T> = std::result::Result<T, Error>;

/// Says what was tried when the operating system refuses it.
pub(super) trait Trying<T> {
    /// Turns a plain I/O error into one that names `action`.
    fn trying(self, action: impl FnOnce() -> String) -> Result<T>;
}

impl<T> Trying<T> for io::Result<T> {
    fn trying(self, action: impl FnOnce() -> String) -> Result<T> {
        self.map_err(|cause| Error::Io { action: action(), cause })
    }
}

/// The line of a program's output that says most: its complaint, else its last line.
pub(super) fn last_words(output: &str) -> String {
    let lines = || output.lines().map(str::trim).filter(|line| !line.is_empty());
    let complaint =
        lines().rfind(|line| ["FATAL:", "PANIC:", "error:", "ERROR:"].iter().any(|word| line.contains(word)));
    complaint.or_else(|| lines().next_back()).unwrap_or("it said nothing").to_owned()
}

#[cfg(test)]
mod tests {
    use super::last_words;

    #[test]
    fn the_complaint_is_preferred_to_the_last_line() {
        let log = "LOG:  starting\nFATAL:  out of room\nHINT:  buy more\n\n";
        assert_eq!(last_words(log), "FATAL:  out of room");
        assert_eq!(last_words("one\ntwo\n"), "two");
        assert_eq!(last_words(""), "it said nothing");
    }
}
