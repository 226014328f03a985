//! Articles: pieces of news, with their tags and entities.

pub mod body;
pub mod bulk;
mod columns;
pub mod dependencies;
pub mod edit;
pub mod highlights;
pub mod input;
pub mod links;
pub mod model;
pub mod params;
pub mod plan;
pub mod prepared;
pub mod queries;
pub mod read;
pub mod routes;
pub mod shape;
pub mod slug;
pub mod summaries;
pub mod terms;
pub mod write;
pub mod written;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::operations;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::create_article)
        // Before those of one article, whose path would take this as well.
        .service(routes::bulk::import_articles)
        .route("/articles/bulk", web::to(operations::fallback))
        .service(routes::read_article)
        .service(routes::replace_article)
        .service(routes::update_article)
        .service(routes::delete_article);
}
