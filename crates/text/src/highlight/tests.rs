use proptest::prelude::*;
use proptest::sample::select;

use super::super::{analysis, query};
use super::*;

fn found(query: &str, text: &str, strength: query::Match, limits: Limits) -> Vec<Fragment> {
    let query = query::Query::parse(query, None).unwrap();
    highlight(text, None, &query.positive_terms(strength), limits)
}

fn shown(query: &str, text: &str) -> Vec<String> {
    let fragments = found(query, text, query::Match::Stem, Limits::default());
    fragments.into_iter().flat_map(|fragment| fragment.matches).map(|found| found.exact).collect()
}

#[test]
fn words_are_found_in_every_form_without_particles() {
    for (query, text, expected) in [
        ("السودان", "عاد الوفد من السودان وتوجه إلى تونس", &["السودان"][..]),
        ("سودان", "مساعدات للسودان وبالسودان والسودان", &["سودان", "سودان", "سودان"]),
        ("تونس", "وصل إلى تونس، وبتونس التقى الوزير", &["تونس", "تونس"]),
        ("المدينه", "في المدينة وللمدينة", &["المدينة", "مدينة"]),
        ("election", "Elections were held; the electoral roll was long", &["Elections"]),
        ("مَدرسة", "المَدْرَسَةُ القديمة", &["مَدْرَسَةُ"]),
    ] {
        assert_eq!(shown(query, text), expected, "{query}");
    }
}

#[test]
fn strength_counts() {
    let matches =
        |strength| found("مدينة", "مدينة مدينه المدينة", strength, Limits::default())[0].matches.len();
    assert_eq!(matches(query::Match::Exact), 1);
    assert_eq!(matches(query::Match::Folded), 2);
    assert_eq!(matches(query::Match::Stem), 3);
}

#[test]
fn phrases_are_found_where_their_words_follow_one_another() {
    let text = "عقد مجلس الأمن جلسة، ولم يحضر الأمن ولا مجلس النواب";
    assert_eq!(shown("\"مجلس الأمن\"", text), ["مجلس الأمن"]);
    assert_eq!(shown("مجلس الأمن", text), ["مجلس", "الأمن", "الأمن", "مجلس"]);
    assert_eq!(
        shown("\"house of cards\"", "a house of cards, a house in cards, house cards"),
        ["house of cards", "house in cards"]
    );
    assert_eq!(shown("北京", "在北京的北方和京城"), ["北京"]);
    assert_eq!(shown("\"ha the ha\"", "ha ha ha"), ["ha ha ha"]);
    assert_eq!(shown("\"مجلس الامن\" OR الأمن", "وبمجلس الأمن"), ["مجلس الأمن"]);
}

#[test]
fn what_must_not_be_there_and_function_words_are_not_shown() {
    assert_eq!(shown("the war -peace", "the war and the peace"), ["war"]);
    assert_eq!(shown("-peace", "peace"), [""; 0]);
    assert_eq!(shown("من", "من علي إلى على"), ["من"]);
    assert_eq!(shown("war", "peace"), [""; 0]);
    assert_eq!(found("war", "", query::Match::Stem, Limits::default()), []);
}

#[test]
fn a_short_text_is_shown_whole_in_code_points() {
    let fragments = found("السلام", "🙂 «عملية السلام»!", query::Match::Stem, Limits::default());
    let matches = vec![Match { start: 9, end: 15, exact: "السلام".to_owned() }];
    assert_eq!(fragments, [Fragment { text: "🙂 «عملية السلام»!".to_owned(), start: 0, end: 17, matches }]);
}

fn filler(from: usize, count: usize) -> String {
    (from..from + count).map(|n| format!("w{n} ")).collect()
}

#[test]
fn of_a_long_text_the_densest_parts_are_shown_in_order() {
    let one = [filler(0, 100), "الحرب ".to_owned(), filler(100, 100)].concat();
    let text = [&one, "الحرب وجهود السلام ", &one, "السلام ", &one, "الحرب"].concat();
    let fragments = found("حرب سلام", &text, query::Match::Stem, Limits::default());
    let matches: Vec<Vec<_>> = fragments
        .iter()
        .map(|fragment| fragment.matches.iter().map(|found| found.exact.as_str()).collect())
        .collect();
    assert_eq!(matches, [vec!["حرب"], vec!["حرب", "سلام"], vec!["حرب"]]);
    for fragment in &fragments {
        assert_eq!(fragment.text.split(' ').count(), 30);
    }
    assert!(fragments[1].text.starts_with('w') && fragments[1].text.ends_with(char::is_numeric));
}

