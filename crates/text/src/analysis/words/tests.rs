use proptest::prelude::*;
use proptest::sample::select;

use super::*;

/// Characters of every kind that word boundaries know, common ones more often.
const KINDS: &[&str] = &[
    " ",
    " ",
    "\n",
    "\r",
    "\u{A0}",
    "\u{2003}",
    "\t",
    "\0",
    "\u{85}",
    "\u{2028}",
    "a",
    "B",
    "é",
    "ß",
    "ﬁ",
    "ω",
    "Я",
    "я",
    "ب",
    "ة",
    "ـ",
    "پ",
    "ۀ",
    "א",
    "ש",
    "ა",
    "ア",
    "あ",
    "中",
    "ไ",
    "ກ",
    "한",
    "अ",
    "ि",
    "1",
    "٣",
    "۴",
    "५",
    "\u{301}",
    "\u{64B}",
    "\u{651}",
    "\u{670}",
    "\u{6DD}",
    "\u{483}",
    "\u{5B0}",
    "\u{200D}",
    "\u{200C}",
    "\u{200E}",
    "\u{200F}",
    "\u{AD}",
    "\u{61C}",
    "\u{FEFF}",
    "\u{2060}",
    ".",
    ",",
    ":",
    ";",
    "'",
    "\"",
    "’",
    "‘",
    "“",
    "”",
    "«",
    "»",
    "،",
    "؛",
    "؟",
    "٫",
    "٬",
    "·",
    "\u{387}",
    "\u{5F4}",
    "…",
    "–",
    "-",
    "_",
    "‿",
    "\u{202F}",
    "(",
    ")",
    "/",
    "#",
    "@",
    "&",
    "%",
    "\u{66A}",
    "😀",
    "Ⓜ",
    "\u{1F1E6}",
    "\u{1F3FF}",
    "\u{FE0F}",
    "²",
    "º",
    "ª",
    "µ",
    "۔",
    "。",
    "：",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4096))]

    #[test]
    fn plain_words_are_those_of_all_rules(text in prop::collection::vec(select(KINDS), 0..12)) {
        let text = text.concat();
        prop_assert_eq!(words(&text).collect::<Vec<_>>(), by_all_rules(&text).collect::<Vec<_>>());
    }

    #[test]
    fn so_are_those_of_any_text(text in r"[\PC\p{M}\p{Cf}\s]{0,40}") {
        prop_assert_eq!(words(&text).collect::<Vec<_>>(), by_all_rules(&text).collect::<Vec<_>>());
    }
}

#[test]
fn so_are_those_around_every_character() {
    for c in '\0'..='\u{3000}' {
        for (before, after) in [
            (" ", " \u{64B}"),
            ("", "  \u{64B}"),
            ("", ""),
            ("a", "ب"),
            ("1", "2"),
            ("a", " b"),
            ("1", " "),
            (" ", "b"),
            ("a ", "\u{301}c"),
            (", ", "1"),
        ] {
            let text = format!("{before}{c}{after}");
            assert_eq!(words(&text).collect::<Vec<_>>(), by_all_rules(&text).collect::<Vec<_>>(), "{text:?}");
        }
    }
}

#[test]
fn common_words_are_told_apart_without_all_rules() {
    for word in [
        "a",
        "news",
        "Élysée",
        "Москва",
        "Ёлка",
        "Ѐ",
        "Ωμέγα",
        "مدينة",
        "مَدْرَسَـــةٌ",
        "پاکستان",
        "2026",
        "٢٥",
        "e\u{301}t",
    ] {
        for after in ["", " b", ", b", ". ", "»"] {
            let text = format!("{word}{after}");
            assert_eq!(stretch(&text, 0), Some(Stretch::Word(word.len())), "{text:?}");
        }
    }
    for gap in [" ", "   ", "«", "?", "—", "…"] {
        assert_eq!(stretch(&format!("{gap}a"), 0), Some(Stretch::Gap(gap.len())), "{gap:?}");
    }
    // And with all of them up to the next space alone, with which nothing goes on.
    for (text, end) in
        [("東京 a b", 6), ("東京\na", 6), ("a_b c", 3), ("東京  a", 7), ("東京 \u{64B}a b", 10), ("東", 3)]
    {
        assert_eq!(stretch(text, 0), Some(Stretch::Involved(end)), "{text:?}");
    }
}

#[test]
fn long_words_of_letters_and_digits_are_cut_in_linear_time() {
    let long = "a".repeat(300_000);
    for word in
        [long.clone() + &"1a".repeat(300_000), "1".repeat(300_000) + &"a1".repeat(300_000), long + "1"]
    {
        words(&word).count();
    }
}

#[test]
fn a_number_is_apart_from_letters_that_make_no_name_with_it() {
    for (word, expected) in [
        ("2026م", &["2026", "م"][..]),
        ("عام2026", &["عام", "2026"]),
        ("100دولار", &["100", "دولار"]),
        ("100دولار50", &["100", "دولار", "50"]),
        ("٢٥٫٥م", &["٢٥٫٥", "م"]),
        ("１م", &["１", "م"]),
        ("م１", &["م", "１"]),
        ("100dollars", &["100", "dollars"]),
        ("100e\u{301}te\u{301}s", &["100", "e\u{301}te\u{301}s"]),
        // What has no width is no border, and marks belong to what is before.
        ("5\u{64B}م", &["5\u{64B}", "م"]),
        ("5\u{200D}م", &["5\u{200D}", "م"]),
        ("5.م", &["5.م"]),
        ("5'م", &["5'م"]),
        // Of Latin letters units and years are apart, ordinals and names that have a number are not.
        ("3rd", &["3rd"]),
        ("5km", &["5", "km"]),
        ("5m2x", &["5m2x"]),
        ("covid19", &["covid", "19"]),
        ("b2bnews", &["b2bnews"]),
        ("دولار", &["دولار"]),
    ] {
        assert_eq!(numbers_apart(word).map(|(_, part)| part).collect::<Vec<_>>(), expected, "{word:?}");
    }
}
