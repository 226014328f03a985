//! Where everything lies: one directory, reachable by the account, that names all its parts.

use std::{
    fs, io,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    path::{Path, PathBuf},
};

use super::{
    account::Account,
    error::{Error, Result, Trying},
    pid_file,
};

/// Holds the data of a directory that the account cannot reach; so it is root who looks for one.
/// Nothing sweeps here, as many systems do in /var/tmp.
const DATA_SHELTER: &str = "/var/lib";
/// Holds the socket of a directory whose path is too long for one.
const SOCKET_SHELTER: &str = "/var/tmp";
/// `sun_path` has 108 bytes, one of which ends it.
const SOCKET_PATH_MAX: usize = 107;
const SOCKET_NAME: &str = "/.s.PGSQL.5432";
const LOG_MAX_BYTES: u64 = 10 << 20;

/// The data directory and the account that can work in it.
#[derive(Debug, Clone)]
pub(super) struct Home {
    pub dir: PathBuf,
    pub account: Account,
}

impl Home {
    /// Opens `data_dir`, or its stand-in when the account cannot walk there.
    pub fn open(data_dir: &Path) -> Result<Home> {
        let wanted = resolve(data_dir).trying(|| format!("find the directory {}", data_dir.display()))?;
        let newest = majors(&wanted).first().map(|major| wanted.join(cluster_name(*major)));
        let account = Account::choose(newest.as_deref())?;
        let existing = wanted.ancestors().find(|dir| dir.exists()).unwrap_or(Path::new("/"));
        if account.reaches(existing) {
            create(&wanted, &account).trying(|| format!("create {}", wanted.display()))?;
            return Home { dir: wanted, account }.canonical();
        }
        let dir = Path::new(DATA_SHELTER).join(short_name(&wanted));
        log::info!(
            "the account {} cannot reach {}: the database is kept in {}",
            account.name(),
            wanted.display(),
            dir.display()
        );
        account.make_private_dir(&dir)?;
        Home { dir, account }.canonical()
    }

    /// One spelling of the path for all: names are made of it, and processes known by it.
    fn canonical(mut self) -> Result<Home> {
        self.dir = self.dir.canonicalize().trying(|| format!("find {}", self.dir.display()))?;
        Ok(self)
    }

    /// A short name, which the server's processes have in their titles.
    pub fn name(&self) -> String {
        short_name(&self.dir)
    }

    /// The major versions that have a cluster here, newest first.
    pub fn majors(&self) -> Vec<u32> {
        majors(&self.dir)
    }

    /// The cluster of one major version: PostgreSQL reads no data of another.
    pub fn cluster_dir(&self, major: u32) -> PathBuf {
        self.dir.join(cluster_name(major))
    }

    /// Is any of the clusters here served, and ready?
    pub fn is_ready(&self) -> bool {
        self.majors().into_iter().any(|major| pid_file::is_ready(&self.cluster_dir(major)))
    }

    /// The directory of the unix socket; the same for everyone who asks.
    pub fn socket_dir(&self) -> PathBuf {
        let beside = self.dir.join("socket");
        let bytes = beside.as_os_str().as_bytes();
        // To libpq a comma separates hosts, even in the name of a directory.
        if !bytes.contains(&b',') && bytes.len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX {
            beside
        } else {
            Path::new(SOCKET_SHELTER).join(short_name(&self.dir) + "-socket")
        }
    }

    /// What PostgreSQL says.
    pub fn log_path(&self) -> PathBuf {
        self.dir.join("postgres.log")
    }

    /// Puts a log that has grown too long aside, in the place of the one before.
    pub fn rotate_log(&self) {
        let log = self.log_path();
        if fs::metadata(&log).is_ok_and(|meta| meta.len() > LOG_MAX_BYTES)
            && let Err(e) = fs::rename(&log, log.with_extension("log.1"))
        {
            log::warn!("cannot put the long {} aside: {e}", log.display());
        }
    }

    /// Removes it all, with the socket.
    pub fn remove(&self) {
        for dir in [self.socket_dir(), self.dir.clone()] {
            match fs::remove_dir_all(&dir) {
                Err(e) if e.kind() != io::ErrorKind::NotFound => {
                    log::warn!("cannot remove {}: {e}", dir.display());
                }
                _ => {}
            }
        }
    }

    /// The error of a program that worked here.
    pub fn failed(&self, program: &'static str, reason: String) -> Error {
        Error::Failed { program, dir: self.dir.clone(), reason }
    }
}

fn cluster_name(major: u32) -> String {
    format!("postgres-{major}")
}

fn majors(dir: &Path) -> Vec<u32> {
    let name_of = |entry: io::Result<fs::DirEntry>| entry.ok()?.file_name().into_string().ok();
    let mut majors: Vec<u32> = fs::read_dir(dir)
        .into_iter()
        .flatten()
        .filter_map(|entry| name_of(entry)?.strip_prefix("postgres-")?.parse().ok())
        .collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors
}

/// The canonical path, of which the end need not exist yet.
fn resolve(path: &Path) -> io::Result<PathBuf> {
    let path = std::path::absolute(path)?;
    for existing in path.ancestors() {
        if let (Ok(real), Ok(rest)) = (existing.canonicalize(), path.strip_prefix(existing)) {
            return Ok(real.components().chain(rest.components()).collect());
        }
    }
    Ok(path)
}

/// Creates a directory, in which the private things will lie. When another account is to walk
/// there, root's umask must not be in its way.
fn create(dir: &Path, account: &Account) -> io::Result<()> {
    let missing: Vec<&Path> = dir.ancestors().take_while(|dir| !dir.exists()).collect();
    fs::create_dir_all(dir)?;
    for dir in missing.into_iter().filter(|_| account.is_another()) {
        fs::set_permissions(dir, fs::Permissions::from_mode(0o755))?;
    }
    Ok(())
}

/// A short name for a path, always the same one (FNV-1a, which no release of Rust will change).
fn short_name(path: &Path) -> String {
    let hash = path.as_os_str().as_bytes().iter().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    });
    format!("maqal-{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn home(dir: &str) -> Home {
        Home { dir: dir.into(), account: Account::choose(None).expect("an account") }
    }

    #[test]
    fn a_socket_has_a_path_that_libpq_takes_and_always_the_same() {
        let usual = home("/srv/maqal").socket_dir();
        assert_eq!(usual, Path::new("/srv/maqal/socket"));
        assert!(home("/srv/a,b").socket_dir().starts_with(SOCKET_SHELTER));
        for length in 80..130 {
            let home = home(&format!("/{}", "x".repeat(length)));
            let path = home.socket_dir();
            assert!(path.as_os_str().len() + SOCKET_NAME.len() <= SOCKET_PATH_MAX);
            assert_eq!(path, home.socket_dir());
        }
    }

    #[test]
    fn a_missing_path_resolves_from_the_part_that_exists() {
        let resolved = resolve(Path::new("/usr/../no-such/deep")).expect("absolute");
        assert_eq!(resolved, Path::new("/no-such/deep"));
    }

    #[test]
    fn names_differ_by_path() {
        assert_ne!(short_name(Path::new("/a")), short_name(Path::new("/b")));
    }
}
