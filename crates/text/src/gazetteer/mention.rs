//! Where an article names an entity.

use std::ops::Range;

/// The least confidence of a mention that counts.
pub const THRESHOLD: f32 = 0.5;

/// A place where an article names an entity.
#[derive(Clone, Debug, PartialEq)]
pub struct Mention {
    /// The number of the field, from 0.
    pub field: usize,
    /// The bytes of the name in the field's text, without particles.
    pub span: Range<usize>,
    /// Where it begins, in code points.
    pub start: u32,
    /// Where it ends, in code points.
    pub end: u32,
    /// The entity's id.
    pub entity: u32,
    /// How likely it is that this entity is meant, from 0 to 1.
    pub confidence: f32,
}

impl Mention {
    /// Whether it counts; else it is a candidate.
    pub fn is_resolved(&self) -> bool {
        self.confidence >= THRESHOLD
    }
}
