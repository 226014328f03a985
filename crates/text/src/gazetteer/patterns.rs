//! Sequences of words, to be walked word by word.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

/// Sequences of words and what each may mean, in the order of their words.
///
/// A trie with nothing to store but the sequences: those that begin alike are neighbours, and a
/// [`Node`] is a range of them.
#[derive(Debug)]
pub struct Patterns<T> {
    /// The number of each word, in the order of the words.
    words: HashMap<Box<str>, WordNumber, FixedState>,
    /// By word, the first pattern that begins with it or with a later one; one more at the end.
    first: Vec<u32>,
    /// The words of all patterns, one behind the other.
    sequences: Vec<WordNumber>,
    /// The meanings of all patterns, one behind the other.
    meanings: Vec<T>,
    /// By pattern, where it begins in the two lists above; one more at the end.
    starts: Vec<Start>,
}

/// The number of a word.
pub type WordNumber = u32;

/// The number of a sequence.
pub type Pattern = u32;

#[derive(Clone, Copy, Debug, Default)]
struct Start {
    sequence: u32,
    meaning: u32,
}

/// A node of the trie: the patterns that begin with so many words walked.
#[derive(Clone, Debug)]
pub struct Node {
    patterns: Range<Pattern>,
    depth: u32,
}

impl<T: Copy + Ord> Patterns<T> {
    /// Sequences of words with a meaning each; what is given twice is there once.
    pub fn new(mut given: Vec<(Vec<Box<str>>, T)>) -> Self {
        given.sort_unstable();
        given.dedup();
        let words = numbered(given.iter().flat_map(|(sequence, _)| sequence));
        let mut patterns = Self {
            first: Vec::with_capacity(words.len() + 1),
            sequences: Vec::new(),
            meanings: Vec::with_capacity(given.len()),
            starts: Vec::new(),
            words,
        };
        for alike in given.chunk_by(|one, other| one.0 == other.0) {
            patterns.push(alike);
        }
        patterns.first.resize(patterns.words.len() + 1, size(&patterns.starts));
        patterns.starts.push(patterns.end());
        patterns
    }

    fn push(&mut self, alike: &[(Vec<Box<str>>, T)]) {
        let sequence = alike.first().map_or(&[][..], |(sequence, _)| sequence);
        let number = size(&self.starts);
        self.starts.push(self.end());
        self.sequences.extend(sequence.iter().filter_map(|word| self.words.get(word)));
        self.meanings.extend(alike.iter().map(|(_, meaning)| *meaning));
        if let Some(first) = sequence.first().and_then(|word| self.word(word))
            && self.first.len() <= first as usize
        {
            self.first.resize(first as usize + 1, number);
        }
    }

    fn end(&self) -> Start {
        Start { sequence: size(&self.sequences), meaning: size(&self.meanings) }
    }
}

impl<T> Patterns<T> {
    /// The number of a word, if it is in any pattern.
    pub fn word(&self, word: &str) -> Option<WordNumber> {
        self.words.get(word).copied()
    }

    /// The node before the first word.
    pub fn root(&self) -> Node {
        Node { patterns: 0..size(&self.starts).saturating_sub(1), depth: 0 }
    }

    /// The node behind one more word, if a pattern goes on with it.
    pub fn child(&self, node: &Node, word: WordNumber) -> Option<Node> {
        let patterns = if node.depth == 0 {
            let at = word as usize;
            *self.first.get(at)?..*self.first.get(at + 1)?
        } else {
            let is_before = |pattern| self.sequence(pattern).get(node.depth as usize) < Some(&word);
            let is_until = |pattern| self.sequence(pattern).get(node.depth as usize) <= Some(&word);
            let start = partition_point(&node.patterns, is_before);
            start..partition_point(&(start..node.patterns.end), is_until)
        };
        (!patterns.is_empty()).then_some(Node { patterns, depth: node.depth + 1 })
    }

    /// The pattern that ends at a node.
    pub fn ending(&self, node: &Node) -> Option<Pattern> {
        let first = node.patterns.start;
        (self.sequence(first).len() == node.depth as usize).then_some(first)
    }

    /// What a pattern may mean.
    pub fn meanings(&self, pattern: Pattern) -> &[T] {
        self.part(&self.meanings, pattern, |start| start.meaning)
    }

    /// What each pattern may mean.
    pub fn all_meanings(&self) -> impl Iterator<Item = &[T]> {
        self.root().patterns.map(|pattern| self.meanings(pattern))
    }

    fn sequence(&self, pattern: Pattern) -> &[WordNumber] {
        self.part(&self.sequences, pattern, |start| start.sequence)
    }

    fn part<'a, P>(&self, all: &'a [P], pattern: Pattern, of: fn(&Start) -> u32) -> &'a [P] {
        let start = |at: usize| self.starts.get(at).map(|start| of(start) as usize);
        let at = pattern as usize;
        let range = start(at).zip(start(at + 1));
        range.and_then(|(start, end)| all.get(start..end)).unwrap_or_default()
    }
}

fn numbered<'a>(words: impl Iterator<Item = &'a Box<str>>) -> HashMap<Box<str>, WordNumber, FixedState> {
    let mut words: Vec<_> = words.collect();
    words.sort_unstable();
    words.dedup();
    words.into_iter().cloned().zip(0..).collect()
}

/// Sizes and numbers are of 32 bits; a gazetteer of that size has no room in memory.
fn size<P>(list: &[P]) -> u32 {
    u32::try_from(list.len()).unwrap_or(u32::MAX)
}

/// The first number of a range for which something does not hold that holds for all before.
fn partition_point(range: &Range<u32>, holds: impl Fn(u32) -> bool) -> u32 {
    let Range { mut start, mut end } = *range;
    while start < end {
        let middle = start + (end - start) / 2;
        if holds(middle) {
            start = middle + 1;
        } else {
            end = middle;
        }
    }
    start
}
