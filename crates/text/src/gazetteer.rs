//! The names of entities, found in the texts of an article.
//!
//! A name is a sequence of folded words. At each word of a text the longest name that begins
//! there is taken; the first word may have Arabic particles before the name, the last an English
//! `'s` behind it. Then the article as a whole decides whom each name means: entities that are
//! certain speak for those with which they often appear, and a surname is that of the person who
//! was named in full before.

mod case;
mod common;
mod entity;
mod forms;
mod known;
mod mention;
mod name;
mod patterns;
mod person;
mod reading;
mod resolve;
mod salience;
mod scan;
mod writing;

use std::cmp::Reverse;
use std::collections::HashMap;

pub use entity::{Entity, Name};
use known::Known;
pub use mention::{Mention, THRESHOLD};
use patterns::Patterns;
use reading::{Primary, Reading, Role};
pub use salience::salience;
use scan::Match;

/// The least confidence of a candidate.
const FLOOR: f32 = 0.2;

/// Where names stand in texts, before it is decided whom they mean.
#[derive(Clone, Debug)]
pub struct Spots(Vec<Match>);

/// The names of many entities, to be found in texts. It does not change, and any number of
/// threads may read it.
#[derive(Debug)]
pub struct Gazetteer {
    /// By id.
    entities: Vec<Known>,
    patterns: Patterns<Reading>,
}

impl Gazetteer {
    /// Takes the entities, in any order; those with the same id are one.
    pub fn build(entities: impl IntoIterator<Item = Entity>) -> Self {
        let mut entities: Vec<Entity> = entities.into_iter().collect();
        entities.sort_by_key(|entity| entity.id);
        entities.dedup_by(|other, entity| other.id == entity.id && entity.join(other));
        let numbers: HashMap<u32, u32> = entities.iter().map(|entity| entity.id).zip(0..).collect();
        let mut names = Vec::new();
        let mut known = Vec::with_capacity(entities.len());
        for (entity, number) in entities.iter().zip(0..) {
            names.append(&mut name::readings(entity, number));
            let related = distinct(entity.related.iter().filter_map(|id| numbers.get(id).copied()));
            let tags = entity.names.iter().filter_map(|name| name.language.as_deref());
            let languages = distinct(tags.filter_map(Primary::of));
            known.push(Known { id: entity.id, uses: entity.uses, languages, related });
        }
        person::mark_given_names(&mut names);
        Self { entities: known, patterns: Patterns::new(names) }
    }

    /// The entities that have a name of another one, the most used first, by id: those that their
    /// related entities tell apart.
    pub fn namesakes(&self) -> Vec<u32> {
        let entities = |meanings: &[Reading]| {
            let named = meanings.iter().filter(|reading| reading.role == Role::Name);
            distinct(named.map(|reading| reading.entity))
        };
        let shared = self.patterns.all_meanings().map(entities).filter(|entities| entities.len() > 1);
        let numbers = distinct(shared.flatten());
        let mut namesakes: Vec<&Known> =
            numbers.iter().filter_map(|number| self.entities.get(*number as usize)).collect();
        namesakes.sort_by_key(|known| (Reverse(known.uses), known.id));
        namesakes.iter().map(|known| known.id).collect()
    }

    /// Adds to the related entities: of each pair, by id, the first gets the second.
    pub fn relate(&mut self, mut pairs: Vec<(u32, u32)>) {
        pairs.sort_unstable();
        for pairs in pairs.chunk_by(|(one, _), (other, _)| one == other) {
            let related = pairs.iter().filter_map(|(_, related)| self.number(*related));
            let entity = pairs.first().and_then(|(entity, _)| self.number(*entity));
            let Some(entity) = entity else { continue };
            let related: Vec<u32> = related.collect();
            if let Some(known) = self.entities.get_mut(entity as usize) {
                known.related = distinct(known.related.iter().copied().chain(related));
            }
        }
    }

    fn number(&self, id: u32) -> Option<u32> {
        let found = self.entities.binary_search_by_key(&id, |known| known.id);
        found.ok().and_then(|number| u32::try_from(number).ok())
    }

    /// Where the texts of an article name entities: headline, standfirst and body, in the order
    /// in which they are read. The mentions are in that order too, and do not overlap.
    ///
    /// The language is a BCP 47 tag.
    pub fn find_in_texts(&self, texts: &[&str], language: Option<&str>) -> Vec<Mention> {
        self.find_with(texts, language, &[])
    }

    /// The same of an article that is known to speak of some entities, by id.
    pub fn find_with(&self, texts: &[&str], language: Option<&str>, known: &[u32]) -> Vec<Mention> {
        self.choose(texts, self.spot(texts, language), language, known)
    }

    /// Where any name stands in the texts, whoever is meant: what takes long, and all that the texts are looked
    /// through for.
    pub fn spot(&self, texts: &[&str], language: Option<&str>) -> Spots {
        let fields = texts.iter().copied().enumerate();
        Spots(fields.flat_map(|field| scan::matches(&self.patterns, field, language)).collect())
    }

    /// Whom the names mean that this gazetteer has spotted in these texts.
    pub fn choose(
        &self,
        texts: &[&str],
        spots: Spots,
        language: Option<&str>,
        known: &[u32],
    ) -> Vec<Mention> {
        let known = known.iter().filter_map(|id| self.number(*id));
        let choices = resolve::choices(&self.patterns, &self.entities, &spots.0, language, known);
        let mut points = CodePoints::default();
        let mut mentions = Vec::new();
        for (Match { field, span, .. }, choice) in spots.0.into_iter().zip(choices) {
            let Some(choice) = choice.filter(|choice| choice.confidence >= FLOOR) else { continue };
            let Some(entity) = self.entities.get(choice.entity as usize).map(|known| known.id) else {
                continue;
            };
            let text = texts.get(field).copied().unwrap_or_default();
            let start = points.until(field, text, span.start);
            let end = points.until(field, text, span.end);
            mentions.push(Mention { field, span, start, end, entity, confidence: choice.confidence });
        }
        mentions
    }
}

fn distinct<T: Ord>(items: impl Iterator<Item = T>) -> Box<[T]> {
    let mut items: Vec<T> = items.collect();
    items.sort_unstable();
    items.dedup();
    items.into()
}

/// Counts code points while it goes through the fields.
#[derive(Default)]
struct CodePoints {
    field: usize,
    byte: usize,
    count: u32,
}

impl CodePoints {
    fn until(&mut self, field: usize, text: &str, byte: usize) -> u32 {
        if self.field != field {
            *self = Self { field, ..Self::default() };
        }
        let passed = text.get(self.byte..byte).map_or(0, |passed| passed.chars().count());
        self.count += u32::try_from(passed).unwrap_or(u32::MAX);
        self.byte = byte;
        self.count
    }
}

#[cfg(test)]
mod tests;
