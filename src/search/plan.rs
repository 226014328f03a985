//! How the articles of a list are found: which index is read, in which order, and what is looked at row by row. It is
//! decided here alone, by what is asked for and by PostgreSQL's statistics; the SQL in `queries` follows the plan.

mod condition;
mod strategy;
#[cfg(test)]
mod tests;

use std::{
    fmt::{self, Display, Formatter},
    sync::Arc,
};

pub use condition::{Condition, Cost, Kind, LinkKind, cost, is_ordered_scan};
pub use strategy::{Strategy, strategy_of_beginnings};

use super::statistics::Frequencies;
use crate::{articles::model::ArticleSort, page::Limit};

/// The most matches that facets are counted of: the newest.
pub const COUNTED: u32 = 10_000;
/// How many of the newest matches are ranked. A common word has more than can
/// be ranked in time, and of news the newest are wanted.
const RANKED: u32 = 1000;
/// The same where the words are in more than so [`MANY`] articles.
const COMMON_RANKED: u32 = 200;
const MANY: f64 = 5000.0;
/// How many lexemes are compared with articles, in all: to rank an article takes the longer the more it
/// is asked for. Common ones are more often in each: 200 articles took 0.17 s with 64 of them on a busy
/// machine, and 0.35 s with 128. So the usual number is ranked by up to 50 lexemes, or 64 of common words.
const COMPARED: u32 = 50_000;
const COMMON_COMPARED: u32 = 12_800;

/// The name of a search among the conditions.
pub const SEARCH: &str = "q";

/// What is read to find articles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scan {
    /// An ordered scan of the links of a tag or an entity, which have the dates of their articles: one index has the
    /// page as it is, however few or many links there are. Left to the planner, a tag of middling use costs a hundred
    /// times more.
    Links(LinkKind),
    /// An ordered scan of the dates of all that can be searched.
    SearchDates,
    /// All that the index of lexemes has, put in order by the dates that lie beside; then looked at one by one until
    /// there are enough.
    Lexemes,
    /// The articles themselves, by whichever index PostgreSQL finds the cheapest; how they are searched it is told.
    Articles(Option<Strategy>),
}

/// How some articles of a list are found.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub scan: Scan,
    /// Which index is read; none where that is PostgreSQL's choice.
    pub index: Option<&'static str>,
    /// The conditions that the index answers, by the names of their parameters.
    pub index_conditions: Vec<&'static str>,
    /// The conditions that each row is looked at for, or may be where the index is PostgreSQL's choice.
    pub rechecks: Vec<&'static str>,
    /// The order in which they are read.
    pub order: ArticleSort,
    /// How many are read at most.
    pub limit: u32,
    /// Whether there are few statements of this form, so that a connection may keep it prepared.
    pub is_prepared: bool,
}

impl Plan {
    /// Whether more is looked at row by row than whether an article matches the search.
    pub fn rechecks_filters(&self) -> bool {
        self.rechecks.iter().any(|name| *name != SEARCH)
    }
}

impl Display for Plan {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Self { scan, index, index_conditions, rechecks, order, limit, is_prepared } = self;
        let scan = match scan {
            Scan::Links(_) | Scan::SearchDates => "ordered scan".to_owned(),
            Scan::Lexemes => "all matches, sorted".to_owned(),
            Scan::Articles(None) => "articles".to_owned(),
            Scan::Articles(Some(strategy)) => format!("articles, {strategy}"),
        };
        let index = index.unwrap_or("any index");
        let kept = if *is_prepared { ", prepared" } else { "" };
        write!(f, "{scan}: {index} by {order:?}, {limit} at most{kept}")?;
        for (what, names) in [("index", index_conditions), ("recheck", rechecks)] {
            if !names.is_empty() {
                write!(f, "; {what}: {}", names.join(" "))?;
            }
        }
        Ok(())
    }
}

/// What planning has to know of a search.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Whether nothing is asked for, and nothing found.
    pub is_empty: bool,
    /// The words that a match has to have, of each the lexemes of which any will do.
    pub required: Vec<Vec<String>>,
    /// How many phrases it has to have.
    pub phrases: usize,
    /// Whether the index of lexemes can tell less than is asked for: it knows no places of words.
    pub is_rechecked: bool,
}

/// What a list asks for, and what is known of it: all that plans depend on.
pub struct Planner {
    conditions: Vec<Condition>,
    search: Option<Terms>,
    frequencies: Arc<Frequencies>,
}

impl Planner {
    /// Of conditions that have to hold at once, and a search.
    pub fn new(conditions: Vec<Condition>, search: Option<Terms>, frequencies: Arc<Frequencies>) -> Self {
        Self { conditions, search, frequencies }
    }

