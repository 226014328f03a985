//! Free slugs for many items at once, with few questions to the database
//! however many numbered forms of a slug there are.

use std::collections::{HashMap, HashSet};

use diesel::QueryResult;

use crate::db::resources::Resource;
use maqal_text::slug::{RESERVED, numbered, slug};

/// The first numbers, which are looked at one by one.
const FIRST: u32 = 8;
/// The greatest power of two that is tried as a number.
const MAX_POWER: u32 = 30;
/// How many parts a range of numbers is cut into, to narrow it down.
const PARTS: u32 = 32;

/// A base that several items want, or that is taken.
struct Group<'a> {
    base: &'a str,
    /// How many numbers it still needs.
    missing: usize,
    numbers: Vec<u32>,
    /// The least number that was not tried, or of a range that is narrowed down, its ends.
    low: u32,
    high: u32,
}

/// What the slug of an item is made of: its name, or else what it is.
pub fn base(name: &str, resource: Resource) -> String {
    match slug(name) {
        made if made.is_empty() => resource.noun().to_owned(),
        made => made,
    }
}

/// What the slugs that may be made of a base are without their numbers: the base, shortened where it has to be.
fn stems(base: &str) -> impl Iterator<Item = String> {
    let numbers = (0..=u32::MAX.ilog10()).map(|digits| 10_u32.pow(digits));
    let stem = |number| numbered(base, number).rsplit_once('-').map(|(stem, _)| stem.to_owned());
    numbers.filter_map(stem).chain([base.to_owned()])
}

/// The slugs that may be made for lines.
#[derive(Debug, Default)]
pub struct MayBeMade(HashSet<String>);

impl MayBeMade {
    /// Adds those of an item whose slug is made of that base.
    pub fn add(&mut self, base: &str) {
        self.0.extend(stems(base));
    }

    /// Whether the slug may be one of them.
    pub fn has(&self, slug: &str) -> bool {
        let stem = slug.rsplit_once('-').filter(|(_, number)| number.bytes().all(|c| c.is_ascii_digit()));
        self.0.contains(slug) || stem.is_some_and(|(stem, _)| self.0.contains(stem))
    }
}

/// A free slug for each base, in order: the base itself, or else a numbered form
/// of it. `given` are those that the batch takes otherwise; `taken` says which of
/// some slugs are.
///
/// The numbers of a base are nearly always taken from 2 on without a gap. So
/// beyond the first ones the end is searched for by doubling and then cutting.
pub fn choose(
    bases: &[String],
    given: &HashSet<String>,
    mut taken: impl FnMut(&[String]) -> QueryResult<HashSet<String>>,
) -> QueryResult<Vec<String>> {
    if bases.is_empty() {
        return Ok(Vec::new());
    }
    let mut probe = |slugs: Vec<String>| -> QueryResult<HashSet<String>> {
        let mut unavailable = taken(&slugs)?;
        let is_ours = |slug: &String| given.contains(slug) || RESERVED.contains(&slug.as_str());
        unavailable.extend(slugs.into_iter().filter(is_ours));
        Ok(unavailable)
    };
    let mut wanted: HashMap<&str, usize> = HashMap::new();
    for base in bases {
        *wanted.entry(base).or_default() += 1;
    }
    let unavailable = probe(wanted.keys().map(|base| (*base).to_owned()).collect())?;
    let mut groups: Vec<Group<'_>> = Vec::new();
    for (base, count) in &wanted {
        let missing = if unavailable.contains(*base) { *count } else { count - 1 };
        if missing > 0 {
            groups.push(Group { base, missing, numbers: Vec::new(), low: 2, high: 0 });
        }
    }
    number(&mut groups, &mut probe)?;
    let mut numbers: HashMap<&str, std::vec::IntoIter<u32>> =
        groups.into_iter().map(|group| (group.base, group.numbers.into_iter())).collect();
    let mut has_base: HashSet<&str> =
        wanted.keys().copied().filter(|base| !unavailable.contains(*base)).collect();
    let slug = |base: &String| match has_base.remove(base.as_str()) {
        true => base.clone(),
        false => {
            let number = numbers.get_mut(base.as_str()).and_then(Iterator::next).unwrap_or(u32::MAX);
            numbered(base, number)
        }
    };
    Ok(bases.iter().map(slug).collect())
}

type Probe<'p> = &'p mut dyn FnMut(Vec<String>) -> QueryResult<HashSet<String>>;

/// Gives each group the numbers that it needs.
fn number(groups: &mut [Group<'_>], probe: Probe<'_>) -> QueryResult<()> {
    if groups.is_empty() {
        return Ok(());
    }
    step(groups, probe)?;
    if groups.iter().all(|group| group.missing == 0) {
        return Ok(());
    }
    // Doubling: the range between a number that is taken and one that is free.
    let powers = || (FIRST.ilog2() + 1..=MAX_POWER).map(|power| 1 << power);
    let mut searched: Vec<&mut Group<'_>> = groups.iter_mut().filter(|group| group.missing > 0).collect();
    let slugs = searched.iter().flat_map(|group| powers().map(|number| numbered(group.base, number)));
    let unavailable = probe(slugs.collect())?;
    for group in &mut searched {
        let is_free =
            |number: &u32| *number >= group.low && !unavailable.contains(&numbered(group.base, *number));
        group.high = powers().find(is_free).unwrap_or(1 << MAX_POWER);
        group.low = group.low.max(group.high / 2);
    }
    // Cutting: the same with a smaller range.
    while searched.iter().any(|group| group.high - group.low > PARTS) {
        let cuts = |group: &Group<'_>| {
            let (low, width) = (group.low, group.high - group.low);
            (1..PARTS).map(move |part| {
                low + u32::try_from(u64::from(width) * u64::from(part) / u64::from(PARTS)).unwrap_or(width)
            })
        };
        let slugs = searched.iter().flat_map(|group| cuts(group).map(|number| numbered(group.base, number)));
        let unavailable = probe(slugs.collect())?;
        for group in &mut searched {
            for number in cuts(group).collect::<Vec<_>>() {
                if unavailable.contains(&numbered(group.base, number)) {
                    group.low = number + 1;
                } else {
                    group.high = number;
                    break;
                }
            }
        }
    }
    while groups.iter().any(|group| group.missing > 0) {
        step(groups, probe)?;
    }
    Ok(())
}

