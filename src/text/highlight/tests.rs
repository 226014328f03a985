use proptest::prelude::*;
use proptest::sample::select;

use super::super::query;
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
    (from..from + count).map(|n| format!("كلمة{n} ")).collect()
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
    assert!(fragments[1].text.starts_with("كلمة") && fragments[1].text.ends_with(char::is_numeric));
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

const TEXT: &str =
    r#"([\PC\p{M}\p{Cf}\s]{1,3}|[ab]|[ء-ي]{1,4}|[,.-]|  ?|[ \n]|والعراق|عراق|the| في |东京|京){0,120}"#;
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
    fn every_word_of_a_query_is_shown(word in r"\p{L}{1,12}", before in "[ a-zء-ي]{0,60}", after in r"[ a-zء-ي]{0,60}") {
        prop_assume!(word != "OR");
        let text = format!("{before} {word} {after}");
        for strength in [query::Match::Exact, query::Match::Folded, query::Match::Stem] {
            let place = before.chars().count() as u32 + 1;
            let end = place + word.chars().count() as u32;
            let fragments = found(&word, &text, strength, Limits::default());
            prop_assert!(fragments.iter().flat_map(|fragment| &fragment.matches).any(|found| found.start < end && place < found.end));
        }
    }
}
