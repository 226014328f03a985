//! Which articles a list has: its filters, and what they stand for in SQL.

use std::{collections::HashMap, iter};

use diesel::{
    dsl::{exists, not, sql},
    prelude::*,
    sql_types::Bool,
};
use serde::Serialize;
use uuid::Uuid;

use super::matches;
use crate::{
    articles::{
        model::{ArticleStatus, Feature},
        queries::embed::Matching,
    },
    entities::model::EntityType,
    schema::{article_entities, article_tags, articles, entities as entity_table, tags as tag_table},
    search::{
        asked::{Asked, Search},
        plan::{Condition, Kind, LinkKind, Strategy},
    },
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
    /// All the keys that it names.
    pub fn keys(&self) -> Vec<Key> {
        [self.all.as_slice(), &self.any, &self.none].concat()
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
    /// What planning has to know of it, but for its search.
    pub fn conditions(&self) -> Vec<Condition> {
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
            search: _,
        } = self;
        let status_kind = match status.contains(&ArticleStatus::Published) {
            true => Kind::Published { alone: status.len() == 1 },
            false => Kind::Unpublished,
        };
        let unpublished = (status_kind == Kind::Unpublished).then_some("articles_unpublished_sort_date");
        let usual = Kind::Column { is_usual: true };
        let dates = Kind::Dates {
            // It says nothing where there is no date to compare.
            of_publication: matches!(date_field, None | Some(DateField::PublishedAt)),
        };
        let is_within =
            |tag: bool| usize::from(within.as_ref().is_some_and(|it| matches!(it, Within::Tag(_)) == tag));
        let columns = [
            ("status", status_kind, status.len(), unpublished),
            ("language", usual, language.len(), Some("articles_language_sort_date")),
            ("source", usual, source.len(), Some("articles_source_sort_date")),
            ("external_id", Kind::Key, external_id.len(), Some("articles_external_id_source_key")),
            ("byline", Kind::Column { is_usual: false }, byline.len(), Some("articles_byline_sort_date")),
            ("has", Kind::Other, has.len(), None),
            (
                "translation_of",
                Kind::Key,
                usize::from(translation_of.is_some()),
                Some("articles_translation_of"),
            ),
            ("from", dates, usize::from(from.is_some()), None),
            ("to", dates, usize::from(to.is_some()), None),
            ("tags_any", Kind::AnyLink, tags.any.len(), None),
            ("tags_none", Kind::Other, tags.none.len(), None),
            ("tag_kind", Kind::Other, tag_kind.len(), None),
            ("entities_any", Kind::AnyLink, entities.any.len(), None),
            ("entities_none", Kind::Other, entities.none.len(), None),
            ("entity_type", Kind::Other, entity_type.len(), None),
        ];
        let columns = columns.into_iter().filter(|(_, _, values, _)| *values > 0);
        let columns = columns.map(|(name, kind, values, index)| Condition { name, kind, values, index });
        // Each of these is a condition of its own.
        let link = |name, kind| Condition { name, kind: Kind::Link(kind), values: 1, index: None };
        let of_tags = iter::repeat_n(link("tags", LinkKind::Tags), tags.all.len() + is_within(true));
        let of_entities =
            iter::repeat_n(link("entities", LinkKind::Entities), entities.all.len() + is_within(false));
        columns.chain(of_tags).chain(of_entities).collect()
    }
}

/// A filter, all that it names looked up.
pub struct Filter<'a> {
    pub asked: &'a ArticleFilter,
    pub tags: LinkIds,
    pub entities: LinkIds,
    /// The original of translations, where they are asked for: it may not be there.
    pub original: Option<Option<Uuid>>,
    /// What the index of lexemes is asked for.
    pub search: Option<Asked>,
}

impl<'a> Filter<'a> {
    /// What planning has to know of it. What nothing can have costs nothing.
    pub fn conditions(&self) -> Vec<Condition> {
        let mut conditions = self.asked.conditions();
        conditions.retain(|condition| match condition.name {
            "tags_none" => !self.tags.none.is_empty(),
            "entities_none" => !self.entities.none.is_empty(),
            _ => true,
        });
        conditions
    }

    /// The ids of the first tag or entity that the articles have to have.
    pub(super) fn link_ids(&self, kind: LinkKind) -> &[Uuid] {
        let links = match kind {
            LinkKind::Tags => &self.tags,
            LinkKind::Entities => &self.entities,
        };
        links.all.first().map_or(&[], Vec::as_slice)
    }

    /// What is searched for; nothing matches where nothing is.
    pub(super) fn tsquery(&self) -> String {
        self.search.as_ref().map(|search| search.tsquery.clone()).unwrap_or_default()
    }

    /// The articles that pass the filter, but for its search.
    pub(super) fn unsearched(&self) -> Matching<'a> {
        filtered(self)
    }

    /// Those that match its search as well, found in this way.
    pub(super) fn matching(&self, strategy: Option<Strategy>) -> Matching<'a> {
        match strategy {
            None => self.unsearched(),
            Some(strategy) => matches::filter(self.unsearched(), self.tsquery(), strategy),
        }
    }
}

/// A link filter, its keys looked up. A key stands for several ids, of which any will do; for
/// none where there is no such item, so that no article can have it.
#[derive(Debug, Default)]
pub struct LinkIds {
    pub all: Vec<Vec<Uuid>>,
    pub any: Option<Vec<Uuid>>,
    pub none: Vec<Uuid>,
}

impl LinkIds {
    /// Those of a filter's keys, by what each of them stands for.
    pub fn new(filter: &LinkFilter, found: &HashMap<Key, Vec<Uuid>>) -> Self {
        let ids = |key: &Key| found.get(key).cloned().unwrap_or_default();
        let union = |keys: &[Key]| keys.iter().flat_map(ids).collect::<Vec<_>>();
        Self {
            all: filter.all.iter().map(ids).collect(),
            any: (!filter.any.is_empty()).then(|| union(&filter.any)),
            none: union(&filter.none),
        }
    }
}

fn filtered<'a>(filter: &Filter<'a>) -> Matching<'a> {
    let ArticleFilter {
        status,
        language,
        source,
        external_id,
        byline,
        has,
        tag_kind,
        entity_type,
        // Looked up.
        within: _,
        translation_of: _,
        tags: _,
        tags_exact: _,
        entities: _,
        // See `filter_dates`.
        date_field: _,
        from: _,
        to: _,
        // See `Filter::matching`.
        search: _,
    } = filter.asked;
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
    query = match filter.original {
        None => query,
        Some(None) => query.filter(sql::<Bool>("false")),
        Some(Some(original)) => query.filter(articles::translation_of.eq(original)),
    };
    query = filter_dates(query, filter.asked);
    query = filter_tags(query, &filter.tags);
    query = filter_entities(query, &filter.entities);
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
