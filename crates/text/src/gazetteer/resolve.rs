//! Whom a name means in this article.

use std::collections::BTreeSet;

use super::patterns::{Pattern, Patterns};
use super::reading::{Primary, Reading, Role};
use super::scan::Match;
use super::writing::Doubt;
use super::{Known, THRESHOLD};

/// An entity for a match, and how sure that is.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// The number of the entity in the gazetteer.
    pub entity: u32,
    /// From 0 to 1.
    pub confidence: f32,
}

/// For each match the most likely entity: how likely it is that the words are a name, times the
/// share of that entity among all that have it. Of the known entities the article speaks anyway.
pub fn choices(
    patterns: &Patterns<Reading>,
    entities: &[Known],
    matches: &[Match],
    language: Option<&str>,
    known: impl Iterator<Item = u32>,
) -> Vec<Option<Choice>> {
    let mut article = Article {
        patterns,
        entities,
        language: language.and_then(Primary::of),
        certain: BTreeSet::new(),
        named: BTreeSet::new(),
    };
    let undisputed = matches.iter().filter_map(|found| article.undisputed(found));
    article.certain = undisputed.chain(known.map(|entity| (entity, BY_NO_NAME))).collect();
    let mut choices = Vec::with_capacity(matches.len());
    for found in matches {
        let choice = article.choice(found);
        let in_full = choice.filter(|choice| found.writing.words > 1 && choice.confidence >= THRESHOLD);
        article.named.extend(in_full.map(|choice| choice.entity));
        choices.push(choice);
    }
    choices
}

/// In place of the name by which an entity is certain.
const BY_NO_NAME: Pattern = Pattern::MAX;

struct Article<'a> {
    patterns: &'a Patterns<Reading>,
    entities: &'a [Known],
    language: Option<Primary>,
    /// Entities that have a name to themselves in this article, each with that name.
    certain: BTreeSet<(u32, Pattern)>,
    /// Entities named in full so far.
    named: BTreeSet<u32>,
}

/// An entity that a match may mean.
struct Sense {
    entity: u32,
    /// How likely it is that the words are a name, if they mean this entity.
    certainty: f32,
    /// How much speaks for this entity beside others.
    weight: f32,
}

impl<'a> Article<'a> {
    /// The entity of a name that no other has, where it is clearly a name.
    fn undisputed(&self, found: &Match) -> Option<(u32, Pattern)> {
        let mut names = self.readings(found).filter(|reading| reading.role == Role::Name);
        let (clearest, doubt) =
            names.clone().map(|name| (name, self.doubt(found, name))).min_by_key(|(_, doubt)| *doubt)?;
        let is_alone = names.all(|other| other.entity == clearest.entity);
        (is_alone && doubt == Doubt::None).then_some((clearest.entity, found.pattern))
    }

    fn choice(&self, found: &Match) -> Option<Choice> {
        let readings: Vec<&Reading> = self.readings(found).collect();
        let of_entities = readings.chunk_by(|one, other| one.entity == other.entity);
        let is_disputed = of_entities.clone().nth(1).is_some();
        let senses: Vec<Sense> =
            of_entities.filter_map(|readings| self.sense(found, readings, is_disputed)).collect();
        let total: f32 = senses.iter().map(|sense| sense.weight).sum();
        let best =
            senses.iter().reduce(|best, other| if other.weight > best.weight { other } else { best })?;
        Some(Choice { entity: best.entity, confidence: best.certainty * best.weight / total })
    }

