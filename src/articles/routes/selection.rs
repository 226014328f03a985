//! From the parameters of a list to what is read.

use super::ArticleListParams;
use crate::{
    articles::{
        model::{ArticleSort, ArticleStatus},
        queries::{ArticleFilter, DateField, LinkFilter},
        shape::Shape,
    },
    auth::Access,
    error::{ApiError, ApiResult, Problem},
    values::Text,
};

/// Which articles, in which order, and what of each.
pub struct Selection {
    pub filter: ArticleFilter,
    pub sort: ArticleSort,
    pub shape: Shape,
}

impl Selection {
    /// What the parameters say, if the client may see it.
    pub fn new(params: ArticleListParams, access: &Access) -> ApiResult<Self> {
        let wants_unpublished = params.status.iter().any(|status| *status != ArticleStatus::Published);
        if wants_unpublished && !access.sees_unpublished() {
            return Err(ApiError::new(
                Problem::Unauthenticated,
                "articles that are not published are seen with a key only: send one, or leave status out",
            ));
        }
        let shape = Shape::listed()
            .adjusted(params.fields, params.include)
            .seeing_unpublished(access.sees_unpublished());
        let mut status = params.status;
        if status.is_empty() {
            status.push(ArticleStatus::Published);
        }
        let filter = ArticleFilter {
            status,
            language: params.language.iter().map(|language| language.as_str().to_owned()).collect(),
            source: params.source.into_iter().map(Text::into_string).collect(),
            external_id: params.external_id.into_iter().map(Text::into_string).collect(),
            tags: LinkFilter { all: params.tags, any: params.tags_any, none: params.tags_none },
            entities: LinkFilter {
                all: params.entities,
                any: params.entities_any,
                none: params.entities_none,
            },
            entity_type: params.entity_type,
            date_field: params.date_field.unwrap_or(DateField::PublishedAt),
            from: params.from,
            to: params.to,
        };
        Ok(Self { filter, sort: params.sort, shape })
    }
}
