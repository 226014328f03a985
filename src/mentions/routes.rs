//! The operations on mentions.

pub mod quotes;

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, delete, get, post, web::Data};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::{
    body::{EntityMention, EntityMentionPage, Mention, MentionInput, MentionPage},
    edit::{self, LookedThrough},
    queries::{self, MentionFilter, Seen},
    read,
};
use crate::{
    annotator::{
        matcher::SharedMatcher,
        model::{MentionField, MentionOrigin, MentionStatus},
    },
    articles::model::ArticleStatus,
    auth::{Access, Editor},
    blocking::{Work, blocking},
    cache::{answer::Content, responses::Cache},
    db::{Db, idempotency, in_one_state, invalidation::Dependency, resources::Topic},
    entities,
    error::{ApiError, ApiResult, FieldError, Problem},
    http::{
        conditional::Preconditions,
        format::{self, Chosen},
        idempotency::IdempotencyKey,
        input::Input,
        json::JsonBody,
        params::{Params, set},
        path::{ItemKey, OwnedKey},
        respond::Written,
        target::Address,
    },
    page::{CursorText, Limit, PageRequest},
    search::params::statuses,
    values::Key,
};

/// What a list of an article's mentions takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct MentionListParams {
    /// Only mentions of any of these origins.
    origin: Vec<MentionOrigin>,
    /// Only mentions with any of these statuses. Default: those that are found in the text. Others require a key:
    /// they show what an article once said, or does not say.
    status: Vec<MentionStatus>,
    /// Only mentions in any of these texts.
    field: Vec<MentionField>,
    /// Only mentions of any of these entities (ids or slugs). An unknown entity has none.
    entity: Vec<Key>,
    /// The maximum number of mentions on a page.
    limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list, with the same filters and order.
    cursor: Option<CursorText>,
    /// The format of the response. Takes precedence over `Accept`.
    #[param(schema_with = format::parameter::<MentionPage>, required = false)]
    format: Option<String>,
}

impl Input for MentionListParams {
    fn check(&self, faults: &mut Vec<FieldError>) {
        format::check::<MentionPage>(self.format.as_deref(), faults);
    }
}

/// What a list of an entity's mentions takes.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields, default)]
#[into_params(parameter_in = Query)]
pub struct EntityMentionListParams {
    /// Only mentions of any of these origins.
    origin: Vec<MentionOrigin>,
    /// Only mentions in any of these texts.
    field: Vec<MentionField>,
    /// Only mentions in articles with any of these statuses. Default: `published`. Others require a key.
    article_status: Vec<ArticleStatus>,
    /// The maximum number of mentions on a page.
    limit: Limit,
    /// `next_cursor` or `prev_cursor` of another page of the same list, with the same filters and order.
    cursor: Option<CursorText>,
}

impl Input for EntityMentionListParams {}

fn any_unless_given<T: Copy + Ord>(given: Vec<T>, any: &[T]) -> Vec<T> {
    if given.is_empty() { any.to_vec() } else { set(given) }
}

/// Those that are asked for. Whatever is not found, readers without a key may not see: its words may have been
/// taken out before the article was published.
fn mention_statuses(given: Vec<MentionStatus>, access: &Access) -> ApiResult<Vec<MentionStatus>> {
    let statuses = any_unless_given(given, &[MentionStatus::Found]);
    if statuses != [MentionStatus::Found] && !access.sees_unpublished() {
        let detail = "mentions that are not found are seen with a key only: send one, or leave status out";
        return Err(ApiError::new(Problem::Unauthenticated, detail));
    }
    Ok(statuses)
}

const ORIGINS: [MentionOrigin; 3] = [MentionOrigin::Editor, MentionOrigin::Gazetteer, MentionOrigin::Import];