#[test]
fn a_fragment_has_no_part_of_a_phrase() {
    let text = ["مجلس الأمن ".repeat(40), filler(0, 100)].concat();
    let limits = Limits { words: 5, ..Limits::default() };
    let fragments = found("\"مجلس الأمن\"", &text, query::Match::Stem, limits);
    assert_eq!(fragments.len(), 3);
    for fragment in fragments {
        assert_eq!(fragment.text, "مجلس الأمن مجلس الأمن");
    }
}

#[test]
fn phrases_that_overlap_without_end_are_shown_in_part() {
    let fragments = found("\"ha ha\"", &"ha ".repeat(1_000), query::Match::Stem, Limits::default());
    assert_eq!(fragments.len(), 1);
    assert_eq!(fragments[0].text.split(' ').count(), 30);
}

/// What a query shows of a text, if it matches; the language is that of both.
fn shown_in(query: &str, text: &str, language: &str) -> Option<Vec<String>> {
    let query = query::Query::parse(query, Some(language)).unwrap();
    let index: Vec<String> = analysis::tokens(text, Some(language))
        .flat_map(|token| query::lexemes(&token).map(|lexeme| lexeme.to_string()).collect::<Vec<_>>())
        .collect();
    let is_there = |any: &Vec<String>| any.iter().any(|lexeme| index.contains(lexeme));
    let has_words = query.required(query::Match::Stem, &[]).iter().all(is_there);
    let fragments =
        highlight(text, Some(language), &query.positive_terms(query::Match::Stem), Limits::default());
    let shown: Vec<String> =
        fragments.into_iter().flat_map(|fragment| fragment.matches).map(|found| found.exact).collect();
    (has_words && !shown.is_empty()).then_some(shown)
}

/// Spellings of a word, or of a phrase, by which it finds all others.
const SPELLINGS: &[(&str, &[&str])] = &[
    ("ar", &["2026م", "2026 م", "٢٠٢٦م", "2026\u{A0}م"]),
    ("ar", &["100دولار", "100 دولار", "١٠٠ دولار"]),
    ("ru", &["100км", "100 км"]),
    ("ko", &["2026년", "2026 년"]),
    ("en", &["10million", "10 million", "10\u{202F}million"]),
    ("en", &["100km", "100 km", "100 KM", "١٠٠km"]),
    ("en", &["5km", "5 km"]),
    ("en", &["64GB", "64 GB"]),
    ("en", &["12V", "12 V"]),
    ("en", &["1990s", "1990 s"]),
    ("fr", &["100kWh", "100 kWh"]),
    ("en", &["COVID19", "COVID-19", "COVID 19", "Covid١٩"]),
    ("en", &["COP28", "COP 28"]),
    ("es", &["París2024", "Pari\u{301}s2024", "París 2024"]),
    ("fr", &["10\u{202F}000 euros", "10\u{A0}000 euros", "10 000 euros"]),
    ("fa", &["خانه", "خانهٔ", "خانۀ", "خانة", "خانہ"]),
    ("ckb", &["هەولێر", "هه\u{200C}ولێر"]),
    ("en", &["Quran", "Qurʾan", "Qur'an", "Qur’an", "Qurʼan", "Qurān"]),
    ("en", &["Hawaii", "Hawaiʻi", "Hawai‘i"]),
    ("ar", &["مسؤول", "مسئول", "مسءول", "مَسْئُول", "مسي\u{654}ول"]),
    ("ar", &["شؤون", "شئون"]),
    ("ar", &["عبدالله", "عبد الله", "عَبْدُ اللَّه", "عبد\u{A0}الله"]),
    ("ar", &["نور الدين", "نورالدين"]),
    ("ar", &["فضل الله", "فضلالله"]),
    ("ar", &["أبو ظبي", "أبوظبي", "ابوظبي"]),
    ("ar", &["السفر إلى القاهرة", "السفر الي القاهرة", "السفر الى القاهرة", "السفر إلي القاهرة"]),
    ("ar", &["البقاء حتى الصباح", "البقاء حتي الصباح"]),
    ("ar", &["سكت لأن الوقت فات", "سكت لان الوقت فات"]),
];

