//! How a search was read, as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use super::plan::{Plan, Scan, Strategy};
use crate::{
    articles::model::ArticleSort,
    taxonomy::Label,
    values::{Text, text_enum},
};
use maqal_text::query::{self, ExplainedClause, ExplainedToken, Explanation};

/// How a search was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchExplanation {
    /// Its words and phrases, in order.
    #[schema(max_items = 1000)]
    pub clauses: Vec<SearchClause>,
    /// How its matches were found: for those who have a key.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub plan: Option<SearchPlan>,
}

/// How the matches of a search were found, as PostgreSQL's statistics of words made it the cheapest.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "matches_at_most": 4200,
    "steps": [{
        "finds": "ranked", "scan": "ordered", "index": "article_search_published_at", "order": "-published_at",
        "index_conditions": ["status"], "rechecks": ["q"], "limit": 1000, "is_prepared": true
    }]
})))]
pub struct SearchPlan {
    /// How many articles match at most: as many as have its rarest word, as far as the statistics tell.
    #[schema(minimum = 0)]
    pub matches_at_most: i64,
    /// What was read, in order.
    #[schema(min_items = 1, max_items = 2)]
    pub steps: Vec<SearchStep>,
}

/// One read of a search.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchStep {
    pub finds: Finds,
    pub scan: ScanKind,
    /// The index that is read; null where PostgreSQL chooses one.
    #[schema(required, value_type = Option<Text<1, 63>>)]
    pub index: Option<&'static str>,
    /// The order in which articles are read.
    pub order: ArticleSort,
    /// The parameters that the index answers.
    #[schema(max_items = 20, value_type = Vec<Text<1, 63>>)]
    pub index_conditions: Vec<&'static str>,
    /// The parameters that each article is looked at for; where PostgreSQL chooses the index, it may answer some of them.
    #[schema(max_items = 20, value_type = Vec<Text<1, 63>>)]
    pub rechecks: Vec<&'static str>,
    /// How many articles are read at most.
    #[schema(minimum = 1)]
    pub limit: u32,
    /// Whether the statement stays prepared.
    pub is_prepared: bool,
}

text_enum! {
    /// What a read of a search is for.
    pub enum Finds {
        /// The articles of the page.
        Page = "page",
        /// The articles that are ranked by relevance, of which the first ones are the page.
        Ranked = "ranked",
        /// The articles that facets are counted of.
        Facets = "facets",
    }
}

text_enum! {
    /// In which way articles are found.
    pub enum ScanKind {
        /// In the order of the index, until there are enough.
        Ordered = "ordered",
        /// All that match, by the index of words; then they are put in order.
        AllMatches = "all_matches",
    }
}

impl SearchStep {
    /// What a plan reads.
    pub fn new(finds: Finds, plan: Plan) -> Self {
        let Plan { scan, index, index_conditions, rechecks, order, limit, is_prepared } = plan;
        let scan = match scan {
            Scan::Lexemes | Scan::Articles(Some(Strategy::LexemeIndex | Strategy::Any)) => {
                ScanKind::AllMatches
            }
            Scan::Links(_) | Scan::SearchDates | Scan::Articles(None | Some(Strategy::OrderedScan)) => {
                ScanKind::Ordered
            }
        };
        Self { finds, scan, index, order, index_conditions, rechecks, limit, is_prepared }
    }
}

/// How a word or phrase of a search was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SearchClause {
    /// Whether it is one word, or several that follow one another.
    pub kind: ClauseKind,
    /// What it does to the search.
    pub role: ClauseRole,
    #[schema(max_items = 1000)]
    pub words: Vec<SearchWord>,
    /// The tags and entities whose names have it: articles that have them match as well.
    #[schema(max_items = 200)]
    pub labels: Vec<Label>,
}

text_enum! {
    /// What a part of a search is.
    pub enum ClauseKind {
        /// One word.
        Word = "word",
        /// Several that follow one another.
        Phrase = "phrase",
    }
}

text_enum! {
    /// What a word or phrase does to its search.
    pub enum ClauseRole {
        /// It has to occur.
        Required = "required",
        /// It may occur in the place of the one before it.
        Alternative = "alternative",
        /// It must not occur.
        Without = "without",
        /// It says nothing, and the search has words that do; or it was asked for before.
        LeftOut = "left_out",
    }
}

/// A form of a word; one letter may have become several.
type Form = Text<0, 20_000>;

/// How a word of a search was read.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "text": "النيل", "exact": "النيل", "folded": "النيل", "variants": ["نيل"], "is_stop": false,
    "lexemes": ["=النيل", "النيل", "~النيل", "=نيل", "نيل", "~نيل"]
})))]
pub struct SearchWord {
    /// As it was typed.
    #[schema(value_type = Text<1, 1000, true>)]
    pub text: String,
    /// In lower case.
    #[schema(value_type = Form)]
    pub exact: String,
    /// In the form in which spellings meet.
    #[schema(value_type = Form)]
    pub folded: String,
    /// Other forms that are looked for.
    #[schema(max_items = 100, value_type = Vec<Form>)]
    pub variants: Vec<String>,
    /// Whether it is a function word.
    pub is_stop: bool,
    /// What is looked for: `=` stands before a form as it is written, `~` before one that a word
    /// has without its particles or endings. None where the word is left out.
    #[schema(max_items = 400, value_type = Vec<Form>)]
    pub lexemes: Vec<String>,
}

impl SearchExplanation {
    /// Of an explanation, and the labels of each clause that is not left out.
    pub fn new(explanation: Explanation, labels: &[Vec<Label>], plan: Option<SearchPlan>) -> Self {
        let mut labels = labels.iter();
        let clause = |ExplainedClause { kind, role, tokens }| {
            let labels = if role == query::Role::LeftOut { None } else { labels.next() };
            SearchClause {
                kind: kind.into(),
                role: role.into(),
                words: tokens.into_iter().map(Into::into).collect(),
                labels: labels.into_iter().flatten().cloned().collect(),
            }
        };
        Self { clauses: explanation.clauses.into_iter().map(clause).collect(), plan }
    }
}

impl From<query::Kind> for ClauseKind {
    fn from(kind: query::Kind) -> Self {
        match kind {
            query::Kind::Word => Self::Word,
            query::Kind::Phrase => Self::Phrase,
        }
    }
}

impl From<query::Role> for ClauseRole {
    fn from(role: query::Role) -> Self {
        match role {
            query::Role::Required => Self::Required,
            query::Role::Alternative => Self::Alternative,
            query::Role::Without => Self::Without,
            query::Role::LeftOut => Self::LeftOut,
        }
    }
}

impl From<ExplainedToken> for SearchWord {
    fn from(token: ExplainedToken) -> Self {
        let ExplainedToken { text, exact, folded, variants, is_stop, lexemes } = token;
        Self { text, exact, folded, variants, is_stop, lexemes }
    }
}
