//! Who runs PostgreSQL in a directory. The kernel drops these locks when their process ends,
//! however it ends, so that none is ever stale.
//!
//! `maqal.lock` is held by the process that runs PostgreSQL. `maqal.guests` is shared by the
//! commands that use the PostgreSQL of another process; the owner takes it whole before it stops
//! PostgreSQL, so that it neither pulls the server away from a guest nor lets a new one in.

use std::{
    fs::{self, File, TryLockError},
    io::{self, Write},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use super::{
    Purpose,
    error::{Error, Result, Trying},
    home::Home,
    process::is_alive,
};

const POLL: Duration = Duration::from_millis(10);
/// One that was killed just now is still there until the kernel has got round to it.
const FOR_A_KILLED_ONE_TO_VANISH: Duration = Duration::from_millis(300);
const FOR_A_COMMAND_TO_END: Duration = Duration::from_secs(10);
const FOR_THE_OWNER_TO_BE_READY: Duration = Duration::from_secs(60);

/// What a process may do in the directory.
#[derive(Debug)]
pub(super) enum Claim {
    /// Run PostgreSQL.
    Owner(Lock),
    /// Use the PostgreSQL of the owner, as long as this file is open.
    Guest(File),
}

/// The right to run PostgreSQL in the directory.
#[derive(Debug)]
pub(super) struct Lock {
    guests: File,
    _owner: File,
}

/// Claims the directory, waiting as long as the purpose allows.
pub(super) fn claim(home: &Home, purpose: Purpose) -> Result<Claim> {
    let path = home.dir.join("maqal.lock");
    let owner = home.account.open_file(&path)?;
    let guests = home.account.open_file(&home.dir.join("maqal.guests"))?;
    let trying = || format!("lock {}", path.display());
    let started = Instant::now();
    let patience = match purpose {
        Purpose::Command(_) => FOR_THE_OWNER_TO_BE_READY,
        Purpose::Serve | Purpose::Test => FOR_A_COMMAND_TO_END,
    };
    loop {
        if got(owner.try_lock()).trying(trying)? {
            sign(&owner, purpose).trying(|| format!("write {}", path.display()))?;
            return Ok(Claim::Owner(Lock { guests, _owner: owner }));
        }
        let holder = Holder::read(&path);
        let dir = home.dir.clone();
        let waited = started.elapsed();
        if let Purpose::Command(_) = purpose {
            if home.is_ready() && got(guests.try_lock_shared()).trying(trying)? {
                // Asked again now that the owner cannot stop it: it may just have done so.
                if home.is_ready() {
                    return Ok(Claim::Guest(guests));
                }
                guests.unlock().trying(trying)?;
            }
            if waited > patience {
                return Err(Error::NotReady { holder: holder.describe(), log: home.log_path() });
            }
        } else if let Some(pid) = holder.serving()
            && waited > FOR_A_KILLED_ONE_TO_VANISH
        {
            return Err(Error::AlreadyServing { pid, dir });
        } else if waited > patience {
            return Err(Error::Busy { holder: holder.describe(), dir });
        }
        thread::sleep(POLL);
    }
}

impl Lock {
    /// Waits until no guest is left, and lets none in any more; says whether that came to pass.
    pub fn wait_for_guests(&self, patience: Duration) -> bool {
        let started = Instant::now();
        let mut told = false;
        while !matches!(self.guests.try_lock(), Ok(())) {
            if started.elapsed() > patience {
                return false;
            }
            if !told {
                log::info!("waiting for the other commands that use this PostgreSQL");
                told = true;
            }
            thread::sleep(POLL);
        }
        true
    }
}

fn got(attempt: std::result::Result<(), TryLockError>) -> io::Result<bool> {
    match attempt {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(cause)) => Err(cause),
    }
}

fn sign(mut file: &File, purpose: Purpose) -> io::Result<()> {
    file.set_len(0)?;
    writeln!(file, "{} {purpose}", std::process::id())
}

/// What the lock file says of its holder.
#[derive(Debug, PartialEq, Eq)]
struct Holder(Option<(i32, String)>);

impl Holder {
    fn read(path: &Path) -> Holder {
        Holder::parse(&fs::read_to_string(path).unwrap_or_default())
    }

    fn parse(text: &str) -> Holder {
        let signature = text.trim().split_once(' ');
        Holder(signature.and_then(|(pid, purpose)| Some((pid.parse().ok()?, purpose.to_owned()))))
    }

    /// The pid of a `serve`. A dead one signed before the present holder did.
    fn serving(&self) -> Option<i32> {
        let (pid, purpose) = self.0.as_ref()?;
        (*purpose == Purpose::Serve.to_string() && is_alive(*pid)).then_some(*pid)
    }

    fn describe(&self) -> String {
        match &self.0 {
            Some((pid, purpose)) => format!("maqal {purpose} (pid {pid})"),
            None => "another maqal".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_names_its_holder() {
        let own = i32::try_from(std::process::id()).expect("pids are small");
        let holder = Holder::parse(&format!("{own} serve\n"));
        assert_eq!(holder.serving(), Some(own));
        assert_eq!(holder.describe(), format!("maqal serve (pid {own})"));
        assert_eq!(Holder::parse(&format!("{own} import\n")).serving(), None);
    }

    #[test]
    fn a_dead_or_unreadable_signature_serves_nobody() {
        assert_eq!(Holder::parse("99999999 serve\n").serving(), None);
        assert_eq!(Holder::parse("").describe(), "another maqal");
        assert_eq!(Holder::parse("x y"), Holder(None));
    }
}
