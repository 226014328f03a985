//! The sample that `--demo` fills an empty database with.

use std::{
    fs,
    io::Write,
    net::SocketAddr,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
};

use chrono::{DateTime, TimeDelta, Utc};
use diesel::{Connection, PgConnection, QueryDsl, RunQueryDsl, connection::SimpleConnection};

use crate::{
    annotator::matcher::{Matcher, SharedMatcher},
    articles::{self, edit::Prepared, input::ArticleInput},
    auth::{self, ApiKey, Role},
    entities,
    error::ApiError,
    http::input::{self, Input},
    schema,
    startup::CommandError,
    tags,
    terminal::print,
};

const TAGS: &str = include_str!("tags.ndjson");
const ENTITIES: &str = include_str!("entities.ndjson");
const ARTICLES: &str = include_str!("articles.ndjson");

/// Stores the sample and an admin key, unless there is any article, tag or
/// entity already. The key is written to the data directory first: it cannot
/// be shown again.
pub fn fill_if_empty(
    connection: &mut PgConnection,
    data_dir: &Path,
    now: DateTime<Utc>,
) -> Result<(), CommandError> {
    connection.transaction(|connection| {
        if !is_empty(connection)? {
            log::info!("the database has content already: the sample is left out");
            return Ok(());
        }
        fill(connection, now).map_err(|error| {
            let cause = error.cause.clone().unwrap_or_default();
            CommandError::Other(format!("the sample does not fit: {error} {cause}"))
        })?;
        let key = ApiKey::generate().map_err(|error| CommandError::Other(error.to_string()))?;
        write_key(&key_file(data_dir), &key.reveal())?;
        auth::queries::insert(connection, &key, "demo", Role::Admin, now, None)?;
        Ok(())
    })
}

fn is_empty(connection: &mut PgConnection) -> diesel::QueryResult<bool> {
    use diesel::dsl::{exists, select};
    // Of several instances that start at once, one fills.
    connection.batch_execute("LOCK TABLE articles IN SHARE ROW EXCLUSIVE MODE")?;
    let has_articles: bool =
        select(exists(schema::articles::table.select(schema::articles::id))).get_result(connection)?;
    let has_tags: bool =
        select(exists(schema::tags::table.select(schema::tags::id))).get_result(connection)?;
    let has_entities: bool =
        select(exists(schema::entities::table.select(schema::entities::id))).get_result(connection)?;
    Ok(!has_articles && !has_tags && !has_entities)
}

fn fill(connection: &mut PgConnection, now: DateTime<Utc>) -> Result<(), ApiError> {
    for tag in lines(TAGS) {
        tags::edit::create(connection, &tag?)?;
    }
    for entity in lines(ENTITIES) {
        entities::edit::create(connection, &entity?)?;
    }
    let matcher = SharedMatcher::of(Matcher::load(connection)?);
    for article in articles_of(now)? {
        articles::edit::create(connection, &Prepared::of(article, &matcher, now)?)?;
    }
    Ok(())
}

/// The articles of the sample as of some time: the newest is of the day before, so that what speaks of now, as trends
/// do, has something to say.
fn articles_of(now: DateTime<Utc>) -> Result<Vec<ArticleInput>, ApiError> {
    let mut articles = lines(ARTICLES).collect::<Result<Vec<ArticleInput>, _>>()?;
    let newest = articles.iter().filter_map(|article| article.published_at).max();
    let passed = newest.map_or(0, |newest| (now - newest.0).num_seconds().div_euclid(DAY.num_seconds()));
    for date in articles.iter_mut().filter_map(|article| article.published_at.as_mut()) {
        date.0 += DAY * i32::try_from(passed).unwrap_or(0);
    }
    Ok(articles)
}

const DAY: TimeDelta = TimeDelta::days(1);

fn lines<T: Input>(text: &str) -> impl Iterator<Item = Result<T, ApiError>> {
    text.lines().map(|line| {
        let value = serde_json::from_str(line).map_err(ApiError::internal)?;
        input::read(value).map_err(|faults| ApiError::invalid(crate::error::Problem::InvalidBody, faults))
    })
}

fn key_file(data_dir: &Path) -> PathBuf {
    data_dir.join("admin.key")
}

fn write_key(path: &Path, key: &str) -> Result<(), CommandError> {
    let write = || {
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        // Anew, so that the mode holds even where an old file lies.
        let _ = fs::remove_file(path);
        let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{key}")?;
        file.sync_all()
    };
    write().map_err(|error: std::io::Error| {
        CommandError::Other(format!("cannot write the admin key to {}: {error}", path.display()))
    })
}

/// Says where everything is and what to try. The service goes on where nobody can read that.
pub fn print_first_steps(address: SocketAddr, data_dir: &Path) {
    let file = key_file(data_dir);
    let key = match file.is_file() {
        true => format!("  admin key  {}\n", file.display()),
        false => "  a key      maqal keys create --role editor --name desk\n".to_owned(),
    };
    let _ = print(format_args!(
        "\nMaqal is at http://{address}\n\
         \x20 docs       http://{address}/docs/\n\
         {key}\n\
         Try:\n\
         \x20 curl 'http://{address}/v1/articles?language=ar&fields=headline,published_at&include=tags&limit=3'\n"
    ));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{entities::body::EntityInput, tags::body::TagInput};

    #[test]
    fn the_newest_article_is_of_the_day_before_whenever_that_is() {
        for now in ["1999-12-31T23:59:59Z", "2026-10-03T08:00:00Z", "2031-02-28T00:00:00Z"] {
            let now: DateTime<Utc> = now.parse().expect("a time");
            let dates: Vec<_> = articles_of(now)
                .expect("the sample")
                .iter()
                .filter_map(|article| article.published_at.map(|date| date.0))
                .collect();
            let newest = dates.iter().max().expect("a date");
            assert!((now - DAY..=now).contains(newest), "{newest} at {now}");
        }
    }

    #[test]
    fn every_line_of_the_sample_is_valid() {
        for (number, tag) in lines::<TagInput>(TAGS).enumerate() {
            assert!(tag.is_ok(), "tags.ndjson line {}: {tag:?}", number + 1);
        }
        for (number, entity) in lines::<EntityInput>(ENTITIES).enumerate() {
            assert!(entity.is_ok(), "entities.ndjson line {}: {entity:?}", number + 1);
        }
        for (number, article) in lines::<ArticleInput>(ARTICLES).enumerate() {
            assert!(article.is_ok(), "articles.ndjson line {}: {article:?}", number + 1);
        }
    }
}
