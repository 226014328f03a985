//! The parameters of reads: which articles, and what of them.

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    asked::{Search, Strength},
    body::ArticlePage,
    queries::{ArticleFilter, DateField, LinkFilter, Within},
    read::{List, ListPage},
};
use crate::{
    articles::{
        model::{ArticleSort, ArticleStatus, Facet, Feature},
        shape::{ArticleField, ArticleInclude, Shape},
    },
    auth::Access,
    entities::model::EntityType,
    error::{ApiError, ApiResult, FieldError, Problem},
    http::{
        format::{self, Chosen},
        input::Input,
        params::{CommaList, check_range, set},
        target::Address,
    },
    page::{Count, CursorText, Limit},
    tags::model::TagKind,
    values::{Excerpt, Key, LanguageTag, LenientText, Moment, Text},
};

/// What a list of articles takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct ArticleListParams {
    /// The search query. All words must occur, in any of their forms, in the texts that `highlights` lists. `"Quoted
    /// words"` are a phrase, `-word` excludes, `OR` between two words means either. Of very many matches only the
    /// newest are ranked: see `sort`.
    #[param(value_type = Option<Excerpt<0, 1000>>, example = json!("نجوم"))]
    pub q: Option<LenientText<1000>>,
    /// How closely words must match those of `q`: `exact` ignores case alone, `folded` also accents and vowel signs,
    /// `stem` (default) matches any form of a word, with particles and endings. Requires `q`.
    #[serde(rename = "match")]
    pub strength: Option<Strength>,
    /// Whether to return where `q` matches, as `highlights` of each article. Requires `q`.
    pub highlight: bool,
    /// Whether to return how `q` was interpreted, as `query` of the page; with a key, also how the matches were
    /// found, as `query.plan`. Requires `q`.
    pub explain: bool,
    /// Only articles with any of these statuses. Default: `published`. Others require a key.
    pub status: Vec<ArticleStatus>,
    /// Only articles in any of these languages. Tags are compared as a whole: `ar` does not match `ar-SD`.
    #[param(example = json!(["ar"]))]
    pub language: Vec<LanguageTag>,
    /// Only articles from any of these sources.
    pub source: Vec<Text<1, 100>>,
    /// Only articles with any of these external ids.
    pub external_id: Vec<Text<1, 300>>,
    /// Only articles with exactly one of these bylines.
    #[param(example = json!(["رنا السنديان"]))]
    pub byline: Vec<Text<1, 500>>,
    /// Only articles that have all of these.
    pub has: Vec<Feature>,
    /// Only translations of this article (id or slug). An unknown article has none.
    pub translation_of: Option<Key>,
    /// Only articles with all of these tags (ids or slugs). A tag includes all tags below it in the hierarchy, see
    /// `tags_exact`. An unknown tag is no error, since it may be created later: it matches no article.
    pub tags: Vec<Key>,
    /// Only articles with any of these tags, or tags below them.
    pub tags_any: Vec<Key>,
    /// Only articles with none of these tags, nor tags below them.
    pub tags_none: Vec<Key>,
    /// Whether tag filters match the named tags alone, without the tags below them.
    pub tags_exact: bool,
    /// Only articles with a tag of any of these kinds.
    pub tag_kind: Vec<TagKind>,
    /// Only articles linked to all of these entities (ids or slugs). An unknown entity is no error, since it may be
    /// created later: it matches no article.
    pub entities: Vec<Key>,
    /// Only articles linked to any of these entities.
    pub entities_any: Vec<Key>,
    /// Only articles linked to none of these entities.
    pub entities_none: Vec<Key>,
    /// Only articles linked to an entity of any of these types.
    pub entity_type: Vec<EntityType>,
    /// The date that `from` and `to` filter by. Default: `published_at`.
    pub date_field: Option<DateField>,
    /// Only articles dated at or after this day (UTC) or instant.
    pub from: Option<Moment>,
    /// Only articles dated at or before this day (UTC) or instant, which must not be before `from`.
    pub to: Option<Moment>,
    /// The sort order. Default: by relevance with `q`, else the newest first. Relevance ranks the newest 1,000
    /// matches, the newest 200 of words that more than 5,000 articles have, fewer of very many words; the other
    /// orders return all matches. Where ranking takes too long, the newest come first: see `sorted_by` of the page.
    pub sort: Option<ArticleSort>,
    /// The members to return, comma-separated or as repeated parameters; `id` is always returned. Default: all but
    /// the bodies. A page with very long bodies has fewer articles than `limit`.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "published_at"]))]
    pub fields: Option<CommaList<ArticleField>>,
    /// What to embed, comma-separated or as repeated parameters. Default: nothing.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags"]))]
    pub include: Option<CommaList<ArticleInclude>>,
    /// What to count over all matches, comma-separated or as repeated parameters: `facets` of the page. Of more than
    /// 10,000 matches the newest 10,000 are counted, and `is_exact` is false.
    #[param(style = Form, explode = false, value_type = Vec<Facet>, required = false, example = json!(["tags", "month"]))]
    pub facets: Option<CommaList<Facet>>,
    /// The maximum number of values of a facet: the most frequent ones, or the newest months.
    pub facet_limit: Limit,
    /// The maximum number of articles on a page.
    pub limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list, with the same filters and order.
    pub cursor: Option<CursorText>,
    /// Whether to return the total number of matches, and how it is counted.
    pub count: Count,
    /// The format of the response. Takes precedence over `Accept`.
    #[param(schema_with = format::parameter::<ArticlePage>, required = false)]
    pub format: Option<String>,
}

