//! What lists name, looked up: the ids of their tags and entities, the labels that their words name, and how common
//! those words are. Much of it is known from the last time.

use std::{collections::HashMap, sync::Arc, time::Duration};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    asked::FoundLabels,
    frequencies::KnownFrequencies,
    plan::Planner,
    queries::{ArticleFilter, Filter, LinkIds, Within},
};
use crate::{
    articles::{queries::find_id, shape::Shape, terms::TermCache},
    cache::dependency_cache::{Cached, DependencyCache, Made},
    db::{
        invalidation::{Dependency, InvalidationClock},
        resources::Topic,
    },
    entities,
    error::ApiResult,
    tags,
    taxonomy::known::KnownLabels,
    values::Key,
};

/// How long descendants are known: for ever, but for what nobody asks for.
const LIFETIME: Duration = Duration::from_secs(3600);
/// How many bytes of them are kept.
const CAPACITY: u64 = 4 << 20;
/// The bytes that one takes as a rule.
const USUAL_SIZE: usize = 512;

/// What a read wants to know besides the articles themselves.
pub struct Lookups {
    /// How often words occur.
    pub frequencies: KnownFrequencies,
    /// Which tags and entities words name.
    labels: KnownLabels,
    /// What the tags and entities of articles are called.
    pub term_cache: Arc<TermCache>,
    descendants: DependencyCache<Vec<Key>, HashMap<Key, Vec<Uuid>>>,
    descendants_of: DependencyCache<Key, Vec<Uuid>>,
}

/// Of each tag the ids of itself and of all that are below it.
pub type Descendants = Cached<HashMap<Key, Vec<Uuid>>>;

impl Lookups {
    /// Knows nothing yet.
    pub fn new(invalidation: Arc<InvalidationClock>, term_cache: Arc<TermCache>) -> Self {
        Self {
            frequencies: KnownFrequencies::default(),
            labels: KnownLabels::new(invalidation.clone()),
            term_cache,
            descendants: DependencyCache::new(invalidation.clone(), CAPACITY, USUAL_SIZE, |keys| {
                size_of_val(keys.as_slice())
            }),
            descendants_of: DependencyCache::new(invalidation, CAPACITY, USUAL_SIZE, |_| 0),
        }
    }

    /// Looks up what a filter names, for somebody who may see what is not published, or may not.
    pub fn look_up<'a>(
        &self,
        connection: &mut PgConnection,
        asked: &'a ArticleFilter,
        sees_unpublished: bool,
    ) -> ApiResult<LookedUp<'a>> {
        let mut tags = LinkIds::new(&asked.tags, &self.tags(connection, asked)?);
        let mut entities = LinkIds::new(&asked.entities, &entity_ids(connection, &asked.entities.keys())?);
        match &asked.within {
            None => {}
            Some(Within::Tag(key)) => {
                tags.all.push(own(asked, self.descendants_of(connection, key)?.as_slice()).to_vec());
            }
            Some(Within::Entity(key)) => {
                entities.all.push(vec![entities::queries::find(connection, key)?.id]);
            }
        }
        let original = match &asked.translation_of {
            None => None,
            // Readers may not know of an original that is not published.
            Some(key) => {
                let seen = Shape::listed().seeing_unpublished(sees_unpublished);
                Some(find_id(connection, key, &seen)?)
            }
        };
        let (labels, frequencies) = match &asked.search {
            None => Default::default(),
            Some(search) => {
                let labels = FoundLabels::new(self.labels.matching(connection, search.names())?);
                (labels, self.frequencies.get(connection)?)
            }
        };
        let search = asked.search.as_ref().map(|search| search.asked(&labels));
        let terms = asked.search.as_ref().zip(search.as_ref());
        let terms = terms.map(|(search, asked)| search.terms(&labels, asked));
        let filter = Filter { asked, tags, entities, original, search };
        let planner = Planner::new(filter.conditions(), terms, frequencies);
        Ok(LookedUp { filter, planner, labels })
    }

    /// The ids that the tags of a filter stand for.
    fn tags(
        &self,
        connection: &mut PgConnection,
        asked: &ArticleFilter,
    ) -> QueryResult<HashMap<Key, Vec<Uuid>>> {
        let keys = asked.tags.keys();
        if keys.is_empty() {
            return Ok(HashMap::new());
        }
        let found = self.descendants(connection, &keys)?;
        Ok(found.iter().map(|(key, ids)| (key.clone(), own(asked, ids).to_vec())).collect())
    }

    /// The tag and all that are below it, or the problem that says why there is none.
    fn descendants_of(&self, connection: &mut PgConnection, key: &Key) -> ApiResult<Cached<Vec<Uuid>>> {
        self.descendants_of.get_or_read(key.clone(), |key| {
            let ids = tags::queries::family(connection, key)?;
            Ok(of_tags(size_of_val(ids.as_slice()), ids))
        })
    }

    /// The tags with these keys, each with all that are below it; the tag itself is the first.
    pub fn descendants(&self, connection: &mut PgConnection, keys: &[Key]) -> QueryResult<Descendants> {
        self.descendants.get_or_read(keys.to_vec(), |keys| {
            let found = tags::queries::families(connection, keys)?;
            let size = found.values().map(|ids| size_of::<(Key, Vec<Uuid>)>() + size_of_val(ids.as_slice()));
            Ok(of_tags(size.sum(), found))
        })
    }
}

/// What is valid until a tag changes.
fn of_tags<V>(size: usize, value: V) -> Made<V> {
    Made { value, size, dependencies: vec![Dependency::Any(Topic::Tags)], lifetime: Some(LIFETIME) }
}

/// A tag alone, the first of these, where it does not stand for those below it.
fn own<'a>(asked: &ArticleFilter, ids: &'a [Uuid]) -> &'a [Uuid] {
    if asked.tags_exact { ids.get(..1).unwrap_or(ids) } else { ids }
}

fn entity_ids(connection: &mut PgConnection, keys: &[Key]) -> QueryResult<HashMap<Key, Vec<Uuid>>> {
    // An id needs no look: one that nothing has matches no article.
    let (ids, slugs): (Vec<Key>, Vec<Key>) = keys.iter().cloned().partition(|key| key.id().is_some());
    let found = match slugs.is_empty() {
        true => HashMap::new(),
        false => entities::queries::resolve(connection, &slugs)?,
    };
    let ids = ids.into_iter().filter_map(|key| key.id().map(|id| (key, id)));
    Ok(found.into_iter().chain(ids).map(|(key, id)| (key, vec![id])).collect())
}

/// A filter that was looked up, and what plans of its list depend on.
pub struct LookedUp<'a> {
    pub filter: Filter<'a>,
    pub planner: Planner,
    /// The tags and entities that the search stands for.
    pub labels: FoundLabels,
}
