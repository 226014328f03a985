//! All the SQL of entities.

pub mod merges;

use std::collections::{HashMap, HashSet};

use diesel::prelude::*;
use serde::Serialize;
use uuid::Uuid;

use super::model::{Entity, EntityContent, EntitySort, EntityType};
use crate::{
    clock,
    db::{
        estimate::estimate_rows,
        former,
        keyset::{Limited, keyset},
        resources::Resource,
        slugs::{self, numbered},
    },
    error::ApiResult,
    page::{Count, Page, PageRequest},
    schema::entities,
    taxonomy::{LabelKind, queries as labels},
    values::{Key, WikidataId},
};

/// Which entities a list has.
#[derive(Debug, Clone, Serialize)]
pub struct EntityFilter {
    pub kind: Vec<EntityType>,
    pub wikidata_id: Option<WikidataId>,
    pub source: Option<String>,
    pub external_id: Option<String>,
}

type Matching<'a> = entities::BoxedQuery<'a, diesel::pg::Pg>;

impl EntityFilter {
    /// Whether it has all entities of some types.
    fn has_types_alone(&self) -> bool {
        let Self { kind: _, wikidata_id, source, external_id } = self;
        wikidata_id.is_none() && source.is_none() && external_id.is_none()
    }

    /// Whether a list of it is read off an index from where it begins: of few entities, of all, or of one type by slug.
    /// In any other order few of those that are looked at may be of the type.
    pub fn is_read_off(&self, sort: EntitySort) -> bool {
        let is_by_slug = matches!(sort, EntitySort::Slug | EntitySort::SlugDescending);
        !self.has_types_alone() || self.kind.is_empty() || self.kind.len() == 1 && is_by_slug
    }
}

fn matching(filter: &EntityFilter) -> Matching<'_> {
    let EntityFilter { kind, wikidata_id, source, external_id } = filter;
    let mut query = entities::table.into_boxed();
    // An equation keeps the order of an index, a list does not.
    query = match kind.as_slice() {
        [] => query,
        [kind] => query.filter(entities::type_.eq(kind)),
        several => query.filter(entities::type_.eq_any(several)),
    };
    if let Some(wikidata_id) = wikidata_id {
        query = query.filter(entities::wikidata_id.eq(&**wikidata_id));
    }
    if let Some(source) = source {
        query = query.filter(entities::source.eq(source));
    }
    if let Some(external_id) = external_id {
        query = query.filter(entities::external_id.eq(external_id));
    }
    query
}

/// One page of the entities that match.
pub fn list(
    connection: &mut PgConnection,
    filter: &EntityFilter,
    sort: EntitySort,
    page: &PageRequest,
    count: Count,
) -> ApiResult<Page<Entity>> {
    use diesel::sql_types::{BigInt, Text, Timestamptz};
    let query = matching(filter);
    let query = match sort {
        EntitySort::Slug | EntitySort::SlugDescending => {
            let descending = sort == EntitySort::SlugDescending;
            keyset!(query, page, descending, entities::slug, entities::id, "(entities.slug, entities.id)", Text: Text)
        }
        EntitySort::ArticleCountDescending => {
            keyset!(query, page, true, entities::article_count, entities::id, "(entities.article_count, entities.id)", Number: BigInt)
        }
        EntitySort::UpdatedAt | EntitySort::UpdatedAtDescending => {
            let descending = sort == EntitySort::UpdatedAtDescending;
            keyset!(query, page, descending, entities::updated_at, entities::id, "(entities.updated_at, entities.id)", Time: Timestamptz)
        }
    };
    let rows = Limited::to_page(query.select(Entity::as_select()), page, filter.has_types_alone())
        .load(connection)?;
    let total = match count {
        Count::None => None,
        Count::Exact => Some(matching(filter).count().get_result(connection)?),
        Count::Estimated => {
            Some(estimate_rows(connection, "entities", matching(filter).select(entities::id))?)
        }
    };
    Ok(page.finish(rows, |entity| (sort.key(entity), entity.id)).with_total(count, total))
}

/// Which of these entities match.
pub fn of_these(
    connection: &mut PgConnection,
    filter: &EntityFilter,
    ids: Vec<Uuid>,
) -> QueryResult<HashSet<Uuid>> {
    if filter.kind.is_empty() && filter.has_types_alone() {
        return Ok(ids.into_iter().collect());
    }
    let ids = matching(filter).filter(entities::id.eq_any(ids)).select(entities::id);
    Ok(ids.load(connection)?.into_iter().collect())
}

/// The entities with these ids.
pub fn load(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, Entity>> {
    let found = Entity::query().filter(entities::id.eq_any(ids)).load(connection)?;
    Ok(found.into_iter().map(|entity: Entity| (entity.id, entity)).collect())
}

/// The entity, or the problem that says why there is none.
pub fn find(connection: &mut PgConnection, key: &Key) -> ApiResult<Entity> {
    let found = by_key(key).select(Entity::as_select()).first(connection).optional()?;
    found.map_or_else(|| missing(connection, key), Ok)
}

/// The entity, locked against other writers until the transaction ends.
pub fn find_for_update(connection: &mut PgConnection, key: &Key) -> ApiResult<Entity> {
    let found = match key {
        Key::Id(id) => Entity::query().filter(entities::id.eq(id)).for_no_key_update().first(connection),
        Key::Slug(slug) => {
            Entity::query().filter(entities::slug.eq(slug)).for_no_key_update().first(connection)
        }
    };
    let found = found.optional()?;
    found.map_or_else(|| missing(connection, key), Ok)
}

fn by_key(key: &Key) -> Matching<'_> {
    let query = entities::table.into_boxed();
    match key {
        Key::Id(id) => query.filter(entities::id.eq(id)),
        Key::Slug(slug) => query.filter(entities::slug.eq(slug)),
    }
}

