//! Every setting: its flag, its environment variable, its default and the reason
//! for it. Nothing else reads the environment, but for `RUST_LOG`, which is
//! env_logger's.

use std::{net::SocketAddr, num::NonZeroU32, path::PathBuf, time::Duration};

use clap::{Args, ValueEnum, builder::BoolishValueParser};

/// Which database is used. Of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Database")]
pub struct DatabaseConfig {
    /// PostgreSQL to use. Without it, maqal runs a private one in its data directory
    #[arg(long, env = "DATABASE_URL", value_name = "URL", hide_env_values = true, global = true)]
    pub database_url: Option<String>,
    /// Where the private PostgreSQL keeps its data
    #[arg(long, env = "MAQAL_DATA_DIR", value_name = "DIR", default_value = "maqal-data", global = true)]
    pub data_dir: PathBuf,
    /// Folder of postgres and initdb; without it they are looked for, and fetched where there are none
    #[arg(long, env = "MAQAL_POSTGRES_BIN", value_name = "DIR", global = true)]
    pub postgres_bin: Option<PathBuf>,
    /// Do not look for PostgreSQL on the system: fetch it
    #[arg(long, env = "MAQAL_FETCH_POSTGRES", global = true, value_parser = BoolishValueParser::new())]
    pub fetch_postgres: bool,
}

/// How the service uses its connections.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Connections")]
pub struct PoolConfig {
    // One that computes for each core, and one whose answer is on its way. On two cores, cold articles a
    // second with 1, 2, 4, 8 and 16 connections: 12,100, 16,700, 17,200, 16,300 and 16,500; more of them
    // take turns without doing more.
    /// Connections to PostgreSQL for reads; without it, two for each core. Searches, counts and writes have half as many besides, each
    #[arg(long, env = "MAQAL_POOL_SIZE", value_name = "N")]
    pub pool_size: Option<NonZeroU32>,
    // Long enough for a burst to drain, short enough for a client to wait.
    /// Seconds to wait for a connection before answering 503
    #[arg(long, env = "MAQAL_DB_TIMEOUT", value_name = "SECONDS", default_value_t = 3, value_parser = clap::value_parser!(u64).range(1..=300))]
    pub db_timeout: u64,
    // No query of the service needs as much; whatever does must not hold a connection.
    /// Seconds after which PostgreSQL gives up a query; 0 for never
    #[arg(long, env = "MAQAL_STATEMENT_TIMEOUT", value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(0..=3600))]
    pub statement_timeout: u64,
    // With a quarter of it to wait for its turn, a second: a reader who waits longer has given up. Anybody
    // may search for what takes as long as it can.
    /// Milliseconds that PostgreSQL may spend on a search before it is refused
    #[arg(long, env = "MAQAL_SEARCH_TIMEOUT", value_name = "MILLISECONDS", default_value_t = 800, value_parser = clap::value_parser!(u64).range(1..=60_000))]
    pub search_timeout: u64,
    // Half of the above, so that as much is left for the same matches by date.
    /// Milliseconds of these that may go into the order by relevance before the newest come first; 0 for no such order
    #[arg(long, env = "MAQAL_RANK_TIMEOUT", value_name = "MILLISECONDS", default_value_t = 400, value_parser = clap::value_parser!(u64).range(0..=60_000))]
    pub rank_timeout: u64,
}

impl PoolConfig {
    /// How long a read may take, the time for its connection included: as long as one statement, since that is more
    /// than all of a read's need. Without end where statements have none.
    pub fn longest_read(&self) -> Option<Duration> {
        let statement = Duration::from_secs(self.statement_timeout);
        let longest = statement.max(Duration::from_millis(self.search_timeout));
        (!statement.is_zero()).then(|| Duration::from_secs(self.db_timeout) + longest)
    }

    /// How many connections reads have.
    pub fn size(&self) -> u32 {
        self.pool_size.map_or_else(|| 2 * cores() as u32, NonZeroU32::get)
    }

    /// How many connections writes have besides: half as many, since a busy newsroom reads more than it writes, and
    /// two at least, since a batch of an import has one for seconds.
    pub fn writes(&self) -> u32 {
        (self.size() / 2).max(2)
    }

