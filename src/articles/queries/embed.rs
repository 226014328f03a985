//! What an article shows besides its own row: its bodies, its tags, its entities.

use std::collections::HashMap;

use diesel::{
    dsl::case_when,
    prelude::*,
    sql_types::{BigInt, Bool, Text},
};
use uuid::Uuid;

use crate::{
    articles::{
        model::{Article, ArticleStatus, Bodies, FullArticle, LinkedEntity, LinkedTag},
        shape::Shape,
    },
    schema::{article_entities, article_tags, articles, entities as entity_table, tags as tag_table},
};

diesel::define_sql_function! {
    /// The bytes of a text; a long one need not be read for it.
    fn octet_length(text: Text) -> Integer;
}

/// The bodies that the shape wants. PostgreSQL reads no other from its storage.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn bodies(shape: &Shape) -> _ {
    let wanted_body: bool = shape.body;
    let wanted_html: bool = shape.body_html;
    let wanted_text: bool = shape.body_text;
    (
        case_when(wanted_body.into_sql::<Bool>(), articles::body),
        case_when(wanted_html.into_sql::<Bool>(), articles::body_html),
        case_when(wanted_text.into_sql::<Bool>(), articles::body_text),
    )
}

/// The bytes of bodies that one page has at most: it ends early where they are
/// long, so that no request fills the memory.
const BODY_BYTES: i64 = 8 * 1024 * 1024;

/// How many of the articles, from the first on, have bodies that fit in a page; one at least.
pub(super) fn affordable(
    connection: &mut PgConnection,
    rows: &[Article],
    shape: &Shape,
) -> QueryResult<usize> {
    if !shape.has_bodies() {
        return Ok(rows.len());
    }
    let ids: Vec<Uuid> = rows.iter().map(|article| article.id).collect();
    let sizes: HashMap<Uuid, i64> = articles::table
        .filter(articles::id.eq_any(ids))
        .select((
            articles::id,
            octet_length(articles::body).cast::<BigInt>() * i64::from(shape.body)
                + octet_length(articles::body_html).cast::<BigInt>() * i64::from(shape.body_html)
                + octet_length(articles::body_text).cast::<BigInt>() * i64::from(shape.body_text),
        ))
        .load(connection)?
        .into_iter()
        .collect();
    let mut sum = 0;
    let fitting = rows.iter().take_while(|article| {
        sum += sizes.get(&article.id).copied().unwrap_or_default();
        sum <= BODY_BYTES
    });
    Ok(fitting.count().max(1))
}

/// Adds the bodies that the shape wants.
pub(super) fn with_bodies(
    connection: &mut PgConnection,
    rows: Vec<Article>,
    shape: &Shape,
) -> QueryResult<Vec<(Article, Bodies)>> {
    if !shape.has_bodies() {
        return Ok(rows.into_iter().map(|article| (article, Bodies::default())).collect());
    }
    let ids: Vec<Uuid> = rows.iter().map(|article| article.id).collect();
    let mut found: HashMap<Uuid, Bodies> = articles::table
        .filter(articles::id.eq_any(ids))
        .select((articles::id, bodies(shape)))
        .load(connection)?
        .into_iter()
        .collect();
    let with = |article: Article| {
        let bodies = found.remove(&article.id).unwrap_or_default();
        (article, bodies)
    };
    Ok(rows.into_iter().map(with).collect())
}

/// Adds the tags and entities, with one query each for all of the articles.
pub(super) fn embed(
    connection: &mut PgConnection,
    mut rows: Vec<(Article, Bodies)>,
    shape: &Shape,
) -> QueryResult<Vec<FullArticle>> {
    if !shape.unpublished {
        hide_unpublished_originals(connection, &mut rows)?;
    }
    let ids: Vec<Uuid> = rows.iter().map(|(article, _)| article.id).collect();
    let mut tags = Vec::new();
    if shape.tags && !ids.is_empty() {
        tags = article_tags::table
            .inner_join(tag_table::table)
            .filter(article_tags::article_id.eq_any(&ids))
            .order((article_tags::article_id, article_tags::position))
            .select((
                article_tags::article_id,
                (tag_table::id, tag_table::slug, tag_table::kind, tag_table::names),
            ))
            .load::<(Uuid, LinkedTag)>(connection)?;
    }
    let mut entities = Vec::new();
    if shape.entities && !ids.is_empty() {
        entities = article_entities::table
            .inner_join(entity_table::table)
            .filter(article_entities::article_id.eq_any(&ids))
            .order((article_entities::article_id, article_entities::position))
            .select((
                article_entities::article_id,
                (
                    entity_table::id,
                    entity_table::slug,
                    entity_table::type_,
                    entity_table::names,
                    article_entities::relation,
                    article_entities::salience,
                ),
            ))
            .load::<(Uuid, LinkedEntity)>(connection)?;
    }
    Ok(rows
        .into_iter()
        .map(|(article, bodies)| {
            let id = article.id;
            FullArticle {
                tags: shape.tags.then(|| of_article(&tags, id)),
                entities: shape.entities.then(|| of_article(&entities, id)),
                article,
                bodies,
            }
        })
        .collect())
}

/// A translation may be published before its original, which nobody may know of then.
fn hide_unpublished_originals(
    connection: &mut PgConnection,
    rows: &mut [(Article, Bodies)],
) -> QueryResult<()> {
    let originals: Vec<Uuid> = rows.iter().filter_map(|(article, _)| article.translation_of).collect();
    if originals.is_empty() {
        return Ok(());
    }
    let public: Vec<Uuid> = articles::table
        .filter(articles::id.eq_any(originals))
        .filter(articles::status.eq(ArticleStatus::Published))
        .select(articles::id)
        .load(connection)?;
    for (article, _) in rows {
        article.translation_of = article.translation_of.filter(|id| public.contains(id));
    }
    Ok(())
}

/// The links of one article, among those of several, sorted by article.
fn of_article<T: Clone>(links: &[(Uuid, T)], article_id: Uuid) -> Vec<T> {
    let start = links.partition_point(|(id, _)| *id < article_id);
    links[start..].iter().take_while(|(id, _)| *id == article_id).map(|(_, link)| link.clone()).collect()
}
