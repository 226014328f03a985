//! What was here and is not any more: the slugs that lead elsewhere, and the
//! items that were deleted. Triggers of the database keep both.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Nullable, Text, Timestamptz},
};
use uuid::Uuid;

use super::{
    prepared::{Prepared, Value},
    resources::Resource,
};
use crate::{
    error::{ApiError, ApiResult},
    schema::{redirects, tombstones},
    values::Key,
};

/// The ids that former keys of the resource lead to. Those that no reader without a key has ever seen
/// lead there for who `sees_all`.
pub fn targets(
    connection: &mut PgConnection,
    resource: Resource,
    keys: &[String],
    sees_all: bool,
) -> QueryResult<Vec<(String, Uuid)>> {
    redirects::table
        .filter(redirects::public.eq_any(visible(sees_all)))
        .filter(redirects::resource.eq(resource.table()))
        .filter(redirects::key.eq_any(keys))
        .select((redirects::key, redirects::target_id))
        .load(connection)
}

/// Refuses what shows an item that is not there any more, with the problem that says where it went.
pub fn refuse_gone(connection: &mut PgConnection, resource: Resource, id: Uuid) -> ApiResult<()> {
    let slug_of = |connection: &mut PgConnection, id: Uuid| {
        let sql = format!("SELECT slug FROM {} WHERE id = {{}}", resource.table());
        Prepared::<Text>::new(sql, [Value::Id(id)]).get_result::<String>(connection).optional()
    };
    match slug_of(connection, id)? {
        Some(_) => Ok(()),
        None => Err(explain_missing(connection, resource, &Key::Id(id), true, slug_of)?),
    }
}

/// The problem that says why no item answers to `key`: it moved, it was
/// deleted, or it never was. `slug_of` finds the slug of an item that the asker
/// may see; `sees_all` is false for askers who see only what is public.
pub fn explain_missing(
    connection: &mut PgConnection,
    resource: Resource,
    key: &Key,
    sees_all: bool,
    slug_of: impl FnOnce(&mut PgConnection, Uuid) -> QueryResult<Option<String>>,
) -> ApiResult<ApiError> {
    let not_found = ApiError::not_found(resource.noun(), key);
    if !key.is_plausible() {
        return Ok(not_found);
    }
    let target = targets(connection, resource, &[key.to_string()], sees_all)?.first().map(|(_, id)| *id);
    if let Some(id) = target
        && let Some(slug) = slug_of(connection, id)?
    {
        return Ok(ApiError::moved(slug));
    }
    let is_visible = |(_, public): &Deletion| *public || sees_all;
    let mut deleted = match target.or(key.id()) {
        Some(id) => deleted_by_id(connection, resource, id)?.filter(is_visible),
        None => None,
    };
    if deleted.is_none()
        && let Some(slug) = key.slug()
    {
        deleted = deleted_by_slug(connection, resource, slug, sees_all)?;
    }
    Ok(match deleted {
        Some((deleted_at, _)) => ApiError::gone(resource.noun(), key, deleted_at),
        None => not_found,
    })
}

/// An item that was deleted, and what it was known by.
#[derive(Debug, Clone, Queryable)]
pub struct Deleted {
    pub slug: String,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub wikidata_id: Option<String>,
    pub deleted_at: DateTime<Utc>,
}

impl Deleted {
    /// The source and the id there, if it had them.
    pub fn external_key(&self) -> Option<(&str, &str)> {
        self.source.as_deref().zip(self.external_id.as_deref())
    }

    /// Why a line of an import does not make it again.
    pub fn explain(&self, resource: Resource) -> ApiError {
        let ApiError { detail, .. } = ApiError::gone(resource.noun(), &self.slug, self.deleted_at);
        ApiError {
            detail: format!("{detail}, and an import does not bring it back: POST does"),
            ..ApiError::gone(resource.noun(), &self.slug, self.deleted_at)
        }
    }
}

/// The items of the resource that were deleted and were known by any of these, the last deleted last.
pub fn deleted(
    connection: &mut PgConnection,
    resource: Resource,
    (sources, external_ids): (Vec<String>, Vec<String>),
    wikidata_ids: Vec<String>,
    slugs: Vec<String>,
) -> QueryResult<Vec<Deleted>> {
    type Columns = (Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, Timestamptz);
    let sql = "SELECT slug, source, external_id, wikidata_id, deleted_at FROM tombstones \
         WHERE resource = {} AND id IN ( \
            SELECT id FROM unnest({}, {}) AS wanted (source, external_id) \
                JOIN tombstones USING (external_id, source) WHERE resource = {} \
            UNION SELECT id FROM tombstones WHERE resource = {} AND wikidata_id = ANY ({}) \
            UNION SELECT id FROM tombstones WHERE resource = {} AND slug = ANY ({})) \
         ORDER BY deleted_at, id";
    let resource = || Value::Text(resource.table().to_owned());
    let values = [
        resource(),
        Value::Texts(sources),
        Value::Texts(external_ids),
        resource(),
        resource(),
        Value::Texts(wikidata_ids),
        resource(),
        Value::Texts(slugs),
    ];
    Prepared::<Columns>::new(sql, values).load(connection)
}

/// What `public` may be of what is seen.
fn visible(sees_all: bool) -> &'static [bool] {
    if sees_all { &[true, false] } else { &[true] }
}

type Deletion = (DateTime<Utc>, bool);

fn deleted_by_id(
    connection: &mut PgConnection,
    resource: Resource,
    id: Uuid,
) -> QueryResult<Option<Deletion>> {
    tombstones::table
        .find((resource.table(), id))
        .select((tombstones::deleted_at, tombstones::public))
        .first(connection)
        .optional()
}

fn deleted_by_slug(
    connection: &mut PgConnection,
    resource: Resource,
    slug: &str,
    sees_all: bool,
) -> QueryResult<Option<Deletion>> {
    tombstones::table
        .filter(tombstones::public.eq_any(visible(sees_all)))
        .filter(tombstones::resource.eq(resource.table()))
        .filter(tombstones::slug.eq(slug))
        .order(tombstones::deleted_at.desc())
        .select((tombstones::deleted_at, tombstones::public))
        .first(connection)
        .optional()
}
