//! The articles that are there already, as whoever writes them has to know them.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::{
    dsl::sql,
    prelude::*,
    sql_types::{Array, Bool, Text},
};
use uuid::Uuid;

use super::embed::{ArticleRow, shaped};
use crate::{
    annotator::model::LinkOrigin,
    articles::{
        model::{ArticleStatus, Current, Links, Publication, Stored},
        shape::Shape,
    },
    db::{
        former::{self, Deleted},
        resources::Resource,
    },
    schema::articles,
    values::Key,
};
use maqal_text::slug::is_provisional;

type CurrentRow = (Uuid, String, ArticleStatus, Option<DateTime<Utc>>, Option<String>, Option<String>, i64);

const CURRENT: (
    articles::id,
    articles::slug,
    articles::status,
    articles::published_at,
    articles::source,
    articles::external_id,
    articles::version,
) = (
    articles::id,
    articles::slug,
    articles::status,
    articles::published_at,
    articles::source,
    articles::external_id,
    articles::version,
);

fn current((id, slug, status, published_at, source, external_id, version): CurrentRow) -> Current {
    let publication = Publication { status, published_at };
    Current { id, slug, publication, source, external_id, version, former_slug: None }
}

/// The article with the key, locked against other writers until the transaction ends.
pub fn lock(connection: &mut PgConnection, key: &Key) -> QueryResult<Option<Current>> {
    let locked = articles::table.select(CURRENT).for_no_key_update();
    let found: QueryResult<CurrentRow> = match key {
        Key::Id(id) => locked.filter(articles::id.eq(id)).first(connection),
        Key::Slug(slug) => locked.filter(articles::slug.eq(slug)).first(connection),
    };
    Ok(found.optional()?.map(current))
}

/// The articles that have one of these keys (sources, each with the id there) or slugs, locked as well.
pub fn look_up(
    connection: &mut PgConnection,
    (sources, external_ids): &(Vec<&str>, Vec<&str>),
    slugs: &[&str],
) -> QueryResult<Vec<Current>> {
    // A line that was read before its article was published names it by what it was called then.
    let provisional: Vec<String> =
        slugs.iter().filter(|slug| is_provisional(slug)).map(|slug| (*slug).to_owned()).collect();
    let wanted = sql::<Bool>("articles.id IN (SELECT found.id FROM unnest(")
        .bind::<Array<Text>, _>(sources)
        .sql(", ")
        .bind::<Array<Text>, _>(external_ids)
        .sql(
            ") AS wanted (source, external_id) JOIN articles AS found USING (external_id, source) \
             UNION SELECT found.id FROM articles AS found WHERE found.slug = ANY (",
        )
        .bind::<Array<Text>, _>(slugs)
        .sql(") UNION SELECT target_id FROM redirects WHERE resource = 'articles' AND key = ANY (")
        .bind::<Array<Text>, _>(&provisional)
        .sql("))");
    let found: Vec<CurrentRow> = articles::table
        .filter(wanted)
        .order(articles::id)
        .select(CURRENT)
        .for_no_key_update()
        .load(connection)?;
    let mut former: HashMap<Uuid, String> = match provisional.is_empty() {
        true => HashMap::new(),
        // Now that nobody can publish them: while this was waiting for their locks, somebody may have.
        false => former::targets(connection, Resource::Article, &provisional, true)?
            .into_iter()
            .map(|(slug, id)| (id, slug))
            .collect(),
    };
    let current = |row| {
        let current = current(row);
        Current { former_slug: former.remove(&current.id), ..current }
    };
    Ok(found.into_iter().map(current).collect())
}

/// The articles that were deleted and had one of these keys or slugs.
pub fn look_up_deleted(
    connection: &mut PgConnection,
    (sources, external_ids): &(Vec<&str>, Vec<&str>),
    slugs: &[&str],
) -> QueryResult<Vec<Deleted>> {
    let owned = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
    let external = (owned(sources), owned(external_ids));
    former::deleted(connection, Resource::Article, external, Vec::new(), owned(slugs))
}

/// All that a writer may change of the articles. What a writer is to go by is read after the articles are locked: a
/// statement that waits for another writer would see the links of before.
pub fn stored(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, Stored>> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let found: Vec<ArticleRow> = shaped(&all()).filter(articles::id.eq_any(ids)).load(connection)?;
    Ok(found.into_iter().map(of_row).map(|stored| (stored.article.id, stored)).collect())
}

/// The same of the article with the key.
pub fn find(connection: &mut PgConnection, key: &Key) -> QueryResult<Option<Stored>> {
    let found: QueryResult<ArticleRow> = match key {
        Key::Id(id) => shaped(&all()).filter(articles::id.eq(id)).first(connection),
        Key::Slug(slug) => shaped(&all()).filter(articles::slug.eq(slug)).first(connection),
    };
    Ok(found.optional()?.map(of_row))
}

fn all() -> Shape {
    Shape { body_html: true, body_text: true, ..Shape::whole() }
}

fn of_row(row: ArticleRow) -> Stored {
    let ArticleRow { article, bodies, tags, entities, .. } = row;
    let entities = entities.into_iter().flatten();
    let given = entities.filter(|(_, _, _, origin)| *origin == LinkOrigin::Editor);
    let entities = given.map(|(id, relation, salience, _)| (id, relation, salience)).collect();
    Stored { article, bodies, links: Links { tags: tags.unwrap_or_default(), entities } }
}

/// The ids of the articles with the keys, former slugs included. Keys that name
/// nothing are left out.
pub fn find_originals(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Uuid>> {
    let mut found = HashMap::new();
    if keys.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Uuid> = keys.iter().filter_map(Key::id).collect();
    let slugs: Vec<&str> = keys.iter().filter_map(Key::slug).collect();
    let rows: Vec<(Uuid, String)> = articles::table
        .filter(articles::id.eq_any(ids).or(articles::slug.eq_any(slugs)))
        .select((articles::id, articles::slug))
        .load(connection)?;
    for (id, slug) in rows {
        found.insert(Key::Id(id), id);
        found.insert(Key::Slug(slug), id);
    }
    let former: Vec<String> =
        keys.iter().filter(|key| !found.contains_key(key)).map(Key::to_string).collect();
    if !former.is_empty() {
        let targets = former::targets(connection, Resource::Article, &former, true)?;
        let ids: Vec<Uuid> = targets.iter().map(|(_, id)| *id).collect();
        let living: HashSet<Uuid> = articles::table
            .filter(articles::id.eq_any(ids))
            .select(articles::id)
            .load(connection)?
            .into_iter()
            .collect();
        let targets = targets.into_iter().filter(|(_, id)| living.contains(id));
        found.extend(targets.map(|(key, id)| (Key::parse(&key), id)));
    }
    Ok(found)
}
