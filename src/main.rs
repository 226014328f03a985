//! The `maqal` command.

use std::process::ExitCode;

/// Answers are made on one thread and freed on another, which the system's
/// allocator does slowly.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    maqal::cli::run()
}
