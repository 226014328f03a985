//! The articles that have to do with another one.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse, get, web::Data};

use crate::{
    auth::Access,
    cache::{answer::Content, responses::Cache},
    db::{Db, invalidation::Dependency, resources::Topic},
    error::ApiResult,
    http::{params::Params, path::ItemKey},
    search::{
        params::RelatedParams,
        read::ListReads,
        related::{self, RelatedArticles},
    },
    values::Key,
};

/// List related articles
///
/// Returns published articles that share tags and entities with an article, each with what they share. Articles in
/// the same language come first. Rarer tags and entities weigh more, newer articles come before older ones. The
/// article's 20 rarest tags and entities are compared, and the newest 100 articles of each. Where bodies are
/// requested and very long, there are fewer than `limit`.
#[utoipa::path(
    tag = "articles",
    params(("id" = Key, Path, description = "The article's id or slug."), RelatedParams),
    responses((status = 200, description = "The related articles, the nearest first.", body = RelatedArticles)),
)]
#[get("/articles/{id}/related")]
pub async fn list_related_articles(
    request: HttpRequest,
    db: Data<Db>,
    reads: Data<ListReads>,
    cache: Data<Cache>,
    access: Access,
    ItemKey(key): ItemKey,
    Params(params): Params<RelatedParams>,
) -> ApiResult<HttpResponse> {
    let limit = params.limit;
    let (lookups, today) = (reads.lookups(), db.clock().today());
    let asked = Arc::new((key, params.shape(&access)));
    let load = || {
        let (asked, lookups) = (asked.clone(), lookups.clone());
        let shown = asked.clone();
        db.read_then(
            move |connection| {
                related::read(connection, &asked.0, limit, &asked.1, &lookups.term_cache, today)
            },
            move |found| {
                let related = RelatedArticles::new(found, &shown.1)?;
                let dependencies = [Topic::Articles, Topic::Tags, Topic::Entities].map(Dependency::Any);
                Content::collection(&related, dependencies.to_vec())
            },
        )
    };
    cache.answer(&request, load).await
}
