use proptest::prelude::*;
use proptest::sample::select;

use super::*;

fn words(text: &str, language: &str) -> Vec<String> {
    tokens(text, Some(language)).map(|token| token.folded).collect()
}

fn forms(token: &Token) -> impl Iterator<Item = &String> {
    [&token.folded].into_iter().chain(&token.variants)
}

fn meets(asked: &Token, written: &Token) -> bool {
    forms(asked).any(|form| forms(written).any(|other| other == form))
}

/// Whether every word of a query is found in a text.
fn finds(query: &str, text: &str, language: Option<&str>) -> bool {
    let written: Vec<Token> = tokens(text, language).collect();
    terms(query, language).all(|asked| written.iter().any(|token| meets(&asked, token)))
}

#[test]
fn words_of_a_text() {
    for (text, expected) in [
        ("The EU's well-known plan: 3.5% more!", "the eus well known plan 3.5 more"),
        ("انتهى.ثم بدأ:هكذا", "انتهي ثم بدا هكذا"),
        ("#عام_دراسي_جديد", "عام دراسي جديد"),
        ("U.S. and U.N", "us and un"),
        ("example.org, v2.5", "example org v2.5"),
        ("٢٥٫٥ درجة", "25.5 درجه"),
        ("مَدْرَسَـــةٌ", "مدرسه"),
        ("东京 ガザ ไทย", "东 京 ガザ ไ ท ย"),
        ("🙂 ـــ …", ""),
    ] {
        assert_eq!(words(text, "en").join(" "), expected);
    }
}

#[test]
fn a_token_knows_its_place() {
    let text = "«الأمم» و\u{200F}المتّحدة";
    let found: Vec<Token> = tokens(text, Some("ar")).collect();
    let places: Vec<_> = found.iter().map(|token| (token.position, &text[token.span.clone()])).collect();
    assert_eq!(places, [(0, "الأمم"), (1, "و\u{200F}المتّحدة")]);
    assert_eq!(found[1].exact, "والمتّحدة");
    assert_eq!(&text[found[1].start_of("المتحده", text)..found[1].span.end], "المتّحدة");
    assert_eq!(found[1].start_of("والمتحده", text), found[1].span.start);
    assert_eq!(found[1].start_of("غيرها", text), found[1].span.start);
}

#[test]
fn stop_words_keep_their_positions() {
    let found: Vec<_> = tokens("اجتماع علي وعلى المدينة", Some("ar")).collect();
    let stops: Vec<_> = found.iter().map(|token| (token.position, token.is_stop)).collect();
    assert_eq!(stops, [(0, false), (1, false), (2, true), (3, false)]);
}

#[test]
fn stop_words_of_a_language() {
    let is_stop = |word, language| tokens(word, Some(language)).all(|token| token.is_stop);
    for (word, language) in [
        ("عَلَى", "ar"),
        ("ولكن", "ar"),
        ("فإنه", "ar"),
        ("والذي", "ar"),
        ("The", "en-GB"),
        ("don\u{2019}t", "en"),
        ("C\u{2019}est", "fr"),
        ("Für", "de"),
        ("также", "ru"),
        ("the", "ar"),
    ] {
        assert!(is_stop(word, language), "{word}");
    }
    for (word, language) in [("علي", "ar"), ("وهم", "ar"), ("US", "en"), ("WHO", "en"), ("die", "en")] {
        assert!(!is_stop(word, language), "{word}");
    }
}

#[test]
fn words_are_stemmed_in_their_language() {
    let variants =
        |word, language| tokens(word, language).flat_map(|token| token.variants).collect::<Vec<_>>();
    assert_eq!(variants("elections", None), ["elect"]);
    assert_eq!(variants("elections", Some("ar")), ["elect"]);
    assert_eq!(variants("élections", Some("fr-CA")), ["elect"]);
    assert_eq!(variants("l\u{2019}école", Some("fr")), ["ecole", "ecol"]);
    assert_eq!(variants("Reuters'", Some("en")), ["reuter"]);
    assert_eq!(variants("выборы", None), ["выбор"]);
    assert_eq!(variants("вибори", Some("uk")), [""; 0]);
    assert_eq!(variants("wybory", Some("pl")), [""; 0]);
    assert_eq!(variants("والسلام", Some("fa")), [""; 0]);
    assert_eq!(variants("والسلام", Some("ku-IQ")), [""; 0]);
    assert_eq!(variants("والسلام", Some("pa-PK")), [""; 0]);
    assert_eq!(variants("elections", Some("sr-Latn")), [""; 0]);
    assert_eq!(variants("والسلام", Some("ar-EG")), variants("والسلام", None));
}

