//! Slugs that are made, not given: the first that is free.

use std::collections::HashSet;

use diesel::{
    prelude::*,
    result::{DatabaseErrorKind, Error},
    sql_types::Text,
};

use super::{
    prepared::{Prepared, Value},
    resources::Resource,
};
use crate::schema::redirects;
use maqal_text::slug;

/// Whether a column is a slug or one of its numbered forms: a range of an index,
/// in which a few others may lie.
macro_rules! numbered {
    ($column:expr, $base:expr) => {
        // In the order of bytes, the colon comes right after the digits.
        $column
            .eq($base.to_owned())
            .or($column.ge(format!("{}-0", $base)).and($column.lt(format!("{}-:", $base))))
    };
}
pub(crate) use numbered;

/// The first of `base`, `base-2`, `base-3`… that is not taken.
fn next_free(base: &str, taken: &HashSet<String>) -> String {
    let numbered = (2..=u32::MAX).map(|number| slug::numbered(base, number));
    let mut candidates = std::iter::once(base.to_owned()).chain(numbered);
    candidates.find(|slug| !taken.contains(slug)).unwrap_or_default()
}

/// Writes an item under a slug made from a text (or from the item's kind, where
/// the text gives none), but not under a reserved one, nor under a former one,
/// which leads elsewhere. Another transaction may take a slug between the look
/// and the write, so `write` (which must do nothing where the slug is taken) is
/// tried until it yields the item. `taken` finds the forms of a slug that are.
pub fn write_with_free_slug<T>(
    connection: &mut PgConnection,
    text: &str,
    resource: Resource,
    taken: impl Fn(&mut PgConnection, &str) -> QueryResult<Vec<String>>,
    write: impl Fn(&mut PgConnection, &str) -> QueryResult<Option<T>>,
) -> QueryResult<T> {
    let base = slug::slug(text);
    let base = if base.is_empty() { resource.noun() } else { &base };
    let mut unavailable: HashSet<String> = slug::RESERVED.iter().map(|word| word.to_string()).collect();
    unavailable.extend(former_slugs(connection, resource, base)?);
    loop {
        if let Some(item) = write(connection, &next_free(base, &unavailable))? {
            return Ok(item);
        }
        unavailable.extend(taken(connection, base)?);
    }
}

/// What was written, or nothing where another item has the slug.
pub fn unless_taken<T>(written: QueryResult<T>) -> QueryResult<Option<T>> {
    match written {
        Err(Error::DatabaseError(DatabaseErrorKind::UniqueViolation, info))
            if info.constraint_name().is_some_and(|name| name.ends_with("_slug_key")) =>
        {
            Ok(None)
        }
        written => written.map(Some),
    }
}

/// Which of the slugs an item of the resource has, or had: those lead elsewhere. One that no reader
/// without a key has seen gives way: a number behind the name would tell of it.
pub fn taken(
    connection: &mut PgConnection,
    resource: Resource,
    slugs: &[String],
) -> QueryResult<HashSet<String>> {
    let table = resource.table();
    let sql = format!(
        "SELECT slug FROM {table} WHERE slug = ANY ({{}}) \
         UNION ALL SELECT key FROM redirects WHERE resource = '{table}' AND public AND key = ANY ({{}})"
    );
    let values = [Value::Texts(slugs.to_vec()), Value::Texts(slugs.to_vec())];
    Ok(Prepared::<Text>::new(sql, values).load(connection)?.into_iter().collect())
}

/// The former keys that are a slug or one of its numbered forms, as in [`taken`].
fn former_slugs(connection: &mut PgConnection, resource: Resource, base: &str) -> QueryResult<Vec<String>> {
    redirects::table
        .filter(redirects::resource.eq(resource.table()))
        .filter(redirects::public)
        .filter(numbered!(redirects::key, base))
        .select(redirects::key)
        .load(connection)
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

    #[test]
    fn only_a_taken_slug_is_one_that_may_be_made_anew() {
        let violation = || Box::new("duplicate key value violates another constraint".to_owned());
        let violated = |kind| unless_taken::<()>(Err(Error::DatabaseError(kind, violation())));
        assert!(violated(DatabaseErrorKind::UniqueViolation).is_err());
        assert!(violated(DatabaseErrorKind::ForeignKeyViolation).is_err());
        assert_eq!(unless_taken(Ok(1)), Ok(Some(1)));
    }
}
