//! The elements that a parser holds on to.

use std::cell::Cell;
use std::rc::Rc;

use html5ever::QualName;

/// How many elements the parser still refers to, those open or to be opened again, and how many
/// attributes they have.
#[derive(Default)]
pub struct Open {
    elements: Cell<usize>,
    attributes: Cell<usize>,
}

/// An element without its content, open until the parser drops it: there is no tree to keep it.
pub struct Element {
    name: QualName,
    attributes: usize,
    open: Rc<Open>,
}

impl Open {
    pub fn elements(&self) -> usize {
        self.elements.get()
    }

    pub fn attributes(&self) -> usize {
        self.attributes.get()
    }
}

impl Element {
    pub fn open(name: QualName, attributes: usize, open: &Rc<Open>) -> Self {
        open.elements.set(open.elements() + 1);
        open.attributes.set(open.attributes() + attributes);
        Self { name, attributes, open: Rc::clone(open) }
    }

    pub fn name(&self) -> &QualName {
        &self.name
    }
}

impl Drop for Element {
    fn drop(&mut self) {
        self.open.elements.set(self.open.elements() - 1);
        self.open.attributes.set(self.open.attributes() - self.attributes);
    }
}
