//! The list of articles: its filters, its orders, its pages.

use diesel::{
    dsl::{exists, not, sql},
    pg::Pg,
    prelude::*,
    sql_types::{self, Bool, Text, Timestamptz},
};
use serde::Serialize;
use uuid::Uuid;

use super::embed::{Selected, add_bodies, affordable, full, selection};
use crate::{
    articles::{
        model::{ArticleSort, ArticleStatus, FullArticle},
        shape::Shape,
    },
    db::{
        explain::estimate_rows,
        keyset::{Limited, keyset},
    },
    entities::{self, model::EntityType},
    error::ApiResult,
    http::page::{Count, Page, PageRequest, SortKey},
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
#[derive(Debug, Clone, Default, Serialize)]
pub struct LinkFilter {
    pub all: Vec<Key>,
    pub any: Vec<Key>,
    pub none: Vec<Key>,
}

/// Which articles a list has.
#[derive(Debug, Clone, Serialize)]
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
        resolve: impl Fn(&mut PgConnection, &[Key]) -> QueryResult<std::collections::HashMap<Key, Uuid>>,
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

pub(super) type Matching<'a> = articles::BoxedQuery<'a, Pg>;

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
    let is_plain = filter.status == [ArticleStatus::Published]
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
    let (table, column, id) = match link {
        OnlyLink::Tag(id) => ("article_tags", "tag_id", id),
        OnlyLink::Entity(id) => ("article_entities", "entity_id", id),
    };
    let (operator, direction) = if descending != page.backward { ("<", "DESC") } else { (">", "ASC") };
    // As an array, so that the page is found first, whatever the planner expects of it.
    let begin = format!("articles.id = ANY (ARRAY(SELECT article_id FROM {table} WHERE {column} = ");
    let end = format!(
        " AND published_at IS NOT NULL ORDER BY published_at {direction}, article_id {direction} LIMIT {}))",
        page.limit + 1
    );
    let links = sql::<Bool>(&begin).bind::<sql_types::Uuid, _>(id);
    let articles = articles::table.into_boxed();
    match &page.beyond {
        None => Ok(articles.filter(links.sql(&end))),
        Some((SortKey::Time(date), article)) => Ok(articles.filter(
            links
                .sql(&format!(" AND (published_at, article_id) {operator} ("))
                .bind::<Timestamptz, _>(*date)
                .sql(", ")
                .bind::<sql_types::Uuid, _>(*article)
                .sql(&format!("){end}")),
        )),
        Some(_) => Err(PageRequest::broken_cursor()),
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
) -> ApiResult<Page<FullArticle>> {
    let tags = LinkIds::find(connection, &filter.tags, tags::queries::resolve)?;
    let entities = LinkIds::find(connection, &filter.entities, entities::queries::resolve)?;
    let matching = || matching(filter, &tags, &entities);
    let query = match sort {
        ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => {
            let descending = sort == ArticleSort::PublishedAtDescending;
            let candidates = match only_link(filter, &tags, &entities) {
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
        ArticleSort::Headline => {
            keyset!(matching(), page, false, articles::headline, articles::id, "(articles.headline, articles.id)", Text: Text)
        }
    };
    let without_bodies = shape.clone().without_bodies();
    let rows: Vec<Selected> =
        Limited::to_page(query.select(selection(&without_bodies)), page).load(connection)?;
    let rows: Vec<FullArticle> = rows.into_iter().map(|row| full(row, &without_bodies)).collect();
    let total = match count {
        Count::None => None,
        Count::Exact => Some(matching().count().get_result(connection)?),
        Count::Estimated => Some(estimate_rows(connection, matching().select(articles::id))?),
    };
    let at_most = affordable(connection, &rows, shape)?;
    let mut page = page
        .finish_early(rows, at_most, |full| (sort.key(&full.article), full.article.id))
        .with_total(count, total);
    add_bodies(connection, &mut page.rows, shape)?;
    Ok(page)
}
