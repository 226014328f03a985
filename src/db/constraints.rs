//! What the violation of a named constraint means to a client.

use crate::error::{ApiError, FieldError, Problem};

/// The problem that a violated constraint stands for; `None` where only a fault
/// of ours could have violated it.
pub fn explain(constraint: &str) -> Option<ApiError> {
    let (problem, pointer, code, detail) = match constraint {
        "articles_slug_key" | "tags_slug_key" | "entities_slug_key" => {
            (Problem::Conflict, "/slug", "taken", "another item has this slug")
        }
        "articles_external_id_source_key" => (
            Problem::Conflict,
            "/external_id",
            "taken",
            "another article of this source has this external id",
        ),
        "entities_external_id_source_key" => {
            (Problem::Conflict, "/external_id", "taken", "another entity of this source has this external id")
        }
        "entities_wikidata_id_key" => {
            (Problem::Conflict, "/wikidata_id", "taken", "another entity has this Wikidata id")
        }
        "tags_scheme_code_key" => {
            (Problem::Conflict, "/code", "taken", "another tag has this code of this scheme")
        }
        "tags_parent_id_fkey" => (
            Problem::Conflict,
            "",
            "has_children",
            "the tag is the parent of others, or its own parent was just deleted: move or delete them first",
        ),
        "tags_parent_acyclic" => {
            (Problem::InvalidBody, "/parent", "cycle", "the tag would be its own ancestor")
        }
        "articles_translation_of_check" => {
            (Problem::InvalidBody, "/translation_of", "cycle", "an article is no translation of itself")
        }
        "article_tags_tag_id_fkey" | "article_entities_entity_id_fkey" | "mentions_entity_id_fkey" => (
            Problem::Conflict,
            "",
            "deleted",
            "a tag or an entity of the article was deleted meanwhile: send the request again",
        ),
        "articles_translation_of_fkey" => (
            Problem::Conflict,
            "/translation_of",
            "deleted",
            "the article was deleted meanwhile: send the request again",
        ),
        _ => return None,
    };
    Some(ApiError {
        // Begun again, it finds or makes another.
        lost_race: code == "deleted",
        ..ApiError::invalid(problem, vec![FieldError::new(pointer, code, detail)])
    })
}

/// The problem that the violation of a constraint is.
pub fn violated(constraint: &str) -> ApiError {
    explain(constraint).unwrap_or_else(|| ApiError::internal(constraint))
}

impl From<diesel::result::Error> for ApiError {
    /// The violation of a constraint that [`explain`] knows is the client's
    /// fault; whatever else the database refuses is ours.
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind, Error};
        if let Error::DatabaseError(kind, info) = &error {
            if let Some(error) = info.constraint_name().and_then(explain) {
                return error;
            }
            if matches!(kind, DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand) {
                return Self::unavailable(error);
            }
            let lost_race = matches!(kind, DatabaseErrorKind::SerializationFailure)
                || info.message().contains("deadlock detected");
            if lost_race {
                return Self { lost_race, ..Self::unavailable(error) };
            }
            if info.message().contains("statement timeout") || info.message().contains("lock timeout") {
                return Self::unavailable(error);
            }
        }
        Self::internal(error)
    }
}
