//! What articles are found by: their analysed texts, stored beside them.

use std::{
    collections::{BTreeMap, HashMap},
    ops::Bound,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use diesel::{
    dsl::sql,
    expression::{AppearsOnTable, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_query,
    sql_types::{Array, Bool, Float, Nullable, SmallInt, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use super::embed::Matching;
use crate::{
    db::prepared::{Prepared, Value},
    schema::articles,
    text::analysis::VERSION,
};

/// In how many code points of a text matches are looked for, to be shown.
const SEARCHED_LENGTH: u32 = 50_000;

/// Stores what an article is found by; where that is stored already, nothing is written.
pub fn store(connection: &mut PgConnection, id: Uuid, vector: String) -> QueryResult<()> {
    let store = Prepared::<()>::new(
        "INSERT INTO article_search (article_id, analysis, vector) VALUES ({}, {}, {}::tsvector) \
         ON CONFLICT (article_id) DO UPDATE SET analysis = excluded.analysis, vector = excluded.vector \
         WHERE (article_search.analysis, article_search.vector) IS DISTINCT FROM (excluded.analysis, excluded.vector)",
        [Value::Id(id), Value::SmallInt(VERSION), Value::Text(vector)],
    );
    store.execute(connection).map(drop)
}

/// An article whose analysis is stale, and the texts to analyse.
#[derive(Debug, QueryableByName)]
pub struct Stale {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Text)]
    pub headline: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub standfirst: Option<String>,
    #[diesel(sql_type = Text)]
    pub body_text: String,
    /// The tags and entities that it bears.
    #[diesel(sql_type = Array<SqlUuid>)]
    pub labels: Vec<Uuid>,
}

/// Articles whose analysis is missing or of another version than the first value, as [`Stale`].
const STALE: &str = "SELECT articles.id, language, headline, standfirst, body_text, ARRAY( \
        SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id UNION ALL \
        SELECT entity_id FROM article_entities AS link WHERE link.article_id = articles.id) AS labels \
    FROM articles LEFT JOIN article_search ON article_id = articles.id \
    WHERE analysis IS DISTINCT FROM $1 AND ";

/// Those of these articles whose analysis is stale.
pub fn stale_of(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Stale>> {
    // Once for up to a hundred articles, of which each is analysed: preparing it costs nothing beside.
    sql_query(format!("{STALE} articles.id = ANY ($2)"))
        .bind::<SmallInt, _>(VERSION)
        .bind::<Array<SqlUuid>, _>(ids)
        .load(connection)
}

/// The next articles beyond `after` whose analysis is missing or of another
/// version, locked against writers.
pub fn lock_stale(
    connection: &mut PgConnection,
    after: Option<Uuid>,
    at_most: u32,
) -> QueryResult<Vec<Stale>> {
    // For as many articles as are analysed between two of these.
    sql_query(format!(
        "{STALE} articles.id > $2 ORDER BY articles.id LIMIT {at_most} FOR NO KEY UPDATE OF articles"
    ))
    .bind::<SmallInt, _>(VERSION)
    .bind::<SqlUuid, _>(after.unwrap_or_default())
    .load(connection)
}

/// Says that lists may have other articles than before.
pub fn announce(connection: &mut PgConnection) -> QueryResult<()> {
    // After the texts of many articles were analysed.
    sql_query("SELECT announce_change('articles', '{}')").execute(connection).map(drop)
}

/// The beginnings of the texts of the articles.
pub fn beginnings(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, String>> {
    let beginning = sql::<Text>(&format!("left(body_text, {SEARCHED_LENGTH})"));
    let texts: Vec<(Uuid, String)> = articles::table
        .filter(articles::id.eq_any(ids))
        .select((articles::id, beginning))
        .load(connection)?;
    Ok(texts.into_iter().collect())
}

/// Whether any article is not found as this program would have it.
pub fn has_stale(connection: &mut PgConnection) -> QueryResult<bool> {
    #[derive(QueryableByName)]
    struct Answer {
        #[diesel(sql_type = Bool)]
        has_stale: bool,
    }
    // Asked once, after the start.
    sql_query(
        "SELECT EXISTS (SELECT FROM articles LEFT JOIN article_search ON article_id = articles.id \
         WHERE analysis IS DISTINCT FROM $1) AS has_stale",
    )
    .bind::<SmallInt, _>(VERSION)
    .get_result(connection)
    .map(|answer: Answer| answer.has_stale)
}

/// How often lexemes occur, as PostgreSQL's statistics know it. They name the
/// common ones; any other is in fewer articles than the least common of these.
#[derive(Debug, Default)]
pub struct Frequencies {
    /// The part of all articles that have the lexeme.
    parts: BTreeMap<String, f64>,
    articles: f64,
}

/// How long frequencies are taken for true.
const LIFETIME: Duration = Duration::from_secs(60);

/// The frequencies as they were lately.
#[derive(Debug, Default)]
pub struct KnownFrequencies(Mutex<Option<(Instant, Arc<Frequencies>)>>);

impl KnownFrequencies {
    /// Reads them anew where that was long ago.
    pub fn get(&self, connection: &mut PgConnection) -> QueryResult<Arc<Frequencies>> {
        // No code panics while it holds the lock.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((read, frequencies)) = &*known
            && read.elapsed() < LIFETIME
        {
            return Ok(frequencies.clone());
        }
        let frequencies = Arc::new(Frequencies::load(connection)?);
        *known = Some((Instant::now(), frequencies.clone()));
        Ok(frequencies)
    }
}

/// How the articles that match are found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// All that match are taken from the index of lexemes.
    Index,
    /// The articles are walked in the order of the list until enough have matched.
    Walk,
    /// All that match, in no order and in whatever way PostgreSQL expects to be the fastest: to be
    /// counted.
    Set,
}

/// What a match costs that is taken from the index, and an article that is
/// walked past, in microseconds of PostgreSQL's time (200,000 articles of 150
/// words, all in memory).
const TAKEN: f64 = 3.0;
const WALKED: f64 = 15.0;

impl Frequencies {
    /// Those of the database as it is now.
    pub fn load(connection: &mut PgConnection) -> QueryResult<Self> {
        #[derive(QueryableByName)]
        struct Statistics {
            #[diesel(sql_type = Array<Text>)]
            lexemes: Vec<String>,
            #[diesel(sql_type = Array<Float>)]
            parts: Vec<f32>,
            #[diesel(sql_type = Float)]
            articles: f32,
        }
        // Once a minute.
        let found: Statistics = sql_query(
            "SELECT coalesce(most_common_elems::text::text[], '{}') AS lexemes, \
                coalesce(most_common_elem_freqs, '{}') AS parts, reltuples AS articles \
             FROM pg_class LEFT JOIN pg_stats ON schemaname = 'public' AND tablename = relname AND attname = 'vector' \
             WHERE pg_class.oid = 'article_search'::regclass",
        )
        .get_result(connection)?;
        // The least, the greatest and that of nulls follow the frequencies.
        let parts = found.lexemes.into_iter().zip(found.parts.into_iter().map(f64::from)).collect();
        Ok(Self { parts, articles: f64::from(found.articles).max(0.0) })
    }

    /// How to find so many matches of a query, all of whose clauses have to
    /// match: in each, any of its lexemes.
    pub fn way_to(&self, wanted: u32, clauses: &[Vec<String>]) -> Way {
        self.way(wanted, clauses, |lexeme| self.parts.get(lexeme).copied().unwrap_or_default())
    }

    /// The same, where of each lexeme the beginning is given.
    pub fn way_to_beginnings(&self, wanted: u32, clauses: &[Vec<String>]) -> Way {
        self.way(wanted, clauses, |beginning| {
            let begun = self.parts.range::<str, _>((Bound::Included(beginning), Bound::Unbounded));
            begun.take_while(|(lexeme, _)| lexeme.starts_with(beginning)).map(|(_, part)| part).sum()
        })
    }

    fn way(&self, wanted: u32, clauses: &[Vec<String>], part: impl Fn(&str) -> f64) -> Way {
        let parts =
            clauses.iter().map(|lexemes| lexemes.iter().map(|lexeme| part(lexeme)).sum::<f64>().min(1.0));
        let parts: Vec<f64> = parts.collect();
        let Some(least) = parts.iter().copied().min_by(f64::total_cmp) else {
            // Whatever has not a word: nearly all.
            return Way::Walk;
        };
        // Words that meet by chance; those that belong together meet more often.
        let all: f64 = parts.iter().product();
        let matches = least * self.articles;
        if all <= 0.0 || matches * TAKEN <= f64::from(wanted) / all * WALKED { Way::Index } else { Way::Walk }
    }
}

/// Restricts the articles to those that match.
pub(super) fn filter<'a>(articles: Matching<'a>, tsquery: String, way: Way) -> Matching<'a> {
    articles.filter(Matches { tsquery, way })
}

/// Whether an article matches a search, in a form that leaves PostgreSQL no other way: it knows
/// nothing of how often a word occurs among the newest.
#[derive(ValidGrouping)]
struct Matches {
    tsquery: String,
    way: Way,
}

impl Expression for Matches {
    type SqlType = Bool;
}

impl AppearsOnTable<articles::table> for Matches {}

impl QueryId for Matches {
    type QueryId = ();
    // The way is part of the statement.
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Matches {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (before, after) = match self.way {
            Way::Index => (
                "articles.id = ANY (ARRAY(SELECT article_id FROM article_search WHERE vector @@ ",
                "::tsquery))",
            ),
            Way::Walk => {
                ("(SELECT vector @@ ", "::tsquery FROM article_search WHERE article_id = articles.id)")
            }
            Way::Set => {
                ("articles.id IN (SELECT article_id FROM article_search WHERE vector @@ ", "::tsquery)")
            }
        };
        out.push_sql(before);
        out.push_bind_param::<Text, _>(&self.tsquery)?;
        out.push_sql(after);
        Ok(())
    }
}
