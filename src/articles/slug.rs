//! Which slug an article is to have. The one that is made of its headline is made when it is first published: until
//! then readers are not to learn its headline, nor that a name is taken. So what nobody names has a
//! provisional slug, which says nothing.

use uuid::Uuid;

use super::model::{ArticleStatus, Publication};
use maqal_text::slug::{is_provisional, provisional};

/// The slug that an article is to have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WantedSlug {
    /// This one, and no other.
    This(String),
    /// One that is made of the headline.
    Made,
}

impl WantedSlug {
    /// That of a new article.
    pub fn of_new(given: Option<&str>, id: Uuid, status: ArticleStatus) -> Self {
        match given {
            Some(slug) => Self::This(slug.to_owned()),
            None if status == ArticleStatus::Published => Self::Made,
            None => Self::This(provisional(id.simple())),
        }
    }

    /// That of one which has a slug already. A provisional one that is given is none: it is what was read, sent back.
    pub fn of_known(given: Option<&str>, current: &str, was: Publication, is: Publication) -> Self {
        let given = given.filter(|slug| !is_provisional(slug));
        let is_new_to_readers =
            is.status == ArticleStatus::Published && was.status != ArticleStatus::Published;
        match given {
            Some(slug) => Self::This(slug.to_owned()),
            None if is_new_to_readers && is_provisional(current) => Self::Made,
            None => Self::This(current.to_owned()),
        }
    }

    /// The slug, where it need not be made.
    pub fn this(&self) -> Option<&str> {
        match self {
            Self::This(slug) => Some(slug),
            Self::Made => None,
        }
    }
}
