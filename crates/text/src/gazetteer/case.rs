//! Upper and lower case, as far as it tells names from other words.

use super::super::analysis::Word;

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    /// In a script without case, or without letters.
    None,
    /// Without a capital.
    Lower,
    /// With capitals and small letters, or a capital alone.
    Capital,
    /// In capitals, two or more.
    Upper,
}

impl Case {
    pub fn has_capital(self) -> bool {
        matches!(self, Self::Capital | Self::Upper)
    }
}

/// How a word of a text is written.
pub fn of(word: &Word) -> Case {
    let word = word.text;
    let is_without_case = |c: char| is_arabic(c) || !c.is_lowercase() && !c.is_uppercase();
    if word.chars().next().is_none_or(|c| !c.is_ascii() && is_without_case(c)) {
        return Case::None;
    }
    let capitals = word.chars().filter(|c| c.is_uppercase()).count();
    let has_small = word.chars().any(char::is_lowercase);
    match (capitals, has_small) {
        (0, false) => Case::None,
        (0, true) => Case::Lower,
        (1, false) | (_, true) => Case::Capital,
        (_, false) => Case::Upper,
    }
}

/// The items of which something holds, the least bit for the first; nothing is known beyond the
/// sixteenth.
pub fn mask<T>(items: &[T], holds: impl Fn(&T) -> bool) -> u16 {
    let bits = items.iter().take(16).enumerate();
    bits.filter(|(_, item)| holds(item)).fold(0, |mask, (at, _)| mask | 1 << at)
}

/// Whether capitals are so many in a text that they do not tell names: a headline in capitals, or
/// with Every Word Capitalised.
pub fn is_capitalised(words: &[Word], cases: &[Case]) -> bool {
    let (mut small, mut large) = (0, 0);
    for (word, case) in words.iter().zip(cases).filter(|(_, case)| **case != Case::None) {
        match case {
            _ if word.folded.len() == 1 || word.is_stop() => {}
            Case::Lower => small += 1,
            _ => large += 1,
        }
    }
    large > 2 * small
}

fn is_arabic(c: char) -> bool {
    matches!(c, '\u{600}'..='\u{6FF}')
}
