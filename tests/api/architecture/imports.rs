//! What the files of a crate import, read from their syntax: no layout hides a path, and no comment or text feigns one.
//!
//! Where a path leads is followed as the compiler does it: through what was brought into scope under whichever name, and
//! through what modules re-export. So a file imports the file in which an item stands, and a module that merely hands on
//! what its children have imports nothing. Code that only tests is left out.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use super::syntax::{Kind, Module, Place, Reader};

#[cfg(test)]
mod tests;

/// How many imports are followed from one to the next; a longer chain is a name that stands for itself.
const MAX_STEPS: usize = 32;

/// A crate as its modules name each other.
pub struct Crate {
    modules: BTreeMap<Place, Module>,
}

/// Where a path leads: an item of a module, or the module itself where no item is left; `None` outside the crate.
struct Target {
    module: Option<Place>,
    item: Vec<String>,
}

/// Which file imports which, and by what names.
pub type Edges = BTreeMap<(String, String), BTreeSet<String>>;

/// What each file names.
pub type Paths = BTreeMap<String, BTreeSet<String>>;

impl Crate {
    /// Reads the crate with the root file `lib.rs` or `main.rs` in a folder, and all files that its modules name.
    pub fn read(folder: &Path, root: &str) -> Self {
        Self::of(root, &|file| fs::read_to_string(folder.join(file)).ok())
    }

    /// The same, from whatever gives the text of a file.
    pub fn of(root: &str, text: &dyn Fn(&str) -> Option<String>) -> Self {
        let mut modules = BTreeMap::new();
        let mut left = vec![(Place::new(), root.to_owned())];
        while let Some((place, file)) = left.pop() {
            let reader = Reader::read(place, &file, &text(&file).expect("a source file"));
            for child in reader.files {
                let folder = child.join("/");
                let file = [format!("{folder}.rs"), format!("{folder}/mod.rs")];
                let file = file.into_iter().find(|file| text(file).is_some());
                left.push((child, file.unwrap_or_else(|| panic!("no file of the module {folder}"))));
            }
            modules.extend(reader.modules);
        }
        Self { modules }
    }

    /// The files of the crate.
    pub fn files(&self) -> BTreeSet<&str> {
        self.modules.values().map(|module| &*module.file).collect()
    }

    /// Every path that a file names, from the root of this crate (`crate`) or of another one.
    pub fn paths(&self) -> Paths {
        let mut paths = Paths::new();
        for (place, module) in &self.modules {
            let of_file = paths.entry(module.file.clone()).or_default();
            for mention in &module.mentions {
                let target = self.lookup(place, &mention.path, 0);
                let root = target.module.map(|module| [vec!["crate".to_owned()], module].concat());
                of_file.insert([root.unwrap_or_default(), target.item].concat().join("::"));
            }
        }
        paths
    }

    /// Which file imports which.
    pub fn edges(&self) -> Edges {
        let mut edges = Edges::new();
        for (place, module) in &self.modules {
            for mention in &module.mentions {
                let target = self.lookup(place, &mention.path, 0);
                let Some(there) = target.module else { continue };
                let is_below = there.len() > place.len() && there.starts_with(place);
                let name = match target.item.first() {
                    _ if mention.kind == Kind::Reexported && is_below => continue,
                    Some(name) => name,
                    None if mention.kind == Kind::Glob => "*",
                    // A module by its name alone; what is taken from it is named where it is.
                    None => continue,
                };
                let file = &self.modules[&there].file;
                if *file != module.file {
                    let names = edges.entry((module.file.clone(), file.clone())).or_default();
                    names.insert(name.to_owned());
                }
            }
        }
        edges
    }

    /// Where a path leads that is written in a module.
    fn lookup(&self, place: &[String], path: &[String], steps: usize) -> Target {
        let foreign = || Target { module: None, item: path.to_vec() };
        let Some((first, rest)) = path.split_first() else { return foreign() };
        match first.as_str() {
            _ if steps > MAX_STEPS => foreign(),
            "crate" => self.walk(Place::new(), rest, steps),
            "self" | "super" => self.walk(place.to_vec(), path, steps),
            _ => self.member(place, path, steps).unwrap_or_else(foreign),
        }
    }

    /// Where a path leads from a module on.
    fn walk(&self, mut place: Place, path: &[String], steps: usize) -> Target {
        match path.first().map(String::as_str) {
            Some("self") => self.walk(place, &path[1..], steps),
            Some("super") => {
                place.pop();
                self.walk(place, &path[1..], steps)
            }
            Some(_) => {
                // What a macro defines is not seen in the syntax.
                let unseen = || Target { module: Some(place.clone()), item: path.to_vec() };
                self.member(&place, path, steps).unwrap_or_else(unseen)
            }
            None => Target { module: Some(place), item: Vec::new() },
        }
    }

    /// Where a path leads that begins with a name which a module has.
    fn member(&self, place: &[String], path: &[String], steps: usize) -> Option<Target> {
        if steps > MAX_STEPS {
            return None;
        }
        let (first, rest) = path.split_first()?;
        let module = &self.modules[place];
        let child = [place, std::slice::from_ref(first)].concat();
        let is_module = self.modules.contains_key(&child);
        // What has the name of a module beside it is meant where the path ends.
        if is_module && !rest.is_empty() {
            return Some(self.walk(child, rest, steps + 1));
        }
        if module.items.contains(first) {
            return Some(Target { module: Some(place.to_vec()), item: path.to_vec() });
        }
        if let Some(import) = module.uses.get(first) {
            let path = [import, rest].concat();
            // `use name::name` is of a crate.
            if !is_module && import.first() == Some(first) {
                return Some(Target { module: None, item: path });
            }
            return Some(self.lookup(place, &path, steps + 1));
        }
        if is_module {
            return Some(self.walk(child, rest, steps + 1));
        }
        module.globs.iter().find_map(|glob| {
            let from = self.lookup(place, glob, steps + 1);
            let there = from.module.filter(|there| from.item.is_empty() && there != place)?;
            self.member(&there, path, steps + 1)
        })
    }
}
