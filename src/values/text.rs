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
/// (which PostgreSQL cannot store). Where it must not be empty, white space
/// alone will not do either, unless it may be `BLANK`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Text<const MIN: usize, const MAX: usize, const BLANK: bool = false>(String);

impl<const MIN: usize, const MAX: usize, const BLANK: bool> Text<MIN, MAX, BLANK> {
    /// The text itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MIN: usize, const MAX: usize, const BLANK: bool> Deref for Text<MIN, MAX, BLANK> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize, const BLANK: bool> fmt::Display for Text<MIN, MAX, BLANK> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<'de, const MIN: usize, const MAX: usize, const BLANK: bool> Deserialize<'de> for Text<MIN, MAX, BLANK> {
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
        if MIN > 0 && !BLANK && text.trim().is_empty() {
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

impl<const MIN: usize, const MAX: usize, const BLANK: bool> PartialSchema for Text<MIN, MAX, BLANK> {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(MAX));
        let text = text.min_length((MIN > 0).then_some(MIN));
        if MIN == 0 || BLANK {
            // No character but NUL is refused.
            text.pattern(Some(r"^[^\u0000]*$")).into()
        } else {
            text.pattern(Some(r"^[^\u0000]*[^\s\u0000][^\u0000]*$")).into()
        }
    }
}

impl<const MIN: usize, const MAX: usize, const BLANK: bool> ToSchema for Text<MIN, MAX, BLANK> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}text-{MIN}-{MAX}-{BLANK}").into()
    }
}
