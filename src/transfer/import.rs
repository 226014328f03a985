//! `maqal import`.

use std::{
    fs::File,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use diesel::PgConnection;

use super::{progress::Progress, queries, reader};
use crate::{
    bulk::{self, Change, Item, MAX_LINE_FAULTS, Outcome},
    clock::Clock,
    config::Limits,
    error::ApiError,
    startup::CommandError,
    terminal::{print, say},
};

/// What `maqal import` takes, whatever the file has.
#[derive(Debug, Args)]
pub struct ImportFile {
    /// File of JSON lines, as it is or compressed by gzip; - for standard input
    file: PathBuf,
    /// Go on where the import of the same file was broken off
    #[arg(long)]
    resume: bool,
    #[command(flatten)]
    limits: Limits,
}

/// What has become of the lines.
#[derive(Debug, Default)]
struct Counts {
    created: u64,
    updated: u64,
    unchanged: u64,
    skipped: u64,
    failed: u64,
}

impl Counts {
    fn add(&mut self, outcome: &Outcome) {
        match &outcome.result {
            Ok(stored) => match stored.change {
                Change::Created => self.created += 1,
                Change::Updated => self.updated += 1,
                Change::Unchanged => self.unchanged += 1,
            },
            Err(error) if bulk::is_skipped(error) => self.skipped += 1,
            Err(_) => self.failed += 1,
        }
    }

    fn lines(&self) -> u64 {
        self.created + self.updated + self.unchanged + self.skipped + self.failed
    }

    /// Prints them, whatever comes of it: why the import has ended is to be told.
    fn say(&self, took: Duration) {
        let _ = self.print(took);
    }

    fn print(&self, took: Duration) -> std::io::Result<()> {
        let Self { created, updated, unchanged, skipped, failed } = self;
        let skipped = if *skipped > 0 { format!("{skipped} skipped, ") } else { String::new() };
        let (lines, seconds) = (self.lines(), took.as_secs_f64());
        let rate = lines as f64 / seconds.max(0.001);
        print(format_args!(
            "{lines} lines: {created} created, {updated} updated, {unchanged} unchanged, {skipped}{failed} failed, \
             in {seconds:.1} s ({rate:.0} lines/s)"
        ))
    }
}

impl ImportFile {
    /// Imports the file, whose lines are such items, and says what has become of them.
    pub fn run<I: Item>(
        self,
        connection: &mut PgConnection,
        context: &I::Context,
        clock: &Clock,
    ) -> Result<(), CommandError> {
        let (source, total): (Box<dyn Read + Send>, _) = if self.is_stdin() {
            (Box::new(std::io::stdin()), None)
        } else {
            let file = File::open(&self.file).map_err(|error| self.fault(error))?;
            let length = file.metadata().ok().filter(|it| it.is_file()).map(|it| it.len());
            (Box::new(file), length)
        };
        let name = self.checkpoint_name()?;
        let mut done = None;
        if self.resume {
            done = name.as_deref().map(|name| queries::find(connection, name)).transpose()?.flatten();
            match &done {
                Some(done) => say(format_args!("going on after line {}", done.lines)),
                None => say("there is nothing to go on with: beginning with line 1"),
            }
        }

        let mut progress = Progress::new(total);
        let mut counts = Counts::default();
        let batches = reader::batches::<I>(source, self.limits.max_body, done);
        for batch in batches.map_err(|error| self.fault(error))? {
            let mut batch = match batch {
                Ok(batch) => batch,
                Err(error) => {
                    counts.say(progress.finish());
                    return Err(self.fault(error));
                }
            };
            // Names may be new since the batch before, made by others or by that batch itself.
            if let Err(failure) = I::renew(connection, context) {
                counts.say(progress.finish());
                return Err(self.stopped(&failure));
            }
            let tools = I::tools(context);
            bulk::prepare(&tools, &mut batch.lines);
            let now = clock.now();
            let written = bulk::write(connection, &tools, batch.lines, now, &|connection| match &name {
                None => Ok(()),
                Some(name) if batch.is_last => Ok(queries::forget(connection, name)?),
                Some(name) => Ok(queries::keep(connection, name, &batch.end, now)?),
            });
            for outcome in &written.outcomes {
                counts.add(outcome);
                if let Err(error) = &outcome.result {
                    progress.say(&format!("line {}: {}", outcome.line, worded(error)));
                }
            }
            progress.advance(batch.bytes, counts.lines());
            if let Some((_, failure)) = written.failure {
                counts.say(progress.finish());
                return Err(self.stopped(&failure));
            }
        }
        let printed = counts.print(progress.finish());
        match counts.failed {
            0 => Ok(printed?),
            1 => Err(CommandError::Other("1 line failed".to_owned())),
            failed => Err(CommandError::Other(format!("{failed} lines failed"))),
        }
    }

    fn is_stdin(&self) -> bool {
        self.file == Path::new("-")
    }

    /// Under which name it is noted how far the import is; standard input has none.
    fn checkpoint_name(&self) -> Result<Option<String>, CommandError> {
        if self.is_stdin() {
            return match self.resume {
                true => Err(CommandError::Other("standard input cannot be resumed: give a file".to_owned())),
                false => Ok(None),
            };
        }
        let path = self.file.canonicalize().map_err(|error| self.fault(error))?;
        Ok(Some(path.to_string_lossy().into_owned()))
    }

    fn fault(&self, error: std::io::Error) -> CommandError {
        CommandError::Other(format!("cannot read {}: {error}", self.file.display()))
    }

    fn stopped(&self, failure: &ApiError) -> CommandError {
        let cause = failure.cause.as_deref().unwrap_or(&failure.detail).trim().replace('\n', "; ");
        let way_out = if self.is_stdin() { "" } else { "; go on with --resume" };
        CommandError::Other(format!("the database cannot store it just now: {cause}{way_out}"))
    }
}

/// A problem in one line of text.
fn worded(error: &ApiError) -> String {
    let mut faults: Vec<String> = error
        .errors
        .iter()
        .take(MAX_LINE_FAULTS)
        .map(|fault| match fault.pointer.as_str() {
            "" => fault.detail.clone(),
            pointer => format!("{pointer}: {}", fault.detail),
        })
        .collect();
    if faults.is_empty() {
        faults.push(error.detail.clone());
    }
    if error.errors.len() > MAX_LINE_FAULTS {
        faults.push(format!("and {} more", error.errors.len() - MAX_LINE_FAULTS));
    }
    faults.join("; ").replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::{FieldError, Problem};

    #[test]
    fn a_problem_is_worded_in_one_line() {
        let fault = |pointer: &str| FieldError::new(pointer, "x", "is\nwrong");
        let error = |faults| ApiError::invalid(Problem::InvalidBody, faults);
        assert_eq!(worded(&error(vec![fault("/headline"), fault("")])), "/headline: is wrong; is wrong");
        assert!(worded(&error(vec![fault("/a"); 12])).ends_with("; and 2 more"));
        assert_eq!(worded(&ApiError::new(Problem::Conflict, "in the way")), "in the way");
    }
}
