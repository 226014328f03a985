use proptest::prelude::*;
use proptest::sample::select;

use super::super::fold;
use super::*;

#[test]
fn particles_are_peeled_in_chains() {
    for (word, name) in [
        ("وتونس", "تونس"),
        ("فبتونس", "تونس"),
        ("ولتونس", "تونس"),
        ("كتونس", "تونس"),
        ("النيل", "نيل"),
        ("والنيل", "النيل"),
        ("والنيل", "نيل"),
        ("فبالنيل", "نيل"),
        ("للنيل", "نيل"),
        ("للنيل", "النيل"),
        ("وللنيل", "النيل"),
        ("لليد", "اليد"),
        ("للندن", "لندن"),
        ("ووزير", "وزير"),
        ("و2026", "2026"),
        ("بcnn", "cnn"),
    ] {
        assert!(peeled(word).iter().any(|form| form == name), "{word} {name}");
    }
}

#[test]
fn three_letters_are_left() {
    for word in ["ولد", "كتب", "الف", "فهد", "بن", "و", "لل", "ال"] {
        assert_eq!(peeled(word), [""; 0], "{word}");
    }
}

#[test]
fn a_letter_of_a_well_known_word_is_no_particle() {
    assert_eq!(peeled("فكره"), [""; 0]);
    assert_eq!(peeled("وكبيره"), ["كبيره"]);
    assert_eq!(peeled("بالفكره"), ["الفكره", "فكره"]);
    assert_eq!(peeled("ولبنان"), ["لبنان"]);
    assert_eq!(peeled("وللجنه"), ["للجنه", "لجنه"]);
    assert_eq!(asked("للجنه"), ["اللجنه", "لجنه", "لجنات"]);
}

#[test]
fn a_query_loses_its_article_and_keeps_a_lone_particle() {
    let beginning = |word| asked(word).into_iter().take(2).collect::<Vec<_>>();
    assert_eq!(asked("النيل"), ["نيل"]);
    assert_eq!(beginning("للنيل"), ["النيل", "نيل"]);
    assert_eq!(beginning("وبالنيل"), ["النيل", "نيل"]);
    assert_eq!(asked("بنيل"), ["بنيلات", "بنيلين", "بنيلون"]);
}

#[test]
fn a_query_takes_other_endings() {
    assert_eq!(asked("مهندسون"), ["مهندس", "مهندسين"]);
    assert_eq!(asked("تونسيه"), ["تونسي", "تونسيين", "تونسيون", "تونسيات"]);
    assert_eq!(asked("الجلسات"), ["جلسات", "جلس", "جلسه"]);
    assert_eq!(asked("علي"), [""; 0]);
    assert_eq!(asked("ياسين"), [""; 0]);
    assert_eq!(asked("حريه"), ["حريات"]);
}

#[test]
fn whole_words_are_folded_and_begin_like_a_particle() {
    for word in &*WHOLE_WORDS {
        assert_eq!(fold(word), *word);
        let rest = word.strip_prefix(CONJUNCTIONS).or_else(|| word.strip_prefix(PREPOSITIONS));
        assert!(rest.is_some_and(is_word), "{word}");
    }
}

/// The particles as they stand before a name without an article.
const BEFORE_NAMES: [&str; 11] = ["و", "ف", "ب", "ل", "ك", "وب", "ول", "وك", "فب", "فل", "فك"];

/// The particles as they stand in place of an article, and the article.
const BEFORE_DEFINITE: [&str; 12] =
    ["ال", "وال", "فال", "بال", "كال", "لل", "وبال", "ولل", "فبال", "فلل", "وكال", "فكال"];

fn finds(asked_for: &str, written: &str) -> bool {
    let mut asked = asked(asked_for);
    asked.push(asked_for.into());
    let mut forms = peeled(written);
    forms.push(written.into());
    asked.iter().any(|form| forms.contains(form))
}

proptest! {
    #[test]
    fn a_name_is_found_behind_particles(particle in select(&BEFORE_NAMES[..]), name in "[ء-غف-ي]{3,12}") {
        let name = fold(&name);
        let written = format!("{particle}{name}");
        prop_assume!(!hides_a_whole_word(&written));
        prop_assert!(peeled(&written).contains(&name), "{} {}", name, written);
    }

    #[test]
    fn a_definite_name_is_found_behind_particles(
        particle in select(&BEFORE_DEFINITE[..]),
        name in "[ء-غف-ي]{3,12}",
    ) {
        let name = fold(&name);
        let definite = format!("{ARTICLE}{name}");
        let written = format!("{particle}{name}");
        prop_assume!(!hides_a_whole_word(&written));
        prop_assert!(finds(&name, &written), "{} {}", name, written);
        prop_assert!(finds(&definite, &written), "{} {}", definite, written);
    }
}

#[test]
fn whole_words_are_folded_and_begin_with_a_particle() {
    for word in WHOLE_WORDS.iter() {
        assert_eq!(fold(word), *word);
        assert!(word.starts_with(CONJUNCTIONS) || word.starts_with(PREPOSITIONS), "{word}");
    }
}
