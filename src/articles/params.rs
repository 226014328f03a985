//! The parameters of reads: which articles, and what of them.

use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    model::{ArticleSort, ArticleStatus},
    queries::{ArticleFilter, DateField, LinkFilter},
    read::{List, ListPage, Within},
    shape::{ArticleField, ArticleInclude, Shape},
};
use crate::{
    auth::Access,
    entities::model::EntityType,
    error::{ApiError, ApiResult, Problem},
    http::{
        input::Input,
        page::{Count, CursorText, Limit},
        params::{CommaList, set},
    },
    values::{Key, LanguageTag, Moment, Text},
};

/// What a list of articles takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleListParams {
    /// Articles with any of these statuses; published ones, unless given. Others need a key.
    pub status: Vec<ArticleStatus>,
    /// Articles in any of these languages, compared as they are: `ar` is not `ar-SD`.
    #[param(example = json!(["ar"]))]
    pub language: Vec<LanguageTag>,
    /// Articles from any of these sources.
    pub source: Vec<Text<1, 100>>,
    /// Articles with any of these ids of their sources.
    pub external_id: Vec<Text<1, 300>>,
    /// Articles that bear all of these tags, each by id or slug.
    pub tags: Vec<Key>,
    /// Articles that bear any of these tags.
    pub tags_any: Vec<Key>,
    /// Articles that bear none of these tags.
    pub tags_none: Vec<Key>,
    /// Articles that speak of all of these entities, each by id or slug.
    pub entities: Vec<Key>,
    /// Articles that speak of any of these entities.
    pub entities_any: Vec<Key>,
    /// Articles that speak of none of these entities.
    pub entities_none: Vec<Key>,
    /// Articles that speak of an entity of any of these types.
    pub entity_type: Vec<EntityType>,
    /// The date that `from` and `to` compare: `published_at`, unless given.
    pub date_field: Option<DateField>,
    /// Not before this day or instant.
    pub from: Option<Moment>,
    /// Not after this day or instant.
    pub to: Option<Moment>,
    /// The order.
    pub sort: ArticleSort,
    /// The members to show, parted by commas; `id` is always shown. A list leaves the bodies out
    /// unless they are named here; a page then ends early where they are very long.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "published_at"]))]
    pub fields: Option<CommaList<ArticleField>>,
    /// What to embed, parted by commas: nothing, unless given.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags"]))]
    pub include: Option<CommaList<ArticleInclude>>,
    /// How many articles a page has at most.
    pub limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list.
    pub cursor: Option<CursorText>,
    /// Whether and how all matches are counted.
    pub count: Count,
}

impl Input for ArticleListParams {}

/// What reading one article takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleParams {
    /// The members to show, parted by commas; `id` is always shown. Without it, all but
    /// `body_html` and `body_text`.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "body_html"]))]
    fields: Option<CommaList<ArticleField>>,
    /// What to embed, parted by commas. Without it and without `fields`, tags and entities.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags", "entities"]))]
    include: Option<CommaList<ArticleInclude>>,
}

impl Input for ArticleParams {}

impl ArticleParams {
    /// What is shown of the article.
    pub fn shape(self, access: &Access) -> Shape {
        Shape::whole().adjusted(self.fields, self.include).seeing_unpublished(access.sees_unpublished())
    }
}

impl ArticleListParams {
    /// The page of a list that they describe: of the articles of one tag or entity, or of all.
    pub fn page(mut self, access: &Access, within: Option<Within>) -> ApiResult<ListPage> {
        let (limit, cursor, count) = (self.limit, self.cursor.take(), self.count);
        let list = self.list(access, within)?;
        Ok(ListPage { page: list.page(limit, cursor.as_ref())?, list, count })
    }

    /// The whole of the list.
    pub fn list(mut self, access: &Access, within: Option<Within>) -> ApiResult<List> {
        let wants_unpublished = self.status.iter().any(|status| *status != ArticleStatus::Published);
        if wants_unpublished && !access.sees_unpublished() {
            return Err(ApiError::new(
                Problem::Unauthenticated,
                "articles that are not published are seen with a key only: send one, or leave status out",
            ));
        }
        if self.status.is_empty() {
            self.status.push(ArticleStatus::Published);
        }
        let links = |all, any, none| LinkFilter { all: set(all), any: set(any), none: set(none) };
        let filter = ArticleFilter {
            status: set(self.status),
            language: set(self.language.iter().map(|language| language.as_str().to_owned()).collect()),
            source: set(self.source.into_iter().map(Text::into_string).collect()),
            external_id: set(self.external_id.into_iter().map(Text::into_string).collect()),
            tags: links(self.tags, self.tags_any, self.tags_none),
            entities: links(self.entities, self.entities_any, self.entities_none),
            entity_type: set(self.entity_type),
            date_field: self.date_field.unwrap_or(DateField::PublishedAt),
            from: self.from,
            to: self.to,
        };
        let shape = Shape::listed().adjusted(self.fields, self.include);
        let shape = shape.seeing_unpublished(access.sees_unpublished());
        Ok(List { within, filter, sort: self.sort, shape })
    }
}
