//! A private PostgreSQL server, which maqal runs by itself when it is given no `DATABASE_URL`.
//!
//! [`Server::start`] finds the programs of PostgreSQL or fetches them, makes a cluster when there
//! is none, and serves it on a unix socket in a private directory, never on a port. The kernel tells
//! PostgreSQL who connects (`peer`), and it lets in the account that runs maqal, and root.
//!
//! As root it works through the account `postgres`, else `nobody`. Other programs that run as that
//! account are not let in; but the files are that account's, so such a program can still read and
//! change them, and stop PostgreSQL. Where that matters, run maqal as an account of its own, or make
//! an account `postgres` before the first start. In the data directory lie
//!
//! - `postgres-<major>/`, the cluster: PostgreSQL reads no data of another major version,
//! - `postgres.log`, what it says, and `postgres.log.1`, what it said long ago,
//! - `socket/`, unless that path is too long for a socket,
//! - `maqal.lock` and `maqal.guests`, which say who uses it.
//!
//! One process at a time owns the directory and runs PostgreSQL there. Commands that come
//! meanwhile are its guests and use the same server. No crash needs a repair by hand: the kernel
//! drops the locks of a killed process and tells its PostgreSQL to stop, a killed PostgreSQL is
//! started again, and a start clears away whatever an earlier one left.

mod account;
mod binaries;
mod cluster;
mod error;
mod fetch;
mod home;
mod lock;
mod options;
mod pid_file;
mod postmaster;
mod process;

use std::{fmt::Write as _, fs::File, mem, os::unix::ffi::OsStrExt, time::Duration};

pub use error::{Error, Result};
pub use options::{Options, Purpose};

use binaries::Binaries;
use cluster::{Cluster, PORT, USER};
use home::Home;
use lock::{Claim, Lock};
use postmaster::Postmaster;

/// A stopping `serve` gives the commands that use its PostgreSQL so long to end.
const FOR_GUESTS_OF_SERVE: Duration = Duration::from_secs(5);

/// A PostgreSQL server that is ready for connections. Dropping it stops it, unless another
/// process runs it.
#[derive(Debug)]
pub struct Server {
    home: Home,
    purpose: Purpose,
    role: Role,
}

#[derive(Debug)]
enum Role {
    Owner { postmaster: Postmaster, lock: Lock },
    Guest { _pass: File },
    Done,
}

impl Server {
    /// Starts PostgreSQL on the directory, or joins the one that runs there when the purpose is a
    /// command. Returns when it is ready; may take seconds, so not for an async thread.
    ///
    /// # Errors
    ///
    /// When there is no PostgreSQL, when another process has the directory, or when the operating
    /// system refuses something; every [`Error`] says what to do.
    pub fn start(options: Options) -> Result<Server> {
        let Options { purpose, .. } = options;
        let home = Home::open(&options.data_dir)?;
        let role = match lock::claim(&home, purpose)? {
            Claim::Guest(pass) => Role::Guest { _pass: pass },
            Claim::Owner(lock) => {
                home.rotate_log();
                if !options.create && home.majors().is_empty() {
                    return Err(Error::NoCluster(home.dir));
                }
                let binaries = Binaries::find(&options, &home)?;
                let cluster = Cluster::open(home.clone(), binaries, purpose)?;
                Role::Owner { postmaster: Postmaster::start(cluster)?, lock }
            }
        };
        Ok(Server { home, purpose, role })
    }

    /// The URL of a database on this server, for libpq.
    #[must_use]
    pub fn url(&self, database: &str) -> String {
        let database = percent_encoded(database.as_bytes());
        let socket = percent_encoded(self.home.socket_dir().as_os_str().as_bytes());
        format!("postgresql://{USER}@/{database}?host={socket}&port={PORT}")
    }

    /// Stops PostgreSQL if it is ours, and returns when it has ended. A second call does nothing.
    ///
    /// A command first waits for the other commands that use its PostgreSQL; `serve` waits for
    /// them a little.
    pub fn stop(&mut self) {
        let Role::Owner { mut postmaster, lock } = mem::replace(&mut self.role, Role::Done) else {
            return;
        };
        let patience = match self.purpose {
            Purpose::Serve => FOR_GUESTS_OF_SERVE,
            Purpose::Command(_) => Duration::MAX,
            Purpose::Test => Duration::ZERO,
        };
        if !lock.wait_for_guests(patience) {
            log::warn!("stopping PostgreSQL under commands that still use it");
        }
        postmaster.stop();
        if self.purpose == Purpose::Test {
            self.home.remove();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

fn percent_encoded(bytes: &[u8]) -> String {
    let mut text = String::new();
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::percent_encoded;

    #[test]
    fn everything_but_the_unreserved_characters_is_encoded() {
        assert_eq!(percent_encoded(b"/srv/a b?&%"), "%2Fsrv%2Fa%20b%3F%26%25");
        assert_eq!(percent_encoded("مقال".as_bytes()), "%D9%85%D9%82%D8%A7%D9%84");
        assert_eq!(percent_encoded(b"maqal-1.x_~"), "maqal-1.x_~");
    }
}
