//! What is written of an article itself, whether it is copied or compared.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    articles::{
        bulk::row::Row,
        model::{ArticleStatus, BodyFormat, Image},
    },
    schema::articles,
    values::{Json, Metadata},
};

diesel::table! {
    staged_articles (id) {
        id -> Uuid,
        slug -> Text,
        status -> Text,
        language -> Text,
        headline -> Text,
        alternative_headline -> Nullable<Text>,
        standfirst -> Nullable<Text>,
        body -> Text,
        body_format -> Text,
        body_html -> Text,
        body_text -> Text,
        word_count -> Int4,
        byline -> Nullable<Text>,
        source -> Nullable<Text>,
        external_id -> Nullable<Text>,
        canonical_url -> Nullable<Text>,
        image -> Nullable<Jsonb>,
        published_at -> Nullable<Timestamptz>,
        translation_of -> Nullable<Uuid>,
        metadata -> Jsonb,
    }
}

#[derive(Insertable)]
#[diesel(table_name = articles, table_name = staged_articles, treat_none_as_default_value = false)]
pub struct Columns<'a> {
    id: Uuid,
    slug: &'a str,
    status: ArticleStatus,
    language: &'a str,
    headline: &'a str,
    alternative_headline: Option<&'a str>,
    standfirst: Option<&'a str>,
    body: &'a str,
    body_format: BodyFormat,
    body_html: &'a str,
    body_text: &'a str,
    word_count: i32,
    byline: Option<&'a str>,
    source: Option<&'a str>,
    external_id: Option<&'a str>,
    canonical_url: Option<&'a str>,
    image: Option<&'a Json<Image>>,
    published_at: Option<DateTime<Utc>>,
    translation_of: Option<Uuid>,
    metadata: &'a Json<Metadata>,
}

impl<'a> Columns<'a> {
    pub fn of(row: &'a Row<'_>) -> Self {
        let content = &row.article.content;
        Self {
            id: row.id,
            slug: &row.slug,
            status: row.publication.status,
            language: &content.language,
            headline: &content.headline,
            alternative_headline: content.alternative_headline.as_deref(),
            standfirst: content.standfirst.as_deref(),
            body: &content.body,
            body_format: content.body_format,
            body_html: &content.body_html,
            body_text: &content.body_text,
            word_count: content.word_count,
            byline: content.byline.as_deref(),
            source: content.source.as_deref(),
            external_id: content.external_id.as_deref(),
            canonical_url: content.canonical_url.as_deref(),
            image: content.image.as_ref(),
            published_at: row.publication.published_at,
            translation_of: row.translation_of,
            metadata: &content.metadata,
        }
    }
}
