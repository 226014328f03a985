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

use super::{candidates::Candidates, matches::push_tsquery, stretch::Stretch};
use crate::{db::keyset::Limited, page::Ranking, schema::articles};
use maqal_text::query::Ranked;

/// How many of the newest matches are ranked. A common word has more than can
/// be ranked in time, and of news the newest are wanted.
const CANDIDATES: u32 = 1000;
/// The same where the words are in more than so [`MANY`] articles.
const COMMON_CANDIDATES: u32 = 200;
const MANY: f64 = 5000.0;
/// How many lexemes are compared with candidates, in all: to rank an article takes the longer the more it
/// is asked for. Common ones are more often in each: 200 articles took 0.17 s with 64 of them on a busy
/// machine, and 0.35 s with 128. So the usual number is ranked by up to 50 lexemes, or 64 of common words.
const COMPARED: u32 = 50_000;
const COMMON_COMPARED: u32 = 12_800;
/// What an article counts that matches by its labels, wholly or in part: as if the words stood in a
/// standfirst. Among each other the newest are the first.
const LABELLED: f64 = 0.5;
/// What the fields count: the text, the labels, the standfirst, the headline. With the cover density
/// these order the topics of Reuters-21578 better than `ts_rank` with any weights did.
const WEIGHTS: &str = "'{0.3, 0.5, 0.5, 1}'";
/// An article of today counts twice as much as an old one, and one of this age half as much more.
const HALF_LIFE_DAYS: f64 = 30.0;

/// By what the first page of a search is ranked: how new articles are on that day, and how common its words are as far as
/// PostgreSQL's statistics know it.
pub(super) fn ranking_of(candidates: &Candidates<'_>, day: NaiveDate) -> Ranking {
    let ranked = if candidates.at_most() > MANY { COMMON_CANDIDATES } else { CANDIDATES };
    Ranking { day, ranked }
}

/// The score of each that is ranked. `ranked` are texts of `tsquery` literals, each of which counts.
pub(super) fn scored(
    connection: &mut PgConnection,
    candidates: &Candidates<'_>,
    ranked: [Ranked; 3],
    ranking: Ranking,
) -> QueryResult<Vec<(i64, Uuid)>> {
    let lexemes = ranked.iter().map(|ranked| ranked.lexemes as u32).sum::<u32>().max(1);
    // A cursor may have been tampered with.
    let (usual, compared) = match ranking.ranked <= COMMON_CANDIDATES {
        true => (COMMON_CANDIDATES, COMMON_COMPARED),
        false => (CANDIDATES, COMPARED),
    };
    let at_most = usual.min(compared / lexemes);
    let dated = candidates.dated(Stretch::newest(at_most));
    let candidates = dated
        .places
        .articles()
        .order((articles::sort_date.desc(), articles::id.desc()))
        .select((articles::id, articles::sort_date, Rank(ranked.map(|ranked| ranked.tsquery))));
    let candidates: Vec<(Uuid, DateTime<Utc>, f64)> =
        Limited::to(candidates, at_most, dated.is_common && at_most == usual).load(connection)?;
    let score = |(id, date, rank): (Uuid, DateTime<Utc>, f64)| {
        let rank = if rank > 0.0 { rank } else { LABELLED };
        ((rank * freshness(date, ranking.day) * 1e6) as i64, id)
    };
    Ok(candidates.into_iter().map(score).collect())
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
pub fn freshness(date: DateTime<Utc>, today: NaiveDate) -> f64 {
    let age = (today - date.date_naive()).num_days().max(0) as f64;
    1.0 + HALF_LIFE_DAYS / (HALF_LIFE_DAYS + age)
}
