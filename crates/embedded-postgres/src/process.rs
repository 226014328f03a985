//! Processes of the system: asked for, signalled, and bound to the life of ours.

#![expect(unsafe_code, reason = "the standard library signals only children, and binds none to its parent")]

use std::{
    fs, io,
    os::unix::{ffi::OsStrExt, process::CommandExt},
    path::Path,
    process::Command,
};

/// Sends a signal; whether it arrived does not matter, as what is signalled is also waited for.
pub(super) fn signal(pid: i32, number: i32) {
    // SAFETY: kill takes no pointer.
    unsafe { libc::kill(pid, number) };
}

/// Does a process with this pid exist?
pub(super) fn is_alive(pid: i32) -> bool {
    // SAFETY: kill takes no pointer, and signal 0 only asks.
    let found = unsafe { libc::kill(pid, 0) } == 0;
    found || io::Error::last_os_error().raw_os_error() == Some(libc::EPERM)
}

/// Makes the kernel send `number` to the program when the thread that spawned it ends, however it
/// ends, and spares it the signals of the terminal: on Ctrl-C we stop it when all else is done.
pub(super) fn parent_bound(command: &mut Command, number: i32) {
    command.process_group(0);
    #[cfg(target_os = "linux")]
    {
        let parent = std::process::id().cast_signed();
        // SAFETY: prctl and getppid are async-signal-safe, and all that happens between fork and
        // exec; it is after the change of account, which would undo it.
        unsafe {
            command.pre_exec(move || {
                if libc::prctl(libc::PR_SET_PDEATHSIG, number) != 0 {
                    return Err(io::Error::last_os_error());
                }
                // It may have ended before we asked to be told.
                if libc::getppid() != parent {
                    return Err(io::Error::from_raw_os_error(libc::ESRCH));
                }
                Ok(())
            });
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = number;
}

/// Was this process started with `argument`? A process that is dead but not yet reaped was not.
pub(super) fn has_argument(pid: i32, argument: &Path) -> bool {
    if cfg!(target_os = "linux") {
        let line = command_line(&pid.to_string());
        line.split(|byte| *byte == 0).any(|word| word == argument.as_os_str().as_bytes())
    } else {
        is_alive(pid)
    }
}

/// The processes whose title begins so; none where there is no /proc.
pub(super) fn with_title(beginning: &str) -> Vec<i32> {
    fs::read_dir("/proc")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|pid| command_line(pid).starts_with(beginning.as_bytes()))
        .filter_map(|pid| pid.parse().ok())
        .collect()
}

/// Everybody may read this of every process; of the rest of /proc, root in a container may not.
fn command_line(pid: &str) -> Vec<u8> {
    fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default()
}
