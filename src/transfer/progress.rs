//! How far an import is: a bar on a terminal, now and then a line elsewhere.

use std::{
    io::IsTerminal,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use crate::terminal::say;
use maqal_text::printable::printable_line;

/// Between two lines where there is no terminal.
const BETWEEN_LINES: Duration = Duration::from_secs(5);

pub struct Progress {
    bar: ProgressBar,
    is_terminal: bool,
    total: Option<u64>,
    start: Instant,
    last: Instant,
}

impl Progress {
    /// Of a file of so many bytes, where that is known.
    pub fn new(total: Option<u64>) -> Self {
        let is_terminal = std::io::stderr().is_terminal();
        let target = if is_terminal { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(total, target);
        let template = match total {
            Some(_) => "{bar:30} {percent:>3} % {msg}, {eta} left",
            None => "{spinner} {msg}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        let now = Instant::now();
        Self { bar, is_terminal, total, start: now, last: now }
    }

    /// So many bytes of the file are read, and so many lines of it done.
    pub fn advance(&mut self, bytes: u64, lines: u64) {
        let rate = lines as f64 / self.start.elapsed().as_secs_f64().max(0.001);
        let message = format!("{lines} lines, {rate:.0} lines/s");
        if self.is_terminal {
            self.bar.set_position(bytes);
            self.bar.set_message(message);
        } else if self.last.elapsed() >= BETWEEN_LINES {
            self.last = Instant::now();
            let rest = self.total.and_then(|total| self.time_left(bytes, total)).unwrap_or_default();
            say(format_args!("{message}{rest}"));
        }
    }

    fn time_left(&self, bytes: u64, total: u64) -> Option<String> {
        let share = bytes as f64 / total as f64;
        let left = self.start.elapsed().as_secs_f64() * (1.0 - share) / share;
        left.is_finite().then(|| format!(", {:.0} %, about {left:.0} s left", share * 100.0))
    }

    /// Says something that stays. It may have texts of the file in it.
    pub fn say(&self, line: &str) {
        self.bar.suspend(|| say(printable_line(line)));
    }

    /// How long it took.
    pub fn finish(self) -> Duration {
        self.bar.finish_and_clear();
        self.start.elapsed()
    }
}
