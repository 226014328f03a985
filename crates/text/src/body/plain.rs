//! The plain text of sanitised HTML, after what a browser gives as `innerText`.

use std::cell::RefCell;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer};

/// The text of HTML, its entities decoded: blocks separated by a blank line, list items and rows by
/// a line break, cells by a tab; white space collapsed outside `<pre>`; `<q>` between quotation marks.
pub fn text(html: &str) -> String {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), Default::default());
    // It pauses for scripts alone, and this sink reports none.
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    let text = tokenizer.sink.0.into_inner().text;
    text.trim().to_owned()
}

#[derive(Default)]
struct Sink(RefCell<Writer>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut writer = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => writer.tag(&tag),
            Token::CharacterTokens(text) => writer.characters(&text),
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Writer {
    text: String,
    /// What parts the text so far from the text to come.
    newlines: usize,
    tab: bool,
    space: bool,
    /// How many lists and preformatted elements are open.
    lists: usize,
    preformatted: usize,
    /// How many quotations are open, and the marks of those in which nothing stands yet.
    quotes: usize,
    opening: String,
    /// A newline that follows `<pre>` at once is not part of the text.
    after_pre: bool,
}

impl Writer {
    fn tag(&mut self, tag: &Tag) {
        self.after_pre = false;
        let opens = tag.kind == TagKind::StartTag;
        match &*tag.name {
            "br" => self.newlines += 1,
            "li" | "tr" | "dt" | "dd" | "caption" | "summary" => self.part(1),
            "td" | "th" => self.tab = true,
            // What is shown around it is made by the browser.
            "q" if opens => {
                self.opening.push(if self.quotes.is_multiple_of(2) { '“' } else { '‘' });
                self.quotes += 1;
            }
            "q" => {
                self.quotes = self.quotes.saturating_sub(1);
                // One that is empty leaves nothing.
                if self.opening.pop().is_none() {
                    self.text.push(if self.quotes.is_multiple_of(2) { '”' } else { '’' });
                }
            }
            "ul" | "ol" => {
                let outer = if opens { self.lists } else { self.lists.saturating_sub(1) };
                self.lists = if opens { outer + 1 } else { outer };
                self.part(if outer == 0 { 2 } else { 1 });
            }
            "pre" => {
                self.part(2);
                self.after_pre = opens;
                self.preformatted =
                    if opens { self.preformatted + 1 } else { self.preformatted.saturating_sub(1) };
            }
            "aside" | "blockquote" | "details" | "div" | "dl" | "figcaption" | "figure" | "h1" | "h2"
            | "h3" | "h4" | "h5" | "h6" | "hr" | "p" | "section" | "table" => self.part(2),
            _ => {}
        }
    }

    fn part(&mut self, newlines: usize) {
        self.newlines = self.newlines.max(newlines);
    }

    fn characters(&mut self, characters: &str) {
        if self.preformatted > 0 {
            let dropped = self.after_pre && characters.starts_with('\n');
            self.after_pre = false;
            let kept = &characters[usize::from(dropped)..];
            if !kept.is_empty() {
                self.separate();
                self.text.push_str(kept);
            }
            return;
        }
        for c in characters.chars() {
            if matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}') {
                self.space = true;
            } else {
                self.separate();
                self.text.push(c);
            }
        }
    }

    fn separate(&mut self) {
        let (newlines, tab, space) = (self.newlines, self.tab, self.space);
        (self.newlines, self.tab, self.space) = (0, false, false);
        if newlines > 0 {
            let end = self.text.trim_end().len();
            self.text.truncate(end);
        }
        if !self.text.is_empty() {
            match (newlines, tab, space) {
                (1.., _, _) => self.text.extend(std::iter::repeat_n('\n', newlines)),
                (_, true, _) => self.text.push('\t'),
                (_, _, true) => self.text.push(' '),
                _ => {}
            }
        }
        self.text.push_str(&self.opening);
        self.opening.clear();
    }
}
