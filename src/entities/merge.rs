//! What it takes to merge an entity into another one that it turned out to be, and to part them.

use std::collections::BTreeSet;

use diesel::PgConnection;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    body::{self, MAX_ALIASES, MAX_SAME_AS},
    edit::content,
    model::{Alias, Entity, EntityContent},
    queries::{self, merges},
};
use crate::{
    error::{ApiError, ApiResult, FieldError, Problem},
    http::{conditional::Preconditions, input::Input, json::MergePatch},
    values::{Key, LanguageTag, Timestamp, Url, stored},
};

/// Which entity another one is.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"into": "oman"})))]
pub struct MergeInput {
    /// The id or slug of the entity that stays.
    #[schema(required, nullable = false)]
    pub into: Option<Key>,
}

impl Input for MergeInput {
    const REQUIRED: &'static [&'static str] = &["into"];
}

/// Which merge is undone.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(json!({"entity": "nizwa"})))]
pub struct SplitInput {
    /// The id or slug of the entity that was merged into this one.
    #[schema(required, nullable = false)]
    pub entity: Option<Key>,
}

impl Input for SplitInput {
    const REQUIRED: &'static [&'static str] = &["entity"];
}

/// The entities that were merged into one, the latest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct EntityMerges {
    #[schema(max_items = 10000)]
    pub data: Vec<EntityMerge>,
}

/// An entity that was merged into another one.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "khartum", "merged_at": "2026-11-23T09:30:00Z",
    "can_be_split": true
})))]
pub struct EntityMerge {
    /// The id that it had, and that still leads here.
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    pub merged_at: Timestamp,
    /// Whether it can be split off by itself. Who came with another one goes with that one.
    pub can_be_split: bool,
}

/// What an entity gets of another one that is merged into it.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Gained {
    aliases: Vec<Alias>,
    same_as: Vec<Url>,
    wikidata_id: Option<String>,
}

impl Gained {
    /// What of it an entity has still: an editor may have taken some away, and what came by way of another one that was
    /// merged in its turn may never have come.
    pub fn still_had(mut self, aliases: &[Alias], same_as: &[Url], wikidata_id: Option<&str>) -> Self {
        self.aliases.retain(|alias| aliases.contains(alias));
        self.same_as.retain(|page| same_as.contains(page));
        self.wikidata_id = self.wikidata_id.filter(|id| Some(id.as_str()) == wikidata_id);
        self
    }

    /// Gives it to an entity whose own names, pages and id are replaced: it stays until a split. What is more than an
    /// entity may have is left out.
    pub fn add_to(self, content: &mut EntityContent) {
        let is_known = |alias: &Alias, content: &EntityContent| {
            let is_name = content.names.0.iter().any(|(language, name)| {
                *name == *alias.name && alias.language.as_ref().is_none_or(|it| it.as_str() == language)
            });
            is_name || content.aliases.0.contains(alias)
        };
        for alias in self.aliases {
            if content.aliases.0.len() < MAX_ALIASES && !is_known(&alias, content) {
                content.aliases.0.push(alias);
            }
        }
        let new = self.same_as.into_iter().filter(|page| !content.same_as.0.contains(page));
        let room = MAX_SAME_AS.saturating_sub(content.same_as.0.len());
        let new: Vec<_> = new.take(room).collect();
        content.same_as.0.extend(new);
        content.wikidata_id = content.wikidata_id.take().or(self.wikidata_id);
    }

    /// What was noted of a merge.
    fn by(merge: &merges::Merge) -> ApiResult<Self> {
        stored(|| serde_json::from_value(merge.gained.clone())).map_err(ApiError::internal)
    }

    /// Takes out what an entity has itself, as it was stored.
    fn part_of(&mut self, entity: &Value) -> Self {
        let has_alias = |alias: &Alias| {
            let language = alias.language.as_ref().map(LanguageTag::as_str);
            let is_it = |name: &Value| *name == *alias.name;
            let is_name = language.and_then(|language| entity["names"].get(language)).is_some_and(is_it);
            let mut aliases = entity["aliases"].as_array().into_iter().flatten();
            is_name || aliases.any(|it| is_it(&it["name"]) && it["language"].as_str() == language)
        };
        let pages = entity["same_as"].as_array();
        let has_page = |page: &Url| {
            let page = serde_json::to_value(page).unwrap_or_default();
            pages.is_some_and(|pages| pages.contains(&page))
        };
        Self {
            aliases: self.aliases.extract_if(.., |alias| has_alias(alias)).collect(),
            same_as: self.same_as.extract_if(.., |page| has_page(page)).collect(),
            wikidata_id: self.wikidata_id.take_if(|id| entity["wikidata_id"] == **id),
        }
    }

    fn is_nothing(&self) -> bool {
        self.aliases.is_empty() && self.same_as.is_empty() && self.wikidata_id.is_none()
    }

    fn with(mut self, more: Self) -> Self {
        self.aliases.extend(more.aliases);
        self.same_as.extend(more.same_as);
        self.wikidata_id = self.wikidata_id.or(more.wikidata_id);
        self
    }

    fn of(from: &Entity, into: &Entity) -> ApiResult<Self> {
        let known: BTreeSet<Name> = names(into).collect();
        let new: BTreeSet<Name> = names(from).filter(|name| !known.contains(name)).collect();
        let alias = |(language, name): Name| {
            serde_json::from_value(json!({"language": language, "name": name})).map_err(ApiError::internal)
        };
        let same_as = from.same_as.0.iter().filter(|page| !into.same_as.0.contains(page));
        let room = |max: usize, len| max.saturating_sub(len);
        // What is more than an entity may have is left out: a split has it still.
        let new = new.into_iter().take(room(MAX_ALIASES, into.aliases.0.len()));
        Ok(Self {
            aliases: new.map(alias).collect::<ApiResult<_>>()?,
            same_as: same_as.take(room(MAX_SAME_AS, into.same_as.0.len())).cloned().collect(),
            wikidata_id: from.wikidata_id.clone().filter(|_| into.wikidata_id.is_none()),
        })
    }
}

