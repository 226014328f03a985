//! A cluster, which is PostgreSQL's word for one server's data: made, configured, and put right
//! after a crash.

use std::{
    ffi::OsString,
    fs, io,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use super::{
    Purpose, account,
    binaries::Binaries,
    error::{Result, Trying, last_words},
    home::Home,
    pid_file, process,
};

/// The port is only a part of the socket's name.
pub(super) const PORT: u16 = 5432;
pub(super) const USER: &str = "postgres";
/// `pg_trgm` sees no letters but ASCII under the locale C.
const CHARACTERS: &str = if cfg!(target_os = "macos") { "UTF-8" } else { "C.UTF-8" };
const WRITTEN: &str = "# Written by maqal at each start.\n";
const POLL: Duration = Duration::from_millis(5);
const FOR_AN_ORPHAN_TO_END: Duration = Duration::from_secs(60);

/// One server's data, and what it takes to serve it.
#[derive(Debug)]
pub(super) struct Cluster {
    home: Home,
    binaries: Binaries,
    data: PathBuf,
    purpose: Purpose,
}

impl Cluster {
    /// The cluster of these binaries in that home, made when there is none.
    pub fn open(home: Home, binaries: Binaries, purpose: Purpose) -> Result<Cluster> {
        let data = home.cluster_dir(binaries.major);
        let cluster = Cluster { home, binaries, data, purpose };
        if !cluster.data.exists() {
            cluster.init()?;
        }
        cluster.home.account.make_private_dir(&cluster.data)?;
        cluster.home.account.make_private_dir(&cluster.home.socket_dir())?;
        cluster.admit_us_alone()?;
        Ok(cluster)
    }

    /// Lets in who runs maqal, and root, whoever else shares the account that runs PostgreSQL. At each start, since
    /// another may run maqal now, and earlier versions let in everybody who reached the socket.
    fn admit_us_alone(&self) -> Result<()> {
        let account = &self.home.account;
        let mut map = WRITTEN.to_owned();
        for name in account::own_names()? {
            map.push_str(&format!("maqal \"{}\" {USER}\n", name.replace('"', "\"\"")));
        }
        account.replace_file(&self.data.join("pg_ident.conf"), &map)?;
        let rules = "local all all peer map=maqal\nlocal replication all peer map=maqal\n";
        account.replace_file(&self.data.join("pg_hba.conf"), &format!("{WRITTEN}{rules}"))
    }

    /// The home that it lies in.
    pub fn home(&self) -> &Home {
        &self.home
    }

    /// Is it a throw-away one?
    pub fn is_disposable(&self) -> bool {
        matches!(self.purpose, Purpose::Test)
    }

    /// Makes it beside and renames it: a cluster that has its name is whole.
    fn init(&self) -> Result<()> {
        let new = self.data.with_extension("new");
        log::info!("making a PostgreSQL {} cluster in {}", self.binaries.major, self.data.display());
        remove_abandoned(&new)?;
        self.home.account.make_private_dir(&new)?;
        let mut initdb = self.program("initdb", &new);
        initdb.args(["--username", USER, "--auth-local=peer", "--auth-host=reject"]);
        initdb.args(["--encoding=UTF8", "--locale=C"]);
        initdb.arg(format!("--lc-ctype={CHARACTERS}"));
        initdb.args(["--data-checksums", "--no-instructions"]);
        if self.is_disposable() {
            initdb.arg("--no-sync");
        }
        initdb.arg("--pgdata").arg(&new);
        process::parent_bound(&mut initdb, libc::SIGKILL);
        let output = initdb
            .output()
            .trying(|| format!("run initdb in {} as {}", new.display(), self.home.account.name()))?;
        if !output.status.success() {
            let reason = last_words(&String::from_utf8_lossy(&output.stderr));
            return Err(self.home.failed("initdb", reason));
        }
        fs::rename(&new, &self.data).trying(|| format!("rename {}", new.display()))
    }

    /// The command that serves it.
    pub fn postgres(&self) -> Command {
        let mut postgres = self.program("postgres", &self.data);
        postgres.arg("-D").arg(&self.data).arg("-p").arg(PORT.to_string());
        let mut sockets = OsString::from("unix_socket_directories=");
        sockets.push(quoted(&self.home.socket_dir()));
        postgres.arg("-c").arg(sockets);
        postgres.arg("-c").arg(format!("cluster_name={}", self.home.name()));
        let usual = ["listen_addresses=", "unix_socket_permissions=0700"];
        // The data is mostly in memory, and most queries are shorter than compiling them.
        let tuned = ["random_page_cost=1.1", "jit=off"];
        // As many as a service on a hundred cores has, and commands beside it.
        let many = ["max_connections=400"];
        let own: &[&str] = if self.is_disposable() {
            &["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        } else {
            &[]
        };
        for setting in usual.iter().chain(&tuned).chain(&many).chain(own) {
            postgres.args(["-c", setting]);
        }
        postgres
    }

    fn program(&self, name: &str, cwd: &Path) -> Command {
        self.home.account.command(&self.binaries.dir.join(name), cwd)
    }

    /// Is it served by this process, and ready for connections?
    pub fn is_served_by(&self, pid: i32) -> bool {
        pid_file::is_served_by(&self.data, pid)
    }

    /// Ends a server that outlived its maqal, and clears away what a killed one left.
    pub fn reclaim(&self) -> Result<()> {
        if let Some(pid) = pid_file::running(&self.data) {
            log::warn!("stopping PostgreSQL (pid {pid}), which outlived the maqal that started it");
            process::signal(pid, libc::SIGINT);
            let started = Instant::now();
            while pid_file::running(&self.data) == Some(pid) {
                if started.elapsed() > FOR_AN_ORPHAN_TO_END {
                    let reason = format!("an earlier one (pid {pid}) does not stop: end it");
                    return Err(self.home.failed("postgres", reason));
                }
                thread::sleep(POLL);
            }
        }
        pid_file::disown(&self.data, &self.home.account)?;
        let socket_lock = format!(".s.PGSQL.{PORT}.lock");
        match fs::remove_file(self.home.socket_dir().join(&socket_lock)) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done.trying(|| format!("remove {socket_lock}")),
        }
    }

    /// Ends what is left of a killed server: a backend that computes does not notice its death.
    pub fn end_old_backends(&self) {
        for pid in process::with_title(&format!("postgres: {}: ", self.home.name())) {
            process::signal(pid, libc::SIGQUIT);
        }
    }
}

/// Removes what an `initdb` that was killed has left; a child of it may still be writing.
fn remove_abandoned(dir: &Path) -> Result<()> {
    let started = Instant::now();
    loop {
        match fs::remove_dir_all(dir) {
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(e)
                if e.kind() == io::ErrorKind::DirectoryNotEmpty
                    && started.elapsed() < FOR_AN_ORPHAN_TO_END => {}
            done => return done.trying(|| format!("remove {}", dir.display())),
        }
        thread::sleep(POLL);
    }
}

/// A path as one element of PostgreSQL's list of directories, whatever characters it has.
fn quoted(path: &Path) -> OsString {
    let mut bytes = vec![b'"'];
    for byte in path.as_os_str().as_bytes() {
        bytes.extend(std::iter::repeat_n(*byte, if *byte == b'"' { 2 } else { 1 }));
    }
    bytes.push(b'"');
    OsString::from_vec(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_quoted_as_a_list_element() {
        assert_eq!(quoted(Path::new("/a, b")), OsString::from("\"/a, b\""));
        assert_eq!(quoted(Path::new("/a\"b")), OsString::from("\"/a\"\"b\""));
    }
}
