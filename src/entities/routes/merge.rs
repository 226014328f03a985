//! The operations that merge entities, and part them again.

use actix_web::{HttpRequest, HttpResponse, get, post, web::Data};

use super::{SUBJECTS, written};
use crate::{
    auth::Editor,
    cache::{answer::Content, responses::Cache},
    db::{
        Db, idempotency,
        invalidation::Dependency,
        resources::{Resource, Topic},
    },
    entities::{
        body::Entity,
        merge::{self, EntityMerges, MergeInput, SplitInput},
    },
    error::ApiResult,
    http::{
        conditional::Preconditions, idempotency::IdempotencyKey, json::JsonBody, path::ItemKey,
        respond::still_there,
    },
    values::Key,
};

/// Merge an entity into another
///
/// Merges an entity into another one that is the same thing: its names become aliases of the other, its articles and
/// mentions move there, and its id and slugs redirect there (301). Where an article had both, the stronger link
/// stays. Aliases and pages that exceed the limits of an entity are left out until a split. A merge is atomic and
/// recorded, and `split` undoes it. The two may have different types: the one that stays keeps its type, `split` gives
/// the other its own back. A merge of 100,000 articles takes some seconds.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug.")),
    request_body = MergeInput,
    responses((status = 200, description = "The entity that stays, as it is now.", body = Entity)),
    security(("key" = ["editor"])),
)]
#[post("/entities/{id}/merge")]
pub async fn merge_entity(
    request: HttpRequest,
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    once: IdempotencyKey,
    body: JsonBody<MergeInput>,
) -> ApiResult<HttpResponse> {
    let once = once.once(editor.key_id(), &request, &body.sha256, db.clock().now());
    let input = body.value;
    let entity = db.write_long(&editor, move |connection| {
        idempotency::once(connection, once.as_ref(), still_there(Resource::Entity), |connection| {
            written(merge::merge(connection, &key, &conditions, &input)?)
        })
    });
    Ok(entity.await?.replaced())
}

/// Split an entity off again
///
/// Undoes a merge into this entity: the other one exists again, with its id, slug and names, and with the articles
/// and mentions that came with it and still exist.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The id or slug of the entity that stayed.")),
    request_body = SplitInput,
    responses((status = 201, description = "The entity that is there again.", body = Entity)),
    security(("key" = ["editor"])),
)]
#[post("/entities/{id}/split")]
pub async fn split_entity(
    request: HttpRequest,
    db: Data<Db>,
    editor: Editor,
    ItemKey(key): ItemKey,
    conditions: Preconditions,
    once: IdempotencyKey,
    body: JsonBody<SplitInput>,
) -> ApiResult<HttpResponse> {
    let once = once.once(editor.key_id(), &request, &body.sha256, db.clock().now());
    let input = body.value;
    let entity = db.write_long(&editor, move |connection| {
        idempotency::once(connection, once.as_ref(), still_there(Resource::Entity), |connection| {
            written(merge::split(connection, &key, &conditions, &input)?)
        })
    });
    Ok(entity.await?.created())
}

/// List what was merged into an entity
///
/// Returns the entities that were merged into this one, the latest first.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug.")),
    responses((status = 200, description = "The merged entities.", body = EntityMerges)),
)]
#[get("/entities/{id}/merges")]
pub async fn list_entity_merges(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    ItemKey(key): ItemKey,
) -> ApiResult<HttpResponse> {
    let load = || {
        let key = key.clone();
        db.read(move |connection| {
            let (entity, merges) = merge::list(connection, &key)?;
            let mut dependencies = SUBJECTS.map(|topic| Dependency::One(topic, entity)).to_vec();
            dependencies.push(Dependency::Any(Topic::Entities));
            Content::collection(&merges, dependencies)
        })
    };
    cache.answer(&request, load).await
}
