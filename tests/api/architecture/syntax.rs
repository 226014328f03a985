//! A source file as its syntax has it: what its modules define, and which paths they name.

use std::collections::{BTreeMap, BTreeSet};

use syn::{
    Attribute, Item, UseTree, Visibility,
    buffer::{Cursor, TokenBuffer},
    visit::{self, Visit},
};

/// Where a module is in its crate: none of the names for the root.
pub type Place = Vec<String>;

/// A module: a file, or `mod name { }` within one.
#[derive(Default)]
pub struct Module {
    /// The file below the folder of the crate.
    pub file: String,
    /// What is defined in it by name; macros define more.
    pub items: BTreeSet<String>,
    /// What its imports bring into scope, and from where.
    pub uses: BTreeMap<String, Vec<String>>,
    /// Where it imports all there is from.
    pub globs: Vec<Vec<String>>,
    pub mentions: Vec<Mention>,
}

/// A path as it is written.
pub struct Mention {
    pub path: Vec<String>,
    pub kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Kind {
    /// In code, or imported for it.
    Used,
    /// `path::*`, for the module itself.
    Glob,
    /// Handed on to others.
    Reexported,
}

/// Reads the modules of one file.
pub struct Reader {
    place: Place,
    pub modules: BTreeMap<Place, Module>,
    /// The modules that have a file of their own.
    pub files: Vec<Place>,
}

impl Reader {
    /// Reads the text of a file, which is that module.
    pub fn read(place: Place, file: &str, text: &str) -> Self {
        let module = Module { file: file.to_owned(), ..Module::default() };
        let modules = BTreeMap::from([(place.clone(), module)]);
        let mut reader = Self { modules, place, files: Vec::new() };
        let syntax = syn::parse_file(text).unwrap_or_else(|error| panic!("{file}: {error}"));
        reader.items(&syntax.items);
        reader
    }

    fn module(&mut self) -> &mut Module {
        self.modules.get_mut(&self.place).expect("the module that is read")
    }

    fn items(&mut self, items: &[Item]) {
        for item in items.iter().filter(|item| !is_test(attributes(item))) {
            let name = match item {
                Item::Const(it) => Some(&it.ident),
                Item::Enum(it) => Some(&it.ident),
                Item::Fn(it) => Some(&it.sig.ident),
                Item::Macro(it) => it.ident.as_ref(),
                Item::Static(it) => Some(&it.ident),
                Item::Struct(it) => Some(&it.ident),
                Item::Trait(it) => Some(&it.ident),
                Item::Type(it) => Some(&it.ident),
                Item::Union(it) => Some(&it.ident),
                _ => None,
            };
            if let Some(name) = name {
                let name = name.to_string();
                self.module().items.insert(name);
            }
        }
        for item in items {
            self.visit_item(item);
        }
    }

    fn mention(&mut self, path: Vec<String>, kind: Kind) {
        self.module().mentions.push(Mention { path, kind });
    }