/// List an article's mentions
///
/// Returns where the article's texts mention entities, in the order of the texts. Offsets count code points of the
/// plain text: for the body that is `body_text`, see `fields=body_text`.
///
/// With `format=jsonld` or `Accept: application/ld+json` the response is an annotation page of the W3C Web Annotation
/// Data Model, with a link to the next one.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug."), MentionListParams),
    responses((status = 200, description = "A page of mentions, or of annotations where they are asked for.", body = MentionPage)),
)]
#[get("/articles/{id}/mentions")]
pub async fn list_article_mentions(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<MentionListParams>,
) -> ApiResult<HttpResponse> {
    let chosen = Chosen::of(&request, params.format.as_deref())?;
    let entities = set(params.entity);
    let filter = MentionFilter {
        origins: any_unless_given(params.origin, &ORIGINS),
        statuses: mention_statuses(params.status, &access)?,
        fields: any_unless_given(params.field, &MentionField::ALL),
        entities: None,
        seen: Seen::by(access.sees_unpublished()),
    };
    let query =
        ("mentions", key.to_string(), &filter, entities.iter().map(Key::to_string).collect::<Vec<_>>());
    let page = PageRequest::new(params.limit, params.cursor.as_ref(), &query)?;
    let sees_unpublished = access.sees_unpublished();
    let asked = Arc::new((key, filter, entities, page));
    let address = Address::of(&request);
    let load = || {
        let (asked, address) = (asked.clone(), address.clone());
        let read = move |connection: &mut _| {
            in_one_state(connection, |connection| {
                let (key, filter, entities, page) = asked.as_ref();
                let article = read::article(connection, key, sees_unpublished)?;
                let mut filter = filter.clone();
                if !entities.is_empty() {
                    let found = entities::queries::resolve(connection, entities)?;
                    filter.entities = Some(set(found.into_values().collect()));
                }
                let found = queries::of_article(connection, article.id, &filter, page)?;
                Ok((article, found))
            })
        };
        db.read_then(read, move |(article, found)| {
            let page = MentionPage::new(&article, found);
            let body = chosen.write(&page, &address)?;
            Ok(Content::written_page(page.page, body, dependencies(article.id)))
        })
    };
    cache.answer_as(chosen.form(), &request, load).await
}

/// What an article's mentions show: the article, and the names of any entity.
fn dependencies(article: Uuid) -> Vec<Dependency> {
    vec![Dependency::One(Topic::Articles, article), Dependency::Any(Topic::Entities)]
}

/// Create a mention
///
/// Marks a place in the article's texts as a mention of an entity. When the text changes, the mention is found again
/// by its words and their surroundings, or marked as lost. It takes precedence over what the annotator has found in
/// the same place.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug.")),
    request_body = MentionInput,
    responses((status = 201, description = "The mention, as it is stored.", body = Mention)),
    security(("key" = ["editor"])),
)]
#[post("/articles/{id}/mentions")]
pub async fn create_mention(
    request: HttpRequest,
    db: Data<Db>,
    matcher: Data<SharedMatcher>,
    editor: Editor,
    ItemKey(key): ItemKey,
    once: IdempotencyKey,
    body: JsonBody<MentionInput>,
) -> ApiResult<HttpResponse> {
    let now = db.clock().now();
    let once = once.once(editor.key_id(), &request, &body.sha256, now);
    let (looked_through, input) = (looked_through(&db, matcher, key.clone()).await?, body.value);
    let written = db.write(&editor, move |connection| {
        let still_there = |connection: &mut _, written: &Written| {
            edit::find_again(connection, &key, written.item_id()?).map(drop)
        };
        idempotency::once(connection, once.as_ref(), still_there, |connection| {
            let (mention, entity, language) = edit::create(connection, &looked_through, &key, &input, now)?;
            let (article, version) = (mention.article_id, mention.version());
            let mention = Mention::new(mention, entity, &language);
            Ok(Written {
                location: format!("/v1/articles/{article}/mentions/{}", mention.id),
                version,
                body: serde_json::to_string(&mention).map_err(ApiError::internal)?,
            })
        })
    });
    Ok(written.await?.created())
}

/// What an editor of its mentions needs of an article before its row is taken.
async fn looked_through(db: &Db, matcher: Data<SharedMatcher>, article: Key) -> ApiResult<LookedThrough> {
    let texts = db.for_writing().read(move |connection| edit::texts(connection, &article)).await?;
    blocking(Work::Edit, move || LookedThrough::of(texts, &matcher)).await
}

