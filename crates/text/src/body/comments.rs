//! Comments of a body, taken out before it is stored: readers see the body as it was written, and its author
//! thinks that nobody sees what stands in a comment.

use std::{borrow::Cow, cell::Cell, iter, ops::Range, rc::Rc};

use html5ever::{
    QualName, TokenizerResult, local_name, ns,
    tendril::StrTendril,
    tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeSink},
};
use pulldown_cmark::{Event, Options, Parser, html};

use super::{
    TooIntricate,
    effort::{Element, LEAST_STEPS, Rehearsal, STEPS_PER_BYTE},
};

/// How often a body is looked through until there is no comment: once, and to see that it is so. In Markdown what is
/// left may be read otherwise than before.
const PASSES: usize = 8;

/// HTML without its comments, and whatever else a browser takes for one: `<?x>`, `</ x>`, `<!x>`, and what is never
/// closed. All other tokens are the same.
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
            scanner.finish(html.len())
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
            scanner.finish(body.len())
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

/// Reads HTML bit by bit, as the parser does that makes the HTML which is shown, and notes where comments are: it tells
/// of one when it has ended, and where it began is where it last saw a `<` outside of whatever else.
struct Scanner {
    tokenizer: Tokenizer<Watch>,
    input: BufferQueue,
    /// The place of that `<`, and how many tokens there were then.
    start: Option<(usize, usize)>,
    comments: Vec<Range<usize>>,
}

impl Scanner {
    /// For so many bytes.
    fn new(length: usize) -> Self {
        let rehearsal = Rehearsal::new(LEAST_STEPS + STEPS_PER_BYTE * length);
        let div = rehearsal.create_element(
            QualName::new(None, ns!(html), local_name!("div")),
            Vec::new(),
            Default::default(),
        );
        let builder = TreeBuilder::new_for_fragment(rehearsal, div, None, Default::default());
        let watch = Watch { builder, tokens: Cell::new(0), comments: Cell::new(0) };
        Self {
            tokenizer: Tokenizer::new(watch, TokenizerOpts::default()),
            input: BufferQueue::default(),
            start: None,
            comments: Vec::new(),
        }
    }

    /// Reads a part; `place` says where a byte of it is in the body.
    fn read(&mut self, html: &str, place: impl Fn(usize) -> usize) -> Result<(), TooIntricate> {
        let mut at = 0;
        for piece in html.split_inclusive(['<', '>']) {
            let sign = at + piece.trim_end_matches(['<', '>']).len();
            self.feed(html.get(at..sign).unwrap_or_default())?;
            at += piece.len();
            let sign_text = html.get(sign..at).unwrap_or_default();
            self.feed(sign_text)?;
            match sign_text {
                "<" => {
                    let tokens = self.tokenizer.sink.tokens.get();
                    if self.start.is_none_or(|(_, before)| before != tokens) {
                        self.start = Some((place(sign), tokens));
                    }
                }
                _ => self.note(place(sign) + sign_text.len()),
            }
        }
        Ok(())
    }

    fn feed(&mut self, piece: &str) -> Result<(), TooIntricate> {
        if piece.is_empty() {
            return Ok(());
        }
        self.input.push_back(StrTendril::from(piece));
        self.run();
        self.tokenizer.sink.builder.sink.read(piece)
    }

    fn run(&self) {
        // It pauses behind each script.
        while !matches!(self.tokenizer.feed(&self.input), TokenizerResult::Done) {}
    }

    /// Takes note of the comment that ends here, if one does.
    fn note(&mut self, end: usize) {
        if self.tokenizer.sink.comments.take() > 0
            && let Some((start, _)) = self.start.take()
        {
            self.comments.push(start..end.max(start));
        }
    }

    /// The comments; one that is not closed goes on to the end.
    fn finish(mut self, end: usize) -> Result<Vec<Range<usize>>, TooIntricate> {
        self.tokenizer.end();
        self.note(end);
        Ok(self.comments)
    }
}

/// Counts what goes to the builder of the tree, which tells the tokenizer where nothing is markup.
struct Watch {
    builder: TreeBuilder<Rc<Element>, Rehearsal>,
    tokens: Cell<usize>,
    comments: Cell<usize>,
}

impl TokenSink for Watch {
    type Handle = Rc<Element>;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Rc<Element>> {
        match &token {
            Token::CommentToken(_) => {
                self.comments.set(self.comments.get() + 1);
                self.tokens.set(self.tokens.get() + 1);
            }
            Token::ParseError(_) => {}
            _ => self.tokens.set(self.tokens.get() + 1),
        }
        self.builder.process_token(token, line)
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;
    use crate::body::{BodyFormat, render};

    /// The tokens of HTML, texts joined, and how many of them are comments.
    fn tokens(html: &str) -> (Vec<String>, usize) {
        struct Listener(Watch, RefCell<Vec<String>>, Cell<bool>);

        impl TokenSink for Listener {
            type Handle = Rc<Element>;

            fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Rc<Element>> {
                let mut all = self.1.borrow_mut();
                match &token {
                    Token::CharacterTokens(text) => match all.last_mut() {
                        Some(last) if self.2.get() => last.push_str(text),
                        _ => all.push(text.to_string()),
                    },
                    Token::CommentToken(_) | Token::ParseError(_) | Token::EOFToken => {}
                    token => all.push(format!("{token:?}")),
                }
                if !matches!(token, Token::CommentToken(_) | Token::ParseError(_)) {
                    self.2.set(matches!(token, Token::CharacterTokens(_)));
                }
                self.0.process_token(token, line)
            }

            fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
                self.0.adjusted_current_node_present_but_not_in_html_namespace()
            }
        }

        let Scanner { tokenizer, input, .. } = Scanner::new(html.len());
        let listener = Listener(tokenizer.sink, RefCell::default(), Cell::new(false));
        let tokenizer = Tokenizer::new(listener, TokenizerOpts::default());
        input.push_back(StrTendril::from(html));
        while !matches!(tokenizer.feed(&input), TokenizerResult::Done) {}
        tokenizer.end();
        let Listener(watch, all, _) = tokenizer.sink;
        (all.into_inner(), watch.comments.get())
    }

