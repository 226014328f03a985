//! The most relevant of the articles that match.

use std::{cmp::Reverse, collections::HashMap};

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Double, Text},
};
use uuid::Uuid;

use super::{
    embed::{Matching, Selected, full, selection},
    search::Way,
};
use crate::{
    articles::{model::FullArticle, shape::Shape},
    error::ApiResult,
    http::page::{PageRequest, SortKey},
    schema::articles,
};

/// How many of the newest matches are ranked. A common word has more than can
/// be ranked in time, and of news the newest are wanted.
const CANDIDATES: i64 = 1000;
/// The same where the matches are very many.
const COMMON_CANDIDATES: i64 = 200;
/// An article of today counts twice as much as an old one, and one of this age half as much more.
const HALF_LIFE_DAYS: f64 = 30.0;

/// The matches in the order of their relevance, with their scores: the rows of
/// one page and one more. `ranked` are texts of `tsquery` literals, each of which counts.
pub(super) fn page(
    connection: &mut PgConnection,
    matching: Matching<'_>,
    ranked: [String; 3],
    way: Way,
    page: &PageRequest,
    shape: &Shape,
) -> ApiResult<Vec<(i64, FullArticle)>> {
    let beyond = match &page.beyond {
        None => None,
        Some((SortKey::Number(score), id)) => Some((*score, *id)),
        Some(_) => return Err(PageRequest::broken_cursor()),
    };
    let mut scored = scored(connection, matching, ranked, way)?;
    match page.backward {
        false => {
            scored.sort_unstable_by_key(|place| Reverse(*place));
            scored.retain(|place| beyond.is_none_or(|beyond| *place < beyond));
        }
        true => {
            scored.sort_unstable();
            scored.retain(|place| beyond.is_none_or(|beyond| *place > beyond));
        }
    }
    scored.truncate(page.limit as usize + 1);
    let ids: Vec<Uuid> = scored.iter().map(|(_, id)| *id).collect();
    let rows: Vec<Selected> =
        articles::table.filter(articles::id.eq_any(ids)).select(selection(shape)).load(connection)?;
    let mut rows: HashMap<Uuid, Selected> = rows.into_iter().map(|row| (row.0.id, row)).collect();
    let found = scored.into_iter().filter_map(|(score, id)| Some((score, full(rows.remove(&id)?, shape))));
    Ok(found.collect())
}

/// The score of each candidate.
fn scored(
    connection: &mut PgConnection,
    matching: Matching<'_>,
    ranked: [String; 3],
    way: Way,
) -> QueryResult<Vec<(i64, Uuid)>> {
    // What matches as it is written counts once for each way in which it matches.
    let [stem, folded, exact] = ranked;
    let rank = sql::<Double>("(SELECT (ts_rank(vector, ")
        .bind::<Text, _>(stem)
        .sql("::tsquery, 1) + ts_rank(vector, ")
        .bind::<Text, _>(folded)
        .sql("::tsquery, 1) + ts_rank(vector, ")
        .bind::<Text, _>(exact)
        .sql("::tsquery, 1))::float8 FROM article_search WHERE article_id = articles.id)");
    let at_most = if way == Way::Index { CANDIDATES } else { COMMON_CANDIDATES };
    let candidates: Vec<(Uuid, DateTime<Utc>, f64)> = matching
        .order((articles::sort_date.desc(), articles::id.desc()))
        .limit(at_most)
        .select((articles::id, articles::sort_date, rank))
        .load(connection)?;
    let today = Utc::now().date_naive();
    let score =
        |(id, date, rank): (Uuid, DateTime<Utc>, f64)| ((rank * freshness(date, today) * 1e6) as i64, id);
    Ok(candidates.into_iter().map(score).collect())
}

/// How much more an article counts for being new, from 1 to 2: to the day, so that the pages of
/// one day fit together.
pub fn freshness(date: DateTime<Utc>, today: NaiveDate) -> f64 {
    let age = (today - date.date_naive()).num_days().max(0) as f64;
    1.0 + HALF_LIFE_DAYS / (HALF_LIFE_DAYS + age)
}
