//! From the tags and entities that a client names to those that are stored:
//! found by id or slug, or made where the client says how.

use std::collections::HashMap;

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    input::{EntityRef, TagRef},
    model::Relation,
};
use crate::{
    entities::{self, model::EntityContent},
    error::{ApiError, ApiResult, FieldError, Problem},
    tags::{self, model::TagContent},
    text::slug,
    values::{Json, Key, LanguageTag, Localized},
};

/// A tag or an entity that a client named.
struct Named<C> {
    key: Option<Key>,
    /// What to make it of, where it is not there.
    content: Option<C>,
}

/// The tags of an article, in order.
pub fn resolve_tags(
    connection: &mut PgConnection,
    refs: &[TagRef],
    language: &LanguageTag,
) -> ApiResult<Vec<Uuid>> {
    let named = refs.iter().map(|tag| {
        let names = names(&tag.names, &tag.name, language);
        let key = key(&tag.key, names.as_ref());
        let content = tag.kind.zip(names).map(|(kind, names)| TagContent {
            kind,
            parent_id: None,
            names: Json(names),
            description: Json(Default::default()),
            scheme: None,
            code: None,
        });
        Named { key, content }
    });
    let ids = resolve(
        connection,
        named.collect(),
        Kind { pointer: "/tags", noun: "tag", needs: "kind and name or names" },
        tags::queries::resolve,
        tags::queries::insert_missing,
    )?;
    let mut unique = Vec::with_capacity(ids.len());
    for id in ids {
        if !unique.contains(&id) {
            unique.push(id);
        }
    }
    Ok(unique)
}

/// What links an article to an entity.
pub type EntityLink = (Uuid, Relation, Option<f64>);

/// The entities of an article, in order.
pub fn resolve_entities(
    connection: &mut PgConnection,
    refs: &[EntityRef],
    language: &LanguageTag,
) -> ApiResult<Vec<EntityLink>> {
    let named = refs.iter().map(|entity| {
        let names = names(&entity.names, &entity.name, language);
        let key = key(&entity.key, names.as_ref());
        let content = entity.kind.zip(names).map(|(kind, names)| EntityContent {
            kind,
            names: Json(names),
            aliases: Json(Vec::new()),
            description: Json(Default::default()),
            wikidata_id: None,
            same_as: Json(Vec::new()),
            latitude: None,
            longitude: None,
        });
        Named { key, content }
    });
    let ids = resolve(
        connection,
        named.collect(),
        Kind { pointer: "/entities", noun: "entity", needs: "type and name or names" },
        entities::queries::resolve,
        entities::queries::insert_missing,
    )?;
    let mut unique: Vec<EntityLink> = Vec::with_capacity(ids.len());
    for (id, entity) in ids.into_iter().zip(refs) {
        if !unique.iter().any(|(known, _, _)| *known == id) {
            let relation = entity.relation.unwrap_or(Relation::Mentions);
            unique.push((id, relation, entity.salience.map(|salience| salience.0)));
        }
    }
    Ok(unique)
}

fn names<const MAX: usize>(
    names: &Option<Localized<1, MAX>>,
    name: &Option<crate::values::Text<1, MAX>>,
    language: &LanguageTag,
) -> Option<Localized<1, MAX>> {
    names.clone().or_else(|| name.clone().map(|name| Localized::single(language.clone(), name)))
}

/// The given key, or the slug that the name makes.
fn key<const MAX: usize>(given: &Option<Key>, names: Option<&Localized<1, MAX>>) -> Option<Key> {
    given.clone().or_else(|| {
        let made = slug::slug(names?.nearest("en")?);
        let made = if slug::RESERVED.contains(&made.as_str()) { slug::numbered(&made, 2) } else { made };
        (!made.is_empty()).then_some(Key::Slug(made))
    })
}

/// How the faults of one kind of link are worded.
struct Kind {
    pointer: &'static str,
    noun: &'static str,
    needs: &'static str,
}

/// The id of each that is named. Those that are not there are made; where one
/// can be neither found nor made, all such are reported.
fn resolve<C: Clone>(
    connection: &mut PgConnection,
    named: Vec<Named<C>>,
    kind: Kind,
    find: impl Fn(&mut PgConnection, &[Key]) -> diesel::QueryResult<HashMap<Key, Uuid>>,
    insert_missing: impl Fn(&mut PgConnection, &[(String, C)]) -> diesel::QueryResult<()>,
) -> ApiResult<Vec<Uuid>> {
    let keys: Vec<Key> = named.iter().filter_map(|link| link.key.clone()).collect();
    if named.is_empty() {
        return Ok(Vec::new());
    }
    let mut found = find(connection, &keys)?;
    let mut new: Vec<(String, C)> = Vec::new();
    let mut faults = Vec::new();
    for (index, link) in named.iter().enumerate() {
        let pointer = format!("{}/{index}", kind.pointer);
        match (&link.key, &link.content) {
            (None, _) => {
                faults.push(FieldError::new(pointer, "required", "needs an id or a slug, or a name"))
            }
            (Some(key), _) if found.contains_key(key) => {}
            (Some(Key::Slug(slug)), Some(content)) if slug::is_slug(slug) => {
                if !new.iter().any(|(known, _)| known == slug) {
                    new.push((slug.clone(), content.clone()));
                }
            }
            (Some(key), _) => {
                let (noun, needs) = (kind.noun, kind.needs);
                let detail = format!("there is no {noun} {key}; to make one, give an object with {needs}");
                faults.push(FieldError::new(pointer, &format!("unknown_{noun}"), detail));
            }
        }
    }
    if !faults.is_empty() {
        return Err(ApiError::invalid(Problem::InvalidBody, faults));
    }
    if !new.is_empty() {
        // In one order, so that two writers who make the same ones do not deadlock.
        new.sort_by(|(a, _), (b, _)| a.cmp(b));
        insert_missing(connection, &new)?;
        let keys: Vec<Key> = new.into_iter().map(|(slug, _)| Key::Slug(slug)).collect();
        found.extend(find(connection, &keys)?);
    }
    let ids = named.iter().map(|link| link.key.as_ref().and_then(|key| found.get(key)).copied());
    ids.collect::<Option<_>>().ok_or_else(|| ApiError {
        // Begun again, it makes what was deleted meanwhile.
        lost_race: true,
        ..ApiError::new(
            Problem::Conflict,
            format!("a {} was deleted meanwhile: send the request again", kind.noun),
        )
    })
}