    fn without(html: &str) -> String {
        super::without(html).expect("plain markup").into_owned()
    }

    fn in_markdown(body: &str) -> String {
        without_in_markdown(body, Options::ENABLE_TABLES).expect("plain markup").into_owned()
    }

    #[test]
    fn comments_of_every_kind_go() {
        for (html, kept) in [
            ("a<!-- b -->c", "ac"),
            ("a<!-->b", "ab"),
            ("a<!--->b", "ab"),
            ("a<!-- b --!>c", "ac"),
            ("a<!-- b", "a"),
            ("a<!b>c<?d e?>f</ g>h", "acfh"),
            ("<p title='<!-- a -->'>b</p>", "<p title='<!-- a -->'>b</p>"),
            ("<script>'<!-- a -->'</script>b<!-- c -->", "<script>'<!-- a -->'</script>b"),
            ("a < b <!-- c < d > e --> f", "a < b  f"),
            ("<!-- a <!-- b --> c -->", " c -->"),
            ("<![CDATA[a]]>b", "b"),
            ("a</>b", "a</>b"),
            ("", ""),
        ] {
            assert_eq!(without(html), kept, "{html}");
        }
    }

    #[test]
    fn a_body_of_many_comments_is_looked_through_once() {
        // Were it looked through for each comment again, this would not end.
        for (unit, kept) in [("a<!---->", "a"), ("&<!---->a", "&</>a"), ("<?a>#", "#")] {
            assert_eq!(without(&unit.repeat(100_000)).len(), kept.len() * 100_000, "{unit}");
        }
    }

    #[test]
    fn what_a_comment_parted_stays_apart() {
        for (html, kept) in [
            ("<<!-- a -->b>", "<</>b>"),
            ("<<!-- a -->!-- b -->", "<</>!-- b -->"),
            ("&am<!-- a -->p;", "&am</>p;"),
            ("a\r<!-- b -->\nc", "a\r</>\nc"),
        ] {
            assert_eq!(without(html), kept, "{html}");
            assert_eq!(tokens(kept).0, tokens(html).0, "{html}");
        }
    }

    #[test]
    fn in_markdown_code_has_no_comments() {
        for (body, kept) in [
            ("a <!-- b --> `<!-- c -->`", "a  `<!-- c -->`"),
            ("```\n<!-- a -->\n```\n\n<!-- b\n\nc -->\n\nd", "```\n<!-- a -->\n```\n\n\n\nd"),
            ("> <!-- a\n> b -->\n> c", "> \n> c"),
            ("\\<!-- a -->", "\\<!-- a -->"),
            ("<div><!--\n\nsecret *b*\n\n<p>--></div>\n\nc", "<div></div>\n\nc"),
            // Beside text, Markdown writes the > of it as a reference, which closes nothing.
            ("<div><!--\n\nsecret\n\n--></div>\n\nc", "<div>"),
            ("a\n\n<!-- b", "a\n\n"),
            ("1 < 2 <!-- a -->", "1 < 2 "),
        ] {
            assert_eq!(in_markdown(body), kept, "{body}");
        }
    }

    fn markup() -> impl Strategy<Value = String> {
        let parts = "<!--|-->|--!>|<!-->|<!--->|<!|<?|</|</ |<|>|-|--|!|<p>|</p>|<p a='|'>|<script>|</script>|<style>|</style>|\
            <title>|</title>|<textarea>|</textarea>|<svg>|</svg>|<math>|<![CDATA[|]]>|<!DOCTYPE html>|<table>|<td>|<select>|&|&amp|;|#|amp|x|\
            \r|\n|\0| |\"|`|```\n|> |\n\n|- |*|[a](b)|    |سلام";
        vec(select(parts.split('|').collect::<Vec<_>>()), 0..30).prop_map(|parts| parts.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn no_comment_is_left_and_nothing_else_is_changed(html in markup()) {
            let kept = without(&html);
            let (now, comments) = tokens(&kept);
            prop_assert_eq!(comments, 0, "{} of {}", kept, html);
            prop_assert_eq!(now, tokens(&html).0);
            prop_assert_eq!(without(&kept), kept);
        }

        #[test]
        fn no_comment_is_left_in_markdown(body in markup()) {
            if let Ok(kept) = without_in_markdown(&body, Options::ENABLE_TABLES) {
                let mut html = String::new();
                html::push_html(&mut html, Parser::new_ext(&kept, Options::ENABLE_TABLES));
                prop_assert_eq!(tokens(&html).1, 0, "{} of {}", kept, body);
            }
        }

        #[test]
        fn what_is_shown_has_none(words in vec(select(vec!["<!--", "secret", "-->", "<b>", "open", "</b>", "\n\n"]), 0..12)) {
            let body = words.concat();
            let shown = render(&without(&body), BodyFormat::Html).expect("plain markup").text;
            prop_assert_eq!(shown, render(&body, BodyFormat::Html).expect("plain markup").text);
        }
    }
}
