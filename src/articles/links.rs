//! From the tags and entities that a client names to those that are stored: found by id or slug, or else by what they
//! are called ([`NamedItem`]), or made where the client says how. For one article or for many at once.

use std::collections::{HashMap, HashSet};

use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    input::{ArticleInput, EntityRef, TagRef},
    model::{Links, Relation},
};
use crate::{
    annotator::model::LinkOrigin,
    bulk::free_slugs::{self, MayBeMade},
    db::{resources::Resource, slugs},
    entities::{
        self,
        model::{EntityContent, EntityType},
    },
    error::{ApiError, ApiResult, FieldError, Problem},
    tags::{
        self,
        model::{TagContent, TagKind},
    },
    taxonomy::{
        LabelKind,
        named::{self, Called, NamedItem},
    },
    values::{Json, Key, LanguageTag, Localized, Text},
};
use maqal_text::slug;

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
    by: Option<By>,
    /// What it is called, where that is said, in lower case.
    names: Vec<String>,
    /// What to make it of, where it is not there.
    content: Option<C>,
}

/// What an item is found by.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum By {
    Key(Key),
    Name(NamedItem),
}

impl By {
    /// The given key, or else the names.
    fn of<const MAX: usize>(
        key: &Option<Key>,
        sort: Option<&'static str>,
        names: Option<&Localized<1, MAX>>,
    ) -> Option<Self> {
        match key {
            Some(key) => Some(Self::Key(key.clone())),
            None => names.map(|names| Self::Name(NamedItem::new(sort, names.iter()))),
        }
    }
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
}

fn named_tag((index, tag): (usize, &TagRef), language: &LanguageTag) -> Named<TagContent> {
    let names = names(&tag.names, &tag.name, language);
    let by = By::of(&tag.key, tag.kind.map(TagKind::as_str), names.as_ref());
    let called = lower(names.as_ref());
    let content = tag.kind.zip(names).map(|(kind, names)| TagContent {
        kind,
        parent_id: None,
        names: Json(names),
        description: Json(Default::default()),
        scheme: None,
        code: None,
    });
    Named { index, by, names: called, content }
}

fn named_entity((index, entity): (usize, &EntityRef), language: &LanguageTag) -> Named<EntityContent> {
    let names = names(&entity.names, &entity.name, language);
    let by = By::of(&entity.key, entity.kind.map(EntityType::as_str), names.as_ref());
    let called = lower(names.as_ref());
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
    Named { index, by, names: called, content }
}

fn lower<const MAX: usize>(names: Option<&Localized<1, MAX>>) -> Vec<String> {
    names.into_iter().flat_map(Localized::iter).map(|(_, name)| name.to_lowercase()).collect()
}