fn missing<T>(connection: &mut PgConnection, key: &Key) -> ApiResult<T> {
    let slug_of = |connection: &mut PgConnection, id: Uuid| {
        entities::table.find(id).select(entities::slug).first(connection).optional()
    };
    Err(former::explain_missing(connection, Resource::Entity, key, true, slug_of)?)
}

/// The ids of the entities with the keys, former slugs included. Keys that name
/// nothing are left out.
pub fn resolve(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Uuid>> {
    let ids: Vec<Uuid> = keys.iter().filter_map(Key::id).collect();
    let slugs: Vec<&str> = keys.iter().filter_map(Key::slug).collect();
    let rows: Vec<(Uuid, String)> = entities::table
        .filter(entities::id.eq_any(&ids).or(entities::slug.eq_any(&slugs)))
        .select((entities::id, entities::slug))
        .load(connection)?;
    let mut found: HashMap<Key, Uuid> = HashMap::with_capacity(keys.len());
    for (id, slug) in rows {
        found.insert(Key::Id(id), id);
        found.insert(Key::Slug(slug), id);
    }
    let former: Vec<String> =
        keys.iter().filter(|key| !found.contains_key(key)).map(Key::to_string).collect();
    if !former.is_empty() {
        let targets = former::targets(connection, Resource::Entity, &former, true)?;
        let target_ids: Vec<Uuid> = targets.iter().map(|(_, id)| *id).collect();
        let living: Vec<Uuid> =
            entities::table.filter(entities::id.eq_any(target_ids)).select(entities::id).load(connection)?;
        let targets = targets.into_iter().filter(|(_, id)| living.contains(id));
        found.extend(targets.map(|(key, id)| (Key::parse(&key), id)));
    }
    Ok(found)
}

/// Makes entities under their slugs, but for those that another has made meanwhile.
pub fn insert_missing(connection: &mut PgConnection, new: &[(String, EntityContent)]) -> QueryResult<()> {
    // A statement takes 65,535 values at most.
    for some in new.chunks(1000) {
        let rows: Vec<_> = some
            .iter()
            .map(|(slug, content)| {
                (entities::id.eq(clock::new_id()), entities::slug.eq(slug), content.clone())
            })
            .collect();
        let made: Vec<(Uuid, String)> = diesel::insert_into(entities::table)
            .values(rows)
            .on_conflict(entities::slug)
            .do_nothing()
            .returning((entities::id, entities::slug))
            .load(connection)?;
        let by_slug: HashMap<&str, &EntityContent> =
            some.iter().map(|(slug, content)| (slug.as_str(), content)).collect();
        let found_by =
            made.into_iter().filter_map(|(id, slug)| Some((id, by_slug.get(slug.as_str())?.vector())));
        labels::store(connection, LabelKind::Entity, found_by.collect())?;
    }
    Ok(())
}

/// Stores a new entity; without a slug, one is made from the name.
pub fn insert(
    connection: &mut PgConnection,
    slug: Option<&str>,
    name: &str,
    content: &EntityContent,
) -> QueryResult<Entity> {
    let values =
        |slug: &str| (entities::id.eq(clock::new_id()), entities::slug.eq(slug.to_owned()), content.clone());
    let taken = |connection: &mut PgConnection, base: &str| {
        entities::table.select(entities::slug).filter(numbered!(entities::slug, base)).load(connection)
    };
    let entity = match slug {
        Some(slug) => diesel::insert_into(entities::table)
            .values(values(slug))
            .returning(Entity::as_returning())
            .get_result(connection)?,
        None => {
            slugs::write_with_free_slug(connection, name, Resource::Entity, taken, |connection, slug| {
                diesel::insert_into(entities::table)
                    .values(values(slug))
                    .on_conflict(entities::slug)
                    .do_nothing()
                    .returning(Entity::as_returning())
                    .get_result(connection)
                    .optional()
            })?
        }
    };
    labels::store(connection, LabelKind::Entity, vec![(entity.id, content.vector())])?;
    Ok(entity)
}

/// Changes an entity; where nothing is different, nothing moves.
pub fn update(
    connection: &mut PgConnection,
    id: Uuid,
    slug: Option<&str>,
    content: &EntityContent,
) -> QueryResult<Entity> {
    let entity = diesel::update(entities::table.find(id))
        .set((slug.map(|slug| entities::slug.eq(slug)), content))
        .returning(Entity::as_returning())
        .get_result(connection)?;
    labels::store(connection, LabelKind::Entity, vec![(id, content.vector())])?;
    Ok(entity)
}

/// Deletes an entity, and takes it off its articles.
pub fn delete(connection: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    diesel::delete(entities::table.find(id)).execute(connection).map(drop)
}
