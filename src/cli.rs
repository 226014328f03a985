//! The command line.

use std::{num::NonZeroU32, process::ExitCode};

use chrono::{DateTime, NaiveDate, NaiveTime, SecondsFormat, TimeDelta, Utc};
use clap::{Args, Parser, Subcommand};
use diesel::{Connection, PgConnection};

use crate::{
    annotator::{background, matcher::SharedMatcher},
    articles::prepared::PreparedArticle,
    auth::{self, ApiKey, Role},
    clock::Clock,
    config::{DatabaseConfig, LogConfig, PoolConfig, ServeConfig},
    db::{self, Db, conninfo, migrations},
    entities::bulk::LineEntity,
    index, logging, openapi, server,
    startup::CommandError,
    taxonomy::counts,
    terminal::{hand_over, print, say},
    transfer::{export::ExportArticles, import::ImportFile},
    values::is_unseen,
};
use embedded_postgres::{Options, Purpose, Server};
use maqal_text::printable::printable;

/// A REST JSON API for news content: articles, tags and entities
#[derive(Debug, Parser)]
#[command(name = "maqal", version, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
    #[command(flatten)]
    database: DatabaseConfig,
    #[command(flatten)]
    log: LogConfig,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the API
    Serve(Box<ServeConfig>),
    /// Bring the database's schema up to date
    Migrate,
    /// Manage the keys that writing needs
    #[command(subcommand)]
    Keys(KeysCommand),
    /// Write what is in a file into the database
    #[command(subcommand)]
    Import(ImportCommand),
    /// Write what is in the database into a file
    #[command(subcommand)]
    Export(ExportCommand),
    /// Analyse anew what articles are found by, where another version of maqal has
    ///
    /// Others may read and write meanwhile, and it may be broken off and begun again at any time.
    Reindex,
    /// Find entities in stored articles: those with new names, or all of them
    ///
    /// The service does the same beside its work. Others may read and write meanwhile, and it may be broken off and
    /// begun again at any time.
    Annotate {
        /// Annotate all articles anew; broken off, it goes on without this
        #[arg(long)]
        all: bool,
    },
    /// Print the OpenAPI document
    Openapi,
}

#[derive(Debug, Subcommand)]
enum KeysCommand {
    /// Make a key and print it, this once
    Create {
        /// What the key may do: reader sees drafts, editor and admin write
        #[arg(long)]
        role: Role,
        /// Whose key it is
        #[arg(long, value_parser = parse_name)]
        name: String,
        #[command(flatten)]
        expiry: Expiry,
    },
    /// List the keys, without their secrets
    List,
    /// Revoke a key at once
    Revoke {
        /// The key's id, as keys list shows it
        id: String,
    },
}

/// Until when a key is good; without either, until it is revoked.
#[derive(Debug, Args)]
struct Expiry {
    /// Day from which on the key is refused, as 2027-01-31, in UTC
    #[arg(long, value_name = "DAY", value_parser = parse_day, conflicts_with = "expires_in")]
    expires: Option<DateTime<Utc>>,
    /// Time after which the key is refused, as 90d or 12h
    #[arg(long, value_name = "TIME", value_parser = parse_span)]
    expires_in: Option<TimeDelta>,
}

impl Expiry {
    fn instant(&self, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        self.expires.or_else(|| Some(now + self.expires_in?))
    }
}

#[derive(Debug, Subcommand)]
enum ImportCommand {
    /// Import articles, one JSON object a line, as POST /v1/articles takes them
    ///
    /// A line is found by its source and external_id, or else by its slug: what is there already is replaced, and does
    /// not change where it is the same. A line that is refused harms no other.
    Articles(ImportFile),
    /// Import entities, one JSON object a line, as POST /v1/entities takes them
    ///
    /// A line is found by its source and external_id, by its wikidata_id, or else by its slug: what is there already is
    /// replaced, and does not change where it is the same. A line that is refused harms no other. A running service
    /// looks for new names in stored articles; without one, maqal annotate does.
    Entities(ImportFile),
}

#[derive(Debug, Subcommand)]
enum ExportCommand {
    /// Export articles, one JSON object a line, as import takes them
    Articles(ExportArticles),
}

fn parse_name(text: &str) -> Result<String, String> {
    match text.trim() {
        name if name.chars().all(is_unseen) => Err("must not be blank".to_owned()),
        name if name.contains(is_command) => Err("must have no control characters".to_owned()),
        name if name.chars().count() > 200 => Err("must have at most 200 characters".to_owned()),
        name => Ok(name.to_owned()),
    }
}

