mod laws;

use super::*;

const SUDAN: u32 = 1;
const PORT_SUDAN: u32 = 2;
const EGYPT: u32 = 3;
const UNITED_STATES: u32 = 4;
const TURKEY: u32 = 5;
const TRIPOLI: u32 = 6;
const TRIPOLI_OF_LEBANON: u32 = 7;
const LEBANON: u32 = 8;
const BADAWI: u32 = 9;
const LEAGUE: u32 = 10;
const SEOUL: u32 = 11;
const KOREA: u32 = 12;
const NOUR: u32 = 13;
const WHO: u32 = 14;
const READING: u32 = 15;
const BOSTON: u32 = 16;
const LONDON: u32 = 17;
const LIBYA: u32 = 18;

fn entity(id: u32, names: &[(&str, &str)]) -> Entity {
    let name = |(language, text): &(&str, &str)| Name {
        text: (*text).to_owned(),
        language: (!language.is_empty()).then(|| (*language).to_owned()),
    };
    Entity { id, names: names.iter().map(name).collect(), ..Entity::default() }
}

fn person(id: u32, names: &[(&str, &str)]) -> Entity {
    Entity { is_person: true, ..entity(id, names) }
}

fn entities() -> Vec<Entity> {
    vec![
        entity(SUDAN, &[("ar", "السودان"), ("en", "Sudan")]),
        entity(PORT_SUDAN, &[("ar", "بورتسودان"), ("en", "Port Sudan")]),
        entity(EGYPT, &[("ar", "مصر"), ("en", "Egypt"), ("ar", "جمهورية مصر العربية")]),
        entity(UNITED_STATES, &[("ar", "الولايات المتحدة"), ("en", "United States"), ("", "US")]),
        entity(TURKEY, &[("ar", "تركيا"), ("en", "Turkey")]),
        Entity {
            uses: 40, related: vec![LIBYA], ..entity(TRIPOLI, &[("ar", "طرابلس"), ("en", "Tripoli")])
        },
        Entity {
            uses: 30,
            related: vec![LEBANON],
            ..entity(TRIPOLI_OF_LEBANON, &[("ar", "طرابلس"), ("en", "Tripoli")])
        },
        entity(LEBANON, &[("ar", "لبنان"), ("en", "Lebanon")]),
        entity(LIBYA, &[("ar", "ليبيا"), ("en", "Libya")]),
        person(BADAWI, &[("ar", "محمود عبد القادر البدوي"), ("en", "Mahmoud Badawi")]),
        entity(LEAGUE, &[("ar", "جامعة الدول العربية"), ("en", "The Arab League")]),
        Entity { related: vec![KOREA], ..entity(SEOUL, &[("ar", "سيول"), ("en", "Seoul")]) },
        entity(KOREA, &[("ar", "كوريا الجنوبية"), ("en", "South Korea")]),
        person(NOUR, &[("ar", "سامي أبو النور"), ("en", "Sami Abu al-Nour")]),
        entity(WHO, &[("en", "WHO"), ("en", "World Health Organization")]),
        entity(READING, &[("en", "Reading")]),
        entity(BOSTON, &[("en", "Boston")]),
        entity(LONDON, &[("ar", "لندن"), ("en", "London")]),
    ]
}

fn gazetteer() -> Gazetteer {
    Gazetteer::build(entities())
}

/// What counts in a text, and whom it means.
fn found<'a>(text: &'a str, language: &str) -> Vec<(&'a str, u32)> {
    let mentions = gazetteer().find_in_texts(&[text], Some(language));
    let resolved = mentions.into_iter().filter(Mention::is_resolved);
    resolved.map(|mention| (&text[mention.span], mention.entity)).collect()
}

