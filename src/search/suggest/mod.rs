//! Suggestions: the tags, entities and articles that somebody may be about to type.

mod body;
mod read;
mod routes;

use utoipa_actix_web::service_config::ServiceConfig;

pub use body::SuggestionType;

/// The routes of this feature.
pub fn configure(config: &mut ServiceConfig) {
    config.service(routes::list_suggestions);
}
