use proptest::prelude::*;

use super::*;

/// The quotes of a text in which names in brackets are mentions: of persons in `[]`, of others in `{}`. Each with
/// its words, who speaks, and the verb.
fn quotes(language: &str, marked: &str) -> Vec<(String, Option<String>, Option<String>)> {
    let mut text = Vec::new();
    let mut mentions: Vec<Speaker> = Vec::new();
    for c in marked.chars() {
        let at = u32::try_from(text.len()).expect("a short text");
        match c {
            '[' | '{' => mentions.push(Speaker { start: at, end: at, is_person: c == '[' }),
            ']' | '}' => mentions.last_mut().expect("a mention").end = at,
            c => text.push(c),
        }
    }
    let slice = |start: u32, end: u32| text[start as usize..end as usize].iter().collect::<String>();
    find(&text.iter().collect::<String>(), language, &mentions)
        .into_iter()
        .map(|quote| {
            let speaker = quote.speaker.map(|who| slice(mentions[who].start, mentions[who].end));
            (
                slice(quote.span.start, quote.span.end),
                speaker,
                quote.verb.map(|verb| slice(verb.start, verb.end)),
            )
        })
        .collect()
}

fn speakers(language: &str, marked: &str) -> Vec<Option<String>> {
    quotes(language, marked).into_iter().map(|(_, speaker, _)| speaker).collect()
}

fn some(names: &[&str]) -> Vec<Option<String>> {
    names.iter().map(|name| Some((*name).to_owned())).collect()
}

#[test]
fn arabic_names_the_speaker_behind_the_verb() {
    let (words, speaker, verb) = quotes("ar", "وقال الوزير [سامي العمر]: «سنفتح الجسر قبل العيد».").remove(0);
    assert_eq!(words, "سنفتح الجسر قبل العيد");
    assert_eq!((speaker.as_deref(), verb.as_deref()), (Some("سامي العمر"), Some("وقال")));
    for text in [
        "وأكدت المديرة [ليلى عثمان] أن \"المدرسة لن تغلق أبوابها هذا العام\".",
        "وقالت [ليلى عثمان]، رئيسة البلدية، خلال زيارة [سامي العمر]: “لن نترك الحي وحده”.",
        "«لن تغلق المدرسة أبوابها»، قالت [ليلى عثمان].",
        "«لن تغلق المدرسة أبوابها هذا العام»، بحسب [ليلى عثمان].",
        "ودعت [ليلى عثمان] إلى الصبر، قائلة: \"سنعود إلى بيوتنا\".",
    ] {
        assert_eq!(speakers("ar", text), some(&["ليلى عثمان"]), "{text}");
    }
    assert_eq!(
        speakers("ar", "وقالت {وزارة الري} إن «النهر يرتفع في الشمال منذ الأحد»."),
        some(&["وزارة الري"])
    );
}

#[test]
fn a_quotation_may_have_others_in_it() {
    let words = |text: &str| quotes("ar", text).into_iter().map(|(words, ..)| words).collect::<Vec<_>>();
    for said in [
        "سمعته يقول «نعم» ثم مضى إلى بيته",
        "«نعم» قال لي ثم مضى إلى بيته",
        "سمعته يقول ثم مضى إلى بيته «غدا «أو بعده»»",
        "قرأت في «الخبر» و«الأهرام» عن ذلك",
    ] {
        assert_eq!(words(&format!("وقال [سامي العمر]: «{said}».")), [said]);
    }
    assert_eq!(
        words("وقال [سامي العمر]: «هذا لم يغلق. وقال: «سنفتح الجسر قبل العيد»."),
        ["سنفتح الجسر قبل العيد"]
    );
    // The paragraph goes on in the next one.
    let text = "وقال [سامي العمر]: «قرأت «الخبر» ولم أصدق ما فيه.\n\n«ثم سألت عنه كل من أعرف».";
    assert_eq!(words(text), ["قرأت «الخبر» ولم أصدق ما فيه.", "ثم سألت عنه كل من أعرف"]);
}

#[test]
fn a_quotation_ends_with_its_paragraph_however_lines_end() {
    for end in ["\n\n", "\r\r", "\r\n\r\n", "\u{2029}"] {
        let text = format!("قال [سامي العمر] إن «هذا لم يغلق.{end}وقال: «سنفتح الجسر قبل العيد».");
        let words: Vec<_> = quotes("ar", &text).into_iter().map(|(words, ..)| words).collect();
        assert_eq!(words, ["سنفتح الجسر قبل العيد"], "{end:?}");
    }
}

#[test]
fn a_verb_without_a_subject_is_said_by_who_spoke_last() {
    let text = "قال [سامي العمر] إن العمل بدأ. وأضاف: «سنفتح الجسر». وتابع أن \"الشركة ستدفع كل ما عليها\".";
    assert_eq!(speakers("ar", text), some(&["سامي العمر", "سامي العمر"]));
    let text = "“We begin today,” [Mary Hill] said. “We end on Friday,” she added. “Nobody will wait for a bridge again.”";
    assert_eq!(speakers("en", text), some(&["Mary Hill"; 3]));
    // Somebody else has spoken since.
    let text = "قال [سامي العمر]: «نعم نحن جاهزون». وقال متحدث باسم {الشركة}: «لم ندفع شيئا بعد».";
    assert_eq!(speakers("ar", text), [Some("سامي العمر".to_owned()), None]);
}

