//! A page of articles, as JSON.

use serde::Serialize;
use utoipa::ToSchema;

use super::{details::SearchExplanation, facets::Facets};
use crate::{
    articles::body::PartialArticle,
    cache::{answer::Ready, dependency_cache::Cached},
    page::PageInfo,
    values::text_enum,
};

text_enum! {
    /// The order of what matches a search.
    pub enum SortedBy {
        /// What matches best first.
        Relevance = "relevance",
        /// The newest first.
        PublishedAtDescending = "-published_at",
    }
}

/// All articles of a list, one after another.
#[derive(Debug)]
pub struct ArticleExport;

/// A page of a list of articles.
#[derive(Debug, Serialize, ToSchema)]
pub struct ArticlePage {
    #[schema(value_type = Vec<PartialArticle>, max_items = 100)]
    pub data: Vec<Cached<Ready>>,
    pub page: PageInfo,
    /// The order that the page is in, if it was to be by relevance: by date where the matches could not be
    /// ranked in time. The pages that follow are in the same order.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub sorted_by: Option<SortedBy>,
    /// What the matches have in common, if `facets` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub facets: Option<Facets>,
    /// How `q` was read, if `explain` asks for it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub query: Option<SearchExplanation>,
}
