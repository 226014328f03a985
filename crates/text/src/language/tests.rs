use proptest::collection::vec;
use proptest::prelude::*;
use proptest::{option, sample};

use super::*;

const DIGITS: &str = "0123456789";
const LETTERS: &str = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

fn drawn(from: &'static str, length: std::ops::RangeInclusive<usize>) -> BoxedStrategy<String> {
    let characters: Vec<char> = from.chars().collect();
    vec(sample::select(characters), length).prop_map(String::from_iter).boxed()
}

/// The strings of [`PATTERN`], part by part.
fn matches_of_pattern() -> impl Strategy<Value = String> {
    let region = prop_oneof![drawn(LETTERS, 2..=2), drawn(DIGITS, 3..=3)];
    (drawn(LETTERS, 2..=3), option::of(drawn(LETTERS, 4..=4)), option::of(region)).prop_map(
        |(language, script, region)| {
            let parts = [Some(language), script, region];
            parts.into_iter().flatten().collect::<Vec<_>>().join("-")
        },
    )
}

/// [`PATTERN`] read by hand.
fn matches_pattern(tag: &str) -> bool {
    let all = |text: &str, length, of: &str| text.len() == length && text.chars().all(|c| of.contains(c));
    let language = |t| all(t, 2, LETTERS) || all(t, 3, LETTERS);
    let script = |t| all(t, 4, LETTERS);
    let region = |t| all(t, 2, LETTERS) || all(t, 3, DIGITS);
    match *tag.split('-').collect::<Vec<_>>() {
        [a] => language(a),
        [a, b] => language(a) && (script(b) || region(b)),
        [a, b, c] => language(a) && script(b) && region(c),
        _ => false,
    }
}

#[test]
fn tags_are_canonical() {
    for (given, canonical) in [
        ("AR", "ar"),
        ("en-gb", "en-GB"),
        ("ZH-hANT-tw", "zh-Hant-TW"),
        ("es-419", "es-419"),
        ("ara-EG", "ar-EG"),
        ("per", "fa"),
        ("iw", "he"),
        ("und", "und"),
    ] {
        assert_eq!(Language::parse(given).unwrap().as_str(), canonical);
    }
    for refused in [
        "",
        "x",
        "english",
        "ar_",
        "ar_EG",
        "ar-",
        "-ar",
        "ar-EG-Arab",
        "de-1996",
        "en-u-ca",
        "ar EG",
        " ar",
        "ع",
        "i-klingon",
        "root",
    ] {
        assert_eq!(Language::parse(refused), Err(InvalidLanguage), "{refused}");
    }
}

#[test]
fn direction_is_that_of_the_script() {
    let direction = |tag| Language::parse(tag).unwrap().direction();
    for tag in "ar he fa ur ps sd ug yi dv ckb bcc pbu cld bal skr mzn glk lrc acm apc ary arq aeb shu rhg ara iw arz prs pa-PK uz-AF az-Arab en-Hebr syr".split(' ') {
        assert_eq!(direction(tag), Direction::Rtl, "{tag}");
    }
    for tag in "en fr ku pa uz az ar-Latn fa-Cyrl ja zh-Hant und qq".split(' ') {
        assert_eq!(direction(tag), Direction::Ltr, "{tag}");
    }
}

/// Languages, each with regions in which it is written from right to left, and others in which it is not.
const BY_REGION: &[(&str, &str, &str)] = &[
    ("ku", "IQ IR", "TR SY AM DE"),
    ("kmr", "IQ IR", "TR SY"),
    ("az", "IQ IR", "AZ TR RU"),
    ("uz", "AF", "UZ TM"),
    ("pa", "PK", "IN CA"),
    ("tk", "AF IR", "TM"),
    ("tg", "AF PK", "TJ"),
    ("tly", "IR", "AZ"),
    ("kk", "AF CN IR MN", "KZ RU"),
    ("ky", "CN", "KG"),
    ("ckb", "IQ IR DE", ""),
    ("ar", "EG MA TD DE", ""),
    ("he", "IL US", ""),
    ("en", "", "IQ IL SA"),
];

#[test]
fn direction_is_that_of_the_region() {
    let direction = |tag: &str| Language::parse(tag).unwrap().direction();
    for (language, from_right, from_left) in BY_REGION {
        for (regions, expected) in [(from_right, Direction::Rtl), (from_left, Direction::Ltr)] {
            for region in regions.split_whitespace() {
                assert_eq!(direction(&format!("{language}-{region}")), expected, "{language}-{region}");
                // A script that the tag names comes first.
                assert_eq!(direction(&format!("{language}-Latn-{region}")), Direction::Ltr);
                assert_eq!(direction(&format!("{language}-Arab-{region}")), Direction::Rtl);
            }
        }
    }
}

proptest! {
    #[test]
    fn every_match_of_the_pattern_is_accepted(tag in matches_of_pattern()) {
        let language = Language::parse(&tag).unwrap();
        prop_assert_eq!(Language::parse(language.as_str()), Ok(language));
    }

    #[test]
    fn direction_is_that_of_the_script_that_a_tag_names(
        language in drawn(LETTERS, 2..=3),
        script in sample::select(&RIGHT_TO_LEFT[..]),
        region in drawn(LETTERS, 2..=2),
    ) {
        let direction = |tag: String| Language::parse(&tag).unwrap().direction();
        prop_assert_eq!(direction(format!("{language}-{script}")), Direction::Rtl);
        prop_assert_eq!(direction(format!("{language}-{script}-{region}")), Direction::Rtl);
        for other in ["Latn", "Cyrl", "Grek", "Deva", "Hans", "Jpan", "Kore"] {
            prop_assert_eq!(direction(format!("{language}-{other}-{region}")), Direction::Ltr);
        }
    }

    #[test]
    fn nothing_else_is_accepted(tag in drawn("abMZ019-_ é", 0..=12)) {
        prop_assert_eq!(Language::parse(&tag).is_ok(), matches_pattern(&tag));
    }
}
