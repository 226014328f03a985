//! Quotation marks, in pairs.

use super::LONGEST;
use crate::breaks;

/// What stands between two marks of a text, in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quotation {
    /// Where the first mark begins, and the second ends.
    pub mark: usize,
    pub mark_end: usize,
    /// What is between them, without spaces around it.
    pub start: usize,
    pub end: usize,
}

/// Marks that may close each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Pair {
    Double,
    Single,
    Angle,
    SingleAngle,
    Corner,
    WhiteCorner,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Turn {
    Opens,
    /// It opens, and what otherwise opens may close it: `„…“`.
    Low,
    Closes,
    /// It may do either.
    Straight,
}

fn mark(c: char) -> Option<(Pair, Turn)> {
    Some(match c {
        '"' | '＂' => (Pair::Double, Turn::Straight),
        '“' | '‟' | '〝' => (Pair::Double, Turn::Opens),
        '„' => (Pair::Double, Turn::Low),
        '”' | '〞' | '〟' => (Pair::Double, Turn::Closes),
        '‘' => (Pair::Single, Turn::Opens),
        '‚' => (Pair::Single, Turn::Low),
        '’' => (Pair::Single, Turn::Closes),
        '«' => (Pair::Angle, Turn::Opens),
        '»' => (Pair::Angle, Turn::Closes),
        '‹' => (Pair::SingleAngle, Turn::Opens),
        '›' => (Pair::SingleAngle, Turn::Closes),
        '「' => (Pair::Corner, Turn::Opens),
        '」' => (Pair::Corner, Turn::Closes),
        '『' => (Pair::WhiteCorner, Turn::Opens),
        '』' => (Pair::WhiteCorner, Turn::Closes),
        _ => return None,
    })
}

/// A mark of a text, and what its neighbours say of it.
#[derive(Clone, Copy, Debug)]
struct Mark {
    start: usize,
    end: usize,
    pair: Pair,
    turn: Turn,
    /// With a space before it alone, it opens; with one behind it alone, it closes.
    by_spaces: Option<Turn>,
}

impl Mark {
    fn new(text: &str, start: usize, c: char) -> Option<Self> {
        let (pair, turn) = mark(c)?;
        let end = start + c.len_utf8();
        let is_edge =
            |c: Option<char>, opens: &[char]| c.is_none_or(|c| c.is_whitespace() || opens.contains(&c));
        let before = text[..start].chars().next_back();
        let after = text[end..].chars().next();
        let by_spaces = match (
            is_edge(before, &['(', '[', 'ـ', '—', '–', ':', '/']),
            is_edge(
                after,
                &[',', '.', ';', ':', '!', '?', ')', ']', '،', '؛', '؟', '…', '。', '、', '—', '–', '[', '/'],
            ),
        ) {
            (true, false) => Some(Turn::Opens),
            (false, true) => Some(Turn::Closes),
            _ => None,
        };
        Some(Self { start, end, pair, turn, by_spaces })
    }

    /// Whether it is one that opens, where nothing else says what it does.
    fn is_turned_to_open(&self) -> bool {
        matches!(self.turn, Turn::Opens | Turn::Low)
    }

    /// Whether both turn to what they quote, or both away from it.
    fn turns_as(&self, other: &Self) -> bool {
        let is_straight = |mark: &Self| mark.turn == Turn::Straight;
        !is_straight(self) && !is_straight(other) && self.is_turned_to_open() == other.is_turned_to_open()
    }

    /// Whether it opens, while no other one of its pair is open.
    fn opens(&self) -> bool {
        match self.pair {
            // Else it is an apostrophe.
            Pair::Single => self.is_turned_to_open() && self.by_spaces == Some(Turn::Opens),
            // Germans turn them inwards.
            _ => self.by_spaces.unwrap_or(self.turn) != Turn::Closes,
        }
    }

