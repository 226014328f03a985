//! Markdown made into HTML: CommonMark with tables, strikethrough and footnotes.

mod beside;
mod notes;

use pulldown_cmark::{Options, Parser, html};

/// Task lists need form controls, which are not safe to keep.
pub const OPTIONS: Options =
    Options::ENABLE_TABLES.union(Options::ENABLE_STRIKETHROUGH).union(Options::ENABLE_FOOTNOTES);

/// The HTML of Markdown, as it has to be sanitised.
///
/// - Emphasis opens and closes beside the letters of scripts in which words are written together too, see
///   [`beside::parted`]; elsewhere it does what CommonMark says.
/// - Footnotes stand at the end, numbered in the order in which the text refers to them, as `[1]` there and here.
///   They are no links: those need ids, and several bodies may be shown on one page.
pub fn to_html(body: &str) -> String {
    let parted = beside::parted(body);
    let mut html = String::with_capacity(body.len() * 3 / 2);
    html::push_html(&mut html, notes::at_the_end(Parser::new_ext(&parted.source, OPTIONS)).into_iter());
    parted.joined(html)
}