/// Whether it is no text but tells a terminal what to do, or in which direction to write.
fn is_command(c: char) -> bool {
    c.is_control() || matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
}

fn parse_day(text: &str) -> Result<DateTime<Utc>, String> {
    let day = NaiveDate::parse_from_str(text, "%Y-%m-%d").ok().filter(|_| text.len() == "2027-01-31".len());
    let start = day.ok_or("must be a day, as 2027-01-31")?.and_time(NaiveTime::MIN).and_utc();
    let is_to_come = start > Clock::default().now();
    is_to_come
        .then_some(start)
        .ok_or_else(|| "must be a day to come: from that day on the key is refused".to_owned())
}

fn parse_span(text: &str) -> Result<TimeDelta, String> {
    const LONGEST_DAYS: i64 = 36_500;
    let read =
        |unit| text.strip_suffix(unit).and_then(|count: &str| count.parse::<u32>().ok()).map(i64::from);
    let span = read('d').and_then(TimeDelta::try_days).or_else(|| read('h').and_then(TimeDelta::try_hours));
    match span.filter(|span| !span.is_zero()) {
        Some(span) if span <= TimeDelta::days(LONGEST_DAYS) => Ok(span),
        Some(_) => Err(format!("must be at most {LONGEST_DAYS}d")),
        None => Err("must be a number of days or hours, as 90d or 12h".to_owned()),
    }
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return refuse(&error),
    };
    logging::start(&cli.log);
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say(format_args!("maqal: {}", printable(&error.to_string())));
            ExitCode::FAILURE
        }
    }
}

/// Says what is wrong with the arguments; but clap would repeat a database URL that is in the wrong place.
fn refuse(error: &clap::Error) -> ExitCode {
    let told = error.render().to_string();
    let mut arguments = std::env::args_os().skip(1).map(|argument| argument.to_string_lossy().into_owned());
    if arguments.any(|argument| conninfo::may_have_password(&argument) && told.contains(&argument)) {
        say("error: a database URL is not expected there: give it as --database-url URL or in DATABASE_URL");
    } else {
        // Where nobody reads it, there is nobody to be told.
        let _ = error.print();
    }
    ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
}

impl Cli {
    fn run(self) -> Result<(), CommandError> {
        match self.command {
            Command::Serve(config) => {
                // First: a port that is taken must not cost a database.
                let listener = server::listen(config.bind)?;
                let database = Database::open(&self.database, Purpose::Serve, true)?;
                let served = server::serve(listener, *config, &database.url, &self.database.data_dir);
                // With its own PostgreSQL.
                drop(database);
                log::info!("stopped");
                served
            }
            Command::Migrate => {
                let database = Database::open(&self.database, Purpose::Command("migrate"), true)?;
                let names = migrations::run(&mut database.connect()?)?;
                if names.is_empty() {
                    print("the schema is current")?;
                }
                for name in names {
                    print(format_args!("ran {name}"))?;
                }
                Ok(())
            }
            Command::Keys(command) => {
                // Where there is no database, there are no keys to list or revoke: more
                // likely the command runs in the wrong folder.
                let create = matches!(command, KeysCommand::Create { .. });
                let database = Database::open(&self.database, Purpose::Command("keys"), create)?;
                command.run(&mut database.connect_current()?, Clock::default().now())
            }
            Command::Import(ImportCommand::Articles(import)) => {
                let database = Database::open(&self.database, Purpose::Command("import"), true)?;
                let connection = &mut database.connect_current()?;
                // It is filled before the first batch.
                let result =
                    import.run::<PreparedArticle>(connection, &SharedMatcher::default(), &Clock::default());
                // Perhaps no service runs that would; if the database is gone, one does it later.
                let _ = counts::fold_all(connection);
                result
            }
            Command::Import(ImportCommand::Entities(import)) => {
                let database = Database::open(&self.database, Purpose::Command("import"), true)?;
                import.run::<LineEntity>(&mut database.connect_current()?, &(), &Clock::default())
            }
            Command::Export(ExportCommand::Articles(export)) => {
                // As for keys list.
                let database = Database::open(&self.database, Purpose::Command("export"), false)?;
                export.run(&mut database.connect_current()?)
            }
            Command::Reindex => {
                let database = Database::open(&self.database, Purpose::Command("reindex"), false)?;
                let say = |count| say(format_args!("{count} articles"));
                let count = index::reindex(&mut database.connect_current()?, say);
                Ok(print(format_args!("{} articles analysed", count?))?)
            }
            Command::Annotate { all } => {
                let database = Database::open(&self.database, Purpose::Command("annotate"), false)?;
                drop(database.connect_current()?);
                // Nobody waits for it.
                let pool = PoolConfig {
                    pool_size: NonZeroU32::new(1),
                    db_timeout: 60,
                    statement_timeout: 0,
                    search_timeout: 60_000,
                    rank_timeout: 0,
                };
                let db = Db::new(&database.url, &pool, Clock::default());
                let say = |count| say(format_args!("{count} articles"));
                let count = actix_web::rt::System::new().block_on(background::run(&db, all, say))?;
                Ok(print(format_args!("{count} articles annotated"))?)
            }
            Command::Openapi => Ok(print(openapi::as_text(&server::document()))?),
        }
    }
}

