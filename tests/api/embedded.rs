//! Real servers in directories of their own, run by whoever runs the tests.
//!
//! What must survive a kill needs processes to kill: the tests start this very program again as a
//! child, with `a_child` as its only test.

use std::{
    error::Error as StdError,
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use embedded_postgres::{Error, Options, Purpose, Server};
use maqal::db;

use crate::support::{DataDir, eventually, signal};

type Outcome = Result<(), Box<dyn StdError>>;

const CHILD: &str = "embedded::a_child";
const CHILD_DIR: &str = "MAQAL_TEST_CHILD_DIR";

/// A process that serves on the directory until it is killed.
fn serving_child(dir: &DataDir) -> Result<Child, Box<dyn StdError>> {
    let mut child = Command::new(std::env::current_exe()?)
        .args(["--exact", CHILD, "--nocapture"])
        .env(CHILD_DIR, dir.path())
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

fn start(dir: &Path, purpose: Purpose) -> Result<Server, Error> {
    Server::start(Options {
        data_dir: dir.to_owned(),
        bin_dir: None,
        search_system: true,
        create: true,
        purpose,
    })
}

/// Not a test of its own: what `serving_child` runs.
#[test]
fn a_child() -> Outcome {
    let Some(dir) = std::env::var_os(CHILD_DIR) else {
        return Ok(());
    };
    let _server = start(Path::new(&dir), Purpose::Serve)?;
    println!("the child is ready");
    thread::sleep(Duration::from_secs(200));
    Ok(())
}

#[test]
fn a_second_start_finds_the_cluster_of_the_first() -> Outcome {
    let dir = DataDir::new();
    let mut server = start(dir.path(), Purpose::Serve)?;
    assert!(dir.accepts());
    assert!(server.url("maqal").starts_with("postgresql://postgres@/maqal?host=%2F"));
    server.stop();
    server.stop();
    assert!(!dir.accepts());
    let _server = start(dir.path(), Purpose::Serve)?;
    assert!(dir.accepts());
    Ok(())
}

#[test]
fn a_second_serve_is_refused_and_a_command_joins() -> Outcome {
    let dir = DataDir::new();
    let owner = start(dir.path(), Purpose::Serve)?;
    let refusal = start(dir.path(), Purpose::Serve).err().map(|e| e.to_string());
    let here = dir.path().canonicalize()?;
    let pid = std::process::id();
    let expected = format!("another maqal serve (pid {pid}) is running on {}", here.display());
    assert_eq!(refusal, Some(expected));
    let guest = start(dir.path(), Purpose::Command("keys"))?;
    assert_eq!(guest.url("maqal"), owner.url("maqal"));
    drop(guest);
    assert!(dir.accepts());
    drop(owner);
    assert!(!dir.accepts());
    Ok(())
}

#[test]
fn many_commands_at_once_all_get_a_server() {
    let dir = DataDir::new();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..5 {
                    let server = start(dir.path(), Purpose::Command("keys"));
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
    let dir = DataDir::new();
    let command = start(dir.path(), Purpose::Command("import"))?;
    let served = thread::scope(|scope| {
        let serve = scope.spawn(|| start(dir.path(), Purpose::Serve).map(drop));
        thread::sleep(Duration::from_millis(500));
        drop(command);
        serve.join()
    });
    assert!(matches!(served, Ok(Ok(()))), "{served:?}");
    Ok(())
}

#[test]
fn a_killed_postmaster_is_started_again() -> Outcome {
    let dir = DataDir::new();
    let _server = start(dir.path(), Purpose::Serve)?;
    let first = dir.postmaster().ok_or("there is a postmaster")?;
    signal(first, libc::SIGKILL);
    eventually("another postmaster", || dir.postmaster().is_some_and(|pid| pid != first) && dir.accepts());
    Ok(())
}

#[test]
fn a_start_recovers_from_a_killed_owner_with_and_without_its_postmaster() -> Outcome {
    let dir = DataDir::new();
    for with_postmaster in [false, true] {
        let mut child = serving_child(&dir)?;
        let postmaster = dir.postmaster().ok_or("there is a postmaster")?;
        child.kill()?;
        if with_postmaster {
            signal(postmaster, libc::SIGKILL);
        }
        child.wait()?;
        let _server = start(dir.path(), Purpose::Serve)?;
        assert!(dir.accepts());
        assert_ne!(dir.postmaster(), Some(postmaster));
    }
    Ok(())
}

#[test]
fn stale_lock_files_with_the_pid_of_another_process_do_no_harm() -> Outcome {
    let dir = DataDir::new();
    start(dir.path(), Purpose::Serve)?.stop();
    let cluster = dir.cluster().ok_or("there is a cluster")?;
    let pid = std::process::id();
    let stale = format!("{pid}\n{}\n1\n5432\n", cluster.display());
    for file in [cluster.join("postmaster.pid"), dir.path().join("socket/.s.PGSQL.5432.lock")] {
        fs::write(&file, &stale)?;
        fs::set_permissions(&file, std::os::unix::fs::PermissionsExt::from_mode(0o666))?;
    }
    let _server = start(dir.path(), Purpose::Serve)?;
    assert!(dir.accepts());
    Ok(())
}

/// Whether an account can connect, asked by a thread that becomes it alone.
#[cfg(target_os = "linux")]
fn try_to_connect(uid: u32, url: String) -> Result<(), String> {
    let connect = move || {
        // SAFETY: the system call takes no pointer, and changes this thread alone, which ends here.
        let became = unsafe { libc::syscall(libc::SYS_setresuid, uid, uid, uid) };
        assert_eq!(became, 0, "the thread does not become {uid}");
        db::establish(&url, None).map(drop).map_err(|error| error.to_string())
    };
    thread::spawn(connect).join().expect("the thread ends")
}

#[test]
#[cfg(target_os = "linux")]
fn who_shares_the_account_that_runs_postgresql_is_not_let_in() -> Outcome {
    // SAFETY: it reads an id of the process and cannot fail.
    if unsafe { libc::geteuid() } != 0 {
        // Whoever is not root runs PostgreSQL, and is let in.
        return Ok(());
    }
    let dir = DataDir::new();
    start(dir.path(), Purpose::Serve)?.stop();
    // As earlier versions have left it, and worse.
    let cluster = dir.cluster().ok_or("there is a cluster")?;
    fs::write(cluster.join("pg_hba.conf"), "local all all trust\n")?;
    let precious = dir.path().join("precious");
    fs::write(&precious, "of root")?;
    fs::remove_file(cluster.join("pg_ident.conf"))?;
    std::os::unix::fs::symlink(&precious, cluster.join("pg_ident.conf"))?;
    std::os::unix::fs::symlink(&precious, cluster.join("pg_ident.maqal"))?;

    let server = start(dir.path(), Purpose::Serve)?;
    let account = std::os::unix::fs::MetadataExt::uid(&fs::metadata(&cluster)?);
    assert_ne!(account, 0);
    let refused = try_to_connect(account, server.url("postgres")).err().ok_or("it was let in")?;
    assert!(refused.contains("eer authentication failed"), "{refused}");
    assert_eq!(try_to_connect(0, server.url("postgres")), Ok(()));
    assert_eq!(fs::read_to_string(&precious)?, "of root");
    Ok(())
}

#[test]
fn a_test_cluster_vanishes() -> Outcome {
    let dir = DataDir::new();
    let server = start(dir.path(), Purpose::Test)?;
    assert!(dir.accepts());
    drop(server);
    assert!(!dir.path().exists());
    Ok(())
}

#[test]
fn a_long_path_is_served_too() -> Outcome {
    let dir = DataDir::new();
    let _server = start(&dir.path().join("x".repeat(100)), Purpose::Test)?;
    Ok(())
}
