//! One line: read, validated and rendered, before the database is asked.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use crate::{
    annotator::matcher::{Matcher, Spotted},
    articles::{
        edit,
        input::ArticleInput,
        links::NamedLinks,
        model::{ArticleContent, ArticleStatus, Publication},
    },
    bulk::line,
    error::{ApiError, ApiResult},
    values::{Key, Slug},
};
use maqal_text::query::Packed;

/// What a line says.
#[derive(Debug)]
pub struct LineArticle {
    pub slug: Option<String>,
    status: Option<ArticleStatus>,
    pub published_at: Option<DateTime<Utc>>,
    /// As a new article has it, but for its original.
    pub content: ArticleContent,
    /// What its texts are found by.
    pub vector: Packed,
    /// Where names stand in its texts, once they have been looked through.
    pub spotted: Option<Spotted>,
    pub translation_of: Option<Key>,
    pub links: NamedLinks,
}

impl LineArticle {
    /// Reads, validates and renders a line.
    pub fn read(text: &[u8]) -> ApiResult<Self> {
        let input: ArticleInput = line::parse(text)?;
        let key = match (&input.external_id, &input.slug) {
            (None, None) => Err(ApiError::invalid_field(
                "",
                "required",
                "needs source and external_id, or a slug: without, each import would make it anew",
            )),
            _ => Ok(()),
        };
        let (article, ()) = ApiError::both(Self::of(input), key)?;
        Ok(article)
    }

    /// Renders and analyses an article that is valid.
    pub fn of(input: ArticleInput) -> ApiResult<Self> {
        let content = edit::content(&input)?;
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

    /// The source and the id there, if the line has them.
    pub fn external_key(&self) -> Option<(&str, &str)> {
        self.content.source.as_deref().zip(self.content.external_id.as_deref())
    }

    /// Whether and since when it is published, where it is written now and replaces an article with that publication.
    pub fn publication(&self, current: Option<Publication>, now: DateTime<Utc>) -> Publication {
        Publication::given(self.status, self.published_at, current, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bulk::Line;
    use maqal_text::lines::RawLine;

    fn read(text: &str) -> Line<LineArticle> {
        Line::read(RawLine { number: 7, text: Some(text.as_bytes().to_vec()) }, 10)
    }

    #[test]
    fn a_line_says_what_is_wrong_with_it() {
        let detail = |text| read(text).item.expect_err("a fault").detail;
        assert!(detail("{").starts_with("the line is not JSON: "), "{}", detail("{"));
        assert!(detail("{").ends_with(" at byte 1"), "{}", detail("{"));
        assert_eq!(detail("{}"), "2 faults, each in errors");
        assert!(detail(r#"{"language": "ar", "headline": "h"}"#).starts_with("needs source and external_id"));
        let too_long = Line::<LineArticle>::read(RawLine { number: 7, text: None }, 10);
        assert_eq!(too_long.item.expect_err("a fault").detail, "the line must have at most 10 bytes");
    }

    #[test]
    fn a_line_has_a_slug_or_an_external_id() {
        let line = read(r#"{"language": "ar", "headline": "h", "slug": "كتاب"}"#);
        let article = line.item.expect("an article");
        assert_eq!((article.slug.as_deref(), article.external_key()), (Some("كتاب"), None));
        let line = read(r#"{"language": "ar", "headline": "h", "source": "s", "external_id": "1"}"#);
        assert_eq!(line.item.expect("an article").external_key(), Some(("s", "1")));
    }
}
