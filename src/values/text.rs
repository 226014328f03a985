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

use super::{INLINE, invalid, is_stored};
use maqal_text::bidi;

/// A text of `MIN` to `MAX` Unicode code points, kept in NFC, without control characters but for tabs and line
/// breaks, and with nothing in it that turns around what is shown beside it ([`bidi`]). Where it must not be empty, what
/// nobody sees will not do either, unless it may be `BLANK`: in answers, since it was allowed once.
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
        let mut given = String::deserialize(deserializer)?;
        if is_stored() {
            given = changed(given, without_controls);
        } else if given.contains(is_refused) {
            return Err(invalid(
                "control_character",
                "must not contain control characters, but for tabs and line breaks",
            ));
        }
        checked(normal(changed(given, bidi::balanced)), MIN, MAX, BLANK).map(Self)
    }
}

/// Control characters (C0 and C1), which do nothing in a text but confuse who shows it, as a terminal. NUL is told
/// by itself.
fn is_refused(c: char) -> bool {
    c.is_control() && !matches!(c, '\0' | '\t' | '\n' | '\r')
}

/// Whether a character alone shows nothing: white space, and what Unicode says to ignore where it cannot be shown
/// (Default_Ignorable_Code_Point), with the empty pattern of Braille.
pub fn is_unseen(c: char) -> bool {
    c.is_whitespace()
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{61C}' | '\u{115F}'..='\u{1160}' | '\u{17B4}'..='\u{17B5}' | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{2800}' | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}' | '\u{1D173}'..='\u{1D17A}' | '\u{E0000}'..='\u{E0FFF}')
}

/// The same for a class of a regular expression, as far as those of every language can say it.
macro_rules! unseen {
    () => {
        r"\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    };
}
pub(super) use unseen;

/// The text in NFC: at the end, since letters may compose between which something was taken out.
fn normal(given: String) -> String {
    if is_nfc(&given) { given } else { given.nfc().collect() }
}

/// The text after a change that most texts do not need.
fn changed(text: String, change: impl Fn(&str) -> Cow<'_, str>) -> String {
    match change(&text) {
        Cow::Borrowed(_) => text,
        Cow::Owned(changed) => changed,
    }
}

fn checked<E: serde::de::Error>(
    text: String,
    min: usize,
    max: usize,
    may_be_blank: bool,
) -> Result<String, E> {
    if text.contains('\0') {
        return Err(invalid("nul", "must not contain the character U+0000"));
    }
    let length = text.chars().count();
    if length > max {
        return Err(invalid(
            "too_long",
            format_args!("must have at most {max} characters, and has {length}"),
        ));
    }
    if min > 0 && !may_be_blank && !is_stored() && text.chars().all(is_unseen) {
        return Err(invalid("blank", "must have a character that is seen, and is empty or blank"));
    }
    if length < min {
        return Err(invalid(
            "too_short",
            format_args!("must have at least {min} characters, and has {length}"),
        ));
    }
    Ok(text)
}

impl<const MIN: usize, const MAX: usize, const BLANK: bool> PartialSchema for Text<MIN, MAX, BLANK> {
    fn schema() -> RefOr<Schema> {
        /// Every character but those that are refused.
        macro_rules! allowed {
            ($more:expr) => {
                concat!("[^", $more, r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]")
            };
        }
        let text = sized(MIN, MAX);
        if MIN == 0 || BLANK {
            text.pattern(Some(concat!("^", allowed!(""), "*$"))).into()
        } else {
            text.pattern(Some(concat!("^", allowed!(""), "*", allowed!(unseen!()), allowed!(""), "*$")))
                .into()
        }
    }
}

fn sized(min: usize, max: usize) -> ObjectBuilder {
    let text = ObjectBuilder::new().schema_type(Type::String).max_length(Some(max));
    text.min_length((min > 0).then_some(min))
}

/// A text of at most `MAX` code points that is taken as it comes from elsewhere: control characters are left out. Bodies
/// of real articles have some, which nobody has ever seen; and who searches makes no mistake.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct LenientText<const MAX: usize>(String);

/// A text of `MIN` to `MAX` code points, to be compared with a stored one or checked by a rule of its own: nothing of it is
/// changed or refused but NUL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Excerpt<const MIN: usize, const MAX: usize>(String);

fn without_controls(text: &str) -> Cow<'_, str> {
    if !text.contains(is_refused) {
        return Cow::Borrowed(text);
    }
    // What parts words goes on to do so: form feeds, vertical tabs, separators.
    let parts = |c: char| is_refused(c) && (c.is_whitespace() || matches!(c, '\u{1C}'..='\u{1F}'));
    Cow::Owned(text.replace(parts, " ").replace(is_refused, ""))
}

impl<'de, const MAX: usize> Deserialize<'de> for LenientText<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let given = changed(String::deserialize(deserializer)?, without_controls);
        checked(normal(changed(given, bidi::balanced)), 0, MAX, true).map(Self)
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Excerpt<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        checked(normal(String::deserialize(deserializer)?), MIN, MAX, true).map(Self)
    }
}

impl<const MIN: usize, const MAX: usize> Excerpt<MIN, MAX> {
    /// The text itself.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl<const MAX: usize> Deref for LenientText<MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl<const MIN: usize, const MAX: usize> Deref for Excerpt<MIN, MAX> {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

/// No character but NUL is refused.
const ANY: &str = r"^[^\u0000]*$";

impl<const MAX: usize> PartialSchema for LenientText<MAX> {
    fn schema() -> RefOr<Schema> {
        sized(0, MAX).pattern(Some(ANY)).into()
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Excerpt<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        sized(MIN, MAX).pattern(Some(ANY)).into()
    }
}

impl<const MAX: usize> ToSchema for LenientText<MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}lenient-text-{MAX}").into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Excerpt<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}excerpt-{MIN}-{MAX}").into()
    }
}

impl<const MIN: usize, const MAX: usize, const BLANK: bool> ToSchema for Text<MIN, MAX, BLANK> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}text-{MIN}-{MAX}-{BLANK}").into()
    }
}
