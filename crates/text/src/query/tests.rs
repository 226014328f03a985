use proptest::prelude::*;
use proptest::sample::select;

use super::*;
use crate::analysis::hides_a_whole_word;

const STRENGTHS: [Match; 3] = [Match::Exact, Match::Folded, Match::Stem];

fn parsed(text: &str) -> Query {
    Query::parse(text, None).unwrap()
}

/// A query in short: the words of each clause, after a sign for its role.
fn outline(text: &str) -> String {
    let clauses = parsed(text).clauses.into_iter().map(|clause| {
        let sign = match clause.role {
            Role::Required => "",
            Role::Alternative => "|",
            Role::Without => "-",
            Role::LeftOut => "?",
        };
        let words: Vec<_> = clause.words.into_iter().map(|word| word.text).collect();
        format!("{sign}{}", words.join("_"))
    });
    clauses.collect::<Vec<_>>().join(" ")
}

fn tsquery(text: &str, strength: Match) -> String {
    parsed(text).to_tsquery(strength, &[]).unwrap()
}

#[test]
fn words_phrases_and_signs() {
    for (text, expected) in [
        ("election results", "election results"),
        ("\"climate change\" policy", "climate_change policy"),
        ("«مجلس الأمن» -اليمن", "مجلس_الأمن -اليمن"),
        ("“مجلس الأمن” -«القرار الأخير»", "مجلس_الأمن -القرار_الأخير"),
        ("»مجلس الأمن«", "مجلس_الأمن"),
        ("\u{200F}-تونس\u{200E} مصر", "-تونس مصر"),
        ("القاهرة OR بيروت حرب", "القاهرة |بيروت حرب"),
        ("cairo|beirut | \"abu dhabi\"", "cairo |beirut |abu_dhabi"),
        ("well-known #عام_دراسي", "well_known عام_دراسي"),
        ("القاهرة،بيروت 1,000", "القاهرة بيروت 1,000"),
        ("-cairo/giza", "-cairo giza"),
        ("东京 ガザ", "东_京 ガザ"),
        ("צה\"ל \"דובר צה\"ל\"", "צה\"ל דובר_צה\"ל"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
}

#[test]
fn marks_of_direction_part_no_word() {
    for mark in ['\u{61C}', '\u{200E}', '\u{200F}', '\u{202A}', '\u{2066}', '\u{FEFF}'] {
        assert_eq!(
            tsquery(&format!("PDF{mark}ية"), Match::Folded),
            tsquery("PDFية", Match::Folded),
            "{mark:?}"
        );
        let around = format!(
            "{mark}war{mark} OR{mark} {mark}\"peace talks\"{mark} -{mark}oil{mark} -{mark}\"gas price\""
        );
        assert_eq!(
            tsquery(&around, Match::Folded),
            tsquery("war OR \"peace talks\" -oil -\"gas price\"", Match::Folded),
            "{mark:?}"
        );
    }
}

#[test]
fn signs_that_make_no_sense_are_left_out() {
    for (text, expected) in [
        ("war \"peace talks", "war peace talks"),
        ("\"\" \"…\" cairo", "cairo"),
        ("cairo - beirut --giza", "cairo beirut -giza"),
        ("OR cairo OR OR beirut |", "cairo |beirut"),
        ("cairo OR -beirut OR giza", "cairo -beirut giza"),
        ("-\"cairo", "-cairo"),
        ("cairo -| beirut", "cairo |beirut"),
        ("'); DROP TABLE x; \\", "DROP TABLE x"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
    for text in ["", "  ", "؟!… -", "\"\"", "OR", "|", "🙂", "\u{200F}"] {
        let query = parsed(text);
        assert!(query.is_empty(), "{text}");
        assert_eq!(query.to_tsquery(Match::Stem, &[]), None);
        assert!(query.positive_terms(Match::Stem).is_empty());
    }
}

#[test]
fn function_words_are_left_out_where_there_is_more() {
    assert_eq!(outline("the war in Sudan"), "?the war ?in Sudan");
    assert_eq!(outline("من هو رئيس تونس"), "?من ?هو رئيس تونس");
    assert_eq!(outline("war OR the peace"), "war ?the |peace");
    assert_eq!(outline("من هو"), "من هو");
    assert_eq!(outline("\"to be\" the actor"), "to_be ?the actor");
    assert_eq!(
        tsquery("\"house of the cards\"", Match::Folded),
        "(('=house' | 'house') <3> ('=cards' | 'cards'))"
    );
    assert_eq!(
        tsquery("\"the house of cards\"", Match::Exact),
        "((('=the' <1> '=house') <1> '=of') <1> '=cards')"
    );
    assert_eq!(tsquery("\"to be\"", Match::Stem), "('=to' <1> '=be')");
    assert_eq!(tsquery("على", Match::Stem), "'=على'");
}

#[test]
fn what_the_index_is_asked_for() {
    assert_eq!(tsquery("Élection", Match::Exact), "'=élection'");
    assert_eq!(tsquery("Élection", Match::Folded), "('=élection' | '=election' | 'election')");
    assert_eq!(
        tsquery("elections", Match::Stem),
        "('=elections' | 'elections' | '~elections' | '=elect' | 'elect' | '~elect')"
    );
    assert_eq!(
        tsquery("a1 OR b1 \"c1 d1\" -e1", Match::Exact),
        "(('=a1' | '=b1') & ('=c1' <1> '=d1') & !'=e1')"
    );
    assert_eq!(tsquery("-\"a1 b1\"", Match::Exact), "!('=a1' <1> '=b1')");
    assert_eq!(tsquery("O'Neill", Match::Exact), "'=o''neill'");
}

#[test]
fn the_words_of_a_query_are_asked_for_without_their_order() {
    let words = |text: &str| parsed(text).to_words(Match::Exact, &[]);
    assert_eq!(words("\"a1 b1 c1\"").unwrap(), "('=a1' & '=b1' & '=c1')");
    assert_eq!(words("\"a1 b1\" OR c1 -d1").unwrap(), "((('=a1' & '=b1') | '=c1') & !'=d1')");
    // It would leave out what has both words apart.
    assert_eq!(words("c1 -\"a1 b1\"").unwrap(), "'=c1'");
    assert_eq!(words("-\"a1 b1\""), None);
    assert_eq!(words("a1 -b1"), None);
    assert_eq!(words("\"a1\""), None);
    let labels = [vec!["#1".to_owned()]];
    let labelled = parsed("\"a1 b1\"").to_words(Match::Exact, &labels);
    assert_eq!(labelled.unwrap(), "(('=a1' & '=b1') | '#1')");
    let phrases = |text: &str| parsed(text).phrases(Match::Exact);
    assert_eq!((phrases("\"a1 b1\" c1"), phrases("a1 -\"b1 c1\"")), (1, 0));
}

#[test]
fn what_was_asked_for_before_is_left_out() {
    for (text, expected) in [
        ("x(1) x(1) x(1)", "x 1 ?x ?1 ?x ?1"),
        ("سامي سَامي Sami sami", "سامي سَامي Sami ?sami"),
        ("a1 OR b1 OR a1 OR B1 c1", "a1 |b1 ?a1 ?B1 c1"),
        // All of the alternatives, in any order.
        ("a1 OR b1 c1 b1 OR a1", "a1 |b1 c1 ?b1 ?a1"),
        // Those who have b1 need not have a1.
        ("a1 OR b1 c1 b1", "a1 |b1 c1 b1"),
        ("a1 b1 OR a1", "a1 b1 |a1"),
        ("\"a1 b1\" a1 \"a1 b1\" \"b1 a1\" \"a1\"", "a1_b1 a1 ?a1_b1 b1_a1 ?a1"),
        ("a1 -a1 -a1", "a1 -a1 ?a1"),
        ("the the", "the ?the"),
    ] {
        assert_eq!(outline(text), expected, "{text}");
    }
    assert_eq!(tsquery("a1 a1 a1", Match::Exact), "'=a1'");
    assert_eq!(parsed("a1 OR a1 \"a1\"").names(Match::Exact), ["'=a1'"]);
}

#[test]
fn what_counts_for_the_relevance() {
    let ranked = |text: &str| parsed(text).ranked(Match::Exact, 100).tsquery;
    assert_eq!(ranked("a1 b1 OR c1"), "('=a1' & ('=b1' | '=c1'))");
    assert_eq!(ranked("\"a1 b1\" -c1"), "('=a1' <1> '=b1')");
    assert_eq!(ranked("-a1"), "");
    // Whoever has a1 has all of it.
    assert_eq!(ranked("a1 a1 OR b1"), "'=a1'");
    assert_eq!(ranked("a1 OR \"a1 b1\""), "('=a1' | '=b1')");
    assert_eq!(ranked("\"a1 b1 a1 c1\""), "(('=a1' <1> '=b1') <2> '=c1')");
    assert_eq!(
        parsed("a1 b1 c1").ranked(Match::Exact, 2),
        Ranked { tsquery: "('=a1' & '=b1')".to_owned(), lexemes: 2 }
    );
}

#[test]
fn queries_have_limits() {
    assert_eq!(Query::parse(&"ب".repeat(MAX_LENGTH + 1), None), Err(QueryFault::TooLong(MAX_LENGTH + 1)));
    assert!(Query::parse(&"ب".repeat(MAX_LENGTH), None).is_ok());
    assert!(Query::parse(&"سلام ".repeat(MAX_TERMS), None).is_ok());
    assert!(Query::parse(&"سلام في ".repeat(MAX_TERMS), None).is_ok());
    let fault = Query::parse(&"سلام ".repeat(MAX_TERMS + 1), None).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "The query has 33 words, but at most 32 are allowed. Leave out those that matter least."
    );
    let fault = QueryFault::TooLong(1_001).to_string();
    assert_eq!(fault, "The query has 1001 characters, but at most 1000 are allowed. Search for fewer words.");
}

#[test]
fn a_query_explains_itself() {
    let explained = parsed("the \"مَجلس الأمن\" -election").explain(Match::Folded);
    let read: Vec<_> = explained.clauses.iter().map(|clause| (clause.kind, clause.role)).collect();
    let expected = [(Kind::Word, Role::LeftOut), (Kind::Phrase, Role::Required), (Kind::Word, Role::Without)];
    assert_eq!(read, expected);
    let words: Vec<_> = explained.clauses.iter().flat_map(|clause| &clause.tokens).collect();
    let texts: Vec<_> = words.iter().map(|word| word.text.as_str()).collect();
    assert_eq!(texts, ["the", "مَجلس", "الأمن", "election"]);
    let lexemes: Vec<_> = words.iter().map(|word| word.lexemes.as_slice()).collect();
    assert_eq!(lexemes[0], [""; 0]);
    assert_eq!(lexemes[1], ["=مَجلس", "=مجلس", "مجلس"]);
    assert_eq!(lexemes[2], ["=الأمن", "=الامن", "الامن"]);
    assert_eq!(lexemes[3], ["=election", "election"]);
    assert_eq!((words[0].is_stop, words[2].folded.as_str()), (true, "الامن"));
}

/// What is left of a `tsquery` behind an operand, where one begins.
fn operand(text: &str) -> Option<&str> {
    if let Some(rest) = text.strip_prefix('!') {
        return operand(rest);
    }
    if let Some(rest) = text.strip_prefix('(') {
        return operation(rest)?.strip_prefix(')');
    }
    lexeme_literal(text)
}

fn operation(text: &str) -> Option<&str> {
    let mut rest = operand(text)?;
    while let Some(operands) = rest.strip_prefix(' ') {
        let (operator, next) = operands.split_once(' ')?;
        let distance = operator.strip_prefix('<').and_then(|operator| operator.strip_suffix('>'));
        let is_distance =
            distance.is_some_and(|distance| distance.parse().is_ok_and(|n: u32| (1..=16_384).contains(&n)));
        if !is_distance && !["&", "|"].contains(&operator) {
            return None;
        }
        rest = operand(next)?;
    }
    Some(rest)
}

/// What is left behind a quoted lexeme that is not empty.
fn lexeme_literal(text: &str) -> Option<&str> {
    let inner = text.strip_prefix('\'')?;
    let mut rest = inner;
    loop {
        let at = rest.find(['\'', '\\'])?;
        match rest.get(at..at + 2) {
            Some("''" | r"\\") => rest = &rest[at + 2..],
            _ => {
                let is_lexeme = rest[at..].starts_with('\'') && rest.len() - at < inner.len();
                return is_lexeme.then_some(&rest[at + 1..]);
            }
        }
    }
}

#[test]
fn the_checker_knows_faults() {
    for text in
        ["'a", "''", "'a' 'b'", "('a' | 'b'", "'a' &", "'a' <0> 'b'", "'a\\'", "('a'))", "'a' | | 'b'"]
    {
        assert_ne!(operation(text), Some(""), "{text}");
    }
    assert_eq!(operation(r"('=a''\\' <2> !('b' & 'c'))"), Some(""));
}

#[test]
fn what_bears_a_label_has_the_words_of_its_name() {
    let query = parsed("cairo -\"abu dhabi\" the");
    assert_eq!(
        query.names(Match::Folded),
        ["('=cairo' | 'cairo')", "(('=abu' | 'abu') <1> ('=dhabi' | 'dhabi'))"]
    );
    let labels = [vec!["#1".to_owned(), "#2".to_owned()], vec!["#3".to_owned()]];
    assert_eq!(
        query.to_tsquery(Match::Exact, &labels).unwrap(),
        "(('=cairo' | '#1' | '#2') & !(('=abu' <1> '=dhabi') | '#3'))"
    );
    assert_eq!(query.required(Match::Exact, &labels), [["=cairo", "#1", "#2"]]);
}

const SYNTAX: &str = r#"([\x00\PC\p{M}\p{Cf}\s]{0,6}|[a-z]{1,5}|[ء-ي]{1,6}|["'\\|()&!<>:*«»“”-]| |OR| OR | -|والعراق|the|في|东京){0,25}"#;

proptest! {
    #[test]
    fn each_lexeme_counts_once_for_the_relevance_and_only_so_many(
        words in prop::collection::vec(select(vec![
            "محمد", "والكتاب", "كتاب", "الكتب", "elections", "election", "\"a b a\"", "\"b a\"", "-x", "OR", "|", "x(1)", "the", "'", "#1",
        ]), 0..32),
        at_most in 1usize..40,
    ) {
        let Ok(query) = Query::parse(&words.join(" "), None) else { return Ok(()) };
        for strength in STRENGTHS {
            let ranked = query.ranked(strength, at_most);
            let mut lexemes = literals(&ranked.tsquery);
            let count = lexemes.len();
            prop_assert_eq!(count, ranked.lexemes);
            prop_assert!(count <= at_most);
            // No label: no word begins so.
            prop_assert!(lexemes.iter().all(|lexeme| !lexeme.starts_with('#')), "{}", ranked.tsquery);
            lexemes.sort();
            lexemes.dedup();
            prop_assert_eq!(lexemes.len(), count, "{}", ranked.tsquery);
        }
    }
}

/// The lexemes of the text of a `tsquery` literal.
fn literals(tsquery: &str) -> Vec<String> {
    let (mut literals, mut letters) = (Vec::new(), tsquery.chars().peekable());
    while letters.find(|c| *c == '\'').is_some() {
        let mut literal = String::new();
        while let Some(c) = letters.next() {
            if c == '\'' && letters.next_if_eq(&'\'').is_none() {
                break;
            }
            literal.push(c);
        }
        literals.push(literal);
    }
    literals
}

proptest! {
    #[test]
    fn any_text_is_a_query(text in SYNTAX, language in select(&[None, Some("ar"), Some("en"), Some("fr")][..])) {
        let Ok(query) = Query::parse(&text, language) else {
            return Ok(());
        };
        for strength in STRENGTHS {
            let tsquery = query.to_tsquery(strength, &[]);
            prop_assert_eq!(tsquery.is_none(), query.is_empty());
            prop_assert_eq!(tsquery.as_deref().map_or(Some(""), operation), Some(""), "{:?}", tsquery);
            prop_assert_eq!(query.explain(strength).clauses.len(), query.clauses.len());
            query.positive_terms(strength);
        }
    }

    #[test]
    fn a_query_of_any_words_has_them_all(words in proptest::collection::vec("[b-z]{2}[0-9]{3,8}", 1..MAX_TERMS)) {
        prop_assert_eq!(outline(&words.join(" ")), words.join(" "));
        prop_assert_eq!(outline(&format!("\"{}\"", words.join(" "))), words.join("_"));
    }

    #[test]
    fn the_index_has_what_a_query_asks_for(
        particle in select(&["", "و", "ب", "ل", "ال", "وال", "بال", "لل", "ولل"][..]),
        name in "[ء-غف-ي]{4,10}",
    ) {
        let written = format!("{particle}{name}");
        prop_assume!(!hides_a_whole_word(&written));
        let asked_for = if particle.ends_with('ل') { format!("ال{name}") } else { name };
        for token in analysis::terms(&asked_for, Some("ar")) {
            let asked = lexeme::asked(&token, Match::Stem);
            let found = analysis::tokens(&written, Some("ar")).any(|token| lexemes(&token).any(|lexeme| asked.contains(&lexeme)));
            prop_assert!(found || token.is_stop, "{} {}", asked_for, written);
        }
    }
}
