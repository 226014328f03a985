//! An article to be written: validated, rendered, analysed and looked through for names, before anybody's connection or
//! row is taken for it.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{
    input::ArticleInput,
    links::NamedLinks,
    model::{ArticleContent, ArticleStatus, Publication},
};
use crate::{
    annotator::matcher::{Matcher, Spotted},
    error::ApiResult,
    values::{Key, Slug},
};
use maqal_text::query::Packed;

/// What a request or a line says of an article.
#[derive(Debug)]
pub struct PreparedArticle {
    pub slug: Option<String>,
    status: Option<ArticleStatus>,
    pub published_at: Option<DateTime<Utc>>,
    pub content: ArticleContent,
    /// What its texts are found by.
    pub vector: Packed,
    /// Where names stand in its texts, once they have been looked through.
    pub spotted: Option<Spotted>,
    pub translation_of: Option<Key>,
    pub links: NamedLinks,
}

impl PreparedArticle {
    /// Renders and analyses an article that is valid.
    pub fn of(input: ArticleInput) -> ApiResult<Self> {
        let content = input.content()?;
        let links = match &input.language {
            Some(language) => NamedLinks::of(&input, language),
            None => NamedLinks::default(),
        };
        Ok(Self {
            slug: input.slug.map(Slug::into_string),
            status: input.status,
            published_at: input.published_at.map(|instant| instant.0),
            vector: content.packed_vector(),
            spotted: None,
            content,
            translation_of: input.translation_of,
            links,
        })
    }

    /// Looks its texts through for names, for whoever writes it with this matcher.
    pub fn spot_names(&mut self, matcher: &Matcher) {
        self.spotted = Some(matcher.spot(self.content.texts(Uuid::nil())));
    }

    /// The source and the id there, if it has them.
    pub fn external_key(&self) -> Option<(&str, &str)> {
        self.content.source.as_deref().zip(self.content.external_id.as_deref())
    }

    /// Whether and since when it is published, where it is written now and replaces an article with that publication.
    pub fn publication(&self, current: Option<Publication>, now: DateTime<Utc>) -> Publication {
        Publication::given(self.status, self.published_at, current, now)
    }
}
