//! The words of a text that a query asks for.

use std::collections::{HashMap, VecDeque};
use std::ops::{Range, RangeInclusive};

use super::super::analysis::{Token, tokens};
use super::super::query::{Class, Lexeme, Place, Terms, lexemes};

/// A word of a text.
pub struct Word {
    /// Its bytes in the text.
    pub span: Range<usize>,
    /// Where it begins as the query knows it, without particles.
    pub start: Start,
    /// The terms of the query that it belongs to, a bit each.
    pub terms: u64,
    /// Whether a phrase goes on with the next word.
    pub continues: bool,
}

/// Where a word begins; the least is the one to take.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Start {
    /// Whether the form that was asked for is not the end of the word, so that particles may
    /// stand before it that cannot be told.
    is_vague: bool,
    pub byte: usize,
}

impl Word {
    /// Whether it belongs to a term of the query.
    pub fn is_marked(&self) -> bool {
        self.terms != 0
    }
}

/// The words of a text, those marked that the terms ask for.
pub fn marked(text: &str, language: Option<&str>, terms: &Terms) -> Vec<Word> {
    let mut marks = Marks { words: Vec::new(), terms, begun: HashMap::new() };
    for token in tokens(text, language) {
        let Range { start, end } = token.span;
        let vague = Start { is_vague: true, byte: start };
        marks.words.push(Word { span: start..end, start: vague, terms: 0, continues: false });
        for lexeme in lexemes(&token) {
            for place in terms.places(lexeme) {
                marks.found(place, || start_of(lexeme, &token, text));
            }
        }
    }
    marks.words
}

fn start_of(lexeme: Lexeme, token: &Token, text: &str) -> Start {
    let byte = match lexeme.class {
        Class::Variant => token.start_of(lexeme.form, text),
        Class::Exact | Class::Folded => token.span.start,
    };
    Start { is_vague: lexeme.class == Class::Variant && byte == token.span.start, byte }
}

struct Marks<'a> {
    words: Vec<Word>,
    terms: &'a Terms<'a>,
    /// For a word of a phrase, the words of the text that it was found in with all before it, as
    /// far back as the next one may need them, and where the phrase starts there.
    begun: HashMap<Place, VecDeque<(usize, Start)>>,
}

impl Marks<'_> {
    /// Takes the last word of the text so far for a word of a term.
    fn found(&mut self, place: Place, start: impl FnOnce() -> Start) {
        let here = self.words.len() - 1;
        let offsets = self.terms.offsets(place.term);
        let step = |word: usize| (offsets[word] - offsets[word - 1]) as usize;
        let start = match place.word.checked_sub(1) {
            None => Some(start()),
            Some(before) => self.begun(Place { word: before, ..place }, here.checked_sub(step(place.word))),
        };
        let Some(start) = start else { return };
        if place.word + 1 == offsets.len() {
            self.mark(here - offsets[place.word] as usize..=here, start, place.term);
            return;
        }
        let begun = self.begun.entry(place).or_default();
        match begun.back_mut() {
            Some((last, earliest)) if *last == here => *earliest = start.min(*earliest),
            _ => begun.push_back((here, start)),
        }
        while begun.front().is_some_and(|(first, _)| first + step(place.word + 1) < here) {
            begun.pop_front();
        }
    }

    fn begun(&self, place: Place, there: Option<usize>) -> Option<Start> {
        let (begun, there) = (self.begun.get(&place)?, there?);
        begun.binary_search_by_key(&there, |(at, _)| *at).ok().map(|at| begun[at].1)
    }

    fn mark(&mut self, words: RangeInclusive<usize>, start: Start, term: usize) {
        let (first, last) = words.into_inner();
        let word = &mut self.words[first];
        word.start = start.min(word.start);
        for word in &mut self.words[first..=last] {
            word.terms |= 1 << term;
        }
        for word in &mut self.words[first..last] {
            word.continues = true;
        }
    }
}
