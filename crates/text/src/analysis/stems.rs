//! Stems of words in the languages of Snowball.

use std::borrow::Cow;

use rust_stemmers::{Algorithm, Stemmer};

use super::fold::{self, fold};

/// The folded stem of a word, and the word without what an apostrophe ties to it: `été` for
/// `l'été`, `Türkiye` for `Türkiye'nin`.
///
/// The stem is that of the word as it is written, since the algorithms count on accents.
pub fn stems(exact: &str, folded: &str, language: &str) -> Vec<Cow<'static, str>> {
    let core = exact.split(fold::is_apostrophe).max_by_key(|part| part.len()).unwrap_or(exact);
    let mut stems = Vec::new();
    let mut add = |form: Cow<str>| {
        if !form.is_empty() && form != folded && !stems.contains(&form) {
            stems.push(Cow::Owned(form.into_owned()));
        }
    };
    if core.len() < exact.len() {
        add(fold(core));
    }
    if let Some(algorithm) = algorithm(language) {
        let stem = Stemmer::create(algorithm).stem(core).into_owned();
        if stem != core {
            add(fold(&stem));
        }
    }
    stems
}

fn algorithm(language: &str) -> Option<Algorithm> {
    Some(match language {
        "da" => Algorithm::Danish,
        "de" => Algorithm::German,
        "el" => Algorithm::Greek,
        "en" => Algorithm::English,
        "es" => Algorithm::Spanish,
        "fi" => Algorithm::Finnish,
        "fr" => Algorithm::French,
        "hu" => Algorithm::Hungarian,
        "it" => Algorithm::Italian,
        "nb" | "nn" | "no" => Algorithm::Norwegian,
        "nl" => Algorithm::Dutch,
        "pt" => Algorithm::Portuguese,
        "ro" => Algorithm::Romanian,
        "ru" => Algorithm::Russian,
        "sv" => Algorithm::Swedish,
        "ta" => Algorithm::Tamil,
        "tr" => Algorithm::Turkish,
        _ => return None,
    })
}
