//! Emphasis beside letters of scripts in which words are written together.
//!
//! CommonMark lets `**` open an emphasis before a punctuation mark only behind a space or another one, since a word
//! would be parted otherwise. Arabic and Hebrew write particles to the word, Korean what follows it, and Chinese,
//! Japanese and Thai have no spaces at all: `و**«القدس»**` is meant. As the amendment for Chinese, Japanese and Korean
//! does that is discussed for CommonMark, a letter of such a script counts as a space there.

use std::borrow::Cow;

use unicode_normalization::char::is_combining_mark;

/// Signs of the script Kharoshthi: one of them, which the text does not have, is the mark.
const MARKS: std::ops::RangeInclusive<char> = '\u{10A50}'..='\u{10A58}';

/// Markdown with a mark wherever a run of `*` or `~` has to have a punctuation mark beside it.
pub struct Parted<'a> {
    pub source: Cow<'a, str>,
    mark: Option<char>,
}

/// Parts the runs of a text from the letters beside which they are to open or close an emphasis.
pub fn parted(text: &str) -> Parted<'_> {
    let whole = Parted { source: Cow::Borrowed(text), mark: None };
    if !text.contains(['*', '~']) || !text.contains(is_written_together) {
        return whole;
    }
    let is_new = |mark: &char| !text.contains(*mark) && !text.contains(&encoded(*mark));
    let Some(mark) = MARKS.into_iter().find(is_new) else { return whole };
    let mut source = String::with_capacity(text.len() + text.len() / 8);
    let mut before = ' ';
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let length = match c {
            // What is escaped is no run.
            '\\' => c.len_utf8() + usize::from(rest[1..].starts_with(['*', '~'])),
            '*' | '~' => rest.len() - rest.trim_start_matches(c).len(),
            _ => c.len_utf8(),
        };
        let (part, behind) = rest.split_at(length);
        rest = behind;
        let after = behind.chars().next().unwrap_or(' ');
        let is_run = matches!(c, '*' | '~');
        source.extend((is_run && is_parted(before, after) && !is_closing(after)).then_some(mark));
        source.push_str(part);
        source.extend((is_run && is_parted(after, before) && !is_opening(before)).then_some(mark));
        before = part.chars().next_back().unwrap_or(c);
    }
    Parted { source: Cow::Owned(source), mark: Some(mark) }
}

impl Parted<'_> {
    /// What was made of the source, without the marks.
    pub fn joined(&self, html: String) -> String {
        match self.mark {
            Some(mark) => html.replace(mark, "").replace(&encoded(mark), ""),
            None => html,
        }
    }
}

/// The mark in a URL.
fn encoded(mark: char) -> String {
    mark.to_string().bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// Whether a run between a letter and a punctuation mark, on whichever side, is to be parted from the letter.
fn is_parted(letter: char, punctuation: char) -> bool {
    !is_space(letter)
        && !is_punctuation(letter)
        && is_punctuation(punctuation)
        && (is_written_together(letter) || is_written_together(punctuation))
}

fn is_space(c: char) -> bool {
    c.is_whitespace() || c.is_control()
}

fn is_punctuation(c: char) -> bool {
    !(c.is_alphanumeric() || is_space(c) || is_combining_mark(c) || is_invisible(c))
}

/// Whether what is behind a run ends there, so that the run does not open anything.
fn is_closing(c: char) -> bool {
    matches!(
        c,
        '.' | ','
            | ';'
            | ':'
            | '!'
            | '?'
            | ')'
            | ']'
            | '}'
            | '…'
            | '»'
            | '›'
            | '”'
            | '’'
            | '،'
            | '؛'
            | '؟'
            | '۔'
            | '。'
            | '、'
            | '，'
            | '．'
            | '！'
            | '？'
            | '：'
            | '；'
            | '）'
            | '」'
            | '』'
            | '】'
            | '》'
            | '〉'
    )
}

/// Whether what is before a run begins there, so that the run does not close anything.
fn is_opening(c: char) -> bool {
    matches!(c, '(' | '[' | '{' | '«' | '‹' | '“' | '‘' | '„' | '‚' | '（' | '「' | '『' | '【' | '《' | '〈')
}

/// Joiners, and the marks that tell the direction, which may stand between a letter and a sign.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200C}'..='\u{200F}' | '\u{61C}')
}

/// Letters, marks and punctuation of scripts that write words together.
fn is_written_together(c: char) -> bool {
    let is_of_right_to_left = matches!(c,
        '\u{591}'..='\u{8FF}' | '\u{FB1D}'..='\u{FDFF}' | '\u{FE70}'..='\u{FEFC}' | '\u{10800}'..='\u{10FFF}'
        | '\u{1E800}'..='\u{1EFFF}');
    // Thai, Lao, Tibetan, Burmese; Ethiopic; Khmer.
    let is_of_south_and_ethiopia =
        matches!(c, '\u{E00}'..='\u{109F}' | '\u{1200}'..='\u{139F}' | '\u{1780}'..='\u{17FF}');
    let is_of_east = matches!(c,
        '\u{1100}'..='\u{11FF}' | '\u{2E80}'..='\u{9FFF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{FE30}'..='\u{FE4F}' | '\u{FF00}'..='\u{FFEF}' | '\u{20000}'..='\u{3FFFF}');
    is_of_right_to_left || is_of_south_and_ethiopia || is_of_east || is_invisible(c)
}
