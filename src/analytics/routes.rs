//! The operations of coverage.

use std::{sync::Arc, time::Duration};

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use super::{
    body::{Cooccurring, Timeline, Trending},
    params::{CooccurringParams, TimelineParams, TrendingParams},
    read,
};
use crate::{
    cache::{answer::Content, responses::Cache},
    db::{Db, invalidation::Dependency, resources::Topic},
    error::ApiResult,
    http::{params::Params, path::ItemKey},
    values::Key,
};

/// For how long trends of now are those of a moment ago.
const NOW: Duration = Duration::from_secs(60);

/// Read an entity's timeline
///
/// Returns the number of published articles linked to the entity for each day, week or month, without gaps, from
/// `from` (or the first article) to `to` (or the last), in at most 1,000 buckets.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug."), TimelineParams),
    responses((status = 200, description = "The timeline.", body = Timeline)),
)]
#[get("/entities/{id}/timeline")]
pub async fn read_entity_timeline(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    ItemKey(key): ItemKey,
    Params(params): Params<TimelineParams>,
) -> ApiResult<HttpResponse> {
    let (interval, articles) = params.asked();
    let asked = Arc::new((key, articles));
    let db = db.for_counts();
    let load = || {
        let asked = asked.clone();
        db.read_then(
            move |connection| read::timeline(connection, &asked.0, interval, &asked.1),
            |(entity, timeline)| {
                let dependencies = vec![
                    Dependency::One(Topic::Entities, entity),
                    Dependency::Any(Topic::Articles),
                    Dependency::Any(Topic::Tags),
                ];
                Content::collection(&timeline, dependencies)
            },
        )
    };
    cache.answer(&request, load).await
}

/// List cooccurring entities
///
/// Returns the entities that appear in the same published articles as the entity, each with the number of shared
/// articles and how much more often than by chance they appear together. The newest 10,000 articles are looked at; of
/// the entities the 500 that share the most are measured and sorted.
///
/// With `interval` each entity has a series: `counts` has the number of shared articles in each bucket of `timeline`,
/// which goes from `from` (or the first article that is looked at) to `to` (or the last), in at most 1,000 buckets.
#[utoipa::path(
    tag = "entities",
    params(("id" = Key, Path, description = "The entity's id or slug."), CooccurringParams),
    responses((status = 200, description = "The entities that appear with it.", body = Cooccurring)),
)]
#[get("/entities/{id}/cooccurring")]
pub async fn list_cooccurring_entities(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    ItemKey(key): ItemKey,
    Params(params): Params<CooccurringParams>,
) -> ApiResult<HttpResponse> {
    let (companions, articles) = params.asked();
    let asked = Arc::new((key, companions, articles));
    let db = db.for_counts();
    let load = || {
        let asked = asked.clone();
        db.read_then(
            move |connection| read::cooccurring(connection, &asked.0, &asked.1, &asked.2),
            |found| {
                let dependencies = [Topic::Articles, Topic::Tags, Topic::Entities].map(Dependency::Any);
                Content::collection(&found, dependencies.to_vec())
            },
        )
    };
    cache.answer(&request, load).await
}

/// List trending entities
///
/// Returns the entities that a larger share of the published articles mention in a window than in the period before
/// it, those first whose growth is least likely to be chance. Shares are compared, not numbers, so that a busy week
/// makes no trend.
#[utoipa::path(
    tag = "entities",
    params(TrendingParams),
    responses((status = 200, description = "The entities of whom articles speak more than before.", body = Trending)),
)]
#[get("/entities/trending")]
pub async fn list_trending_entities(
    request: HttpRequest,
    db: Data<Db>,
    cache: Data<Cache>,
    Params(params): Params<TrendingParams>,
) -> ApiResult<HttpResponse> {
    let (asked, now) = (Arc::new(params.asked()), db.clock().now());
    let db = db.for_counts();
    let load = || {
        let asked = asked.clone();
        let is_of_now = asked.at.is_none();
        db.read_then(
            move |connection| read::trending(connection, &asked, now),
            move |trending| {
                let dependencies = [Topic::Articles, Topic::Tags, Topic::Entities].map(Dependency::Any);
                let content = Content::collection(&trending, dependencies.to_vec())?;
                Ok(if is_of_now { content.for_at_most(NOW) } else { content })
            },
        )
    };
    cache.answer(&request, load).await
}
