use proptest::prelude::*;

use super::*;

fn completion(typed: &str) -> Completion {
    Completion::parse(typed, None).expect("few words")
}

fn fit(typed: &str, text: &str) -> Option<Fit> {
    completion(typed).fit(text, None)
}

/// The lexemes of a text.
fn indexed(text: &str) -> Vec<String> {
    let tokens: Vec<Token> = tokens(text, None).collect();
    let of_both = tokens.array_windows().flat_map(|[first, second]| lexemes_of_both(first, second));
    of_both.chain(tokens.iter().flat_map(lexemes)).collect()
}

/// Whether the index finds the text, as PostgreSQL would read the query.
fn finds(typed: &str, text: &str, fit: Fit) -> bool {
    let indexed = indexed(text);
    let Some(tsquery) = completion(typed).to_tsquery(fit) else { return false };
    let begins = |asked: &str| {
        let asked = asked.trim_matches(['(', ')']).trim_end_matches(":*").trim_matches('\'');
        indexed.iter().any(|lexeme| lexeme.starts_with(asked))
    };
    tsquery.split(" & ").all(|word| word.split(" | ").any(begins))
}

#[test]
fn words_are_completed_from_their_first_letter_in_any_script_and_order() {
    for (typed, text) in [
        ("k", "Khartoum"),
        ("KHAR", "Khartoum"),
        ("نيل", "النيل الأزرق"),
        ("النيل", "نهر نيل"),
        ("ازرق ني", "النيل الأزرق"),
        ("الن", "والنيل"),
        ("université par", "Paris, Université"),
        ("мос", "Москва"),
    ] {
        assert!(finds(typed, text, Fit::Exact), "{typed}");
        assert_eq!(fit(typed, text), Some(Fit::Exact), "{typed}");
    }
    assert!(!finds("hart", "Khartoum", Fit::Exact));
}

#[test]
fn words_that_are_written_as_one_are_completed_all_the_way() {
    for (text, whole) in [
        ("مطار أبوظبي", "ابوظبي"),
        ("وعبدالرحمن", "عبدالرحمن"),
        ("10million", "10million"),
        ("2026م", "2026م"),
    ] {
        for (end, _) in whole.char_indices().skip(1).chain([(whole.len(), ' ')]) {
            let typed = &whole[..end];
            assert!(finds(typed, text, Fit::Exact), "{typed}");
            assert_eq!(fit(typed, text), Some(Fit::Exact), "{typed}");
        }
    }
    // Characters are words of their own.
    assert!(!indexed("東京").contains(&"^東京".to_owned()));
}

#[test]
fn one_slip_is_forgiven_from_four_letters_on() {
    for (typed, text) in [
        ("khrtoum", "Khartoum"),
        ("khaartoum", "Khartoum"),
        ("khortoum", "Khartoum"),
        ("kahrtoum", "Khartoum"),
        ("khat", "Khartoum"),
        ("irna", "Iran"),
        ("irann", "Iran"),
        ("hartoum", "Khartoum"),
        ("الخرتوم", "الخرطوم"),
        ("خرتوم", "الخرطوم"),
    ] {
        assert!(!finds(typed, text, Fit::Exact), "{typed}");
        assert!(finds(typed, text, Fit::Slip), "{typed}");
        assert_eq!(fit(typed, text), Some(Fit::Slip), "{typed}");
    }
    assert!(!finds("khx", "Khartoum", Fit::Slip));
    assert_eq!(fit("khx", "Khartoum"), None);
    assert_eq!(fit("kxrtuum", "Khartoum"), None);
}

#[test]
fn what_has_no_letters_asks_for_nothing() {
    assert_eq!(completion(" -\"' ").to_tsquery(Fit::Slip), None);
    assert_eq!(Completion::parse(&"a ".repeat(11), None), None);
}

proptest! {
    #[test]
    fn the_beginning_of_a_word_finds_it_with_any_one_slip(
        word in "[a-z]{5,10}", length in 4usize..10, at in 0usize..10, letter in "[a-z]", edit in 0..4,
    ) {
        let mut typed: Vec<char> = word.chars().take(length).collect();
        let at = at % typed.len();
        let letter = letter.chars().next().expect("a letter");
        match edit {
            0 if typed.len() > 4 => { typed.remove(at); }
            1 => typed.insert(at, letter),
            2 => typed[at] = letter,
            _ if at + 1 < typed.len() => typed.swap(at, at + 1),
            _ => {}
        }
        let typed: String = typed.into_iter().collect();
        prop_assume!(!super::tokens(&word, None).any(|token| token.is_stop));
        prop_assert!(finds(&typed, &word, Fit::Slip), "{} {}", typed, word);
        prop_assert!(fit(&typed, &word).is_some());
    }

    #[test]
    fn whatever_fits_is_found(typed in "\\PC{0,12}", text in "\\PC{0,20}") {
        let Some(completion) = Completion::parse(&typed, None) else { return Ok(()) };
        prop_assume!(completion.to_tsquery(Fit::Exact).is_some_and(|tsquery| !tsquery.contains("''")));
        if completion.fit(&text, None) == Some(Fit::Exact) {
            prop_assert!(finds(&typed, &text, Fit::Exact));
        }
    }
}
