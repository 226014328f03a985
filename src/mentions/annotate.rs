//! Articles annotated: the names in their texts found, and their mentions and links brought up to
//! date, for many at once.

use std::collections::{HashMap, HashSet};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    matcher::Matcher,
    model::LinkOrigin,
    plan::Plan,
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

/// Annotates the articles, which nobody else writes meanwhile. Only what is different is written. A
/// link that comes or goes does not move the article's version: no editor has changed it.
pub fn annotate(
    connection: &mut PgConnection,
    matcher: &Matcher,
    ids: &[Uuid],
) -> QueryResult<Vec<Annotated>> {
    let mut annotated = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        annotated.append(&mut annotate_some(connection, matcher, some)?);
    }
    Ok(annotated)
}

fn annotate_some(
    connection: &mut PgConnection,
    matcher: &Matcher,
    ids: &[Uuid],
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
    let mut found: Vec<_> = texts.iter().map(|texts| matcher.find(texts, given(&texts.id))).collect();
    // The matcher may know some that were deleted since.
    let named: HashSet<Uuid> = found.iter().flatten().map(|(entity, _)| *entity).collect();
    let named: Vec<Uuid> = named.into_iter().collect();
    let living = if named.is_empty() { HashSet::new() } else { queries::living(connection, &named)? };
    for found in &mut found {
        found.retain(|(entity, _)| living.contains(entity));
    }
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    let mut mentioned = Vec::with_capacity(texts.len());
    for (texts, found) in texts.iter().zip(found) {
        let stored = stored.remove(&texts.id).unwrap_or_default();
        let mut plan = Plan::new(texts, stored, found);
        changed.append(&mut plan.changed);
        gone.extend(plan.gone.into_iter().map(|id| (texts.id, id)));
        mentioned.push((texts.id, plan.entities));
    }
    queries::delete(connection, &gone)?;
    queries::store(connection, &changed)?;
    relink(connection, links, mentioned)
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
        entities.retain(|(entity, _)| !given.iter().any(|link| link.entity == *entity));
        entities.truncate(LINKS);
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
