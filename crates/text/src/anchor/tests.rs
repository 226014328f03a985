use proptest::prelude::*;

use super::*;

/// The place of the first `[…]` in a text, and the text without the brackets.
fn marked(text: &str) -> (String, u32, u32) {
    let (before, rest) = text.split_once('[').expect("a bracket");
    let (exact, after) = rest.split_once(']').expect("a bracket");
    let start = count(before);
    ([before, exact, after].concat(), start, start + count(exact))
}

/// Whether a place of one text, in brackets, is found in another in the place in brackets.
fn moves(old: &str, new: &str) -> bool {
    let (old, start, end) = marked(old);
    let (new, new_start, new_end) = marked(new);
    Anchor::of(&old, start, end).expect("an anchor").find(&new) == Some((new_start, new_end))
}

fn is_lost(old: &str, new: &str) -> bool {
    let (old, start, end) = marked(old);
    Anchor::of(&old, start, end).expect("an anchor").find(new).is_none()
}

#[test]
fn a_place_moves_with_what_stands_around_it() {
    assert!(moves("وصل الوزير إلى [الخرطوم] مساء", "أمس: وصل الوزير إلى [الخرطوم] مساء"));
    assert!(moves("The port of [Suakin] reopened.", "Today the port of [Suakin] reopened."));
    assert!(moves(
        "Kassala is far. The road to [Kassala] is closed.",
        "Kassala is very far. The road to [Kassala] is closed."
    ));
}

#[test]
fn a_place_is_found_when_one_side_has_changed() {
    assert!(moves("He said in [Kassala] that rain had fallen", "A farmer of [Kassala] that rain had fallen"));
}

#[test]
fn a_place_is_lost_with_its_words() {
    assert!(is_lost("The port of [Suakin] reopened.", "The port of Sawakin reopened."));
}

#[test]
fn a_place_is_not_found_in_another_sentence() {
    let old = "The mayor of [Kassala] resigned after a vote.";
    assert!(is_lost(old, "Buses between Gedaref and Kassala were late."));
}

#[test]
fn a_place_is_lost_between_two_that_are_equally_like_it() {
    let line = "Trains to Atbara leave from the central station at six.\n";
    let old = "Trains to [Atbara] leave from the central station at six.\n";
    let twice = [line, line].concat();
    assert!(is_lost(&["News today and tomorrow, for readers of all ages:\n", old].concat(), &twice));
}

#[test]
fn of_equal_places_the_one_that_has_not_moved_is_meant() {
    let text = "abc ".repeat(40);
    let anchor = Anchor::of(&text, 80, 83).expect("an anchor");
    assert_eq!(anchor.find(&text), Some((80, 83)));
}

#[test]
fn there_is_no_place_outside_of_a_text() {
    assert_eq!(Anchor::of("نص", 0, 3), None);
    assert_eq!(Anchor::of("نص", 1, 1), None);
    assert_eq!(Anchor::of("نص", 2, 1), None);
    let nothing = Anchor { exact: "", prefix: "", suffix: "", start: 0 };
    assert_eq!(nothing.find("نص"), None);
}

proptest! {
    #[test]
    fn in_a_text_that_has_not_changed_every_place_is_found(
        text in r"[ab \p{Arabic}]{1,90}",
        at in 0u32..90,
        length in 1u32..9,
    ) {
        if let Some(anchor) = Anchor::of(&text, at, at + length) {
            prop_assert_eq!(anchor.find(&text), Some((at, at + length)));
        }
    }

    #[test]
    fn what_is_found_far_from_a_change_has_its_words_and_its_whole_context(
        text in r"[abc]{40,200}",
        added in r"[abc]{0,20}",
        at in 33u32..160,
        length in 1u32..5,
        edit in 0usize..200,
    ) {
        let Some(anchor) = Anchor::of(&text, at, at + length) else { return Ok(()) };
        let window = at as usize - CONTEXT..=(at + length) as usize + CONTEXT;
        if window.contains(&edit) || edit > text.len() || *window.end() >= text.len() {
            return Ok(());
        }
        let changed = [&text[..edit], &added, &text[edit..]].concat();
        if let Some((start, end)) = anchor.find(&changed) {
            let found = Anchor::of(&changed, start, end).expect("a place");
            prop_assert_eq!(Anchor { start: at, ..found }, anchor);
        }
    }

    #[test]
    fn whatever_is_found_has_the_same_words(
        text in r"\PC{0,40}",
        exact in r"\PC{0,3}",
        prefix in r"\PC{0,40}",
        suffix in r"\PC{0,40}",
        start in any::<u32>(),
    ) {
        let anchor = Anchor { exact: &exact, prefix: &prefix, suffix: &suffix, start };
        if let Some((start, end)) = anchor.find(&text) {
            prop_assert_eq!(Anchor::of(&text, start, end).map(|found| found.exact), Some(&*exact));
        }
    }
}
