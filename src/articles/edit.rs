//! What it takes to write an article: its body rendered, its links found, its
//! version compared.

use chrono::{DateTime, Utc};
use diesel::{PgConnection, QueryResult};
use uuid::Uuid;

use super::{
    input::{self, ArticleInput},
    links::{Links, NamedLinks},
    model::{ArticleContent, BodyFormat, FullArticle, LinkedEntity, Publication},
    queries, search,
};
use crate::{
    error::{ApiError, ApiResult, FieldError, Problem},
    http::{conditional::IfMatch, json::MergePatch},
    mentions::{
        annotate::{Annotated, annotate},
        matcher::SharedMatcher,
        model::LinkOrigin,
    },
    text::body,
    values::{Json, Key, Text, Url},
};

/// Makes an article, and the tags and entities that it brings along.
pub fn create(
    connection: &mut PgConnection,
    matcher: &SharedMatcher,
    input: &ArticleInput,
) -> ApiResult<FullArticle> {
    let (content, links) = resolve(connection, input, None)?;
    let article = queries::insert(connection, input.slug.as_deref(), &content)?;
    write_links(connection, article.id, &links, article.public_date())?;
    let annotated = annotate(connection, matcher, &[article.id])?;
    store_search(connection, article.id, &content, &links, &annotated)?;
    queries::complete(connection, article.id)
}

/// Gives an article other content. A slug that is left out stays.
pub fn replace(
    connection: &mut PgConnection,
    matcher: &SharedMatcher,
    key: &Key,
    if_match: &IfMatch,
    input: &ArticleInput,
) -> ApiResult<FullArticle> {
    let current = queries::find_for_update(connection, key)?;
    if_match.check(current.article.version)?;
    write(connection, matcher, &current, input)
}

/// Changes some of an article.
pub fn patch(
    connection: &mut PgConnection,
    matcher: &SharedMatcher,
    key: &Key,
    if_match: &IfMatch,
    patch: &MergePatch,
) -> ApiResult<FullArticle> {
    let current = queries::find_for_update(connection, key)?;
    if_match.check(current.article.version)?;
    let input = patch.apply(input::as_written(&current))?;
    write(connection, matcher, &current, &input)
}

/// Deletes an article.
pub fn delete(connection: &mut PgConnection, key: &Key, if_match: &IfMatch) -> ApiResult<()> {
    let current = queries::find_for_update(connection, key)?;
    if_match.check(current.article.version)?;
    Ok(queries::delete(connection, current.article.id)?)
}

fn write(
    connection: &mut PgConnection,
    matcher: &SharedMatcher,
    current: &FullArticle,
    input: &ArticleInput,
) -> ApiResult<FullArticle> {
    let (content, links) = resolve(connection, input, Some(current))?;
    if links != links_of(current) || content.public_date() != current.article.public_date() {
        lock(connection, current, &links)?;
    }
    // With the date that the links bear now: a trigger gives them the new one.
    let links_changed = write_links(connection, current.article.id, &links, current.article.public_date())?;
    let article =
        queries::update(connection, current.article.id, input.slug.as_deref(), &content, links_changed)?;
    let annotated = annotate(connection, matcher, &[article.id])?;
    store_search(connection, article.id, &content, &links, &annotated)?;
    queries::complete(connection, article.id)
}

fn store_search(
    connection: &mut PgConnection,
    id: Uuid,
    content: &ArticleContent,
    links: &Links,
    annotated: &[Annotated],
) -> QueryResult<()> {
    let mentioned = annotated.iter().flat_map(|article| article.entities.iter().copied());
    let labels = search::labels_of(links.labels().chain(mentioned));
    queries::search::store(connection, id, content.vector() + &labels)
}

/// What the editor has linked it to.
fn links_of(article: &FullArticle) -> Links {
    let entity = |entity: &LinkedEntity| (entity.entity.id, entity.relation, entity.salience);
    let given = article.entities.iter().flatten().filter(|entity| entity.origin == LinkOrigin::Editor);
    Links {
        tags: article.tags.iter().flatten().map(|tag| tag.id).collect(),
        entities: given.map(entity).collect(),
    }
}

