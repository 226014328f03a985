//! What commands say to whoever runs them.

use std::{
    fmt::Display,
    io::{self, Write},
};

/// Prints a line, or several, and a newline. Where nobody reads on, as behind `| head`, nothing more is said, and a
/// command goes on to its end.
///
/// # Errors
///
/// Standard output takes no more for another reason, such as a full disk.
pub fn print(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let printed = writeln!(out, "{text}").and_then(|()| out.flush());
    printed.or_else(|error| if error.kind() == io::ErrorKind::BrokenPipe { Ok(()) } else { Err(error) })
}

/// Prints a line that cannot be had again.
///
/// # Errors
///
/// It cannot be written, or nobody reads it.
pub fn hand_over(text: impl Display) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush())
}

/// Says a line beside what is printed: on standard error, where there may be nobody to hear it.
pub fn say(text: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}
