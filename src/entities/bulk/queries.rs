//! All the SQL of many entities at once.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{BigInt, Jsonb, Nullable, Text, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    db::{
        former::{self, Deleted},
        prepared::{Prepared, Value},
        resources::Resource,
    },
    entities::{
        bulk::{Current, Merged, Name, Row},
        merge::Gained,
        model::{Alias, EntityContent},
    },
    taxonomy::{LabelKind, queries as labels},
    values::{Json, Url, stored},
};

/// The names as the statements take them: sources, ids there, Wikidata ids, slugs.
fn values<'a>(names: impl Iterator<Item = Name<'a>>) -> [Value; 4] {
    sorted(names).map(Value::Texts)
}

fn sorted<'a>(names: impl Iterator<Item = Name<'a>>) -> [Vec<String>; 4] {
    let [mut sources, mut external_ids, mut wikidata_ids, mut slugs] = [const { Vec::new() }; 4];
    for name in names {
        match name {
            Name::External(source, id) => {
                sources.push(source.to_owned());
                external_ids.push(id.to_owned());
            }
            Name::Wikidata(id) => wikidata_ids.push(id.to_owned()),
            Name::Slug(slug) => slugs.push(slug.to_owned()),
        }
    }
    [sources, external_ids, wikidata_ids, slugs]
}

/// The entities that have any of the names, locked against other writers.
pub fn look_up<'a>(
    connection: &mut PgConnection,
    names: impl Iterator<Item = Name<'a>>,
) -> QueryResult<Vec<Current>> {
    type Columns = (SqlUuid, Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, BigInt);
    type Found = (Uuid, String, Option<String>, Option<String>, Option<String>, i64);
    let found: Vec<Found> = Prepared::<Columns>::new(
        "SELECT id, slug, wikidata_id, source, external_id, version FROM entities WHERE id IN ( \
            SELECT id FROM unnest({}, {}) AS wanted (source, external_id) \
                JOIN entities USING (external_id, source) \
            UNION SELECT id FROM entities WHERE wikidata_id = ANY ({}) \
            UNION SELECT id FROM entities WHERE slug = ANY ({})) \
         ORDER BY id FOR NO KEY UPDATE",
        values(names),
    )
    .load(connection)?;
    let current = |(id, slug, wikidata_id, source, external_id, version)| Current {
        id,
        slug,
        wikidata_id,
        source,
        external_id,
        version,
    };
    Ok(found.into_iter().map(current).collect())
}

/// The entities that had any of the names when they were merged into others.
pub fn look_up_merged<'a>(
    connection: &mut PgConnection,
    names: impl Iterator<Item = Name<'a>>,
) -> QueryResult<Vec<Merged>> {
    type Columns = (Text, Nullable<Text>, Nullable<Text>, Nullable<Text>, Text);
    type Found = (String, Option<String>, Option<String>, Option<String>, String);
    let found: Vec<Found> = Prepared::<Columns>::new(
        "SELECT was.slug, was.wikidata_id, was.source, was.external_id, entities.slug \
         FROM entity_merges JOIN entities ON entities.id = into_id, \
            jsonb_to_record(entity) AS was (slug text, wikidata_id text, source text, external_id text) \
         WHERE (was.source, was.external_id) IN (SELECT * FROM unnest({}, {})) \
            OR was.wikidata_id = ANY ({}) OR was.slug = ANY ({})",
        values(names),
    )
    .load(connection)?;
    let merged = |(slug, wikidata_id, source, external_id, into)| Merged {
        slug,
        wikidata_id,
        source,
        external_id,
        into,
    };
    Ok(found.into_iter().map(merged).collect())
}

/// What the entities have got by merges and have still, the first of each first.
pub fn gained(connection: &mut PgConnection, ids: Vec<Uuid>) -> QueryResult<HashMap<Uuid, Vec<Gained>>> {
    const GAINED: &str = "
        SELECT into_id, gained, aliases, same_as, wikidata_id
        FROM entity_merges JOIN entities ON entities.id = into_id
        WHERE into_id = ANY ({}) ORDER BY into_id, merged_at, entity_merges.id";
    type Columns = (SqlUuid, Jsonb, Jsonb, Jsonb, Nullable<Text>);
    type Found = (Uuid, Json<Gained>, Json<Vec<Alias>>, Json<Vec<Url>>, Option<String>);
    let found: Vec<Found> = stored(|| Prepared::<Columns>::new(GAINED, [Value::Ids(ids)]).load(connection))?;
    let mut gained: HashMap<Uuid, Vec<Gained>> = HashMap::new();
    for (id, Json(of_merge), Json(aliases), Json(same_as), wikidata_id) in found {
        gained.entry(id).or_default().push(of_merge.still_had(&aliases, &same_as, wikidata_id.as_deref()));
    }
    Ok(gained)
}

/// The entities that were deleted and had any of the names.
pub fn look_up_deleted<'a>(
    connection: &mut PgConnection,
    names: impl Iterator<Item = Name<'a>>,
) -> QueryResult<Vec<Deleted>> {
    let [sources, external_ids, wikidata_ids, slugs] = sorted(names);
    former::deleted(connection, Resource::Entity, (sources, external_ids), wikidata_ids, slugs)
}

/// A row of the table of entities, but for what the database keeps itself.
#[derive(Serialize)]
struct Written<'a> {
    id: Uuid,
    slug: &'a str,
    #[serde(flatten)]
    content: &'a EntityContent,
}

const COLUMNS: &str = "slug, type, names, aliases, description, wikidata_id, source, external_id, same_as, \
    latitude, longitude";

/// Writes the rows. Gives the new version of each entity that was there before and has changed;
/// what is not different does not move.
pub fn write(connection: &mut PgConnection, rows: &[Row<'_>]) -> QueryResult<HashMap<Uuid, i64>> {
    let written = |is_new: bool| -> QueryResult<Value> {
        let mut written: Vec<Written<'_>> = rows
            .iter()
            .filter(|row| row.current.is_none() == is_new)
            .map(|row| Written { id: row.id, slug: &row.slug, content: row.content() })
            .collect();
        // In one order, so that two writers who make the same ones do not deadlock.
        written.sort_by_key(|row| row.slug);
        let json = serde_json::to_string(&written);
        json.map(Value::Text).map_err(|error| diesel::result::Error::SerializationError(error.into()))
    };
    let insert = format!(
        "INSERT INTO entities (id, {COLUMNS}) \
         SELECT id, {COLUMNS} FROM jsonb_populate_recordset(NULL::entities, {{}}::jsonb)"
    );
    Prepared::<()>::new(insert, [written(true)?]).execute(connection)?;
    let new =
        COLUMNS.split(", ").map(|column| format!("new.{}", column.trim())).collect::<Vec<_>>().join(", ");
    let old = new.replace("new.", "entities.");
    let update = format!(
        "UPDATE entities SET ({COLUMNS}) = ROW ({new}) \
         FROM jsonb_populate_recordset(NULL::entities, {{}}::jsonb) AS new \
         WHERE entities.id = new.id AND ({old}) IS DISTINCT FROM ({new}) \
         RETURNING entities.id, entities.version"
    );
    let updated = Prepared::<(SqlUuid, BigInt)>::new(update, [written(false)?]).load(connection)?;
    let updated: HashMap<Uuid, i64> = updated.into_iter().collect();
    let changed = rows.iter().filter(|row| row.current.is_none() || updated.contains_key(&row.id));
    let found_by = changed.map(|row| (row.id, row.vector())).collect();
    labels::store(connection, LabelKind::Entity, found_by)?;
    Ok(updated)
}