/// Tries as many numbers as are needed, and some more, from the least on.
fn step(groups: &mut [Group<'_>], probe: Probe<'_>) -> QueryResult<()> {
    let window = |group: &Group<'_>| {
        let length =
            if group.missing == 0 { 0 } else { u32::try_from(group.missing).unwrap_or(u32::MAX / 2) + FIRST };
        group.low..group.low + length
    };
    let slugs = groups.iter().flat_map(|group| window(group).map(|number| numbered(group.base, number)));
    let unavailable = probe(slugs.collect())?;
    for group in groups {
        for number in window(group) {
            group.low = number + 1;
            if group.missing > 0 && !unavailable.contains(&numbered(group.base, number)) {
                group.numbers.push(number);
                group.missing -= 1;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is chosen beside those that are taken, how often was asked, and for how many slugs.
    fn chosen(bases: &[&str], given: &[&str], taken: &HashSet<String>) -> (Vec<String>, usize, usize) {
        let bases: Vec<String> = bases.iter().map(|base| (*base).to_owned()).collect();
        let given = given.iter().map(|slug| (*slug).to_owned()).collect();
        let (mut questions, mut slugs) = (0, 0);
        let chosen = choose(&bases, &given, |some| {
            questions += 1;
            slugs += some.len();
            Ok(some.iter().filter(|slug| taken.contains(*slug)).cloned().collect())
        });
        (chosen.expect("slugs"), questions, slugs)
    }

    fn up_to(base: &str, number: u32) -> HashSet<String> {
        (2..=number).map(|number| numbered(base, number)).chain([base.to_owned()]).collect()
    }

    #[test]
    fn each_gets_the_first_form_that_is_free() {
        let taken = HashSet::from(["b".to_owned(), "b-3".to_owned()]);
        let (slugs, _, _) = chosen(&["a", "b", "a", "b", "مقال", "c"], &["c"], &taken);
        assert_eq!(slugs, ["a", "b-2", "a-2", "b-4", "مقال", "c-2"]);
    }

    #[test]
    fn what_may_be_made_of_a_base_is_known_before() {
        let words = ["fair", "war-2", "مقال", &"word-".repeat(24), &"x".repeat(300)];
        for base in words.map(slug) {
            let mut may_be_made = MayBeMade::default();
            may_be_made.add(&base);
            assert!(may_be_made.has(&base));
            for number in [2, 9, 10, 99, 4321, 1_000_000, u32::MAX] {
                assert!(may_be_made.has(&numbered(&base, number)), "{base} {number}");
            }
            assert!(!may_be_made.has("other") && !may_be_made.has(&format!("{base}-x")));
        }
    }

    #[test]
    fn a_reserved_word_gets_a_number() {
        assert_eq!(chosen(&["bulk"], &[], &HashSet::new()).0, ["bulk-2"]);
    }

    #[test]
    fn where_nothing_is_taken_one_question_is_enough() {
        let bases: Vec<String> = (0..1000).map(|number| format!("h{number}")).collect();
        let bases: Vec<&str> = bases.iter().map(String::as_str).collect();
        let (slugs, questions, _) = chosen(&bases, &[], &HashSet::new());
        assert_eq!((slugs.len(), questions), (1000, 1));
    }

    #[test]
    fn thousands_of_numbered_forms_take_few_questions() {
        for highest in [2, 7, 8, 9, 10, 15, 16, 17, 100, 999, 1024, 5_000, 65_535, 100_000] {
            let taken = up_to("a", highest);
            let (slugs, questions, probed) = chosen(&["a", "a", "a"], &[], &taken);
            let expected: Vec<String> = (1..=3).map(|more| numbered("a", highest + more)).collect();
            assert_eq!(slugs, expected, "{highest}");
            assert!(questions < 12 && probed < 300, "{highest}: {questions} questions of {probed} slugs");
        }
    }

    #[test]
    fn a_gap_among_the_numbers_does_no_harm() {
        let mut taken = up_to("a", 500);
        for number in [40, 64, 256, 257, 400] {
            taken.remove(&numbered("a", number));
        }
        let wanted = vec!["a"; 600];
        let slugs: HashSet<String> = chosen(&wanted, &[], &taken).0.into_iter().collect();
        assert_eq!(slugs.len(), 600);
        assert!(slugs.is_disjoint(&taken));
    }

    #[test]
    fn a_free_number_costs_no_more_than_it_did() {
        // As counted: a mistake in the search is seen by what it asks, since it finds the same in the end.
        let cost: usize = (2..300).map(|highest| chosen(&["a"; 3], &[], &up_to("a", highest)).2).sum();
        assert!(cost <= 22_414, "{cost} slugs");
        // Where one has its numbers already, the other is searched for alone.
        let (_, _, cost) = chosen(&["a", "a", "a", "b", "b", "b"], &[], &up_to("a", 5_000));
        assert!(cost <= 123, "{cost} slugs");
    }
}
