//! `postmaster.pid`, in which PostgreSQL says who serves a cluster, and which it leaves behind when
//! it is killed.

use std::{fs, path::Path};

use super::{
    account::Account,
    error::{Result, Trying},
    process,
};

/// A pid above every system's limit: no process has it.
const NOBODY: &str = "99999999";

/// What the file says.
#[derive(Debug, PartialEq, Eq)]
struct PidFile {
    pid: i32,
    ready: bool,
}

/// Is the cluster in this directory served, and ready for connections?
pub(super) fn is_ready(data: &Path) -> bool {
    read(data).is_some_and(|file| file.ready) && running(data).is_some()
}

/// Is it served by this process, and ready for connections?
pub(super) fn is_served_by(data: &Path, pid: i32) -> bool {
    read(data) == Some(PidFile { pid, ready: true })
}

/// The server that runs on this directory. Another process may have got the number of a dead one,
/// but not its command line.
pub(super) fn running(data: &Path) -> Option<i32> {
    let pid = read(data)?.pid;
    process::has_argument(pid, data).then_some(pid)
}

/// Corrects the file of a dead server: PostgreSQL believes it as soon as any process has its pid.
pub(super) fn disown(data: &Path, account: &Account) -> Result<()> {
    let path = data.join("postmaster.pid");
    let Ok(text) = fs::read_to_string(&path) else {
        return Ok(());
    };
    // The rest must stay: by it PostgreSQL knows the backends of a killed server, which may still
    // write. A file cut short by a crash has none, and PostgreSQL would refuse to start for ever.
    match text.split_once('\n') {
        Some((_, rest)) => account.replace_file(&path, &format!("{NOBODY}\n{rest}")),
        None => fs::remove_file(&path).trying(|| format!("remove {}", path.display())),
    }
}

fn read(data: &Path) -> Option<PidFile> {
    parse(&fs::read_to_string(data.join("postmaster.pid")).ok()?)
}

fn parse(text: &str) -> Option<PidFile> {
    let pid = text.lines().next()?.trim().parse().ok().filter(|pid| *pid > 0)?;
    let ready = text.lines().nth(7).is_some_and(|status| status.trim() == "ready");
    Some(PidFile { pid, ready })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_pid_file_tells_pid_and_readiness() {
        let file = "42\n/data\n1700000000\n5432\n/socket\n\n  123 456\nready   \n";
        assert_eq!(parse(file), Some(PidFile { pid: 42, ready: true }));
        let early = PidFile { pid: 42, ready: false };
        assert_eq!(parse("42\n/data\n"), Some(early));
        assert_eq!(parse(""), None);
        assert_eq!(parse("-42\n"), None);
    }
}
