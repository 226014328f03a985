//! How much work HTML makes for its parser.
//!
//! The tree construction of the HTML standard is quadratic in what is nested deep or misnested:
//! it looks through all open elements, opens formatting elements again in every paragraph, and
//! moves content out of tables. A rehearsal that keeps no tree counts that work and stops where
//! there is too much.

mod open;

use std::borrow::Cow;
use std::cell::Cell;
use std::rc::Rc;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::{StrTendril, TendrilSink};
use html5ever::{Attribute, ExpandedName, ParseOpts, QualName, local_name, ns, parse_fragment};

use super::TooIntricate;
pub(super) use open::Element;
use open::Open;

/// How deep elements may be nested, as in browsers; each tag may look at all open elements.
const MOST_OPEN: usize = 512;

/// The steps of work that a byte of HTML is worth, several times what the densest markup takes.
pub(super) const STEPS_PER_BYTE: usize = 64;

/// The steps that the shortest HTML is worth.
pub(super) const LEAST_STEPS: usize = 1 << 20;

/// The steps for an element, above all for its memory.
const STEPS_PER_ELEMENT: usize = 64;

/// The steps for a byte of an attribute, which is copied where its element is opened again.
const STEPS_PER_ATTRIBUTE_BYTE: usize = 8;

/// The steps for an attribute that is compared with others by its hash.
const STEPS_PER_HASH: usize = 16;

/// How many children a tree passes over, or attributes a tokenizer compares, in one step.
const SCANNED_PER_STEP: usize = 16;

/// How many bytes the serialiser passes over in one step: for each `&` of a text it looks for a
/// `<` or `>` up to the end.
const PASSED_PER_STEP: usize = 512;

/// The bytes that are read between two looks at the steps.
const CHUNK: usize = 4096;

/// Checks that a fragment of HTML can be parsed by an effort proportional to its length.
///
/// # Errors
///
/// [`TooIntricate`] where it cannot.
pub fn check(html: &str) -> Result<(), TooIntricate> {
    let div = QualName::new(None, ns!(html), local_name!("div"));
    let rehearsal = Rehearsal::new(LEAST_STEPS + STEPS_PER_BYTE * html.len());
    let mut parser = parse_fragment(rehearsal, ParseOpts::default(), div, vec![], false);
    let mut unread = html;
    while !unread.is_empty() {
        let (chunk, rest) = unread.split_at(unread.floor_char_boundary(CHUNK));
        unread = rest;
        parser.process(StrTendril::from(chunk));
        parser.tokenizer.sink.sink.read(chunk)?;
    }
    parser.finish()
}

/// A tree sink that keeps no tree and counts the steps.
pub(super) struct Rehearsal {
    steps_left: Cell<Option<usize>>,
    open: Rc<Open>,
    /// Nodes made so far, no fewer than any element has children.
    nodes: Cell<usize>,
    /// Attributes given to elements that were there already.
    added: Cell<usize>,
    /// Characters to be escaped in the text that is being read.
    escapes: Cell<usize>,
    /// Whether the tokenizer has given a token since the last chunk.
    alive: Cell<bool>,
    /// Characters that may part attributes in the tag that is being read.
    separators: Cell<usize>,
}

impl Rehearsal {
    pub(super) fn new(steps: usize) -> Self {
        Self {
            steps_left: Cell::new(Some(steps)),
            open: Rc::default(),
            nodes: Cell::new(0),
            added: Cell::new(0),
            escapes: Cell::new(0),
            alive: Cell::new(false),
            separators: Cell::new(0),
        }
    }

    fn spend(&self, steps: usize) {
        let left = self.steps_left.get();
        self.steps_left.set(left.and_then(|left| left.checked_sub(steps)));
    }

    // The tokenizer compares each attribute of a tag with all before it, and tells of none until
    // the tag ends.
    pub(super) fn read(&self, chunk: &str) -> Result<(), TooIntricate> {
        if self.alive.take() {
            self.separators.set(0);
        } else {
            let is_separator = |b: &u8| b.is_ascii_whitespace() || matches!(b, b'/' | b'"' | b'\'');
            let separators = chunk.bytes().filter(is_separator).count();
            add(&self.separators, separators);
            self.spend(separators * self.separators.get() / SCANNED_PER_STEP);
        }
        self.steps_left.get().map(drop).ok_or(TooIntricate)
    }