#[test]
fn particles_are_no_part_of_a_mention() {
    for text in ["السودان", "والسودان", "بالسودان", "وبالسودان", "كالسودان", "فالسودان"]
    {
        assert_eq!(found(text, "ar"), [("السودان", SUDAN)], "{text}");
    }
    for text in ["للسودان", "وللسودان"] {
        assert_eq!(found(text, "ar"), [("سودان", SUDAN)], "{text}");
    }
    assert_eq!(found("عاد وفد لبنان ولبنان", "ar"), [("لبنان", LEBANON), ("لبنان", LEBANON)]);
    assert_eq!(found("وَللُبنان", "ar"), [("لُبنان", LEBANON)]);
}

#[test]
fn particles_are_taken_from_the_first_word_alone() {
    assert_eq!(found("بالولايات المتحدة", "ar"), [("الولايات المتحدة", UNITED_STATES)]);
    assert_eq!(found("الولايات والمتحدة", "ar"), []);
}

#[test]
fn a_first_letter_that_looks_like_a_particle_stays() {
    assert_eq!(found("في بورتسودان", "ar"), [("بورتسودان", PORT_SUDAN)]);
    assert_eq!(found("إلى لندن ولندن", "ar"), [("لندن", LONDON), ("لندن", LONDON)]);
}

#[test]
fn the_article_belongs_to_the_name() {
    assert_eq!(found("المصر", "ar"), []);
    assert_eq!(found("سودان", "ar"), []);
}

#[test]
fn the_longest_name_is_taken() {
    assert_eq!(found("جمهورية مصر العربية", "ar"), [("جمهورية مصر العربية", EGYPT)]);
    assert_eq!(found("جمهورية مصر الشقيقة", "ar"), [("مصر", EGYPT)]);
    assert_eq!(found("ships off Port Sudan", "en"), [("Port Sudan", PORT_SUDAN)]);
}

#[test]
fn names_are_whole_words_in_any_spelling() {
    assert_eq!(found("السُّودان والســودان", "ar"), [("السُّودان", SUDAN), ("الســودان", SUDAN)]);
    assert_eq!(found("المصريون والسودانيون", "ar"), []);
    assert_eq!(found("Egyptian Sudanese", "en"), []);
}

#[test]
fn a_possessive_is_no_part_of_a_mention() {
    assert_eq!(found("It was Sudan's plan", "en"), [("Sudan", SUDAN)]);
    assert_eq!(found("the United States\u{2019}s plan", "en"), [("United States", UNITED_STATES)]);
    assert_eq!(found("en Turkey'nin", "tr"), [("Turkey", TURKEY)]);
    assert_eq!(found("la frontière d'Egypt", "fr"), [("Egypt", EGYPT)]);
}

#[test]
fn an_english_article_is_no_part_of_a_mention() {
    assert_eq!(found("a meeting of the Arab League", "en"), [("Arab League", LEAGUE)]);
    assert_eq!(found("an Arab League meeting", "en"), [("Arab League", LEAGUE)]);
}

#[test]
fn a_short_name_is_one_in_its_case_alone() {
    assert_eq!(found("the US told us so, not Us", "en"), [("US", UNITED_STATES)]);
    assert_eq!(found("the U.S. told them", "en"), [("U.S", UNITED_STATES)]);
    assert_eq!(found("LET US HOPE FOR RAIN", "en"), []);
    assert_eq!(found("Who asked the WHO?", "en"), [("WHO", WHO)]);
}

#[test]
fn a_name_has_capitals() {
    assert_eq!(found("They ate turkey in Turkey.", "en"), [("Turkey", TURKEY)]);
    assert_eq!(found("the united states of mind", "en"), []);
    assert_eq!(found("FLOODS IN TURKEY", "en"), [("TURKEY", TURKEY)]);
}

#[test]
fn a_common_word_is_a_name_where_its_capital_tells() {
    assert_eq!(found("Reading is fun, they said.", "en"), []);
    assert_eq!(found("They moved to Reading in spring.", "en"), [("Reading", READING)]);
}

#[test]
fn a_word_of_a_longer_name_is_a_candidate() {
    assert_eq!(found("It was bought by First Boston yesterday.", "en"), []);
    assert_eq!(found("It was bought in Boston yesterday.", "en"), [("Boston", BOSTON)]);
}

