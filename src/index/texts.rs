//! The texts of an article that it is found by, and what each of them counts.

use diesel::{
    prelude::*,
    sql_types::{Array, Nullable, Text, Uuid as SqlUuid},
};
use uuid::Uuid;

use maqal_text::query::{self, Field, Packed, Weight};

/// The texts of an article that is to be found by them.
#[derive(Debug, Clone, Copy)]
pub struct Texts<'a> {
    pub language: &'a str,
    pub headline: &'a str,
    pub kicker: Option<&'a str>,
    pub standfirst: Option<&'a str>,
    pub body_text: &'a str,
}

impl Texts<'_> {
    /// The texts analysed.
    pub fn packed(&self) -> Packed {
        let language = Some(self.language);
        let field = |text, weight| Field { text, language, weight, is_completed: false };
        let fields = [
            Some(Field { is_completed: true, ..field(self.headline, Weight::A) }),
            // None takes no room: what was stored before there were kickers is as it would be stored now.
            self.kicker.map(|kicker| field(kicker, Weight::B)),
            Some(field(self.standfirst.unwrap_or_default(), Weight::B)),
            Some(field(self.body_text, Weight::D)),
        ];
        query::packed(fields.into_iter().flatten())
    }
}

/// The texts of an article that is stored, to be analysed anew.
#[derive(Debug, QueryableByName)]
pub struct StoredTexts {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    headline: String,
    #[diesel(sql_type = Nullable<Text>)]
    kicker: Option<String>,
    #[diesel(sql_type = Nullable<Text>)]
    standfirst: Option<String>,
    #[diesel(sql_type = Text)]
    body_text: String,
    /// The tags and entities that it has.
    #[diesel(sql_type = Array<SqlUuid>)]
    labels: Vec<Uuid>,
}

/// The columns of [`StoredTexts`], of `articles`.
pub(super) const COLUMNS: &str = "articles.id, language, headline, kicker, standfirst, body_text, ARRAY( \
        SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id UNION ALL \
        SELECT entity_id FROM article_entities AS link WHERE link.article_id = articles.id) AS labels";

impl StoredTexts {
    /// What the article is found by: the texts and its labels.
    pub fn packed(&self) -> Packed {
        let Self { language, headline, kicker, standfirst, body_text, .. } = self;
        let (kicker, standfirst) = (kicker.as_deref(), standfirst.as_deref());
        let mut vector = Texts { language, headline, kicker, standfirst, body_text }.packed();
        vector.add_labels(self.labels.iter().copied().map(Uuid::simple));
        vector
    }
}
