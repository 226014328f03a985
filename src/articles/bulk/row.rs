//! What a line does to which article.

use uuid::Uuid;

use super::LineArticle;
use crate::articles::model::Publication;

/// An article that a line may replace.
#[derive(Debug, Clone)]
pub struct Current {
    pub id: Uuid,
    pub slug: String,
    pub publication: Publication,
    pub source: Option<String>,
    pub external_id: Option<String>,
    pub version: i64,
    /// The provisional slug by which a line names it that it had before.
    pub former_slug: Option<String>,
}

impl Current {
    /// The source and the id there, if it has them.
    pub fn external_key(&self) -> Option<(&str, &str)> {
        self.source.as_deref().zip(self.external_id.as_deref())
    }
}

/// An article to be written.
pub struct Row<'a> {
    pub line: u64,
    pub article: &'a LineArticle,
    pub id: Uuid,
    /// The article that it replaces.
    pub current: Option<&'a Current>,
    /// Empty until one is made, where it is to be.
    pub slug: String,
    pub is_slug_made: bool,
    pub publication: Publication,
    pub translation_of: Option<Uuid>,
}
