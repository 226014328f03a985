//! What an article shows besides its own row (its bodies, its tags, its
//! entities), read together with it.

use std::collections::HashMap;

use diesel::{
    dsl::AsSelect,
    expression::{AppearsOnTable, TypedExpressionType, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{self, BigInt, Bool, IntoNullable, Text},
};
use uuid::Uuid;

use crate::{
    articles::{
        model::{Article, Bodies, FullArticle, LinkedEntity, LinkedTag},
        shape::Shape,
    },
    schema::articles,
    values::Json,
};

diesel::define_sql_function! {
    /// The bytes of a text; a long one need not be read for it.
    fn octet_length(text: Text) -> Integer;
}

/// The bodies that the shape wants. PostgreSQL reads no other from its storage.
#[diesel::dsl::auto_type]
pub(super) fn bodies(shape: &Shape) -> _ {
    let wanted_body: bool = shape.body;
    let wanted_html: bool = shape.body_html;
    let wanted_text: bool = shape.body_text;
    (
        Wanted(wanted_body, articles::body),
        Wanted(wanted_html, articles::body_html),
        Wanted(wanted_text, articles::body_text),
    )
}

/// The bytes of bodies that one page has at most: it ends early where they are
/// long, so that no request fills the memory.
const BODY_BYTES: i64 = 8 * 1024 * 1024;

/// How many of the articles, from the first on, have bodies that fit in a page; one at least.
pub(super) fn affordable(
    connection: &mut PgConnection,
    rows: &[FullArticle],
    shape: &Shape,
) -> QueryResult<usize> {
    if !shape.has_bodies() {
        return Ok(rows.len());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.article.id).collect();
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
    let fitting = rows.iter().take_while(|row| {
        sum += sizes.get(&row.article.id).copied().unwrap_or_default();
        sum <= BODY_BYTES
    });
    Ok(fitting.count().max(1))
}

/// Adds the bodies that the shape wants.
pub(super) fn add_bodies(
    connection: &mut PgConnection,
    rows: &mut [FullArticle],
    shape: &Shape,
) -> QueryResult<()> {
    if !shape.has_bodies() {
        return Ok(());
    }
    let ids: Vec<Uuid> = rows.iter().map(|row| row.article.id).collect();
    let mut found: HashMap<Uuid, Bodies> = articles::table
        .filter(articles::id.eq_any(ids))
        .select((articles::id, bodies(shape)))
        .load(connection)?
        .into_iter()
        .collect();
    for row in rows {
        row.bodies = found.remove(&row.article.id).unwrap_or_default();
    }
    Ok(())
}

/// The articles that a query has chosen so far.
pub(super) type Matching<'a> = articles::BoxedQuery<'a, Pg>;

/// A row of [`selection`].
pub(super) type Selected =
    (Article, Bodies, Option<Json<Vec<LinkedTag>>>, Option<Json<Vec<LinkedEntity>>>, bool);

/// All that the shape wants of an article, in one query.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn selection(shape: &Shape) -> _ {
    let wanted_tags: bool = shape.tags;
    let wanted_entities: bool = shape.entities;
    let article: AsSelect<Article, Pg> = Article::as_select();
    let chosen: bodies = bodies(shape);
    (
        article,
        chosen,
        Wanted(wanted_tags, LinkedTags),
        Wanted(wanted_entities, LinkedEntities),
        OriginalIsPublic,
    )
}

/// What [`selection`] found, in the form that the shape wants.
pub(super) fn full(
    (article, bodies, tags, entities, original_is_public): Selected,
    shape: &Shape,
) -> FullArticle {
    // A translation may be published before its original, which nobody may know of then.
    let original = article.translation_of;
    let translation_of = original.filter(|_| original_is_public || shape.unpublished);
    FullArticle {
        article: Article { translation_of, ..article },
        original,
        // Others of the same query may have wanted more.
        bodies: Bodies {
            body: bodies.body.filter(|_| shape.body),
            body_html: bodies.body_html.filter(|_| shape.body_html),
            body_text: bodies.body_text.filter(|_| shape.body_text),
        },
        tags: shape.tags.then(|| tags.map(|tags| tags.0).unwrap_or_default()),
        entities: shape.entities.then(|| entities.map(|entities| entities.0).unwrap_or_default()),
    }
}

/// Whether an expression is wanted, and the expression; else it is null. Which, is part of the
/// statement: a plan that is kept has to reckon with all that a parameter may ask for, which the
/// planner finds too dear, and plans anew each time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Wanted<W, E>(W, E);

impl<W, E: ValidGrouping<G>, G> ValidGrouping<G> for Wanted<W, E> {
    type IsAggregate = E::IsAggregate;
}

impl<E> Expression for Wanted<bool, E>
where
    E: Expression<SqlType: IntoNullable<Nullable: TypedExpressionType>>,
{
    type SqlType = <E::SqlType as IntoNullable>::Nullable;
}

impl<E> QueryId for Wanted<bool, E> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<E: QueryFragment<Pg>> QueryFragment<Pg> for Wanted<bool, E> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(if self.0 { "CASE WHEN true THEN " } else { "CASE WHEN false THEN " });
        self.1.walk_ast(out.reborrow())?;
        out.push_sql(" END");
        Ok(())
    }
}

impl<E: AppearsOnTable<articles::table>> AppearsOnTable<articles::table> for Wanted<bool, E> where
    Self: Expression
{
}
impl<E: SelectableExpression<articles::table>> SelectableExpression<articles::table> for Wanted<bool, E> where
    Self: AppearsOnTable<articles::table>
{
}

/// Hand-written SQL in the place of a column of `articles`. It is always the
/// same, so that the statement around it stays prepared.
macro_rules! article_expression {
    ($(#[doc = $doc:literal])* $name:ident: $type:ty = $sql:literal) => {
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, QueryId, ValidGrouping)]
        pub(super) struct $name;

        impl Expression for $name {
            type SqlType = $type;
        }

        impl QueryFragment<Pg> for $name {
            fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
                out.push_sql($sql);
                Ok(())
            }
        }

        impl AppearsOnTable<articles::table> for $name {}
        impl SelectableExpression<articles::table> for $name {}
    };
}

article_expression! {
    /// The members of a [`LinkedTag`] of each tag, in the editor's order.
    LinkedTags: sql_types::Json = "(SELECT json_agg(json_build_array(tag.id, tag.slug, tag.kind, tag.names) ORDER BY link.position) \
        FROM article_tags AS link JOIN tags AS tag ON tag.id = link.tag_id WHERE link.article_id = articles.id)"
}
article_expression! {
    /// The members of a [`LinkedEntity`] of each entity: the editor's, in order, before the annotator's.
    LinkedEntities: sql_types::Json = "(SELECT json_agg(json_build_array(entity.id, entity.slug, entity.type, entity.names, \
        link.relation, link.salience, link.origin) ORDER BY link.position) \
        FROM article_entities AS link JOIN entities AS entity ON entity.id = link.entity_id \
        WHERE link.article_id = articles.id)"
}
article_expression! {
    /// Whether readers without a key may know of the article that this one translates.
    OriginalIsPublic: Bool = "(articles.translation_of IS NULL OR EXISTS (SELECT FROM articles AS original \
        WHERE original.id = articles.translation_of AND original.status = 'published'))"
}
