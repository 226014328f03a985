//! Which articles a list has: its filters, and what they stand for in SQL.

use std::collections::HashMap;

use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::Bool,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    articles::queries::{embed::Matching, find_id},
    articles::{
        model::{ArticleSort, ArticleStatus, Feature},
        shape::Shape,
    },
    entities::{self, model::EntityType},
    error::ApiResult,
    schema::{article_entities, article_tags, articles, entities as entity_table, tags as tag_table},
    search::{asked::Search, vocabulary::Vocabulary},
    tags::model::TagKind,
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

impl LinkFilter {
    fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_empty() && self.none.is_empty()
    }
}

/// The tag or the entity whose articles are listed.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum Within {
    Tag(Key),
    Entity(Key),
}

/// Which articles a list has. What is empty leaves them open.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ArticleFilter {
    pub within: Option<Within>,
    pub status: Vec<ArticleStatus>,
    pub language: Vec<String>,
    pub source: Vec<String>,
    pub external_id: Vec<String>,
    pub byline: Vec<String>,
    pub has: Vec<Feature>,
    pub translation_of: Option<Key>,
    pub tags: LinkFilter,
    /// Whether a tag stands for itself alone, and not for those below it.
    pub tags_exact: bool,
    pub tag_kind: Vec<TagKind>,
    pub entities: LinkFilter,
    pub entity_type: Vec<EntityType>,
    pub date_field: Option<DateField>,
    pub from: Option<Moment>,
    pub to: Option<Moment>,
    pub search: Option<Search>,
}

impl ArticleFilter {
    /// Whether it is one of few forms: what all readers see, or that of one language or source,
    /// or any search of them.
    pub(super) fn is_common(&self) -> bool {
        let has_links = self.within.is_some() || !self.tags.is_empty() || !self.entities.is_empty();
        self.is_plain() && !has_links && self.language.len() + self.source.len() <= 1
    }

    /// Whether a list of it is read off an index from where it begins: of one condition by date, or of none. Of any two
    /// together few articles may be both, and all that are one have to be looked at.
    pub fn is_read_off(&self, sort: ArticleSort) -> bool {
        // All of them, so that a new member has to be thought of here.
        let Self {
            within,
            status,
            language,
            source,
            external_id,
            byline,
            has,
            translation_of,
            tags,
            tags_exact: _,
            tag_kind,
            entities,
            entity_type,
            date_field,
            from,
            to,
            search,
        } = self;
        // Few articles are such.
        let is_of_few = !external_id.is_empty() || translation_of.is_some();
        let links = [&tags.all, &tags.any, &entities.all, &entities.any];
        // They are few beside the published ones.
        let is_unpublished = !status.is_empty() && !status.contains(&ArticleStatus::Published);
        let conditions = usize::from(within.is_some())
            + if is_unpublished { status.len() } else { 0 }
            + links.iter().map(|keys| keys.len()).sum::<usize>()
            + [language, source, byline].iter().map(|values| values.len()).sum::<usize>();
        let others = has.len() + tag_kind.len() + entity_type.len() + tags.none.len() + entities.none.len();
        let is_by_date = matches!(sort, ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending);
        let is_from_date = from.is_some() || to.is_some();
        let is_stretch =
            !is_from_date || is_by_date && matches!(date_field, None | Some(DateField::PublishedAt));
        search.is_none()
            && (is_of_few || others == 0 && is_stretch && (conditions == 0 || conditions == 1 && is_by_date))
    }

    /// Whether it has nothing but status, language, source, links and a search.
    fn is_plain(&self) -> bool {
        // All of them, so that a new member has to be thought of here.
        let Self {
            within: _,
            status: _,
            language: _,
            source: _,
            external_id,
            byline,
            has,
            translation_of,
            tags: _,
            tags_exact: _,
            tag_kind,
            entities: _,
            entity_type,
            // It says nothing where there is no date to compare.
            date_field: _,
            from,
            to,
            search: _,
        } = self;
        let has_values = !(external_id.is_empty() && byline.is_empty() && has.is_empty());
        let has_kinds = !(tag_kind.is_empty() && entity_type.is_empty());
        !has_values && !has_kinds && translation_of.is_none() && from.is_none() && to.is_none()
    }

    /// Looks up the keys that it names.
    pub(super) fn look_up(
        &self,
        connection: &mut PgConnection,
        sees_unpublished: bool,
        vocabulary: &Vocabulary,
    ) -> ApiResult<Found> {
        let family = |mut ids: Vec<Uuid>| {
            // The tag itself is the first.
            ids.truncate(if self.tags_exact { 1 } else { ids.len() });
            ids
        };
        let mut tags = LinkIds::find(&self.tags, |keys| {
            let found = vocabulary.families(connection, keys)?;
            Ok(found.iter().map(|(key, ids)| (key.clone(), family(ids.clone()))).collect())
        })?;
        let mut entities = LinkIds::find(&self.entities, |keys| {
            // An id needs no look: one that nothing has matches no article.
            let (ids, slugs): (Vec<Key>, Vec<Key>) = keys.iter().cloned().partition(|key| key.id().is_some());
            let found = if slugs.is_empty() {
                HashMap::new()
            } else {
                entities::queries::resolve(connection, &slugs)?
            };
            let ids = ids.into_iter().filter_map(|key| key.id().map(|id| (key, id)));
            Ok(found.into_iter().chain(ids).map(|(key, id)| (key, vec![id])).collect())
        })?;
        match &self.within {
            None => {}
            Some(Within::Tag(key)) => tags.all.push(family(vocabulary.family(connection, key)?.to_vec())),
            Some(Within::Entity(key)) => {
                entities.all.push(vec![entities::queries::find(connection, key)?.id]);
            }
        }
        let original = match &self.translation_of {
            None => None,
            // Readers may not know of an original that is not published.
            Some(key) => {
                let seen = Shape::listed().seeing_unpublished(sees_unpublished);
                Some(find_id(connection, key, &seen)?)
            }
        };
        Ok(Found { tags, entities, original })
    }
}

