//! All the SQL of tags.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{Text, Uuid as SqlUuid},
};
use serde::Serialize;
use uuid::Uuid;

use super::model::{Tag, TagContent, TagKind, TagSort};
use crate::{
    clock,
    db::{
        estimate::estimate_rows,
        former,
        keyset::{Limited, keyset},
        prepared::{Prepared, Value},
        resources::Resource,
        slugs::{self, numbered},
    },
    error::ApiResult,
    page::{Count, Page, PageRequest},
    schema::tags,
    taxonomy::{LabelKind, queries as labels},
    values::Key,
};

/// Which tags a list has.
#[derive(Debug, Clone, Serialize)]
pub struct TagFilter {
    pub kind: Vec<TagKind>,
    /// The tag right above.
    pub parent: Option<Key>,
}

impl TagFilter {
    /// Whether a list of it is read off an index from where it begins: of all, or of one kind or parent by slug. Few of
    /// those that are looked at otherwise may be such.
    pub fn is_read_off(&self, sort: TagSort) -> bool {
        let Self { kind, parent } = self;
        let is_by_slug = matches!(sort, TagSort::Slug | TagSort::SlugDescending);
        let conditions = kind.len() + usize::from(parent.is_some());
        conditions == 0 || conditions == 1 && is_by_slug
    }
}

type Matching<'a> = tags::BoxedQuery<'a, diesel::pg::Pg>;

/// `parent_id` is the filter's parent, looked up: `Some(None)` where there is none.
fn matching(filter: &TagFilter, parent_id: Option<Option<Uuid>>) -> Matching<'_> {
    let TagFilter { kind, parent: _ } = filter;
    let mut query = tags::table.into_boxed();
    // An equation keeps the order of an index, a list does not.
    query = match kind.as_slice() {
        [] => query,
        [kind] => query.filter(tags::kind.eq(kind)),
        several => query.filter(tags::kind.eq_any(several)),
    };
    if let Some(parent_id) = parent_id {
        // An equation with NULL holds for no tag.
        query = query.filter(tags::parent_id.eq(parent_id));
    }
    query
}

/// One page of the tags that match.
pub fn list(
    connection: &mut PgConnection,
    filter: &TagFilter,
    sort: TagSort,
    page: &PageRequest,
    count: Count,
) -> ApiResult<Page<Tag>> {
    use diesel::sql_types::{BigInt, Timestamptz};
    let parent_id = match &filter.parent {
        None => None,
        Some(key) => Some(resolve(connection, std::slice::from_ref(key))?.get(key).copied()),
    };
    let matching = || matching(filter, parent_id);
    let query = matching();
    let query = match sort {
        TagSort::Slug | TagSort::SlugDescending => {
            let descending = sort == TagSort::SlugDescending;
            keyset!(query, page, descending, tags::slug, tags::id, "(tags.slug, tags.id)", Text: Text)
        }
        TagSort::ArticleCountDescending => {
            keyset!(query, page, true, tags::article_count, tags::id, "(tags.article_count, tags.id)", Number: BigInt)
        }
        TagSort::UpdatedAt | TagSort::UpdatedAtDescending => {
            let descending = sort == TagSort::UpdatedAtDescending;
            keyset!(query, page, descending, tags::updated_at, tags::id, "(tags.updated_at, tags.id)", Time: Timestamptz)
        }
    };
    let rows = Limited::to_page(query.select(Tag::as_select()), page, true).load(connection)?;
    let total = match count {
        Count::None => None,
        Count::Exact => Some(matching().count().get_result(connection)?),
        Count::Estimated => Some(estimate_rows(connection, "tags", matching().select(tags::id))?),
    };
    Ok(page.finish(rows, |tag| (sort.key(tag), tag.id)).with_total(count, total))
}

/// The tag, or the problem that says why there is none.
pub fn find(connection: &mut PgConnection, key: &Key) -> ApiResult<Tag> {
    let found = by_key(key).select(Tag::as_select()).first(connection).optional()?;
    found.map_or_else(|| missing(connection, key), Ok)
}

