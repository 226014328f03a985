//! Entities: the people, organisations, places, events and works that articles
//! speak of.

pub mod body;
pub mod bulk;
pub mod edit;
mod lookup;
mod merge;
pub mod model;
pub mod queries;
mod routes;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::operations;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config
        // Before those of one entity, whose path would take this one as well.
        .service(routes::bulk::import_entities)
        .route("/entities/bulk", web::to(operations::fallback))
        .service(routes::list_entities)
        .service(routes::create_entity)
        .service(routes::read_entity)
        .service(routes::replace_entity)
        .service(routes::update_entity)
        .service(routes::delete_entity)
        .service(routes::merge::merge_entity)
        .service(routes::merge::split_entity)
        .service(routes::merge::list_entity_merges);
}
