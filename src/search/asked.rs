//! The search for articles: what is asked for, and what they are found by.

use diesel::{PgConnection, QueryResult};
use serde::Serialize;

use super::{
    details::SearchExplanation,
    queries::{
        Asked,
        frequencies::{Frequencies, Way},
    },
};
use crate::{
    articles::{highlights::Highlights, model::FullArticle},
    error::{ApiResult, invalid_parameter},
    taxonomy::{
        Label,
        known::{KnownLabels, Matches},
    },
    values::{LanguageTag, text_enum},
};
use maqal_text::{
    highlight::{Limits, highlight},
    query::{self, Match, Query, Ranked},
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

    /// Looks for the tags and entities whose names have its words.
    pub fn find_labels(
        &self,
        connection: &mut PgConnection,
        known: &KnownLabels,
    ) -> QueryResult<FoundLabels> {
        let matches = known.matching(connection, self.query.names(self.strength.into()))?;
        let ids = |label: &Label| std::iter::once(label.id).chain(label.former.clone());
        let lexemes = matches
            .iter()
            .map(|of_clause| of_clause.iter().flat_map(ids).map(|id| query::label(id.simple())).collect());
        Ok(FoundLabels { lexemes: lexemes.collect(), matches })
    }

    /// What PostgreSQL is asked for; it matches nothing where nothing is asked for.
    pub fn asked(&self, labels: &FoundLabels) -> Asked {
        let strength = self.strength.into();
        Asked {
            tsquery: self.query.to_tsquery(strength, &labels.lexemes).unwrap_or_default(),
            words: self.query.to_words(strength, &labels.lexemes),
        }
    }

    /// What counts for the relevance: the words themselves, and they again for who has them more closely.
    pub fn ranked(&self) -> [Ranked; 3] {
        // Ten English words, or four Arabic ones, in all of their forms; then ten as they are folded; all exactly.
        const OWN: usize = 96;
        const CLOSER: usize = 32;
        let of_words = |strength: Strength, at_most| self.query.ranked(strength.into(), at_most);
        [
            of_words(self.strength, OWN),
            of_words(self.strength.min(Strength::Folded), CLOSER),
            of_words(Strength::Exact, CLOSER),
        ]
    }

    /// How to find so many of the matches.
    pub fn way(&self, wanted: u32, labels: &FoundLabels, frequencies: &Frequencies) -> Way {
        let strength = self.strength.into();
        match self.query.is_empty() {
            true => Way::Index,
            false => frequencies.way_to(
                wanted,
                &self.query.required(strength, &labels.lexemes),
                self.query.phrases(strength),
            ),
        }
    }

    /// How many articles match at most, as far as is known.
    pub fn at_most(&self, labels: &FoundLabels, frequencies: &Frequencies) -> f64 {
        frequencies.at_most(&self.query.required(self.strength.into(), &labels.lexemes))
    }

    /// How the search was read.
    pub fn explain(&self, labels: &FoundLabels) -> SearchExplanation {
        SearchExplanation::new(self.query.explain(self.strength.into()), &labels.matches)
    }

    /// Where an article matches.
    pub fn highlights(&self, article: &FullArticle, body_text: &str) -> Highlights {
        let terms = self.query.positive_terms(self.strength.into());
        let language = Some(article.article.language.as_str());
        Highlights::of(&article.article, body_text, |text| {
            highlight(text, language, &terms, Limits::default())
        })
    }
}

/// The tags and entities that a search stands for, of each of its words and phrases.
#[derive(Debug, Default)]
pub struct FoundLabels {
    matches: Matches,
    /// By which articles that bear them are found.
    lexemes: Vec<Vec<String>>,
}
