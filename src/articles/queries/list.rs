//! The list of articles: its filters, its orders, its pages.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{exists, not, sql},
    expression::{AppearsOnTable, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{self, Bool, Text, Timestamptz},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    embed::{Matching, Selected, add_bodies, affordable, full, selection},
    relevance,
    search::{self, KnownFrequencies},
};
use crate::{
    articles::{
        model::{ArticleSort, ArticleStatus, FullArticle},
        search::Search,
        shape::Shape,
    },
    db::{
        explain::estimate_rows,
        keyset::{Limited, keyset},
    },
    entities::{self, model::EntityType},
    error::ApiResult,
    http::page::{Count, Page, PageRequest, Position, SortKey},
    schema::{article_entities, article_tags, articles, entities as entity_table},
    tags,
    values::{Key, Moment, text_enum},
};

text_enum! {
    /// The date that `from` and `to` compare.
    pub enum DateField {
        PublishedAt = "published_at",
        UpdatedAt = "updated_at",
        CreatedAt = "created_at",
    }
}

/// Which of an article's links have to be there: all of some, any of some, none of some.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct LinkFilter {
    pub all: Vec<Key>,
    pub any: Vec<Key>,
    pub none: Vec<Key>,
}

/// Which articles a list has.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArticleFilter {
    pub status: Vec<ArticleStatus>,
    pub language: Vec<String>,
    pub source: Vec<String>,
    pub external_id: Vec<String>,
    pub tags: LinkFilter,
    pub entities: LinkFilter,
    pub entity_type: Vec<EntityType>,
    pub date_field: DateField,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    pub search: Option<Search>,
}

impl ArticleFilter {
    /// Whether it is one of few forms: what all readers see, or that of one language or source.
    fn is_common(&self) -> bool {
        let has_links = [&self.tags, &self.entities]
            .iter()
            .any(|links| !(links.all.is_empty() && links.any.is_empty() && links.none.is_empty()));
        let is_plain =
            !has_links && self.search.is_none() && self.entity_type.is_empty() && self.external_id.is_empty();
        is_plain && self.from.is_none() && self.to.is_none() && self.language.len() + self.source.len() <= 1
    }
}

/// A link filter, its keys looked up.
struct LinkIds {
    /// None where one of them does not exist, so that no article can have it.
    all: Option<Vec<Uuid>>,
    any: Option<Vec<Uuid>>,
    none: Vec<Uuid>,
}

impl LinkIds {
    fn find(
        connection: &mut PgConnection,
        filter: &LinkFilter,
        resolve: impl Fn(&mut PgConnection, &[Key]) -> QueryResult<HashMap<Key, Uuid>>,
    ) -> QueryResult<Self> {
        let keys = [filter.all.as_slice(), &filter.any, &filter.none].concat();
        // An id needs no look: one that nothing has matches no article.
        let slugs: Vec<Key> = keys.into_iter().filter(|key| key.id().is_none()).collect();
        let found = if slugs.is_empty() { Default::default() } else { resolve(connection, &slugs)? };
        let id = |key: &Key| key.id().or_else(|| found.get(key).copied());
        let known = |keys: &[Key]| keys.iter().filter_map(id).collect::<Vec<_>>();
        Ok(Self {
            all: filter.all.iter().map(id).collect(),
            any: (!filter.any.is_empty()).then(|| known(&filter.any)),
            none: known(&filter.none),
        })
    }
}

fn matching<'a>(filter: &'a ArticleFilter, tags: &LinkIds, entities: &LinkIds) -> Matching<'a> {
    let mut query = articles::table.into_boxed();
    query = match filter.status.as_slice() {
        // An equation keeps the order of an index, a list does not.
        [status] => query.filter(articles::status.eq(status)),
        several => query.filter(articles::status.eq_any(several)),
    };
    query = match filter.language.as_slice() {
        [] => query,
        [language] => query.filter(articles::language.eq(language)),
        several => query.filter(articles::language.eq_any(several)),
    };
    query = match filter.source.as_slice() {
        [] => query,
        [source] => query.filter(articles::source.eq(source)),
        several => query.filter(articles::source.eq_any(several)),
    };
    if !filter.external_id.is_empty() {
        query = query.filter(articles::external_id.eq_any(&filter.external_id));
    }
    query = filter_dates(query, filter);
    query = filter_tags(query, tags);
    query = filter_entities(query, entities);
    if !filter.entity_type.is_empty() {
        let links = article_entities::table
            .inner_join(entity_table::table)
            .filter(article_entities::article_id.eq(articles::id))
            .filter(entity_table::type_.eq_any(&filter.entity_type));
        query = query.filter(exists(links));
    }
    query
}

