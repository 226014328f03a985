//! Mentions as they are stored.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use serde_json::json;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::{schema::mentions, values::text_enum};
use maqal_text::anchor::Anchor;

text_enum! {
    /// The text of an article in which a mention stands: the body is its plain text, `body_text`.
    pub enum MentionField {
        Headline = "headline",
        Standfirst = "standfirst",
        Body = "body",
    }
}

impl MentionField {
    /// In the order in which they are read.
    pub const ALL: [MentionField; 3] = [MentionField::Headline, MentionField::Standfirst, MentionField::Body];
}

text_enum! {
    /// Who says that a text speaks of an entity.
    pub enum MentionOrigin {
        Editor = "editor",
        /// The annotator, which knows the entities' names.
        Gazetteer = "gazetteer",
        /// Another system, from which it was brought.
        Import = "import",
    }
}

text_enum! {
    /// Who may be named as the origin of a mention that is made.
    pub enum GivenOrigin {
        Editor = "editor",
        /// Another system, from which it is brought.
        Import = "import",
    }
}

impl From<GivenOrigin> for MentionOrigin {
    fn from(origin: GivenOrigin) -> Self {
        match origin {
            GivenOrigin::Editor => MentionOrigin::Editor,
            GivenOrigin::Import => MentionOrigin::Import,
        }
    }
}

text_enum! {
    /// What is known of a mention.
    pub enum MentionStatus {
        /// It stands there.
        Found = "found",
        /// The words stand there, but may mean another entity: not counted.
        Candidate = "candidate",
        /// The text has changed, and has it no more.
        Lost = "lost",
        /// An editor has said that the annotator is wrong.
        Rejected = "rejected",
    }
}

text_enum! {
    /// Who links an article to an entity.
    pub enum LinkOrigin {
        Editor = "editor",
        /// The annotator: the link follows the text.
        Gazetteer = "gazetteer",
    }
}

/// A stored mention.
#[derive(Debug, Clone, PartialEq, Queryable, Selectable, Insertable)]
#[diesel(table_name = mentions, treat_none_as_default_value = false)]
pub struct Mention {
    pub id: Uuid,
    pub article_id: Uuid,
    pub entity_id: Uuid,
    pub field: MentionField,
    #[diesel(column_name = start_offset)]
    pub start: i32,
    #[diesel(column_name = end_offset)]
    pub end: i32,
    pub exact: String,
    pub prefix: String,
    pub suffix: String,
    pub origin: MentionOrigin,
    pub status: MentionStatus,
    pub confidence: f32,
    pub created_at: DateTime<Utc>,
}

impl Mention {
    /// Its version, as those of items that count their changes: it is another once the mention has moved with its text,
    /// is lost or rejected, or means another entity.
    pub fn version(&self) -> i64 {
        let Self { entity_id, field, start, end, exact, prefix, suffix, origin, status, confidence, .. } =
            self;
        let (field, origin, status) = (field.as_str(), origin.as_str(), status.as_str());
        let says = json!([entity_id, field, start, end, exact, prefix, suffix, origin, status, confidence]);
        let mut first = [0; 8];
        first.copy_from_slice(&Sha256::digest(says.to_string())[..8]);
        // As many bits as every JSON reader tells apart.
        i64::try_from(u64::from_be_bytes(first) >> 11).unwrap_or_default()
    }

    /// Whether the annotator has found it, and nobody has objected.
    pub fn is_annotators(&self) -> bool {
        self.origin == MentionOrigin::Gazetteer && self.status != MentionStatus::Rejected
    }

    /// Whether a text has at this place what the mention says, with what it says of the words around. A text that
    /// was changed past the annotator, as by psql, may not.
    pub fn stands_in(&self, text: &str) -> bool {
        let place = |offset| u32::try_from(offset).ok();
        let now =
            place(self.start).zip(place(self.end)).and_then(|(start, end)| Anchor::of(text, start, end));
        now.is_some_and(|now| {
            (now.prefix, now.exact, now.suffix) == (&self.prefix, &self.exact, &self.suffix)
        })
    }

    /// Whether both have a code point in common.
    pub fn overlaps(&self, other: &Self) -> bool {
        self.field == other.field && self.start < other.end && other.start < self.end
    }
}

/// The texts of an article in which entities are mentioned.
#[derive(Debug, Clone, Queryable)]
pub struct Texts {
    pub id: Uuid,
    pub language: String,
    pub headline: String,
    pub standfirst: Option<String>,
    pub body_text: String,
}

impl Texts {
    /// Whether another article's texts are the same, or its own were at another time.
    pub fn say_the_same(&self, other: &Self) -> bool {
        self.language == other.language && self.all() == other.all()
    }

    /// The text of a field.
    pub fn of(&self, field: MentionField) -> &str {
        match field {
            MentionField::Headline => &self.headline,
            MentionField::Standfirst => self.standfirst.as_deref().unwrap_or_default(),
            MentionField::Body => &self.body_text,
        }
    }

    /// All of them, in the order in which they are read.
    pub fn all(&self) -> [&str; 3] {
        MentionField::ALL.map(|field| self.of(field))
    }
}
