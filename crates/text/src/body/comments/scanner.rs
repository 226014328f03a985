//! Where the comments of HTML are.

use std::{cell::Cell, ops::Range, rc::Rc};

use html5ever::{
    QualName, TokenizerResult, local_name, ns,
    tendril::StrTendril,
    tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts},
    tree_builder::{TreeBuilder, TreeSink},
};

use crate::body::{
    TooIntricate,
    effort::{Element, LEAST_STEPS, Rehearsal, STEPS_PER_BYTE},
};

/// Reads HTML bit by bit, as the parser does that makes the HTML which is shown, and notes where comments are: it tells
/// of one when it has ended, and where it began is where it last saw a `<` outside of whatever else.
pub(super) struct Scanner {
    pub(super) tokenizer: Tokenizer<Watch>,
    pub(super) input: BufferQueue,
    /// The place of that `<`, and how many tokens there were then.
    start: Option<(usize, usize)>,
    comments: Vec<Range<usize>>,
    /// Where the alternative begins that is being read, see [`is_alternative`].
    alternative: Option<usize>,
    alternatives: Vec<Range<usize>>,
}

/// Whether an element has something for browsers that do not do what others do. To those it is HTML, to all others a text,
/// in which the author's comments stand all the same.
fn is_alternative(name: &str) -> bool {
    ["noscript", "noembed", "noframes", "iframe"].contains(&name)
}

/// What is in the comments of an alternative. Their signs stay, so that nothing else becomes markup.
fn within_comments(alternative: &str) -> Vec<Range<usize>> {
    const OPEN: &str = "<!--";
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(sign) = alternative[at..].find(OPEN) {
        let start = at + sign + OPEN.len();
        let rest = &alternative[start..];
        // `<!-->` and `<!--->` are whole.
        let closes = |end: usize| {
            alternative[start - "--".len()..start + end].ends_with("--") || rest[..end].ends_with("--!")
        };
        let end = rest.match_indices('>').map(|(end, _)| end).find(|end| closes(*end));
        let content = match end.map(|end| &rest[..end]) {
            Some(closed) => closed.strip_suffix("--").or(closed.strip_suffix("--!")).unwrap_or_default(),
            None => rest,
        };
        if !content.is_empty() {
            found.push(start..start + content.len());
        }
        at = start + end.unwrap_or(rest.len());
    }
    found
}

impl Scanner {
    /// For so many bytes.
    pub(super) fn new(length: usize) -> Self {
        let rehearsal = Rehearsal::new(LEAST_STEPS + STEPS_PER_BYTE * length);
        let div = rehearsal.create_element(
            QualName::new(None, ns!(html), local_name!("div")),
            Vec::new(),
            Default::default(),
        );
        let builder = TreeBuilder::new_for_fragment(rehearsal, div, None, Default::default());
        let (tokens, comments) = (Cell::new(0), Cell::new(0));
        let watch = Watch { builder, tokens, comments, in_alternative: Cell::new(false) };
        Self {
            tokenizer: Tokenizer::new(watch, TokenizerOpts::default()),
            input: BufferQueue::default(),
            start: None,
            comments: Vec::new(),
            alternative: None,
            alternatives: Vec::new(),
        }
    }

    /// Reads a part; `place` says where a byte of it is in the body.
    pub(super) fn read(&mut self, html: &str, place: impl Fn(usize) -> usize) -> Result<(), TooIntricate> {
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
                _ => {
                    let end = place(sign) + sign_text.len();
                    match (self.alternative, self.tokenizer.sink.in_alternative.get()) {
                        (None, true) => self.alternative = Some(end),
                        (Some(_), false) => {
                            let end = self.start.map_or(end, |(sign, _)| sign);
                            self.end_alternative(end);
                        }
                        _ => {}
                    }
                    self.note(end);
                }
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

    fn end_alternative(&mut self, end: usize) {
        self.alternatives.extend(self.alternative.take().map(|start| start..end.max(start)));
    }

    /// The comments of what was read of the body; one that is not closed goes on to the end.
    pub(super) fn finish(mut self, body: &str) -> Result<Vec<Range<usize>>, TooIntricate> {
        self.tokenizer.end();
        self.note(body.len());
        self.end_alternative(body.len());
        let hidden = self.alternatives.into_iter().flat_map(|alternative| {
            let start = alternative.start;
            let contents = within_comments(body.get(alternative).unwrap_or_default());
            contents.into_iter().map(move |content| start + content.start..start + content.end)
        });
        self.comments.extend(hidden);
        self.comments.sort_by_key(|comment| comment.start);
        Ok(self.comments)
    }
}

/// Counts what goes to the builder of the tree, which tells the tokenizer where nothing is markup.
pub(super) struct Watch {
    builder: TreeBuilder<Rc<Element>, Rehearsal>,
    tokens: Cell<usize>,
    pub(super) comments: Cell<usize>,
    in_alternative: Cell<bool>,
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
        let opens = match &token {
            Token::TagToken(tag) => Some(tag.kind == TagKind::StartTag && is_alternative(&tag.name)),
            _ => None,
        };
        let result = self.builder.process_token(token, line);
        if let Some(opens) = opens {
            // Not so in SVG, where its content is markup.
            self.in_alternative.set(opens && matches!(result, TokenSinkResult::RawData(_)));
        }
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder.adjusted_current_node_present_but_not_in_html_namespace()
    }
}
