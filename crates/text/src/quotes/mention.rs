//! Who may speak.

/// A mention in a text of somebody who may speak.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Speaker {
    /// Where it begins and ends, in code points.
    pub start: u32,
    pub end: u32,
    /// Whether it is a human being. Organisations speak as well, where they are the subject itself.
    pub is_person: bool,
}
