//! Articles: pieces of news, with their tags and entities.

pub mod body;
pub mod bulk;
pub mod edit;
pub mod export;
pub mod facets;
pub mod findings;
pub mod input;
pub mod links;
pub mod listed;
pub mod model;
pub mod params;
pub mod queries;
pub mod read;
pub mod related;
pub mod routes;
pub mod search;
pub mod shape;
pub mod shown;
pub mod slug;
mod subjects;
pub mod vocabulary;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::operations;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        // What is asked for most is first on the docs page.
        .service(routes::list_articles)
        .service(routes::create_article)
        // Before those of one article, whose path would take these as well.
        .service(routes::export::export_articles)
        .route("/articles/export", web::to(operations::fallback))
        .service(routes::bulk::import_articles)
        .route("/articles/bulk", web::to(operations::fallback))
        .service(routes::list_tag_articles)
        .service(routes::list_entity_articles)
        .service(routes::related::list_related_articles)
        .service(routes::read_article)
        .service(routes::replace_article)
        .service(routes::update_article)
        .service(routes::delete_article);
}
