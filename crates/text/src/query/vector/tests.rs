use proptest::prelude::*;
use proptest::sample::select;

use super::*;

type Lexemes = Vec<(String, Vec<(u16, char)>)>;

/// The lexemes of a literal with their positions, as PostgreSQL reads it; nothing where it would
/// not.
fn read(literal: &str) -> Option<Lexemes> {
    let mut lexemes = Lexemes::new();
    let mut rest = literal;
    while !rest.is_empty() {
        let mut letters = rest.strip_prefix('\'')?.chars();
        let mut lexeme = String::new();
        loop {
            match letters.next()? {
                '\\' => lexeme.extend(letters.next()),
                '\'' if letters.as_str().starts_with('\'') => lexeme.extend(letters.next()),
                '\'' => break,
                letter => lexeme.push(letter),
            }
        }
        let (places, after) = letters.as_str().split_once(' ').unwrap_or((letters.as_str(), ""));
        let Some(places) = places.strip_prefix(':') else {
            lexemes.push((lexeme, Vec::new()));
            rest = after;
            continue;
        };
        let place = |place: &str| Some((place[..place.len() - 1].parse().ok()?, place.chars().last()?));
        lexemes.push((lexeme, places.split(',').map(place).collect::<Option<_>>()?));
        rest = after;
    }
    Some(lexemes)
}

/// Fields of one language that nobody completes.
fn plain(fields: &[(&str, Weight)], language: Option<&str>) -> String {
    vector(fields.iter().map(|(text, weight)| Field { text, language, weight: *weight, is_completed: false }))
}

fn size(lexemes: &[(String, Vec<(u16, char)>)]) -> usize {
    lexemes.iter().map(|(lexeme, places)| lexeme.len().next_multiple_of(2) + 2 + 2 * places.len()).sum()
}

#[test]
fn fields_have_weights_and_stand_apart() {
    let fields =
        [("الحرب في السودان", Weight::A), ("O'Neill's wars", Weight::B), ("", Weight::C), ("war", Weight::D)];
    assert_eq!(
        plain(&fields, Some("ar")),
        "'=o''neill''s':14B '=war':36D '=wars':15B '=الحرب':1A '=السودان':3A '=في':2A \
         'oneills':14B '~neill':14B '~war':15B '~حرب':1A '~سودان':3A"
    );
    assert_eq!(plain(&[], None), "");
    assert_eq!(plain(&[("…", Weight::A)], None), "");
}

#[test]
fn a_folded_form_is_kept_where_it_differs() {
    assert_eq!(
        plain(&[("إلى مدينة تونس مدينة", Weight::D)], None),
        "'=إلى':1D '=تونس':3D '=مدينة':2D,4D 'مدينه':2D,4D"
    );
}

#[test]
fn long_texts_fit() {
    let lexemes = read(&plain(&[(&"سلام ".repeat(40_000), Weight::D)], None)).unwrap();
    assert_eq!(lexemes[0].1.len(), MAX_POSITIONS);
    assert_eq!(lexemes[0].1.last(), Some(&(256, 'D')));

    let words: String = (0..150_000).map(|n| format!("k{n}kalimaat ")).collect();
    let lexemes = read(&plain(&[("عنوان", Weight::A), (&words, Weight::D)], None)).unwrap();
    assert!(lexemes.iter().any(|(lexeme, places)| lexeme == "=عنوان" && *places == [(1, 'A')]));
    assert!(lexemes.iter().any(|(_, places)| *places == [(LAST_POSITION, 'D')]));
    assert!((850_000..=MAX_SIZE).contains(&size(&lexemes)), "{}", size(&lexemes));
}

#[test]
fn labels_and_beginnings_stand_apart_from_words() {
    let headline =
        Field { text: "والنيل", language: Some("ar"), weight: Weight::A, is_completed: true };
    assert_eq!(
        vector([headline]) + &labels(["1", "2"]),
        "'=والنيل':1A '^النيل' '^نيل' '^والنيل' '~النيل':1A '~نيل':1A '#1':16383C '#2':16383C"
    );
}

#[test]
fn a_packed_vector_has_bytes_for_what_a_literal_writes() {
    let headline = Field { text: "war", language: Some("en"), weight: Weight::A, is_completed: true };
    let mut vector = packed([headline]);
    vector.add_labels(["2", "1"]);
    let (count, lexemes) = vector.bytes();
    let label = |id: &[u8]| [b"#".as_slice(), id, b"\0\0\x01\x7f\xff"].concat();
    let words = b"=war\0\0\x01\xc0\x01^war\0\0\0";
    assert_eq!(u32::from_be_bytes(count), 4);
    assert_eq!(lexemes, [label(b"1"), label(b"2"), words.to_vec()].concat());
}

proptest! {
    #[test]
    fn any_text_has_a_vector(
        texts in proptest::collection::vec(r#"([\PC\p{M}\p{Cf}\s]|[a-z'’\\]{1,4}|[ء-ي]{1,6}| ){0,40}"#, 0..4),
        weight in select(&[Weight::A, Weight::B, Weight::C, Weight::D][..]),
    ) {
        let fields: Vec<_> = texts.iter().map(|text| (text.as_str(), weight)).collect();
        let literal = plain(&fields, None);
        let Some(lexemes) = read(&literal) else { panic!("{literal}") };
        for (lexeme, places) in &lexemes {
            prop_assert!(!lexeme.is_empty() && lexeme.len() < 2_046);
            prop_assert!(places.is_sorted() && places.iter().all(|(position, _)| (1..=LAST_POSITION).contains(position)));
        }
        prop_assert!(lexemes.is_sorted());
    }
}
