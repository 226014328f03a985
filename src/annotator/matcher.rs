//! The names of all entities, as one matcher that the whole service shares.

use std::sync::{Arc, PoisonError, RwLock};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    model::Texts,
    queries,
    queries::{
        company,
        names::{self, Seen},
    },
};
use crate::entities::model::EntityType;
use maqal_text::gazetteer::{self, Entity, Gazetteer, Spots};

/// Of how many entities it is asked with whom they often appear.
const NAMESAKES: usize = 2000;

/// The entities' names as they were at one time.
#[derive(Debug)]
pub struct Matcher {
    gazetteer: Gazetteer,
    /// By their numbers in the gazetteer; in order.
    entities: Vec<Uuid>,
    /// The names that it knows, however many there are by now.
    pub seen: Seen,
}

/// A name that stands in a text, with its entity.
pub type Name = (Uuid, gazetteer::Mention);

/// Texts, and where the names of a matcher stand in them.
#[derive(Debug)]
pub struct Spotted {
    texts: Texts,
    spots: Spots,
}

/// What a matcher is built of.
pub struct Names {
    seen: Seen,
    entities: Vec<queries::NamedEntity>,
}

impl Names {
    /// Those of the database as it is now.
    pub fn load(connection: &mut PgConnection) -> QueryResult<Self> {
        let seen = names::seen(connection)?;
        Ok(Self { seen, entities: queries::named_entities(connection)? })
    }
}

impl Matcher {
    /// A matcher of these names.
    pub fn build(names: Names) -> Self {
        let Names { seen, entities } = names;
        let ids = entities.iter().map(|entity| entity.id).collect();
        let named = |(id, entity): (u32, queries::NamedEntity)| Entity {
            id,
            names: entity
                .names
                .0
                .into_iter()
                .map(|(language, text)| gazetteer::Name { text, language })
                .collect(),
            is_person: entity.kind == EntityType::Person,
            uses: u32::try_from(entity.article_count).unwrap_or(u32::MAX),
            ..Entity::default()
        };
        let gazetteer = Gazetteer::build((0..).zip(entities).map(named));
        Self { gazetteer, entities: ids, seen }
    }

    /// One that is built here and now.
    pub fn load(connection: &mut PgConnection) -> QueryResult<Self> {
        names::renumber(connection)?;
        let mut matcher = Self::build(Names::load(connection)?);
        matcher.relate(company::of(connection, &matcher.namesakes())?);
        Ok(matcher)
    }

    /// The entities that have a name of another one: as many as it may take a moment to ask for their company.
    pub fn namesakes(&self) -> Vec<Uuid> {
        let namesakes = self.gazetteer.namesakes();
        namesakes.into_iter().filter_map(|number| self.entity(number)).take(NAMESAKES).collect()
    }

    /// Takes in with whom entities often appear: of each pair, the first with the second.
    pub fn relate(&mut self, pairs: Vec<(Uuid, Uuid)>) {
        let pairs = pairs.into_iter().filter_map(|(of, with)| Some((self.number(of)?, self.number(with)?)));
        self.gazetteer.relate(pairs.collect());
    }

    /// The places in an article's texts where names stand: what takes long, and needs nothing of what is stored.
    pub fn spot(&self, texts: Texts) -> Spotted {
        let spots = self.gazetteer.spot(&texts.all(), Some(&texts.language));
        Spotted { texts, spots }
    }

    /// The names in an article's texts, each with its entity. Of the known entities it speaks anyway.
    pub fn find(&self, texts: &Texts, known: impl Iterator<Item = Uuid>) -> Vec<Name> {
        let spots = self.gazetteer.spot(&texts.all(), Some(&texts.language));
        self.choose(texts, spots, known)
    }

    /// The same, where this matcher may have spotted names in the texts as they were before.
    pub fn find_spotted(
        &self,
        texts: &Texts,
        spotted: Option<&Spotted>,
        known: impl Iterator<Item = Uuid>,
    ) -> Vec<Name> {
        match spotted.filter(|spotted| spotted.texts.say_the_same(texts)) {
            Some(spotted) => self.choose(texts, spotted.spots.clone(), known),
            None => self.find(texts, known),
        }
    }

    fn choose(&self, texts: &Texts, spots: Spots, known: impl Iterator<Item = Uuid>) -> Vec<Name> {
        let known: Vec<u32> = known.filter_map(|id| self.number(id)).collect();
        let found = self.gazetteer.choose(&texts.all(), spots, Some(&texts.language), &known);
        found.into_iter().filter_map(|mention| Some((self.entity(mention.entity)?, mention))).collect()
    }

    fn number(&self, id: Uuid) -> Option<u32> {
        self.entities.binary_search(&id).ok().and_then(|number| u32::try_from(number).ok())
    }

    fn entity(&self, number: u32) -> Option<Uuid> {
        usize::try_from(number).ok().and_then(|number| self.entities.get(number)).copied()
    }
}

/// The matcher at hand, which another takes the place of when names have changed. Who has taken
/// it out works on with it.
#[derive(Debug, Clone)]
pub struct SharedMatcher(Arc<RwLock<Arc<Matcher>>>);

impl Default for SharedMatcher {
    /// One that knows no names.
    fn default() -> Self {
        Self::of(Matcher::build(Names { seen: Seen::nothing(), entities: Vec::new() }))
    }
}

impl SharedMatcher {
    /// This one, to begin with.
    pub fn of(matcher: Matcher) -> Self {
        Self(Arc::new(RwLock::new(Arc::new(matcher))))
    }

    /// The matcher at hand.
    pub fn get(&self) -> Arc<Matcher> {
        self.0.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Puts another in its place.
    pub fn set(&self, matcher: Matcher) {
        let matcher = Arc::new(matcher);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = matcher;
    }

    /// Loads the names anew if there are new ones.
    pub fn renew(&self, connection: &mut PgConnection) -> QueryResult<()> {
        if names::has_unseen(connection, &self.get().seen)? {
            self.set(Matcher::load(connection)?);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::queries::NamedEntity;
    use super::*;
    use crate::values::Json;

    fn texts(headline: &str) -> Texts {
        Texts {
            id: Uuid::nil(),
            language: "en".to_owned(),
            headline: headline.to_owned(),
            standfirst: None,
            body_text: "Boats on the river.".to_owned(),
        }
    }

    #[test]
    fn texts_that_have_changed_since_are_looked_through_again() {
        let place = |id, name: &str| NamedEntity {
            id: Uuid::from_u128(id),
            kind: EntityType::Place,
            article_count: 0,
            names: Json(vec![(Some("en".to_owned()), name.to_owned())]),
        };
        let entities = vec![place(1, "Kassala"), place(2, "Port Sudan")];
        let matcher = Matcher::build(Names { seen: Seen::nothing(), entities });
        let spotted = matcher.spot(texts("Floods in Kassala"));
        for now in
            ["Floods in Kassala", "Floods in Port Sudan", "After the floods in Port Sudan and Kassala", ""]
        {
            let found = matcher.find_spotted(&texts(now), Some(&spotted), std::iter::empty());
            assert_eq!(found, matcher.find(&texts(now), std::iter::empty()), "{now}");
        }
    }
}
