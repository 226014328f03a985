//! Circles among what imports what, each shown as it goes round.

use std::{
    collections::{BTreeMap, BTreeSet, VecDeque},
    path::Path,
};

use super::imports::Edges;

/// From where, to where, and what shows it.
type Graph = BTreeMap<String, BTreeMap<String, Vec<String>>>;

/// The circles between files, and between folders of one parent; a file and the folder of its name are one.
pub fn circles(edges: &Edges) -> Vec<String> {
    graphs(edges).iter().flat_map(of).collect()
}

fn graphs(edges: &Edges) -> Vec<Graph> {
    let mut files = Graph::new();
    let mut folders: BTreeMap<String, Graph> = BTreeMap::new();
    for ((from, to), names) in edges {
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let shown = format!("{from} -> {to} ({})", names.join(", "));
        let add = |graph: &mut Graph, from: &str, to: &str| {
            let ends = graph.entry(from.to_owned()).or_default();
            ends.entry(to.to_owned()).or_default().push(shown.clone());
        };
        add(&mut files, from, to);
        // Where the two ways part.
        let (from, to) = (module(from), module(to));
        let same = from.iter().zip(&to).take_while(|(from, to)| from == to).count();
        if let (Some(one), Some(other)) = (from.get(same), to.get(same)) {
            let graph = folders.entry(from[..same].join("/")).or_default();
            add(graph, one, other);
        }
    }
    std::iter::once(files).chain(folders.into_values()).collect()
}

/// The names of a file's module and of those around it.
fn module(file: &str) -> Vec<String> {
    let path = Path::new(file).with_extension("");
    let mut names: Vec<String> =
        path.iter().map(|name| name.to_str().expect("a name in UTF-8").to_owned()).collect();
    if names.last().is_some_and(|name| ["mod", "lib", "main"].contains(&name.as_str())) {
        names.pop();
    }
    names
}

/// The shortest circles, of which each has imports of its own.
fn of(graph: &Graph) -> Vec<String> {
    let mut found: Vec<Vec<(&str, &str)>> = Vec::new();
    for (start, ends) in graph {
        for end in ends.keys() {
            let Some(way) = way(graph, end, start) else { continue };
            let back = way.windows(2).map(|pair| (pair[0], pair[1]));
            found.push(std::iter::once((start.as_str(), end.as_str())).chain(back).collect());
        }
    }
    found.sort_by_key(Vec::len);
    let mut seen = BTreeSet::new();
    found.retain(|circle| {
        let is_new = circle.iter().all(|step| !seen.contains(step));
        if is_new {
            seen.extend(circle.iter().copied());
        }
        is_new
    });
    let shown = |circle: Vec<(&str, &str)>| {
        let names: Vec<&str> = circle.iter().map(|(from, _)| *from).collect();
        let steps =
            circle.iter().flat_map(|(from, to)| &graph[*from][*to]).map(|step| format!("    {step}\n"));
        format!("{}:\n{}", names.join(" and "), steps.collect::<String>())
    };
    found.into_iter().map(shown).collect()
}

/// The shortest way from one to another, both ends with it.
fn way<'a>(graph: &'a Graph, from: &'a str, to: &'a str) -> Option<Vec<&'a str>> {
    let mut before: BTreeMap<&str, &str> = BTreeMap::new();
    let mut left = VecDeque::from([from]);
    while let Some(here) = left.pop_front() {
        if here == to {
            let mut way: Vec<&str> =
                std::iter::successors(Some(here), |name| before.get(*name).copied()).collect();
            way.reverse();
            return Some(way);
        }
        for next in graph.get(here).into_iter().flat_map(BTreeMap::keys) {
            if next != from && !before.contains_key(next.as_str()) {
                before.insert(next.as_str(), here);
                left.push_back(next);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(imports: &[(&str, &str)]) -> Vec<String> {
        let edge = |(from, to): &(&str, &str)| {
            ((format!("{from}.rs"), format!("{to}.rs")), BTreeSet::from(["Name".to_owned()]))
        };
        circles(&imports.iter().map(edge).collect())
    }

    #[test]
    fn a_circle_is_shown_as_it_goes_round() {
        assert_eq!(found(&[("a", "b"), ("b", "c"), ("a", "c")]), [""; 0]);
        let shown = "a.rs and b.rs:\n    a.rs -> b.rs (Name)\n    b.rs -> a.rs (Name)\n";
        assert_eq!(found(&[("a", "b"), ("b", "a")])[0], shown);
        let long = found(&[("a", "b"), ("b", "c"), ("c", "a"), ("c", "d")]);
        assert!(long[0].contains("a.rs -> b.rs") && long[0].contains("c.rs -> a.rs"), "{long:?}");
        assert!(!long[0].contains("d.rs"), "{long:?}");
    }

    #[test]
    fn folders_are_in_a_circle_without_any_file_that_is() {
        let circles = found(&[("a/one", "b/one"), ("b/two", "a/two")]);
        assert_eq!(circles, ["a and b:\n    a/one.rs -> b/one.rs (Name)\n    b/two.rs -> a/two.rs (Name)\n"]);
        // Of the same parent, at any depth.
        assert_eq!(found(&[("x/a/one", "x/b/one"), ("x/b/two", "x/a/two")]).len(), 1);
        assert_eq!(found(&[("a/mod", "a/one"), ("b/one", "a/mod")]).len(), 0);
        // A file and the folder of its name are one.
        assert_eq!(found(&[("x/a", "x/b"), ("x/b", "x/a/one")]).len(), 1);
    }
}
