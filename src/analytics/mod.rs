//! How entities are covered: when articles speak of them, with whom together, and of whom they
//! speak more than before.

mod body;
mod measures;
mod params;
mod queries;
mod read;
mod routes;
mod time;

use actix_web::web;
use utoipa_actix_web::service_config::ServiceConfig;

use crate::auth::operations;

pub use read::CooccurringSort;
pub use time::{Interval, Span};

/// The routes of this feature. They come before those of single entities, of which none is called
/// `trending`.
pub fn configure(config: &mut ServiceConfig) {
    config
        .service(routes::list_trending_entities)
        .route("/entities/trending", web::to(operations::fallback))
        .service(routes::list_cooccurring_entities)
        .service(routes::read_entity_timeline);
}
