//! The articles whose headlines somebody may be typing.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use super::{frequencies::KnownFrequencies, matches};
use crate::{articles::model::ArticleStatus, db::keyset::Limited, schema::articles};

/// An article whose headline somebody may be typing.
#[derive(Debug, Clone, Queryable)]
pub struct CompletedArticle {
    pub id: Uuid,
    pub slug: String,
    pub language: String,
    pub headline: String,
    pub published_at: Option<DateTime<Utc>>,
}

/// The newest published articles that a query, the text of a `tsquery` literal, finds. Of each of
/// its words, the beginnings of lexemes of which any will do.
pub fn complete(
    connection: &mut PgConnection,
    tsquery: String,
    beginnings: &[Vec<String>],
    language: Option<&str>,
    at_most: u32,
    frequencies: &KnownFrequencies,
) -> QueryResult<Vec<CompletedArticle>> {
    let way = frequencies.get(connection)?.way_to_beginnings(at_most, beginnings);
    let mut published = articles::table.filter(articles::status.eq(ArticleStatus::Published)).into_boxed();
    if let Some(language) = language {
        published = published.filter(articles::language.eq(language));
    }
    let found = matches::filter(published, tsquery, way)
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
