//! Articles annotated: the names in their texts found, and their mentions and links brought up to
//! date, for many at once.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    matcher::{Matcher, Name, Spotted},
    model::{LinkOrigin, Texts},
    plan::Plan,
    queries::names,
    queries::{self, Link},
};

/// How many articles have their texts in memory at a time.
const AT_ONCE: usize = 500;
/// To how many entities the annotator links an article: the most salient.
const LINKS: usize = 500;

/// What an article is linked to by its mentions alone.
#[derive(Debug)]
pub struct Annotated {
    pub article: Uuid,
    /// The entities that no editor has linked.
    pub entities: Vec<Uuid>,
    /// Whether these links are other ones than before.
    pub is_relinked: bool,
}

/// Annotates the articles, which this transaction has written or locked: so it has a number, and
/// nobody else writes them meanwhile. If there are names that the matcher does not know, they go into
/// the queue.
pub fn annotate(
    connection: &mut PgConnection,
    matcher: &Matcher,
    ids: &[Uuid],
    spotted: &SpottedIn<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Annotated>> {
    names::queue_unless_seen(connection, ids, &matcher.seen)?;
    annotate_with(connection, matcher, ids, spotted, now)
}

/// What the matcher has spotted in the texts of some of the articles before they were locked, so that nobody who
/// writes one of them had to wait for it. Texts that have changed meanwhile are looked through again.
pub type SpottedIn<'a> = HashMap<Uuid, &'a Spotted>;

/// Annotates the articles with the names that the matcher knows. Only what is different is written. A
/// link that comes or goes does not move the article's version: no editor has changed it.
pub fn annotate_with(
    connection: &mut PgConnection,
    matcher: &Matcher,
    ids: &[Uuid],
    spotted: &SpottedIn<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Annotated>> {
    let mut annotated = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        annotated.append(&mut annotate_some(connection, matcher, some, spotted, now)?);
    }
    Ok(annotated)
}

/// An article that is new, with the names in its texts.
pub struct Unmentioned {
    pub texts: Texts,
    pub found: Vec<Name>,
}

/// Stores the mentions of new articles. The entities that each of them mentions, the most salient
/// first: to these it is to be linked behind what an editor says.
pub fn annotate_new(
    connection: &mut PgConnection,
    mut articles: Vec<Unmentioned>,
    now: DateTime<Utc>,
) -> QueryResult<HashMap<Uuid, Vec<(Uuid, f64)>>> {
    retain_living(connection, articles.iter_mut().map(|article| &mut article.found))?;
    let (mut mentions, mut mentioned) = (Vec::new(), HashMap::new());
    for Unmentioned { texts, found } in articles {
        let mut plan = Plan::new(&texts, Vec::new(), found, now);
        mentions.append(&mut plan.changed);
        mentioned.insert(texts.id, plan.entities);
    }
    queries::store_new(connection, &mentions)?;
    Ok(mentioned)
}

/// Leaves out entities that were deleted since the matcher was built.
fn retain_living<'a>(
    connection: &mut PgConnection,
    found: impl Iterator<Item = &'a mut Vec<Name>>,
) -> QueryResult<()> {
    let found: Vec<_> = found.collect();
    let named: HashSet<Uuid> =
        found.iter().flat_map(|names| names.iter()).map(|(entity, _)| *entity).collect();
    if named.is_empty() {
        return Ok(());
    }
    let living = queries::living(connection, &named.into_iter().collect::<Vec<_>>())?;
    found.into_iter().for_each(|names| names.retain(|(entity, _)| living.contains(entity)));
    Ok(())
}

fn annotate_some(
    connection: &mut PgConnection,
    matcher: &Matcher,
    ids: &[Uuid],
    spotted: &SpottedIn<'_>,
    now: DateTime<Utc>,
) -> QueryResult<Vec<Annotated>> {
    let texts = queries::texts(connection, ids)?;
    let mut stored = queries::of_articles(connection, ids)?;
    let mut links: HashMap<Uuid, Vec<Link>> = HashMap::new();
    for link in queries::links(connection, ids)? {
        links.entry(link.article).or_default().push(link);
    }
    let given = |article| {
        let links = links.get(article).into_iter().flatten();
        links.filter(|link| link.origin == LinkOrigin::Editor).map(|link| link.entity)
    };
    let mut found: Vec<_> = texts
        .iter()
        .map(|texts| matcher.find_spotted(texts, spotted.get(&texts.id).copied(), given(&texts.id)))
        .collect();
    retain_living(connection, found.iter_mut())?;
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    let mut mentioned = Vec::with_capacity(texts.len());
    for (texts, found) in texts.iter().zip(found) {
        let stored = stored.remove(&texts.id).unwrap_or_default();
        let mut plan = Plan::new(texts, stored, found, now);
        changed.append(&mut plan.changed);
        gone.extend(plan.gone.into_iter().map(|id| (texts.id, id)));
        mentioned.push((texts.id, plan.entities));
    }
    queries::delete(connection, &gone)?;
    queries::store(connection, &changed)?;
    relink(connection, links, mentioned)
}

/// Leaves out entities that an editor has linked, and those that are too many.
pub fn leave_to_editor(entities: &mut Vec<(Uuid, f64)>, given: &HashSet<Uuid>) {
    entities.retain(|(entity, _)| !given.contains(entity));
    entities.truncate(LINKS);
}

/// Links the articles to what they mention and no editor has linked.
fn relink(
    connection: &mut PgConnection,
    mut current: HashMap<Uuid, Vec<Link>>,
    mentioned: Vec<(Uuid, Vec<(Uuid, f64)>)>,
) -> QueryResult<Vec<Annotated>> {
    let (mut articles, mut links) = (Vec::new(), Vec::new());
    let mut annotated = Vec::with_capacity(mentioned.len());
    for (article, mut entities) in mentioned {
        let (given, before): (Vec<Link>, Vec<Link>) = current
            .remove(&article)
            .unwrap_or_default()
            .into_iter()
            .partition(|link| link.origin == LinkOrigin::Editor);
        let given: HashSet<Uuid> = given.into_iter().map(|link| link.entity).collect();
        leave_to_editor(&mut entities, &given);
        let before = before.into_iter().map(|link| (link.entity, link.salience.unwrap_or_default()));
        let is_relinked = !before.eq(entities.iter().copied());
        if is_relinked {
            articles.push(article);
            links.extend(entities.iter().map(|(entity, salience)| (article, *entity, *salience)));
        }
        let entities = entities.into_iter().map(|(entity, _)| entity).collect();
        annotated.push(Annotated { article, entities, is_relinked });
    }
    if !articles.is_empty() {
        queries::relink(connection, articles, &links)?;
    }
    Ok(annotated)
}
