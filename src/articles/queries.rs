//! All the SQL of articles.

use chrono::{DateTime, Utc};
use diesel::{
    dsl::{case_when, exists, not},
    pg::Pg,
    prelude::*,
    sql_types::{Bool, Text, Timestamptz},
};
use serde::Serialize;
use uuid::Uuid;

use super::{
    links::EntityLink,
    model::{
        Article, ArticleContent, ArticleSort, ArticleStatus, Bodies, FullArticle, LinkedEntity, LinkedTag,
    },
    shape::Shape,
};
use crate::{
    db::{
        explain::estimate_rows,
        former::{self, Resource},
        keyset::keyset,
        slugs,
    },
    entities::{self, model::EntityType},
    error::{ApiError, ApiResult},
    http::page::{Count, Page, PageRequest},
    schema::{article_entities, article_tags, articles, entities as entity_table, tags as tag_table},
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
        let found = if keys.is_empty() { Default::default() } else { resolve(connection, &keys)? };
        let known = |keys: &[Key]| keys.iter().filter_map(|key| found.get(key).copied()).collect::<Vec<_>>();
        Ok(Self {
            all: filter.all.iter().map(|key| found.get(key).copied()).collect(),
            any: (!filter.any.is_empty()).then(|| known(&filter.any)),
            none: known(&filter.none),
        })
    }
}

type Matching<'a> = articles::BoxedQuery<'a, Pg>;

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
                None => query = query.filter(diesel::dsl::sql::<Bool>("false")),
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
    macro_rules! page_of_links {
        ($table:ident, $column:ident, $id:expr, $row:literal) => {{
            let links = $table::table
                .filter($table::$column.eq($id))
                .filter($table::published_at.is_not_null())
                .into_boxed();
            let links = keyset!(links, page, descending, $table::published_at, $table::article_id, $row, Time: Timestamptz);
            articles::table.into_boxed().filter(articles::id.eq_any(links.select($table::article_id)))
        }};
    }
    Ok(match link {
        OnlyLink::Tag(id) => {
            page_of_links!(article_tags, tag_id, id, "(article_tags.published_at, article_tags.article_id)")
        }
        OnlyLink::Entity(id) => page_of_links!(
            article_entities,
            entity_id,
            id,
            "(article_entities.published_at, article_entities.article_id)"
        ),
    })
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
    let rows: Vec<(Article, Bodies)> =
        query.select((Article::as_select(), bodies(shape))).load(connection)?;
    let total = match count {
        Count::None => None,
        Count::Exact => Some(matching().count().get_result(connection)?),
        Count::Estimated => Some(estimate_rows(connection, matching().select(articles::id))?),
    };
    let page = page.finish(rows, |(article, _)| (sort.key(article), article.id)).with_total(count, total);
    Ok(Page { rows: embed(connection, page.rows, shape)?, info: page.info })
}

/// The bodies that the shape wants. PostgreSQL reads no other from its storage.
#[diesel::dsl::auto_type(no_type_alias)]
fn bodies(shape: &Shape) -> _ {
    let wanted_body: bool = shape.body;
    let wanted_html: bool = shape.body_html;
    let wanted_text: bool = shape.body_text;
    (
        case_when(wanted_body.into_sql::<Bool>(), articles::body),
        case_when(wanted_html.into_sql::<Bool>(), articles::body_html),
        case_when(wanted_text.into_sql::<Bool>(), articles::body_text),
    )
}

/// Adds the tags and entities, with one query each for all of the articles.
fn embed(
    connection: &mut PgConnection,
    rows: Vec<(Article, Bodies)>,
    shape: &Shape,
) -> QueryResult<Vec<FullArticle>> {
    let ids: Vec<Uuid> = rows.iter().map(|(article, _)| article.id).collect();
    let mut tags = Vec::new();
    if shape.tags && !ids.is_empty() {
        tags = article_tags::table
            .inner_join(tag_table::table)
            .filter(article_tags::article_id.eq_any(&ids))
            .order((article_tags::article_id, article_tags::position))
            .select((
                article_tags::article_id,
                (tag_table::id, tag_table::slug, tag_table::kind, tag_table::names),
            ))
            .load::<(Uuid, LinkedTag)>(connection)?;
    }
    let mut entities = Vec::new();
    if shape.entities && !ids.is_empty() {
        entities = article_entities::table
            .inner_join(entity_table::table)
            .filter(article_entities::article_id.eq_any(&ids))
            .order((article_entities::article_id, article_entities::position))
            .select((
                article_entities::article_id,
                (
                    entity_table::id,
                    entity_table::slug,
                    entity_table::type_,
                    entity_table::names,
                    article_entities::relation,
                    article_entities::salience,
                ),
            ))
            .load::<(Uuid, LinkedEntity)>(connection)?;
    }
    let of = |article: &Article| article.id;
    Ok(rows
        .into_iter()
        .map(|(article, bodies)| {
            let id = of(&article);
            FullArticle {
                tags: shape.tags.then(|| of_article(&tags, id)),
                entities: shape.entities.then(|| of_article(&entities, id)),
                article,
                bodies,
            }
        })
        .collect())
}

