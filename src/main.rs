//! The `maqal` command.

use std::process::ExitCode;

use libmimalloc_sys::{mi_option_set, mi_option_t};

/// Answers are made on one thread and freed on another, which the system's
/// allocator does slowly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// After how many milliseconds memory that is free goes back to the system: `mi_option_purge_delay`, which
/// the binding has no name for.
const PURGE_DELAY: mi_option_t = 15;

#[expect(unsafe_code, reason = "the allocator has no other way to be set")]
fn main() -> ExitCode {
    // SAFETY: no other thread runs yet.
    // What a new matcher of names takes while it is built would stay for ever: up to a half of all.
    unsafe { mi_option_set(PURGE_DELAY, 0) };
    maqal::cli::run()
}
