//! What articles are found by: their texts analysed, and the ids of their tags and entities.

use diesel::{Connection, PgConnection, QueryResult};
use uuid::Uuid;

use crate::taxonomy::{LabelKind, queries as labels, vector_of as vector_of_names};

pub mod queries;
mod texts;

/// How many articles one transaction of [`reindex`] analyses.
const AT_ONCE: u32 = 200;

/// Whether any tag, entity or article is not found as this program would have it.
pub fn has_stale(connection: &mut PgConnection) -> QueryResult<bool> {
    Ok(labels::has_stale(connection)? || queries::has_stale(connection)?)
}

/// Analyses the tags, entities and articles whose stored analysis is missing or of another
/// version, some at a time, so that others read and write meanwhile. Says after each step how many
/// articles there have been.
pub fn reindex(connection: &mut PgConnection, say: impl FnMut(u64)) -> QueryResult<u64> {
    for kind in LabelKind::ALL {
        reindex_labels(connection, kind)?;
    }
    reindex_articles(connection, say)
}

fn reindex_labels(connection: &mut PgConnection, kind: LabelKind) -> QueryResult<()> {
    let mut after = None;
    loop {
        let last = connection.transaction(|connection| -> QueryResult<_> {
            let stale = labels::lock_stale(connection, kind, after, AT_ONCE)?;
            let Some((last, _)) = stale.last() else { return Ok(None) };
            let last = *last;
            let found_by = stale.iter().map(|(id, names)| {
                let names = names.0.iter().map(|(language, name)| (language.as_deref(), name.as_str()));
                (*id, vector_of_names(names))
            });
            labels::store(connection, kind, found_by.collect())?;
            queries::announce(connection)?;
            Ok(Some(last))
        })?;
        match last {
            None => return Ok(()),
            last => after = last,
        }
    }
}

fn store_all(connection: &mut PgConnection, articles: &[StoredTexts]) -> QueryResult<()> {
    store(connection, articles.iter().map(|article| (article.id, article.packed())).collect())
}

pub use queries::{NewArticle, leave_to_caller, store, store_new};
pub use texts::Texts;

use texts::StoredTexts;

/// Stores anew what these articles are found by, now that they have other links.
pub fn store_again(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let texts = queries::texts(connection, ids)?;
    store_all(connection, &texts)?;
    queries::announce(connection)
}

fn reindex_articles(connection: &mut PgConnection, mut say: impl FnMut(u64)) -> QueryResult<u64> {
    let (mut after, mut count) = (None, 0);
    loop {
        let done = connection.transaction(|connection| -> QueryResult<_> {
            let stale = queries::lock_stale(connection, after, AT_ONCE)?;
            store_all(connection, &stale)?;
            if !stale.is_empty() {
                queries::announce(connection)?;
            }
            Ok(stale.last().map(|last| (last.id, stale.len() as u64)))
        })?;
        let Some((last, some)) = done else { return Ok(count) };
        count += some;
        after = Some(last);
        say(count);
    }
}