/// A name, and its language where it has one.
type Name<'a> = (Option<&'a str>, &'a str);

fn names(entity: &Entity) -> impl Iterator<Item = Name<'_>> {
    let names = entity.names.0.iter().map(|(language, name)| (Some(language), name));
    names.chain(
        entity.aliases.0.iter().map(|alias| (alias.language.as_ref().map(LanguageTag::as_str), &*alias.name)),
    )
}

/// Merges an entity into another one, which is what there is afterwards.
pub fn merge(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    input: &MergeInput,
) -> ApiResult<Entity> {
    let into = input.into.as_ref().ok_or_else(|| {
        ApiError::invalid(Problem::InvalidBody, vec![FieldError::new("/into", "required", "is required")])
    })?;
    let from = queries::find(connection, key)?.id;
    let unknown =
        || ApiError::invalid_field("/into", "unknown_entity", format_args!("there is no entity {into}"));
    let into = *queries::resolve(connection, std::slice::from_ref(into))?.get(into).ok_or_else(unknown)?;
    if from == into {
        return Err(ApiError::invalid_field("/into", "same_entity", "must be another entity"));
    }
    merges::lock(connection, &[from, into])?;
    // As they are now that nobody else writes them.
    let from = queries::find(connection, &Key::Id(from))?;
    conditions.check(from.version)?;
    let into = queries::find(connection, &Key::Id(into))?;
    let gained = stored(|| Gained::of(&from, &into))?;
    let mut patch = json!({
        "aliases": into.aliases.0.iter().chain(&gained.aliases).collect::<Vec<_>>(),
        "same_as": into.same_as.0.iter().chain(&gained.same_as).collect::<Vec<_>>(),
    });
    if let Some(wikidata_id) = &gained.wikidata_id {
        patch["wikidata_id"] = json!(wikidata_id);
    }
    let changed = stored(|| MergePatch::of(patch).apply(body::as_written(&into)))?;
    let record = serde_json::to_value(&gained).map_err(ApiError::internal)?;
    merges::merge(connection, from.id, into.id, &record)?;
    Ok(queries::update(connection, into.id, None, &content(&changed)?)?)
}

/// Makes an entity again that was merged into another one.
pub fn split(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    input: &SplitInput,
) -> ApiResult<Entity> {
    let into = queries::find_for_update(connection, key)?;
    conditions.check(into.version)?;
    let wanted = input.entity.as_ref().map(Key::to_string).unwrap_or_default();
    let merges = merges::merged_into(connection, into.id)?;
    let merge = merges.iter().find(|merge| merge.from_id.to_string() == wanted || merge.slug == wanted);
    let merge = merge.ok_or_else(|| {
        ApiError::invalid_field(
            "/entity",
            "unknown_merge",
            format_args!("no entity {wanted} was merged into this one: see its merges for those that were"),
        )
    })?;
    if let Some(via) = merge.via_id {
        let other = merges.iter().find(|merge| merge.id == via).map_or("another entity", |merge| &merge.slug);
        return Err(ApiError::new(
            Problem::Conflict,
            format!("{wanted} came here with {other}: split that off first, and {wanted} from it"),
        ));
    }
    let mut gained = Gained::by(merge)?;
    // What others that were merged have as well stays, as theirs. Who came with one of them goes with that one.
    for other in merges.iter().filter(|other| other.id != merge.id && other.via_id.is_none()) {
        let shared = gained.part_of(&other.entity);
        if !shared.is_nothing() {
            let shared = Gained::by(other)?.with(shared.still_had(
                &into.aliases.0,
                &into.same_as.0,
                into.wikidata_id.as_deref(),
            ));
            let shared = serde_json::to_value(shared).map_err(ApiError::internal)?;
            merges::set_gained(connection, other.id, &shared)?;
        }
    }
    let mut patch = json!({
        "aliases": into.aliases.0.iter().filter(|alias| !gained.aliases.contains(alias)).collect::<Vec<_>>(),
        "same_as": into.same_as.0.iter().filter(|page| !gained.same_as.contains(page)).collect::<Vec<_>>(),
    });
    if gained.wikidata_id.is_some() && gained.wikidata_id == into.wikidata_id {
        patch["wikidata_id"] = json!(null);
    }
    let changed = stored(|| MergePatch::of(patch).apply(body::as_written(&into)))?;
    queries::update(connection, into.id, None, &content(&changed)?)?;
    merges::split(connection, merge, into.id)?;
    let entity = queries::find(connection, &Key::Id(merge.from_id))?;
    // What it is found by was deleted with it.
    let written = stored(|| MergePatch::of(json!({})).apply(body::as_written(&entity)))?;
    Ok(queries::update(connection, entity.id, None, &content(&written)?)?)
}

/// What was merged into an entity.
pub fn list(connection: &mut PgConnection, key: &Key) -> ApiResult<(Uuid, EntityMerges)> {
    let entity = queries::find(connection, key)?.id;
    let merge = |merge: merges::Merge| EntityMerge {
        id: merge.from_id,
        slug: merge.slug,
        merged_at: Timestamp(merge.merged_at),
        can_be_split: merge.via_id.is_none(),
    };
    let data = merges::merged_into(connection, entity)?.into_iter().map(merge).collect();
    Ok((entity, EntityMerges { data }))
}
