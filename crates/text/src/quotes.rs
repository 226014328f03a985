//! What people say in a text: its quotations, each with who said it, where the text names one
//! next to a verb of saying.
//!
//! It is done by rules, in one pass: quotation marks are paired within a paragraph; the verbs of
//! saying around them come from lists of some languages; who says is the mention in the place of
//! the subject (in Arabic behind the verb, elsewhere next to it), or, where the verb has no
//! subject of its own (`وأضاف:`, `he said`), who spoke last.

mod limits;
mod marks;
mod mention;
mod pieces;
mod speakers;
mod subjects;
mod verbs;

use std::ops::Range;

pub use limits::LONGEST;
use limits::{LEAST_ALONE, LEAST_BEFORE_VERB, LEAST_WORDS};
pub use mention::Speaker;
use pieces::Piece;
use speakers::Attribution;
use verbs::Verbs;

/// Direct speech in a text. Places are in code points.
#[derive(Clone, Debug, PartialEq)]
pub struct Quote {
    /// What stands between the marks.
    pub span: Range<u32>,
    /// The number of the mention that names who speaks.
    pub speaker: Option<usize>,
    /// The verb of saying, or what stands for one (`according to`).
    pub verb: Option<Range<u32>>,
    /// How likely it is that this is said, and by this speaker where there is one: 0 to 1.
    pub confidence: f32,
}

/// The direct speech in a text of that language (a BCP 47 tag), given its mentions in their order.
pub fn find(text: &str, language: &str, mentions: &[Speaker]) -> Vec<Quote> {
    let quotations = marks::quotations(text);
    if quotations.is_empty() {
        return Vec::new();
    }
    let pieces = pieces::cut(text, &quotations, mentions);
    let verbs = Verbs::of(language);
    let found = speakers::attribute(&pieces, &verbs, mentions).into_iter().filter_map(|(number, found)| {
        let piece = &pieces[number];
        let span = piece.quotation.clone()?;
        let confidence = confidence(piece, &found)?;
        let verb = found.verb.map(|verb| pieces[verb].place.clone());
        Some(Quote { span, speaker: found.speaker, verb, confidence })
    });
    found.collect()
}

/// How likely it is that a quotation is said, and by whom; nothing where it rather is not.
fn confidence(quotation: &Piece, found: &Attribution) -> Option<f32> {
    let least = if found.is_behind { LEAST_BEFORE_VERB } else { LEAST_WORDS };
    let is_speech = quotation.words >= least || quotation.after_colon;
    match (found.verb, found.speaker) {
        (Some(_), Some(_)) if is_speech => Some(if found.is_inherited { 0.6 } else { 0.9 }),
        (Some(_), None) if is_speech => Some(0.7),
        // It goes on as the one before it, or nobody is named.
        (None, speaker) if quotation.words >= LEAST_ALONE => {
            (speaker.is_some() || quotation.after_colon || quotation.is_sentence).then_some(0.5)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
