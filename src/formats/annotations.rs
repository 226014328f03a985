//! Mentions as annotations of the [Web Annotation Data Model](https://www.w3.org/TR/annotation-model/).

use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    annotator::model::MentionField,
    error::{ApiError, ApiResult},
    http::{format::Format, target::Address, to_json::to_json},
    mentions::body::{Exact, Mention, MentionPage, Nearby},
    values::{Text, Timestamp},
};

/// Annotations in the JSON of linked data.
pub const JSON_LD: Format = Format { name: "jsonld", media_types: &["application/ld+json"] };

/// Writes a page of mentions.
pub fn write(page: &MentionPage, address: &Address) -> ApiResult<Vec<u8>> {
    to_json(&AnnotationPage::new(page, address)).map_err(ApiError::internal)
}

/// An address within this service.
type Reference = Text<1, 8000>;

/// What gives the words of annotations their meaning.
#[derive(Debug, Serialize, ToSchema)]
pub enum Context {
    #[serde(rename = "http://www.w3.org/ns/anno.jsonld")]
    Only,
}

/// What the page is.
#[derive(Debug, Serialize, ToSchema)]
pub enum PageType {
    #[serde(rename = "AnnotationPage")]
    Only,
}

/// What each annotation is.
#[derive(Debug, Serialize, ToSchema)]
pub enum AnnotationType {
    #[serde(rename = "Annotation")]
    Only,
}

/// Why it was made.
#[derive(Debug, Serialize, ToSchema)]
pub enum Motivation {
    #[serde(rename = "identifying")]
    Only,
}

/// What the body is.
#[derive(Debug, Serialize, ToSchema)]
pub enum ResourceType {
    #[serde(rename = "SpecificResource")]
    Only,
}

/// A page of annotations.
#[derive(Debug, Serialize, ToSchema)]
#[schema(examples(json!({
    "@context": "http://www.w3.org/ns/anno.jsonld", "type": "AnnotationPage",
    "id": "/v1/articles/01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13/mentions?limit=1",
    "items": [{
        "id": "/v1/articles/01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13/mentions/01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b21",
        "type": "Annotation", "motivation": "identifying", "created": "2026-11-23T09:30:00Z",
        "body": {
            "type": "SpecificResource", "purpose": "identifying",
            "source": "/v1/entities/01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b12"
        },
        "target": {
            "source": "/v1/articles/01981d3e-5a6c-7e0b-9d53-6a1d0c9f5b13?fields=headline",
            "selector": [
                {"type": "TextPositionSelector", "start": 12, "end": 19},
                {"type": "TextQuoteSelector", "exact": "الخرطوم", "prefix": "افتتاح معرض ", "suffix": " للكتاب"}
            ]
        }
    }]
})))]
pub struct AnnotationPage {
    #[serde(rename = "@context")]
    context: Context,
    #[schema(value_type = Reference)]
    id: String,
    #[serde(rename = "type")]
    kind: PageType,
    #[schema(max_items = 100)]
    items: Vec<Annotation>,
    /// Where the next page is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, value_type = Option<Reference>)]
    next: Option<String>,
}

/// A mention, as an annotation.
#[derive(Debug, Serialize, ToSchema)]
pub struct Annotation {
    #[schema(value_type = Reference)]
    id: String,
    #[serde(rename = "type")]
    kind: AnnotationType,
    motivation: Motivation,
    created: Timestamp,
    body: AnnotationBody,
    target: AnnotationTarget,
}

/// What an article speaks of.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnotationBody {
    #[serde(rename = "type")]
    kind: ResourceType,
    purpose: Motivation,
    /// Where the entity is.
    #[schema(value_type = Reference)]
    source: String,
}

/// Where an article speaks of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct AnnotationTarget {
    /// Where the text is.
    #[schema(value_type = Reference)]
    source: String,
    /// The place in the text, twice: by its offsets and by its words.
    #[schema(min_items = 2, max_items = 2)]
    selector: [Selector; 2],
}

/// A place in a text.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "type")]
pub enum Selector {
    TextPositionSelector {
        /// In code points.
        #[schema(minimum = 0)]
        start: i32,
        #[schema(minimum = 1)]
        end: i32,
    },
    TextQuoteSelector {
        #[schema(value_type = Exact)]
        exact: String,
        #[schema(value_type = Nearby)]
        prefix: String,
        #[schema(value_type = Nearby)]
        suffix: String,
    },
}

impl AnnotationPage {
    fn new(page: &MentionPage, address: &Address) -> Self {
        let items = page.data.iter().map(|mention| Annotation::new(mention, page.article)).collect();
        let next = page.page.next_cursor.as_deref().map(|cursor| address.with_cursor(Some(cursor)));
        Self { context: Context::Only, id: address.of_page(), kind: PageType::Only, items, next }
    }
}

impl Annotation {
    fn new(mention: &Mention, article: Uuid) -> Self {
        let field = match mention.field {
            MentionField::Body => "body_text",
            field => field.as_str(),
        };
        let (exact, prefix, suffix) = (mention.exact.clone(), mention.prefix.clone(), mention.suffix.clone());
        Self {
            id: format!("/v1/articles/{article}/mentions/{}", mention.id),
            kind: AnnotationType::Only,
            motivation: Motivation::Only,
            created: mention.created_at,
            body: AnnotationBody {
                kind: ResourceType::Only,
                purpose: Motivation::Only,
                source: format!("/v1/entities/{}", mention.entity.id),
            },
            target: AnnotationTarget {
                source: format!("/v1/articles/{article}?fields={field}"),
                selector: [
                    Selector::TextPositionSelector { start: mention.start, end: mention.end },
                    Selector::TextQuoteSelector { exact, prefix, suffix },
                ],
            },
        }
    }
}
