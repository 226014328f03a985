//! Where an article matches a search.

use serde::Serialize;
use utoipa::ToSchema;

use super::model::Article;
use crate::values::Text;
use maqal_text::highlight::{Fragment, Match};

/// Where a search matches an article: parts of its texts, as many as are worth showing.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(examples(json!({
    "headline": [{"text": "مساعدات للسودان", "start": 0, "end": 15,
                  "matches": [{"start": 9, "end": 15, "exact": "سودان"}]}],
    "kicker": [], "standfirst": [], "body_text": []
})))]
pub struct Highlights {
    #[schema(max_items = 3)]
    pub headline: Vec<HighlightFragment>,
    #[schema(max_items = 3)]
    pub kicker: Vec<HighlightFragment>,
    #[schema(max_items = 3)]
    pub standfirst: Vec<HighlightFragment>,
    /// Of its first 50,000 code points.
    #[schema(max_items = 3)]
    pub body_text: Vec<HighlightFragment>,
}

impl Highlights {
    /// Those of an article, where `of` finds them in each of its texts.
    pub fn of(article: &Article, body_text: &str, of: impl Fn(&str) -> Vec<Fragment>) -> Self {
        let of = |text: &str| of(text).into_iter().map(HighlightFragment::from).collect();
        Self {
            headline: of(&article.headline),
            kicker: of(article.kicker.as_deref().unwrap_or_default()),
            standfirst: of(article.standfirst.as_deref().unwrap_or_default()),
            body_text: of(body_text),
        }
    }
}

/// A part of a text in which something matches.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HighlightFragment {
    /// The part as it is written.
    #[schema(value_type = Text<0, 50_000>)]
    pub text: String,
    /// Where it begins in the whole text, in code points.
    #[schema(minimum = 0)]
    pub start: u32,
    /// Where it ends, in code points.
    #[schema(minimum = 0)]
    pub end: u32,
    /// What matches, in order.
    #[schema(max_items = 10000)]
    pub matches: Vec<HighlightMatch>,
}

/// A word or phrase that matches, without the particles that are written onto it.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct HighlightMatch {
    /// Where it begins in the whole text, in code points.
    #[schema(minimum = 0)]
    pub start: u32,
    /// Where it ends, in code points.
    #[schema(minimum = 0)]
    pub end: u32,
    /// What is written there.
    #[schema(value_type = Text<1, 50_000, true>)]
    pub exact: String,
}

impl From<Fragment> for HighlightFragment {
    fn from(Fragment { text, start, end, matches }: Fragment) -> Self {
        Self { text, start, end, matches: matches.into_iter().map(Into::into).collect() }
    }
}

impl From<Match> for HighlightMatch {
    fn from(Match { start, end, exact }: Match) -> Self {
        Self { start, end, exact }
    }
}
