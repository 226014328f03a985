//! What a reader wants to see of an article: `fields` and `include`.

use crate::{http::params::CommaList, values::text_enum};

text_enum! {
    /// A member of an article.
    pub enum ArticleField {
        Id = "id",
        Slug = "slug",
        Status = "status",
        Language = "language",
        Direction = "direction",
        Headline = "headline",
        Kicker = "kicker",
        AlternativeHeadline = "alternative_headline",
        Standfirst = "standfirst",
        Body = "body",
        BodyFormat = "body_format",
        BodyHtml = "body_html",
        BodyText = "body_text",
        WordCount = "word_count",
        Byline = "byline",
        Source = "source",
        ExternalId = "external_id",
        CanonicalUrl = "canonical_url",
        Image = "image",
        PublishedAt = "published_at",
        TranslationOf = "translation_of",
        Metadata = "metadata",
        Version = "version",
        CreatedAt = "created_at",
        UpdatedAt = "updated_at",
    }
}

text_enum! {
    /// What can be embedded in an article.
    pub enum ArticleInclude {
        Tags = "tags",
        Entities = "entities",
    }
}

/// What is read of each article.
#[derive(Debug, Clone, PartialEq)]
pub struct Shape {
    /// The members to show; all the usual ones where `None`.
    pub fields: Option<CommaList<ArticleField>>,
    pub body: bool,
    pub body_html: bool,
    pub body_text: bool,
    pub tags: bool,
    pub entities: bool,
    /// Whether what is not published may be seen.
    pub unpublished: bool,
}

impl Shape {
    /// Whether it is one of few: with no body, or as an article's own address shows it. The statements of
    /// others are not kept.
    pub fn is_usual(&self) -> bool {
        let is_whole = self.body && self.tags && self.entities;
        !self.body_html && !self.body_text && (is_whole || !self.body)
    }

    /// An article as its own address shows it: with its body, tags and entities.
    pub fn whole() -> Self {
        Self {
            fields: None,
            body: true,
            body_html: false,
            body_text: false,
            tags: true,
            entities: true,
            unpublished: true,
        }
    }

    /// An article as a list shows it: without.
    pub fn listed() -> Self {
        Self { body: false, tags: false, entities: false, ..Self::whole() }
    }

    /// All that either of the two shows.
    pub fn or(self, other: &Self) -> Self {
        Self {
            fields: None,
            body: self.body || other.body,
            body_html: self.body_html || other.body_html,
            body_text: self.body_text || other.body_text,
            tags: self.tags || other.tags,
            entities: self.entities || other.entities,
            unpublished: self.unpublished || other.unpublished,
        }
    }

    /// Whether any body is shown.
    pub fn has_bodies(&self) -> bool {
        self.body || self.body_html || self.body_text
    }

    /// The same without any body.
    pub fn without_bodies(self) -> Self {
        Self { body: false, body_html: false, body_text: false, ..self }
    }

    /// The same for whoever may see what is not published, or may not.
    pub fn seeing_unpublished(self, unpublished: bool) -> Self {
        Self { unpublished, ..self }
    }

    /// What the parameters say, where they say anything. `fields` alone leaves
    /// out what is embedded as well.
    pub fn adjusted(
        self,
        fields: Option<CommaList<ArticleField>>,
        include: Option<CommaList<ArticleInclude>>,
    ) -> Self {
        let shape = match fields {
            None => self,
            Some(fields) => Self {
                body: fields.0.contains(&ArticleField::Body),
                body_html: fields.0.contains(&ArticleField::BodyHtml),
                body_text: fields.0.contains(&ArticleField::BodyText),
                tags: false,
                entities: false,
                fields: Some(fields),
                unpublished: self.unpublished,
            },
        };
        match include {
            None => shape,
            Some(include) => Self {
                tags: include.0.contains(&ArticleInclude::Tags),
                entities: include.0.contains(&ArticleInclude::Entities),
                ..shape
            },
        }
    }
}
