//! Whether articles match a search, in the form of SQL that finds them the soonest.

use diesel::{
    dsl::sql,
    expression::{AppearsOnTable, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{Bool, Text},
};

use super::window::Window;
use crate::{
    articles::queries::embed::Matching,
    schema::articles,
    search::{asked::Asked, plan::Strategy},
};

/// Puts a `tsquery` into a statement that is kept. It is read once: that of a bare parameter would
/// be read anew for each row.
pub(super) fn push_tsquery<'b>(out: &mut AstPass<'_, 'b, Pg>, text: &'b String) -> QueryResult<()> {
    out.push_sql("(SELECT ");
    out.push_bind_param::<Text, _>(text)?;
    out.push_sql("::tsquery)");
    Ok(())
}

/// Restricts the articles to those that match.
pub(super) fn filter<'a>(articles: Matching<'a>, tsquery: String, strategy: Strategy) -> Matching<'a> {
    articles.filter(Matches { tsquery, strategy })
}

/// Whether an article matches a search, in a form that leaves PostgreSQL no other way than the plan's.
#[derive(ValidGrouping)]
struct Matches {
    tsquery: String,
    strategy: Strategy,
}

impl Expression for Matches {
    type SqlType = Bool;
}

impl AppearsOnTable<articles::table> for Matches {}

impl QueryId for Matches {
    type QueryId = ();
    // The strategy is part of the statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self.strategy {
            Strategy::LexemeIndex => {
                out.push_sql(
                    "articles.id = ANY (ARRAY(SELECT article_id FROM article_search WHERE vector @@ ",
                );
                push_tsquery(&mut out, &self.tsquery)?;
                out.push_sql("))");
            }
            Strategy::OrderedScan => {
                out.push_sql("(SELECT vector @@ ");
                push_tsquery(&mut out, &self.tsquery)?;
                out.push_sql(" FROM article_search WHERE article_id = articles.id)");
            }
            Strategy::Any => {
                out.push_sql("articles.id IN (SELECT article_id FROM article_search WHERE vector @@ ");
                // The planner is to know it.
                out.push_bind_param::<Text, _>(&self.tsquery)?;
                out.push_sql("::tsquery)");
            }
        }
        Ok(())
    }
}

/// The dates and ids of the published articles in a page window that match: of each it is
/// looked whether it does, from the first on.
pub(super) struct DatesScan {
    tsquery: String,
    window: Window,
}

impl DatesScan {
    /// Those that match the text of a `tsquery` literal.
    pub fn new(tsquery: String, window: Window) -> Self {
        Self { tsquery, window }
    }
}

impl QueryFragment<Pg> for DatesScan {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT published_at, article_id AS id FROM article_search WHERE (vector @@ ");
        push_tsquery(&mut out, &self.tsquery)?;
        // No index has the truth of it, which leaves the one of dates.
        out.push_sql(") IS TRUE AND published_at IS NOT NULL");
        self.window.push_after(&mut out, "(published_at, article_id)")?;
        self.window.push_end(&mut out, "published_at", "article_id");
        Ok(())
    }
}

/// The dates and ids of the published articles in a page window that the index of lexemes
/// has. What is found has the date, so they are put in order before any article is read; what the
/// index cannot tell, and whether they are among the others, is looked up one by one from the first on,
/// until there are enough.
pub(super) struct LexemesScan<'a> {
    /// What the index is asked for.
    indexed: String,
    /// What it cannot tell.
    rechecked: Option<String>,
    others: Option<Box<dyn QueryFragment<Pg> + Send + 'a>>,
    window: Window,
}

impl<'a> LexemesScan<'a> {
    /// Those that match what is asked for, and are among the `others` where there are any.
    pub fn new(asked: Asked, others: Option<Matching<'a>>, window: Window) -> Self {
        let Asked { tsquery, words } = asked;
        let (indexed, rechecked) = match words {
            None => (tsquery, None),
            Some(words) => (words, Some(tsquery)),
        };
        let others = others.map(|others| -> Box<dyn QueryFragment<Pg> + Send + 'a> {
            let others = others.filter(sql::<Bool>("articles.id = candidate.id"));
            Box::new(others.select(sql::<Bool>("true")))
        });
        Self { indexed, rechecked, others, window }
    }
}

impl QueryFragment<Pg> for LexemesScan<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT published_at, id FROM ( \
                SELECT article_id AS id, published_at FROM article_search WHERE vector @@ ",
        );
        push_tsquery(&mut out, &self.indexed)?;
        out.push_sql(" AND published_at IS NOT NULL");
        self.window.push_after(&mut out, "(published_at, article_id)")?;
        // Kept apart, all are put in order before the first is looked at.
        out.push_sql(" ORDER BY ");
        self.window.push_order(&mut out, "published_at", "article_id");
        out.push_sql(" OFFSET 0) AS candidate WHERE true");
        if let Some(tsquery) = &self.rechecked {
            out.push_sql(" AND (SELECT vector @@ ");
            push_tsquery(&mut out, tsquery)?;
            out.push_sql(" FROM article_search WHERE article_id = candidate.id)");
        }
        if let Some(others) = &self.others {
            out.push_sql(" AND (");
            others.walk_ast(out.reborrow())?;
            out.push_sql(")");
        }
        self.window.push_end(&mut out, "published_at", "id");
        Ok(())
    }
}
