//! The verbs of saying around a quotation, and their subjects.

use std::ops::Range;

use super::{
    LEAST_WORDS, Speaker,
    pieces::Piece,
    verbs::{Kinds, Verbs},
};

/// How many words before a quotation a verb is looked for.
const BEFORE: usize = 25;
/// How many behind it.
const BEHIND: usize = 10;
/// How many words a subject is from its verb.
const SUBJECT: usize = 14;
/// The most words between a verb and a name behind it in languages whose subject stands before.
const TITLE: usize = 5;

/// The subject of a verb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    Named(usize),
    /// Somebody, of whom there is no mention.
    Unnamed,
    /// Who spoke before.
    Same,
}

/// Reads the words of a text.
pub struct Reader<'a> {
    pub pieces: &'a [Piece],
    pub verbs: &'a Verbs,
    pub mentions: &'a [Speaker],
}

impl Reader<'_> {
    fn kinds(&self, at: usize) -> Kinds {
        self.verbs.kinds(&self.pieces[at].folded)
    }

    fn is_verb(&self, at: usize) -> bool {
        let kinds = self.kinds(at);
        kinds.says || kinds.is_as
    }

    /// The words of the sentence of a piece from there on, at most so many, up to a quotation.
    fn words_behind(&self, at: usize, most: usize) -> Range<usize> {
        let sentence = self.pieces[at].sentence;
        let is_of_it = |piece: &&Piece| piece.sentence == sentence && !piece.is_quotation();
        let count = self.pieces[at + 1..].iter().take(most).take_while(is_of_it).count();
        at + 1..at + 1 + count
    }

    /// The same before it; what is too short for speech is a title among them.
    fn words_before(&self, at: usize, most: usize) -> Range<usize> {
        let sentence = self.pieces[at].sentence;
        let is_of_it = |piece: &&Piece| {
            piece.sentence == sentence
                && (!piece.is_quotation() || piece.words < LEAST_WORDS && !piece.after_colon)
        };
        let count = self.pieces[..at].iter().rev().take(most).take_while(is_of_it).count();
        at - count..at
    }

    /// The verb before a quotation: the nearest one of its sentence.
    pub fn before(&self, at: usize) -> Option<usize> {
        self.words_before(at, BEFORE).rev().find(|word| self.is_verb(*word))
    }

    /// The verb behind a quotation, of the same sentence: in Arabic the next word, `حسب` or a verb that does not
    /// begin anew with `و`.
    pub fn behind(&self, at: usize) -> Option<usize> {
        let mut words = self.words_behind(at, BEHIND);
        if self.verbs.is_arabic {
            let is_free = !self.leads_to_quotation(&words);
            return words.take(2).filter(|_| is_free).find(|word| {
                let kinds = self.kinds(*word);
                let begins_anew = self.pieces[*word].folded.starts_with('و') || kinds.is_participle;
                kinds.is_as || kinds.says && !begins_anew
            });
        }
        // A clause of its own is another one's.
        let start = words.start;
        let goes_on = |word: &usize| {
            let piece = &self.pieces[*word];
            *word <= start + 1 || !(piece.after_comma && piece.is_capital)
        };
        words.by_ref().take_while(goes_on).find(|word| self.is_verb(*word))
    }

    /// Whether words are followed by a colon and a quotation.
    fn leads_to_quotation(&self, words: &Range<usize>) -> bool {
        self.pieces.get(words.end).is_some_and(|next| next.is_quotation() && next.after_colon)
    }

    /// Remembers who said something that is not quoted.
    pub fn listen(&self, at: usize, last: &mut Option<(usize, u32)>) {
        if self.pieces[at].is_quotation() || !self.is_verb(at) {
            return;
        }
        match self.subject(at, self.words_behind(at, SUBJECT).end) {
            Subject::Named(who) => *last = Some((who, self.pieces[at].sentence)),
            Subject::Unnamed => *last = None,
            Subject::Same => {}
        }
    }

    /// The subject of a verb; what it introduces stands at `quotation`.
    pub fn subject(&self, verb: usize, quotation: usize) -> Subject {
        let is_as = self.kinds(verb).is_as;
        if self.verbs.is_arabic {
            return self.arabic_subject(verb, quotation);
        }
        if is_as {
            let named = self.name_behind(verb, quotation);
            return named.map_or(Subject::Unnamed, Subject::Named);
        }
        self.subject_before(verb)
            .or_else(|| self.name_behind(verb, quotation).map(Subject::Named))
            // `Smith “…” dedi`: in some languages what is said stands before the verb.
            .unwrap_or_else(|| match verb == quotation + 1 {
                // `said a banker`.
                true if !self.words_behind(verb, 1).is_empty() => Subject::Unnamed,
                true => self.only_name_before(quotation),
                false => self.only_name_before(verb),
            })
    }

    /// Behind the verb, up to a conjunction or a circumstance; a participle has that of its sentence.
    fn arabic_subject(&self, verb: usize, quotation: usize) -> Subject {
        let mut words = self.words_behind(verb, SUBJECT);
        if quotation > verb {
            words.end = words.end.min(quotation);
        }
        let has_none = words.is_empty()
            || self.kinds(words.start).is_self && !self.kinds(verb).is_as
            || self.is_to_somebody(words.start);
        if has_none {
            let goes_on = self.kinds(verb).is_participle;
            return if goes_on { self.subject_of_sentence(verb) } else { Subject::Same };
        }
        let zone: Vec<usize> = words.take_while(|word| !self.kinds(*word).ends).collect();
        let person = zone.iter().copied().find_map(|word| self.speaker_at(word, true));
        let first = || zone.iter().take(2).find_map(|word| self.speaker_at(*word, false));
        person.or_else(first).map_or(Subject::Unnamed, Subject::Named)
    }

    /// Whose participle it is: the subject of the verb of saying before it, or else the nearest person.
    fn subject_of_sentence(&self, participle: usize) -> Subject {
        let words = self.words_before(participle, BEFORE);
        let main = words.clone().rev().find(|word| self.is_verb(*word) && !self.kinds(*word).is_participle);
        let named = main.map(|main| self.arabic_subject(main, participle));
        match (named, words.rev().find_map(|word| self.speaker_at(word, true))) {
            (Some(Subject::Named(who)), _) | (_, Some(who)) => Subject::Named(who),
            _ => Subject::Same,
        }
    }

    /// `لصحيفة`, `للصحفيين`: said to them, by somebody who was named before.
    fn is_to_somebody(&self, word: usize) -> bool {
        let piece = &self.pieces[word];
        let starts_within = piece.mention.is_some_and(|who| self.mentions[who].start == piece.place.start);
        piece.folded.starts_with('ل') && !starts_within && piece.folded.chars().count() > 3
    }

    /// A mention of somebody who may speak that begins with a word, and is not what something else is of.
    fn speaker_at(&self, word: usize, persons_alone: bool) -> Option<usize> {
        let who = self.pieces[word].mention?;
        let is_first = word == 0 || self.pieces[word - 1].mention != Some(who);
        let is_genitive = word > 0 && self.is_of(word - 1) || self.has_ending(word, who);
        (is_first && !is_genitive && (self.mentions[who].is_person || !persons_alone)).then_some(who)
    }

    fn is_of(&self, word: usize) -> bool {
        self.kinds(word).is_of
    }

    /// `Smith's`: the last word goes on behind the name.
    fn has_ending(&self, word: usize, who: usize) -> bool {
        let last = self.pieces[word..].iter().take_while(|piece| piece.mention == Some(who)).last();
        !self.verbs.is_arabic && last.is_some_and(|last| self.mentions[who].end < last.place.end)
    }

    /// The name, or the pronoun, right before a verb: perhaps with words of time between them, or an apposition
    /// between commas.
    fn subject_before(&self, verb: usize) -> Option<Subject> {
        let words = self.words_before(verb, SUBJECT);
        let before = words.clone().rev().find(|word| !self.kinds(*word).is_auxiliary)?;
        if self.kinds(before).is_pronoun {
            return Some(Subject::Same);
        }
        if let Some(who) = self.pieces[before].mention {
            let first = (words.start..=before).find(|word| self.pieces[*word].mention == Some(who))?;
            let named = self.speaker_at(first, false).or_else(|| {
                // `Smith of the Bank said`.
                let of = first.checked_sub(1).filter(|of| words.contains(of) && self.is_of(*of))?;
                self.pieces.get(of.checked_sub(1)?)?.mention.filter(|who| self.mentions[*who].is_person)
            });
            return Some(named.map_or(Subject::Unnamed, Subject::Named));
        }
        // `Smith, the minister, said`: what stands before the first comma of two.
        let comma =
            words.rev().find(|word| self.pieces[verb].after_comma && self.pieces[*word].after_comma)?;
        let who = self.pieces.get(comma.checked_sub(1)?)?.mention?;
        self.mentions[who].is_person.then_some(Subject::Named(who))
    }

    /// `said Finance Minister Smith`: a name behind nothing but capitals.
    fn name_behind(&self, verb: usize, quotation: usize) -> Option<usize> {
        let mut words = self.words_behind(verb, TITLE);
        if quotation > verb {
            words.end = words.end.min(quotation);
        }
        for word in words {
            if self.pieces[word].mention.is_some() {
                // `said OPEC production was lower`: organisations stand before their verb.
                return self.speaker_at(word, !self.kinds(verb).is_as);
            }
            let kinds = self.kinds(word);
            let is_of_title =
                self.pieces[word].is_capital || kinds.is_of_title || self.verbs.has_small_titles;
            if !is_of_title || kinds.is_of {
                return None;
            }
        }
        None
    }

    /// The one person who is named in the sentence before the verb; where several are, nobody knows.
    fn only_name_before(&self, verb: usize) -> Subject {
        let words = self.words_before(verb, BEFORE);
        if words.is_empty() {
            return Subject::Same;
        }
        let mut names = words.filter_map(|word| self.speaker_at(word, true));
        match (names.next(), names.next()) {
            (Some(who), None) => Subject::Named(who),
            _ => Subject::Unnamed,
        }
    }
}
