//! Which mentions an article has, now that its text is this one. Pure: the database has been asked
//! before.

use std::collections::{BTreeMap, HashSet};

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::model::{Mention, MentionField, MentionOrigin, MentionStatus, Texts};
use crate::{clock, values::rounded};
use maqal_text::{
    anchor::Anchor,
    gazetteer::{self, salience},
};

/// What is different of an article's mentions, and what it is linked to by them.
#[derive(Debug, Default)]
pub struct Plan {
    /// Mentions that are new or different.
    pub changed: Vec<Mention>,
    /// Those of the annotator that the text has no more.
    pub gone: Vec<Uuid>,
    /// The entities that are mentioned, the most salient first.
    pub entities: Vec<(Uuid, f64)>,
}

impl Plan {
    /// `stored` are all mentions of the article, `found` the names that stand in its texts `now`.
    pub fn new(
        texts: &Texts,
        stored: Vec<Mention>,
        found: Vec<(Uuid, gazetteer::Mention)>,
        now: DateTime<Utc>,
    ) -> Self {
        let (annotators, given): (Vec<_>, Vec<_>) = stored.into_iter().partition(Mention::is_annotators);
        let anchored: Vec<Mention> = given.iter().map(|mention| anchored(mention, texts)).collect();
        let mut old: BTreeMap<_, Vec<Mention>> = BTreeMap::new();
        // The first of those that are alike comes last.
        for mention in annotators.into_iter().rev() {
            old.entry(key(&mention)).or_default().push(mention);
        }
        let mut standing: Vec<Mention> =
            anchored.iter().filter(|mention| mention.status == MentionStatus::Found).cloned().collect();
        let mut changed: Vec<Mention> =
            given.iter().zip(&anchored).filter(|(old, new)| old != new).map(|(_, new)| new.clone()).collect();
        let fresh = found.into_iter().filter_map(|(entity, mention)| annotated(texts, entity, &mention, now));
        // Before any is matched with one that stood elsewhere.
        let fresh: Vec<Mention> = fresh.filter(|mention| !is_decided(mention, &anchored)).collect();
        let mut later = Vec::new();
        for mention in fresh {
            let alike = old.get_mut(&key(&mention));
            let here = alike.and_then(|alike| {
                let place = alike.iter().position(|old| old.start == mention.start)?;
                Some(alike.remove(place))
            });
            match here {
                Some(old) => settle(mention, Some(old), &mut standing, &mut changed),
                None => later.push(mention),
            }
        }
        for mention in later {
            let moved = old.get_mut(&key(&mention)).and_then(Vec::pop);
            settle(mention, moved, &mut standing, &mut changed);
        }
        let gone = old.into_values().flatten().map(|mention| mention.id).collect();
        Self { changed, gone, entities: entities(&standing) }
    }
}

/// By what a mention is known again: its field, its entity, its words.
fn key(mention: &Mention) -> (MentionField, Uuid, String) {
    (mention.field, mention.entity_id, mention.exact.clone())
}

/// A mention that somebody has made, where it stands now; or lost.
fn anchored(mention: &Mention, texts: &Texts) -> Mention {
    let text = texts.of(mention.field);
    let Ok(start) = u32::try_from(mention.start) else { return mention.clone() };
    let anchor = Anchor { exact: &mention.exact, prefix: &mention.prefix, suffix: &mention.suffix, start };
    let place = anchor.find(text).and_then(|(start, end)| Anchor::of(text, start, end));
    let is_rejected = mention.status == MentionStatus::Rejected;
    match place {
        Some(place) => {
            let status = if is_rejected { MentionStatus::Rejected } else { MentionStatus::Found };
            placed(Mention { status, ..mention.clone() }, &place)
        }
        // Its place is not forgotten: the text may come back.
        None if is_rejected => mention.clone(),
        None => Mention { status: MentionStatus::Lost, ..mention.clone() },
    }
}

