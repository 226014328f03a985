//! Comments of a body, taken out before it is stored: readers see the body as it was written, and its author
//! thinks that nobody sees what stands in a comment.

mod scanner;

use std::{borrow::Cow, iter, ops::Range};

use pulldown_cmark::{Event, Options, Parser, html};

use self::scanner::Scanner;
use super::TooIntricate;

/// How often a body is looked through until there is no comment: once, and to see that it is so. In Markdown what is
/// left may be read otherwise than before.
const PASSES: usize = 8;

/// HTML without its comments, and whatever else a browser takes for one: `<?x>`, `</ x>`, `<!x>`, and what is never
/// closed. All other tokens are the same, but that comments are emptied in what some browsers alone take for text, as
/// in `<noscript>`.
///
/// # Errors
///
/// [`TooIntricate`], see [`super::effort`].
pub fn without(html: &str) -> Result<Cow<'_, str>, TooIntricate> {
    until_there_are_none(
        html,
        |html| {
            let mut scanner = Scanner::new(html.len());
            scanner.read(html, |at| at)?;
            scanner.finish(html)
        },
        part,
    )
}

/// The same of Markdown, where HTML may stand beside text: in code nothing is a comment.
///
/// # Errors
///
/// [`TooIntricate`], see [`super::effort`].
pub fn without_in_markdown(body: &str, options: Options) -> Result<Cow<'_, str>, TooIntricate> {
    until_there_are_none(
        body,
        |body| {
            let mut scanner = Scanner::new(2 * body.len());
            // Where what has been read so far ends.
            let mut end = 0;
            for (event, range) in Parser::new_ext(body, options).into_offset_iter() {
                match &event {
                    Event::Html(source) | Event::InlineHtml(source) => {
                        let is_literal = body.get(range.clone()) == Some(source);
                        let start = range.start;
                        scanner.read(source, |at| if is_literal { start + at } else { start })?;
                        end = end.max(range.end);
                    }
                    // What is written of it may close a comment that was opened before.
                    Event::Start(_) | Event::End(_) => scanner.read(&written(event), |_| end)?,
                    _ => {
                        scanner.read(&written(event), |_| end)?;
                        end = end.max(range.end);
                    }
                }
            }
            scanner.finish(body)
        },
        |_, _| "",
    )
}

fn written(event: Event<'_>) -> String {
    let mut written = String::new();
    html::push_html(&mut written, iter::once(event));
    written
}

fn until_there_are_none<'a>(
    body: &'a str,
    find: impl Fn(&str) -> Result<Vec<Range<usize>>, TooIntricate>,
    part: impl Fn(&Kept, &str) -> &'static str,
) -> Result<Cow<'a, str>, TooIntricate> {
    let mut body = Cow::Borrowed(body);
    for _ in 0..PASSES {
        if !may_have_any(&body) {
            return Ok(body);
        }
        let comments = find(&body)?;
        if comments.is_empty() {
            return Ok(body);
        }
        let (mut kept, mut end) = (Kept { text: String::with_capacity(body.len()), letters: 0 }, 0);
        for comment in comments {
            kept.push(body.get(end..comment.start).unwrap_or_default());
            end = end.max(comment.end);
            kept.push(part(&kept, body.get(end..).unwrap_or_default()));
        }
        kept.push(body.get(end..).unwrap_or_default());
        body = Cow::Owned(kept.text);
    }
    Err(TooIntricate)
}

/// What is left of a body so far.
struct Kept {
    text: String,
    /// Where the letters and digits begin with which it ends: they may be part of a reference. To look for them behind
    /// each comment would be to read a body again for each.
    letters: usize,
}

impl Kept {
    fn push(&mut self, part: &str) {
        if let Some((at, other)) = part.char_indices().rfind(|(_, c)| !is_of_reference(*c)) {
            self.letters = self.text.len() + at + other.len_utf8();
        }
        self.text.push_str(part);
    }

    /// Whether it ends with what begins a reference.
    fn begins_reference(&self) -> bool {
        self.text.get(..self.letters).is_some_and(|before| before.ends_with('&'))
    }
}

fn is_of_reference(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '#'
}

/// Whether there is anything that could begin a comment. Most bodies have nothing of that kind.
fn may_have_any(html: &str) -> bool {
    let mut signs = html.match_indices('<').filter_map(|(at, _)| html.get(at + 1..));
    signs.any(|behind| match behind.strip_prefix('/') {
        // In Markdown something follows what ends so.
        Some("") => true,
        Some(name) => name.starts_with(|c: char| !c.is_ascii_alphabetic() && c != '>'),
        None => behind.starts_with(['!', '?']),
    })
}

/// What has to stand between two texts where a comment stood: an end tag without a name, which is no token, where they
/// would otherwise be one.
fn part(before: &Kept, behind: &str) -> &'static str {
    let are_one = before.text.ends_with('<') && !behind.is_empty()
        || before.begins_reference() && behind.starts_with(|c| is_of_reference(c) || c == ';')
        || before.text.ends_with('\r') && behind.starts_with('\n');
    if are_one { "</>" } else { "" }
}

#[cfg(test)]
mod tests;
