use std::{borrow::Cow, cell::RefCell, collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer, Serialize,
    de::{MapAccess, Visitor},
};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema},
    },
};

use super::{INLINE, Text, invalid, string_schema};
use maqal_text::language::{self, Direction, Language};

/// Language, script and region.
const MAX_TAG_LENGTH: usize = 12;

/// A BCP 47 language tag in its canonical case.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct LanguageTag(String);

impl LanguageTag {
    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for LanguageTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The direction in which a stored language is written.
pub fn direction_of(language: &str) -> Direction {
    thread_local! {
        // A tag takes longer to read than an article to write, and a newsroom writes in few languages.
        static KNOWN: RefCell<Vec<(String, Direction)>> = const { RefCell::new(Vec::new()) };
    }
    const FEW: usize = 16;
    KNOWN.with_borrow_mut(|known| {
        if let Some((_, direction)) = known.iter().find(|(tag, _)| tag == language) {
            return *direction;
        }
        let direction = Language::parse(language).map_or(Direction::Ltr, |language| language.direction());
        known.truncate(FEW - 1);
        known.insert(0, (language.to_owned(), direction));
        direction
    })
}

impl<'de> Deserialize<'de> for LanguageTag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match Language::parse(&text) {
            Ok(language) => Ok(Self(language.as_str().to_owned())),
            Err(_) => {
                Err(invalid("invalid_language", "must be a BCP 47 language tag, as ar, en-GB or zh-Hant"))
            }
        }
    }
}

impl PartialSchema for LanguageTag {
    fn schema() -> RefOr<Schema> {
        string_schema("A BCP 47 language tag.", language::PATTERN, "ar")
            .max_length(Some(MAX_TAG_LENGTH))
            .into()
    }
}

impl ToSchema for LanguageTag {}

/// One text in several languages: at least `MIN` of them, each text of at most
/// `MAX` code points.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Localized<const MIN: usize, const MAX: usize>(BTreeMap<LanguageTag, Text<1, MAX>>);

impl<const MIN: usize, const MAX: usize> Default for Localized<MIN, MAX> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<const MIN: usize, const MAX: usize> Localized<MIN, MAX> {
    /// The one text, in the one language.
    pub fn single(language: LanguageTag, text: Text<1, MAX>) -> Self {
        Self(BTreeMap::from([(language, text)]))
    }

    /// With the texts of another one in the languages that this one lacks.
    pub fn or(mut self, other: Self) -> Self {
        for (language, text) in other.0 {
            self.0.entry(language).or_insert(text);
        }
        self
    }

    /// Each text, after its language.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(tag, text)| (tag.as_str(), &**text))
    }

    /// The text in the language, or else in the nearest.
    pub fn nearest(&self, language: &str) -> Option<&str> {
        nearest(self.iter(), language)
    }
}

pub fn nearest<'a, T>(texts: impl Iterator<Item = (&'a str, T)>, language: &str) -> Option<T> {
    let (_, text) = texts.min_by_key(|(tag, _)| distance(tag, language))?;
    Some(text)
}

/// How far a text is from the language that is wanted: the same language, that
/// of another region, English, any.
fn distance(tag: &str, language: &str) -> u8 {
    fn primary(tag: &str) -> &str {
        tag.split_once('-').map_or(tag, |(primary, _)| primary)
    }
    match primary(tag) {
        _ if tag == language => 0,
        same if same == primary(language) => 1,
        "en" => 2,
        _ => 3,
    }
}

impl<'de, const MIN: usize, const MAX: usize> Deserialize<'de> for Localized<MIN, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let texts = deserializer.deserialize_map(TextsVisitor)?;
        if texts.len() < MIN {
            return Err(invalid("too_few", "must have at least one language, as {\"ar\": \"…\"}"));
        }
        Ok(Self(texts))
    }
}

struct TextsVisitor<const MAX: usize>;

impl<'de, const MAX: usize> Visitor<'de> for TextsVisitor<MAX> {
    type Value = BTreeMap<LanguageTag, Text<1, MAX>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object with a text for each language")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut texts = BTreeMap::new();
        while let Some((language, text)) = map.next_entry::<LanguageTag, _>()? {
            // `ar`, `AR` and `ara` are one language: no text must be lost to another.
            if texts.contains_key(&language) {
                return Err(invalid("duplicate", format_args!("{language} is given twice")));
            }
            texts.insert(language, text);
        }
        Ok(texts)
    }
}

impl<const MIN: usize, const MAX: usize> PartialSchema for Localized<MIN, MAX> {
    fn schema() -> RefOr<Schema> {
        ObjectBuilder::new()
            .description(Some("A text in several languages, by BCP 47 language tag."))
            .property_names(Some(
                ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .max_length(Some(MAX_TAG_LENGTH))
                    .pattern(Some(language::PATTERN)),
            ))
            .additional_properties(Some(Text::<1, MAX>::schema()))
            .min_properties((MIN > 0).then_some(MIN))
            .examples([serde_json::json!({"ar": "السودان", "en": "Sudan"})])
            .into()
    }
}

impl<const MIN: usize, const MAX: usize> ToSchema for Localized<MIN, MAX> {
    fn name() -> Cow<'static, str> {
        format!("{INLINE}localized-{MIN}-{MAX}").into()
    }
}
