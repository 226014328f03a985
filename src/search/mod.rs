//! Many articles: lists, searches, what their matches have in common, what is related, and what somebody types.

pub mod asked;
pub mod body;
pub mod details;
pub mod facets;
pub mod frequencies;
pub mod lookup;
pub mod params;
pub mod plan;
pub mod queries;
pub mod read;
pub mod related;
pub mod routes;
pub mod statistics;
pub mod suggest;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::operations;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        // What is asked for most is first on the docs page.
        .service(routes::list_articles)
        // Before those of one article, whose path would take these as well.
        .service(routes::export::export_articles)
        .route("/articles/export", web::to(operations::fallback))
        .service(routes::list_tag_articles)
        .service(routes::list_entity_articles)
        .service(routes::related::list_related_articles);
}
