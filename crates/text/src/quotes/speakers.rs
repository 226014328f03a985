//! Who says a quotation: named by the verb of saying next to it, or by one before.

use super::{
    Speaker,
    pieces::Piece,
    subjects::{Reader, Subject},
    verbs::Verbs,
};

/// For how many sentences who spoke last is remembered.
const MEMORY: u32 = 5;

/// What is known of who says a quotation.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Attribution {
    /// The number of the mention that names who speaks.
    pub speaker: Option<usize>,
    /// The piece that is the verb.
    pub verb: Option<usize>,
    /// Whether the verb stands behind the quotation.
    pub is_behind: bool,
    /// Whether who speaks is not named there, but before.
    pub is_inherited: bool,
}

/// The quotations among the pieces, each by its number with what is known of who says it.
pub fn attribute(pieces: &[Piece], verbs: &Verbs, mentions: &[Speaker]) -> Vec<(usize, Attribution)> {
    let reader = Reader { pieces, verbs, mentions };
    let mut found: Vec<(usize, Attribution)> = Vec::new();
    // Who spoke last, and in which sentence.
    let mut last: Option<(usize, u32)> = None;
    let mut read = 0;
    for at in (0..pieces.len()).filter(|at| pieces[*at].is_quotation()) {
        let before = reader.before(at);
        let behind = reader.behind(at);
        // A quotation that ends with a comma, or asks, goes on in the words behind it.
        let verb = if verbs.is_arabic { before.or(behind) } else { behind.or(before) };
        // What was said indirectly up to there.
        let end = verb.unwrap_or(at).min(at);
        for word in read..end {
            reader.listen(word, &mut last);
        }
        read = read.max(end);
        let spoke = last.filter(|(_, sentence)| pieces[at].sentence - sentence <= MEMORY).map(|(who, _)| who);
        let mut attribution =
            Attribution { verb, is_behind: verb.is_some_and(|verb| verb > at), ..Default::default() };
        match verb.map(|verb| reader.subject(verb, at)) {
            Some(Subject::Named(who)) => attribution.speaker = Some(who),
            Some(Subject::Unnamed) => {}
            Some(Subject::Same) => (attribution.speaker, attribution.is_inherited) = (spoke, true),
            None => {
                // Further words of the same sentence, or sentence of the same speech.
                let previous = found.last().filter(|(before, it)| {
                    let goes_on = pieces[*before].sentence == pieces[at].sentence
                        || pieces[at].is_sentence && pieces[at].sentence - pieces[*before].sentence <= 2;
                    goes_on && it.speaker.is_some()
                });
                let before = spoke.filter(|_| {
                    pieces[at].is_sentence
                        && last.is_some_and(|(_, sentence)| pieces[at].sentence - sentence <= 1)
                });
                attribution.speaker = previous.and_then(|(_, previous)| previous.speaker).or(before);
                attribution.is_inherited = attribution.speaker.is_some();
            }
        }
        match (attribution.verb, attribution.speaker) {
            (_, Some(who)) => last = Some((who, pieces[at].sentence)),
            (Some(_), None) => last = None,
            (None, None) => {}
        }
        if let Some(verb) = verb {
            read = read.max(verb + 1);
        }
        found.push((at, attribution));
    }
    found
}
