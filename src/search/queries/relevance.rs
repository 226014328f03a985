//! The most relevant of the articles that match.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    expression::{AppearsOnTable, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::Double,
};
use uuid::Uuid;

use super::{filter::Filter, matches::push_tsquery, window::Window};
use crate::{db::keyset::Limited, page::Ranking, schema::articles, search::plan::Plan};

/// What an article counts that matches by its labels, wholly or in part: as if the words stood in a
/// standfirst. Among each other the newest are the first.
const LABELLED: f64 = 0.5;
/// What the fields count: the text, the labels, the standfirst, the headline. With the cover density
/// these order the topics of Reuters-21578 better than `ts_rank` with any weights did.
const WEIGHTS: &str = "'{0.3, 0.5, 0.5, 1}'";
/// An article of today counts twice as much as an old one, and one of this age half as much more.
const HALF_LIFE_DAYS: f64 = 30.0;

/// By what the first page of a search is ranked, which is made of so many articles: how new they are on that day.
pub fn ranking_on(day: NaiveDate, ranked: u32) -> Ranking {
    Ranking { day, ranked }
}

/// The score of each that is ranked, as of a day. `ranked` are texts of `tsquery` literals, each of which counts.
pub fn scored(
    connection: &mut PgConnection,
    filter: &Filter<'_>,
    plan: &Plan,
    ranked: [String; 3],
    day: NaiveDate,
) -> QueryResult<Vec<(i64, Uuid)>> {
    let newest = filter
        .scan(plan, Window::newest(plan.limit))
        .articles()
        .order((articles::sort_date.desc(), articles::id.desc()))
        .select((articles::id, articles::sort_date, Rank(ranked)));
    let newest: Vec<(Uuid, DateTime<Utc>, f64)> =
        Limited::to(newest, plan.limit, plan.is_prepared).load(connection)?;
    let score = |(id, date, rank): (Uuid, DateTime<Utc>, f64)| {
        let rank = if rank > 0.0 { rank } else { LABELLED };
        ((rank * recency(date, day) * 1e6) as i64, id)
    };
    Ok(newest.into_iter().map(score).collect())
}

/// How well an article matches: what matches as it is written counts once for each of the `tsquery`
/// literals that it matches.
#[derive(ValidGrouping)]
struct Rank([String; 3]);

impl Expression for Rank {
    type SqlType = Double;
}

impl AppearsOnTable<articles::table> for Rank {}
impl SelectableExpression<articles::table> for Rank {}

impl QueryId for Rank {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Rank {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for (place, tsquery) in self.0.iter().enumerate() {
            out.push_sql(if place == 0 { "(SELECT (" } else { " + " });
            out.push_sql("ts_rank_cd(");
            out.push_sql(WEIGHTS);
            out.push_sql(", vector, ");
            push_tsquery(&mut out, tsquery)?;
            out.push_sql(")");
        }
        out.push_sql(")::float8 FROM article_search WHERE article_id = articles.id)");
        Ok(())
    }
}

/// How much more an article counts for being new, from 1 to 2: to the day, which cursors hold.
pub fn recency(date: DateTime<Utc>, today: NaiveDate) -> f64 {
    let age = (today - date.date_naive()).num_days().max(0) as f64;
    1.0 + HALF_LIFE_DAYS / (HALF_LIFE_DAYS + age)
}
