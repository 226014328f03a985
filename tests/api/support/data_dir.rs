use std::{
    fs,
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    sync::atomic::{AtomicU32, Ordering},
};

use super::cluster;

/// A data directory, not made yet, where the account of PostgreSQL can reach it.
/// Removed with this value.
pub struct DataDir(PathBuf);

impl DataDir {
    pub fn new() -> Self {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        Self(cluster::directory(&format!("-{}", COUNTER.fetch_add(1, Ordering::Relaxed))))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The directory of PostgreSQL's own data, once there is one.
    pub fn cluster(&self) -> Option<PathBuf> {
        let entries = fs::read_dir(&self.0).ok()?.flatten();
        entries.map(|entry| entry.path()).find(|path| path.join("PG_VERSION").exists())
    }

    /// The pid of PostgreSQL, while it runs or when it was killed.
    pub fn postmaster(&self) -> Option<i32> {
        let text = fs::read_to_string(self.cluster()?.join("postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok()
    }

    /// Whether PostgreSQL takes connections.
    pub fn accepts(&self) -> bool {
        UnixStream::connect(self.0.join("socket/.s.PGSQL.5432")).is_ok()
    }
}

impl Drop for DataDir {
    fn drop(&mut self) {
        // A test that fails must not fail a second time here.
        let _ = fs::remove_dir_all(&self.0);
    }
}
