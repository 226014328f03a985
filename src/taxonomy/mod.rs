//! What tags and entities have in common: they label articles, and are found by their names.

pub mod counts;
pub mod known;
pub mod named;
pub mod queries;

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::values::text_enum;
use maqal_text::query::{Field, Weight, vector};

text_enum! {
    /// What labels an article.
    pub enum LabelKind {
        Tag = "tag",
        Entity = "entity",
    }
}

impl LabelKind {
    pub const ALL: [LabelKind; 2] = [LabelKind::Tag, LabelKind::Entity];
}

/// A tag or an entity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(examples(json!({"kind": "entity", "id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "nile"})))]
pub struct Label {
    pub kind: LabelKind,
    pub id: Uuid,
    #[schema(min_length = 1, max_length = 120, pattern = r"^[^\s/]+$")]
    pub slug: String,
    /// The ids of those that were merged into it: articles may still be found by them.
    #[serde(skip)]
    #[schema(ignore)]
    pub former: Vec<Uuid>,
}

/// A name, and its language where it has one.
pub type Name<'a> = (Option<&'a str>, &'a str);

/// What a label is found by, as the text of a `tsvector`.
pub fn vector_of<'a>(names: impl IntoIterator<Item = Name<'a>>) -> String {
    vector(names.into_iter().map(|(language, text)| Field {
        text,
        language,
        weight: Weight::A,
        is_completed: true,
    }))
}
