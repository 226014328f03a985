//! What an article's answers are made of, and so change with.

use super::model::FullArticle;
use crate::db::{freshness::Subject, resources::Topic};

/// The subjects of an article.
pub struct Subjects {
    /// The article, and those of its tags and entities that are shown.
    pub shown: Vec<Subject>,
    /// Whether it is shown depends on whether it is published: until then nobody may know of it.
    pub original: Option<Subject>,
}

impl Subjects {
    /// Those of an article, as far as it was read.
    pub fn of(full: &FullArticle) -> Self {
        let mut shown = vec![Subject::One(Topic::Articles, full.article.id)];
        shown.extend(full.tags.iter().flatten().map(|tag| Subject::One(Topic::Tags, tag.id)));
        let entities = full.entities.iter().flatten();
        shown.extend(entities.map(|linked| Subject::One(Topic::Entities, linked.entity.id)));
        Self { shown, original: full.original.map(|id| Subject::One(Topic::Articles, id)) }
    }

    /// Those that nobody may know of as well.
    pub fn all(self) -> Vec<Subject> {
        self.shown.into_iter().chain(self.original).collect()
    }
}
