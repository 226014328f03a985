//! The search for articles: what is asked for, and what they are found by.

use diesel::{Connection, PgConnection, QueryResult};
use serde::Serialize;

use super::{
    findings::{Highlights, SearchExplanation},
    model::{ArticleContent, FullArticle},
    queries::search::{self as queries, Frequencies, Way},
};
use crate::{
    error::ApiResult,
    http::params::invalid_parameter,
    text::{
        highlight::{Limits, highlight},
        query::{Match, Query, Weight, vector},
    },
    values::{LanguageTag, text_enum},
};

text_enum! {
    /// How much alike words have to be.
    pub enum Strength {
        /// As they are written, but for the case.
        Exact = "exact",
        /// But for accents, vowel signs, and letters that are written for one another.
        Folded = "folded",
        /// In any form: with particles and endings.
        Stem = "stem",
    }
}

impl From<Strength> for Match {
    fn from(strength: Strength) -> Self {
        match strength {
            Strength::Exact => Match::Exact,
            Strength::Folded => Match::Folded,
            Strength::Stem => Match::Stem,
        }
    }
}

/// A search, as it was read. Two that are written alike are the same.
#[derive(Debug, Clone, Serialize)]
pub struct Search {
    q: String,
    strength: Strength,
    language: Option<String>,
    #[serde(skip)]
    query: Query,
}

impl PartialEq for Search {
    fn eq(&self, other: &Self) -> bool {
        (&self.q, self.strength, &self.language) == (&other.q, other.strength, &other.language)
    }
}

impl Search {
    /// Reads what somebody searches for. The words are of the language, where
    /// the articles are to be in a single one.
    pub fn new(q: &str, strength: Strength, languages: &[LanguageTag]) -> ApiResult<Self> {
        let language = match languages {
            [language] => Some(language.as_str().to_owned()),
            _ => None,
        };
        let query = Query::parse(q, language.as_deref())
            .map_err(|fault| invalid_parameter("q", "too_long", fault))?;
        Ok(Self { q: q.to_owned(), strength, language, query })
    }

    /// What PostgreSQL is asked for; it matches nothing where nothing is asked for.
    pub fn tsquery(&self) -> String {
        self.at(self.strength)
    }

    /// What counts for the relevance: the search itself, and it again for who matches it more closely.
    pub fn ranked(&self) -> [String; 3] {
        [self.strength, self.strength.min(Strength::Folded), Strength::Exact]
            .map(|strength| self.at(strength))
    }

    fn at(&self, strength: Strength) -> String {
        self.query.to_tsquery(strength.into()).unwrap_or_default()
    }

    /// How to find so many of the matches.
    pub fn way(&self, wanted: u32, frequencies: &Frequencies) -> Way {
        match self.query.is_empty() {
            true => Way::Index,
            false => frequencies.way_to(wanted, &self.query.required(self.strength.into())),
        }
    }

    /// How the search was read.
    pub fn explain(&self) -> SearchExplanation {
        self.query.explain(self.strength.into()).into()
    }

    /// Where an article matches.
    pub fn highlights(&self, article: &FullArticle, body_text: &str) -> Highlights {
        let terms = self.query.positive_terms(self.strength.into());
        let language = Some(article.article.language.as_str());
        let fragments = |text: &str| {
            let fragments = highlight(text, language, &terms, Limits::default());
            fragments.into_iter().map(Into::into).collect()
        };
        Highlights {
            headline: fragments(&article.article.headline),
            standfirst: fragments(article.article.standfirst.as_deref().unwrap_or_default()),
            body_text: fragments(body_text),
        }
    }
}

/// How many articles one transaction of [`reindex`] analyses.
const AT_ONCE: u32 = 200;

/// The analysed texts of an article, as the text of a `tsvector`.
pub fn vector_of(language: &str, headline: &str, standfirst: Option<&str>, body_text: &str) -> String {
    let fields = [(headline, Weight::A), (standfirst.unwrap_or_default(), Weight::B), (body_text, Weight::D)];
    vector(&fields, Some(language))
}

impl ArticleContent {
    /// The analysed texts of the article.
    pub fn vector(&self) -> String {
        vector_of(&self.language, &self.headline, self.standfirst.as_deref(), &self.body_text)
    }
}

/// Analyses the articles whose stored analysis is missing or of another
/// version, some at a time, so that others read and write meanwhile. Says after
/// each step how many there have been.
pub fn reindex(connection: &mut PgConnection, mut say: impl FnMut(u64)) -> QueryResult<u64> {
    let (mut after, mut count) = (None, 0);
    loop {
        let done = connection.transaction(|connection| -> QueryResult<_> {
            let stale = queries::lock_stale(connection, after, AT_ONCE)?;
            for article in &stale {
                let vector = vector_of(
                    &article.language,
                    &article.headline,
                    article.standfirst.as_deref(),
                    &article.body_text,
                );
                queries::store(connection, article.id, vector)?;
            }
            if !stale.is_empty() {
                queries::announce(connection)?;
            }
            Ok(stale.last().map(|last| (last.id, stale.len() as u64)))
        })?;
        let Some((last, some)) = done else { return Ok(count) };
        count += some;
        after = Some(last);
        say(count);
    }
}
