//! What it takes to make or take away a mention.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::MentionInput,
    queries::{self as list, Seen},
    read,
};
use crate::{
    annotator::queries,
    annotator::{
        annotate::{SpottedIn, annotate},
        matcher::{Matcher, SharedMatcher, Spotted},
        model::{Mention, MentionField, MentionOrigin, MentionStatus, Texts},
        plan,
    },
    articles::{self, shape::Shape},
    entities::{self, model::EntityBrief},
    error::{ApiError, ApiResult, Problem},
    http::conditional::Preconditions,
    index,
    values::Key,
};
use maqal_text::anchor::Anchor;

/// The texts of an article that are there, to be looked through before it is locked.
pub fn texts(connection: &mut PgConnection, article: &Key) -> ApiResult<Option<Texts>> {
    match articles::queries::find_id(connection, article, &Shape::whole())? {
        Some(id) => Ok(queries::texts(connection, &[id])?.pop()),
        None => Ok(None),
    }
}

/// An article's texts as they were, looked through for names while nobody waits for its row.
pub struct LookedThrough {
    matcher: Arc<Matcher>,
    article: Option<(Uuid, Spotted)>,
}

impl LookedThrough {
    /// These texts; whoever writes says why there are none.
    pub fn of(texts: Option<Texts>, matcher: &SharedMatcher) -> Self {
        let matcher = matcher.get();
        let article = texts.map(|texts| (texts.id, matcher.spot(texts)));
        Self { matcher, article }
    }
}

/// Says that an article's text speaks of an entity.
pub fn create(
    connection: &mut PgConnection,
    looked_through: &LookedThrough,
    article: &Key,
    input: &MentionInput,
    now: DateTime<Utc>,
) -> ApiResult<(Mention, EntityBrief, String)> {
    let texts = lock(connection, article)?;
    let field = input.field.ok_or_else(|| fault("/field", "required", "is required"))?;
    let entity = entity(connection, input);
    let place = place(texts.of(field), field, input);
    let (entity, place) = ApiError::both(entity, place)?;
    let origin = input.origin.map_or(MentionOrigin::Editor, MentionOrigin::from);
    let mention = Mention { origin, ..plan::made(texts.id, entity, field, &place, now) };
    refuse_known(connection, &mention)?;
    queries::store(connection, std::slice::from_ref(&mention))?;
    follow(connection, looked_through, texts.id, now)?;
    let (mention, entity) = find(connection, texts.id, &Key::Id(mention.id), Seen::All)?;
    Ok((mention, entity, texts.language))
}

/// Refuses what has been said before: twice, it would weigh twice.
fn refuse_known(connection: &mut PgConnection, new: &Mention) -> ApiResult<()> {
    let stored = queries::of_articles(connection, &[new.article_id])?.remove(&new.article_id);
    let known = stored.unwrap_or_default().into_iter().find(|old| {
        old.origin != MentionOrigin::Gazetteer
            && old.status == MentionStatus::Found
            && old.entity_id == new.entity_id
            && (old.field, old.start, old.end) == (new.field, new.start, new.end)
    });
    match known {
        Some(known) => {
            let detail = format!("mention {} says so already", known.id);
            Err(ApiError::new(Problem::Conflict, detail))
        }
        None => Ok(()),
    }
}

/// Takes a mention away. One of the annotator is kept as rejected, so that it is not found again.
pub fn delete(
    connection: &mut PgConnection,
    looked_through: &LookedThrough,
    article: &Key,
    key: &Key,
    conditions: &Preconditions,
    now: DateTime<Utc>,
) -> ApiResult<()> {
    let texts = lock(connection, article)?;
    let (mention, _) = find(connection, texts.id, key, Seen::All)?;
    conditions.check(mention.version())?;
    if mention.origin == MentionOrigin::Gazetteer {
        queries::store(connection, &[Mention { status: MentionStatus::Rejected, ..mention }])?;
    } else {
        queries::delete(connection, &[(texts.id, mention.id)])?;
    }
    follow(connection, looked_through, texts.id, now)
}

/// One mention of an article.
pub fn find(
    connection: &mut PgConnection,
    article: Uuid,
    key: &Key,
    seen: Seen,
) -> ApiResult<(Mention, EntityBrief)> {
    let found = match key {
        Key::Id(id) => list::find(connection, article, *id, seen)?,
        Key::Slug(_) => None,
    };
    found.ok_or_else(|| ApiError::not_found("mention", key))
}

