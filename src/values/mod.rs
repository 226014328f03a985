//! Values that cannot be wrong: each is checked once, where it enters, and
//! described once for OpenAPI by the same type.
//!
//! A failed check is a serde error of the form `code|detail`, which
//! [`crate::http::input`] turns into one entry of a problem's `errors`.

use std::cell::Cell;

mod address;
mod bounded_list;
mod json;
mod key;
mod localized;
mod object;
mod patterned;
mod shared;
mod stored_texts;
mod text;
mod text_enum;
mod timestamp;

pub use address::Url;
pub use bounded_list::BoundedList;
pub use json::{Json, Metadata, RAW_VALUE, StoredJson};
pub use key::Key;
pub use localized::{LanguageTag, Localized, direction_of, nearest};
pub use object::Object;
pub use patterned::{Latitude, Longitude, Salience, Slug, WikidataId};
pub use shared::SharedJson;
pub use stored_texts::{StoredTexts, nearest_text};
pub use text::{Excerpt, LenientText, Text, is_unseen};
pub(crate) use text_enum::text_enum;
pub use timestamp::{Moment, Timestamp};

/// The names of schemas that begin so are put where they are used, instead of
/// among the components: a length is no concept that deserves a name.
pub const INLINE: &str = "inline-";

thread_local! {
    static IS_STORED: Cell<bool> = const { Cell::new(false) };
}

/// Reads what is stored. It was checked when it was stored, by the rules of then: what these did not refuse is no reason not
/// to show the rest.
pub fn stored<T>(read: impl FnOnce() -> T) -> T {
    /// Strict again even after a panic.
    struct Before(bool);
    impl Drop for Before {
        fn drop(&mut self) {
            IS_STORED.set(self.0);
        }
    }
    let _before = Before(IS_STORED.replace(true));
    read()
}

/// Whether what is being read is stored already.
fn is_stored() -> bool {
    IS_STORED.get()
}

/// A serde error that carries the code of the check that failed.
fn invalid<E: serde::de::Error>(code: &str, detail: impl std::fmt::Display) -> E {
    E::custom(format_args!("{code}|{detail}"))
}

/// What is wrong with a word that is none of those.
pub fn none_of(word: &str, words: &[&str]) -> String {
    match words {
        [only] => format!("must be {only}, and is {word}"),
        words => format!("must be one of {}, and is {word}", words.join(", ")),
    }
}

/// The OpenAPI schema of a string with a pattern.
fn string_schema(description: &str, pattern: &str, example: &str) -> utoipa::openapi::schema::ObjectBuilder {
    utoipa::openapi::schema::ObjectBuilder::new()
        .schema_type(utoipa::openapi::schema::Type::String)
        .description(Some(description))
        .pattern(Some(pattern))
        .examples([example])
}

/// A number to three decimals, which say all there is to say of a measure.
pub fn rounded(number: f64) -> f64 {
    // No negative zero.
    (number * 1000.0).round() / 1000.0 + 0.0
}
