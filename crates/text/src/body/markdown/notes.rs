//! Footnotes, numbered and put at the end.

use std::{collections::HashMap, mem};

use pulldown_cmark::{CowStr, Event, Tag, TagEnd};

/// The events of a text with its footnotes behind it, in the order of their first references; those to which nothing
/// refers come last.
pub fn at_the_end<'a>(events: impl Iterator<Item = Event<'a>>) -> Vec<Event<'a>> {
    let mut text = Vec::new();
    let mut notes: Vec<Note> = Vec::new();
    let mut open: Vec<Note> = Vec::new();
    for event in events {
        match event {
            Event::Start(Tag::FootnoteDefinition(name)) => open.push(Note { name, events: Vec::new() }),
            Event::End(TagEnd::FootnoteDefinition) => notes.extend(open.pop()),
            event => open.last_mut().map_or(&mut text, |note| &mut note.events).push(event),
        }
    }
    if notes.is_empty() {
        return text;
    }
    let mut places = HashMap::new();
    for (place, note) in notes.iter().enumerate() {
        places.entry(note.name.clone()).or_insert(place);
    }
    let mut notes: Vec<Option<Note>> = notes.into_iter().map(Some).collect();
    let mut numbers = Numbers { by_name: HashMap::new(), places, ordered: Vec::new() };
    text.iter_mut().for_each(|event| numbers.refer(event));
    text.push(Event::Rule);
    let mut number = 0;
    for last in 0..notes.len() {
        // What a note refers to follows it.
        while let Some(place) = numbers.ordered.get(number).copied() {
            number += 1;
            if let Some(note) = notes.get_mut(place).and_then(Option::take) {
                write(note, number, &mut numbers, &mut text);
            }
        }
        if notes.get(last).is_some_and(Option::is_some) {
            numbers.ordered.push(last);
        }
        if let Some(note) = notes.get_mut(last).and_then(Option::take) {
            number += 1;
            write(note, number, &mut numbers, &mut text);
        }
    }
    text
}

struct Note<'a> {
    name: CowStr<'a>,
    events: Vec<Event<'a>>,
}

/// Which note has which number.
struct Numbers<'a> {
    /// From 1.
    by_name: HashMap<CowStr<'a>, usize>,
    /// Where each is among the notes as they are written.
    places: HashMap<CowStr<'a>, usize>,
    /// The same in the order of their numbers.
    ordered: Vec<usize>,
}

impl<'a> Numbers<'a> {
    /// Puts the number in the place of a reference.
    fn refer(&mut self, event: &mut Event<'a>) {
        let Event::FootnoteReference(name) = event else { return };
        let Some(place) = self.places.get(name) else { return };
        let number = *self.by_name.entry(mem::replace(name, "".into())).or_insert_with(|| {
            self.ordered.push(*place);
            self.ordered.len()
        });
        *event = mark(number);
    }
}

fn write<'a>(note: Note<'a>, number: usize, numbers: &mut Numbers<'a>, text: &mut Vec<Event<'a>>) {
    let mut events = note.events.into_iter().peekable();
    text.push(Event::Html("<div>".into()));
    let paragraph = events.next_if(|event| matches!(event, Event::Start(Tag::Paragraph)));
    let is_alone = paragraph.is_none();
    text.extend([Event::Start(Tag::Paragraph), mark(number), Event::Text(" ".into())]);
    text.extend(is_alone.then_some(Event::End(TagEnd::Paragraph)));
    for mut event in events {
        numbers.refer(&mut event);
        text.push(event);
    }
    text.push(Event::Html("</div>\n".into()));
}

fn mark(number: usize) -> Event<'static> {
    Event::InlineHtml(format!("<sup>[{number}]</sup>").into())
}