#[test]
fn a_word_finds_its_other_spellings() {
    for (language, spellings) in SPELLINGS {
        for query in *spellings {
            for spelling in *spellings {
                let text = format!("… {spelling} …");
                assert!(shown_in(query, &text, language).is_some(), "{query} in {spelling}");
            }
        }
    }
    for (query, text, expected) in [
        ("2026", "عام 2026م", "2026"),
        ("دولار", "بـ100دولار", "دولار"),
        ("euros", "10\u{202F}000\u{202F}euros", "euros"),
        ("100", "it is 100km long", "100"),
        ("km", "it is 100km long", "km"),
        ("2026", "the 2026km way", "2026"),
        ("covid", "the #COVID19 years", "COVID"),
        ("2024", "Euro2024", "2024"),
        ("عبدالله", "ووصل عبد الله", "عبد الله"),
        ("عبد الله", "ولعبدالله", "عبدالله"),
        ("\"عبد الله\"", "وعبدالله غائب", "عبدالله"),
        ("الله", "الحمد لله", "لله"),
        ("لله", "بسم الله", "الله"),
        ("ولله", "سبحان الله", "الله"),
    ] {
        let shown = shown_in(query, text, "ar").unwrap_or_default();
        assert_eq!(shown.concat(), expected, "{query}");
    }
}

#[test]
fn other_words_stay_others() {
    for (query, text) in [
        ("علي", "سافر على عجل"),
        ("علي صالح", "صالح على حق"),
        ("بان", "قال بأن"),
        ("G", "قمة G20"),
        ("20", "قمة G20"),
        ("5", "a 5G mast and 5g of salt"),
        ("g", "a 5G mast"),
        ("5", "the H5N1 virus"),
        ("H", "the H5N1 virus"),
        ("2", "a B2B trade"),
        ("320", "an A320"),
        ("19", "a VO2max of COVID19a"),
        ("th", "the 20th and the 4TH"),
        ("st", "1st and 21st"),
        ("الدين", "الوالدين"),
        ("الدين", "خالدين"),
        ("الله", "والده"),
        ("مسول", "مسئول"),
        ("10000", "10\u{202F}000"),
    ] {
        assert_eq!(shown_in(query, text, "ar"), None, "{query} in {text}");
    }
}

const TEXT: &str =
    r#"([\PC\p{M}\p{Cf}\s]{1,3}|[ab]|[ء-ي]{1,4}|[,.-]|  ?|[ \n]|والعراق|عراق|the| في |东京|京){0,120}"#;
const GLOTTAL: [&str; 9] = ["", "'", "’", "‘", "ʼ", "ʾ", "ʿ", "ʻ", "ˀ"];

const QUERY: &str = r#"([\PC\p{M}]|[ab]|[ء-ي]{1,4}| |["-]| OR |العراق|عراق|the| في |东京|京){0,15}"#;

