//! The one way in which articles are written, whether it is one or thousands: what they name is found or made, what is
//! new is inserted, what is there already is compared, and only what is different of it is written, annotated and
//! stored for searches.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::{Connection, PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    links::FoundLinks,
    model::{ArticleRow, Relation, Stored},
    plan::{Plan, Row},
    queries::{
        known,
        links::{self, NewEntity, NewTag},
        write as queries,
    },
};
use crate::{
    annotator::{
        annotate::{SpottedIn, Unmentioned, annotate, annotate_new, leave_to_editor},
        matcher::Matcher,
        model::LinkOrigin,
        queries::{FIRST_POSITION, names},
    },
    bulk::{Outcome, free_slugs},
    db::{resources::Resource, slugs},
    error::ApiResult,
    index,
};

/// How many articles are in memory at a time as they are stored, and written by one statement.
const AT_ONCE: usize = 500;

/// What became of a plan.
pub struct Written<'a> {
    /// What was written, and the new version of each article that was there before and has changed.
    pub rows: Vec<(Row<'a>, Option<i64>)>,
    pub failed: Vec<Outcome>,
    /// How many lines are done.
    pub lines: usize,
}

/// Carries the plan out, in the transaction that is open. The articles that are there already are locked.
pub fn write<'a>(
    connection: &mut PgConnection,
    matcher: &Matcher,
    mut plan: Plan<'a>,
    now: DateTime<Utc>,
) -> ApiResult<Written<'a>> {
    let mut found = FoundLinks::look_up(connection, &plan.named())?;
    let ready = found.ready(&plan.named());
    plan.leave(ready);
    let originals = known::find_originals(connection, &plan.original_keys())?;
    let mut is_first_time = true;
    loop {
        make_slugs(connection, &mut plan)?;
        // Without a line that fails, its slug is free for another.
        if plan.find_originals(&originals, |named| found.faults(named), is_first_time) {
            break;
        }
        is_first_time = false;
    }
    let named = plan.named();
    found.make_missing(connection, &named)?;
    for (row, named) in plan.rows.iter_mut().zip(named) {
        row.links = found.links(named)?;
    }
    // First: an article that was there before may be a translation of one that is new.
    insert(connection, matcher, &mut plan)?;
    let mut versions = replace(connection, matcher, &mut plan, now)?;
    let new: Vec<&Row<'_>> = plan.rows.iter().filter(|row| row.current.is_none()).collect();
    add_belongings(connection, matcher, &new, now)?;
    let rows = plan.rows.into_iter().map(|row| {
        let version = versions.remove(&row.id);
        (row, version)
    });
    Ok(Written { rows: rows.collect(), failed: plan.failed, lines: plan.lines })
}

fn make_slugs(connection: &mut PgConnection, plan: &mut Plan<'_>) -> QueryResult<()> {
    let made = free_slugs::choose(&plan.bases(), &plan.given_slugs(), |some| {
        slugs::taken(connection, Resource::Article, some)
    })?;
    plan.set_slugs(made);
    Ok(())
}

fn row<'a>(row: &'a Row<'_>) -> ArticleRow<'a> {
    ArticleRow::new(row.id, &row.placement, &row.article.content)
}

/// Stores the articles that are new.
fn insert(connection: &mut PgConnection, matcher: &Matcher, plan: &mut Plan<'_>) -> QueryResult<()> {
    let new: Vec<Uuid> = plan.rows.iter().filter(|row| row.current.is_none()).map(|row| row.id).collect();
    match plan.rows.as_slice() {
        _ if new.is_empty() => return Ok(()),
        // Another writer may take a slug between the look and the write: then another one is made.
        [one] if one.is_slug_made => {
            while !queries::insert_unless_taken(connection, row(&plan.rows[0]))? {
                make_slugs(connection, plan)?;
            }
        }
        [one] => queries::insert(connection, row(one))?,
        rows => {
            let rows = rows.iter().filter(|row| row.current.is_none()).map(row);
            queries::copy(connection, rows.collect())?;
        }
    }
    // The transaction has its number by now.
    names::queue_unless_seen(connection, &new, &matcher.seen).map(drop)
}

/// What is different of an article that is there already.
struct Different<'a> {
    row: &'a Row<'a>,
    tags: bool,
    entities: bool,
}

impl<'a> Different<'a> {
    /// What is, if anything is.
    fn of(row: &'a Row<'a>, stored: &Stored) -> Option<Self> {
        let tags = row.links.tags != stored.links.tags;
        let entities = row.links.entities != stored.links.entities;
        let is_same = !tags && !entities && self::row(row).is_stored(&stored.article, &stored.bodies);
        (!is_same).then_some(Self { row, tags, entities })
    }
}

