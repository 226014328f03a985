//! The search for articles: what is asked for, and what they are found by.

use serde::Serialize;

use super::{
    details::{SearchExplanation, SearchPlan},
    plan::Terms,
};
use crate::{
    articles::{highlights::Highlights, model::FullArticle},
    error::{ApiResult, invalid_parameter},
    taxonomy::{Label, known::Matches},
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

    /// What the names of tags and entities are searched for, as texts of `tsquery` literals.
    pub fn names(&self) -> Vec<String> {
        self.query.names(self.strength.into())
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

    /// What planning has to know of it.
    pub fn terms(&self, labels: &FoundLabels, asked: &Asked) -> Terms {
        let strength = self.strength.into();
        Terms {
            is_empty: self.query.is_empty(),
            required: self.query.required(strength, &labels.lexemes),
            phrases: self.query.phrases(strength),
            is_rechecked: asked.words.is_some(),
        }
    }

    /// How the search was read; how its matches were found, if that may be told.
    pub fn explain(&self, labels: &FoundLabels, plan: Option<SearchPlan>) -> SearchExplanation {
        SearchExplanation::new(self.query.explain(self.strength.into()), &labels.matches, plan)
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
    /// By which articles that have them are found.
    lexemes: Vec<Vec<String>>,
}

impl FoundLabels {
    /// Those that match each word or phrase.
    pub fn new(matches: Matches) -> Self {
        let ids = |label: &Label| std::iter::once(label.id).chain(label.former.clone());
        let lexemes = matches
            .iter()
            .map(|of_clause| of_clause.iter().flat_map(ids).map(|id| query::label(id.simple())).collect());
        Self { lexemes: lexemes.collect(), matches }
    }
}

/// What the index of lexemes is asked for, as texts of `tsquery` literals.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    pub tsquery: String,
    /// What the index can tell of it, where that is less: it knows no places of words.
    pub words: Option<String>,
}
