//! What it takes to write a tag: its parent found, its version compared.

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::{self, TagInput},
    model::{Tag, TagContent},
    queries,
};
use crate::{
    error::{ApiError, ApiResult},
    http::{
        conditional::Preconditions,
        json::{MergePatch, Replacement},
    },
    values::{Json, Key, Text},
};

/// Makes a tag.
pub fn create(connection: &mut PgConnection, input: &TagInput) -> ApiResult<Tag> {
    let content = content(connection, input)?;
    let name = content.names.0.nearest("en").unwrap_or_default().to_owned();
    Ok(queries::insert(connection, input.slug.as_deref(), &name, &content)?)
}

/// Gives a tag other content. A slug that is left out stays.
pub fn replace(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    replacement: &Replacement<TagInput>,
) -> ApiResult<Tag> {
    let tag = queries::find_for_update(connection, key)?;
    conditions.check(tag.version)?;
    replacement.as_read.check(&["article_count"], || Ok(body::Tag::from(tag.clone())))?;
    let mut input = replacement.value.clone();
    // As it was read, it has its parent by another name.
    if replacement.as_read.get("parent_id").is_some() && input.parent.is_none() {
        input.parent = tag.parent_id.map(Key::Id);
    }
    write(connection, tag.id, &input)
}

/// Changes some of a tag.
pub fn patch(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    patch: &MergePatch,
) -> ApiResult<Tag> {
    let tag = queries::find_for_update(connection, key)?;
    conditions.check(tag.version)?;
    write(connection, tag.id, &patch.apply(body::as_written(&tag))?)
}

/// Deletes a tag.
pub fn delete(connection: &mut PgConnection, key: &Key, conditions: &Preconditions) -> ApiResult<()> {
    let tag = queries::find_for_update(connection, key)?;
    conditions.check(tag.version)?;
    Ok(queries::delete(connection, tag.id)?)
}

fn write(connection: &mut PgConnection, id: Uuid, input: &TagInput) -> ApiResult<Tag> {
    let content = content(connection, input)?;
    Ok(queries::update(connection, id, input.slug.as_deref(), &content)?)
}

fn content(connection: &mut PgConnection, input: &TagInput) -> ApiResult<TagContent> {
    let parent_id = match &input.parent {
        None => None,
        Some(key) => match queries::resolve(connection, std::slice::from_ref(key))?.get(key) {
            Some(id) => Some(*id),
            None => {
                return Err(ApiError::invalid_field(
                    "/parent",
                    "unknown_tag",
                    format!("there is no tag {key}"),
                ));
            }
        },
    };
    // The required members were checked when the input was read.
    let required = |name: &str| ApiError::invalid_field(format!("/{name}"), "required", "is required");
    Ok(TagContent {
        kind: input.kind.ok_or_else(|| required("kind"))?,
        parent_id,
        names: Json(input.names.clone().ok_or_else(|| required("names"))?),
        description: Json(input.description.clone().unwrap_or_default()),
        scheme: input.scheme.clone().map(Text::into_string),
        code: input.code.clone().map(Text::into_string),
    })
}
