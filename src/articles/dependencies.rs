//! What an article's answers are made of, and so change with.

use super::model::FullArticle;
use crate::db::{invalidation::Dependency, resources::Topic};

/// The dependencies of an article.
pub struct Dependencies {
    /// The article, and those of its tags and entities that are shown.
    pub shown: Vec<Dependency>,
    /// Whether it is shown depends on whether it is published: until then nobody may know of it.
    pub original: Option<Dependency>,
}

impl Dependencies {
    /// Those of an article, as far as it was read.
    pub fn of(full: &FullArticle) -> Self {
        let mut shown = vec![Dependency::One(Topic::Articles, full.article.id)];
        shown.extend(full.tags.iter().flatten().map(|tag| Dependency::One(Topic::Tags, tag.id)));
        let entities = full.entities.iter().flatten();
        shown.extend(entities.map(|linked| Dependency::One(Topic::Entities, linked.entity.id)));
        Self { shown, original: full.original.map(|id| Dependency::One(Topic::Articles, id)) }
    }

    /// Those that nobody may know of as well.
    pub fn all(self) -> Vec<Dependency> {
        self.shown.into_iter().chain(self.original).collect()
    }
}
