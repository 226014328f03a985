//! The operations on entities.

pub mod bulk;
pub mod merge;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, delete, get, patch, post, put, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    body::{Entity, EntityInput, EntityPage, EntityPatch},
    edit,
    lookup::Lookup,
    model::{self, EntitySort, EntityType},
    queries::{self, EntityFilter},
};
use crate::{
    auth::Editor,
    cache::{answer::Content, responses::Cache},
    db::{
        Db, idempotency,
        invalidation::Dependency,
        resources::{Resource, Topic},
        searches::Allowance,
    },
    error::{ApiResult, invalid_parameter},
    http::{
        conditional::Preconditions,
        idempotency::IdempotencyKey,
        input::Input,
        json::{JsonBody, MergePatch, Replacement},
        params::{Params, set},
        path::ItemKey,
        respond::{Written, still_there},
    },
    page::{Count, CursorText, Limit, Page, PageRequest},
    taxonomy::counts::BASE_LIFETIME,
    values::{Key, Text, WikidataId},
};

/// What an entity shows: itself, and the number of its articles.
const SUBJECTS: [Topic; 2] = [Topic::Entities, Topic::EntityCounts];

/// What a list of entities takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EntityListParams {
    /// Only entities of any of these types.
    #[serde(rename = "type")]
    kind: Vec<EntityType>,
    /// Only the entity with this Wikidata id.
    wikidata_id: Option<WikidataId>,
    /// Only entities of this external catalogue; requires `external_id`.
    source: Option<Text<1, 100>>,
    /// Only the entity with this id in the catalogue `source`.
    external_id: Option<Text<1, 300>>,
    /// Only entities with this name or alias, or with a name that has these words, in any language, script and
    /// spelling, with or without the Arabic article. Exact names come first, then the most used. Of very many matches
    /// the 1,000 most used are compared.
    #[param(value_type = Option<Text<1, 300>>, example = json!("عمان"))]
    name: Option<Text<1, 300>>,
    /// The sort order. Default: by slug. With `name`, results are sorted by how well they match, and no other order
    /// is possible.
    sort: Option<EntitySort>,
    /// The maximum number of entities on a page.
    limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list, with the same filters and order.
    cursor: Option<CursorText>,
    /// Whether to return the total number of matches, and how it is counted.
    count: Count,
}

impl Input for EntityListParams {}

/// List entities
///
/// Returns a page of the newsroom's entities, by slug unless `sort` or `name` says otherwise.
#[utoipa::path(
    tag = "entities",
    params(EntityListParams),
    responses((status = 200, description = "A page of entities.", body = EntityPage)),
)]
#[get("/entities")]
pub async fn list_entities(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    Params(params): Params<EntityListParams>,
) -> ApiResult<HttpResponse> {
    if params.source.is_some() != params.external_id.is_some() {
        let (missing, given) = match params.source {
            None => ("source", "external_id"),
            Some(_) => ("external_id", "source"),
        };
        return Err(invalid_parameter(missing, "required", format_args!("goes with {given}")));
    }
    let filter = EntityFilter {
        kind: set(params.kind),
        wikidata_id: params.wikidata_id,
        source: params.source.map(Text::into_string),
        external_id: params.external_id.map(Text::into_string),
    };
    let (sort, count) = (params.sort.unwrap_or_default(), params.count);
    if params.name.is_some() && params.sort.is_some() {
        return Err(invalid_parameter("sort", "not_with_name", "is by fit with name: leave one of them out"));
    }
    let name = params.name.map(Text::into_string);
    let page = PageRequest::new(params.limit, params.cursor.as_ref(), &("entities", &filter, sort, &name))?;
    let content = move |page: Page<model::Entity>| {
        let data = page.rows.into_iter().map(Entity::from).collect();
        let body = EntityPage { data, page: page.info.clone() };
        let content = Content::page(page.info, &body, SUBJECTS.map(Dependency::Any).to_vec())?;
        Ok(match sort {
            EntitySort::ArticleCountDescending => content.for_at_most(BASE_LIFETIME),
            _ => content,
        })
    };
    let Some(name) = name else {
        let list = Arc::new((filter, page));
        let is_shown_alone = count == Count::None && list.0.is_read_off(sort);
        let db = if is_shown_alone { db.as_ref().clone() } else { db.for_counts() };
        let load = || {
            let list = list.clone();
            db.read_then(move |connection| queries::list(connection, &list.0, sort, &list.1, count), content)
        };
        return cache.answer(&request, load).await;
    };
    let lookup = Arc::new(Lookup { filter, name, page, count });
    let searches = db.for_searches();
    let load = || async {
        let allowance = Allowance::new(Some(db.search_time().whole));
        let (asked, compared, shown) = (lookup.clone(), lookup.clone(), lookup.clone());
        let places = searches.read_then(
            move |connection| allowance.run(connection, |connection| asked.candidates(connection)),
            move |found| compared.places(&found),
        );
        let places = places.await?;
        db.read_then(move |connection| shown.page(connection, &places), content).await
    };
    cache.answer(&request, load).await
}

