//! From the tags and entities that a client names to those that are stored:
//! found by id or slug, or made where the client says how. For one article or
//! for many at once.

use std::collections::{HashMap, HashSet};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    input::{ArticleInput, EntityRef, TagRef},
    model::Relation,
};
use crate::{
    entities::{self, model::EntityContent},
    error::{ApiError, ApiResult, FieldError, Problem},
    mentions::model::LinkOrigin,
    tags::{self, model::TagContent},
    text::slug,
    values::{Json, Key, LanguageTag, Localized, Text},
};

/// What links an article to an entity.
pub type EntityLink = (Uuid, Relation, Option<f64>);

/// What an article is linked to, in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Links {
    pub tags: Vec<Uuid>,
    pub entities: Vec<EntityLink>,
}

impl Links {
    /// The ids of all of them.
    pub fn labels(&self) -> impl Iterator<Item = Uuid> {
        self.tags.iter().copied().chain(self.entities.iter().map(|(id, _, _)| *id))
    }
}

/// The tags and entities that an article names.
#[derive(Debug, Clone, Default)]
pub struct NamedLinks {
    tags: Vec<Named<TagContent>>,
    entities: Vec<Named<EntityContent>>,
    /// What each of the entities is to the article.
    roles: Vec<(Relation, Option<f64>)>,
}

/// A tag or an entity that a client named.
#[derive(Debug, Clone)]
struct Named<C> {
    /// Its place in the list.
    index: usize,
    key: Option<Key>,
    /// What to make it of, where it is not there.
    content: Option<C>,
}

impl NamedLinks {
    /// Those of an article in that language.
    pub fn of(input: &ArticleInput, language: &LanguageTag) -> Self {
        let tags = input.tags.as_ref().map(|tags| tags.0.as_slice()).unwrap_or_default();
        let entities = input.entities.as_ref().map(|entities| entities.0.as_slice()).unwrap_or_default();
        // What the annotator has linked is left to it.
        let given = || {
            let entities = entities.iter().enumerate();
            entities.filter(|(_, entity)| entity.origin != Some(LinkOrigin::Gazetteer))
        };
        let role = |(_, entity): (usize, &EntityRef)| {
            let relation = entity.relation.unwrap_or(Relation::Mentions);
            (relation, entity.salience.map(|salience| salience.0))
        };
        Self {
            tags: tags.iter().enumerate().map(|tag| named_tag(tag, language)).collect(),
            entities: given().map(|entity| named_entity(entity, language)).collect(),
            roles: given().map(role).collect(),
        }
    }

    /// What they stand for. Those that are not there are made; where any can be
    /// neither found nor made, all such are reported.
    pub fn resolve(&self, connection: &mut PgConnection) -> ApiResult<Links> {
        let mut found = FoundLinks::look_up(connection, &[self])?;
        let faults = found.faults(self);
        if !faults.is_empty() {
            return Err(ApiError::invalid(Problem::InvalidBody, faults));
        }
        found.make_missing(connection, &[self])?;
        found.links(self)
    }
}

fn named_tag((index, tag): (usize, &TagRef), language: &LanguageTag) -> Named<TagContent> {
    let names = names(&tag.names, &tag.name, language);
    let key = key(&tag.key, names.as_ref());
    let content = tag.kind.zip(names).map(|(kind, names)| TagContent {
        kind,
        parent_id: None,
        names: Json(names),
        description: Json(Default::default()),
        scheme: None,
        code: None,
    });
    Named { index, key, content }
}

fn named_entity((index, entity): (usize, &EntityRef), language: &LanguageTag) -> Named<EntityContent> {
    let names = names(&entity.names, &entity.name, language);
    let key = key(&entity.key, names.as_ref());
    let content = entity.kind.zip(names).map(|(kind, names)| EntityContent {
        kind,
        names: Json(names),
        aliases: Json(Vec::new()),
        description: Json(Default::default()),
        wikidata_id: None,
        source: None,
        external_id: None,
        same_as: Json(Vec::new()),
        latitude: None,
        longitude: None,
    });
    Named { index, key, content }
}

fn names<const MAX: usize>(
    names: &Option<Localized<1, MAX>>,
    name: &Option<Text<1, MAX>>,
    language: &LanguageTag,
) -> Option<Localized<1, MAX>> {
    names.clone().or_else(|| name.clone().map(|name| Localized::single(language.clone(), name)))
}

/// The given key, or the slug that the name makes.
fn key<const MAX: usize>(given: &Option<Key>, names: Option<&Localized<1, MAX>>) -> Option<Key> {
    given.clone().or_else(|| {
        let made = slug::slug(names?.nearest("en")?);
        let made = if slug::RESERVED.contains(&made.as_str()) { slug::numbered(&made, 2) } else { made };
        (!made.is_empty()).then_some(Key::Slug(made))
    })
}

/// Which of the tags and entities that some articles name are there.
pub struct FoundLinks {
    tags: Found<TagContent>,
    entities: Found<EntityContent>,
}

