//! How long a quotation is, and how short.

/// The most code points that a quotation has: what is longer is a mark that nobody closed.
pub const LONGEST: u32 = 2000;

/// The least words of a quotation in the midst of a sentence of saying: fewer are a title, or a
/// word that the author would not use.
pub const LEAST_WORDS: usize = 4;
/// The same where the verb stands behind it.
pub const LEAST_BEFORE_VERB: usize = 3;
/// The same where no verb of saying is near.
pub const LEAST_ALONE: usize = 6;
