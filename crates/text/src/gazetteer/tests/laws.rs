use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::super::*;
use super::entity;

/// Pieces of which texts and names are made, so that they meet often.
const PIECES: [&str; 24] = [
    "السودان",
    "سودان",
    "وال",
    "لل",
    "ب",
    "مصر",
    "عبد",
    "الله",
    "محمود",
    "US",
    "us",
    "Sudan",
    "'s",
    "New",
    "York",
    "the",
    "The",
    " ",
    " ",
    " ",
    "-",
    ". ",
    "ً",
    "\u{200F}",
];

fn pieces(count: usize) -> impl Strategy<Value = String> {
    proptest::collection::vec(select(&PIECES[..]), 0..count).prop_map(|pieces| pieces.concat())
}

fn any_entities() -> impl Strategy<Value = Vec<Entity>> {
    let name = (prop_oneof![pieces(5), r"\PC{0,8}"], proptest::option::of(select(&["ar", "en", "fa"][..])));
    let names = proptest::collection::vec(name, 0..4);
    let entity = (0u32..12, names, any::<bool>(), 0u32..99, proptest::collection::vec(0u32..12, 0..3));
    let entity = entity.prop_map(|(id, names, is_person, uses, related)| {
        let name =
            |(text, language): (String, Option<&str>)| Name { text, language: language.map(str::to_owned) };
        Entity { id, names: names.into_iter().map(name).collect(), is_person, uses, related }
    });
    proptest::collection::vec(entity, 0..12)
}

proptest! {
    #[test]
    fn mentions_are_places_in_order_that_do_not_overlap(
        entities in any_entities(),
        texts in proptest::collection::vec(prop_oneof![pieces(20), r"\PC{0,30}"], 0..4),
        language in proptest::option::of(select(&["ar", "en", "fr", "tr", "x"][..])),
    ) {
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        let mut end = (0, 0);
        for mention in Gazetteer::build(entities.clone()).find_in_texts(&texts, language) {
            let text = texts[mention.field];
            let name = text.get(mention.span.clone());
            prop_assert!(name.is_some_and(|name| !name.is_empty()));
            prop_assert!((mention.field, mention.span.start) >= end);
            end = (mention.field, mention.span.end);
            let between: String =
                text.chars().take(mention.end as usize).skip(mention.start as usize).collect();
            prop_assert_eq!(Some(&*between), name);
            prop_assert!((0.0..=1.0).contains(&mention.confidence));
            prop_assert!(entities.iter().any(|entity| entity.id == mention.entity));
        }
    }

    #[test]
    fn the_order_in_which_names_are_given_does_not_matter(
        entities in any_entities(),
        swaps in proptest::collection::vec(any::<(Index, Index)>(), 0..9),
        text in pieces(20),
    ) {
        let mut others = entities.clone();
        if !others.is_empty() {
            for (one, other) in swaps {
                let (one, other) = (one.index(others.len()), other.index(others.len()));
                others.swap(one, other);
                others[one].names.reverse();
            }
        }
        let find = |entities| Gazetteer::build(entities).find_in_texts(&[&text], Some("ar"));
        prop_assert_eq!(find(entities), find(others));
    }

    #[test]
    fn a_name_of_several_words_is_found_as_it_is(words in proptest::collection::vec("[ابتثجحدرسشصطقلمن]{4,8}", 2..5)) {
        let text = words.join(" ");
        let gazetteer = Gazetteer::build([entity(1, &[("ar", &text)])]);
        let mentions = gazetteer.find_in_texts(&[&text], Some("ar"));
        let places: Vec<_> = mentions.iter().map(|mention| (mention.span.start, mention.span.end)).collect();
        prop_assert_eq!(places, [(0, text.len())]);
    }
}