#[test]
fn a_name_is_found_in_every_form() {
    let forms = ["النيل", "نيل", "للنيل", "بالنيل", "والنيل", "وللنيل", "كالنيل", "فالنيل", "ونيل"];
    for query in ["النيل", "نيل", "للنيل", "بالنيل", "والنيل"] {
        for text in forms {
            assert!(finds(query, text, None), "{query} {text}");
        }
    }
    for text in ["بالجامعة العربية", "والجامعة العربية", "للجامعة العربية"]
    {
        assert!(finds("الجامعة العربية", text, Some("ar")), "{text}");
    }
    assert!(!finds("كرة", "فكرة", None));
}

#[test]
fn long_words_are_cut() {
    let text = "ب".repeat(100_000) + " كلمة";
    let found: Vec<_> = tokens(&text, None).collect();
    assert_eq!(found.len(), 2);
    assert_eq!(found[0].span, 0..200_000);
    assert_eq!(found[0].folded.len(), MAX_FORM);
    // Also one of which half is dropped.
    let vowelled = "بَ".repeat(100_000);
    let found: Vec<_> = tokens(&vowelled, None).collect();
    assert_eq!((found.len(), found[0].folded.len()), (1, MAX_FORM));
}

const LANGUAGES: [&str; 22] = [
    "ar", "da", "de", "el", "en", "es", "fi", "fr", "hu", "it", "nb", "nl", "pt", "ro", "ru", "sv", "ta",
    "tr", "fa", "zh", "pl", "x",
];

proptest! {
    #[test]
    fn any_text_has_tokens_in_order(text in r"[\PC\p{M}\p{Cf}\s]{0,40}", language in select(&LANGUAGES[..])) {
        let mut end = 0;
        for (position, token) in tokens(&text, Some(language)).enumerate() {
            prop_assert!(token.span.start >= end && token.span.end > token.span.start);
            prop_assert!(text.get(token.span.clone()).is_some());
            prop_assert_eq!(token.position as usize, position);
            prop_assert!(!token.exact.is_empty());
            prop_assert!(forms(&token).all(|form| !form.is_empty() && form.len() <= MAX_FORM));
            prop_assert!(!token.variants.contains(&token.folded));
            for variant in &token.variants {
                let start = token.start_of(variant, &text);
                prop_assert!(text.is_char_boundary(start) && token.span.contains(&start));
            }
            end = token.span.end;
        }
    }

    #[test]
    fn words_of_letters_are_stemmed_in_every_language(
        word in r"[a-zà-öø-ÿœğışčα-ωάέήίόύώа-яёஅ-ஹா-்'’]{1,30}",
        language in select(&LANGUAGES[..]),
    ) {
        for token in tokens(&word, Some(language)) {
            prop_assert!(forms(&token).all(|form| !form.is_empty()));
        }
    }

    #[test]
    fn every_word_finds_itself(word in r"\p{L}{1,12}", language in select(&LANGUAGES[..])) {
        prop_assert!(finds(&word, &word, Some(language)));
        prop_assert!(finds(&word, &word, None));
    }
}

#[test]
fn a_word_is_found_by_its_stem_in_each_language_that_has_stems() {
    for (language, query, text) in [
        ("da", "bog", "bogen"),
        ("de", "Zeitung", "Zeitungen"),
        ("el", "εφημερίδα", "εφημερίδες"),
        ("en", "election", "elections"),
        ("es", "libro", "libros"),
        ("fi", "talossa", "talosta"),
        ("fr", "journal", "journaux"),
        ("hu", "ház", "házban"),
        ("it", "libro", "libri"),
        ("nb", "avis", "aviser"),
        ("nn", "avis", "aviser"),
        ("no", "avis", "aviser"),
        ("nl", "krant", "kranten"),
        ("pt", "livro", "livros"),
        ("ro", "carte", "cartea"),
        ("ru", "газета", "газеты"),
        ("sv", "tidning", "tidningar"),
        ("ta", "புத்தகங்கள்", "புத்தகங்களை"),
        ("tr", "kitap", "kitaplar"),
    ] {
        assert!(finds(query, text, Some(language)), "{language}: {query} in {text}");
        // By the stem alone.
        assert!(!finds(query, text, Some("xx")) || Script::of(text) != Script::Latin, "{language}: {query}");
    }
}