    /// Whether it closes the one of its pair that is open.
    fn closes(&self, open: &Self, text: &str) -> bool {
        match (self.pair, self.by_spaces) {
            (Pair::Single, _) => {
                let is_end = self.turn == Turn::Closes || open.turn == Turn::Low && self.turn == Turn::Opens;
                is_end && !text[self.end..].starts_with(char::is_alphanumeric)
            }
            (_, Some(turn)) => turn == Turn::Closes,
            // Of those that are turned inwards, or all one way, the second closes, whichever it is.
            (_, None) => match open.turn {
                Turn::Low => self.turn != Turn::Low,
                Turn::Closes => true,
                Turn::Opens | Turn::Straight => !self.is_turned_to_open(),
            },
        }
    }
}

/// The quotations of a text, in order, each the outermost that is closed.
///
/// A quotation ends with its paragraph at the latest: one that is not closed there has no end,
/// unless the next paragraph begins with a mark again, as newspapers have it.
pub fn quotations(text: &str) -> Vec<Quotation> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let end = at + paragraph(&text[at..]);
        let open = in_paragraph(text, at, end, &mut found);
        if let Some(open) = open
            && next_mark(text, end).is_some_and(|next| next.pair == open.pair && next.opens())
        {
            add(&mut found, between(text, open, end, end));
        }
        at = end;
    }
    found
}

/// The length of the first paragraph, with the line break behind it. A single break within a
/// sentence, where a line was too long, is none.
fn paragraph(text: &str) -> usize {
    for (at, c) in text.char_indices().filter(|(_, c)| breaks::is_break(*c)) {
        let (before, behind) = (&text[..at], &text[at + c.len_utf8()..]);
        if c == '\r' && behind.starts_with('\n') {
            continue;
        }
        let last = before.trim_end().chars().next_back();
        let is_within = last.is_some_and(|c| c.is_alphanumeric() || matches!(c, ',' | '،' | '-'));
        if !is_within || c == '\u{2029}' || behind.starts_with(breaks::is_break) || !has_case(behind) {
            return at + c.len_utf8();
        }
    }
    text.len()
}

/// Whether a text begins with a letter of a script that has capitals: those break lines.
fn has_case(text: &str) -> bool {
    text.chars().next().is_some_and(|c| c.is_lowercase() || c.is_uppercase())
}

fn next_mark(text: &str, from: usize) -> Option<Mark> {
    let rest = text[from..].trim_start();
    Mark::new(text, text.len() - rest.len(), rest.chars().next()?)
}

/// Adds the quotations of a paragraph; gives the last mark that is not closed.
fn in_paragraph(text: &str, start: usize, end: usize, found: &mut Vec<Quotation>) -> Option<Mark> {
    // Marks of one pair, each within the one before.
    let mut open: Vec<Mark> = Vec::new();
    for (at, c) in text[start..end].char_indices() {
        let Some(mark) = Mark::new(text, start + at, c) else { continue };
        match open.last() {
            None => open.extend(mark.opens().then_some(mark)),
            Some(before) if before.pair != mark.pair => {}
            Some(before) if mark.closes(before, text) => {
                add(found, between(text, *before, mark.start, mark.end));
                open.pop();
            }
            // One that turns as the one before opens another quotation within; else that was never closed.
            Some(before) if mark.opens() => {
                if !before.turns_as(&mark) {
                    open.pop();
                }
                open.push(mark);
            }
            Some(_) => {}
        }
    }
    open.pop()
}

/// Adds a quotation in the place of those within it.
fn add(found: &mut Vec<Quotation>, quotation: Option<Quotation>) {
    if let Some(quotation) = quotation {
        found.truncate(found.partition_point(|other| other.mark < quotation.mark));
        found.push(quotation);
    }
}

fn between(text: &str, open: Mark, end: usize, mark_end: usize) -> Option<Quotation> {
    let inner = &text[open.end..end];
    let start = open.end + inner.len() - inner.trim_start().len();
    let length = inner.trim().len();
    let is_speech = length > 0 && inner.chars().take(LONGEST as usize + 1).count() <= LONGEST as usize;
    is_speech.then_some(Quotation { mark: open.start, mark_end, start, end: start + length })
}

#[cfg(test)]
mod tests;