    fn element(&self, name: QualName, attributes: usize) -> Rc<Element> {
        let element = Element::open(name, attributes, &self.open);
        if self.open.elements() > MOST_OPEN {
            self.steps_left.set(None);
        }
        Rc::new(element)
    }

    fn unnamed(&self) -> Rc<Element> {
        self.element(QualName::new(None, ns!(), local_name!("")), 0)
    }

    fn serialise(&self, node: &NodeOrText<Rc<Element>>) {
        match node {
            NodeOrText::AppendText(text) => {
                add(&self.escapes, escapes(text));
                self.spend(self.escapes.get() * text.len() / PASSED_PER_STEP);
            }
            NodeOrText::AppendNode(_) => self.escapes.set(0),
        }
    }

    // A tree looks for the place among the children.
    fn scan_children(&self) {
        add(&self.nodes, 1);
        self.spend(1 + self.nodes.get() / SCANNED_PER_STEP);
    }
}

impl TreeSink for Rehearsal {
    type Handle = Rc<Element>;
    type Output = Result<(), TooIntricate>;
    type ElemName<'a> = ExpandedName<'a>;

    fn finish(self) -> Self::Output {
        self.steps_left.get().map(drop).ok_or(TooIntricate)
    }

    fn create_element(&self, name: QualName, attributes: Vec<Attribute>, _: ElementFlags) -> Rc<Element> {
        self.spend(STEPS_PER_ELEMENT);
        for attribute in &attributes {
            let bytes = attribute.name.local.len() + attribute.value.len();
            let passed = escapes(&attribute.value) * bytes;
            self.spend(STEPS_PER_ATTRIBUTE_BYTE * bytes + passed / PASSED_PER_STEP);
        }
        // A formatting element is compared with those open, attribute by attribute.
        self.spend(self.open.elements() + self.open.attributes());
        self.element(name, attributes.len())
    }

    fn add_attrs_if_missing(&self, _: &Rc<Element>, attributes: Vec<Attribute>) {
        add(&self.added, attributes.len());
        self.spend(STEPS_PER_HASH * self.added.get());
    }

    fn append(&self, _: &Rc<Element>, child: NodeOrText<Rc<Element>>) {
        add(&self.nodes, 1);
        self.serialise(&child);
    }

    fn append_before_sibling(&self, _: &Rc<Element>, child: NodeOrText<Rc<Element>>) {
        self.scan_children();
        self.serialise(&child);
    }

    fn append_based_on_parent_node(&self, _: &Rc<Element>, _: &Rc<Element>, child: NodeOrText<Rc<Element>>) {
        self.scan_children();
        self.serialise(&child);
    }

    fn remove_from_parent(&self, _: &Rc<Element>) {
        self.scan_children();
    }

    fn reparent_children(&self, _: &Rc<Element>, _: &Rc<Element>) {
        self.scan_children();
    }

    fn elem_name<'a>(&'a self, element: &'a Rc<Element>) -> ExpandedName<'a> {
        // Every token has to do with the element that is open.
        self.alive.set(true);
        element.name().expanded()
    }

    fn same_node(&self, a: &Rc<Element>, b: &Rc<Element>) -> bool {
        Rc::ptr_eq(a, b)
    }

    fn get_document(&self) -> Rc<Element> {
        self.unnamed()
    }

    fn create_comment(&self, _: StrTendril) -> Rc<Element> {
        self.unnamed()
    }

    fn create_pi(&self, _: StrTendril, _: StrTendril) -> Rc<Element> {
        self.unnamed()
    }

    fn get_template_contents(&self, template: &Rc<Element>) -> Rc<Element> {
        Rc::clone(template)
    }

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn set_quirks_mode(&self, _: QuirksMode) {}
}

// The serialiser stops at every character from U+0080 to U+00BF too, to see whether it is a
// no-break space.
fn escapes(text: &str) -> usize {
    text.bytes().filter(|b| matches!(b, b'&' | 0xC2)).count()
}

fn add(counter: &Cell<usize>, n: usize) {
    counter.set(counter.get() + n);
}
