//! The articles whose headlines somebody may be typing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::matches;
use crate::{articles::model::ArticleStatus, db::keyset::Limited, schema::articles, search::plan::Strategy};

/// An article whose headline somebody may be typing.
#[derive(Debug, Clone, Queryable)]
pub struct CompletedArticle {
    pub id: Uuid,
    pub slug: String,
    pub language: String,
    pub headline: String,
    pub published_at: Option<DateTime<Utc>>,
}

/// The newest published articles that a query, the text of a `tsquery` literal, finds in this
/// way.
pub fn complete(
    connection: &mut PgConnection,
    tsquery: String,
    strategy: Strategy,
    language: Option<&str>,
    at_most: u32,
) -> QueryResult<Vec<CompletedArticle>> {
    let mut published = articles::table.filter(articles::status.eq(ArticleStatus::Published)).into_boxed();
    if let Some(language) = language {
        published = published.filter(articles::language.eq(language));
    }
    let found = matches::filter(published, tsquery, strategy)
        .order((articles::sort_date.desc(), articles::id.desc()))
        .select((
            articles::id,
            articles::slug,
            articles::language,
            articles::headline,
            articles::published_at,
        ));
    Limited::to(found, at_most, false).load(connection)
}