fn filter_dates<'a>(mut query: Matching<'a>, filter: &ArticleFilter) -> Matching<'a> {
    let (from, to) = (filter.from.map(Moment::start), filter.to.map(Moment::end));
    if from.is_none() && to.is_none() {
        return query;
    }
    macro_rules! between {
        ($column:expr) => {{
            if let Some(from) = from {
                query = query.filter($column.ge(from));
            }
            if let Some(to) = to {
                query = query.filter($column.le(to));
            }
        }};
    }
    match filter.date_field {
        // The sort date is the indexed one, and the same wherever there is a date.
        DateField::PublishedAt => {
            query = query.filter(articles::published_at.is_not_null());
            between!(articles::sort_date);
        }
        DateField::UpdatedAt => between!(articles::updated_at),
        DateField::CreatedAt => between!(articles::created_at),
    }
    query
}

macro_rules! link_filter {
    ($name:ident, $table:ident, $column:ident) => {
        fn $name<'a>(mut query: Matching<'a>, ids: &LinkIds) -> Matching<'a> {
            let links = || $table::table.filter($table::article_id.eq(articles::id));
            match &ids.all {
                None => query = query.filter(sql::<Bool>("false")),
                Some(all) => {
                    for id in all {
                        query = query.filter(exists(links().filter($table::$column.eq(*id))));
                    }
                }
            }
            if let Some(any) = &ids.any {
                query = query.filter(exists(links().filter($table::$column.eq_any(any.clone()))));
            }
            if !ids.none.is_empty() {
                query = query.filter(not(exists(links().filter($table::$column.eq_any(ids.none.clone())))));
            }
            query
        }
    };
}
link_filter!(filter_tags, article_tags, tag_id);
link_filter!(filter_entities, article_entities, entity_id);

/// Whether the filter is for the published articles of one tag or entity, and nothing else.
fn only_link(filter: &ArticleFilter, tags: &LinkIds, entities: &LinkIds) -> Option<OnlyLink> {
    let is_plain = filter.search.is_none()
        && filter.status == [ArticleStatus::Published]
        && filter.language.is_empty()
        && filter.source.is_empty()
        && filter.external_id.is_empty()
        && filter.entity_type.is_empty()
        && filter.from.is_none()
        && filter.to.is_none();
    let is_open = |links: &LinkIds| links.any.is_none() && links.none.is_empty();
    if !is_plain || !is_open(tags) || !is_open(entities) {
        return None;
    }
    match (tags.all.as_deref()?, entities.all.as_deref()?) {
        ([tag], []) => Some(OnlyLink::Tag(*tag)),
        ([], [entity]) => Some(OnlyLink::Entity(*entity)),
        _ => None,
    }
}

enum OnlyLink {
    Tag(Uuid),
    Entity(Uuid),
}

/// The articles of one page of one tag or entity, by date. The links bear the
/// date, so that one index has the page as it is, however few or many there
/// are; left to the planner, a tag of middling use costs a hundred times more.
fn linked<'a>(link: OnlyLink, page: &PageRequest, descending: bool) -> ApiResult<Matching<'a>> {
    let (begin, id) = match link {
        OnlyLink::Tag(id) => ("SELECT article_id FROM article_tags WHERE tag_id = ", id),
        OnlyLink::Entity(id) => ("SELECT article_id FROM article_entities WHERE entity_id = ", id),
    };
    let beyond = match &page.beyond {
        None => None,
        Some((SortKey::Time(date), article)) => Some((*date, *article)),
        Some(_) => return Err(PageRequest::broken_cursor()),
    };
    let page =
        LinkedPage { begin, id, beyond, descending: descending != page.backward, limit: page.limit + 1 };
    Ok(articles::table.into_boxed().filter(page))
}

/// Whether the article is on a page of links. The page is an array, so that it
/// is found first, whatever the planner expects of it.
#[derive(ValidGrouping)]
struct LinkedPage {
    begin: &'static str,
    id: Uuid,
    beyond: Option<(DateTime<Utc>, Uuid)>,
    descending: bool,
    limit: u32,
}

impl Expression for LinkedPage {
    type SqlType = Bool;
}

impl AppearsOnTable<articles::table> for LinkedPage {}