/// The links of one article, among those of several, sorted by article.
fn of_article<T: Clone>(links: &[(Uuid, T)], article_id: Uuid) -> Vec<T> {
    let start = links.partition_point(|(id, _)| *id < article_id);
    links[start..].iter().take_while(|(id, _)| *id == article_id).map(|(_, link)| link.clone()).collect()
}

fn by_key(key: &Key) -> Matching<'_> {
    let query = articles::table.into_boxed();
    match key {
        Key::Id(id) => query.filter(articles::id.eq(id)),
        Key::Slug(slug) => query.filter(articles::slug.eq(slug)),
    }
}

/// The article, or the problem that says why there is none to be seen.
pub fn find(
    connection: &mut PgConnection,
    key: &Key,
    sees_unpublished: bool,
    shape: &Shape,
) -> ApiResult<FullArticle> {
    let mut query = by_key(key);
    if !sees_unpublished {
        query = query.filter(articles::status.eq(ArticleStatus::Published));
    }
    let found: Option<(Article, Bodies)> =
        query.select((Article::as_select(), bodies(shape))).first(connection).optional()?;
    match found {
        Some(row) => one(embed(connection, vec![row], shape)?),
        None => missing(connection, key, sees_unpublished),
    }
}

/// The article with all that a client writes of it, locked against other
/// writers until the transaction ends.
pub fn find_for_update(connection: &mut PgConnection, key: &Key) -> ApiResult<FullArticle> {
    let locked = match key {
        Key::Id(id) => {
            articles::table.filter(articles::id.eq(id)).select(articles::id).for_update().first(connection)
        }
        Key::Slug(slug) => articles::table
            .filter(articles::slug.eq(slug))
            .select(articles::id)
            .for_update()
            .first(connection),
    };
    match locked.optional()? {
        Some(id) => find(connection, &Key::Id(id), true, &Shape::whole()),
        None => missing(connection, key, true),
    }
}

/// The id of the article with the key, published or not, former slugs included.
pub fn find_id(connection: &mut PgConnection, key: &Key) -> QueryResult<Option<Uuid>> {
    let found = by_key(key).select(articles::id).first(connection).optional()?;
    if found.is_some() {
        return Ok(found);
    }
    match former::targets(connection, Resource::Article, &[key.to_string()])?.first() {
        Some((_, id)) => articles::table.find(id).select(articles::id).first(connection).optional(),
        None => Ok(None),
    }
}

/// A stored article, with what the shape wants besides.
pub fn complete(connection: &mut PgConnection, article: Article, shape: &Shape) -> ApiResult<FullArticle> {
    let bodies: Bodies = articles::table.find(article.id).select(bodies(shape)).first(connection)?;
    one(embed(connection, vec![(article, bodies)], shape)?)
}

fn one(articles: Vec<FullArticle>) -> ApiResult<FullArticle> {
    articles.into_iter().next().ok_or_else(|| ApiError::internal("an article was lost on its way"))
}

fn missing<T>(connection: &mut PgConnection, key: &Key, sees_unpublished: bool) -> ApiResult<T> {
    let slug_of = |connection: &mut PgConnection, id: Uuid| {
        let mut query = articles::table.filter(articles::id.eq(id)).select(articles::slug).into_boxed();
        if !sees_unpublished {
            query = query.filter(articles::status.eq(ArticleStatus::Published));
        }
        query.first(connection).optional()
    };
    Err(former::explain_missing(connection, Resource::Article, key, sees_unpublished, slug_of)?)
}

/// Stores a new article; without a slug, one is made from the headline.
pub fn insert(
    connection: &mut PgConnection,
    slug: Option<&str>,
    content: &ArticleContent,
) -> QueryResult<Article> {
    let values =
        |slug: &str| (articles::id.eq(Uuid::now_v7()), articles::slug.eq(slug.to_owned()), content.clone());
    if let Some(slug) = slug {
        return diesel::insert_into(articles::table)
            .values(values(slug))
            .returning(Article::as_returning())
            .get_result(connection);
    }
    let taken = |connection: &mut PgConnection, base: &str| {
        articles::table
            .select(articles::slug)
            .filter(articles::slug.like(format!("{base}%")))
            .load(connection)
    };
    slugs::insert_with_free_slug(
        connection,
        &content.headline,
        Resource::Article,
        taken,
        |connection, slug| {
            diesel::insert_into(articles::table)
                .values(values(slug))
                .on_conflict(articles::slug)
                .do_nothing()
                .returning(Article::as_returning())
                .get_result(connection)
                .optional()
        },
    )
}

