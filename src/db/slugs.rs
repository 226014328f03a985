//! Slugs that are made, not given: the first that is free.

use std::collections::HashSet;

use diesel::{PgConnection, QueryResult};

use super::former::{self, Resource};
use crate::text::slug;

/// The first of `base`, `base-2`, `base-3`… that is not taken.
fn next_free(base: &str, taken: &HashSet<String>) -> String {
    let numbered = (2..=u32::MAX).map(|number| slug::numbered(base, number));
    let mut candidates = std::iter::once(base.to_owned()).chain(numbered);
    candidates.find(|slug| !taken.contains(slug)).unwrap_or_default()
}

/// Inserts an item under a slug made from a text (or from the item's kind, where
/// the text gives none), but not under a reserved one, nor under a former one,
/// which leads elsewhere. Another transaction may take a slug between the look
/// and the insert, so `insert` (which must do nothing on a conflict of slugs) is
/// tried until it yields the item. `taken` finds the slugs that begin so.
pub fn insert_with_free_slug<T>(
    connection: &mut PgConnection,
    text: &str,
    resource: Resource,
    taken: impl Fn(&mut PgConnection, &str) -> QueryResult<Vec<String>>,
    insert: impl Fn(&mut PgConnection, &str) -> QueryResult<Option<T>>,
) -> QueryResult<T> {
    let base = slug::slug(text);
    let base = if base.is_empty() { resource.noun() } else { &base };
    let mut unavailable: HashSet<String> = slug::RESERVED.iter().map(|word| word.to_string()).collect();
    unavailable.extend(former::keys_from(connection, resource, base)?);
    loop {
        if let Some(item) = insert(connection, &next_free(base, &unavailable))? {
            return Ok(item);
        }
        unavailable.extend(taken(connection, base)?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_is_the_first_that_is_free() {
        let next = |taken: &[&str]| next_free("مقال", &taken.iter().map(|slug| slug.to_string()).collect());
        assert_eq!(next(&[]), "مقال");
        assert_eq!(next(&["مقال-آخر", "مقال-2"]), "مقال");
        assert_eq!(next(&["مقال", "مقال-2", "مقال-2026"]), "مقال-3");
    }
}