/// Read a mention
///
/// Returns one mention of an article. One that is not found in the text (any more) requires a key.
#[utoipa::path(
    tag = "articles",
    params(
        ("id" = Key, Path, description = "The article's id or slug."),
        ("mention_id" = Uuid, Path, description = "The mention's id."),
    ),
    responses((status = 200, description = "The mention.", body = Mention)),
)]
#[get("/articles/{id}/mentions/{mention_id}")]
pub async fn read_mention(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    access: Access,
    OwnedKey { owner, key }: OwnedKey,
) -> ApiResult<HttpResponse> {
    let sees_unpublished = access.sees_unpublished();
    let asked = Arc::new((owner, key));
    let load = || {
        let asked = asked.clone();
        db.read(move |connection| {
            in_one_state(connection, |connection| {
                let article = read::article(connection, &asked.0, sees_unpublished)?;
                let seen = Seen::by(sees_unpublished);
                let (mention, entity) = edit::find(connection, article.id, &asked.1, seen)?;
                let version = mention.version();
                let mention = Mention::new(mention, entity, &article.language);
                Content::item(version, &mention, dependencies(article.id))
            })
        })
    };
    cache.answer(&request, load).await
}

/// Delete a mention
///
/// Deletes a mention that an editor has created. One that the annotator has found is rejected instead: it is not
/// found again in this place, and does not link the article to the entity.
#[utoipa::path(
    tag = "articles",
    params(
        ("id" = Key, Path, description = "The article's id or slug."),
        ("mention_id" = Uuid, Path, description = "The mention's id."),
    ),
    responses((status = 204, description = "The mention is deleted, or rejected.")),
    security(("key" = ["editor"])),
)]
#[delete("/articles/{id}/mentions/{mention_id}")]
pub async fn delete_mention(
    db: Data<Db>,
    editor: Editor,
    matcher: Data<SharedMatcher>,
    OwnedKey { owner, key }: OwnedKey,
    conditions: Preconditions,
) -> ApiResult<HttpResponse> {
    let looked_through = looked_through(&db, matcher, owner.clone()).await?;
    let now = db.clock().now();
    let delete =
        move |connection: &mut _| edit::delete(connection, &looked_through, &owner, &key, &conditions, now);
    db.write(&editor, delete).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// List an entity's mentions
///
/// Returns where articles mention the entity, the newest article first. Only published articles, unless
/// `article_status` says otherwise.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug."), EntityMentionListParams),
    responses((status = 200, description = "A page of mentions.", body = EntityMentionPage)),
)]
#[get("/entities/{id}/mentions")]
pub async fn list_entity_mentions(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<EntityMentionListParams>,
) -> ApiResult<HttpResponse> {
    let filter = MentionFilter {
        origins: any_unless_given(params.origin, &ORIGINS),
        statuses: vec![MentionStatus::Found],
        fields: any_unless_given(params.field, &MentionField::ALL),
        entities: None,
        seen: Seen::by(access.sees_unpublished()),
    };
    let statuses = statuses("article_status", params.article_status, &access)?;
    let query = ("entity_mentions", key.to_string(), &filter, &statuses);
    let page = PageRequest::new(params.limit, params.cursor.as_ref(), &query)?;
    let asked = Arc::new((key, filter, statuses, page));
    let load = || {
        let asked = asked.clone();
        let read = move |connection: &mut _| {
            let (key, filter, statuses, page) = asked.as_ref();
            let entity = entities::queries::find(connection, key)?.id;
            Ok((entity, queries::of_entity(connection, entity, filter, statuses, page)?))
        };
        db.read_then(read, |(entity, found)| {
            let data = found.rows.into_iter().map(|(mention, article)| EntityMention::new(mention, article));
            let body = EntityMentionPage { data: data.collect(), page: found.info.clone() };
            let dependencies =
                vec![Dependency::Any(Topic::Articles), Dependency::One(Topic::Entities, entity)];
            Content::page(found.info, &body, dependencies)
        })
    };
    cache.answer(&request, load).await
}
