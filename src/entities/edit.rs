//! What it takes to write an entity: its version compared.

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::{self, EntityInput},
    model::{Entity, EntityContent},
    queries,
};
use crate::{
    error::{ApiError, ApiResult},
    http::{
        conditional::Preconditions,
        json::{MergePatch, Replacement},
    },
    values::{Json, Key, Text, WikidataId},
};

/// Makes an entity.
pub fn create(connection: &mut PgConnection, input: &EntityInput) -> ApiResult<Entity> {
    let content = content(input)?;
    let name = content.names.0.nearest("en").unwrap_or_default().to_owned();
    Ok(queries::insert(connection, input.slug.as_deref(), &name, &content)?)
}

/// Gives an entity other content. A slug that is left out stays.
pub fn replace(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    replacement: &Replacement<EntityInput>,
) -> ApiResult<Entity> {
    let entity = queries::find_for_update(connection, key)?;
    conditions.check(entity.version)?;
    replacement.as_read.check(&["article_count"], || Ok(body::Entity::from(entity.clone())))?;
    write(connection, entity.id, &replacement.value)
}

/// Changes some of an entity.
pub fn patch(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    patch: &MergePatch,
) -> ApiResult<Entity> {
    let entity = queries::find_for_update(connection, key)?;
    conditions.check(entity.version)?;
    write(connection, entity.id, &patch.apply(body::as_written(&entity))?)
}

/// Deletes an entity.
pub fn delete(connection: &mut PgConnection, key: &Key, conditions: &Preconditions) -> ApiResult<()> {
    let entity = queries::find_for_update(connection, key)?;
    conditions.check(entity.version)?;
    Ok(queries::delete(connection, entity.id)?)
}

fn write(connection: &mut PgConnection, id: Uuid, input: &EntityInput) -> ApiResult<Entity> {
    let content = content(input)?;
    Ok(queries::update(connection, id, input.slug.as_deref(), &content)?)
}

/// What the input says of an entity.
pub fn content(input: &EntityInput) -> ApiResult<EntityContent> {
    // The required members were checked when the input was read.
    let required = |name: &str| ApiError::invalid_field(format!("/{name}"), "required", "is required");
    let aliases = input.aliases.clone().unwrap_or_default().0.into_iter().map(|alias| alias.0).collect();
    Ok(EntityContent {
        kind: input.kind.ok_or_else(|| required("type"))?,
        names: Json(input.names.clone().ok_or_else(|| required("names"))?),
        aliases: Json(aliases),
        description: Json(input.description.clone().unwrap_or_default()),
        wikidata_id: input.wikidata_id.clone().map(WikidataId::into_string),
        source: input.source.clone().map(Text::into_string),
        external_id: input.external_id.clone().map(Text::into_string),
        same_as: Json(input.same_as.clone().unwrap_or_default().0),
        latitude: input.latitude.map(|degrees| degrees.0),
        longitude: input.longitude.map(|degrees| degrees.0),
    })
}