    fn import(&mut self, prefix: &[String], tree: &UseTree, kind: Kind) {
        let with = |name: &syn::Ident| [prefix, &[name.to_string()]].concat();
        let (path, name) = match tree {
            UseTree::Path(tree) => return self.import(&with(&tree.ident), &tree.tree, kind),
            UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(prefix, tree, kind));
            }
            UseTree::Glob(_) => {
                self.module().globs.push(prefix.to_vec());
                let kind = if kind == Kind::Used { Kind::Glob } else { kind };
                return self.mention(prefix.to_vec(), kind);
            }
            UseTree::Name(tree) if tree.ident == "self" => {
                (prefix.to_vec(), prefix.last().cloned().unwrap_or_default())
            }
            UseTree::Name(tree) => (with(&tree.ident), tree.ident.to_string()),
            UseTree::Rename(tree) if tree.ident == "self" => (prefix.to_vec(), tree.rename.to_string()),
            UseTree::Rename(tree) => (with(&tree.ident), tree.rename.to_string()),
        };
        // A macro is handed on under its own name.
        if path != [name.as_str()] {
            self.module().uses.insert(name, path.clone());
        }
        self.mention(path, kind);
    }

    /// The paths in what a macro or an attribute takes, which has no syntax but words.
    fn tokens(&mut self, prefix: &[String], mut cursor: Cursor<'_>) {
        while !cursor.eof() {
            if let Some((inner, _, _, rest)) = cursor.any_group() {
                self.tokens(prefix, inner);
                cursor = rest;
            } else if let Some((first, rest)) = cursor.ident() {
                let mut path = [prefix, &[first.to_string()]].concat();
                cursor = rest;
                while let Some(rest) = after(cursor, "::") {
                    if let Some((name, rest)) = rest.ident() {
                        path.push(name.to_string());
                        cursor = rest;
                        continue;
                    }
                    if let Some((inner, _, _, rest)) = rest.any_group() {
                        self.tokens(&path, inner);
                        cursor = rest;
                    }
                    break;
                }
                self.mention(path, Kind::Used);
            } else if let Some(rest) = after(cursor, ".") {
                // A field or a method has its type's name in front of it nowhere.
                cursor = rest.ident().map_or(rest, |(_, rest)| rest);
            } else if let Some((_, rest)) = cursor.token_tree() {
                cursor = rest;
            }
        }
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item_fn(&mut self, method: &'ast syn::ImplItemFn) {
        if !is_test(&method.attrs) {
            visit::visit_impl_item_fn(self, method);
        }
    }

    fn visit_item_mod(&mut self, module: &'ast syn::ItemMod) {
        let place = [self.place.clone(), vec![module.ident.to_string()]].concat();
        match &module.content {
            Some((_, items)) => {
                let file = self.module().file.clone();
                self.modules.insert(place.clone(), Module { file, ..Module::default() });
                let outer = std::mem::replace(&mut self.place, place);
                self.items(items);
                self.place = outer;
            }
            None => self.files.push(place),
        }
    }

    fn visit_item_use(&mut self, import: &'ast syn::ItemUse) {
        let kind = match import.vis {
            Visibility::Inherited => Kind::Used,
            _ => Kind::Reexported,
        };
        self.import(&[], &import.tree, kind);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        // `::name` is a crate.
        if path.leading_colon.is_none() {
            let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
            self.mention(names, Kind::Used);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        visit::visit_macro(self, call);
        self.tokens(&[], TokenBuffer::new2(call.tokens.clone()).begin());
    }

    fn visit_meta_list(&mut self, list: &'ast syn::MetaList) {
        visit::visit_meta_list(self, list);
        let text = list.tokens.to_string();
        self.tokens(&[], TokenBuffer::new2(list.tokens.clone()).begin());
        // serde has paths in texts: `#[serde(with = "crate::module")]`.
        if list.path.is_ident("serde") {
            let paths = text.split('"').skip(1).step_by(2).filter(|text| text.contains("::"));
            for path in paths.filter_map(|text| syn::parse_str::<syn::Path>(text).ok()) {
                let names = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
                self.mention(names, Kind::Used);
            }
        }
    }
}

/// What comes after a sign.
fn after<'a>(mut cursor: Cursor<'a>, sign: &str) -> Option<Cursor<'a>> {
    for wanted in sign.chars() {
        let (found, rest) = cursor.punct()?;
        if found.as_char() != wanted {
            return None;
        }
        cursor = rest;
    }
    Some(cursor)
}

/// Whether something is there for tests alone.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let condition = attribute.meta.require_list().ok().filter(|list| list.path.is_ident("cfg"));
        attribute.path().is_ident("test") || condition.is_some_and(|list| list.tokens.to_string() == "test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(syn::ItemConst { attrs, .. })
        | Item::Enum(syn::ItemEnum { attrs, .. })
        | Item::ExternCrate(syn::ItemExternCrate { attrs, .. })
        | Item::Fn(syn::ItemFn { attrs, .. })
        | Item::ForeignMod(syn::ItemForeignMod { attrs, .. })
        | Item::Impl(syn::ItemImpl { attrs, .. })
        | Item::Macro(syn::ItemMacro { attrs, .. })
        | Item::Mod(syn::ItemMod { attrs, .. })
        | Item::Static(syn::ItemStatic { attrs, .. })
        | Item::Struct(syn::ItemStruct { attrs, .. })
        | Item::Trait(syn::ItemTrait { attrs, .. })
        | Item::TraitAlias(syn::ItemTraitAlias { attrs, .. })
        | Item::Type(syn::ItemType { attrs, .. })
        | Item::Union(syn::ItemUnion { attrs, .. })
        | Item::Use(syn::ItemUse { attrs, .. }) => attrs,
        _ => &[],
    }
}
