//! Slugs that are made, not given: the first that is free.

use diesel::{PgConnection, QueryResult};

use crate::text::slug;

/// The first of `base`, `base-2`, `base-3`… that `taken` (the slugs that begin
/// with `base`) does not have. Empty bases become the fallback.
fn next_free(base: &str, taken: &[String]) -> String {
    let number = |slug: &String| match slug.strip_prefix(base)? {
        "" => Some(1),
        rest => rest.strip_prefix('-')?.parse::<u32>().ok(),
    };
    match taken.iter().filter_map(number).max() {
        None => base.to_owned(),
        Some(highest) => slug::numbered(base, highest.saturating_add(1)),
    }
}

/// Inserts an item under a slug made from a text. Another transaction may take
/// a slug between the look and the insert, so `insert` (which must do nothing on
/// a conflict of slugs) is tried until it yields the item.
pub fn insert_with_free_slug<T>(
    connection: &mut PgConnection,
    text: &str,
    fallback: &str,
    taken: impl Fn(&mut PgConnection, &str) -> QueryResult<Vec<String>>,
    insert: impl Fn(&mut PgConnection, &str) -> QueryResult<Option<T>>,
) -> QueryResult<T> {
    let base = slug::slug(text);
    let base = if base.is_empty() { fallback } else { &base };
    let mut slug = match slug::RESERVED.contains(&base) {
        true => slug::numbered(base, 2),
        false => base.to_owned(),
    };
    loop {
        if let Some(item) = insert(connection, &slug)? {
            return Ok(item);
        }
        slug = next_free(base, &taken(connection, base)?);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_number_is_above_all_others() {
        let taken = ["مقال", "مقال-2", "مقال-7", "مقال-آخر"].map(str::to_owned);
        assert_eq!(next_free("مقال", &taken), "مقال-8");
        assert_eq!(next_free("مقال", &taken[3..]), "مقال");
        assert_eq!(next_free("مقال", &[]), "مقال");
    }
}
