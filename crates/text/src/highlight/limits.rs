//! How much is shown.

/// How much of a text is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The code points up to which a text is shown whole.
    pub whole: usize,
    /// The most fragments of a longer one.
    pub fragments: usize,
    /// The most words of a fragment.
    pub words: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { whole: 200, fragments: 3, words: 30 }
    }
}
