//! What people say in an article: read out of its texts, and of who is mentioned there.

use diesel::PgConnection;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{
    body::{EntityOfMention, Exact},
    queries, read,
};
use crate::{
    annotator::model::{Mention, MentionField, Texts},
    annotator::queries::texts,
    db::in_one_state,
    entities::model::{EntityBrief, EntityType},
    error::{ApiError, ApiResult},
    values::{Key, Text, rounded},
};
use maqal_text::quotes::{self, Speaker};

/// How many quotes of an article there are at most.
pub const MOST: usize = 1000;

/// The direct speech in an article.
#[derive(Debug, Serialize, ToSchema)]
pub struct Quotes {
    /// In the order of the texts.
    #[schema(max_items = 1000)]
    pub data: Vec<Quote>,
    /// Whether these are all: there are 1,000 at most.
    pub is_complete: bool,
}

/// Direct speech.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "field": "body", "start": 41, "end": 62, "exact": "سنفتح الجسر قبل العيد",
    "speaker": {
        "entity": {"id": "01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12", "slug": "sami-alomar", "type": "person", "name": "سامي العمر"},
        "start": 28, "end": 38, "exact": "سامي العمر"
    },
    "verb": {"start": 16, "end": 20, "exact": "وقال"}, "confidence": 0.9
})))]
pub struct Quote {
    pub field: MentionField,
    /// Where the speech begins behind its mark, in code points of the field's plain text.
    #[schema(minimum = 0)]
    pub start: u32,
    /// Where it ends: the code point after the last.
    #[schema(minimum = 1)]
    pub end: u32,
    /// What is said.
    #[schema(value_type = Text<1, 2000, true>)]
    pub exact: String,
    /// Who says it; null where the text names nobody whom this service knows.
    #[schema(required)]
    pub speaker: Option<SpeakerOfQuote>,
    /// The word that says that somebody says it; null where there is none.
    #[schema(required)]
    pub verb: Option<VerbOfQuote>,
    /// How likely it is that this is said, and by this speaker where there is one.
    #[schema(minimum = 0.0, maximum = 1.0)]
    pub confidence: f64,
}

/// Who says something, and where the text names them.
#[derive(Debug, Serialize, ToSchema)]
pub struct SpeakerOfQuote {
    pub entity: EntityOfMention,
    /// Where the name begins, in code points of the field's plain text.
    #[schema(minimum = 0)]
    pub start: u32,
    /// Where it ends: the code point after the last.
    #[schema(minimum = 1)]
    pub end: u32,
    /// The name as it stands there.
    #[schema(example = "سامي العمر", value_type = Exact)]
    pub exact: String,
}

/// A word of saying, and where it stands.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerbOfQuote {
    /// Where it begins, in code points of the field's plain text.
    #[schema(minimum = 0)]
    pub start: u32,
    /// Where it ends: the code point after the last.
    #[schema(minimum = 1)]
    pub end: u32,
    /// The word as it stands there.
    #[schema(example = "وقال", value_type = Text<1, 200>)]
    pub exact: String,
}

/// What the quotes of an article are read out of.
pub struct Sources {
    pub article: Uuid,
    texts: Texts,
    mentions: Vec<(Mention, EntityBrief)>,
}

impl Sources {
    /// Those of the article with the key.
    pub fn read(connection: &mut PgConnection, key: &Key, sees_unpublished: bool) -> ApiResult<Self> {
        in_one_state(connection, |connection| {
            let article = read::article(connection, key, sees_unpublished)?.id;
            let texts = texts(connection, &[article])?.pop();
            let texts = texts.ok_or_else(|| ApiError::not_found("article", key))?;
            Ok(Self { article, texts, mentions: queries::of_speakers(connection, article)? })
        })
    }

    /// The quotes in them.
    pub fn quotes(&self) -> Quotes {
        let in_field = |field| in_field(&self.texts, field, &self.mentions);
        let mut data: Vec<Quote> = MentionField::ALL.into_iter().flat_map(in_field).take(MOST + 1).collect();
        let is_complete = data.len() <= MOST;
        data.truncate(MOST);
        Quotes { data, is_complete }
    }
}

fn in_field(texts: &Texts, field: MentionField, mentions: &[(Mention, EntityBrief)]) -> Vec<Quote> {
    let text = texts.of(field);
    let mentions: Vec<&(Mention, EntityBrief)> =
        mentions.iter().filter(|(mention, _)| mention.field == field && mention.stands_in(text)).collect();
    let speakers: Vec<Speaker> = mentions.iter().map(|(mention, entity)| speaker(mention, entity)).collect();
    let found = quotes::find(text, &texts.language, &speakers);
    if found.is_empty() {
        return Vec::new();
    }
    // The byte at which each code point begins.
    let bytes: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let slice = |start: u32, end: u32| {
        let byte = |place: u32| bytes.get(usize::try_from(place).ok()?).copied();
        Some(text.get(byte(start)?..byte(end)?)?.to_owned())
    };
    let found = found.into_iter().filter_map(|quote| {
        let named = quote.speaker.and_then(|number| {
            let (Speaker { start, end, .. }, (_, entity)) = (speakers.get(number)?, mentions.get(number)?);
            let entity = EntityOfMention::new(entity.clone(), &texts.language);
            Some(SpeakerOfQuote { entity, start: *start, end: *end, exact: slice(*start, *end)? })
        });
        let verb = quote.verb.and_then(|verb| {
            Some(VerbOfQuote { start: verb.start, end: verb.end, exact: slice(verb.start, verb.end)? })
        });
        Some(Quote {
            field,
            start: quote.span.start,
            end: quote.span.end,
            exact: slice(quote.span.start, quote.span.end)?,
            speaker: named,
            verb,
            confidence: rounded(quote.confidence.into()),
        })
    });
    found.collect()
}

fn speaker(mention: &Mention, entity: &EntityBrief) -> Speaker {
    let place = |offset| u32::try_from(offset).unwrap_or_default();
    Speaker {
        start: place(mention.start),
        end: place(mention.end),
        is_person: entity.kind == EntityType::Person,
    }
}
