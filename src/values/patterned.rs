use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize};
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        RefOr,
        schema::{ObjectBuilder, Schema, Type},
    },
};

use super::{Excerpt, invalid, is_stored, string_schema};
use maqal_text::{bidi, slug};

/// A name for a URL: lower-case letters and digits of any script, and hyphens.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Slug(String);

/// An absolute http or https URL.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Url(String);

/// The id of an item of Wikidata.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct WikidataId(String);

macro_rules! string_value {
    ($name:ident) => {
        impl $name {
            /// The value as text.
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl Deref for $name {
            type Target = str;

            fn deref(&self) -> &str {
                &self.0
            }
        }

        impl ToSchema for $name {}
    };
}
string_value!(Slug);
string_value!(Url);
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
                "must have 1 to 120 lower-case letters and digits, parted by single hyphens, and must not look like a UUID",
            ))
        }
    }
}

impl PartialSchema for Slug {
    fn schema() -> RefOr<Schema> {
        string_schema(
            "A name for URLs: lower-case letters and digits of any script, parted by single hyphens.",
            slug::PATTERN,
            "معرض-الخرطوم-للكتاب",
        )
        .max_length(Some(slug::MAX_LENGTH))
        .into()
    }
}

impl Url {
    /// One that was checked when it was stored.
    pub fn stored(url: String) -> Self {
        Self(url)
    }
}

impl<'de> Deserialize<'de> for Url {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Excerpt::<1, 2000>::deserialize(deserializer)?.into_string();
        if is_stored() {
            return Ok(Self(text));
        }
        let Ok(url) = url::Url::parse(&text) else {
            return Err(invalid("invalid_url", "must be an absolute http or https URL"));
        };
        // The parser trims and repairs; what it would have to repair is refused.
        let has_scheme = text.starts_with("http://") || text.starts_with("https://");
        if !has_scheme || authority(&text).is_empty() {
            return Err(invalid("invalid_url", "must be an absolute http or https URL"));
        }
        if text.contains(is_misleading) {
            return Err(invalid(
                "invalid_url",
                "must not contain white space, quotation marks, < > \\ or characters that change the direction: \
                 percent-encode them",
            ));
        }
        // The parser takes a host from behind as many slashes as there are.
        if authority(&text).is_empty() {
            return Err(invalid("invalid_url", "must have a host behind the two slashes"));
        }
        // The name before the @ is not the host, though it looks so; and a password is not for readers.
        if !url.username().is_empty() || url.password().is_some() || authority(&text).contains('@') {
            return Err(invalid(
                "url_with_user",
                "must not contain the name of a user or a password before the host",
            ));
        }
        Ok(Self(text))
    }
}

/// What ends a URL where somebody writes it into HTML, or makes it look like another.
fn is_misleading(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || bidi::is_control(c)
        || matches!(c, '"' | '\'' | '`' | '<' | '>' | '\\')
        || matches!(c, '\u{200E}' | '\u{200F}' | '\u{61C}')
}

/// What stands between `//` and the path.
fn authority(url: &str) -> &str {
    let behind = url.split_once("//").map_or("", |(_, behind)| behind);
    behind.split(['/', '?', '#']).next().unwrap_or_default()
}

impl PartialSchema for Url {
    fn schema() -> RefOr<Schema> {
        string_schema("An absolute http or https URL.", URL_PATTERN, "https://example.org/news/1")
            .max_length(Some(2000))
            .into()
    }
}

/// The characters of [`is_misleading`], for a class of a pattern.
macro_rules! misleading {
    () => {
        r#"\s"'`<>\\\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"#
    };
}

/// All that is accepted matches: a host of any script, an address, a port. Whether the host is one, the parser says. It has
/// no `format`: `iri` refuses braces and bars, which browsers and this service take.
const URL_PATTERN: &str = concat!("^https?://[^@/?#", misleading!(), "]+([/?#][^", misleading!(), "]*)?$");

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

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    fn is_url(text: &str) -> bool {
        serde_json::from_value::<Url>(text.into()).is_ok()
    }

    #[test]
    fn a_url_is_written_out() {
        for url in
            ["http://example.org", "https://example.org:8080/a?b#c", "http://[::1]/", "http://مثال.إختبار/أ"]
        {
            assert!(is_url(url), "{url}");
        }
        for other in [
            "http:evil",
            "http:\\\\evil",
            "http:/evil",
            "http:///evil",
            "http:////evil",
            "https:evil.example",
            "HTTP://evil",
            " http://evil",
            "http://ev\til",
            "http:/\\evil",
            "//evil",
            "javascript:alert(1)",
            "http://",
            "http://?a",
        ] {
            assert!(!is_url(other), "{other}");
        }
    }

    const PIECES: [&str; 16] = [
        "http:",
        "https:",
        "/",
        "//",
        "\\",
        "evil",
        "example.org",
        "@",
        ":",
        "80",
        "?",
        "#",
        "é",
        "\t",
        " ",
        "مثال",
    ];

    proptest! {
        #[test]
        fn what_stands_behind_the_slashes_is_the_host(pieces in vec(select(&PIECES[..]), 1..8), is_whole: bool) {
            let start = if is_whole { "http://" } else { "" };
            let text = format!("{start}{}", pieces.concat());
            if !is_url(&text) {
                return Ok(());
            }
            let host = url::Url::parse(&text).expect("a URL").host_str().expect("a host").to_owned();
            let alone = url::Url::parse(&format!("http://{}/", authority(&text))).expect("a host");
            prop_assert_eq!(alone.host_str(), Some(host.as_str()), "{}", text);
        }
    }
}
