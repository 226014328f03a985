//! Names of persons.

use std::collections::{HashMap, HashSet};

use super::super::analysis::Word;
use super::reading::Named;

/// The last name of a person with the words that belong to it: `بن لادن`, `عبد العزيز`, `نصر
/// الله`. Nothing where no other name stands before it.
pub fn surname<'a, 'b>(words: &'a [Word<'b>]) -> &'a [Word<'b>] {
    let is_in = |word: &Word, list: &[&str]| list.contains(&&*word.folded);
    let generations = words.iter().rev().take_while(|word| is_in(word, &GENERATIONS)).count();
    let words = words.get(..words.len() - generations).unwrap_or_default();
    let complements = words.iter().rev().take_while(|word| is_in(word, &COMPLEMENTS)).count();
    let before = words.iter().rev().skip(complements + 1);
    let particles = before.take_while(|word| is_in(word, &PARTICLES)).count();
    let start = words.len().saturating_sub(complements + 1 + particles);
    if start > 0 { words.get(start..).unwrap_or_default() } else { &[] }
}

const GENERATIONS: [&str; 6] = ["jr", "sr", "ii", "iii", "iv", "vi"];

/// Words that are a name only together with the one before.
const COMPLEMENTS: [&str; 5] = ["الله", "الدين", "الرحمن", "الحق", "الزهراء"];

/// Words that are a name only together with the next.
const PARTICLES: [&str; 28] = [
    "عبد", "ابو", "ابي", "ابا", "ابن", "بن", "بنت", "ام", "ال", "ولد", "بو", "abd", "abdel", "abdul", "abu",
    "al", "bin", "ibn", "ben", "bint", "el", "da", "de", "del", "di", "van", "von", "der",
];

/// Marks names of one word that are given names of several persons as well: a town called
/// `Jordan` or `حسن`.
pub fn mark_given_names(names: &mut [Named]) {
    let mut bearers: HashSet<(&str, u32)> = HashSet::new();
    for (words, reading) in names.iter() {
        if let Some((_, given)) = words.split_last().filter(|_| reading.is_person) {
            bearers.extend(given.iter().map(|word| (&**word, reading.entity)));
        }
    }
    let mut counts: HashMap<Box<str>, u32> = HashMap::new();
    for (word, _) in bearers {
        *counts.entry(word.into()).or_default() += 1;
    }
    for (words, reading) in names {
        if let [word] = words.as_slice() {
            reading.is_given_name |= counts.get(word).is_some_and(|count| *count >= BEARERS);
        }
    }
}

/// The fewest persons that make a word a given name.
const BEARERS: u32 = 3;
