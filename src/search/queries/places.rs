//! Where the articles of a list are in its order, found before any of them is read.

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
    linked::Linked,
    matches::{Indexed, Walked},
};
use crate::{articles::queries::embed::Matching, db::keyset::Limited, schema::articles};

/// The articles of a stretch of a list by date.
pub(super) enum Places<'a> {
    /// By an index that has the stretch as it is.
    Found(Stretched<'a>),
    /// Those that match, to be put in order in whatever way PostgreSQL finds the best.
    Chosen(Matching<'a>),
}

/// A query for the dates and ids of a stretch, in its order.
pub(super) enum Stretched<'a> {
    Linked(Linked),
    Walked(Walked),
    Indexed(Indexed<'a>),
}

impl<'a> Places<'a> {
    /// The articles themselves, in no order.
    pub fn articles(self) -> Matching<'a> {
        match self {
            Places::Chosen(articles) => articles,
            Places::Found(stretched) => articles::table.into_boxed().filter(IsOn(stretched)),
        }
    }
}

impl Stretched<'_> {
    /// The dates and the ids. `is_common` says whether there are few queries of this form.
    pub fn load(
        self,
        connection: &mut PgConnection,
        is_common: bool,
    ) -> QueryResult<Vec<(DateTime<Utc>, Uuid)>> {
        Limited::already(self, is_common).load(connection)
    }
}

impl QueryId for Stretched<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl Query for Stretched<'_> {
    type SqlType = (Timestamptz, sql_types::Uuid);
}

impl QueryFragment<Pg> for Stretched<'_> {
    fn walk_ast<'b>(&'b self, out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        match self {
            Stretched::Linked(linked) => linked.walk_ast(out),
            Stretched::Walked(walked) => walked.walk_ast(out),
            Stretched::Indexed(indexed) => indexed.walk_ast(out),
        }
    }
}

/// Whether an article is on the stretch. That is an array, so that it is found first, whatever the
/// planner expects of it.
struct IsOn<'a>(Stretched<'a>);

impl Expression for IsOn<'_> {
    type SqlType = Bool;
}

impl ValidGrouping<()> for IsOn<'_> {
    type IsAggregate = is_aggregate::No;
}

impl AppearsOnTable<articles::table> for IsOn<'_> {}

impl QueryId for IsOn<'_> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for IsOn<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("articles.id = ANY (ARRAY(SELECT id FROM (");
        self.0.walk_ast(out.reborrow())?;
        out.push_sql(") AS place))");
        Ok(())
    }
}