impl QueryId for LinkedPage {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for LinkedPage {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("articles.id = ANY (ARRAY(");
        out.push_sql(self.begin);
        out.push_bind_param::<sql_types::Uuid, _>(&self.id)?;
        out.push_sql(" AND published_at IS NOT NULL");
        if let Some((date, article)) = &self.beyond {
            out.push_sql(" AND (published_at, article_id) ");
            out.push_sql(if self.descending { "< (" } else { "> (" });
            out.push_bind_param::<Timestamptz, _>(date)?;
            out.push_sql(", ");
            out.push_bind_param::<sql_types::Uuid, _>(article)?;
            out.push_sql(")");
        }
        out.push_sql(match self.descending {
            true => " ORDER BY published_at DESC, article_id DESC LIMIT ",
            false => " ORDER BY published_at, article_id LIMIT ",
        });
        out.push_sql(&self.limit.to_string());
        out.push_sql("))");
        Ok(())
    }
}

/// One page of the articles that match.
pub fn list(
    connection: &mut PgConnection,
    filter: &ArticleFilter,
    sort: ArticleSort,
    page: &PageRequest,
    count: Count,
    shape: &Shape,
    frequencies: &KnownFrequencies,
) -> ApiResult<Page<FullArticle>> {
    let tags = LinkIds::find(connection, &filter.tags, tags::queries::resolve)?;
    let entities = LinkIds::find(connection, &filter.entities, entities::queries::resolve)?;
    let without_bodies = shape.clone().without_bodies();
    let way = match &filter.search {
        None => None,
        Some(search) => Some(search.way(page.limit, &*frequencies.get(connection)?)),
    };
    let matching = || {
        let matching = matching(filter, &tags, &entities);
        match filter.search.as_ref().zip(way) {
            Some((search, way)) => search::filter(matching, search.tsquery(), way),
            None => matching,
        }
    };
    let only_link = only_link(filter, &tags, &entities);
    let is_common = only_link.is_some() || filter.is_common();
    if let (ArticleSort::Relevance, Some((search, way))) = (sort, filter.search.as_ref().zip(way)) {
        let scored = relevance::page(connection, matching(), search, way, page, &without_bodies)?;
        let (scores, rows): (Vec<i64>, Vec<FullArticle>) = scored.into_iter().unzip();
        let scores: HashMap<Uuid, i64> = rows.iter().map(|row| row.article.id).zip(scores).collect();
        let position = |full: &FullArticle| {
            let id = full.article.id;
            (SortKey::Number(scores.get(&id).copied().unwrap_or_default()), id)
        };
        return finish(connection, matching, rows, page, count, shape, position);
    }
    let query = match sort {
        ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => {
            let descending = sort == ArticleSort::PublishedAtDescending;
            let candidates = match only_link {
                Some(link) => linked(link, page, descending)?,
                None => matching(),
            };
            keyset!(
                candidates,
                page,
                descending,
                articles::sort_date,
                articles::id,
                "(articles.sort_date, articles.id)",
                Time: Timestamptz
            )
        }
        ArticleSort::UpdatedAt | ArticleSort::UpdatedAtDescending => {
            let descending = sort == ArticleSort::UpdatedAtDescending;
            keyset!(matching(), page, descending, articles::updated_at, articles::id, "(articles.updated_at, articles.id)", Time: Timestamptz)
        }
        // Without words to search for, all are equally relevant.
        ArticleSort::Relevance => return Err(PageRequest::broken_cursor()),
        ArticleSort::Headline => {
            keyset!(matching(), page, false, articles::headline, articles::id, "(articles.headline, articles.id)", Text: Text)
        }
    };
    let rows: Vec<Selected> =
        Limited::to_page(query.select(selection(&without_bodies)), page, is_common).load(connection)?;
    let rows: Vec<FullArticle> = rows.into_iter().map(|row| full(row, &without_bodies)).collect();
    finish(connection, matching, rows, page, count, shape, |full| (sort.key(&full.article), full.article.id))
}

/// Makes a page of the rows that were read, in the order in which they were read.
fn finish<'a>(
    connection: &mut PgConnection,
    matching: impl Fn() -> Matching<'a>,
    rows: Vec<FullArticle>,
    page: &PageRequest,
    count: Count,
    shape: &Shape,
    position: impl Fn(&FullArticle) -> Position,
) -> ApiResult<Page<FullArticle>> {
    let total = match count {
        Count::None => None,
        Count::Exact => Some(matching().count().get_result(connection)?),
        Count::Estimated => Some(estimate_rows(connection, matching().select(articles::id))?),
    };
    let at_most = affordable(connection, &rows, shape)?;
    let mut page = page.finish_early(rows, at_most, position).with_total(count, total);
    add_bodies(connection, &mut page.rows, shape)?;
    Ok(page)
}