fn placed(mention: Mention, place: &Anchor) -> Mention {
    let start = i32::try_from(place.start).unwrap_or(i32::MAX);
    Mention {
        start,
        end: start.saturating_add(i32::try_from(place.exact.chars().count()).unwrap_or(i32::MAX)),
        exact: place.exact.to_owned(),
        prefix: place.prefix.to_owned(),
        suffix: place.suffix.to_owned(),
        ..mention
    }
}

/// A mention that an editor makes at a place now.
pub fn made(
    article_id: Uuid,
    entity_id: Uuid,
    field: MentionField,
    place: &Anchor,
    now: DateTime<Utc>,
) -> Mention {
    let mention = Mention {
        id: clock::new_id(),
        article_id,
        entity_id,
        field,
        start: 0,
        end: 0,
        exact: String::new(),
        prefix: String::new(),
        suffix: String::new(),
        origin: MentionOrigin::Editor,
        status: MentionStatus::Found,
        confidence: 1.0,
        created_at: now,
    };
    placed(mention, place)
}

fn annotated(texts: &Texts, entity: Uuid, found: &gazetteer::Mention, now: DateTime<Utc>) -> Option<Mention> {
    let field = *MentionField::ALL.get(found.field)?;
    let place = Anchor::of(texts.of(field), found.start, found.end)?;
    let status = if found.is_resolved() { MentionStatus::Found } else { MentionStatus::Candidate };
    let (origin, confidence) = (MentionOrigin::Gazetteer, found.confidence.clamp(0.0, 1.0));
    Some(Mention { origin, status, confidence, ..made(texts.id, entity, field, &place, now) })
}

/// Whether somebody has said already what stands there: another entity or this one, or not this one.
fn is_decided(mention: &Mention, given: &[Mention]) -> bool {
    given.iter().any(|said| {
        mention.overlaps(said)
            && match said.status {
                MentionStatus::Found => true,
                MentionStatus::Rejected => said.entity_id == mention.entity_id,
                _ => false,
            }
    })
}

/// Takes a mention of the annotator in, as the one that is stored where there is one. A confidence
/// that changes nothing stays: it depends on how often the entity is mentioned elsewhere.
fn settle(mention: Mention, old: Option<Mention>, standing: &mut Vec<Mention>, changed: &mut Vec<Mention>) {
    let mention = match old {
        None => {
            changed.push(mention.clone());
            mention
        }
        Some(old) => {
            let confidence = if old.status == mention.status { old.confidence } else { mention.confidence };
            let mention = Mention { id: old.id, created_at: old.created_at, confidence, ..mention };
            if mention != old {
                changed.push(mention.clone());
            }
            mention
        }
    };
    if mention.status == MentionStatus::Found {
        standing.push(mention);
    }
}

/// The entities of the mentions that stand, the most salient first.
fn entities(standing: &[Mention]) -> Vec<(Uuid, f64)> {
    let distinct: HashSet<Uuid> = standing.iter().map(|mention| mention.entity_id).collect();
    let mut ids: Vec<Uuid> = distinct.into_iter().collect();
    ids.sort_unstable();
    let weighed = standing.iter().filter_map(|mention| {
        let field = MentionField::ALL.iter().position(|field| *field == mention.field)?;
        let entity = ids.binary_search(&mention.entity_id).ok()?;
        Some(gazetteer::Mention {
            field,
            span: 0..0,
            start: u32::try_from(mention.start).ok()?,
            end: u32::try_from(mention.end).ok()?,
            entity: u32::try_from(entity).ok()?,
            // What an editor says counts, however sure.
            confidence: mention.confidence.max(gazetteer::THRESHOLD),
        })
    });
    let salience = salience(&weighed.collect::<Vec<_>>());
    let of = |(number, salience): (u32, f32)| {
        let id = usize::try_from(number).ok().and_then(|number| ids.get(number))?;
        Some((*id, rounded(salience.into())))
    };
    let mut entities: Vec<(Uuid, f64)> = salience.into_iter().filter_map(of).collect();
    entities.sort_by(|(a, of_a), (b, of_b)| of_b.total_cmp(of_a).then(a.cmp(b)));
    entities
}

#[cfg(test)]
mod tests;
