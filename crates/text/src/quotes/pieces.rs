//! A text cut into the words outside of its quotations, and the quotations.

use std::ops::Range;

use super::{Speaker, marks::Quotation};
use crate::analysis::{Token, tokens};
use crate::breaks;

/// A word outside of the quotations, or a quotation.
#[derive(Clone, Debug, Default)]
pub struct Piece {
    /// Where it is, in code points; a quotation with its marks.
    pub place: Range<u32>,
    /// The number of its sentence.
    pub sentence: u32,
    /// Whether a comma, or a colon, stands right before it.
    pub after_comma: bool,
    pub after_colon: bool,
    /// Of a quotation: where it is without marks.
    pub quotation: Option<Range<u32>>,
    /// Of a quotation: the number of its words.
    pub words: usize,
    /// Of a quotation: whether it is a sentence, or several, by itself.
    pub is_sentence: bool,
    /// Of a word: its folded form, and whether it begins with a capital.
    pub folded: String,
    pub is_capital: bool,
    /// Of a word: the number of the mention that it is part of.
    pub mention: Option<usize>,
}

impl Piece {
    /// Whether it is a quotation.
    pub fn is_quotation(&self) -> bool {
        self.quotation.is_some()
    }
}

/// The pieces of a text in their order.
pub fn cut(text: &str, quotations: &[Quotation], mentions: &[Speaker]) -> Vec<Piece> {
    let mut cutter = Cutter { text, pieces: Vec::new(), end: 0, said: "", sentence: 0, counted: (0, 0) };
    let mut tokens = tokens(text, None).peekable();
    let mut mentions = mentions.iter().enumerate().peekable();
    for quotation in quotations.iter().map(Some).chain([None]) {
        let until = quotation.map_or(text.len(), |quotation| quotation.mark);
        while let Some(token) = tokens.next_if(|token| token.span.start < until) {
            let mut word = cutter.word(token);
            while mentions.next_if(|(_, mention)| mention.end <= word.place.start).is_some() {}
            let mention = mentions.peek().filter(|(_, mention)| mention.start < word.place.end);
            word.mention = mention.map(|(number, _)| *number);
            cutter.pieces.push(word);
        }
        if let Some(quotation) = quotation {
            let mut words = 0;
            while tokens.next_if(|token| token.span.start < quotation.mark_end).is_some() {
                words += 1;
            }
            let piece = cutter.quotation(quotation, words);
            cutter.pieces.push(piece);
        }
    }
    let mut pieces = cutter.pieces;
    for at in 0..pieces.len() {
        let is_other = |other: Option<&Piece>| other.is_none_or(|it| it.sentence != pieces[at].sentence);
        let before = at.checked_sub(1).and_then(|before| pieces.get(before));
        pieces[at].is_sentence = is_other(before) && is_other(pieces.get(at + 1));
    }
    pieces
}

struct Cutter<'a> {
    text: &'a str,
    pieces: Vec<Piece>,
    /// Where the last piece ends, in bytes.
    end: usize,
    /// What the last quotation says.
    said: &'a str,
    sentence: u32,
    /// The bytes that were counted, and the code points that they are.
    counted: (usize, u32),
}

impl Cutter<'_> {
    fn word(&mut self, token: Token) -> Piece {
        let word = &self.text[token.span.clone()];
        let is_capital = word.chars().next().is_some_and(char::is_uppercase);
        let piece = self.piece(&token.span);
        Piece { folded: token.folded, is_capital, ..piece }
    }

    fn quotation(&mut self, quotation: &Quotation, words: usize) -> Piece {
        let start = self.code_point(quotation.mark);
        let inner = self.code_point(quotation.start)..self.code_point(quotation.end);
        let piece = self.piece(&(quotation.mark..quotation.mark_end));
        self.said = &self.text[quotation.start..quotation.end];
        Piece { place: start..piece.place.end, quotation: Some(inner), words, ..piece }
    }

    /// What every piece has.
    fn piece(&mut self, span: &Range<usize>) -> Piece {
        let gap = &self.text[self.end..span.start.max(self.end)];
        if self.ends_sentence(gap) {
            self.sentence += 1;
        }
        let mark = gap.trim_end().chars().next_back();
        self.end = span.end;
        Piece {
            place: self.code_point(span.start)..self.code_point(span.end),
            sentence: self.sentence,
            after_comma: matches!(mark, Some(',' | '،' | '、' | '，')),
            after_colon: matches!(mark, Some(':' | '：')),
            ..Piece::default()
        }
    }

    /// The code points before a byte. They are asked for in their order, but for a quotation's own.
    fn code_point(&mut self, byte: usize) -> u32 {
        let (bytes, count) = self.counted;
        if let Some(more) = self.text.get(bytes..byte) {
            self.counted = (byte, count + length(more));
            return self.counted.1;
        }
        count - self.text.get(byte..bytes).map_or(0, length)
    }

    /// Whether a sentence ends between the last piece and the next one.
    fn ends_sentence(&self, gap: &str) -> bool {
        let Some(last) = self.pieces.last() else { return false };
        let next = self.text[self.end + gap.len()..].chars().next();
        let goes_on = next.is_some_and(char::is_lowercase);
        let breaks = breaks::count(gap);
        if breaks > 1 || breaks > 0 && !next.is_some_and(|c| c.is_lowercase() || c.is_uppercase()) {
            return true;
        }
        if last.is_quotation() {
            // `"Why?" Smith asked`.
            let asks = gap.trim().is_empty() && self.said.ends_with(['?', '!', '؟', '？', '！']);
            return !goes_on && !asks && (gap.contains(is_final) || self.said.ends_with(is_final));
        }
        let is_abbreviated = last.is_capital && last.folded.chars().count() <= 3;
        gap.contains(is_final) && gap.contains(char::is_whitespace) && !goes_on && !is_abbreviated
    }
}

fn is_final(c: char) -> bool {
    matches!(c, '.' | '!' | '?' | '؟' | '…' | '۔' | '。' | '！' | '？')
}

fn length(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
