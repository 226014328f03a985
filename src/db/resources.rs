//! The resources: what has a table, an address and slugs of its own. All that is true of each of them alike follows from
//! these two lists.

/// The kinds of item that have slugs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    Article,
    Tag,
    Entity,
}

impl Resource {
    pub const ALL: [Resource; 3] = [Resource::Article, Resource::Tag, Resource::Entity];

    /// The table, which is also the collection's name in a path.
    pub fn table(self) -> &'static str {
        match self {
            Resource::Article => "articles",
            Resource::Tag => "tags",
            Resource::Entity => "entities",
        }
    }

    /// One of them, in a sentence.
    pub fn noun(self) -> &'static str {
        match self {
            Resource::Article => "article",
            Resource::Tag => "tag",
            Resource::Entity => "entity",
        }
    }
}

/// What of a resource can change by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Topic {
    /// The articles, with their links to tags and entities.
    Articles,
    /// The tags, but for the number of their articles.
    Tags,
    TagCounts,
    /// The entities, but for the number of their articles.
    Entities,
    EntityCounts,
}

impl Topic {
    pub const ALL: [Topic; 5] =
        [Topic::Articles, Topic::Tags, Topic::TagCounts, Topic::Entities, Topic::EntityCounts];

    /// The word for it in an announcement.
    pub fn as_str(self) -> &'static str {
        match self {
            Topic::TagCounts => "tag_counts",
            Topic::EntityCounts => "entity_counts",
            Topic::Articles | Topic::Tags | Topic::Entities => self.resource().table(),
        }
    }

    /// Whose change it is.
    pub fn resource(self) -> Resource {
        match self {
            Topic::Articles => Resource::Article,
            Topic::Tags | Topic::TagCounts => Resource::Tag,
            Topic::Entities | Topic::EntityCounts => Resource::Entity,
        }
    }
}