/// The names, with the one in the article's language.
fn names<const MAX: usize>(
    names: &Option<Localized<1, MAX>>,
    name: &Option<Text<1, MAX>>,
    language: &LanguageTag,
) -> Option<Localized<1, MAX>> {
    let single = name.clone().map(|name| Localized::single(language.clone(), name));
    match (names.clone(), single) {
        (Some(names), Some(single)) => Some(names.or(single)),
        (names, single) => names.or(single),
    }
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
                by_key: HashMap::new(),
                by_name: HashMap::new(),
                kind: LabelKind::Tag,
                resource: Resource::Tag,
                pointer: "/tags",
                needs: "kind and name or names",
                find: tags::queries::resolve,
                insert_missing: tags::queries::insert_missing,
            },
            entities: Found {
                by_key: HashMap::new(),
                by_name: HashMap::new(),
                kind: LabelKind::Entity,
                resource: Resource::Entity,
                pointer: "/entities",
                needs: "type and name or names",
                find: entities::queries::resolve,
                insert_missing: entities::queries::insert_missing,
            },
        };
        found.tags.look_up(connection, of.iter().flat_map(|links| &links.tags))?;
        found.entities.look_up(connection, of.iter().flat_map(|links| &links.entities))?;
        Ok(found)
    }

    /// How many of the articles, from the first on, name nothing that is made for one before them: whoever comes later
    /// finds it, by whatever it is called then.
    pub fn ready(&self, of: &[&NamedLinks]) -> usize {
        let (mut tags, mut entities) = (Making::default(), Making::default());
        let is_ready = |links: &&&NamedLinks| {
            let waits =
                self.tags.waits(&links.tags, &tags) || self.entities.waits(&links.entities, &entities);
            self.tags.note(&links.tags, &mut tags);
            self.entities.note(&links.entities, &mut entities);
            !waits
        };
        of.iter().take_while(is_ready).count()
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

/// What is to be made of one kind.
#[derive(Default)]
struct Making {
    slugs: HashSet<String>,
    /// The slugs that those may get which are named by their names.
    made: MayBeMade,
    names: HashSet<String>,
}

type Find = fn(&mut PgConnection, &[Key]) -> QueryResult<HashMap<Key, Uuid>>;
type InsertMissing<C> = fn(&mut PgConnection, &[(String, C)]) -> QueryResult<()>;

/// How often new items are made, where other writers make what is called so, or take the slugs, each time.
const TRIES: usize = 8;

/// The items of one kind that were found.
struct Found<C> {
    by_key: HashMap<Key, Uuid>,
    by_name: HashMap<NamedItem, Called>,
    kind: LabelKind,
    resource: Resource,
    /// How the faults of the kind are worded.
    pointer: &'static str,
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
        let (mut keys, mut names) = (HashSet::new(), HashSet::new());
        for link in named {
            match &link.by {
                Some(By::Key(key)) => _ = keys.insert(key.clone()),
                Some(By::Name(item)) => _ = names.insert(item.clone()),
                None => {}
            }
        }
        if !keys.is_empty() {
            self.by_key.extend((self.find)(connection, &keys.into_iter().collect::<Vec<_>>())?);
        }
        self.by_name.extend(named::find(connection, self.kind, names.into_iter().collect())?);
        Ok(())
    }

    fn is_there(&self, by: &By) -> bool {
        match by {
            By::Key(key) => self.by_key.contains_key(key),
            By::Name(item) => matches!(self.by_name.get(item), Some(Called::One(_) | Called::Several)),
        }
    }

    /// Whether one of these may be among what is to be made.
    fn waits(&self, named: &[Named<C>], making: &Making) -> bool {
        named.iter().any(|link| match &link.by {
            Some(by) if self.is_there(by) => false,
            Some(By::Key(Key::Slug(slug))) => {
                making.made.has(slug) || link.content.is_none() && making.slugs.contains(slug)
            }
            // Of several with content that are called the same, one is made.
            Some(By::Name(_)) => {
                link.content.is_none() && link.names.iter().any(|name| making.names.contains(name))
            }
            Some(By::Key(Key::Id(_))) | None => false,
        })
    }

    /// Notes what is to be made for these.
    fn note(&self, named: &[Named<C>], making: &mut Making) {
        for link in named.iter().filter(|link| link.content.is_some()) {
            match &link.by {
                Some(by) if self.is_there(by) => continue,
                Some(By::Key(Key::Slug(slug))) => _ = making.slugs.insert(slug.clone()),
                Some(By::Name(item)) => making.made.add(&free_slugs::base(item.main_name(), self.resource)),
                Some(By::Key(Key::Id(_))) | None => continue,
            }
            making.names.extend(link.names.iter().cloned());
        }
    }

    fn faults(&self, named: &[Named<C>]) -> Vec<FieldError> {
        let noun = self.resource.noun();
        let unknown = |what: String| {
            let detail =
                format!("there is no {noun} {what}; to make one, give an object with {}", self.needs);
            Some((format!("unknown_{noun}"), detail))
        };
        let fault = |link: &Named<C>| match &link.by {
            None => Some(("required".to_owned(), "needs an id or a slug, or a name".to_owned())),
            Some(By::Key(key)) if self.by_key.contains_key(key) => None,
            Some(By::Key(Key::Slug(slug))) if link.content.is_some() && slug::is_slug(slug) => None,
            Some(By::Key(key)) => unknown(key.to_string()),
            Some(By::Name(item)) => match self.by_name.get(item) {
                Some(Called::Several) => {
                    let detail =
                        format!("several are called so: give the id or slug of one, or {}", self.needs);
                    Some((format!("ambiguous_{noun}"), detail))
                }
                Some(Called::Nobody { .. }) | None if link.content.is_none() => {
                    unknown("that is called so".to_owned())
                }
                _ => None,
            },
        };
        let fault = |link: &Named<C>| {
            let (code, detail) = fault(link)?;
            Some(FieldError::new(format!("{}/{}", self.pointer, link.index), &code, detail))
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
        let (mut by_slug, mut by_name, mut seen) = (HashMap::new(), Vec::new(), HashSet::new());
        for link in named {
            match (&link.by, &link.content) {
                (Some(By::Key(key @ Key::Slug(slug))), Some(content)) if !self.by_key.contains_key(key) => {
                    by_slug.entry(slug.clone()).or_insert(content);
                }
                (Some(By::Name(item)), Some(content)) if seen.insert(item) => by_name.push((item, content)),
                _ => {}
            }
        }
        by_name.retain(|(item, _)| matches!(self.by_name.get(item), None | Some(Called::Nobody { .. })));
        // First, so that nobody who waits for a name has made anything that its writer may wait for.
        named::reserve(
            connection,
            self.kind,
            by_name.iter().filter_map(|(item, _)| self.by_name.get(*item)),
        )?;
        if !by_slug.is_empty() {
            let new: Vec<(String, C)> =
                by_slug.into_iter().map(|(slug, content)| (slug, content.clone())).collect();
            let keys: Vec<Key> = new.iter().map(|(slug, _)| Key::Slug(slug.clone())).collect();
            self.insert(connection, new)?;
            self.by_key.extend((self.find)(connection, &keys)?);
        }
        // One that is called so may be among these, or among what others have made meanwhile.
        self.look_up_names(connection, &by_name)?;
        for _ in 0..TRIES {
            let mut names = HashSet::new();
            by_name.retain(|(item, _)| matches!(self.by_name.get(item), None | Some(Called::Nobody { .. })));
            // Of those that are called the same one is made, and the others find it.
            let new = by_name.iter().filter(|(item, _)| match self.by_name.get(*item) {
                Some(Called::Nobody { compared }) => {
                    let is_first = compared.iter().all(|name| !names.contains(&(item.sort(), name)));
                    names.extend(compared.iter().map(|name| (item.sort(), name)));
                    is_first
                }
                _ => false,
            });
            let (bases, contents): (Vec<String>, Vec<C>) = new
                .map(|(item, content)| {
                    (free_slugs::base(item.main_name(), self.resource), (*content).clone())
                })
                .unzip();
            if bases.is_empty() {
                break;
            }
            let slugs = free_slugs::choose(&bases, &HashSet::new(), |some| {
                slugs::taken(connection, self.resource, some)
            })?;
            self.insert(connection, slugs.into_iter().zip(contents).collect())?;
            self.look_up_names(connection, &by_name)?;
        }
        Ok(())
    }

    fn look_up_names(
        &mut self,
        connection: &mut PgConnection,
        named: &[(&NamedItem, &C)],
    ) -> QueryResult<()> {
        let items = named.iter().map(|(item, _)| (*item).clone()).collect();
        self.by_name.extend(named::find(connection, self.kind, items)?);
        Ok(())
    }

    /// Makes those whose slugs are free.
    fn insert(&self, connection: &mut PgConnection, mut new: Vec<(String, C)>) -> QueryResult<()> {
        // In one order, so that two writers who make the same ones do not deadlock.
        new.sort_by(|(a, _), (b, _)| a.cmp(b));
        (self.insert_missing)(connection, &new)
    }

    fn ids(&self, named: &[Named<C>]) -> ApiResult<Vec<Uuid>> {
        let ids = named.iter().map(|link| match link.by.as_ref()? {
            By::Key(key) => self.by_key.get(key).copied(),
            By::Name(item) => match self.by_name.get(item)? {
                Called::One(id) => Some(*id),
                _ => None,
            },
        });
        ids.collect::<Option<_>>().ok_or_else(|| ApiError {
            // Begun again, it makes what was deleted meanwhile.
            lost_race: true,
            ..ApiError::new(
                Problem::Conflict,
                format!("a {} was deleted meanwhile: send the request again", self.resource.noun()),
            )
        })
    }
}
