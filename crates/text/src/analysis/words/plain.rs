//! Words that stand between spaces and common signs, where word boundaries are plain to see.
//!
//! Each character has a class, which joins some properties of UAX 29. What they do not decide is
//! left to all its rules, up to the next space behind which nothing can depend on what was before.

/// A part of a text with a boundary at either end, given by its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stretch {
    /// A word.
    Word(usize),
    /// Nothing of a word.
    Gap(usize),
    /// Words and gaps, not told apart yet.
    Involved(usize),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    /// A letter that goes on with letters, digits and marks.
    Letter,
    /// A digit that does so too.
    Digit,
    /// A mark on the character before it.
    Mark,
    /// A sign that never belongs to a word.
    Space,
    /// A sign that belongs to a word between letters or between digits.
    Inner,
    /// Anything else.
    Other,
}

/// The stretch of a text that begins at a byte, which is its start or the end of a stretch; nothing
/// at the end of the text.
pub fn stretch(text: &str, start: usize) -> Option<Stretch> {
    let (first, mut end) = class(text, start)?;
    if matches!(first, Class::Space | Class::Inner) {
        // A mark is a letter where it stands on a sign, or on spaces, which are one sign together.
        while text.get(start..end + 1).is_some_and(|gap| gap.ends_with("  ")) {
            end += 1;
        }
        let is_alone = class(text, end).is_none_or(|(next, _)| !matches!(next, Class::Mark | Class::Other));
        return Some(if is_alone { Stretch::Gap(end) } else { involved(text, start) });
    }
    if !matches!(first, Class::Letter | Class::Digit) {
        return Some(involved(text, start));
    }
    let is_end = loop {
        match class(text, end) {
            Some((Class::Mark, next)) => end = next,
            // Whether a number is a word beside letters depends on both.
            Some((class @ (Class::Letter | Class::Digit), _)) if class != first => break false,
            Some((Class::Letter | Class::Digit, next)) => end = next,
            None | Some((Class::Space, _)) => break true,
            Some((Class::Inner, next)) => {
                let after = class(text, next).map(|(class, _)| class);
                break matches!(after, None | Some(Class::Space | Class::Inner));
            }
            Some((Class::Other, _)) => break false,
        }
    };
    Some(if is_end { Stretch::Word(end) } else { involved(text, start) })
}

/// The stretch up to the next space that ends one.
fn involved(text: &str, start: usize) -> Stretch {
    let rest = text.get(start..).unwrap_or_default();
    let spaces = rest.match_indices([' ', '\n']).map(|(at, _)| start + at).filter(|at| *at > start);
    let mut ends = spaces.filter(|at| {
        let is_last = !text.get(at + 1..).is_some_and(|rest| rest.starts_with(' '));
        is_last && class(text, at + 1).is_none_or(|(next, _)| !matches!(next, Class::Mark | Class::Other))
    });
    Stretch::Involved(ends.next().unwrap_or(text.len()))
}

/// The class of the character that begins at a byte, and where the next one begins.
fn class(text: &str, at: usize) -> Option<(Class, usize)> {
    let bytes = text.as_bytes();
    let first = *bytes.get(at)?;
    let second = || bytes.get(at + 1).map_or(0, |byte| usize::from(byte & 0x3F));
    Some(match first {
        ..0x80 => (CLASSES[usize::from(first)], at + 1),
        0x80..0xE0 => (CLASSES[usize::from(first & 0x1F) << 6 | second()], at + 2),
        _ => match text.get(at..)?.chars().next()? {
            // Dashes, double quotation marks, the bullet and the ellipsis.
            c @ ('\u{2010}'..='\u{2015}' | '\u{201C}'..='\u{201F}' | '\u{2022}' | '\u{2026}') => {
                (Class::Space, at + c.len_utf8())
            }
            c => (Class::Other, at + c.len_utf8()),
        },
    })
}

/// By code point, of those of at most two bytes.
static CLASSES: [Class; 0x800] = {
    let mut classes = [Class::Other; 0x800];
    let mut code = 0;
    while code < classes.len() {
        if let Some(c) = char::from_u32(code as u32) {
            classes[code] = class_of(c);
        }
        code += 1;
    }
    classes
};

const fn class_of(c: char) -> Class {
    match c {
        '0'..='9' | '\u{660}'..='\u{669}' | '\u{6F0}'..='\u{6F9}' => Class::Digit,
        'A'..='Z' | 'a'..='z' => Class::Letter,
        // Latin, Greek, Cyrillic.
        'À'..='Ö' | 'Ø'..='ö' | 'ø'..='\u{24F}' | 'Ά' | 'Έ'..='Ί' | 'Ό' | 'Ύ'..='Ρ' | 'Σ'..='ώ' => {
            Class::Letter
        }
        '\u{400}'..='\u{481}' | '\u{48A}'..='\u{52F}' => Class::Letter,
        // Arabic, tatweel included.
        '\u{620}'..='\u{64A}' | '\u{671}'..='\u{6D3}' => Class::Letter,
        '\u{300}'..='\u{36F}' | '\u{64B}'..='\u{65F}' | '\u{670}' => Class::Mark,
        '.' | ',' | ':' | ';' | '\'' | '،' => Class::Inner,
        '_' => Class::Other,
        '\0'..='\u{7F}' | '\u{A0}' | '«' | '»' | '؛' | '؟' => Class::Space,
        _ => Class::Other,
    }
}