impl KeysCommand {
    fn run(self, connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), CommandError> {
        match self {
            KeysCommand::Create { role, name, expiry } => {
                let key = ApiKey::generate().map_err(|error| CommandError::Other(error.to_string()))?;
                // A key that nobody has seen must not be valid.
                connection.transaction(|connection| {
                    auth::queries::insert(connection, &key, &name, role, now, expiry.instant(now))?;
                    hand_over(key.reveal()).map_err(|error| {
                        CommandError::Other(format!("the key cannot be printed, so there is none: {error}"))
                    })
                })?;
            }
            KeysCommand::List => {
                let print_row = |id: &str, role: &str, [created, expires, revoked]: [&str; 3], name: &str| {
                    print(format_args!("{id:<14}{role:<8}{created:<22}{expires:<22}{revoked:<22}{name}"))
                };
                print_row("ID", "ROLE", ["CREATED", "EXPIRES", "REVOKED"], "NAME")?;
                for key in auth::queries::list(connection)? {
                    let time = |time: Option<DateTime<Utc>>| {
                        time.map_or_else(
                            || "-".to_owned(),
                            |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
                        )
                    };
                    let times = [Some(key.created_at), key.expires_at, key.revoked_at].map(time);
                    // One that an older version has stored may hold anything.
                    let name = key.name.replace(is_command, "\u{fffd}");
                    print_row(&key.id, key.role.as_str(), times.each_ref().map(String::as_str), &name)?;
                }
            }
            KeysCommand::Revoke { id } => {
                // Who has the whole key at hand means it, and wants to read its secret nowhere.
                let id = ApiKey::parse(&id).map_or(id, |key| key.id().to_owned());
                if !auth::queries::revoke(connection, &id, now)? {
                    let message = "there is no valid key with that id: see maqal keys list";
                    return Err(CommandError::Other(message.to_owned()));
                }
                print(format_args!("revoked {id}"))?;
            }
        }
        Ok(())
    }
}

/// The database of a command: the one it was given, or the private one, which
/// runs for as long as this value lives.
struct Database {
    url: String,
    server: Option<Server>,
}

impl Database {
    fn open(config: &DatabaseConfig, purpose: Purpose, create: bool) -> Result<Self, CommandError> {
        if let Some(url) = config.database_url.as_ref().filter(|url| !url.is_empty()) {
            return Ok(Self { url: url.clone(), server: None });
        }
        let server = Server::start(Options {
            data_dir: config.data_dir.clone(),
            bin_dir: config.postgres_bin.clone(),
            search_system: !config.fetch_postgres,
            create,
            purpose,
        })?;
        db::create_database(&mut db::establish(&server.url("postgres"), None)?, "maqal")?;
        Ok(Self { url: server.url("maqal"), server: Some(server) })
    }

    /// Whether nobody else looks after its schema.
    fn is_private(&self) -> bool {
        self.server.is_some()
    }

    fn connect(&self) -> Result<PgConnection, CommandError> {
        Ok(db::establish_sessions(&self.url)?)
    }

    /// A connection, once it is sure that the schema is current.
    fn connect_current(&self) -> Result<PgConnection, CommandError> {
        let mut connection = self.connect()?;
        if self.is_private() {
            migrations::run(&mut connection)?;
        } else if !migrations::are_current(&mut connection)? {
            return Err(CommandError::Other("the schema is not current: run maqal migrate".to_owned()));
        }
        Ok(connection)
    }
}
