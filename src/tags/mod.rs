//! Tags: the labels that editors give to articles.

pub mod body;
pub mod edit;
pub mod model;
pub mod queries;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::list_tags)
        .service(routes::create_tag)
        .service(routes::read_tag)
        .service(routes::replace_tag)
        .service(routes::update_tag)
        .service(routes::delete_tag);
}