/// Locks all that these links and the current ones count on, at once: the
/// steps of the change, each for itself, would lock them in another order
/// than those of another writer, and deadlock.
fn lock(connection: &mut PgConnection, current: &FullArticle, links: &Links) -> ApiResult<()> {
    let current = links_of(current);
    let tags = [current.tags.as_slice(), &links.tags].concat();
    let entities = current.entities.iter().chain(&links.entities).map(|(id, _, _)| *id).collect::<Vec<_>>();
    Ok(queries::lock_counted(connection, &tags, &entities)?)
}

/// Whether anything was different.
fn write_links(
    connection: &mut PgConnection,
    id: Uuid,
    links: &Links,
    public_date: Option<DateTime<Utc>>,
) -> ApiResult<bool> {
    let tags_changed = queries::set_tags(connection, id, &links.tags, public_date)?;
    let entities_changed = queries::set_entities(connection, id, &links.entities, public_date)?;
    Ok(tags_changed || entities_changed)
}

/// What the input stands for; where it stands for nothing, all of its faults.
fn resolve(
    connection: &mut PgConnection,
    input: &ArticleInput,
    current: Option<&FullArticle>,
) -> ApiResult<(ArticleContent, Links)> {
    let language = input.language.as_ref().ok_or_else(|| missing("language"))?;
    let content = content(input, current.map(|current| current.article.publication()));
    let original = original(connection, input);
    let links = NamedLinks::of(input, language).resolve(connection);
    let ((content, translation_of), links) = ApiError::both(ApiError::both(content, original), links)?;
    Ok((ArticleContent { translation_of, ..content }, links))
}

fn missing(name: &str) -> ApiError {
    ApiError::invalid_field(format!("/{name}"), "required", "is required")
}

fn original(connection: &mut PgConnection, input: &ArticleInput) -> ApiResult<Option<Uuid>> {
    match &input.translation_of {
        None => Ok(None),
        Some(key) => match queries::find_id(connection, key)? {
            Some(id) => Ok(Some(id)),
            None => Err(ApiError::invalid(Problem::InvalidBody, vec![unknown_original(key)])),
        },
    }
}

/// The fault of a translation of nothing.
pub fn unknown_original(key: &Key) -> FieldError {
    FieldError::new("/translation_of", "unknown_article", format!("there is no article {key}"))
}

/// What the input says of an article, its original left out; `current` is the
/// publication of the one that it replaces.
pub fn content(input: &ArticleInput, current: Option<Publication>) -> ApiResult<ArticleContent> {
    let text = input.body.as_deref().unwrap_or_default();
    let body_format = input.body_format.unwrap_or(BodyFormat::Text);
    let rendered = body::render(text, body_format.into())
        .map_err(|fault| ApiError::invalid_field("/body", "too_intricate", fault))?;
    let given_date = input.published_at.map(|instant| instant.0);
    let Publication { status, published_at } = Publication::given(input.status, given_date, current);
    // The required members were checked when the input was read.
    Ok(ArticleContent {
        status,
        language: input.language.as_ref().ok_or_else(|| missing("language"))?.to_string(),
        headline: input.headline.clone().ok_or_else(|| missing("headline"))?.into_string(),
        alternative_headline: input.alternative_headline.clone().map(Text::into_string),
        standfirst: input.standfirst.clone().map(Text::into_string),
        body: text.to_owned(),
        body_format,
        word_count: i32::try_from(body::word_count(&rendered.text)).unwrap_or(i32::MAX),
        body_html: rendered.html,
        body_text: rendered.text,
        byline: input.byline.clone().map(Text::into_string),
        source: input.source.clone().map(Text::into_string),
        external_id: input.external_id.clone().map(Text::into_string),
        canonical_url: input.canonical_url.clone().map(Url::into_string),
        image: input.image.clone().map(|image| Json(image.0)),
        published_at,
        translation_of: None,
        metadata: Json(input.metadata.clone().unwrap_or_default()),
    })
}

impl From<BodyFormat> for body::BodyFormat {
    fn from(format: BodyFormat) -> Self {
        match format {
            BodyFormat::Text => body::BodyFormat::Text,
            BodyFormat::Markdown => body::BodyFormat::Markdown,
            BodyFormat::Html => body::BodyFormat::Html,
        }
    }
}
