//! Mentions: where the texts of articles speak of entities, as they are read and as editors give them.

pub mod body;
pub mod edit;
pub mod queries;
pub mod quotes;
pub mod read;
pub mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::list_article_mentions)
        .service(routes::create_mention)
        .service(routes::read_mention)
        .service(routes::delete_mention)
        .service(routes::list_entity_mentions)
        .service(routes::quotes::list_article_quotes);
}