    /// A page of the list in an order that needs no ranking.
    pub fn page(&self, sort: ArticleSort, limit: u32) -> Plan {
        let is_usual_limit = limit == Limit::default().0;
        // One row more than the page has: whether there is another page.
        let plan = match sort {
            ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => self.by_date(sort, limit + 1),
            _ => {
                // Searches are mostly by relevance or date.
                let is_prepared = condition::is_common(&self.conditions) && self.search.is_none();
                let scan = Scan::Articles(self.strategy(limit));
                Plan { is_prepared, ..self.following(scan, sort, limit + 1) }
            }
        };
        Plan { is_prepared: plan.is_prepared && is_usual_limit, ..plan }
    }

    /// How many matches the first page of the search is made of: the newest, since all are too many.
    pub fn to_rank(&self) -> u32 {
        if self.matches_at_most() > Some(MANY) { COMMON_RANKED } else { RANKED }
    }

    /// What is ranked by so many lexemes, of which a page says how many articles that may be.
    pub fn ranked(&self, to_rank: u32, lexemes: u32) -> Plan {
        // A cursor may have been tampered with.
        let (usual, compared) = match to_rank <= COMMON_RANKED {
            true => (COMMON_RANKED, COMMON_COMPARED),
            false => (RANKED, COMPARED),
        };
        let limit = usual.min(compared / lexemes.max(1));
        let plan = self.by_date(ArticleSort::PublishedAtDescending, limit);
        Plan { is_prepared: plan.is_prepared && limit == usual, ..plan }
    }

    /// What facets are counted of, and one more: whether that is all.
    pub fn facets(&self) -> Plan {
        // There are as many forms as filters and sets of facets.
        Plan { is_prepared: false, ..self.by_date(ArticleSort::PublishedAtDescending, COUNTED + 1) }
    }

    /// How many articles match the search at most, as far as is known: as many as have its rarest word.
    pub fn matches_at_most(&self) -> Option<f64> {
        let parts = self.frequencies.of_lexemes(&self.search.as_ref()?.required);
        Some(parts.into_iter().fold(1.0, f64::min) * self.frequencies.articles())
    }

    /// How so many matches of the search are found the soonest.
    fn strategy(&self, wanted: u32) -> Option<Strategy> {
        let Terms { is_empty, required, phrases, .. } = self.search.as_ref()?;
        let parts = self.frequencies.of_lexemes(required);
        Some(match is_empty {
            true => Strategy::LexemeIndex,
            false => strategy::cheapest(wanted, &parts, *phrases, self.frequencies.articles()),
        })
    }

    /// So many articles of the list by date.
    fn by_date(&self, sort: ArticleSort, limit: u32) -> Plan {
        let strategy = self.strategy(limit);
        let links = condition::only_links(&self.conditions);
        let scan = match (strategy, links) {
            (None | Some(Strategy::OrderedScan), Some(links)) => Scan::Links(links),
            (Some(Strategy::OrderedScan), None) if condition::is_all_published(&self.conditions) => {
                Scan::SearchDates
            }
            (Some(Strategy::LexemeIndex), _) if condition::is_published(&self.conditions) => Scan::Lexemes,
            _ => Scan::Articles(strategy),
        };
        let is_prepared = links.is_some() || condition::is_common(&self.conditions);
        Plan { is_prepared, ..self.following(scan, sort, limit) }
    }

    /// What a scan is read by, and what that leaves to be looked at.
    fn following(&self, scan: Scan, order: ArticleSort, limit: u32) -> Plan {
        let is_date_of_index = |condition: &Condition| matches!(condition.kind, Kind::Published { .. });
        let index = match scan {
            Scan::Links(links) => Some(links.index()),
            Scan::SearchDates => Some("article_search_published_at"),
            Scan::Lexemes | Scan::Articles(Some(Strategy::LexemeIndex)) => Some("article_search_vector"),
            Scan::Articles(_) => condition::index(&self.conditions, order),
        };
        let is_answered = |condition: &Condition| match scan {
            Scan::Links(_) => is_date_of_index(condition) || matches!(condition.kind, Kind::Link(_)),
            Scan::SearchDates | Scan::Lexemes => is_date_of_index(condition),
            Scan::Articles(_) => index.is_some() && condition.is_answered_by(index, order),
        };
        let names = |is_wanted: bool| {
            let conditions = self.conditions.iter().filter(move |it| is_answered(it) == is_wanted);
            conditions.map(|condition| condition.name).collect::<Vec<_>>()
        };
        let (mut index_conditions, mut rechecks) = (names(true), names(false));
        if let Some(terms) = &self.search {
            let is_by_lexemes = index == Some("article_search_vector");
            if is_by_lexemes {
                index_conditions.push(SEARCH);
            }
            if !is_by_lexemes || terms.is_rechecked {
                rechecks.push(SEARCH);
            }
        }
        for names in [&mut index_conditions, &mut rechecks] {
            names.dedup();
        }
        Plan { scan, index, index_conditions, rechecks, order, limit, is_prepared: false }
    }
}
