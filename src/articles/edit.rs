//! What it takes to write an article: its links found, its version compared. Its body is rendered, and its texts are
//! analysed and looked through for names before ([`Prepared`]), while nobody waits for the connection or for the
//! article's row.

use std::{collections::HashSet, sync::Arc};

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::Article,
    bulk::{LineArticle, row::Row},
    input::{self, ArticleInput},
    links::Links,
    model::{ArticleContent, ArticleStatus, BodyFormat, FullArticle, LinkedEntity, Publication},
    queries,
    shape::Shape,
    shown::LabelCache,
    slug::WantedSlug,
};
use crate::{
    annotator::{
        annotate::{SpottedIn, annotate},
        matcher::{Matcher, SharedMatcher},
        model::LinkOrigin,
        queries::names,
    },
    clock,
    error::{ApiError, ApiResult, FieldError, Problem},
    http::{
        conditional::Preconditions,
        json::{AsRead, MergePatch},
    },
    index,
    values::{Json, Key, Text, Url},
};
use maqal_text::body;

/// An article to be written now: rendered, analysed, and looked through for names.
pub struct Prepared {
    article: LineArticle,
    matcher: Arc<Matcher>,
    now: DateTime<Utc>,
}

impl Prepared {
    /// All that takes long and needs nothing of what is stored.
    pub fn of(input: ArticleInput, matcher: &SharedMatcher, now: DateTime<Utc>) -> ApiResult<Self> {
        let mut article = LineArticle::of(input)?;
        let matcher = matcher.get();
        article.spot_names(&matcher);
        Ok(Self { article, matcher, now })
    }
}

/// Makes an article, and the tags and entities that it brings along.
pub fn create(connection: &mut PgConnection, prepared: &Prepared) -> ApiResult<FullArticle> {
    let Prepared { article, matcher, now } = prepared;
    let (translation_of, links) = resolve(connection, article)?;
    let publication = article.publication(None, *now);
    let Publication { status, published_at } = publication;
    let content = ArticleContent { status, published_at, translation_of, ..article.content.clone() };
    let id = clock::new_id();
    let slug = WantedSlug::of_new(article.slug.as_deref(), id, status);
    let is_slug_made = slug == WantedSlug::Made;
    let stored = queries::insert(connection, id, &slug, &content)?;
    let row = Row {
        line: 0,
        article,
        id,
        current: None,
        slug: stored.slug,
        is_slug_made,
        publication,
        translation_of,
    };
    // The transaction has its number by now.
    names::queue_unless_seen(connection, &[row.id], &matcher.seen)?;
    queries::bulk::insert_belongings(connection, matcher, &[(&row, &links)], *now)?;
    queries::find_whole(connection, &Key::Id(row.id))
}

/// Gives an article other content. A slug that is left out stays, unless it is a provisional one.
pub fn replace(
    connection: &mut PgConnection,
    key: &Key,
    conditions: &Preconditions,
    as_read: &AsRead,
    prepared: &Prepared,
) -> ApiResult<FullArticle> {
    let current = queries::find_for_update(connection, key)?;
    conditions.check(current.article.version)?;
    as_read.check(&[], || {
        let id = Key::Id(current.article.id);
        let shape = Shape { body_html: true, body_text: true, ..Shape::whole() };
        queries::find(connection, &id, &shape, &LabelCache::none()).map(Article::from)
    })?;
    let publication = prepared.article.publication(Some(current.article.publication()), prepared.now);
    write(connection, &current, prepared, publication)
}

/// An article with a patch applied, and what it was applied to.
pub struct Patched {
    before: serde_json::Value,
    after: Prepared,
}

impl Patched {
    /// The patch applied to an article, which may be another one by the time that it is written.
    pub fn new(
        current: &FullArticle,
        matcher: &SharedMatcher,
        conditions: &Preconditions,
        patch: &MergePatch,
        now: DateTime<Utc>,
    ) -> ApiResult<Self> {
        conditions.check(current.article.version)?;
        let before = input::as_written(current);
        Ok(Self { after: Prepared::of(patch.apply(before.clone())?, matcher, now)?, before })
    }
}

/// Changes some of an article.
pub fn patch(
    connection: &mut PgConnection,
    matcher: &SharedMatcher,
    key: &Key,
    conditions: &Preconditions,
    patch: &MergePatch,
    patched: &Patched,
) -> ApiResult<FullArticle> {
    let current = queries::find_for_update(connection, key)?;
    conditions.check(current.article.version)?;
    let anew;
    let prepared = if input::as_written(&current) == patched.before {
        &patched.after
    } else {
        // Another writer came between: now nobody can.
        anew = Patched::new(&current, matcher, conditions, patch, patched.after.now)?;
        &anew.after
    };
    let Prepared { article, now, .. } = prepared;
    let publication = article.publication(Some(current.article.publication()), *now);
    let publication = publication.dated(article.published_at);
    write(connection, &current, prepared, publication)
}

