//! Which entity each line of a batch makes or replaces. Pure: the database has been asked before.

use std::collections::{HashMap, HashSet};

use uuid::Uuid;

use super::{LineEntity, Name};
use crate::{
    bulk::{
        Numbered, Outcome,
        free_slugs::{self, MayBeMade},
    },
    clock,
    db::{constraints, former::Deleted, resources::Resource},
    entities::{merge::Gained, model::EntityContent},
    error::{ApiError, Problem},
};

/// An entity that a line may replace.
#[derive(Debug, Clone)]
pub struct Current {
    pub id: Uuid,
    pub slug: String,
    pub wikidata_id: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub version: i64,
}

impl Current {
    fn names(&self) -> impl Iterator<Item = Name<'_>> {
        Name::all(self.external_key(), self.wikidata_id.as_deref(), Some(&self.slug))
    }

    fn external_key(&self) -> Option<(&str, &str)> {
        self.source.as_deref().zip(self.external_id.as_deref())
    }
}

/// Whether a line says that it is another one than that which has these ids and its slug in common.
fn is_other(line: &LineEntity, wikidata_id: Option<&str>, external_key: Option<(&str, &str)>) -> bool {
    fn differ<T: PartialEq>(a: Option<T>, b: Option<T>) -> bool {
        a.zip(b).is_some_and(|(a, b)| a != b)
    }
    differ(wikidata_id, line.content.wikidata_id.as_deref()) || differ(external_key, line.external_key())
}

/// An entity that was merged into another one.
#[derive(Debug, Clone)]
pub struct Merged {
    pub slug: String,
    pub wikidata_id: Option<String>,
    pub source: Option<String>,
    pub external_id: Option<String>,
    /// The slug of the one that it is now.
    pub into: String,
}

impl Merged {
    fn names(&self) -> impl Iterator<Item = Name<'_>> {
        let external = self.source.as_deref().zip(self.external_id.as_deref());
        Name::all(external, self.wikidata_id.as_deref(), Some(&self.slug))
    }
}

/// An entity to be written.
#[derive(Debug)]
pub struct Row<'a> {
    pub line: u64,
    pub entity: &'a LineEntity,
    pub id: Uuid,
    /// The entity that it replaces.
    pub current: Option<&'a Current>,
    /// Empty until one is made, where none is given.
    pub slug: String,
    /// What is written, where that is more than the line says.
    pub with_gained: Option<EntityContent>,
}

impl Row<'_> {
    /// What is written.
    pub fn content(&self) -> &EntityContent {
        self.with_gained.as_ref().unwrap_or(&self.entity.content)
    }

    /// What it is found by.
    pub fn vector(&self) -> String {
        self.with_gained.as_ref().map_or_else(|| self.entity.vector.clone(), EntityContent::vector)
    }

    fn needs_slug(&self) -> bool {
        self.slug.is_empty()
    }

    /// What its slug is made of.
    fn base(&self) -> String {
        free_slugs::base(&self.entity.name, Resource::Entity)
    }
}

/// What a batch does.
#[derive(Debug)]
pub struct Plan<'a> {
    /// How many lines it deals with, from the first on: one that depends on
    /// what an earlier one has written begins another transaction.
    pub lines: usize,
    pub rows: Vec<Row<'a>>,
    pub failed: Vec<Outcome>,
}