/// Gives the articles that are there already other content and other links. The new version of each that has changed.
fn replace(
    connection: &mut PgConnection,
    matcher: &Matcher,
    plan: &mut Plan<'_>,
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, i64>> {
    while let [one] = plan.rows.as_slice()
        && one.is_slug_made
        && one.current.is_some()
    {
        // What is refused is undone by itself, so that another slug can be made.
        let replaced =
            connection.transaction(|connection| replace_some(connection, matcher, &plan.rows, now));
        match slugs::unless_taken(replaced)? {
            Some(versions) => return Ok(versions),
            None => make_slugs(connection, plan)?,
        }
    }
    let mut versions = HashMap::new();
    for some in plan.rows.chunks(AT_ONCE) {
        versions.extend(replace_some(connection, matcher, some, now)?);
    }
    Ok(versions)
}

fn replace_some(
    connection: &mut PgConnection,
    matcher: &Matcher,
    rows: &[Row<'_>],
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, i64>> {
    let known = rows.iter().filter(|row| row.current.is_some());
    let unread: Vec<Uuid> = known.clone().filter(|row| row.stored.is_none()).map(|row| row.id).collect();
    let read = known::stored(connection, &unread)?;
    let different: Vec<Different<'_>> = known
        .filter_map(|row| Different::of(row, row.stored.as_ref().or_else(|| read.get(&row.id))?))
        .collect();
    drop(read);
    if different.is_empty() {
        return Ok(HashMap::new());
    }
    // With the date that the links have now: a trigger gives them the new one.
    let tags = different.iter().filter(|it| it.tags).map(|it| (it.row.id, it.row.links.tags.as_slice()));
    links::set_tags(connection, tags)?;
    let entities = different.iter().filter(|it| it.entities);
    links::set_entities(connection, entities.map(|it| (it.row.id, it.row.links.entities.as_slice())))?;
    let rows: Vec<ArticleRow<'_>> = different.iter().map(|it| row(it.row)).collect();
    let versions = queries::update(connection, &rows)?;
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let spotted: SpottedIn<'_> =
        different.iter().filter_map(|it| Some((it.row.id, it.row.article.spotted.as_ref()?))).collect();
    let annotated = annotate(connection, matcher, &ids, &spotted, now)?;
    let mut mentioned: HashMap<Uuid, Vec<Uuid>> =
        annotated.into_iter().map(|article| (article.article, article.entities)).collect();
    let found_by = different.iter().map(|it| {
        let mut vector = it.row.article.vector.clone();
        let mentioned = mentioned.remove(&it.row.id).unwrap_or_default();
        vector.add_labels(it.row.links.labels().chain(mentioned).map(Uuid::simple));
        (it.row.id, vector)
    });
    // After the articles and their links, whose change has made what was stored stale.
    index::store(connection, found_by.collect())?;
    Ok(versions)
}

/// Stores what belongs to new articles: mentions, links, and what they are found by.
fn add_belongings(
    connection: &mut PgConnection,
    matcher: &Matcher,
    new: &[&Row<'_>],
    now: DateTime<Utc>,
) -> QueryResult<()> {
    if new.is_empty() {
        return Ok(());
    }
    let unmentioned = new.iter().map(|row| {
        let texts = row.article.content.texts(row.id);
        let given = row.links.entities.iter().map(|(id, _, _)| *id);
        Unmentioned { found: matcher.find_spotted(&texts, row.article.spotted.as_ref(), given), texts }
    });
    let mut mentioned = annotate_new(connection, unmentioned.collect(), now)?;
    let (mut tags, mut entities) = (Vec::new(), Vec::new());
    let mut found_by = Vec::with_capacity(new.len());
    for row in new {
        let (article_id, published_at) = (row.id, row.publication().public_date());
        let given: HashSet<Uuid> = row.links.entities.iter().map(|(id, _, _)| *id).collect();
        let mut found = mentioned.remove(&article_id).unwrap_or_default();
        leave_to_editor(&mut found, &given);
        let mut vector = row.article.vector.clone();
        vector.add_labels(row.links.labels().chain(found.iter().map(|(id, _)| *id)).map(Uuid::simple));
        found_by.push(index::NewArticle::new(article_id, vector, published_at));
        let links = row.links.tags.iter().zip(0..);
        tags.extend(links.map(|(tag_id, position)| NewTag {
            article_id,
            tag_id: *tag_id,
            position,
            published_at,
        }));
        let given = row.links.entities.iter().zip(0..);
        let given = given.map(|(link, position)| (*link, position, LinkOrigin::Editor));
        let found = found.into_iter().zip(FIRST_POSITION + 1..);
        let found = found.map(|((id, salience), position)| {
            ((id, Relation::Mentions, Some(salience)), position, LinkOrigin::Gazetteer)
        });
        entities.extend(given.chain(found).map(|((entity_id, relation, salience), position, origin)| {
            NewEntity { article_id, entity_id, position, relation, salience, published_at, origin }
        }));
    }
    links::copy(connection, &tags, &entities)?;
    // After the links, whose change makes what was stored stale.
    index::store_new(connection, &found_by)
}
