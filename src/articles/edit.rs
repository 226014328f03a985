//! What it takes to write one article: the version compared, a patch applied. Then it is a batch of one.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use serde_json::Value;

use super::{
    body::Article,
    input::ArticleInput,
    model::{Current, FullArticle, Publication, Stored},
    plan::{Plan, Row},
    prepared::PreparedArticle,
    queries, read,
    shape::Shape,
    write,
    written::to_be_patched,
};
use crate::{
    annotator::matcher::{Matcher, SharedMatcher},
    error::ApiResult,
    http::{
        conditional::Preconditions,
        json::{AsRead, MergePatch},
    },
    values::Key,
};

/// An article to be written now, and the matcher that has looked it through for names.
pub struct Prepared {
    article: PreparedArticle,
    matcher: Arc<Matcher>,
    now: DateTime<Utc>,
}

impl Prepared {
    /// All that takes long and needs nothing of what is stored.
    pub fn of(input: ArticleInput, matcher: &SharedMatcher, now: DateTime<Utc>) -> ApiResult<Self> {
        let mut article = PreparedArticle::of(input)?;
        let matcher = matcher.get();
        article.spot_names(&matcher);
        Ok(Self { article, matcher, now })
    }
}

/// Makes an article, and the tags and entities that it brings along.
pub fn create(connection: &mut PgConnection, prepared: &Prepared) -> ApiResult<FullArticle> {
    write(connection, prepared, None, None, prepared.article.publication(None, prepared.now))
}

/// Gives an article other content. A slug that is left out stays, unless it is a provisional one.
pub fn replace(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    as_read: &AsRead,
    prepared: &Prepared,
) -> ApiResult<FullArticle> {
    let current = queries::find_for_update(connection, key)?;
    conditions.check(current.version)?;
    as_read.check(&[], || {
        let shape = Shape { body_html: true, body_text: true, ..Shape::whole() };
        read::written(connection, &Key::Id(current.id), &shape).map(Article::from)
    })?;
    let publication = prepared.article.publication(Some(current.publication), prepared.now);
    write(connection, prepared, Some(&current), None, publication)
}

/// An article with a patch applied, and what it was applied to.
pub struct Patched {
    before: Value,
    after: Prepared,
}

impl Patched {
    /// The patch applied to an article, which may be another one by the time that it is written.
    pub fn new(
        current: &Stored,
        matcher: &SharedMatcher,
        conditions: &Preconditions,
        patch: &MergePatch,
        now: DateTime<Utc>,
    ) -> ApiResult<Self> {
        conditions.check(current.article.version)?;
        let before = to_be_patched(current)?;
        Ok(Self { after: Prepared::of(patch.apply(before.clone())?, matcher, now)?, before })
    }
}

/// Changes some of an article.
pub fn patch(
    connection: &mut PgConnection,
    matcher: &SharedMatcher,
    key: &Key,
    conditions: &Preconditions,
    patch: &MergePatch,
    patched: &Patched,
) -> ApiResult<FullArticle> {
    let current = queries::find_for_update(connection, key)?;
    conditions.check(current.version)?;
    let stored = queries::find_stored(connection, &Key::Id(current.id))?;
    let anew;
    let prepared = if to_be_patched(&stored)? == patched.before {
        &patched.after
    } else {
        // Another writer came between: now nobody can.
        anew = Patched::new(&stored, matcher, conditions, patch, patched.after.now)?;
        &anew.after
    };
    let Prepared { article, now, .. } = prepared;
    let publication = article.publication(Some(current.publication), *now).dated(article.published_at);
    write(connection, prepared, Some(&current), Some(stored), publication)
}

/// Deletes an article.
pub fn delete(connection: &mut PgConnection, key: &Key, conditions: &Preconditions) -> ApiResult<()> {
    let current = queries::find_for_update(connection, key)?;
    conditions.check(current.version)?;
    Ok(queries::delete(connection, current.id)?)
}

fn write(
    connection: &mut PgConnection,
    prepared: &Prepared,
    current: Option<&Current>,
    stored: Option<Stored>,
    is: Publication,
) -> ApiResult<FullArticle> {
    let row = Row { stored, ..Row::new(&prepared.article, current, is) };
    let id = row.id;
    let written = write::write(connection, &prepared.matcher, Plan::of_one(row), prepared.now)?;
    match written.failed.into_iter().find_map(|outcome| outcome.result.err()) {
        Some(error) => Err(error),
        None => read::written(connection, &Key::Id(id), &Shape::whole()),
    }
}
