//! The `maqal` command.

use std::process::ExitCode;

fn main() -> ExitCode {
    maqal::cli::run()
}
