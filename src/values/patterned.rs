use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use super::{Excerpt, invalid, string_schema};
use maqal_text::slug;

/// A name for a URL: lower-case letters and digits of any script, and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// The id of an item of Wikidata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct WikidataId(String);

/// What a text of a checked form can do.
macro_rules! string_value {
    ($name:ident) => {
        impl $name {
            /// The value as text.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl std::ops::Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl utoipa::ToSchema for $name {}
    };
}
pub(super) use string_value;
string_value!(Slug);
string_value!(WikidataId);

impl<'de> Deserialize<'de> for Slug {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = slug::canonical(&Excerpt::<0, 1000>::deserialize(deserializer)?);
        if slug::RESERVED.contains(&text.as_str()) {
            Err(invalid("reserved_slug", "must be another one: this word has a meaning in the API's paths"))
        } else if slug::is_slug(&text) {
            Ok(Self(text))
        } else {
            Err(invalid(
                "invalid_slug",
                "must have 1 to 120 lower-case letters and digits, separated by single hyphens, and must not look like a UUID",
            ))
        }
    }
}

impl PartialSchema for Slug {
    fn schema() -> RefOr<Schema> {
        string_schema(
            "A name for URLs: lower-case letters and digits of any script, separated by single hyphens.",
            slug::PATTERN,
            "معرض-الخرطوم-للكتاب",
        )
        .max_length(Some(slug::MAX_LENGTH))
        .into()
    }
}

impl<'de> Deserialize<'de> for WikidataId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.strip_prefix('Q').unwrap_or_default();
        let valid = (1..=12).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        if valid {
            Ok(Self(text))
        } else {
            Err(invalid("invalid_wikidata_id", "must be the id of a Wikidata item, as Q1963"))
        }
    }
}

impl PartialSchema for WikidataId {
    fn schema() -> RefOr<Schema> {
        string_schema("The id of a Wikidata item.", "^Q[1-9][0-9]{0,11}$", "Q1963")
            .max_length(Some(13))
            .into()
    }
}

macro_rules! bounded_number {
    ($(#[$doc:meta])* $name:ident($number:ty), $low:literal..=$high:literal) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize)]
        #[serde(transparent)]
        pub struct $name(pub $number);

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let number = <$number>::deserialize(deserializer)?;
                if ($low..=$high).contains(&number) {
                    Ok(Self(number))
                } else {
                    Err(invalid("out_of_range", concat!("must be from ", $low, " to ", $high)))
                }
            }
        }

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                ObjectBuilder::new()
                    .schema_type(Type::Number)
                    .minimum(Some($low))
                    .maximum(Some($high))
                    .into()
            }
        }

        impl ToSchema for $name {}
    };
}
bounded_number!(
    /// Degrees north of the equator.
    Latitude(f64), -90.0..=90.0
);
bounded_number!(
    /// Degrees east of Greenwich.
    Longitude(f64), -180.0..=180.0
);
bounded_number!(
    /// How much of an article is about an entity, 0 to 1.
    Salience(f64), 0.0..=1.0
);