/// The mention that was made in the article which had this key then.
pub fn find_again(
    connection: &mut PgConnection,
    article: &Key,
    id: Uuid,
) -> ApiResult<(Mention, EntityBrief)> {
    let article = match articles::queries::find_id(connection, article, &Shape::whole())? {
        Some(id) => id,
        // Why there is none.
        None => read::article(connection, article, true)?.id,
    };
    find(connection, article, &Key::Id(id), Seen::All)
}

/// The texts of an article, which nobody else writes until the transaction ends.
fn lock(connection: &mut PgConnection, article: &Key) -> ApiResult<Texts> {
    let article = articles::queries::find_for_update(connection, article)?.id;
    let texts = queries::texts(connection, &[article])?.pop();
    texts.ok_or_else(|| ApiError::internal("a locked article is gone"))
}

/// Brings the other mentions of the article, and its links, up to date.
fn follow(
    connection: &mut PgConnection,
    looked_through: &LookedThrough,
    article: Uuid,
    now: DateTime<Utc>,
) -> ApiResult<()> {
    let LookedThrough { matcher, article: spotted } = looked_through;
    let spotted: SpottedIn<'_> = spotted.iter().map(|(id, spotted)| (*id, spotted)).collect();
    let annotated = annotate(connection, matcher, &[article], &spotted, now)?;
    if annotated.iter().any(|article| article.is_relinked) {
        index::store_again(connection, &[article])?;
    }
    Ok(())
}

fn entity(connection: &mut PgConnection, input: &MentionInput) -> ApiResult<Uuid> {
    let key = input.entity.as_ref().ok_or_else(|| fault("/entity", "required", "is required"))?;
    let found = entities::queries::resolve(connection, std::slice::from_ref(key))?;
    let unknown = || fault("/entity", "unknown_entity", format!("there is no entity {key}: make it first"));
    found.get(key).copied().ok_or_else(unknown)
}

/// The place that the input describes.
fn place<'a>(text: &'a str, field: MentionField, input: &MentionInput) -> ApiResult<Anchor<'a>> {
    let exact = input.exact.as_deref();
    let (start, end) = match (input.start, input.end, exact) {
        (Some(start), Some(end), _) => (start, end),
        (None, None, Some(exact)) => quoted(text, field, exact, input)?,
        (None, None, None) => {
            return Err(fault(
                "",
                "required",
                "needs start and end, or exact, which is to be found in the text",
            ));
        }
        (Some(_), None, _) => return Err(fault("/end", "required", "goes with start")),
        (None, Some(_), _) => return Err(fault("/start", "required", "goes with end")),
    };
    let place = Anchor::of(text, start, end).ok_or_else(|| {
        let length = text.chars().count();
        let detail = format!(
            "start and end must be a range of the {length} code points of the {}, and not an empty one",
            field.as_str()
        );
        fault("/end", "out_of_range", detail)
    })?;
    match exact {
        Some(exact) if exact != place.exact => {
            let detail =
                format!("there stands \"{}\" from start to end: read the text again", shown(place.exact));
            Err(fault("/exact", "other_text", detail))
        }
        _ => Ok(place),
    }
}

/// The one place where the text is as the input quotes it.
fn quoted(text: &str, field: MentionField, exact: &str, input: &MentionInput) -> ApiResult<(u32, u32)> {
    let prefix = input.prefix.as_deref().unwrap_or_default();
    let suffix = input.suffix.as_deref().unwrap_or_default();
    let fits = |(at, _): &(usize, &str)| {
        let before = text.get(..*at).unwrap_or_default();
        let after = text.get(at + exact.len()..).unwrap_or_default();
        before.ends_with(prefix) && after.starts_with(suffix)
    };
    let mut places = text.match_indices(exact).filter(fits);
    let field = field.as_str();
    let Some((at, _)) = places.next() else {
        return Err(fault("/exact", "not_found", format!("does not stand so in the {field}")));
    };
    if places.next().is_some() {
        let detail =
            format!("stands in the {field} more than once: give start and end, or more of prefix and suffix");
        return Err(fault("/exact", "ambiguous", detail));
    }
    let start = text.get(..at).unwrap_or_default().chars().count();
    let end = start + exact.chars().count();
    Ok((u32::try_from(start).unwrap_or(u32::MAX), u32::try_from(end).unwrap_or(u32::MAX)))
}

fn shown(text: &str) -> String {
    text.chars().take(100).collect()
}

fn fault(pointer: &str, code: &str, detail: impl std::fmt::Display) -> ApiError {
    let fault = crate::error::FieldError::new(pointer, code, detail);
    ApiError::invalid(Problem::InvalidBody, vec![fault])
}