impl Input for ArticleListParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        self.check_together(faults);
        format::check::<ArticlePage>(self.format.as_deref(), faults);
    }
}

impl ArticleListParams {
    /// The rules between parameters.
    pub fn check_together(&self, faults: &mut Vec<FieldError>) {
        let of_searches = [
            ("match", self.strength.is_some()),
            ("highlight", self.highlight),
            ("explain", self.explain),
            ("sort", self.sort == Some(ArticleSort::Relevance)),
        ];
        if self.q.is_none() {
            let given = of_searches.into_iter().filter(|(_, is_given)| *is_given);
            faults.extend(given.map(|(name, _)| {
                FieldError::new(
                    format!("/{name}"),
                    "needs_q",
                    "is of a search: give q as well, or leave it out",
                )
            }));
        }
        check_range(self.from, self.to, faults);
    }
}

/// The texts in one order, each once.
fn texts<const MAX: usize>(texts: Vec<Text<1, MAX>>) -> Vec<String> {
    set(texts.into_iter().map(Text::into_string).collect())
}

/// The statuses that a list of articles, or of what is in them, has by the parameter of that name:
/// published, unless given.
pub fn statuses(
    parameter: &str,
    given: Vec<ArticleStatus>,
    access: &Access,
) -> ApiResult<Vec<ArticleStatus>> {
    if given.is_empty() {
        return Ok(vec![ArticleStatus::Published]);
    }
    if given.iter().any(|status| *status != ArticleStatus::Published) && !access.sees_unpublished() {
        return Err(ApiError::new(
            Problem::Unauthenticated,
            format!(
                "articles that are not published are seen with a key only: send one, or leave {parameter} out"
            ),
        ));
    }
    Ok(set(given))
}

/// What reading the articles takes that are related to one.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct RelatedParams {
    /// The members to return, comma-separated or as repeated parameters; `id` is always returned. Default: all but
    /// the bodies.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "published_at"]))]
    fields: Option<CommaList<ArticleField>>,
    /// What to embed, comma-separated or as repeated parameters. Default: nothing.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags"]))]
    include: Option<CommaList<ArticleInclude>>,
    /// The maximum number of articles.
    pub limit: Limit,
}

impl Input for RelatedParams {}

impl RelatedParams {
    /// What is shown of each article.
    pub fn shape(self, access: &Access) -> Shape {
        Shape::listed().adjusted(self.fields, self.include).seeing_unpublished(access.sees_unpublished())
    }
}

impl ArticleListParams {
    /// The page of a list that they describe: of the articles of one tag or entity, or of all.
    pub fn page(
        mut self,
        access: &Access,
        within: Option<Within>,
        today: NaiveDate,
        format: Chosen<ArticlePage>,
        address: Address,
    ) -> ApiResult<ListPage> {
        let (limit, cursor, count) = (self.limit, self.cursor.take(), self.count);
        let (highlight, explain) = (self.highlight, self.explain);
        let facet_limit = self.facet_limit.0;
        let facets = self.facets.take().map(|facets| (set(facets.0), facet_limit));
        if self.q.is_some() {
            self.sort.get_or_insert(ArticleSort::Relevance);
        }
        let list = self.list(access, within, today)?;
        let page = list.page(limit, cursor.as_ref())?;
        let plan = explain && access.sees_unpublished();
        Ok(ListPage { list, page, count, highlight, explain, plan, facets, format, address })
    }

    /// The whole of the list.
    pub fn list(self, access: &Access, within: Option<Within>, today: NaiveDate) -> ApiResult<List> {
        let status = statuses("status", self.status, access)?;
        let sort = self.sort.unwrap_or_default();
        let links = |all, any, none| LinkFilter { all: set(all), any: set(any), none: set(none) };
        let filter = ArticleFilter {
            within,
            status,
            language: set(self.language.iter().map(|language| language.as_str().to_owned()).collect()),
            source: texts(self.source),
            external_id: texts(self.external_id),
            byline: texts(self.byline),
            has: set(self.has),
            translation_of: self.translation_of,
            tags: links(self.tags, self.tags_any, self.tags_none),
            tags_exact: self.tags_exact,
            tag_kind: set(self.tag_kind),
            entities: links(self.entities, self.entities_any, self.entities_none),
            entity_type: set(self.entity_type),
            date_field: self.date_field,
            from: self.from,
            to: self.to,
            search: self
                .q
                .map(|q| Search::new(&q, self.strength.unwrap_or(Strength::Stem), &self.language))
                .transpose()?,
        };
        let shape = Shape::listed().adjusted(self.fields, self.include);
        let shape = shape.seeing_unpublished(access.sees_unpublished());
        Ok(List { filter, sort, shape, today })
    }
}
