//! Articles: pieces of news, with their tags and entities.

pub mod body;
pub mod bulk;
pub mod edit;
pub mod export;
pub mod input;
pub mod links;
pub mod model;
pub mod queries;
pub mod routes;
pub mod shape;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        // Before those of one article, whose paths would take its own.
        .service(routes::bulk::import_articles)
        .service(routes::list_articles)
        .service(routes::list_tag_articles)
        .service(routes::list_entity_articles)
        .service(routes::create_article)
        .service(routes::read_article)
        .service(routes::replace_article)
        .service(routes::update_article)
        .service(routes::delete_article);
}
