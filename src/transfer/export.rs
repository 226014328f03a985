//! `maqal export articles`.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use clap::Args;
use diesel::PgConnection;
use flate2::{Compression, write::GzEncoder};
use serde::de::{DeserializeOwned, IntoDeserializer, value::Error as ValueError};

use crate::{
    articles::{
        model::ArticleStatus,
        queries::export::{self as queries, ExportFilter, Exported},
        read,
        shape::Shape,
        terms::TermCache,
        written,
    },
    http::input::in_words,
    startup::CommandError,
    terminal::say,
    values::{LanguageTag, Text},
};

/// What `maqal export articles` takes.
#[derive(Debug, Args)]
pub struct ExportArticles {
    /// File to write, compressed where its name ends in .gz; standard output, unless given
    file: Option<PathBuf>,
    /// Only articles with this status; may be repeated
    #[arg(long)]
    status: Vec<ArticleStatus>,
    /// Only articles in this language, as ar; may be repeated
    #[arg(long, value_parser = as_input::<LanguageTag>)]
    language: Vec<LanguageTag>,
    /// Only articles from this source; may be repeated
    #[arg(long, value_parser = as_input::<Text<1, 100>>)]
    source: Vec<Text<1, 100>>,
}

/// An argument that is taken as the API takes it.
fn as_input<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    T::deserialize(text.into_deserializer()).map_err(|fault: ValueError| in_words(&fault.to_string()))
}

impl ExportArticles {
    /// Writes every article, as a line that `maqal import articles` takes. All
    /// lines are of one snapshot of the database.
    pub fn run(self, connection: &mut PgConnection) -> Result<(), CommandError> {
        let filter = ExportFilter {
            status: self.status,
            language: self.language.iter().map(|language| language.as_str().to_owned()).collect(),
            source: self.source.into_iter().map(Text::into_string).collect(),
        };
        match self.file.filter(|file| file != Path::new("-")) {
            None => match write_all(connection, &filter, &mut BufWriter::new(io::stdout().lock())) {
                // Whoever reads has enough.
                Err(Failure::Write(error)) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
                result => {
                    Ok(result.map(drop).map_err(|failure| failure.explain(Path::new("standard output")))?)
                }
            },
            Some(path) => {
                let count =
                    write_file(connection, &filter, &path).map_err(|failure| failure.explain(&path))?;
                say(format_args!("exported {count} articles to {}", path.display()));
                Ok(())
            }
        }
    }
}

enum Failure {
    Query(diesel::result::Error),
    Write(io::Error),
}

impl Failure {
    fn explain(self, target: &Path) -> CommandError {
        match self {
            Failure::Query(error) => error.into(),
            Failure::Write(error) => {
                CommandError::Other(format!("cannot write {}: {error}", target.display()))
            }
        }
    }
}

impl From<diesel::result::Error> for Failure {
    fn from(error: diesel::result::Error) -> Self {
        Failure::Query(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Failure::Write(error)
    }
}

/// Under another name until it is complete: half an export must not look like one.
fn write_file(connection: &mut PgConnection, filter: &ExportFilter, path: &Path) -> Result<u64, Failure> {
    if path.exists() && !path.is_file() {
        return write_all(connection, filter, &mut BufWriter::new(File::create(path)?));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    let part = path.with_file_name(name);
    let write = |connection: &mut PgConnection| {
        let file = BufWriter::new(create_private(&part)?);
        let is_compressed = path.extension().is_some_and(|extension| extension == "gz");
        let (file, count) = if is_compressed {
            // A better one costs several times the time of all the rest.
            let mut encoder = GzEncoder::new(file, Compression::fast());
            let count = write_all(connection, filter, &mut encoder)?;
            (encoder.finish()?, count)
        } else {
            let mut file = file;
            let count = write_all(connection, filter, &mut file)?;
            (file, count)
        };
        file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        fs::rename(&part, path)?;
        Ok(count)
    };
    let result = write(connection);
    if result.is_err() {
        // It tells nobody anything.
        let _ = fs::remove_file(&part);
    }
    result
}

/// A new file, which its owner alone may read: what is written has drafts in it.
fn create_private(path: &Path) -> io::Result<File> {
    // One that was left there by an export which was killed may be open to others, or lead elsewhere.
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

/// Writes the lines; yields how many.
fn write_all(
    connection: &mut PgConnection,
    filter: &ExportFilter,
    out: &mut impl Write,
) -> Result<u64, Failure> {
    connection.build_transaction().read_only().repeatable_read().run(|connection| {
        queries::open(connection, filter)?;
        let mut count = 0;
        loop {
            let Exported { rows, originals } = queries::next(connection)?;
            if rows.is_empty() {
                out.flush()?;
                return Ok(count);
            }
            for article in read::all(connection, rows, &Shape::whole(), &TermCache::none())? {
                let line = written::exported(&article, &originals);
                serde_json::to_writer(&mut *out, &line).map_err(io::Error::from)?;
                out.write_all(b"\n")?;
                count += 1;
            }
        }
    })
}
