//! How common words are, as PostgreSQL's statistics know it.

use std::{collections::BTreeMap, ops::Bound};

/// How often lexemes occur. Statistics name the common ones; any other is in fewer articles than the least common of
/// these.
#[derive(Debug, Default)]
pub struct Frequencies {
    /// The part of all articles that have the lexeme.
    parts: BTreeMap<String, f64>,
    articles: f64,
}

impl Frequencies {
    /// Of so many articles, these parts have these lexemes.
    pub fn new(parts: impl IntoIterator<Item = (String, f64)>, articles: f64) -> Self {
        Self { parts: parts.into_iter().collect(), articles: articles.max(0.0) }
    }

    /// How many articles there are.
    pub fn articles(&self) -> f64 {
        self.articles
    }

    /// Of each clause the part of the articles that have any of its lexemes, or a little more.
    pub fn of_lexemes(&self, clauses: &[Vec<String>]) -> Vec<f64> {
        parts(clauses, |lexeme| self.parts.get(lexeme).copied().unwrap_or_default())
    }

    /// The same, where of each lexeme the beginning is given.
    pub fn of_beginnings(&self, clauses: &[Vec<String>]) -> Vec<f64> {
        parts(clauses, |beginning| {
            let begun = self.parts.range::<str, _>((Bound::Included(beginning), Bound::Unbounded));
            begun.take_while(|(lexeme, _)| lexeme.starts_with(beginning)).map(|(_, part)| part).sum()
        })
    }
}

fn parts(clauses: &[Vec<String>], part: impl Fn(&str) -> f64) -> Vec<f64> {
    clauses.iter().map(|lexemes| lexemes.iter().map(|lexeme| part(lexeme)).sum::<f64>().min(1.0)).collect()
}