/// Deletes an article.
pub fn delete(connection: &mut PgConnection, key: &Key, conditions: &Preconditions) -> ApiResult<()> {
    let current = queries::find_for_update(connection, key)?;
    conditions.check(current.article.version)?;
    Ok(queries::delete(connection, current.article.id)?)
}

fn write(
    connection: &mut PgConnection,
    current: &FullArticle,
    prepared: &Prepared,
    is: Publication,
) -> ApiResult<FullArticle> {
    let Prepared { article, matcher, now } = prepared;
    let (translation_of, links) = resolve(connection, article)?;
    let id = current.article.id;
    let before = links_of(current);
    // With the date that the links bear now: a trigger gives them the new one.
    let date = current.article.public_date();
    if links.tags != before.tags {
        queries::set_tags(connection, id, &links.tags, date)?;
    }
    if links.entities != before.entities {
        queries::set_entities(connection, id, &links.entities, date)?;
    }
    let was = current.article.publication();
    let slug = WantedSlug::of_known(article.slug.as_deref(), &current.article.slug, was, is);
    let Publication { status, published_at } = is;
    let content = ArticleContent { status, published_at, translation_of, ..article.content.clone() };
    queries::update(connection, id, &slug, &content, links != before)?;
    let spotted: SpottedIn<'_> = article.spotted.iter().map(|spotted| (id, spotted)).collect();
    let annotated = annotate(connection, matcher, &[id], &spotted, *now)?;
    let given: HashSet<Uuid> = links.labels().collect();
    let mentioned = annotated.iter().flat_map(|article| article.entities.iter().copied());
    let mut vector = article.vector.clone();
    vector.add_labels(given.iter().copied().chain(mentioned).map(Uuid::simple));
    index::store(connection, id, vector)?;
    queries::find_whole(connection, &Key::Id(id))
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

/// What an article names; where it names what is not there, all of its faults.
fn resolve(connection: &mut PgConnection, article: &LineArticle) -> ApiResult<(Option<Uuid>, Links)> {
    let original = original(connection, article.translation_of.as_ref());
    let links = article.links.resolve(connection);
    ApiError::both(original, links)
}

fn missing(name: &str) -> ApiError {
    ApiError::invalid_field(format!("/{name}"), "required", "is required")
}

fn original(connection: &mut PgConnection, key: Option<&Key>) -> ApiResult<Option<Uuid>> {
    match key {
        None => Ok(None),
        Some(key) => match queries::find_id(connection, key, &Shape::whole())? {
            Some(id) => Ok(Some(id)),
            None => Err(ApiError::invalid(Problem::InvalidBody, vec![unknown_original(key)])),
        },
    }
}

/// The fault of a translation of nothing.
pub fn unknown_original(key: &Key) -> FieldError {
    FieldError::new("/translation_of", "unknown_article", format!("there is no article {key}"))
}

/// What the input says of a new article, its original left out, and the date that it gets by being published.
pub fn content(input: &ArticleInput) -> ApiResult<ArticleContent> {
    let text = input.body.as_deref().unwrap_or_default();
    let body_format = input.body_format.unwrap_or(BodyFormat::Text);
    let too_intricate = |fault| ApiError::invalid_field("/body", "too_intricate", fault);
    let text = body::without_comments(text, body_format.into()).map_err(too_intricate)?;
    let rendered = body::render(&text, body_format.into()).map_err(too_intricate)?;
    // The required members were checked when the input was read.
    Ok(ArticleContent {
        status: input.status.unwrap_or(ArticleStatus::Draft),
        language: input.language.as_ref().ok_or_else(|| missing("language"))?.to_string(),
        headline: input.headline.clone().ok_or_else(|| missing("headline"))?.into_string(),
        alternative_headline: input.alternative_headline.clone().map(Text::into_string),
        standfirst: input.standfirst.clone().map(Text::into_string),
        body: text.into_owned(),
        body_format,
        word_count: i32::try_from(body::word_count(&rendered.text)).unwrap_or(i32::MAX),
        body_html: rendered.html,
        body_text: rendered.text,
        byline: input.byline.clone().map(Text::into_string),
        source: input.source.clone().map(Text::into_string),
        external_id: input.external_id.clone().map(Text::into_string),
        canonical_url: input.canonical_url.clone().map(Url::into_string),
        image: input.image.clone().map(|image| Json(image.0)),
        published_at: input.published_at.map(|instant| instant.0),
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
