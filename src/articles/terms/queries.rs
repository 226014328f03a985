//! What articles show of tags and entities.

use diesel::{prelude::*, sql_types};
use uuid::Uuid;

use crate::{
    db::one_of::IsOneOf,
    entities::model::EntityType,
    schema::{entities, tags},
    tags::model::TagKind,
    values::StoredJson,
};

/// The most that one statement asks for: each number of them has a statement, which stays prepared.
const AT_ONCE: usize = 256;

/// What is shown of one: its id, its slug, of what kind it is, and its names.
pub type Row<K> = (Uuid, String, K, StoredJson);

/// Those of the tags that are there.
pub fn tags(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Row<TagKind>>> {
    let mut found: Vec<Row<TagKind>> = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        if let Some(wanted) = IsOneOf::<sql_types::Uuid, _>::new("tags.id", some.iter().copied()) {
            let columns = (tags::id, tags::slug, tags::kind, tags::names);
            found.extend(tags::table.filter(wanted).select(columns).load::<Row<_>>(connection)?);
        }
    }
    Ok(found)
}

/// Those of the entities that are there.
pub fn entities(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Row<EntityType>>> {
    let mut found: Vec<Row<EntityType>> = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        if let Some(wanted) = IsOneOf::<sql_types::Uuid, _>::new("entities.id", some.iter().copied()) {
            let columns = (entities::id, entities::slug, entities::type_, entities::names);
            found.extend(entities::table.filter(wanted).select(columns).load::<Row<_>>(connection)?);
        }
    }
    Ok(found)
}