#[test]
fn words_of_a_name_stand_together() {
    assert_eq!(found("from the south (Korea said)", "en"), []);
    assert_eq!(found("they are United. States differ", "en"), []);
    assert_eq!(found("South\u{A0}Korea, South-Korea, South\nKorea", "en").len(), 3);
    assert_eq!(found("South\n\nKorea", "en"), []);
}

#[test]
fn a_homograph_counts_in_company() {
    assert_eq!(found("أمطار غزيرة وسيول في الوادي", "ar"), []);
    assert_eq!(
        found("قمة في سيول بين وفد كوريا الجنوبية وضيوفه", "ar"),
        [("سيول", SEOUL), ("كوريا الجنوبية", KOREA)]
    );
}

#[test]
fn an_adverb_is_no_name() {
    assert_eq!(found("قال مصراً على رأيه", "ar"), []);
}

#[test]
fn an_ambiguous_name_is_decided_by_the_rest_of_the_article() {
    assert_eq!(found("أمطار في طرابلس", "ar"), []);
    let article = "أمطار في طرابلس وفي سائر لبنان";
    assert_eq!(found(article, "ar"), [("طرابلس", TRIPOLI_OF_LEBANON), ("لبنان", LEBANON)]);
    let mentions = gazetteer().find_in_texts(&["أمطار في طرابلس"], Some("ar"));
    assert_eq!(mentions.iter().map(|mention| mention.entity).collect::<Vec<_>>(), [TRIPOLI]);
    assert!(mentions.iter().all(|mention| !mention.is_resolved()));
}

#[test]
fn an_ambiguous_name_is_decided_by_prior_use() {
    let mut entities = entities();
    entities.iter_mut().filter(|entity| entity.id == TRIPOLI).for_each(|entity| entity.uses = 5_000);
    let mentions = Gazetteer::build(entities).find_in_texts(&["أمطار في طرابلس"], Some("ar"));
    assert!(mentions.iter().all(|mention| mention.entity == TRIPOLI && mention.is_resolved()));
    assert_eq!(mentions.len(), 1);
}

#[test]
fn the_company_of_namesakes_is_learnt() {
    let towns = [(1, 40), (2, 0)].map(|(id, uses)| Entity { uses, ..entity(id, &[("en", "Moscow")]) });
    let others = [entity(3, &[("en", "Idaho")]), entity(4, &[("en", "Russia")])];
    let mut gazetteer = Gazetteer::build(towns.into_iter().chain(others));
    assert_eq!(gazetteer.namesakes(), [1, 2]);
    gazetteer.relate(vec![(2, 3), (2, 99), (99, 3), (2, 3)]);
    let found = |gazetteer: &Gazetteer, text| {
        let mentions = gazetteer.find_in_texts(&[text], Some("en"));
        mentions.into_iter().filter(Mention::is_resolved).map(|mention| mention.entity).collect::<Vec<_>>()
    };
    assert_eq!(found(&gazetteer, "on the way to Moscow in Idaho"), [2, 3]);
    assert_eq!(found(&gazetteer, "on the way to Moscow now"), [1]);
    gazetteer.relate(vec![(1, 4)]);
    assert_eq!(found(&gazetteer, "on the way to Moscow in Russia"), [1, 4]);
}

#[test]
fn who_misses_its_company_makes_no_case_for_its_namesake() {
    let towns = [(1, 4), (2, 0)].map(|(id, uses)| Entity { uses, ..entity(id, &[("en", "Moscow")]) });
    let russia = entity(3, &[("en", "Russia")]);
    let mut gazetteer = Gazetteer::build(towns.into_iter().chain([russia]));
    gazetteer.relate(vec![(1, 3)]);
    let mentions = gazetteer.find_in_texts(&["on the way to Moscow now"], Some("en"));
    assert!(mentions.iter().all(|mention| mention.entity == 1 && !mention.is_resolved()));
    assert_eq!(mentions.len(), 1);
}

