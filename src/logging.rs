//! The log: env_logger, as text or as JSON lines.

use std::io::Write;

use chrono::SecondsFormat;
use log::kv::{Error, Key, Value, VisitSource};
use serde_json::Map;

use crate::{
    clock,
    config::{LogConfig, LogFormat},
};

/// What is logged where `RUST_LOG` does not say.
const DEFAULT_FILTER: &str = "info,actix_server=warn";

/// Starts the log, once for the process.
pub fn start(config: &LogConfig) {
    let mut builder =
        env_logger::Builder::from_env(env_logger::Env::default().default_filter_or(DEFAULT_FILTER));
    if config.log_format == LogFormat::Json {
        builder.format(|out, record| writeln!(out, "{}", json_line(record)));
    }
    // A second start, in a test, changes nothing.
    let _ = builder.try_init();
}

fn json_line(record: &log::Record<'_>) -> String {
    let mut line = Map::new();
    line.insert("time".into(), clock::system_time().to_rfc3339_opts(SecondsFormat::Millis, true).into());
    line.insert("level".into(), record.level().as_str().into());
    line.insert("target".into(), record.target().into());
    line.insert("message".into(), record.args().to_string().into());
    // The visitor below never fails.
    let _ = record.key_values().visit(&mut Members(&mut line));
    serde_json::Value::Object(line).to_string()
}

struct Members<'a>(&'a mut Map<String, serde_json::Value>);

impl<'kvs> VisitSource<'kvs> for Members<'_> {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), Error> {
        let json = match (value.to_u64(), value.to_f64()) {
            (Some(number), _) => number.into(),
            (None, Some(number)) => number.into(),
            (None, None) => value.to_string().into(),
        };
        self.0.insert(key.as_str().to_owned(), json);
        Ok(())
    }
}
