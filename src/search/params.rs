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
    /// Words to search for, in any of their forms: all have to occur in an article's
    /// texts, those that `highlights` has. `"Words in quotes"` have to follow one another, a word after `-` must
    /// not occur, and of two with `OR` between them one is enough. Of very many matches the newest
    /// are ranked: see `sort`.
    #[param(value_type = Option<Excerpt<0, 1000>>, example = json!("نجوم"))]
    pub q: Option<LenientText<1000>>,
    /// How much like those of `q` words have to be: `exact` but for the case, `folded` also without
    /// accents and vowel signs, `stem` in any form, with particles and endings: `stem`, unless given.
    /// Without `q` it is refused.
    #[serde(rename = "match")]
    pub strength: Option<Strength>,
    /// Whether to show where `q` matches: `highlights` of each article. Without `q` it is refused.
    pub highlight: bool,
    /// Whether to show how `q` was read: `query` of the page; with a key also how its matches were found, `plan` in there.
    /// Without `q` it is refused.
    pub explain: bool,
    /// Articles with any of these statuses; published ones, unless given. Others need a key.
    pub status: Vec<ArticleStatus>,
    /// Articles in any of these languages, compared as they are: `ar` is not `ar-SD`.
    #[param(example = json!(["ar"]))]
    pub language: Vec<LanguageTag>,
    /// Articles from any of these sources.
    pub source: Vec<Text<1, 100>>,
    /// Articles with any of these ids of their sources.
    pub external_id: Vec<Text<1, 300>>,
    /// Articles with any of these bylines, as they are written.
    #[param(example = json!(["رنا السنديان"]))]
    pub byline: Vec<Text<1, 500>>,
    /// Articles that have all of these.
    pub has: Vec<Feature>,
    /// Translations of this article: its id or slug. Of one that is not known there are none.
    pub translation_of: Option<Key>,
    /// Articles that bear all of these tags, each by id or slug. A tag stands for all that are
    /// below it in the hierarchy as well. A tag that is not known is no error, since it may be made later: no
    /// article bears it.
    pub tags: Vec<Key>,
    /// Articles that bear any of these tags, or one below them.
    pub tags_any: Vec<Key>,
    /// Articles that bear none of these tags, and none below them.
    pub tags_none: Vec<Key>,
    /// Whether tags stand for themselves alone, and not for those below them.
    pub tags_exact: bool,
    /// Articles that bear a tag of any of these kinds.
    pub tag_kind: Vec<TagKind>,
    /// Articles that speak of all of these entities, each by id or slug. An entity that is not known is no error,
    /// since it may be made later: no article speaks of it.
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
    /// Not after this day or instant, which must not be before `from`.
    pub to: Option<Moment>,
    /// The order: with `q` by relevance, else the newest first. By relevance the newest 1,000 matches
    /// are ranked, of words that are in more than 5,000 articles the newest 200, of very many words fewer;
    /// the other orders have all. Where ranking takes too long, the newest come first: see `sorted_by` of
    /// the page.
    pub sort: Option<ArticleSort>,
    /// The members to show, parted by commas or repeated; `id` is always shown. A list leaves the bodies out
    /// unless they are named here; a page then ends early where they are very long.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "published_at"]))]
    pub fields: Option<CommaList<ArticleField>>,
    /// What to embed, parted by commas or repeated: nothing, unless given.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags"]))]
    pub include: Option<CommaList<ArticleInclude>>,
    /// What to count of all that matches, parted by commas or repeated: `facets` of the page. Of more than
    /// 10,000 matches the newest 10,000 are counted, and `is_exact` is false.
    #[param(style = Form, explode = false, value_type = Vec<Facet>, required = false, example = json!(["tags", "month"]))]
    pub facets: Option<CommaList<Facet>>,
    /// How many values a facet has at most: the most frequent ones, the newest months.
    pub facet_limit: Limit,
    /// How many articles a page has at most.
    pub limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list.
    pub cursor: Option<CursorText>,
    /// Whether and how all matches are counted.
    pub count: Count,
    /// The format of the answer, before that which `Accept` prefers.
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
    /// The members to show, parted by commas or repeated; `id` is always shown. Bodies are left out unless they
    /// are named here.
    #[param(style = Form, explode = false, value_type = Vec<ArticleField>, required = false, example = json!(["headline", "published_at"]))]
    fields: Option<CommaList<ArticleField>>,
    /// What to embed, parted by commas or repeated: nothing, unless given.
    #[param(style = Form, explode = false, value_type = Vec<ArticleInclude>, required = false, example = json!(["tags"]))]
    include: Option<CommaList<ArticleInclude>>,
    /// How many articles there are at most.
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
