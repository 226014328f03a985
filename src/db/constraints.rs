//! What the violation of a named constraint means to a client.

use crate::error::{ApiError, FieldError, NO_ANSWER, Problem};

/// The problem that a violated constraint stands for; `None` where only a fault
/// of ours could have violated it.
pub fn explain(constraint: &str) -> Option<ApiError> {
    let (problem, pointer, code, detail) = match constraint {
        _ if constraint.ends_with("_slug_key") => {
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
        "articles_translation_of_check" | "articles_translation_of_acyclic" => (
            Problem::InvalidBody,
            "/translation_of",
            "cycle",
            "an article is no translation of itself, nor of one of its translations: name another original, or null",
        ),
        "articles_translation_of_depth" => (
            Problem::InvalidBody,
            "/translation_of",
            "too_deep",
            "the article is a translation by way of more than 100 others: name the first original, or null",
        ),
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
        _ if is_foreign_key(constraint) => (
            Problem::Conflict,
            "",
            "deleted",
            "something that this is about was deleted meanwhile: send the request again",
        ),
        _ => return None,
    };
    Some(ApiError {
        // Begun again, it finds or makes another, or sees that there is none.
        lost_race: is_foreign_key(constraint),
        ..ApiError::invalid(problem, vec![FieldError::new(pointer, code, detail)])
    })
}

/// Whether the constraint has a row name another one: what was looked for and is gone was deleted by somebody else.
fn is_foreign_key(constraint: &str) -> bool {
    constraint.ends_with("_fkey")
}

/// The problem that the violation of a constraint is.
pub fn violated(constraint: &str) -> ApiError {
    explain(constraint).unwrap_or_else(|| ApiError::internal(constraint))
}

/// What the server says, in the language that [`super::establish`] asks for, where it cannot do what it is told
/// whatever that is, and what a client is told of it: diesel keeps the SQLSTATE (classes 53, 57 and 58) to itself.
const OF_THE_SERVER: [(&str, &str); 13] = [
    ("No space left on device", FULL_DISK),
    ("Disk quota exceeded", FULL_DISK),
    // Of a file that could be extended in part.
    ("wrote only", FULL_DISK),
    ("could not extend file", NO_FILES),
    ("could not write", NO_FILES),
    ("could not open file", NO_FILES),
    ("could not create file", NO_FILES),
    ("out of memory", NO_MEMORY),
    ("out of shared memory", NO_MEMORY),
    ("temp_file_limit", "the database has too little room for work of this size; ask for less at once"),
    ("canceling statement due to", "the database has broken off what took too long; try again shortly"),
    ("terminating connection", NO_ANSWER),
    ("the database system is", NO_ANSWER),
];

const FULL_DISK: &str =
    "the database has no room left on its disk, so it refuses writes; try again once there is some";
const NO_FILES: &str = "the database cannot use its files just now; try again shortly";
const NO_MEMORY: &str = "the database has no memory left just now; try again shortly";

impl From<diesel::result::Error> for ApiError {
    /// The violation of a constraint that [`explain`] knows is the client's
    /// fault; that the server cannot do anything at all just now is nobody's,
    /// and whatever else the database refuses is ours.
    fn from(error: diesel::result::Error) -> Self {
        use diesel::result::{DatabaseErrorKind as Kind, Error};
        match &error {
            Error::DatabaseError(kind, info) => {
                if let Some(error) = info.constraint_name().and_then(explain) {
                    return error;
                }
                let message = info.message();
                match kind {
                    Kind::ClosedConnection | Kind::UnableToSendCommand => Self::unavailable(error),
                    Kind::ReadOnlyTransaction => Self::read_only(error),
                    Kind::SerializationFailure => Self { lost_race: true, ..Self::unavailable(error) },
                    // Of a standby, in some statements.
                    _ if message.contains("during recovery") => Self::read_only(error),
                    _ if message.contains("deadlock detected") => {
                        Self { lost_race: true, ..Self::unavailable(error) }
                    }
                    // Its migrations have not run yet, or not all of them.
                    _ if message.starts_with("relation ") && message.ends_with("does not exist") => {
                        Self::unavailable(error)
                    }
                    _ => match OF_THE_SERVER.iter().find(|(words, _)| message.contains(words)) {
                        Some((_, detail)) => {
                            Self { detail: (*detail).to_owned(), ..Self::unavailable(error) }
                        }
                        None => Self::internal(error),
                    },
                }
            }
            // The connection broke while a transaction was ended.
            Error::BrokenTransactionManager | Error::RollbackErrorOnCommit { .. } => Self::unavailable(error),
            _ => Self::internal(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use diesel::result::{DatabaseErrorKind as Kind, Error};

    use super::*;

    #[test]
    fn a_violated_constraint_is_a_fault_of_the_member_that_it_is_about() {
        for (constraint, problem, pointer, code) in [
            ("articles_slug_key", Problem::Conflict, "/slug", "taken"),
            ("tags_slug_key", Problem::Conflict, "/slug", "taken"),
            ("entities_slug_key", Problem::Conflict, "/slug", "taken"),
            ("articles_external_id_source_key", Problem::Conflict, "/external_id", "taken"),
            ("entities_external_id_source_key", Problem::Conflict, "/external_id", "taken"),
            ("entities_wikidata_id_key", Problem::Conflict, "/wikidata_id", "taken"),
            ("tags_scheme_code_key", Problem::Conflict, "/code", "taken"),
            ("tags_parent_id_fkey", Problem::Conflict, "", "has_children"),
            ("tags_parent_acyclic", Problem::InvalidBody, "/parent", "cycle"),
            ("articles_translation_of_check", Problem::InvalidBody, "/translation_of", "cycle"),
            ("articles_translation_of_acyclic", Problem::InvalidBody, "/translation_of", "cycle"),
            ("articles_translation_of_depth", Problem::InvalidBody, "/translation_of", "too_deep"),
            ("articles_translation_of_fkey", Problem::Conflict, "/translation_of", "deleted"),
            ("article_tags_tag_id_fkey", Problem::Conflict, "", "deleted"),
            ("article_entities_entity_id_fkey", Problem::Conflict, "", "deleted"),
            ("mentions_entity_id_fkey", Problem::Conflict, "", "deleted"),
            ("of_a_table_to_come_fkey", Problem::Conflict, "", "deleted"),
        ] {
            let error = explain(constraint).expect("an explanation");
            let fault = &error.errors[0];
            assert_eq!(
                (error.problem, &*fault.pointer, &*fault.code),
                (problem, pointer, code),
                "{constraint}"
            );
            // Begun again, what names what was deleted finds or makes another.
            assert_eq!(error.lost_race, constraint.ends_with("_fkey"), "{constraint}");
            assert_eq!(violated(constraint).problem, problem, "{constraint}");
        }
        // What only a fault of ours violates is none of the client's.
        assert!(explain("articles_language_check").is_none());
        assert_eq!(violated("articles_language_check").problem, Problem::Internal);
    }

    #[test]
    fn the_deleted_tag_or_entity_of_an_article_is_told_in_words_of_its_own() {
        let said = |constraint: &str| violated(constraint).errors[0].detail.clone();
        let of_an_article = said("article_tags_tag_id_fkey");
        assert!(of_an_article.contains("a tag or an entity of the article"), "{of_an_article}");
        assert_ne!(said("of_a_table_to_come_fkey"), of_an_article);
    }

    #[test]
    fn what_the_server_cannot_do_is_unavailable_and_what_it_refuses_is_a_fault_of_ours() {
        let met = |kind: Kind, message: &str| {
            ApiError::from(Error::DatabaseError(kind, Box::new(message.to_owned())))
        };
        for (kind, message, problem, lost_race) in [
            (Kind::ClosedConnection, "", Problem::Unavailable, false),
            (Kind::UnableToSendCommand, "", Problem::Unavailable, false),
            (Kind::ReadOnlyTransaction, "", Problem::Unavailable, false),
            (Kind::SerializationFailure, "could not serialize access", Problem::Unavailable, true),
            (Kind::Unknown, "cannot execute nextval() during recovery", Problem::Unavailable, false),
            (Kind::Unknown, "deadlock detected", Problem::Unavailable, true),
            (Kind::Unknown, "relation \"articles\" does not exist", Problem::Unavailable, false),
            (Kind::Unknown, "relation \"articles\" is locked", Problem::Internal, false),
            (Kind::Unknown, "type \"article\" does not exist", Problem::Internal, false),
            (Kind::Unknown, "column \"a\" is ambiguous", Problem::Internal, false),
            (Kind::UniqueViolation, "duplicate key value", Problem::Internal, false),
        ] {
            let error = met(kind, message);
            assert_eq!((error.problem, error.lost_race), (problem, lost_race), "{message}");
        }
        for (words, detail) in OF_THE_SERVER {
            let error = met(Kind::Unknown, &format!("{words} it"));
            assert_eq!((error.problem, error.detail.as_str()), (Problem::Unavailable, detail), "{words}");
        }
        assert!(met(Kind::ReadOnlyTransaction, "").is_read_only());
        assert!(met(Kind::Unknown, "cannot execute it during recovery").is_read_only());
        assert!(!met(Kind::ClosedConnection, "").is_read_only());
        assert_eq!(ApiError::from(Error::BrokenTransactionManager).problem, Problem::Unavailable);
        assert_eq!(ApiError::from(Error::NotFound).problem, Problem::Internal);
    }
}
