//! The command line.

use std::{io::Write, num::NonZeroU32, process::ExitCode};

use clap::{Parser, Subcommand};
use diesel::PgConnection;

use crate::{
    articles::{bulk::LineArticle, search},
    auth::{self, ApiKey, Role},
    config::{DatabaseConfig, LogConfig, PoolConfig, ServeConfig},
    db::{
        self, Db,
        embedded::{Options, Purpose, Server},
        migrations,
    },
    entities::bulk::LineEntity,
    labels::counts,
    logging,
    mentions::{background, matcher::SharedMatcher},
    openapi, server,
    startup::CommandError,
    transfer::{export::ExportArticles, import::ImportFile},
};

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
        /// What the key may do: reader sees drafts, editor writes, admin manages keys
        #[arg(long)]
        role: Role,
        /// Whose key it is
        #[arg(long, value_parser = parse_name)]
        name: String,
    },
    /// List the keys, without their secrets
    List,
    /// Revoke a key at once
    Revoke {
        /// The key's id, as keys list shows it
        id: String,
    },
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
        "" => Err("must not be blank".to_owned()),
        name if name.contains('\0') || name.chars().count() > 200 => {
            Err("must have at most 200 characters".to_owned())
        }
        name => Ok(name.to_owned()),
    }
}

/// Runs the command that the process was started with.
pub fn run() -> ExitCode {
    let cli = Cli::parse();
    logging::start(&cli.log);
    match cli.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("maqal: {error}");
            ExitCode::FAILURE
        }
    }
}

impl Cli {
    fn run(self) -> Result<(), CommandError> {
        match self.command {
            Command::Serve(config) => {
                // First: a port that is taken must not cost a database.
                let listener = server::listen(config.bind)?;
                let database = Database::open(&self.database, Purpose::Serve, true)?;
                server::serve(listener, *config, &database.url, &self.database.data_dir)
            }
            Command::Migrate => {
                let database = Database::open(&self.database, Purpose::Command("migrate"), true)?;
                let names = migrations::run(&mut database.connect()?)?;
                if names.is_empty() {
                    println!("the schema is current");
                }
                for name in names {
                    println!("ran {name}");
                }
                Ok(())
            }
            Command::Keys(command) => {
                // Where there is no database, there are no keys to list or revoke: more
                // likely the command runs in the wrong folder.
                let create = matches!(command, KeysCommand::Create { .. });
                let database = Database::open(&self.database, Purpose::Command("keys"), create)?;
                command.run(&mut database.connect_current()?)
            }
            Command::Import(ImportCommand::Articles(import)) => {
                let database = Database::open(&self.database, Purpose::Command("import"), true)?;
                let connection = &mut database.connect_current()?;
                // It is filled before the first batch.
                let result = import.run::<LineArticle>(connection, &SharedMatcher::default());
                // Perhaps no service runs that would; if the database is gone, one does it later.
                let _ = counts::fold_all(connection);
                result
            }
            Command::Import(ImportCommand::Entities(import)) => {
                let database = Database::open(&self.database, Purpose::Command("import"), true)?;
                import.run::<LineEntity>(&mut database.connect_current()?, &())
            }
            Command::Export(ExportCommand::Articles(export)) => {
                // As for keys list.
                let database = Database::open(&self.database, Purpose::Command("export"), false)?;
                export.run(&mut database.connect_current()?)
            }
            Command::Reindex => {
                let database = Database::open(&self.database, Purpose::Command("reindex"), false)?;
                let say = |count| eprintln!("{count} articles");
                let count = search::reindex(&mut database.connect_current()?, say);
                println!("{} articles analysed", count?);
                Ok(())
            }
            Command::Annotate { all } => {
                let database = Database::open(&self.database, Purpose::Command("annotate"), false)?;
                drop(database.connect_current()?);
                // Nobody waits for it.
                let pool = PoolConfig { pool_size: NonZeroU32::new(1), db_timeout: 60, statement_timeout: 0 };
                let db = Db::new(&database.url, &pool);
                let say = |count| eprintln!("{count} articles");
                let count = actix_web::rt::System::new().block_on(background::run(&db, all, say))?;
                println!("{count} articles annotated");
                Ok(())
            }
            Command::Openapi => {
                let mut out = std::io::stdout().lock();
                writeln!(out, "{}", openapi::as_text(&server::document())).map_err(CommandError::from)
            }
        }
    }
}

impl KeysCommand {
    fn run(self, connection: &mut PgConnection) -> Result<(), CommandError> {
        match self {
            KeysCommand::Create { role, name } => {
                let key = ApiKey::generate().map_err(|error| CommandError::Other(error.to_string()))?;
                auth::queries::insert(connection, &key, &name, role)?;
                println!("{}", key.reveal());
            }
            KeysCommand::List => {
                println!("{:<14}{:<8}{:<22}{:<22}NAME", "ID", "ROLE", "CREATED", "REVOKED");
                for key in auth::queries::list(connection)? {
                    let time =
                        |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%dT%H:%M:%SZ").to_string();
                    let revoked = key.revoked_at.map_or_else(|| "-".to_owned(), time);
                    let (role, created) = (key.role.as_str(), time(key.created_at));
                    println!("{:<14}{role:<8}{created:<22}{revoked:<22}{}", key.id, key.name);
                }
            }
            KeysCommand::Revoke { id } => {
                if !auth::queries::revoke(connection, &id)? {
                    return Err(CommandError::Other(format!(
                        "there is no valid key {id}: see maqal keys list"
                    )));
                }
                println!("revoked {id}");
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
        Ok(db::establish(&self.url, None)?)
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
