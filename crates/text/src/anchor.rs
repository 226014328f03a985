//! Places in a text, found again when the text has changed.

use std::iter;

/// How many code points on each side of a place tell it from others with the same words.
pub const CONTEXT: usize = 32;

/// How many code points more of the context a place needs than any other.
const MARGIN: usize = 4;

/// A place in a text: what stands there and around it, as in the `TextQuoteSelector` of the
/// [Web Annotation Data Model](https://www.w3.org/TR/annotation-model/#text-quote-selector).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor<'a> {
    /// What stands there.
    pub exact: &'a str,
    /// The [`CONTEXT`] before it; less where the text begins.
    pub prefix: &'a str,
    /// The [`CONTEXT`] behind it; less where the text ends.
    pub suffix: &'a str,
    /// Where it begins, in code points.
    pub start: u32,
}

impl<'a> Anchor<'a> {
    /// The place between two code points of a text; nothing where there is none.
    pub fn of(text: &'a str, start: u32, end: u32) -> Option<Self> {
        let (before, rest) = text.split_at_checked(byte_at(text, start)?)?;
        let length = end.checked_sub(start).filter(|length| *length > 0)?;
        let (exact, after) = rest.split_at_checked(byte_at(rest, length)?)?;
        let prefix = before.char_indices().rev().take(CONTEXT).last().map_or(before.len(), |(at, _)| at);
        let suffix = after.char_indices().nth(CONTEXT).map_or(after.len(), |(at, _)| at);
        Some(Self { exact, prefix: before.get(prefix..)?, suffix: after.get(..suffix)?, start })
    }

    /// Where the place is in a text that has changed, as code points from and to: where the same
    /// words have most of the same context, at least half of it, and clearly more than anywhere
    /// else. Where the whole context is there more than once, the place that has kept its number is
    /// meant. Else it is lost, rather than found in a wrong place.
    pub fn find(&self, text: &str) -> Option<(u32, u32)> {
        let whole = self.whole_context();
        let (mut best, mut second) = (Candidate::default(), 0);
        for candidate in self.candidates(text) {
            if candidate.agreement == whole && candidate.start == self.start {
                return Some(self.range(candidate.start));
            }
            second = second.max(candidate.agreement.min(best.agreement));
            if candidate.agreement > best.agreement {
                best = candidate;
            }
        }
        let least =
            if best.agreement == whole { second + 1 } else { (second + MARGIN).max(whole.div_ceil(2)) };
        (best.agreement >= least).then(|| self.range(best.start))
    }

    fn range(&self, start: u32) -> (u32, u32) {
        (start, start.saturating_add(count(self.exact)))
    }

    /// The places where the words stand, overlapping ones too.
    fn candidates(&self, text: &str) -> impl Iterator<Item = Candidate> {
        let first = self.exact.chars().next();
        let (mut byte, mut passed) = (0, 0);
        iter::from_fn(move || {
            let rest = text.get(byte..)?;
            let skipped = rest.find(self.exact)?;
            let (before, here) = text.split_at_checked(byte + skipped)?;
            let start = passed + count(rest.get(..skipped)?);
            (byte, passed) = (before.len() + first?.len_utf8(), start + 1);
            let after = here.strip_prefix(self.exact)?;
            Some(Candidate { start, agreement: self.agreement(before, after) })
        })
    }

    /// How many code points around a place are the same as around this one. That a text begins or
    /// ends there counts as one.
    fn agreement(&self, before: &str, after: &str) -> usize {
        same(bounded(self.prefix.chars().rev()), bounded(before.chars().rev()))
            + same(bounded(self.suffix.chars()), bounded(after.chars()))
    }

    fn whole_context(&self) -> usize {
        bounded(self.prefix.chars()).count() + bounded(self.suffix.chars()).count()
    }
}

#[derive(Default)]
struct Candidate {
    start: u32,
    agreement: usize,
}

/// A context, closed by nothing where it is short because the text has no more.
fn bounded(context: impl Iterator<Item = char>) -> impl Iterator<Item = Option<char>> {
    context.map(Some).chain(iter::once(None)).take(CONTEXT)
}

fn same(one: impl Iterator<Item = Option<char>>, other: impl Iterator<Item = Option<char>>) -> usize {
    one.zip(other).take_while(|(one, other)| one == other).count()
}

fn count(text: &str) -> u32 {
    text.chars().map(|_| 1).sum()
}

/// The byte at which a code point begins, or the end of the text.
fn byte_at(text: &str, point: u32) -> Option<usize> {
    let ends = iter::once(text.len());
    text.char_indices().map(|(at, _)| at).chain(ends).nth(usize::try_from(point).ok()?)
}

#[cfg(test)]
mod tests;
