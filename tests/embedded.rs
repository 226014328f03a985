//! Real servers in directories of their own, run by whoever runs the tests.
//!
//! What must survive a kill needs processes to kill: the tests start this very program again as a
//! child, with `a_child` as its only test.

use std::{
    error::Error as StdError,
    fs,
    io::{BufRead, BufReader},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use maqal::db::embedded::embedded::{Error, Options, Purpose, Server};

type Outcome = Result<(), Box<dyn StdError>>;

const CHILD_DIR: &str = "MAQAL_TEST_CHILD_DIR";
const PATIENCE: Duration = Duration::from_secs(20);

/// A directory that the account of the server can reach, removed in the end.
struct Dir(PathBuf);

impl Dir {
    fn new() -> Dir {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("maqal-test-{}-{number}", std::process::id());
        Dir(Path::new("/tmp").join(name))
    }

    fn start(&self, purpose: Purpose) -> Result<Server, Error> {
        start(&self.0, purpose)
    }

    /// A process that serves on this directory until it is killed.
    fn serving_child(&self) -> Result<Child, Box<dyn StdError>> {
        let mut child = Command::new(std::env::current_exe()?)
            .args(["--exact", "a_child", "--nocapture"])
            .env(CHILD_DIR, &self.0)
            .stdout(Stdio::piped())
            .spawn()?;
        let output = BufReader::new(child.stdout.take().ok_or("it has no output")?);
        for line in output.lines() {
            if line?.contains("the child is ready") {
                return Ok(child);
            }
        }
        Err(format!("the child ended early: {}", child.wait()?).into())
    }

    fn postmaster(&self) -> Option<i32> {
        let cluster = fs::read_dir(&self.0)
            .ok()?
            .flatten()
            .find(|entry| entry.path().join("postmaster.pid").exists())?;
        let text = fs::read_to_string(cluster.path().join("postmaster.pid")).ok()?;
        text.lines().next()?.parse().ok()
    }

    fn accepts(&self) -> bool {
        UnixStream::connect(self.0.join("socket/.s.PGSQL.5432")).is_ok()
    }
}

impl Drop for Dir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn start(dir: &Path, purpose: Purpose) -> Result<Server, Error> {
    Server::start(Options { data_dir: dir.to_owned(), bin_dir: None, search_system: true, purpose })
}

fn kill(pid: i32) {
    // SAFETY: kill takes no pointer.
    unsafe { libc::kill(pid, libc::SIGKILL) };
}

fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "not in time: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Not a test of its own: what `serving_child` runs.
#[test]
fn a_child() -> Outcome {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return Ok(());
    };
    let _server = start(Path::new(&dir), Purpose::Serve)?;
    println!("the child is ready");
    thread::sleep(PATIENCE * 10);
    Ok(())
}

#[test]
fn a_second_start_finds_the_cluster_of_the_first() -> Outcome {
    let dir = Dir::new();
    let mut server = dir.start(Purpose::Serve)?;
    assert!(dir.accepts());
    assert!(server.url("maqal").starts_with("postgresql://postgres@/maqal?host=%2Ftmp%2F"));
    server.stop();
    server.stop();
    assert!(!dir.accepts());
    let started = Instant::now();
    let _server = dir.start(Purpose::Serve)?;
    assert!(dir.accepts());
    assert!(started.elapsed() < Duration::from_secs(3));
    Ok(())
}

#[test]
fn a_second_serve_is_refused_and_a_command_joins() -> Outcome {
    let dir = Dir::new();
    let owner = dir.start(Purpose::Serve)?;
    let refusal = dir.start(Purpose::Serve).err().map(|e| e.to_string());
    let here = dir.0.canonicalize()?;
    let pid = std::process::id();
    let expected = format!("another maqal serve (pid {pid}) is running on {}", here.display());
    assert_eq!(refusal, Some(expected));
    let guest = dir.start(Purpose::Command("keys"))?;
    assert_eq!(guest.url("maqal"), owner.url("maqal"));
    drop(guest);
    assert!(dir.accepts());
    drop(owner);
    assert!(!dir.accepts());
    Ok(())
}

#[test]
fn many_commands_at_once_all_get_a_server() {
    let dir = Dir::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let server = dir.start(Purpose::Command("keys"));
                    assert!(server.is_ok() && dir.accepts(), "{server:?}");
                    thread::sleep(Duration::from_millis(5));
                    assert!(dir.accepts(), "it was stopped under a guest");
                }
            });
        }
    });
    assert!(!dir.accepts());
}

#[test]
fn serve_waits_for_a_command_to_end() -> Outcome {
    let dir = Dir::new();
    let command = dir.start(Purpose::Command("import"))?;
    let served = thread::scope(|scope| {
        let serve = scope.spawn(|| dir.start(Purpose::Serve).map(drop));
        thread::sleep(Duration::from_millis(500));
        drop(command);
        serve.join()
    });
    assert!(matches!(served, Ok(Ok(()))), "{served:?}");
    Ok(())
}

#[test]
fn a_killed_postmaster_is_started_again() -> Outcome {
    let dir = Dir::new();
    let _server = dir.start(Purpose::Serve)?;
    let first = dir.postmaster().ok_or("there is a postmaster")?;
    kill(first);
    eventually("another postmaster", || dir.postmaster().is_some_and(|pid| pid != first) && dir.accepts());
    Ok(())
}

#[test]
fn a_start_recovers_from_a_killed_owner_with_and_without_its_postmaster() -> Outcome {
    let dir = Dir::new();
    for with_postmaster in [false, true] {
        let mut child = dir.serving_child()?;
        let postmaster = dir.postmaster().ok_or("there is a postmaster")?;
        child.kill()?;
        if with_postmaster {
            kill(postmaster);
        }
        child.wait()?;
        let started = Instant::now();
        let _server = dir.start(Purpose::Serve)?;
        assert!(dir.accepts());
        assert!(started.elapsed() < Duration::from_secs(3));
        assert_ne!(dir.postmaster(), Some(postmaster));
    }
    Ok(())
}

#[test]
fn stale_lock_files_with_the_pid_of_another_process_do_no_harm() -> Outcome {
    let dir = Dir::new();
    dir.start(Purpose::Serve)?.stop();
    let cluster = fs::read_dir(&dir.0)?
        .flatten()
        .find(|entry| entry.path().join("PG_VERSION").exists())
        .ok_or("there is a cluster")?;
    let pid = std::process::id();
    let stale = format!("{pid}\n{}\n1\n5432\n", cluster.path().display());
    for file in [cluster.path().join("postmaster.pid"), dir.0.join("socket/.s.PGSQL.5432.lock")] {
        fs::write(&file, &stale)?;
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o666))?;
    }
    let _server = dir.start(Purpose::Serve)?;
    assert!(dir.accepts());
    Ok(())
}

#[test]
fn a_test_cluster_vanishes() -> Outcome {
    let dir = Dir::new();
    let server = dir.start(Purpose::Test)?;
    assert!(dir.accepts());
    drop(server);
    assert!(!dir.0.exists());
    Ok(())
}

#[test]
fn a_long_path_is_served_too() -> Outcome {
    let dir = Dir::new();
    let _server = start(&dir.0.join("x".repeat(100)), Purpose::Test)?;
    Ok(())
}
