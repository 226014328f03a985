//! The search for articles: what is asked for, and what they are found by.

use diesel::{Connection, PgConnection, QueryResult};
use serde::Serialize;
use uuid::Uuid;

use super::{
    findings::{Highlights, SearchExplanation},
    model::{ArticleContent, FullArticle},
    queries::{
        Asked,
        frequencies::{Frequencies, Way},
        search as queries,
    },
};
use crate::{
    error::ApiResult,
    http::params::invalid_parameter,
    labels::{
        Label, LabelKind,
        known::{KnownLabels, Matches},
        queries as labels, vector_of as vector_of_names,
    },
    values::{LanguageTag, text_enum},
};
use maqal_text::{
    highlight::{Limits, highlight},
    query::{self, Field, Match, Packed, Query, Ranked, Weight},
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

/// The tags and entities that a search stands for, of each of its words and phrases.
#[derive(Debug, Default)]
pub struct FoundLabels {
    matches: Matches,
    /// By which articles that bear them are found.
    lexemes: Vec<Vec<String>>,
}

/// How many articles one transaction of [`reindex`] analyses.
const AT_ONCE: u32 = 200;

/// The texts of an article that it is found by.
fn fields<'a>(
    language: &'a str,
    headline: &'a str,
    standfirst: Option<&'a str>,
    body_text: &'a str,
) -> [Field<'a>; 3] {
    let field = |text, weight, is_completed| Field { text, language: Some(language), weight, is_completed };
    [
        field(headline, Weight::A, true),
        field(standfirst.unwrap_or_default(), Weight::B, false),
        field(body_text, Weight::D, false),
    ]
}

/// What an article with these tags and entities is found by besides its texts, to be put behind
/// their vector.
pub fn labels_of(ids: impl IntoIterator<Item = Uuid>) -> String {
    query::labels(ids.into_iter().map(Uuid::simple))
}

impl ArticleContent {
    /// The analysed texts of the article.
    pub fn packed_vector(&self) -> Packed {
        query::packed(self.fields())
    }

    fn fields(&self) -> [Field<'_>; 3] {
        fields(&self.language, &self.headline, self.standfirst.as_deref(), &self.body_text)
    }
}

/// Whether any tag, entity or article is not found as this program would have it.
pub fn has_stale(connection: &mut PgConnection) -> QueryResult<bool> {
    Ok(labels::has_stale(connection)? || queries::has_stale(connection)?)
}

/// Analyses the tags, entities and articles whose stored analysis is missing or of another
/// version, some at a time, so that others read and write meanwhile. Says after each step how many
/// articles there have been.
pub fn reindex(connection: &mut PgConnection, say: impl FnMut(u64)) -> QueryResult<u64> {
    for kind in LabelKind::ALL {
        reindex_labels(connection, kind)?;
    }
    reindex_articles(connection, say)
}

fn reindex_labels(connection: &mut PgConnection, kind: LabelKind) -> QueryResult<()> {
    let mut after = None;
    loop {
        let last = connection.transaction(|connection| -> QueryResult<_> {
            let stale = labels::lock_stale(connection, kind, after, AT_ONCE)?;
            let Some((last, _)) = stale.last() else { return Ok(None) };
            let last = *last;
            let found_by = stale.iter().map(|(id, names)| {
                let names = names.0.iter().map(|(language, name)| (language.as_deref(), name.as_str()));
                (*id, vector_of_names(names))
            });
            labels::store(connection, kind, found_by.collect())?;
            queries::announce(connection)?;
            Ok(Some(last))
        })?;
        match last {
            None => return Ok(()),
            last => after = last,
        }
    }
}

fn store_all(connection: &mut PgConnection, articles: &[queries::Texts]) -> QueryResult<()> {
    for article in articles {
        let fields =
            fields(&article.language, &article.headline, article.standfirst.as_deref(), &article.body_text);
        let mut vector = query::packed(fields);
        vector.add_labels(article.labels.iter().copied().map(Uuid::simple));
        queries::store(connection, article.id, vector)?;
    }
    Ok(())
}

pub use queries::leave_to_caller;

/// Stores anew what these articles are found by, now that they have other links.
pub fn store_again(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<()> {
    if ids.is_empty() {
        return Ok(());
    }
    let texts = queries::texts(connection, ids)?;
    store_all(connection, &texts)?;
    queries::announce(connection)
}

fn reindex_articles(connection: &mut PgConnection, mut say: impl FnMut(u64)) -> QueryResult<u64> {
    let (mut after, mut count) = (None, 0);
    loop {
        let done = connection.transaction(|connection| -> QueryResult<_> {
            let stale = queries::lock_stale(connection, after, AT_ONCE)?;
            store_all(connection, &stale)?;
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
