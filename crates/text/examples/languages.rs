//! What searches find in many languages, without a database:
//!
//! ```text
//! cargo run --release -p maqal-text --example languages LANGUAGES.ndjson
//! ```
//!
//! Each line of the file has a `language`, its `texts`, and `queries`, each a word `q` with the numbers of the texts
//! that have a form of it (`truth`). Recall and precision are the means over the queries of a line; of a query that
//! finds nothing the precision does not count.

use std::{
    collections::{BTreeSet, HashSet},
    error::Error,
    fs,
};

use maqal_text::{
    analysis::tokens,
    highlight::{Limits, highlight},
    query::{Match, Query, lexemes},
};
use serde_json::Value;

/// The texts that a query finds, by their numbers.
fn found(query: &Query, texts: &[&str], index: &[HashSet<String>], language: &str) -> BTreeSet<u64> {
    let required = query.required(Match::Stem, &[]);
    let is_phrase = query.phrases(Match::Stem) > 0;
    let matches = |(text, lexemes): (&&str, &HashSet<String>)| {
        let has_words = required.iter().all(|any| any.iter().any(|lexeme| lexemes.contains(lexeme)));
        let is_marked = || {
            !highlight(text, Some(language), &query.positive_terms(Match::Stem), Limits::default()).is_empty()
        };
        !required.is_empty() && has_words && (!is_phrase || is_marked())
    };
    let numbered = texts.iter().zip(index).zip(0..);
    numbered.filter(|(pair, _)| matches(*pair)).map(|(_, number)| number).collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    for line in fs::read_to_string(path)?.lines() {
        let line: Value = serde_json::from_str(line)?;
        let language = line["language"].as_str().ok_or("a line without a language")?;
        let texts: Vec<&str> =
            line["texts"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        let of_text = |text: &&str| {
            tokens(text, Some(language))
                .flat_map(|token| lexemes(&token).map(|lexeme| lexeme.to_string()).collect::<Vec<_>>())
                .collect()
        };
        let index: Vec<HashSet<String>> = texts.iter().map(of_text).collect();
        let (mut asked, mut answered, mut recall, mut precision) = (0, 0, 0.0, 0.0);
        for query in line["queries"].as_array().into_iter().flatten() {
            let words = query["q"].as_str().ok_or("a query without words")?;
            let truth: BTreeSet<u64> =
                query["truth"].as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
            let found = found(&Query::parse(words, Some(language))?, &texts, &index, language);
            let right = found.intersection(&truth).count() as f64;
            asked += 1;
            recall += right / truth.len().max(1) as f64;
            if !found.is_empty() {
                answered += 1;
                precision += right / found.len() as f64;
            }
            if std::env::args().nth(2).as_deref() == Some(language) {
                let missed: Vec<_> = truth.difference(&found).take(3).collect();
                let more: Vec<_> = found.difference(&truth).take(3).collect();
                println!(
                    "    {words}: {} of {}, {} found; {missed:?} {more:?}",
                    right,
                    truth.len(),
                    found.len()
                );
            }
        }
        let name = line["treebank"].as_str().unwrap_or(language);
        let mean = |sum: f64, of: i32| sum / f64::from(of.max(1));
        println!(
            "{language:<8} {name:<24} recall {:.3}  precision {:.3}",
            mean(recall, asked),
            mean(precision, answered)
        );
    }
    Ok(())
}