/// The tag, locked against other writers until the transaction ends.
pub fn find_for_update(connection: &mut PgConnection, key: &Key) -> ApiResult<Tag> {
    let found = match key {
        Key::Id(id) => Tag::query().filter(tags::id.eq(id)).for_no_key_update().first(connection),
        Key::Slug(slug) => Tag::query().filter(tags::slug.eq(slug)).for_no_key_update().first(connection),
    };
    let found = found.optional()?;
    found.map_or_else(|| missing(connection, key), Ok)
}

fn by_key(key: &Key) -> Matching<'_> {
    let query = tags::table.into_boxed();
    match key {
        Key::Id(id) => query.filter(tags::id.eq(id)),
        Key::Slug(slug) => query.filter(tags::slug.eq(slug)),
    }
}

fn missing<T>(connection: &mut PgConnection, key: &Key) -> ApiResult<T> {
    let slug_of = |connection: &mut PgConnection, id: Uuid| {
        tags::table.find(id).select(tags::slug).first(connection).optional()
    };
    Err(former::explain_missing(connection, Resource::Tag, key, true, slug_of)?)
}

/// The ids of the tags with the keys, former slugs included. Keys that name
/// nothing are left out.
pub fn resolve(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Uuid>> {
    let ids: Vec<Uuid> = keys.iter().filter_map(Key::id).collect();
    let slugs: Vec<&str> = keys.iter().filter_map(Key::slug).collect();
    let rows: Vec<(Uuid, String)> = tags::table
        .filter(tags::id.eq_any(&ids).or(tags::slug.eq_any(&slugs)))
        .select((tags::id, tags::slug))
        .load(connection)?;
    let mut found: HashMap<Key, Uuid> = HashMap::with_capacity(keys.len());
    for (id, slug) in rows {
        found.insert(Key::Id(id), id);
        found.insert(Key::Slug(slug), id);
    }
    let former: Vec<String> =
        keys.iter().filter(|key| !found.contains_key(key)).map(Key::to_string).collect();
    if !former.is_empty() {
        let targets = former::targets(connection, Resource::Tag, &former, true)?;
        let target_ids: Vec<Uuid> = targets.iter().map(|(_, id)| *id).collect();
        let living: Vec<Uuid> =
            tags::table.filter(tags::id.eq_any(target_ids)).select(tags::id).load(connection)?;
        let targets = targets.into_iter().filter(|(_, id)| living.contains(id));
        found.extend(targets.map(|(key, id)| (Key::parse(&key), id)));
    }
    Ok(found)
}

/// Each of the tags with the keys, former slugs included, and all that are below it; the tag itself
/// is the first. Keys that name nothing are left out.
pub fn families(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Vec<Uuid>>> {
    let mut found = current_families(connection, keys)?;
    let former: Vec<Key> = keys.iter().filter(|key| !found.contains_key(key)).cloned().collect();
    if !former.is_empty() {
        let targets = resolve(connection, &former)?;
        let ids: Vec<Key> = targets.values().map(|id| Key::Id(*id)).collect();
        let families = current_families(connection, &ids)?;
        let family = |id: Uuid| families.get(&Key::Id(id)).cloned();
        found.extend(targets.into_iter().filter_map(|(key, id)| Some((key, family(id)?))));
    }
    Ok(found)
}

/// The tag and all that are below it, or the problem that says why there is none.
pub fn family(connection: &mut PgConnection, key: &Key) -> ApiResult<Vec<Uuid>> {
    let found = current_families(connection, std::slice::from_ref(key))?.remove(key);
    found.map_or_else(|| missing(connection, key), Ok)
}

fn current_families(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Vec<Uuid>>> {
    let ids = keys.iter().filter_map(Key::id).collect();
    let slugs = keys.iter().filter_map(Key::slug).map(str::to_owned).collect();
    // A circle, which a trigger forbids, would end as well.
    let families = Prepared::<(SqlUuid, Text, SqlUuid)>::new(
        "WITH RECURSIVE family AS ( \
            SELECT id AS root, slug, id, false AS is_below FROM tags WHERE id = ANY ({}) OR slug = ANY ({}) \
            UNION SELECT root, family.slug, below.id, true FROM family JOIN tags AS below ON below.parent_id = family.id \
         ) SELECT root, slug, id FROM family ORDER BY is_below",
        [Value::Ids(ids), Value::Texts(slugs)],
    );
    let mut found: HashMap<Key, Vec<Uuid>> = HashMap::with_capacity(keys.len());
    for (root, slug, id) in families.load::<(Uuid, String, Uuid)>(connection)? {
        for key in [Key::Id(root), Key::Slug(slug)] {
            found.entry(key).or_default().push(id);
        }
    }
    Ok(found)
}

/// Makes tags under their slugs, but for those that another has made meanwhile.
pub fn insert_missing(connection: &mut PgConnection, new: &[(String, TagContent)]) -> QueryResult<()> {
    // A statement takes 65,535 values at most.
    for some in new.chunks(1000) {
        let rows: Vec<_> = some
            .iter()
            .map(|(slug, content)| (tags::id.eq(clock::new_id()), tags::slug.eq(slug), content.clone()))
            .collect();
        let made: Vec<(Uuid, String)> = diesel::insert_into(tags::table)
            .values(rows)
            .on_conflict(tags::slug)
            .do_nothing()
            .returning((tags::id, tags::slug))
            .load(connection)?;
        let by_slug: HashMap<&str, &TagContent> =
            some.iter().map(|(slug, content)| (slug.as_str(), content)).collect();
        let found_by =
            made.into_iter().filter_map(|(id, slug)| Some((id, by_slug.get(slug.as_str())?.vector())));
        labels::store(connection, LabelKind::Tag, found_by.collect())?;
    }
    Ok(())
}

/// Stores a new tag; without a slug, one is made from the name.
pub fn insert(
    connection: &mut PgConnection,
    slug: Option<&str>,
    name: &str,
    content: &TagContent,
) -> QueryResult<Tag> {
    let values = |slug: &str| (tags::id.eq(clock::new_id()), tags::slug.eq(slug.to_owned()), content.clone());
    let taken = |connection: &mut PgConnection, base: &str| {
        tags::table.select(tags::slug).filter(numbered!(tags::slug, base)).load(connection)
    };
    let tag = match slug {
        Some(slug) => diesel::insert_into(tags::table)
            .values(values(slug))
            .returning(Tag::as_returning())
            .get_result(connection)?,
        None => slugs::write_with_free_slug(connection, name, Resource::Tag, taken, |connection, slug| {
            diesel::insert_into(tags::table)
                .values(values(slug))
                .on_conflict(tags::slug)
                .do_nothing()
                .returning(Tag::as_returning())
                .get_result(connection)
                .optional()
        })?,
    };
    labels::store(connection, LabelKind::Tag, vec![(tag.id, content.vector())])?;
    Ok(tag)
}

/// Changes a tag; where nothing is different, nothing moves.
pub fn update(
    connection: &mut PgConnection,
    id: Uuid,
    slug: Option<&str>,
    content: &TagContent,
) -> QueryResult<Tag> {
    let tag = diesel::update(tags::table.find(id))
        .set((slug.map(|slug| tags::slug.eq(slug)), content))
        .returning(Tag::as_returning())
        .get_result(connection)?;
    labels::store(connection, LabelKind::Tag, vec![(id, content.vector())])?;
    Ok(tag)
}

/// Deletes a tag, and takes it off its articles.
pub fn delete(connection: &mut PgConnection, id: Uuid) -> QueryResult<()> {
    diesel::delete(tags::table.find(id)).execute(connection).map(drop)
}