    /// How many searches have besides, and how many counts: as many as compute at once, so that either may take what
    /// it takes and leaves the processor to others as well.
    pub fn costly(&self) -> u32 {
        (self.size() / 2).max(1)
    }

    /// How many the service's own work has: whoever waits for it has time.
    pub const BACKGROUND: u32 = 1;

    /// How many the part of it has that is to be done within seconds, however long the rest takes.
    pub const UPKEEP: u32 = 1;

    /// How many brief questions have, as whose key it is: each takes a tenth of a millisecond.
    pub const BRIEF: u32 = 2;

    /// How many connections there are in all.
    pub fn all(&self) -> u32 {
        self.size() + 2 * self.costly() + self.writes() + Self::BACKGROUND + Self::UPKEEP + Self::BRIEF
    }
}

/// The processor's cores, as far as they are ours.
pub fn cores() -> usize {
    std::thread::available_parallelism().map_or(2, usize::from)
}

/// Origins whose pages may read the answers.
#[derive(Debug, Clone, Args)]
pub struct CorsConfig {
    /// Origin whose pages may call the API, as `https://news.example`; may be repeated
    #[arg(long, env = "MAQAL_CORS_ORIGIN", value_name = "ORIGIN", default_value = "*", value_delimiter = ',', value_parser = parse_origin)]
    pub cors_origin: Vec<String>,
}

/// What is kept of answers that everybody may see, here and on the way to clients.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Cache")]
pub struct CacheConfig {
    // The hot set of a newsroom: some eight thousand articles.
    /// Memory for finished answers, in bytes or as 64MiB; 0 for none
    #[arg(long, env = "MAQAL_CACHE_SIZE", value_name = "BYTES", default_value = "64MiB", value_parser = parse_bytes)]
    pub cache_size: u64,
    // The newest four thousand, which most lists and searches show.
    /// Memory for articles as lists show them, of which a new list is put together; 0 for none
    #[arg(long, env = "MAQAL_LISTED_CACHE_SIZE", value_name = "BYTES", default_value = "8MiB", value_parser = parse_bytes)]
    pub listed_cache_size: u64,
    // None, unless asked for: a client that asks each time is never shown what is gone.
    /// Seconds for which clients and CDNs may use an answer without asking
    #[arg(long, env = "MAQAL_MAX_AGE", value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=31_536_000))]
    pub max_age: u32,
    /// Seconds for which they may use it beyond that, while they ask
    #[arg(long, env = "MAQAL_STALE_WHILE_REVALIDATE", value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=31_536_000))]
    pub stale_while_revalidate: u32,
    // Off: who gives what may have changed meanwhile must have chosen to.
    /// Seconds for which cached responses are given while the database does not answer, marked as such; 0 for never
    #[arg(long, env = "MAQAL_STALE_IF_ERROR", value_name = "SECONDS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=604_800))]
    pub stale_if_error: u32,
    // Half a kilobyte that only a CDN reads, and only one that may keep what it does not ask for again.
    /// Header with the names under which a CDN can purge an answer
    #[arg(long, env = "MAQAL_PURGE_HEADER", value_name = "HEADER", default_value = "none")]
    pub purge_header: PurgeHeader,
}

/// How a CDN is told what an answer is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum PurgeHeader {
    /// As Fastly and Varnish read it
    SurrogateKey,
    /// As Cloudflare and Akamai read it
    CacheTag,
    None,
}

/// What a request may be.
#[derive(Debug, Clone, Copy, Args)]
pub struct Limits {
    // The longest body of an article, a million characters, has 12 bytes each where a client writes all of them as
    // `\ud83d\ude00`; the rest of it has room beside that.
    /// Bytes that a request's body may have, or a line of an import
    #[arg(long, env = "MAQAL_MAX_BODY", value_name = "BYTES", default_value_t = 16 * 1024 * 1024, value_parser = parse_max_body)]
    pub max_body: usize,
    // As long as an answer is waited for. Bodies of imports, which pause between articles, have twice as long.
    /// Seconds that a request's body may pause; on average it must bring 1 KiB a second
    #[arg(long, env = "MAQAL_BODY_TIMEOUT", value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub body_timeout: u64,
}