proptest! {
    #[test]
    fn matches_slice_the_text(
        text in TEXT,
        query in QUERY,
        strength in select(&[query::Match::Exact, query::Match::Folded, query::Match::Stem][..]),
        whole in 0..40usize,
        words in 0..9usize,
    ) {
        let slice = |start: u32, end: u32| text.chars().skip(start as usize).take((end - start) as usize).collect::<String>();
        let limits = Limits { whole, fragments: 3, words };
        let mut end = 0;
        let fragments = found(&query, &text, strength, limits);
        prop_assert!(fragments.len() <= 3);
        for fragment in &fragments {
            prop_assert!(fragment.start >= end && !fragment.matches.is_empty());
            end = fragment.start;
            prop_assert_eq!(&slice(fragment.start, fragment.end), &fragment.text);
            for found in &fragment.matches {
                prop_assert!(found.start >= end && found.end > found.start);
                prop_assert_eq!(&slice(found.start, found.end), &found.exact);
                end = found.end;
            }
            prop_assert!(end <= fragment.end);
            end = fragment.end;
        }
    }

    #[test]
    fn a_number_is_a_word_beside_letters(
        number in 0..100_000u32,
        zero in select(&['0', '٠', '۰', '०'][..]),
        word in r"[ء-غف-ي]{3,6}|[а-я]{3,6}|[א-ת]{3,6}|[가-힣]{1,4}|[ა-ჰ]{3,6}|[a-z]{3,6}",
        is_before in any::<bool>(),
    ) {
        prop_assume!(!is_before || !word.is_ascii());
        let shifted = |digit: char| char::from_u32(u32::from(digit) - u32::from('0') + u32::from(zero)).unwrap();
        let digits: String = number.to_string().chars().map(shifted).collect();
        let glued = if is_before { format!("{word}{digits}") } else { format!("{digits}{word}") };
        for language in ["ar", "ru"] {
            for text in [&glued, &format!("{digits} {word}")] {
                let number = shown_in(&number.to_string(), text, language).unwrap_or_default();
                prop_assert!(number.contains(&digits), "{number:?} {text}");
                let asked = format!("\"{word}\"");
                prop_assert!(shown_in(&asked, text, language).is_some(), "{word} in {text}");
            }
            prop_assert!(shown_in(&glued, &glued, language).is_some());
        }
    }

    #[test]
    fn every_space_parts_words(
        first in "[a-zء-ي]{3,6}",
        second in "[0-9]{1,3}|[a-zء-ي]{3,6}",
        space in select(&[' ', '\u{A0}', '\u{2009}', '\u{202F}', '\u{205F}', '\u{3000}', '\u{2028}', '\t', '\r', '\u{2007}'][..]),
    ) {
        let text = format!("{second}{space}{first}{space}{second}");
        for asked in [&first, &second] {
            prop_assert!(shown_in(&format!("\"{asked}\""), &text, "ar").is_some(), "{asked}");
        }
        let with_spaces = [&*second, &first, &second].join(" ");
        prop_assert!(shown_in(&text, &with_spaces, "ar").is_some());
    }

    #[test]
    fn a_hamza_before_waw_may_sit_on_anything(
        before in "[بتثجحخدذرزسشصضطظعغفقكلمنه]{2,3}",
        after in "[بتثجحخدذرزسشصضطظعغفقكلمنهي]{1,4}",
        vowel in select(&["", "\u{64F}", "\u{640}"][..]),
        seats in (select(&["ؤ", "ئ", "ء", "ي\u{654}", "و\u{654}"][..]), select(&["ؤ", "ئ", "ء", "ي\u{654}", "و\u{654}"][..])),
    ) {
        let [one, other] = [seats.0, seats.1].map(|seat| format!("{before}{seat}{vowel}و{after}"));
        prop_assert!(shown_in(&format!("\"{one}\""), &other, "ar").is_some(), "{one} {other}");
        let folded = analysis::fold(&one);
        prop_assert_eq!(analysis::fold(&folded), &*folded);
    }

    #[test]
    fn a_glottal_stop_may_be_left_out(
        before in "[a-zāīū]{2,5}",
        after in "[a-zāīū]{2,5}",
        signs in (select(&GLOTTAL[..]), select(&GLOTTAL[..])),
    ) {
        let [one, other] = [signs.0, signs.1].map(|sign| format!("{before}{sign}{after}"));
        prop_assert!(shown_in(&format!("\"{one}\""), &other, "en").is_some(), "{one} {other}");
    }

    #[test]
    fn a_compound_name_is_one_word_or_two(
        particle in select(&["", "و", "ل", "ب", "ول", "فب"][..]),
        head in select(&["عبد", "أبو"][..]),
        name in "[بتثجحخدذرزسشصضطظعغفقكلمنه]{2,6}",
    ) {
        let [glued, parted] = ["", " "].map(|space| format!("{head}{space}ال{name}"));
        for asked in [&glued, &parted, &format!("\"{parted}\"")] {
            for text in [&glued, &parted] {
                prop_assert!(shown_in(asked, &format!("{particle}{text}"), "ar").is_some(), "{asked} {text}");
            }
        }
    }

    #[test]
    fn every_word_of_a_query_is_shown(word in r"\p{L}{1,12}", before in "[ a-zء-ي]{0,60}", after in r"[ a-zء-ي]{0,60}") {
        prop_assume!(word != "OR" && !analysis::fold(&word).is_empty());
        let text = format!("{before} {word} {after}");
        for strength in [query::Match::Exact, query::Match::Folded, query::Match::Stem] {
            let place = before.chars().count() as u32 + 1;
            let end = place + word.chars().count() as u32;
            let fragments = found(&word, &text, strength, Limits::default());
            prop_assert!(fragments.iter().flat_map(|fragment| &fragment.matches).any(|found| found.start < end && place < found.end));
        }
    }
}
