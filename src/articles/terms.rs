//! The tags and entities that articles show, kept in memory: most articles show the same few, and to
//! join them to each article is up to half of what PostgreSQL does for it.

mod queries;

use std::sync::Arc;

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use crate::{
    cache::dependency_cache::{ByKey, DependencyCache, Made},
    db::{
        invalidation::{Dependency, InvalidationClock},
        resources::Topic,
    },
    entities::model::EntityType,
    tags::model::TagKind,
    values::{SharedJson, StoredJson, nearest_text},
};

/// What articles show of a tag or an entity, in little memory: there may be tens of thousands of them.
#[derive(Debug)]
pub struct TermSummary<K> {
    pub id: Uuid,
    pub kind: K,
    /// The slug as JSON, and the names.
    text: Arc<str>,
    names_start: u32,
}

pub type TagSummary = TermSummary<TagKind>;
pub type EntitySummary = TermSummary<EntityType>;

impl<K> TermSummary<K> {
    /// That of an item with these names.
    pub fn new(id: Uuid, slug: &str, kind: K, names: &StoredJson) -> Self {
        let slug = serde_json::Value::from(slug).to_string();
        let text = format!("{slug}{}", names.as_str()).into();
        Self { id, kind, text, names_start: slug.len() as u32 }
    }

    /// Its name in URLs.
    pub fn slug(&self) -> SharedJson {
        SharedJson::new(&self.text, 0..self.names_start as usize)
    }

    /// Its name in each language.
    pub fn names(&self) -> SharedJson {
        SharedJson::new(&self.text, self.names_start as usize..self.text.len())
    }

    /// The name in the language, or the nearest there is.
    pub fn name(&self, language: &str) -> SharedJson {
        let start = self.names_start as usize;
        match self.text.get(start..).and_then(|names| nearest_text(names, language)) {
            Some(name) => SharedJson::new(&self.text, start + name.start..start + name.end),
            None => self.slug(),
        }
    }

    /// About the bytes of memory that it takes besides itself.
    fn size(&self) -> usize {
        self.text.len()
    }
}

/// Those that some articles show.
pub struct Terms {
    pub tags: ByKey<Uuid, TagSummary>,
    pub entities: ByKey<Uuid, EntitySummary>,
}

/// Those that were shown lately.
pub struct TermCache {
    tags: DependencyCache<Uuid, TagSummary>,
    entities: DependencyCache<Uuid, EntitySummary>,
}

/// The bytes that one takes as a rule.
const USUAL_SIZE: usize = 512;

/// How many bytes of tags are kept, and how many of entities.
const TAG_BYTES: u64 = 1 << 20;
const ENTITY_BYTES: u64 = 9 << 20;

impl TermCache {
    /// Keeps them as long as they are true.
    pub fn new(invalidation: &Arc<InvalidationClock>) -> Self {
        Self {
            tags: DependencyCache::new(invalidation.clone(), TAG_BYTES, USUAL_SIZE, |_| 0),
            entities: DependencyCache::new(invalidation.clone(), ENTITY_BYTES, USUAL_SIZE, |_| 0),
        }
    }

    /// Keeps nothing: for transactions, which see what nobody else may see yet.
    pub fn none() -> Self {
        Self { tags: DependencyCache::none(), entities: DependencyCache::none() }
    }

    /// Those with the ids. What is deleted meanwhile is not among them.
    pub fn get(
        &self,
        connection: &mut PgConnection,
        tags: impl Iterator<Item = Uuid>,
        entities: impl Iterator<Item = Uuid>,
    ) -> QueryResult<Terms> {
        let tags = self.tags.find(tags, |ids: &[Uuid]| {
            queries::tags(connection, ids).map(|found| made(Topic::Tags, found))
        })?;
        let entities = self.entities.find(entities, |ids: &[Uuid]| {
            queries::entities(connection, ids).map(|found| made(Topic::Entities, found))
        })?;
        Ok(Terms { tags, entities })
    }
}

fn made<K>(topic: Topic, found: Vec<queries::Row<K>>) -> Vec<(Uuid, Made<TermSummary<K>>)> {
    let made = |(id, slug, kind, names): queries::Row<K>| {
        let value = TermSummary::new(id, &slug, kind, &names);
        let dependencies = vec![Dependency::One(topic, id)];
        (id, Made { size: value.size(), dependencies, value, lifetime: None })
    };
    found.into_iter().map(made).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_a_slug_is_it_is_shown_as_json() {
        // The database takes what the API does not.
        let shown =
            TermSummary::new(Uuid::nil(), r#"a"b\c"#, TagKind::Topic, &StoredJson::from("{}".to_owned()));
        let json = |part: &SharedJson| serde_json::to_string(part).expect("JSON");
        assert_eq!(json(&shown.slug()), r#""a\"b\\c""#);
        assert_eq!(json(&shown.name("ar")), json(&shown.slug()));
        assert_eq!(json(&shown.names()), "{}");
    }
}
