use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::localized::nearest;

/// A stored [`super::Localized`], as PostgreSQL wrote it: it was checked when it was
/// stored, and is handed on as it is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct StoredTexts(Box<RawValue>);

impl StoredTexts {
    /// The text in the language, or else in the nearest.
    pub fn nearest(&self, language: &str) -> Option<String> {
        let json = self.0.get();
        serde_json::from_str(json.get(nearest_text(json, language)?)?).ok()
    }
}

/// Where the JSON of the text is that is in the language, or else in the nearest, within that of a stored
/// [`super::Localized`].
pub fn nearest_text(json: &str, language: &str) -> Option<Range<usize>> {
    nearest(StoredEntries { json, at: 0 }, language)
}

/// The texts within the JSON that PostgreSQL writes of a [`super::Localized`], each after its language: an object of
/// strings, whose names need no escapes.
struct StoredEntries<'a> {
    json: &'a str,
    at: usize,
}

impl StoredEntries<'_> {
    /// Behind the next quotation mark.
    fn behind_quote(&mut self) -> Option<usize> {
        self.at += self.json.get(self.at..)?.find('"')? + 1;
        Some(self.at)
    }
}

impl<'a> Iterator for StoredEntries<'a> {
    type Item = (&'a str, Range<usize>);

    fn next(&mut self) -> Option<Self::Item> {
        let name = self.behind_quote()?..self.behind_quote()? - 1;
        let start = self.behind_quote()? - 1;
        let mut is_escaped = false;
        let length = self.json.get(self.at..)?.bytes().position(|byte| {
            let is_end = byte == b'"' && !is_escaped;
            is_escaped = byte == b'\\' && !is_escaped;
            is_end
        })?;
        self.at += length + 1;
        Some((self.json.get(name)?, start..self.at))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_nearest_language_is_that_of_the_text() {
        let json = r#"{"ar": "السودان", "en": "Sudan", "fr-CA": "Soudan"}"#;
        let nearest = |language| nearest_text(json, language).map(|part| &json[part]);
        assert_eq!(nearest("ar"), Some("\"السودان\""));
        assert_eq!(nearest("ar-EG"), Some("\"السودان\""));
        assert_eq!(nearest("fr"), Some("\"Soudan\""));
        assert_eq!(nearest("de"), Some("\"Sudan\""));
        assert_eq!(nearest_text("{}", "ar"), None);
    }

    proptest! {
        #[test]
        fn every_text_is_found(texts in prop::collection::btree_map("[a-z]{2}", ".{0,12}", 0..4)) {
            let json = serde_json::to_string(&texts).expect("JSON");
            let entries = StoredEntries { json: &json, at: 0 };
            let found: BTreeMap<String, String> = entries
                .map(|(tag, part)| (tag.to_owned(), serde_json::from_str(&json[part]).expect("a text")))
                .collect();
            prop_assert_eq!(found, texts);
        }

        #[test]
        fn what_is_no_object_of_texts_does_no_harm(json in ".{0,40}", language in "[a-z]{2}") {
            if let Some(part) = nearest_text(&json, &language) {
                prop_assert!(json.get(part).is_some());
            }
        }
    }
}