/// Create an entity
///
/// Without a `slug`, one is generated from the English name, or else from the first name.
#[utoipa::path(
    tag = "entities",
    request_body = EntityInput,
    responses((status = 201, description = "The entity, as it is stored.", body = Entity)),
    security(("key" = ["editor"])),
)]
#[post("/entities")]
pub async fn create_entity(
    request: HttpRequest,
    db: Data<Db>,
    editor: Editor,
    key: IdempotencyKey,
    body: JsonBody<EntityInput>,
) -> ApiResult<HttpResponse> {
    let once = key.once(editor.key_id(), &request, &body.sha256, db.clock().now());
    let input = body.value;
    let written = db.write(&editor, move |connection| {
        idempotency::once(connection, once.as_ref(), still_there(Resource::Entity), |connection| {
            written(edit::create(connection, &input)?)
        })
    });
    Ok(written.await?.created())
}

/// Read an entity
///
/// Returns one entity by its id or slug.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug.")),
    responses((status = 200, description = "The entity.", body = Entity)),
)]
#[get("/entities/{id}")]
pub async fn read_entity(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    ItemKey(key): ItemKey,
) -> ApiResult<HttpResponse> {
    let load = || {
        let key = key.clone();
        db.read_then(
            move |connection| queries::find(connection, &key),
            |entity| {
                let dependencies = SUBJECTS.map(|topic| Dependency::One(topic, entity.id)).to_vec();
                Content::item(entity.version, &Entity::from(entity), dependencies)
            },
        )
    };
    cache.answer(&request, load).await
}

/// Replace an entity
///
/// Replaces the whole entity: members that the request body omits become empty, except the slug, which stays.
/// Read-only members are accepted if they are unchanged.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug.")),
    request_body = EntityInput,
    responses((status = 200, description = "The entity, as it is stored.", body = Entity)),
    security(("key" = ["editor"])),
)]
#[put("/entities/{id}")]
pub async fn replace_entity(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    body: Replacement<EntityInput>,
) -> ApiResult<HttpResponse> {
    let entity =
        db.write(&editor, move |connection| written(edit::replace(connection, &key, &conditions, &body)?));
    Ok(entity.await?.replaced())
}

/// Change an entity
///
/// Applies a JSON Merge Patch (RFC 7396): only the members in the request body change.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug.")),
    request_body(content((EntityPatch = "application/merge-patch+json"), (EntityPatch = "application/json"))),
    responses((status = 200, description = "The entity, as it is stored.", body = Entity)),
    security(("key" = ["editor"])),
)]
#[patch("/entities/{id}")]
pub async fn update_entity(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    patch: MergePatch,
) -> ApiResult<HttpResponse> {
    let entity =
        db.write(&editor, move |connection| written(edit::patch(connection, &key, &conditions, &patch)?));
    Ok(entity.await?.replaced())
}

/// Delete an entity
///
/// Deletes the entity, with its links to articles. Its URLs answer 410 Gone from then on.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug.")),
    responses((status = 204, description = "The entity is deleted.")),
    security(("key" = ["editor"])),
)]
#[delete("/entities/{id}")]
pub async fn delete_entity(
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
) -> ApiResult<HttpResponse> {
    db.write(&editor, move |connection| edit::delete(connection, &key, &conditions)).await?;
    Ok(HttpResponse::NoContent().finish())
}

fn written(entity: super::model::Entity) -> ApiResult<Written> {
    let entity = Entity::from(entity);
    Written::new("entities", &entity.slug, entity.version, &entity)
}
