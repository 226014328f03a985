use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::*;

#[test]
fn slugs_of_headlines() {
    for (text, expected) in [
        ("Élections: l'été à Paris", "elections-lete-a-paris"),
        ("We don\u{2019}t know -- yet!", "we-dont-know-yet"),
        ("الأُمَمُ المُتَّحِدَة", "الأمم-المتحدة"),
        ("مؤتمر آسيا، القـــاهرة", "مؤتمر-آسيا-القاهرة"),
        ("می\u{200C}خواهم بروم", "می-خواهم-بروم"),
        ("Новый ЁЖ", "новый-ёж"),
        ("हिन्दी समाचार", "हिन्दी-समाचार"),
        ("日本の経済", "日本の経済"),
        ("Straße ΟΔΟΣ İstanbul", "straße-οδος-istanbul"),
        ("\u{FEEB}\u{FEEC} ٢٠٢٦ 🅰 1\u{FE0F}\u{20E3}", "هه-٢٠٢٦-1"),
        ("؟!… 🙂", ""),
        ("", ""),
        ("550e8400-e29b-41d4-a716-446655440000", ""),
    ] {
        assert_eq!(slug(text), expected);
    }
}

#[test]
fn long_slugs_are_cut_between_words() {
    assert_eq!(slug(&"سلام ".repeat(40)), ["سلام"; 16].join("-"));
    assert_eq!(slug(&"a".repeat(100)), "a".repeat(80));
    assert_eq!(numbered("war", 2), "war-2");
    assert_eq!(numbered("", 2), "2");
    assert_eq!(numbered(&["ab"; 40].join("-"), 12), ["ab"; 39].join("-") + "-12");
}

#[test]
fn what_is_a_slug() {
    for text in ["a", "7", "é", "cafe-2026", "صحيفة", "हिन्दी"] {
        assert!(is_slug(text), "{text}");
    }
    for text in [
        "",
        "-",
        "a-",
        "-a",
        "a--b",
        "A",
        "a b",
        "a_b",
        "؟",
        "e\u{301}",
        "\u{301}a",
        "كَتب",
        "كتـب",
        "كتب\u{200F}",
        "שָׁלוֹם",
        "550e8400-e29b-41d4-a716-446655440000",
        "d41d8cd98f00b204e9800998ecf8427e",
    ] {
        assert!(!is_slug(text), "{text}");
    }
    assert!(is_slug(&"a".repeat(120)));
    assert!(!is_slug(&"a".repeat(121)));
}

#[test]
fn marks_make_no_other_slug() {
    for (text, expected) in [
        ("كَتب", "كتب"),
        ("كتـب", "كتب"),
        ("كتب\u{200F}", "كتب"),
        ("\u{FEFF}كتب\u{200B}", "كتب"),
        ("كتب\u{200C}", "كتب"),
        ("می\u{200C}خواهم", "می-خواهم"),
        ("שָׁלוֹם", "שלום"),
        ("cafe\u{301}\u{FE0F}", "café"),
        ("مسؤول", "مسؤول"),
        ("ا\u{653}سيا", "آسيا"),
        ("हिन्दी", "हिन्दी"),
    ] {
        assert_eq!(canonical(text), expected, "{text:?}");
        assert!(is_slug(expected), "{expected}");
    }
}

/// Whether a text is valid by the pattern alone, as JSON Schema has it.
fn pattern() -> impl Fn(&str) -> bool {
    let schema = serde_json::json!({"pattern": PATTERN});
    let validator = jsonschema::validator_for(&schema).expect("a pattern");
    move |text| validator.is_valid(&text.into())
}

#[test]
fn every_letter_and_mark_that_a_slug_may_have_matches_the_pattern() {
    let matches = pattern();
    for c in ('\0'..=char::MAX).filter(|c| is_slug(&format!("a{c}"))) {
        assert!(matches(&format!("a{c}")), "{c} U+{:04X}", u32::from(c));
    }
}

#[test]
fn what_is_no_slug_in_any_script_does_not_match_the_pattern() {
    let matches = pattern();
    for text in [
        "",
        "a b",
        "A",
        "É",
        "-a",
        "a-",
        "a--b",
        "a/b",
        "a.b",
        "a_b",
        "a,b",
        "a\0",
        "a\u{200d}b",
        "a،b\u{3002}",
        "İzmir",
        "ΟΔΟΣ",
        "ЁЖ",
        "ԵՐԵՎԱՆ",
    ] {
        assert!(!matches(text), "{text:?}");
    }
}

proptest! {
    #[test]
    fn every_slug_that_is_made_matches_the_pattern(text in texts()) {
        let slug = slug(&text);
        prop_assert!(slug.is_empty() || pattern()(&slug), "{:?}", slug);
    }
}

/// Some of many scripts.
const LETTERS: &str = "07azéßβжאשابيأؤگھ٢۲かア日한कกეաሀ";

fn texts() -> impl Strategy<Value = String> {
    let awkward = "aÉßΣİǅŉيأ\u{640}\u{654}\u{64B}\u{301}\u{3099}\u{345}か\u{94D}क가\u{11A8}🅰\
                   \u{200D}\u{200C}'- 0f";
    prop_oneof![
        any::<String>(),
        vec(any::<char>(), 0..200).prop_map(String::from_iter),
        vec(select(awkward.chars().collect::<Vec<_>>()), 0..200).prop_map(String::from_iter),
    ]
}

proptest! {
    #[test]
    fn a_slug_with_marks_is_the_same(
        words in vec(vec(select(LETTERS.chars().collect::<Vec<_>>()), 1..9), 1..5),
        marks in vec((any::<prop::sample::Index>(), select("\u{640}\u{64B}\u{64E}\u{651}\u{670}\u{5B8}\u{200D}\u{200E}\u{200F}\u{61C}\u{AD}\u{2060}\u{FEFF}\u{FE0F}\u{202A}\u{2069}".chars().collect::<Vec<_>>())), 0..6),
    ) {
        let words: Vec<String> = words.into_iter().map(String::from_iter).collect();
        let slug = words.join("-");
        let mut letters: Vec<char> = slug.chars().collect();
        for (place, mark) in marks {
            letters.insert(place.index(letters.len() + 1), mark);
        }
        prop_assert_eq!(canonical(&String::from_iter(letters)), slug);
    }

    #[test]
    fn a_slug_is_a_slug_and_stays_one(text in texts(), n in any::<u32>()) {
        let made = slug(&text);
        prop_assert!(made.is_empty() || is_slug(&made), "{made:?}");
        prop_assert_eq!(&slug(&made), &made);
        prop_assert_eq!(&canonical(&made), &made);
        prop_assert_eq!(canonical(&canonical(&text)), canonical(&text));
        prop_assert!(is_slug(&numbered(&made, n)));
    }
}