#[test]
fn english_names_the_speaker_next_to_the_verb() {
    for text in [
        "\"We will open it,\" said Finance Minister [Mary Hill] of the river.",
        "\"We will open it,\" [Mary Hill] told reporters.",
        "[Mary Hill] said: \"We will open it.\"",
        "[Mary Hill], the mayor, said \"we will open it\" before [John Dale] came.",
        "\"We will open it,\" [Mary Hill] said, \"before the feast begins.\"",
        "\"Why should we wait?\" [Mary Hill] asked.",
        "The bridge will \"open before the feast\", according to [Mary Hill].",
    ] {
        let found = speakers("en", text);
        assert!(
            !found.is_empty() && found.iter().all(|who| who.as_deref() == Some("Mary Hill")),
            "{text}: {found:?}"
        );
    }
    assert_eq!(speakers("en", "[Mary Hill] said yes. \"We will wait,\" said a banker."), [None]);
    assert_eq!(speakers("en", "John Dale said {OPEC} was late \"because of the storms there\"."), [None]);
    assert_eq!(speakers("en", "\"We will not pay,\" the lawyer of [Mary Hill] said."), [None]);
}

#[test]
fn other_languages_have_their_verbs() {
    assert_eq!(
        speakers("fr", "« Nous ouvrirons le pont », a déclaré [Marie Dumont]."),
        some(&["Marie Dumont"])
    );
    assert_eq!(speakers("de", "„Wir öffnen die Brücke“, sagte [Maria Berg]."), some(&["Maria Berg"]));
    assert_eq!(speakers("de", "»Wir öffnen die Brücke«, sagte [Maria Berg]."), some(&["Maria Berg"]));
    for text in [
        "»Er rief ›Nein, niemals‹ und ging nach Hause«, sagte [Maria Berg].",
        "„Er rief ‚Nein, niemals‘ und ging nach Hause\", sagte [Maria Berg].",
        "[Maria Berg] sagte:»Er rief ›Nein, niemals‹«—und ging nach Hause.",
    ] {
        assert_eq!(speakers("de", text), some(&["Maria Berg"]), "{text}");
    }
    assert_eq!(speakers("es", "«Vamos a abrir el puente», dijo [María Sol]."), some(&["María Sol"]));
    assert_eq!(speakers("fa", "[مریم تهرانی] گفت: «پل را باز می‌کنیم»."), some(&["مریم تهرانی"]));
    assert_eq!(speakers("tr", "[Ayşe Demir] “Köprüyü yarın açıyoruz” dedi."), some(&["Ayşe Demir"]));
}

#[test]
fn titles_and_words_in_marks_are_no_speech() {
    for (language, text) in [
        ("ar", "وقال [سامي العمر] لصحيفة «الضفة» إن العمل بدأ."),
        ("ar", "عرض فيلم «العودة إلى البيت» في المهرجان."),
        ("en", "[Mary Hill] said the \"bridge\" was a boat."),
        ("en", "The film \"A Long Way Home\" was shown."),
    ] {
        assert_eq!(quotes(language, text), [], "{text}");
    }
}

#[test]
fn a_mark_that_nobody_closes_swallows_nothing() {
    let text = "قال [سامي العمر]: «سنفتح الجسر.\nوقالت [ليلى عثمان]: «لن نفتح الجسر».";
    assert_eq!(speakers("ar", text), some(&["ليلى عثمان"]));
    let text = "[Mary Hill] said: \"We open it.\n\n\"Then we close it,\" she said.";
    assert_eq!(speakers("en", text), some(&["Mary Hill", "Mary Hill"]));
    assert_eq!(quotes("en", &format!("[Mary Hill] said: \"{}\"", "word ".repeat(1000))), []);
}

#[test]
fn marks_within_marks_belong_to_the_outer_ones() {
    let found = quotes("en", "“The play ‘Home’ isn’t the workers’,” said [Mary Hill].");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].0, "The play ‘Home’ isn’t the workers’,");
    let found = quotes("ar", "قال [سامي العمر]: «قرأت \"الأيام\" في المدرسة الأولى».");
    assert_eq!(found[0].0, "قرأت \"الأيام\" في المدرسة الأولى");
}

#[test]
fn a_text_of_marks_alone_is_read_in_linear_time() {
    for mark in ["\"", "«", "“\n", "‘ ’", "قال \" "] {
        find(&mark.repeat(200_000), "ar", &[]);
    }
}

proptest! {
    #[test]
    fn quotes_lie_in_the_text_one_behind_another(
        text in r#"([a-zA-Zء-ي ]{0,9}|["“”„«»‹›‘’「」.,:؟\n ]|قال |said |\PC){0,60}"#,
        language in "ar|en|de|fa|xx",
        places in prop::collection::vec((0_u32..300, 1_u32..20, any::<bool>()), 0..6),
    ) {
        let mut mentions: Vec<Speaker> = places
            .into_iter()
            .map(|(start, length, is_person)| Speaker { start, end: start + length, is_person })
            .collect();
        mentions.sort_by_key(|mention| mention.start);
        let length = u32::try_from(text.chars().count()).expect("a short text");
        let mut end = 0;
        for quote in find(&text, &language, &mentions) {
            prop_assert!(end <= quote.span.start && quote.span.start < quote.span.end && quote.span.end <= length);
            prop_assert!((0.0..=1.0).contains(&quote.confidence));
            prop_assert!(quote.speaker.is_none_or(|who| who < mentions.len()));
            end = quote.span.end;
        }
    }
}