/// Changes an article; where nothing is different, nothing moves. A change of
/// its links alone is a change of it as well.
pub fn update(
    connection: &mut PgConnection,
    id: Uuid,
    slug: Option<&str>,
    content: &ArticleContent,
    links_changed: bool,
) -> QueryResult<Article> {
    let step = i64::from(links_changed);
    diesel::update(articles::table.find(id))
        .set((
            slug.map(|slug| articles::slug.eq(slug)),
            content,
            articles::version.eq(articles::version + step),
        ))
        .returning(Article::as_returning())
        .get_result(connection)
}

/// Deletes an article and its links.
pub fn delete(connection: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    diesel::delete(articles::table.find(id)).execute(connection).map(drop)
}

/// Locks the tags and then the entities, in the order in which the triggers that count do it.
pub fn lock_counted(connection: &mut PgConnection, tags: &[Uuid], entities: &[Uuid]) -> QueryResult<()> {
    tag_table::table
        .filter(tag_table::id.eq_any(tags))
        .order(tag_table::id)
        .select(tag_table::id)
        .for_no_key_update()
        .execute(connection)?;
    entity_table::table
        .filter(entity_table::id.eq_any(entities))
        .order(entity_table::id)
        .select(entity_table::id)
        .for_no_key_update()
        .execute(connection)
        .map(drop)
}

/// Gives an article these tags, in this order; whether that was a change.
pub fn set_tags(
    connection: &mut PgConnection,
    article_id: Uuid,
    tags: &[Uuid],
    public_date: Option<DateTime<Utc>>,
) -> QueryResult<bool> {
    use article_tags as link;
    let current: Vec<Uuid> = link::table
        .filter(link::article_id.eq(article_id))
        .order(link::position)
        .select(link::tag_id)
        .load(connection)?;
    if current == tags {
        return Ok(false);
    }
    let superfluous = link::table.filter(link::article_id.eq(article_id)).filter(link::tag_id.ne_all(tags));
    diesel::delete(superfluous).execute(connection)?;
    let rows: Vec<_> = (0i16..)
        .zip(tags)
        .map(|(position, tag)| {
            (
                link::article_id.eq(article_id),
                link::tag_id.eq(tag),
                link::position.eq(position),
                link::published_at.eq(public_date),
            )
        })
        .collect();
    diesel::insert_into(link::table)
        .values(rows)
        .on_conflict((link::article_id, link::tag_id))
        .do_update()
        .set(link::position.eq(diesel::upsert::excluded(link::position)))
        .execute(connection)?;
    Ok(true)
}

/// Gives an article these entities, in this order; whether that was a change.
pub fn set_entities(
    connection: &mut PgConnection,
    article_id: Uuid,
    entities: &[EntityLink],
    public_date: Option<DateTime<Utc>>,
) -> QueryResult<bool> {
    use article_entities as link;
    use diesel::upsert::excluded;
    let current: Vec<EntityLink> = link::table
        .filter(link::article_id.eq(article_id))
        .order(link::position)
        .select((link::entity_id, link::relation, link::salience))
        .load(connection)?;
    if current == entities {
        return Ok(false);
    }
    let ids: Vec<Uuid> = entities.iter().map(|(id, _, _)| *id).collect();
    let superfluous = link::table.filter(link::article_id.eq(article_id)).filter(link::entity_id.ne_all(ids));
    diesel::delete(superfluous).execute(connection)?;
    let rows: Vec<_> = (0i16..)
        .zip(entities)
        .map(|(position, (entity, relation, salience))| {
            (
                link::article_id.eq(article_id),
                link::entity_id.eq(entity),
                link::position.eq(position),
                link::relation.eq(relation),
                link::salience.eq(salience),
                link::published_at.eq(public_date),
            )
        })
        .collect();
    diesel::insert_into(link::table)
        .values(rows)
        .on_conflict((link::article_id, link::entity_id))
        .do_update()
        .set((
            link::position.eq(excluded(link::position)),
            link::relation.eq(excluded(link::relation)),
            link::salience.eq(excluded(link::salience)),
        ))
        .execute(connection)?;
    Ok(true)
}
