//! How common words are, and in which way their articles are found the soonest.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{
        Arc, PoisonError, RwLock,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use diesel::{
    prelude::*,
    sql_query,
    sql_types::{Array, Float, Text},
};

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
pub struct KnownFrequencies {
    known: RwLock<Option<(Instant, Arc<Frequencies>)>>,
    /// Whether somebody is reading them anew.
    is_refreshed: AtomicBool,
}

impl KnownFrequencies {
    /// Reads them anew where that was long ago. Nobody waits for another who does: meanwhile the old ones
    /// serve, and whoever finds none reads them alone.
    pub fn get(&self, connection: &mut PgConnection) -> QueryResult<Arc<Frequencies>> {
        self.get_by(LIFETIME, || Frequencies::load(connection))
    }

    fn get_by<E>(
        &self,
        lifetime: Duration,
        load: impl FnOnce() -> Result<Frequencies, E>,
    ) -> Result<Arc<Frequencies>, E> {
        // No code panics while it holds the lock, and none waits for the database.
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner).clone();
        let _refreshing = match known {
            Some((read, frequencies)) if read.elapsed() < lifetime => return Ok(frequencies),
            Some((_, frequencies)) => match Refreshing::begin(&self.is_refreshed) {
                None => return Ok(frequencies),
                refreshing => refreshing,
            },
            None => None,
        };
        let frequencies = Arc::new(load()?);
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        *known = Some((Instant::now(), frequencies.clone()));
        Ok(frequencies)
    }
}

/// That one is reading, until it is dropped, however that ends.
struct Refreshing<'a>(&'a AtomicBool);

impl<'a> Refreshing<'a> {
    /// Nothing where another one is.
    fn begin(is_refreshed: &'a AtomicBool) -> Option<Self> {
        (!is_refreshed.swap(true, Ordering::AcqRel)).then(|| Self(is_refreshed))
    }
}

impl Drop for Refreshing<'_> {
    fn drop(&mut self) {
        self.0.store(false, Ordering::Release);
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

/// What a match costs that is taken from the index, and an article that is walked past or looked
/// at, in microseconds of PostgreSQL's time (100,000 articles of 150 words, all in memory).
const TAKEN: f64 = 0.5;
const WALKED: f64 = 10.0;
/// Of the articles that have the words of a phrase, the part in which they stand side by side.
const SIDE_BY_SIDE: f64 = 0.1;

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

    /// How to find so many matches of a query, all of whose clauses have to match: in each, any of
    /// its lexemes. In so many phrases the clauses have to stand side by side as well.
    pub fn way_to(&self, wanted: u32, clauses: &[Vec<String>], phrases: usize) -> Way {
        self.way(wanted, clauses, phrases, |lexeme| self.parts.get(lexeme).copied().unwrap_or_default())
    }

    /// The same, where of each lexeme the beginning is given.
    pub fn way_to_beginnings(&self, wanted: u32, clauses: &[Vec<String>]) -> Way {
        self.way(wanted, clauses, 0, |beginning| {
            let begun = self.parts.range::<str, _>((Bound::Included(beginning), Bound::Unbounded));
            begun.take_while(|(lexeme, _)| lexeme.starts_with(beginning)).map(|(_, part)| part).sum()
        })
    }

    /// How many articles match all of the clauses at most: as many as have the rarest.
    pub fn at_most(&self, clauses: &[Vec<String>]) -> f64 {
        let parts = parts(clauses, |lexeme| self.parts.get(lexeme).copied().unwrap_or_default());
        parts.into_iter().fold(1.0, f64::min) * self.articles
    }

    fn way(&self, wanted: u32, clauses: &[Vec<String>], phrases: usize, part: impl Fn(&str) -> f64) -> Way {
        let parts = parts(clauses, part);
        let Some(least) = parts.iter().copied().min_by(f64::total_cmp) else {
            // Whatever has not a word: nearly all.
            return Way::Walk;
        };
        // Words that meet by chance; those that belong together meet more often.
        let all: f64 = parts.iter().product();
        let looked_at = f64::from(wanted) / SIDE_BY_SIDE.powf(phrases as f64);
        let matches = least * self.articles;
        let taken = matches * TAKEN + if phrases > 0 { matches.min(looked_at) * WALKED } else { 0.0 };
        if all <= 0.0 || taken <= looked_at / all * WALKED { Way::Index } else { Way::Walk }
    }
}

/// Of each clause the part of the articles that have any of its lexemes, or a little more.
fn parts(clauses: &[Vec<String>], part: impl Fn(&str) -> f64) -> Vec<f64> {
    clauses.iter().map(|lexemes| lexemes.iter().map(|lexeme| part(lexeme)).sum::<f64>().min(1.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn way(wanted: u32, parts: &[f64], phrases: usize) -> Way {
        let names = |place: usize| place.to_string();
        let clauses: Vec<Vec<String>> = (0..parts.len()).map(|place| vec![names(place)]).collect();
        let parts = parts.iter().copied().enumerate().map(|(place, part)| (names(place), part)).collect();
        Frequencies { parts, articles: 200_000.0 }.way_to(wanted, &clauses, phrases)
    }

    #[test]
    fn a_common_word_is_met_soon_and_a_rare_one_is_in_few() {
        assert_eq!(way(20, &[0.5], 0), Way::Walk);
        assert_eq!(way(20, &[0.02], 0), Way::Index);
        assert_eq!(way(20, &[0.5, 0.0], 0), Way::Index);
        assert_eq!(way(20, &[], 0), Way::Walk);
        assert_eq!(way(10_000, &[0.5], 0), Way::Index);
    }

    #[test]
    fn words_that_have_to_stand_side_by_side_are_met_later() {
        assert_eq!(way(20, &[0.3, 0.3], 0), Way::Walk);
        assert_eq!(way(20, &[0.15, 0.15], 0), Way::Walk);
        assert_eq!(way(20, &[0.15, 0.15], 1), Way::Index);
    }

    fn of(articles: f64) -> Frequencies {
        Frequencies { articles, ..Frequencies::default() }
    }

    #[test]
    fn nobody_waits_for_another_who_reads_them_anew() {
        let known = KnownFrequencies::default();
        let stale = || known.get_by(Duration::ZERO, || Err::<Frequencies, _>("read again"));
        let articles = |found: Result<Arc<Frequencies>, _>| found.map(|found| found.articles);
        assert_eq!(articles(stale()), Err("read again"));
        let first = known.get_by(Duration::ZERO, || {
            // Who comes meanwhile finds nothing, and reads alone.
            assert_eq!(articles(stale()), Err("read again"));
            Ok::<_, &str>(of(1.0))
        });
        assert_eq!(articles(first), Ok(1.0));
        let second = known.get_by(Duration::ZERO, || {
            assert_eq!(articles(stale()), Ok(1.0));
            Ok::<_, &str>(of(2.0))
        });
        assert_eq!(articles(second), Ok(2.0));
        // One that failed leaves it to the next.
        assert_eq!(articles(stale()), Err("read again"));
        let third = known.get_by(Duration::ZERO, || Ok::<_, &str>(of(3.0)));
        assert_eq!(articles(third), Ok(3.0));
        assert_eq!(articles(known.get_by(LIFETIME, || Err("read again"))), Ok(3.0));
    }
}
