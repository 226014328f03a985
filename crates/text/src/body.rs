//! The body of an article: what a client wrote, made into safe HTML and into plain text.

mod comments;
mod effort;
mod intricate;
mod markdown;
mod plain;
mod sanitise;

use std::borrow::Cow;

use unicode_segmentation::UnicodeSegmentation;

pub use intricate::TooIntricate;

use super::{bidi, breaks};

/// The language in which a body is marked up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BodyFormat {
    /// Plain text; a blank line parts paragraphs. A line ends with LF, CR or both, or U+2028; U+2029 ends a paragraph.
    Text,
    /// CommonMark with tables, strikethrough and footnotes, in which HTML is allowed as in [`Self::Html`].
    Markdown,
    /// HTML, of which only what an article needs is kept.
    Html,
}

/// A body as it is served.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// HTML that is safe to show: no script, style, frame, event handler or `javascript:` link.
    pub html: String,
    /// The text without markup, in which mentions and highlights count their offsets.
    pub text: String,
}

/// Renders a body in time proportional to its length.
///
/// Plain text is itself the text, unchanged. From the other formats the text is taken of the
/// sanitised HTML: blocks are separated by a blank line, list items and table rows by a line break,
/// table cells by a tab, and white space collapses as it does in a browser.
///
/// # Errors
///
/// [`TooIntricate`], never for [`BodyFormat::Text`].
pub fn render(body: &str, format: BodyFormat) -> Result<Rendered, TooIntricate> {
    let html = match format {
        BodyFormat::Text => {
            return Ok(Rendered { html: paragraphs(body), text: body.to_owned() });
        }
        BodyFormat::Markdown => sanitise::sanitise(&markdown::to_html(body))?,
        BodyFormat::Html => sanitise::sanitise(body)?,
    };
    let text = bidi::balanced(&plain::text(&html)).into_owned();
    Ok(Rendered { html, text })
}

/// The body as it is stored and shown: without its comments, which its author takes for hidden.
///
/// # Errors
///
/// [`TooIntricate`], never for [`BodyFormat::Text`].
pub fn without_comments(body: &str, format: BodyFormat) -> Result<Cow<'_, str>, TooIntricate> {
    match format {
        BodyFormat::Text => Ok(Cow::Borrowed(body)),
        BodyFormat::Markdown => comments::without_in_markdown(body, markdown::OPTIONS),
        BodyFormat::Html => comments::without(body),
    }
}

/// The number of words, by the word boundaries of Unicode (UAX #29).
pub fn word_count(text: &str) -> usize {
    text.unicode_words().count()
}

fn paragraphs(text: &str) -> String {
    let mut html = String::with_capacity(text.len() * 9 / 8);
    let mut in_paragraph = false;
    for line in breaks::lines(text) {
        let blank = line.trim().is_empty();
        html.push_str(match (in_paragraph, blank) {
            (false, false) => "<p>",
            (true, false) => "<br>\n",
            (true, true) => "</p>\n",
            (false, true) => "",
        });
        in_paragraph = !blank;
        if in_paragraph {
            push_escaped(&mut html, line);
        }
    }
    if in_paragraph {
        html.push_str("</p>\n");
    }
    html
}

fn push_escaped(html: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            _ => html.push(c),
        }
    }
}

#[cfg(test)]
mod tests;
