//! How close a text has to be.

/// How close a word of a text has to be to a word of a query.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Match {
    /// Written the same, but for upper case.
    Exact,
    /// The same in another spelling: without accents, or with another alif.
    Folded,
    /// With other particles or endings.
    #[default]
    Stem,
}
