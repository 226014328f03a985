//! Tags and entities that somebody names by what they are called.

use std::collections::HashMap;

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    LabelKind,
    queries::{self, Namesake},
};
use crate::values::nearest;

/// A tag or an entity as it was named: by its names and languages, and what sort it is of, where that was said.
///
/// It is one of that sort that has one of the names in the same language, or else in another one, or else as an alias;
/// of several the one with the most of the names, and of those the oldest, so that the same line always means the same.
/// An alias that several have is nobody's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct NamedItem {
    sort: Option<&'static str>,
    names: Vec<(String, String)>,
}

/// Who is called as an item was named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Called {
    One(Uuid),
    /// Some of several sorts, where none was said.
    Several,
    /// Then it may be made. What it is called, in the form in which names are compared.
    Nobody {
        compared: Vec<String>,
    },
}

impl NamedItem {
    /// One of that sort with these names, each after its language.
    pub fn new<'a>(sort: Option<&'static str>, names: impl Iterator<Item = (&'a str, &'a str)>) -> Self {
        let owned = |(language, name): (&str, &str)| (language.to_owned(), name.to_owned());
        Self { sort, names: names.map(owned).collect() }
    }

    /// What sort it is of.
    pub fn sort(&self) -> Option<&'static str> {
        self.sort
    }

    /// The name that a slug is made of.
    pub fn main_name(&self) -> &str {
        let names = self.names.iter().map(|(language, name)| (language.as_str(), name.as_str()));
        nearest(names, "en").unwrap_or_default()
    }
}

/// Who the items are.
pub fn find(
    connection: &mut PgConnection,
    kind: LabelKind,
    items: Vec<NamedItem>,
) -> QueryResult<HashMap<NamedItem, Called>> {
    if items.is_empty() {
        return Ok(HashMap::new());
    }
    let asked = (1..).zip(&items).flat_map(|(number, item)| {
        let names = item.names.iter();
        names.map(move |(language, name)| {
            (number, item.sort.unwrap_or_default(), language.as_str(), name.as_str())
        })
    });
    let mut namesakes: HashMap<i64, Vec<Namesake>> = HashMap::new();
    for namesake in queries::namesakes(connection, kind, asked.collect())? {
        namesakes.entry(namesake.asked).or_default().push(namesake);
    }
    let called =
        (1..).zip(items).map(|(number, item)| (item, called(&namesakes.remove(&number).unwrap_or_default())));
    Ok(called.collect())
}

/// Has nobody else make any of these until the transaction ends: whoever looks for them again then finds what others have
/// made meanwhile.
pub fn reserve<'a>(
    connection: &mut PgConnection,
    kind: LabelKind,
    called: impl Iterator<Item = &'a Called>,
) -> QueryResult<()> {
    let names = called.flat_map(|called| match called {
        Called::Nobody { compared } => compared.as_slice(),
        _ => &[],
    });
    let names: Vec<String> = names.cloned().collect();
    if names.is_empty() { Ok(()) } else { queries::lock_names(connection, kind, names) }
}

/// How many of the names an item has: in the same languages, in those with the same first part, in other ones, as aliases.
type Fit = [usize; 4];

fn called(namesakes: &[Namesake]) -> Called {
    let mut fits: HashMap<Uuid, (Fit, &str)> = HashMap::new();
    for namesake in namesakes {
        let (Some(id), Some(sort)) = (namesake.id, &namesake.sort) else { continue };
        let (fit, _) = fits.entry(id).or_insert(([0; 4], sort));
        match (namesake.is_alias, namesake.nearness) {
            (Some(true), _) => fit[3] += 1,
            (_, 2) => fit[0] += 1,
            (_, 1) => fit[1] += 1,
            _ => fit[2] += 1,
        }
    }
    let nobody =
        || Called::Nobody { compared: namesakes.iter().map(|namesake| namesake.name.clone()).collect() };
    let Some(best) = fits.values().map(|(fit, _)| *fit).max() else { return nobody() };
    let mut best_ones: Vec<(Uuid, &str)> =
        fits.iter().filter(|(_, (fit, _))| *fit == best).map(|(id, (_, sort))| (*id, *sort)).collect();
    best_ones.sort_unstable();
    match best_ones[..] {
        [(id, _)] => Called::One(id),
        _ if best[..3] == [0; 3] => nobody(),
        [(id, sort), ref others @ ..] if others.iter().all(|(_, other)| *other == sort) => Called::One(id),
        _ => Called::Several,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Of who is called so: its id, its sort, whether in the same language, whether as an alias.
    fn of(namesakes: &[(u128, &str, bool, bool)]) -> Called {
        let namesake = |(id, sort, in_language, is_alias): &(u128, &str, bool, bool)| Namesake {
            asked: 1,
            name: "n".to_owned(),
            id: Some(Uuid::from_u128(*id)),
            sort: Some((*sort).to_owned()),
            nearness: if *in_language { 2 } else { 0 },
            is_alias: Some(*is_alias),
        };
        called(&namesakes.iter().map(namesake).collect::<Vec<_>>())
    }

    #[test]
    fn who_has_the_most_of_the_names_is_meant_and_else_the_oldest() {
        let one = |id| Called::One(Uuid::from_u128(id));
        assert_eq!(of(&[(1, "place", false, false), (2, "place", true, false)]), one(2));
        assert_eq!(of(&[(1, "place", true, false), (2, "place", true, false)]), one(1));
        let twice = [(1, "place", true, false), (2, "place", true, false), (2, "place", true, false)];
        assert_eq!(of(&twice), one(2));
        assert_eq!(of(&[(1, "place", true, true), (2, "place", false, false)]), one(2));
        assert_eq!(of(&[(1, "place", true, true)]), one(1));
    }

    #[test]
    fn an_alias_of_several_is_nobodys_and_a_name_of_several_sorts_is_ambiguous() {
        let nobody = of(&[(1, "person", true, true), (2, "person", true, true)]);
        assert!(matches!(nobody, Called::Nobody { .. }), "{nobody:?}");
        assert_eq!(of(&[(1, "person", true, false), (2, "place", true, false)]), Called::Several);
    }
}