impl Limits {
    /// How long a body may pause.
    pub fn body_pause(&self) -> Duration {
        Duration::from_secs(self.body_timeout)
    }
}

/// How clients are waited for.
#[derive(Debug, Clone, Copy, Args)]
#[command(next_help_heading = "Clients")]
pub struct ClientConfig {
    // Some 25 KB each while they idle, so 100 MB in all; more than the browsers and proxies of a newsroom hold open.
    /// Connections of clients at once; others wait until one ends
    #[arg(long, env = "MAQAL_MAX_CONNECTIONS", value_name = "N", default_value_t = 4096, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub max_connections: u32,
    // A head is a kilobyte, which the slowest of connections brings in a second.
    /// Seconds in which the head of a request must come, from its first byte on
    #[arg(long, env = "MAQAL_HEAD_TIMEOUT", value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub head_timeout: u64,
    // An answer that nobody takes holds its memory.
    /// Seconds after which a client that takes nothing of its answer is given up
    #[arg(long, env = "MAQAL_ANSWER_TIMEOUT", value_name = "SECONDS", default_value_t = 30, value_parser = clap::value_parser!(u64).range(1..=3600))]
    pub answer_timeout: u64,
}

/// The settings of `maqal serve`.
#[derive(Debug, Clone, Args)]
pub struct ServeConfig {
    /// Address and port to listen on
    #[arg(long, env = "MAQAL_BIND", value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub bind: SocketAddr,
    /// Threads that handle requests; without it, one for each core
    #[arg(long, env = "MAQAL_WORKERS", value_name = "N")]
    pub workers: Option<NonZeroU32>,
    /// Seconds that requests have to finish when the service is stopped
    #[arg(long, env = "MAQAL_SHUTDOWN_TIMEOUT", value_name = "SECONDS", default_value_t = 15, value_parser = clap::value_parser!(u64).range(0..=600))]
    pub shutdown_timeout: u64,
    #[command(flatten)]
    pub limits: Limits,
    #[command(flatten)]
    pub clients: ClientConfig,
    #[command(flatten)]
    pub cors: CorsConfig,
    /// Leave the schema as it is: for those who run maqal migrate themselves
    #[arg(long, env = "MAQAL_NO_MIGRATE", value_parser = BoolishValueParser::new())]
    pub no_migrate: bool,
    /// Fill an empty database with sample articles, and say what to try
    #[arg(long, env = "MAQAL_DEMO", value_parser = BoolishValueParser::new())]
    pub demo: bool,
    #[command(flatten)]
    pub cache: CacheConfig,
    #[command(flatten)]
    pub pool: PoolConfig,
}

/// How log lines look.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    #[default]
    Text,
    Json,
}

/// The settings of the log, of every command.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Log")]
pub struct LogConfig {
    /// How log lines look; what is logged is set by RUST_LOG
    #[arg(long, env = "MAQAL_LOG_FORMAT", value_name = "FORMAT", default_value = "text", global = true)]
    pub log_format: LogFormat,
}

fn parse_origin(text: &str) -> Result<String, String> {
    if text == "*" {
        return Ok(text.to_owned());
    }
    match url::Url::parse(text) {
        Ok(url) if url.origin().ascii_serialization() == text => Ok(text.to_owned()),
        _ => Err("an origin is a scheme and a host, as https://news.example, or *".to_owned()),
    }
}

fn parse_max_body(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(bytes) if (1024..=1024 * 1024 * 1024).contains(&bytes) => Ok(bytes),
        _ => Err("must be from 1024 to 1073741824".to_owned()),
    }
}

fn parse_bytes(text: &str) -> Result<u64, String> {
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let factor = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kib" => Some(1 << 10),
        "m" | "mib" => Some(1 << 20),
        "g" | "gib" => Some(1 << 30),
        _ => None,
    };
    let bytes = factor.and_then(|factor: u64| digits.parse::<u64>().ok()?.checked_mul(factor));
    bytes.ok_or_else(|| "must be a number of bytes, as 67108864 or 64MiB".to_owned())
}