    fn readings(&self, found: &Match) -> impl Iterator<Item = &'a Reading> + Clone {
        let writing = found.writing;
        self.patterns.meanings(found.pattern).iter().filter(move |reading| writing.fits(reading))
    }

    /// What speaks for an entity, by the clearest of its readings.
    fn sense(&self, found: &Match, readings: &[&Reading], is_disputed: bool) -> Option<Sense> {
        let entity = readings.first()?.entity;
        let known = self.entities.get(entity as usize)?;
        let is_named = self.named.contains(&entity);
        let possible = readings.iter().filter(|reading| reading.role == Role::Name || is_named);
        let by_doubt =
            possible.map(|reading| (self.doubt(found, reading), !self.is_in_language(reading), reading));
        let (doubt, _, reading) = by_doubt.min()?;
        let has_other_name = is_named || self.has_other_name(entity, found.pattern, doubt);
        let met = known.related.iter().filter(|related| self.is_certain(**related)).take(3).count();
        let company = Company { has_other_name, met };
        // Of what nobody knows the company, it is not missing; nor of what alone has its name.
        let may_miss_company = is_disputed || doubt != Doubt::None;
        let is_company_missing = may_miss_company && !company.is_there() && !known.related.is_empty();
        let certainty =
            |is_company_missing| certainty(found, reading, doubt, known, &company, is_company_missing);
        // What misses its company makes no case for those of which nobody knows any.
        let weight =
            (known.uses as f32 + 10.0) * self.language_weight(reading) * company.weight() * certainty(false);
        Some(Sense { entity, certainty: certainty(is_company_missing), weight })
    }

    fn doubt(&self, found: &Match, reading: &Reading) -> Doubt {
        if self.is_foreign(found, reading) { Doubt::Grave } else { found.writing.doubt(reading) }
    }

    /// Whether a name of one word is of another language in the same script, while the entity has
    /// a name in this one.
    fn is_foreign(&self, found: &Match, reading: &Reading) -> bool {
        let Some((of_name, of_text)) = reading.language.zip(self.language) else { return false };
        let is_other = of_name != of_text && found.writing.words == 1;
        let is_in_script = found.writing.is_arabic == of_text.is_arabic();
        let known = self.entities.get(reading.entity as usize);
        is_other && is_in_script && known.is_some_and(|known| known.languages.contains(&of_text))
    }

    fn is_in_language(&self, reading: &Reading) -> bool {
        reading.language.is_some() && reading.language == self.language
    }

    fn language_weight(&self, reading: &Reading) -> f32 {
        match (reading.language, self.language) {
            (Some(of_name), Some(of_text)) if of_name == of_text => 4.0,
            (Some(_), Some(_)) => 0.5,
            _ => 1.0,
        }
    }

    /// Whether an entity is certain by another name; one whose name is in doubt, by any.
    fn has_other_name(&self, entity: u32, name: Pattern, doubt: Doubt) -> bool {
        let mut certain = self.certain.range((entity, 0)..=(entity, Pattern::MAX));
        certain.any(|(_, other)| *other != name || doubt != Doubt::None)
    }

    fn is_certain(&self, entity: u32) -> bool {
        self.certain.range((entity, 0)..=(entity, Pattern::MAX)).next().is_some()
    }
}

/// What else of an entity is in the article.
struct Company {
    has_other_name: bool,
    /// How many of the entities with which it often appears.
    met: usize,
}

impl Company {
    fn is_there(&self) -> bool {
        self.has_other_name || self.met > 0
    }

    fn weight(&self) -> f32 {
        1.0 + if self.has_other_name { 20.0 } else { 0.0 } + 10.0 * self.met as f32
    }
}

/// How likely it is that words are meant as a name: by their form, and by what dispels a doubt.
fn certainty(
    found: &Match,
    reading: &Reading,
    doubt: Doubt,
    known: &Known,
    company: &Company,
    is_company_missing: bool,
) -> f32 {
    let form = match doubt {
        Doubt::Grave => return 0.1,
        Doubt::None if found.writing.words > 1 => 0.95,
        Doubt::None if reading.role == Role::Surname => 0.9,
        Doubt::None if is_company_missing => 0.6,
        _ if is_company_missing => 0.35,
        Doubt::None if found.writing.is_peeled => 0.65,
        Doubt::None => 0.85,
        Doubt::Homograph => 0.55,
        Doubt::Slight | Doubt::Code => 0.35,
    };
    let uses = known.uses as f32;
    let remaining = match doubt {
        _ if company.has_other_name => 0.3,
        Doubt::None | Doubt::Homograph if company.met > 0 => 0.3,
        Doubt::None | Doubt::Slight => 1.0 - 0.5 * uses / (uses + 20.0),
        Doubt::Homograph | Doubt::Code | Doubt::Grave => 1.0,
    };
    1.0 - (1.0 - form) * remaining
}
