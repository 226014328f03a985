use super::*;

/// The marks of languages: those around what is said, and those around what is quoted within.
const STYLES: &[(&str, [&str; 4])] = &[
    ("ar", ["«", "»", "“", "”"]),
    ("ar", ["\"", "\"", "'", "'"]),
    ("ar", ["”", "“", "’", "‘"]),
    ("fa", ["«", "»", "‹", "›"]),
    ("ur", ["”", "“", "’", "‘"]),
    ("ur", ["“", "”", "‘", "’"]),
    ("he", ["”", "”", "’", "’"]),
    ("he", ["„", "”", "‚", "’"]),
    ("en", ["“", "”", "‘", "’"]),
    ("en", ["\"", "\"", "'", "'"]),
    ("de", ["„", "“", "‚", "‘"]),
    ("de", ["»", "«", "›", "‹"]),
    ("de", ["„", "\"", "‚", "'"]),
    ("de", ["\"", "\"", "‚", "‘"]),
    ("de", ["«", "»", "‹", "›"]),
    ("da", ["»", "«", "›", "‹"]),
    ("fr", ["« ", " »", "“", "”"]),
    ("fr", ["«\u{a0}", "\u{a0}»", "‹\u{a0}", "\u{a0}›"]),
    ("fr", ["«\u{202f}", "\u{202f}»", "«\u{202f}", "\u{202f}»"]),
    ("es", ["«", "»", "“", "”"]),
    ("it", ["«", "»", "“", "”"]),
    ("pt", ["“", "”", "‘", "’"]),
    ("tr", ["“", "”", "‘", "’"]),
    ("ru", ["«", "»", "„", "“"]),
    ("uk", ["«", "»", "“", "”"]),
    ("pl", ["„", "”", "»", "«"]),
    ("pl", ["„", "”", "«", "»"]),
    ("cs", ["„", "“", "‚", "‘"]),
    ("sv", ["”", "”", "’", "’"]),
    ("fi", ["»", "»", "›", "›"]),
    ("hu", ["„", "”", "»", "«"]),
    ("ro", ["„", "”", "«", "»"]),
    ("el", ["«", "»", "“", "”"]),
    ("zh", ["“", "”", "‘", "’"]),
    ("zh", ["「", "」", "『", "』"]),
    ("ja", ["「", "」", "『", "』"]),
    ("ja", ["『", "』", "「", "」"]),
];

#[test]
fn marks_of_every_style_are_read_with_others_in_them() {
    for (language, [open, close, inner, end]) in STYLES {
        let word = |text: &str| format!("{inner}{text}{end}");
        for said in [
            "Wir öffnen morgen die Brücke.".to_owned(),
            format!("Wir öffnen {} die neue Brücke", word("Morgenrot")),
            format!("{} heißt seit gestern die Brücke", word("Morgenrot")),
            format!("Die neue Brücke heißt {}", word("Morgen und Abend")),
            word("Morgen und Abend heißt die Brücke"),
            format!("Heißt sie {}? Ja", word("Morgen und Abend")),
            format!("Heißt sie {}—ja", word("Morgen und Abend")),
            format!("Heißt sie {}!", word("Morgen und Abend")),
            format!("Die neue Brücke heißt {}.", word("Morgenrot")),
            format!("Die {} und die {}, beide sind offen", word("eine"), word("andere Brücke")),
        ] {
            for (before, behind) in [
                ("Maria sagte: ", "."),
                ("", ", sagte Maria."),
                ("(", ")"),
                ("Maria:", "—sagt sie"),
                ("Maria—", "–sie"),
                ("Maria: ", "[1] und"),
                ("Maria: ", "!"),
                ("Maria: ", "?"),
                ("Maria: ", "\n"),
                ("Maria: ", "/"),
                ("Maria: ", " – sagt"),
            ] {
                let text = format!("{before}{open}{said}{close}{behind}");
                let found = quotations(&text);
                let found: Vec<_> = found.iter().map(|it| &text[it.start..it.end]).collect();
                assert_eq!(found, [said.as_str()], "{language}: {text}");
            }
            // Two of them, in one paragraph.
            let text = format!("{open}{said}{close}, sagte Maria, {open}{said}{close}.");
            let found = quotations(&text);
            let found: Vec<_> = found.iter().map(|it| &text[it.start..it.end]).collect();
            assert_eq!(found, [said.as_str(), said.as_str()], "{language}: {text}");
        }
    }
}

#[test]
fn guillemets_that_point_inwards_are_read_within_each_other() {
    for (text, said) in [
        ("قال: »قرأت أمس كتاب »الحرب والسلم« كله«.", "قرأت أمس كتاب »الحرب والسلم« كله"),
        (
            "Er sagte: »Ich las »Krieg und Frieden« gestern Abend«.",
            "Ich las »Krieg und Frieden« gestern Abend",
        ),
        ("Il dit : « J’ai lu « Guerre et Paix » hier soir ».", "J’ai lu « Guerre et Paix » hier soir"),
    ] {
        let found: Vec<_> = quotations(text).iter().map(|it| &text[it.start..it.end]).collect();
        assert_eq!(found, [said], "{text}");
    }
}
