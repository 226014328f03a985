//! How well direct speech and its speakers are found, in sentences that somebody has marked:
//!
//! ```text
//! cargo run --release -p maqal-text --example quotes benches/quotes.tsv
//! ```
//!
//! Each line is a language and a text, in which `[names]` are mentions of persons, `{names}` of organisations,
//! and `⟦speech⟧` is followed by the number of the mention that says it, 0 for nobody.

use std::{collections::BTreeMap, error::Error, fs};

use maqal_text::quotes::{self, Speaker};

/// Speech with the number of its speaker.
type Said = BTreeMap<(u32, u32), Option<usize>>;

/// A text without its marks.
#[derive(Default)]
struct Sample {
    text: String,
    mentions: Vec<Speaker>,
    said: Said,
}

fn read(marked: &str) -> Option<Sample> {
    let (mut sample, mut at, mut opened) = (Sample::default(), 0, 0);
    let mut chars = marked.chars();
    while let Some(c) = chars.next() {
        match c {
            '[' | '{' => sample.mentions.push(Speaker { start: at, end: at, is_person: c == '[' }),
            ']' | '}' => sample.mentions.last_mut()?.end = at,
            '⟦' => opened = at,
            '⟧' => {
                let number = usize::try_from(chars.next()?.to_digit(10)?).ok()?;
                sample.said.insert((opened, at), number.checked_sub(1));
            }
            c => {
                sample.text.push(c);
                at += 1;
            }
        }
    }
    Some(sample)
}

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("which file?")?;
    let (mut wanted, mut found, mut right, mut named, mut by, mut rightly) = (0, 0, 0, 0, 0, 0);
    for line in fs::read_to_string(path)?.lines() {
        let (language, marked) = line.split_once('\t').ok_or("a line without a language")?;
        let sample = read(marked).ok_or_else(|| format!("not marked well: {line}"))?;
        let quotes = quotes::find(&sample.text, language, &sample.mentions);
        let quotes: Said =
            quotes.into_iter().map(|quote| ((quote.span.start, quote.span.end), quote.speaker)).collect();
        wanted += sample.said.len();
        found += quotes.len();
        right += quotes.keys().filter(|span| sample.said.contains_key(span)).count();
        named += sample.said.values().flatten().count();
        by += quotes.values().flatten().count();
        rightly +=
            quotes.iter().filter(|(span, who)| who.is_some() && sample.said.get(span) == Some(who)).count();
        if quotes != sample.said {
            println!("{line}\n    {quotes:?}");
        }
    }
    let share = |of: usize, all: usize| of as f64 / all.max(1) as f64;
    println!("speech: precision {:.3}, recall {:.3} of {wanted}", share(right, found), share(right, wanted));
    println!("speakers: precision {:.3}, recall {:.3} of {named}", share(rightly, by), share(rightly, named));
    Ok(())
}
