//! What an article shows besides its own row: its bodies, its tags, its entities.

use diesel::{dsl::case_when, prelude::*, sql_types::Bool};
use uuid::Uuid;

use crate::{
    articles::{
        model::{Article, Bodies, FullArticle, LinkedEntity, LinkedTag},
        shape::Shape,
    },
    schema::{article_entities, article_tags, articles, entities as entity_table, tags as tag_table},
};

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

/// Adds the tags and entities, with one query each for all of the articles.
pub(super) fn embed(
    connection: &mut PgConnection,
    rows: Vec<(Article, Bodies)>,
    shape: &Shape,
) -> QueryResult<Vec<FullArticle>> {
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
    let of = |article: &Article| article.id;
    Ok(rows
        .into_iter()
        .map(|(article, bodies)| {
            let id = of(&article);
            FullArticle {
                tags: shape.tags.then(|| of_article(&tags, id)),
                entities: shape.entities.then(|| of_article(&entities, id)),
                article,
                bodies,
            }
        })
        .collect())
}

/// The links of one article, among those of several, sorted by article.
fn of_article<T: Clone>(links: &[(Uuid, T)], article_id: Uuid) -> Vec<T> {
    let start = links.partition_point(|(id, _)| *id < article_id);
    links[start..].iter().take_while(|(id, _)| *id == article_id).map(|(_, link)| link.clone()).collect()
}
