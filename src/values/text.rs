use std::{borrow::Cow, fmt, ops::Deref};

use serde::{Deserialize, Deserializer, Serialize};
use unicode_normalization::{UnicodeNormalization, is_nfc};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use super::{INLINE, invalid};

/// A text of `MIN` to `MAX` Unicode code points, kept in NFC, without NUL
/// (which PostgreSQL cannot store); where `MIN` is not 0, not all of it is
/// white space.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize>(String);

impl<const MIN: usize, const MAX: usize> Text<MIN, MAX> {
    /// The text itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize> Deref for Text<MIN, MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> fmt::Display for Text<MIN, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Text<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = String::deserialize(deserializer)?;
        let text = if is_nfc(&given) { given } else { given.nfc().collect() };
        if text.contains('\0') {
            return Err(invalid("nul", "must not contain the character U+0000"));
        }
        let length = text.chars().count();
        if length > MAX {
            return Err(invalid(
                "too_long",
                format_args!("must have at most {MAX} characters, and has {length}"),
            ));
        }
        if MIN > 0 && text.trim().is_empty() {
            return Err(invalid("blank", "must not be empty or blank"));
        }
        if length < MIN {
            return Err(invalid(
                "too_short",
                format_args!("must have at least {MIN} characters, and has {length}"),
            ));
        }
        Ok(Self(text))
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Text<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX));
        if MIN == 0 {
            // No character but NUL is refused.
            text.pattern(Some(r"^[^\u0000]*$")).into()
        } else {
            text.min_length(Some(MIN)).pattern(Some(r"^[^\u0000]*[^\s\u0000][^\u0000]*$")).into()
        }
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Text<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}text-{MIN}-{MAX}").into()
    }
}
