//! Names, and the words by which they are found.

use super::super::analysis::{self, Word};
use super::case::{self, Case};
use super::common::{Use, usual};
use super::reading::{Named, Primary, Reading, Role};
use super::{Entity, Name, forms, person};

/// The most letters of a short name: `US` is not `us`, and `Xi` is not `XI`.
const SHORT: usize = 3;

/// The sequences of words by which an entity is found: its names and, of a person, the surnames.
pub fn readings(entity: &Entity, number: u32) -> Vec<Named> {
    let mut readings = Vec::new();
    for name in &entity.names {
        let text = without_distinction(&name.text);
        let words: Vec<Word> = analysis::words(text, name.language.as_deref()).collect();
        let words = without_article(&words);
        let surname = if entity.is_person { person::surname(words) } else { &[] };
        for (words, role) in [(words, Role::Name), (surname, Role::Surname)] {
            let mut reading = Reading {
                entity: number,
                role,
                language: name.language.as_deref().and_then(Primary::of),
                is_person: entity.is_person,
                is_possessive: words.last().is_some_and(|last| forms::ending(last, None).is_some()),
                capitals: capitals(words),
                usual: Use::Name,
                is_given_name: false,
                is_code: false,
                is_short: false,
                is_acronym: false,
            };
            let is_found = match words {
                [] => false,
                [word] => describe(word, &mut reading, &entity.names),
                _ => true,
            };
            if is_found {
                readings.push((words.iter().map(|word| (&*word.folded).into()).collect(), reading));
            }
        }
    }
    readings
}

/// Describes a name of one word, and tells whether it can be found at all: not a letter, a number
/// or a word that is hardly ever a name.
fn describe(word: &Word, reading: &mut Reading, names: &[Name]) -> bool {
    let case = case::of(word);
    let letters = word.folded.chars().count();
    reading.usual = usual(&word.folded);
    reading.is_short = letters <= SHORT;
    reading.is_acronym = case == Case::Upper;
    let may_be_code = reading.is_acronym && reading.is_short && reading.language.is_none();
    reading.is_code = may_be_code && !is_abbreviation(&word.folded, names);
    let is_number = word.folded.chars().all(|c| c.is_ascii_digit() || c == '.');
    let is_surname = reading.role == Role::Surname;
    let least = if is_surname { SHORT } else { 2 };
    let is_never_name = reading.usual == Use::Never && !(is_surname && case.has_capital());
    letters >= least && !is_number && !is_never_name
}

/// Which words have to begin with a capital.
fn capitals(words: &[Word]) -> u16 {
    let words: Vec<bool> = words.iter().map(|word| case::of(word).has_capital() && !word.is_stop()).collect();
    case::mask(&words, |has_capital| *has_capital)
}

/// Whether a folded word consists of the initials of a name, of all words or of those that mean
/// something.
fn is_abbreviation(word: &str, names: &[Name]) -> bool {
    names.iter().any(|name| {
        let words: Vec<Word> = analysis::words(&name.text, name.language.as_deref()).collect();
        let initials = |counts: fn(&&Word) -> bool| {
            words.iter().filter(counts).filter_map(|word| word.folded.chars().next()).collect::<String>()
        };
        initials(|_| true) == word || initials(|word| !word.is_stop()) == word
    })
}

/// A name without what stands in parentheses behind it, which tells namesakes apart where they
/// are listed, not in texts.
fn without_distinction(name: &str) -> &str {
    name.split_once(" (").map_or(name, |(name, _)| name)
}

/// A name without an English article, which texts leave out: `Pentagon chief`. It stays before a
/// single common word: `The Who`.
fn without_article<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    match words {
        [article, rest @ ..] if article.folded == "the" => match rest {
            [] => words,
            [word] if word.is_stop() || usual(&word.folded) == Use::Common => words,
            _ => rest,
        },
        _ => words,
    }
}
