//! What the articles of a list have in common, counted.

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, Query, QueryFragment, QueryId},
    sql_types::{BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::{filter::Filter, window::Window};
use crate::{
    articles::model::Facet,
    schema::articles,
    search::plan::{COUNTED, Plan},
    values::{Json, StoredTexts},
};

/// How often a facet has a value.
#[derive(Debug, Clone, Queryable)]
pub struct FacetCount {
    /// The word of the facet; none for the count of all matches.
    pub facet: Option<String>,
    /// A tag's or an entity's.
    pub id: Option<Uuid>,
    /// The slug, or the value itself.
    pub value: Option<String>,
    /// A tag's kind, an entity's type.
    pub kind: Option<String>,
    pub names: Option<Json<StoredTexts>>,
    pub count: i64,
}

/// Counts the values of the facets among the newest of the articles, the most frequent first, and
/// the articles; at most so many values of each.
pub fn facets(
    connection: &mut PgConnection,
    filter: &Filter<'_>,
    plan: &Plan,
    facets: &[Facet],
    limit: u32,
) -> QueryResult<Vec<FacetCount>> {
    let matching = filter
        .scan(plan, Window::newest(plan.limit))
        .articles()
        .order((articles::sort_date.desc(), articles::id.desc()))
        .limit(i64::from(plan.limit))
        .select((articles::id, articles::language, articles::source, articles::published_at));
    Counted { matching, facets, limit }.load(connection)
}

struct Counted<'a, Q> {
    matching: Q,
    facets: &'a [Facet],
    limit: u32,
}

impl<Q> QueryId for Counted<'_, Q> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Q> Query for Counted<'_, Q> {
    type SqlType =
        (Nullable<Text>, Nullable<SqlUuid>, Nullable<Text>, Nullable<Text>, Nullable<Jsonb>, BigInt);
}

impl<Q> RunQueryDsl<PgConnection> for Counted<'_, Q> {}

impl<Q: QueryFragment<Pg>> QueryFragment<Pg> for Counted<'_, Q> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        // Of as many forms as there are filters and sets of facets.
        out.unsafe_to_cache_prepared();
        out.push_sql("WITH found AS MATERIALIZED (");
        self.matching.walk_ast(out.reborrow())?;
        // In the order in which they were found.
        out.push_sql("), counted AS MATERIALIZED (SELECT * FROM found LIMIT ");
        out.push_sql(&COUNTED.to_string());
        out.push_sql(") SELECT NULL AS facet, NULL::uuid AS id, NULL AS value, NULL AS kind, NULL::jsonb AS names, count(*) AS n FROM found");
        for facet in self.facets {
            out.push_sql(" UNION ALL (");
            let (begin, end) = halves(*facet);
            out.push_sql(begin);
            out.push_sql(&self.limit.to_string());
            out.push_sql(end);
            out.push_sql(")");
        }
        Ok(())
    }
}

/// The SQL that counts a facet, before and after the number of its values.
fn halves(facet: Facet) -> (&'static str, &'static str) {
    match facet {
        Facet::Tags => (
            "SELECT 'tags', tags.id, slug, kind, names, n FROM ( \
                SELECT tag_id AS id, count(*) AS n FROM counted JOIN article_tags ON article_id = counted.id \
                GROUP BY tag_id ORDER BY n DESC, tag_id LIMIT ",
            ") AS top JOIN tags USING (id) ORDER BY n DESC, tags.id",
        ),
        Facet::Entities => (
            "SELECT 'entities', entities.id, slug, type, names, n FROM ( \
                SELECT entity_id AS id, count(*) AS n FROM counted JOIN article_entities ON article_id = counted.id \
                GROUP BY entity_id ORDER BY n DESC, entity_id LIMIT ",
            ") AS top JOIN entities USING (id) ORDER BY n DESC, entities.id",
        ),
        Facet::Language => (
            "SELECT 'language', NULL, language, NULL, NULL, count(*) AS n FROM counted \
                GROUP BY language ORDER BY n DESC, language LIMIT ",
            "",
        ),
        Facet::Source => (
            "SELECT 'source', NULL, source, NULL, NULL, count(*) AS n FROM counted WHERE source IS NOT NULL \
                GROUP BY source ORDER BY n DESC, source LIMIT ",
            "",
        ),
        Facet::Month => (
            "SELECT 'month', NULL, to_char(month, 'YYYY-MM'), NULL, NULL, n FROM ( \
                SELECT date_trunc('month', published_at AT TIME ZONE 'UTC') AS month, count(*) AS n FROM counted \
                WHERE published_at IS NOT NULL GROUP BY month ORDER BY month DESC LIMIT ",
            ") AS newest ORDER BY month DESC",
        ),
    }
}