/// A filter's keys, looked up.
pub(super) struct Found {
    pub tags: LinkIds,
    pub entities: LinkIds,
    /// The original of translations, where they are asked for: it may not be there.
    original: Option<Option<Uuid>>,
}

/// A link filter, its keys looked up. A key stands for several ids, of which any will do; for
/// none where there is no such item, so that no article can have it.
#[derive(Default)]
pub(super) struct LinkIds {
    all: Vec<Vec<Uuid>>,
    any: Option<Vec<Uuid>>,
    none: Vec<Uuid>,
}

impl LinkIds {
    fn find(
        filter: &LinkFilter,
        resolve: impl FnOnce(&[Key]) -> QueryResult<HashMap<Key, Vec<Uuid>>>,
    ) -> QueryResult<Self> {
        let keys = [filter.all.as_slice(), &filter.any, &filter.none].concat();
        if keys.is_empty() {
            return Ok(Self::default());
        }
        let found = resolve(&keys)?;
        let ids = |key: &Key| found.get(key).cloned().unwrap_or_default();
        let union = |keys: &[Key]| keys.iter().flat_map(ids).collect::<Vec<_>>();
        Ok(Self {
            all: filter.all.iter().map(ids).collect(),
            any: (!filter.any.is_empty()).then(|| union(&filter.any)),
            none: union(&filter.none),
        })
    }

    pub fn is_empty(&self) -> bool {
        self.all.is_empty() && self.any.is_none() && self.none.is_empty()
    }

    /// The ids of the only item that is asked for.
    pub fn only(&self) -> Option<&[Uuid]> {
        match self.all.as_slice() {
            [ids] if self.any.is_none() && self.none.is_empty() => Some(ids),
            _ => None,
        }
    }
}

/// Whether a filter is for published articles, and for nothing else but links and a search.
pub(super) fn is_for_published(filter: &ArticleFilter) -> bool {
    let is_narrower = !filter.language.is_empty() || !filter.source.is_empty();
    filter.is_plain() && !is_narrower && filter.status == [ArticleStatus::Published]
}

/// Whether a filter is for all published articles, and for nothing else but a search.
pub(super) fn is_all_published(filter: &ArticleFilter, found: &Found) -> bool {
    is_for_published(filter) && found.tags.is_empty() && found.entities.is_empty()
}

/// The articles that pass the filter, but for its search.
pub(super) fn matching<'a>(filter: &'a ArticleFilter, found: &Found) -> Matching<'a> {
    let ArticleFilter {
        status,
        language,
        source,
        external_id,
        byline,
        has,
        tag_kind,
        entity_type,
        // Looked up, in `found`.
        within: _,
        translation_of: _,
        tags: _,
        tags_exact: _,
        entities: _,
        // See `filter_dates`.
        date_field: _,
        from: _,
        to: _,
        // The caller's.
        search: _,
    } = filter;
    let mut query = articles::table.into_boxed();
    // An equation keeps the order of an index, a list does not.
    macro_rules! any_of {
        ($column:expr, $values:expr) => {
            query = match $values.as_slice() {
                [] => query,
                [value] => query.filter($column.eq(value)),
                several => query.filter($column.eq_any(several)),
            }
        };
    }
    any_of!(articles::status, status);
    any_of!(articles::language, language);
    any_of!(articles::source, source);
    any_of!(articles::external_id, external_id);
    any_of!(articles::byline, byline);
    for feature in has {
        query = match feature {
            Feature::Image => query.filter(articles::image.is_not_null()),
        };
    }
    query = match found.original {
        None => query,
        Some(None) => query.filter(sql::<Bool>("false")),
        Some(Some(original)) => query.filter(articles::translation_of.eq(original)),
    };
    query = filter_dates(query, filter);
    query = filter_tags(query, &found.tags);
    query = filter_entities(query, &found.entities);
    if !tag_kind.is_empty() {
        let links = article_tags::table
            .inner_join(tag_table::table)
            .filter(article_tags::article_id.eq(articles::id))
            .filter(tag_table::kind.eq_any(tag_kind));
        query = query.filter(exists(links));
    }
    if !entity_type.is_empty() {
        let links = article_entities::table
            .inner_join(entity_table::table)
            .filter(article_entities::article_id.eq(articles::id))
            .filter(entity_table::type_.eq_any(entity_type));
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
        None | Some(DateField::PublishedAt) => {
            query = query.filter(articles::published_at.is_not_null());
            between!(articles::sort_date);
        }
        Some(DateField::UpdatedAt) => between!(articles::updated_at),
        Some(DateField::CreatedAt) => between!(articles::created_at),
    }
    query
}

macro_rules! link_filter {
    ($name:ident, $table:ident, $column:ident) => {
        fn $name<'a>(mut query: Matching<'a>, ids: &LinkIds) -> Matching<'a> {
            let links = || $table::table.filter($table::article_id.eq(articles::id));
            for ids in &ids.all {
                query = match ids.as_slice() {
                    [] => query.filter(sql::<Bool>("false")),
                    [id] => query.filter(exists(links().filter($table::$column.eq(*id)))),
                    several => query.filter(exists(links().filter($table::$column.eq_any(several.to_vec())))),
                };
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
