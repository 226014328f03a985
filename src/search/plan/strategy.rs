//! In which way matches of a search are found the soonest.

use std::fmt::{self, Display, Formatter};

use crate::search::statistics::Frequencies;

/// How the articles that match are found. The planner knows nothing of how often a word occurs among the newest, and
/// takes the wrong way by a factor of hundreds, so the SQL leaves it no choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strategy {
    /// All that match are taken from the index of lexemes.
    LexemeIndex,
    /// Articles are looked at in the order of the list until enough have matched.
    OrderedScan,
    /// All that match, in no order and in whatever way PostgreSQL expects to be the fastest: to be
    /// counted.
    Any,
}

impl Display for Strategy {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::LexemeIndex => "all matches",
            Self::OrderedScan => "each looked at",
            Self::Any => "in any way",
        })
    }
}

/// What a match costs that is taken from the index, and an article that is passed by or looked
/// at, in microseconds of PostgreSQL's time (100,000 articles of 150 words, all in memory).
const TAKEN: f64 = 0.5;
const LOOKED_AT: f64 = 10.0;
/// Of the articles that have the words of a phrase, the part in which they stand side by side.
const SIDE_BY_SIDE: f64 = 0.1;

/// How to find so many matches of a query whose clauses are in these parts of so many articles, and all have to match.
/// In so many phrases the clauses have to stand side by side as well.
pub(super) fn cheapest(wanted: u32, parts: &[f64], phrases: usize, articles: f64) -> Strategy {
    let Some(least) = parts.iter().copied().min_by(f64::total_cmp) else {
        // Whatever has not a word: nearly all.
        return Strategy::OrderedScan;
    };
    // Words that meet by chance; those that belong together meet more often.
    let all: f64 = parts.iter().product();
    let looked_at = f64::from(wanted) / SIDE_BY_SIDE.powf(phrases as f64);
    let matches = least * articles;
    let taken = matches * TAKEN + if phrases > 0 { matches.min(looked_at) * LOOKED_AT } else { 0.0 };
    match all <= 0.0 || taken <= looked_at / all * LOOKED_AT {
        true => Strategy::LexemeIndex,
        false => Strategy::OrderedScan,
    }
}

/// How to find so many matches of words that are typed: of each the beginnings of lexemes of which any will do.
pub fn strategy_of_beginnings(
    wanted: u32,
    beginnings: &[Vec<String>],
    frequencies: &Frequencies,
) -> Strategy {
    cheapest(wanted, &frequencies.of_beginnings(beginnings), 0, frequencies.articles())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strategy(wanted: u32, parts: &[f64], phrases: usize) -> Strategy {
        cheapest(wanted, parts, phrases, 200_000.0)
    }

    #[test]
    fn a_common_word_is_met_soon_and_a_rare_one_is_in_few() {
        assert_eq!(strategy(20, &[0.5], 0), Strategy::OrderedScan);
        assert_eq!(strategy(20, &[0.02], 0), Strategy::LexemeIndex);
        assert_eq!(strategy(20, &[0.5, 0.0], 0), Strategy::LexemeIndex);
        assert_eq!(strategy(20, &[], 0), Strategy::OrderedScan);
        assert_eq!(strategy(10_000, &[0.5], 0), Strategy::LexemeIndex);
    }

    #[test]
    fn words_that_have_to_stand_side_by_side_are_met_later() {
        assert_eq!(strategy(20, &[0.3, 0.3], 0), Strategy::OrderedScan);
        assert_eq!(strategy(20, &[0.15, 0.15], 0), Strategy::OrderedScan);
        assert_eq!(strategy(20, &[0.15, 0.15], 1), Strategy::LexemeIndex);
    }

    #[test]
    fn words_that_begin_alike_are_met_as_often_as_all_of_them() {
        let parts =
            [("news", 0.3), ("newt", 0.3), ("nile", 0.01)].map(|(word, part)| (word.to_owned(), part));
        let frequencies = Frequencies::new(parts, 200_000.0);
        let strategy =
            |beginning: &str| strategy_of_beginnings(20, &[vec![beginning.to_owned()]], &frequencies);
        assert_eq!(strategy("new"), Strategy::OrderedScan);
        assert_eq!(strategy("ni"), Strategy::LexemeIndex);
        assert_eq!(strategy("x"), Strategy::LexemeIndex);
    }
}