#[test]
fn an_ambiguous_name_is_decided_by_the_language() {
    let entities = [entity(1, &[("fr", "Tours")]), entity(2, &[("en", "Tours")])];
    let gazetteer = Gazetteer::build(entities);
    for (language, expected) in [("fr", 1), ("en", 2)] {
        let mentions = gazetteer.find_in_texts(&["on the way to Tours now"], Some(language));
        assert_eq!(mentions.iter().map(|mention| mention.entity).collect::<Vec<_>>(), [expected]);
    }
}

#[test]
fn a_surname_is_that_of_the_person_named_in_full_before() {
    assert_eq!(found("قال البدوي كلمته", "ar"), []);
    let text = "تحدث محمود عبد القادر البدوي، ثم شكر البدوي ضيوفه";
    assert_eq!(found(text, "ar"), [("محمود عبد القادر البدوي", BADAWI), ("البدوي", BADAWI)]);
    let text = "Badawi was late. Mahmoud Badawi came; Badawi's guests had left";
    assert_eq!(found(text, "en"), [("Mahmoud Badawi", BADAWI), ("Badawi", BADAWI)]);
}

#[test]
fn a_surname_may_have_several_words() {
    let text = "وصل سامي أبو النور. وقال أبو النور إن النور عاد";
    assert_eq!(found(text, "ar"), [("سامي أبو النور", NOUR), ("أبو النور", NOUR)]);
}

#[test]
fn a_surname_of_two_persons_is_a_candidate() {
    let entities = [person(1, &[("en", "Sara Osman")]), person(2, &[("en", "Amal Osman")])];
    let text = "It was Sara Osman, not Amal Osman, and Osman knew it";
    let mentions = Gazetteer::build(entities).find_in_texts(&[text], Some("en"));
    let resolved: Vec<bool> = mentions.iter().map(Mention::is_resolved).collect();
    assert_eq!(resolved, [true, true, false]);
}

#[test]
fn fields_are_one_article() {
    let texts = ["وصول محمود عبد القادر البدوي", "", "قال البدوي إن السودان بخير"];
    let mentions = gazetteer().find_in_texts(&texts, Some("ar"));
    let places: Vec<_> =
        mentions.iter().map(|mention| (mention.field, mention.start, mention.end, mention.entity)).collect();
    assert_eq!(places, [(0, 5, 28, BADAWI), (2, 4, 10, BADAWI), (2, 14, 21, SUDAN)]);
}

#[test]
fn letters_numbers_and_function_words_are_no_names() {
    let entities = [entity(1, &[("en", "X"), ("en", "1860"), ("en", "May"), ("ar", "في"), ("ar", "هي في")])];
    let mentions = Gazetteer::build(entities).find_in_texts(&["X has 1860 in May هي في"], None);
    assert_eq!(mentions, []);
}

#[test]
fn what_stands_in_parentheses_is_no_part_of_a_name() {
    let entities = [entity(1, &[("en", "Karima (town)")])];
    let mentions = Gazetteer::build(entities).find_in_texts(&["the dates of Karima are sweet"], None);
    assert_eq!(mentions.len(), 1);
}

#[test]
fn salience_grows_with_place_and_count() {
    let mention = |entity, field, start| Mention {
        field,
        span: 0..1,
        start,
        end: start + 1,
        entity,
        confidence: if entity == 9 { 0.4 } else { 0.9 },
    };
    let mentions = [
        mention(1, 0, 0),
        mention(2, 1, 0),
        mention(3, 2, 10),
        mention(4, 2, 5_000),
        mention(5, 2, 5_000),
        mention(5, 2, 6_000),
        mention(9, 0, 0),
    ];
    let salience = salience(&mentions);
    let of = |entity: u32| salience[&entity];
    assert!(of(1) > of(2) && of(2) > of(3) && of(3) > of(5) && of(5) > of(4));
    assert!(salience.values().all(|value| (0.0..=1.0).contains(value)));
    assert!(!salience.contains_key(&9));
}