impl FoundLinks {
    /// Looks for all that the articles name, at once.
    pub fn look_up(connection: &mut PgConnection, of: &[&NamedLinks]) -> QueryResult<Self> {
        let mut found = Self {
            tags: Found {
                ids: HashMap::new(),
                pointer: "/tags",
                noun: "tag",
                needs: "kind and name or names",
                find: tags::queries::resolve,
                insert_missing: tags::queries::insert_missing,
            },
            entities: Found {
                ids: HashMap::new(),
                pointer: "/entities",
                noun: "entity",
                needs: "type and name or names",
                find: entities::queries::resolve,
                insert_missing: entities::queries::insert_missing,
            },
        };
        found.tags.look_up(connection, of.iter().flat_map(|links| &links.tags))?;
        found.entities.look_up(connection, of.iter().flat_map(|links| &links.entities))?;
        Ok(found)
    }

    /// What one of these articles names and nobody could find or make.
    pub fn faults(&self, of: &NamedLinks) -> Vec<FieldError> {
        let mut faults = self.tags.faults(&of.tags);
        faults.extend(self.entities.faults(&of.entities));
        faults
    }

    /// Makes what these articles, in which there are no faults, name and is not there.
    pub fn make_missing(&mut self, connection: &mut PgConnection, of: &[&NamedLinks]) -> QueryResult<()> {
        self.tags.make_missing(connection, of.iter().flat_map(|links| &links.tags))?;
        self.entities.make_missing(connection, of.iter().flat_map(|links| &links.entities))
    }

    /// What one of these articles is to be linked to. What is named twice counts once, the first time.
    pub fn links(&self, of: &NamedLinks) -> ApiResult<Links> {
        let mut links = Links::default();
        for id in self.tags.ids(&of.tags)? {
            if !links.tags.contains(&id) {
                links.tags.push(id);
            }
        }
        for (id, (relation, salience)) in self.entities.ids(&of.entities)?.into_iter().zip(&of.roles) {
            if !links.entities.iter().any(|(known, _, _)| *known == id) {
                links.entities.push((id, *relation, *salience));
            }
        }
        Ok(links)
    }
}

type Find = fn(&mut PgConnection, &[Key]) -> QueryResult<HashMap<Key, Uuid>>;
type InsertMissing<C> = fn(&mut PgConnection, &[(String, C)]) -> QueryResult<()>;

/// The items of one kind that were found by their keys.
struct Found<C> {
    ids: HashMap<Key, Uuid>,
    /// How the faults of the kind are worded.
    pointer: &'static str,
    noun: &'static str,
    needs: &'static str,
    find: Find,
    insert_missing: InsertMissing<C>,
}

impl<C: Clone> Found<C> {
    fn look_up<'a>(
        &mut self,
        connection: &mut PgConnection,
        named: impl Iterator<Item = &'a Named<C>>,
    ) -> QueryResult<()>
    where
        C: 'a,
    {
        let keys: HashSet<&Key> = named.filter_map(|link| link.key.as_ref()).collect();
        let keys: Vec<Key> = keys.into_iter().cloned().collect();
        if !keys.is_empty() {
            self.ids.extend((self.find)(connection, &keys)?);
        }
        Ok(())
    }

    fn faults(&self, named: &[Named<C>]) -> Vec<FieldError> {
        let fault = |link: &Named<C>| {
            let pointer = format!("{}/{}", self.pointer, link.index);
            match (&link.key, &link.content) {
                (None, _) => Some(FieldError::new(pointer, "required", "needs an id or a slug, or a name")),
                (Some(key), _) if self.ids.contains_key(key) => None,
                (Some(Key::Slug(slug)), Some(_)) if slug::is_slug(slug) => None,
                (Some(key), _) => {
                    let (noun, needs) = (self.noun, self.needs);
                    let detail =
                        format!("there is no {noun} {key}; to make one, give an object with {needs}");
                    Some(FieldError::new(pointer, &format!("unknown_{noun}"), detail))
                }
            }
        };
        named.iter().filter_map(fault).collect()
    }

    fn make_missing<'a>(
        &mut self,
        connection: &mut PgConnection,
        named: impl Iterator<Item = &'a Named<C>>,
    ) -> QueryResult<()>
    where
        C: 'a,
    {
        let mut new: HashMap<&str, &C> = HashMap::new();
        for link in named {
            if let (Some(key @ Key::Slug(slug)), Some(content)) = (&link.key, &link.content)
                && !self.ids.contains_key(key)
            {
                new.entry(slug).or_insert(content);
            }
        }
        if new.is_empty() {
            return Ok(());
        }
        let mut new: Vec<(String, C)> =
            new.into_iter().map(|(slug, content)| (slug.to_owned(), content.clone())).collect();
        // In one order, so that two writers who make the same ones do not deadlock.
        new.sort_by(|(a, _), (b, _)| a.cmp(b));
        (self.insert_missing)(connection, &new)?;
        let keys: Vec<Key> = new.into_iter().map(|(slug, _)| Key::Slug(slug)).collect();
        self.ids.extend((self.find)(connection, &keys)?);
        Ok(())
    }

    fn ids(&self, named: &[Named<C>]) -> ApiResult<Vec<Uuid>> {
        let ids = named.iter().map(|link| link.key.as_ref().and_then(|key| self.ids.get(key)).copied());
        ids.collect::<Option<_>>().ok_or_else(|| ApiError {
            // Begun again, it makes what was deleted meanwhile.
            lost_race: true,
            ..ApiError::new(
                Problem::Conflict,
                format!("a {} was deleted meanwhile: send the request again", self.noun),
            )
        })
    }
}