#[test]
fn a_word_in_another_script_than_its_text_is_of_the_likeliest_language() {
    for language in [
        "ar", "fa", "ur", "ps", "ckb", "ug", "sd", "pnb", "prs", "ru", "uk", "be", "bg", "mk", "sr", "kk",
        "ky", "tg", "tt", "mn", "el", "ta", "am", "as", "bn", "bo", "dv", "dz", "gu", "he", "hi", "hy", "ja",
        "ka", "km", "kn", "ko", "lo", "ml", "mr", "my", "ne", "or", "pa", "sa", "si", "te", "th", "ti", "yi",
        "zh",
    ] {
        assert!(finds("election", "elections", Some(language)), "English in {language}");
    }
    for language in ["en", "de", "he", "zh", "ar", "sw", "und", "und-Cyrl"] {
        assert!(finds("газета", "газеты", Some(language)), "Russian in {language}");
        assert!(finds("εφημερίδα", "εφημερίδες", Some(language)), "Greek in {language}");
    }
    for language in ["en", "he", "ru"] {
        assert!(finds("عراق", "وبالعراق", Some(language)), "Arabic in {language}");
    }
}

proptest! {
    #[test]
    fn a_word_says_of_itself_what_its_token_does(
        texts in prop::collection::vec(select(&[
            "the", "elections", "in", "«وبالعراق»", "على", "المتّحدة", "للجامعة", "Zeitungen", "und", "l'été", "газеты",
            "и", "Türkiye'nin", "İstanbul", "2026", "٢٥", "a\u{301}b", "و\u{200F}المدينة",
        ][..]), 0..8),
        language in select(&LANGUAGES[..]),
    ) {
        let text = texts.join(" ");
        let all: Vec<_> = super::words(&text, Some(language)).collect();
        let tokens: Vec<_> = tokens(&text, Some(language)).collect();
        prop_assert_eq!(all.len(), tokens.len());
        for (word, token) in all.iter().zip(&tokens) {
            prop_assert_eq!(word.span(), token.span.clone());
            prop_assert_eq!(word.exact(), token.exact.as_str());
            prop_assert_eq!(word.is_stop(), token.is_stop);
            if !token.is_stop {
                prop_assert_eq!(word.variants(), token.variants.clone());
            }
            for form in forms(token) {
                prop_assert_eq!(word.start_of(form), token.start_of(form, &text));
            }
        }
    }
}

#[test]
fn a_name_that_is_written_as_one_word_is_two() {
    for (text, expected) in [
        ("عبدالله", "عبد الله"),
        ("وعبدالرحمن", "وعبد الرحمن"),
        ("حسبالله", "حسب الله"),
        ("نورالدين", "نور الدين"),
        ("ابوظبي", "ابو ظبي"),
        ("وبورسعيد", "وبور سعيد"),
        // These are none: another ending, another head, particles alone, letters before the head, another script.
        ("عبدالب", "عبدالب"),
        ("نورالهدى", "نورالهدي"),
        ("جبلالدين", "جبلالدين"),
        ("استقبالات", "استقبالات"),
        ("فبالله", "فبالله"),
        ("مدعبدالرحمن", "مدعبدالرحمن"),
        ("وفبلكعبدالرحمن", "وفبلكعبدالرحمن"),
        ("xyzwالله", "xyzwالله"),
        // A letter of this text is two letters.
        ("\u{FEFB}عبدالرحمن", "لاعبدالرحمن"),
    ] {
        assert_eq!(words(text, "ar").join(" "), expected, "{text}");
    }
    let text = "زار عَبدالله";
    let places: Vec<_> = tokens(text, Some("ar")).map(|token| &text[token.span]).collect();
    assert_eq!(places, ["زار", "عَبد", "الله"]);
}

#[test]
fn a_function_word_is_one_in_every_spelling_that_is_no_name() {
    for (word, is_stop) in [
        ("إلى", true),
        ("إلي", true),
        ("الي", true),
        ("حتي", true),
        ("لان", true),
        ("والي", false),
        ("علي", false),
    ] {
        assert_eq!(stops::is_stop(word, "ar"), is_stop, "{word}");
    }
    assert_eq!(stops::undotted("عَلِي"), Some("على"));
    assert_eq!(stops::undotted("عالي"), None);
}
