//! How much an article is about an entity.

use std::collections::BTreeMap;

use super::Mention;

/// Up to which code point the beginning of a body goes.
const BEGINNING: u32 = 600;

/// How much an article is about each entity that it names, from 0 to 1, by id: the chance that
/// any of its mentions makes it a subject, where a mention in the headline does by one half, one
/// in the standfirst or in the beginning of the body by less, a later one by little. Candidates do
/// not count.
///
/// The fields are headline, standfirst and body.
pub fn salience(mentions: &[Mention]) -> BTreeMap<u32, f32> {
    let mut others = BTreeMap::new();
    for mention in mentions.iter().filter(|mention| mention.is_resolved()) {
        *others.entry(mention.entity).or_insert(1.0) *= 1.0 - weight(mention) * mention.confidence;
    }
    others.into_iter().map(|(entity, other)| (entity, 1.0 - other)).collect()
}

fn weight(mention: &Mention) -> f32 {
    match mention.field {
        0 => 0.5,
        1 => 0.3,
        _ if mention.start < BEGINNING => 0.2,
        _ => 0.06,
    }
}