impl<'a> Plan<'a> {
    /// `current`, `merged` and `deleted` have every entity that has, or had, a name of these lines.
    pub fn new(
        entities: &'a [Numbered<LineEntity>],
        current: &'a [Current],
        merged: &'a [Merged],
        deleted: &'a [Deleted],
    ) -> Self {
        let by_name: HashMap<Name<'_>, &Current> =
            current.iter().flat_map(|it| it.names().map(move |name| (name, it))).collect();
        let merged: HashMap<Name<'_>, &Merged> =
            merged.iter().flat_map(|it| it.names().map(move |name| (name, it))).collect();
        let names_of = |it: &'a Deleted| {
            let names = Name::all(it.external_key(), it.wikidata_id.as_deref(), Some(&it.slug));
            names.map(move |name| (name, it))
        };
        let deleted: HashMap<Name<'_>, &Deleted> = deleted.iter().flat_map(names_of).collect();
        // What the rows so far have taken or given up.
        let mut touched: HashSet<Name<'_>> = HashSet::new();
        let mut may_be_made = MayBeMade::default();
        let mut plan = Self { lines: entities.len(), rows: Vec::new(), failed: Vec::new() };
        for (position, (line, entity)) in entities.iter().enumerate() {
            let found = entity.names().find_map(|name| by_name.get(&name).copied());
            let names: Vec<_> = entity.names().chain(found.into_iter().flat_map(Current::names)).collect();
            if names.iter().any(|name| touched.contains(name))
                || entity.slug.as_deref().is_some_and(|slug| may_be_made.has(slug))
            {
                plan.lines = position;
                break;
            }
            if let Err(error) = check(entity, found, &by_name, &merged) {
                plan.failed.push(Outcome { line: *line, result: Err(error) });
                continue;
            }
            let was = |name: Name<'a>| {
                deleted.get(&name).copied().filter(|it| match name {
                    Name::Slug(_) => !is_other(entity, it.wikidata_id.as_deref(), it.external_key()),
                    _ => true,
                })
            };
            if let (None, Some(it)) = (found, entity.names().find_map(was)) {
                let result = Err(it.explain(Resource::Entity));
                plan.failed.push(Outcome { line: *line, result });
                continue;
            }
            touched.extend(names);
            let slug = entity.slug.as_deref().or(found.map(|it| it.slug.as_str()));
            let row = Row {
                line: *line,
                entity,
                id: found.map_or_else(clock::new_id, |it| it.id),
                current: found,
                slug: slug.unwrap_or_default().to_owned(),
                with_gained: None,
            };
            if row.needs_slug() {
                may_be_made.add(&row.base());
            }
            plan.rows.push(row);
        }
        plan
    }

    /// Leaves to the entities what they have got by merges: no line says that two are no longer one.
    pub fn leave_gained(&mut self, mut gained: HashMap<Uuid, Vec<Gained>>) {
        for row in &mut self.rows {
            for gained in gained.remove(&row.id).into_iter().flatten() {
                gained.add_to(row.with_gained.get_or_insert_with(|| row.entity.content.clone()));
            }
        }
    }

    /// The entities that are there already.
    pub fn replaced(&self) -> Vec<Uuid> {
        self.rows.iter().filter_map(|row| row.current.map(|it| it.id)).collect()
    }

    /// The slugs that the lines give themselves.
    pub fn given_slugs(&self) -> HashSet<String> {
        self.rows.iter().filter_map(|row| row.entity.slug.clone()).collect()
    }

    /// What slugs are to be made of, for each row that needs one.
    pub fn bases(&self) -> Vec<String> {
        self.rows.iter().filter(|row| row.needs_slug()).map(Row::base).collect()
    }

    /// Gives the rows that need one their slugs.
    pub fn set_slugs(&mut self, slugs: Vec<String>) {
        let rows = self.rows.iter_mut().filter(|row| row.needs_slug());
        rows.zip(slugs).for_each(|(row, slug)| row.slug = slug);
    }
}

/// Whether all that a line is known by is that of the entity that was found, or of none.
fn check(
    line: &LineEntity,
    found: Option<&Current>,
    by_name: &HashMap<Name<'_>, &Current>,
    merged: &HashMap<Name<'_>, &Merged>,
) -> Result<(), ApiError> {
    for name in line.names() {
        let holder = by_name.get(&name).copied();
        if let Some(holder) = holder
            && found.is_some_and(|found| found.id != holder.id)
        {
            return Err(constraints::violated(match name {
                Name::External(..) => "entities_external_id_source_key",
                Name::Wikidata(_) => "entities_wikidata_id_key",
                Name::Slug(_) => "entities_slug_key",
            }));
        }
        if let (None, Some(merged)) = (holder, merged.get(&name)) {
            let (slug, into) = (&merged.slug, &merged.into);
            let detail =
                format!("it is {slug}, which was merged into {into}: leave the line out, or split them");
            return Err(ApiError::new(Problem::Gone, detail));
        }
    }
    let strongest = line.names().find(|name| by_name.contains_key(name));
    if let (Some(Name::Slug(slug)), Some(found)) = (strongest, found)
        && is_other(line, found.wikidata_id.as_deref(), found.external_key())
    {
        let detail = format!("{slug} has another Wikidata id or external id: give this one another slug");
        return Err(ApiError::new(Problem::Conflict, detail));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
