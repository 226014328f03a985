//! What a plan reads, as SQL: the page ids, or articles to be put in order.

use chrono::{DateTime, Utc};
use diesel::{
    expression::{AppearsOnTable, ValidGrouping, is_aggregate},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{self, Bool, Timestamptz},
};
use uuid::Uuid;

use super::{
    filter::Filter,
    links::LinksScan,
    matches::{DatesScan, LexemesScan},
    window::Window,
};
use crate::{
    articles::queries::embed::Matching,
    db::keyset::Limited,
    schema::articles,
    search::plan::{Plan, Scan},
};

/// What a plan reads.
pub(super) enum Scanned<'a> {
    /// The page ids, of an index that has them as they are.
    PageIds(PageIds<'a>),
    /// The articles that match, to be put in order in whatever way PostgreSQL finds the best.
    Articles(Matching<'a>),
}

impl<'a> Filter<'a> {
    /// What the plan reads of a window; nothing that is in it is missing.
    pub(super) fn scan(&self, plan: &Plan, window: Window) -> Scanned<'a> {
        Scanned::PageIds(match plan.scan {
            Scan::Articles(strategy) => return Scanned::Articles(self.matching(strategy)),
            Scan::Links(kind) => {
                let tsquery = self.search.as_ref().map(|_| self.tsquery());
                PageIds::Links(LinksScan::new(kind, self.link_ids(kind), tsquery, window))
            }
            Scan::SearchDates => PageIds::Dates(DatesScan::new(self.tsquery(), window)),
            Scan::Lexemes => {
                let others = plan.rechecks_filters().then(|| self.unsearched());
                PageIds::Lexemes(LexemesScan::new(self.search.clone().unwrap_or_default(), others, window))
            }
        })
    }
}

/// A query for the dates and ids in a page window, in its order, before any article is read.
pub(super) enum PageIds<'a> {
    Links(LinksScan),
    Dates(DatesScan),
    Lexemes(LexemesScan<'a>),
}

impl<'a> Scanned<'a> {
    /// The articles themselves, in no order.
    pub fn articles(self) -> Matching<'a> {
        match self {
            Self::Articles(articles) => articles,
            Self::PageIds(ids) => articles::table.into_boxed().filter(IsAmong(ids)),
        }
    }
}

impl PageIds<'_> {
    /// The dates and the ids.
    pub fn load(self, connection: &mut PgConnection, plan: &Plan) -> QueryResult<Vec<(DateTime<Utc>, Uuid)>> {
        Limited::already(self, plan.is_prepared).load(connection)
    }
}

impl QueryId for PageIds<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for PageIds<'_> {
    type SqlType = (Timestamptz, sql_types::Uuid);
}

impl QueryFragment<Pg> for PageIds<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Self::Links(links) => links.walk_ast(out),
            Self::Dates(dates) => dates.walk_ast(out),
            Self::Lexemes(lexemes) => lexemes.walk_ast(out),
        }
    }
}

/// Whether an article is among them. That is an array, so that it is found first, whatever the
/// planner expects of it.
struct IsAmong<'a>(PageIds<'a>);

impl Expression for IsAmong<'_> {
    type SqlType = Bool;
}

impl ValidGrouping<()> for IsAmong<'_> {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<articles::table> for IsAmong<'_> {}

impl QueryId for IsAmong<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for IsAmong<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("articles.id = ANY (ARRAY(SELECT id FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS place))");
        Ok(())
    }
}
