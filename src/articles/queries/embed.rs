//! What an article shows besides its own row (its bodies, the ids of its tags and entities), read together with it.

use std::collections::HashMap;

use diesel::{
    dsl::AsSelect,
    expression::{AppearsOnTable, TypedExpressionType, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{self, BigInt, Bool, Double, IntoNullable, Nullable, Text},
};
use uuid::Uuid;

use crate::{
    annotator::model::LinkOrigin,
    articles::{
        model::{Article, Bodies, Relation},
        shape::Shape,
    },
    schema::articles,
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

/// The articles that a reader may see, who sees what the shape says. Whatever is read of articles for
/// a reader begins here: a list is several statements, between which an article may cease to be
/// published, so each of them asks for the status itself. And what may not be seen costs nothing: its
/// bodies are not read.
#[diesel::dsl::auto_type]
pub fn readable(shape: &Shape) -> _ {
    let seen: Seen = Seen { unpublished: shape.unpublished };
    articles::table.filter(seen)
}

/// Whether a reader may see an article. Which, is part of the statement, as with `Wanted`.
#[derive(Debug, Clone, Copy, ValidGrouping)]
pub struct Seen {
    unpublished: bool,
}

impl Expression for Seen {
    type SqlType = Bool;
}

impl AppearsOnTable<articles::table> for Seen {}
impl SelectableExpression<articles::table> for Seen {}

impl QueryId for Seen {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for Seen {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(if self.unpublished { "true" } else { "articles.status = 'published'" });
        Ok(())
    }
}

/// The bytes of bodies that one page has at most: it ends early where they are
/// long, so that no request fills the memory.
const BODY_BYTES: i64 = 8 * 1024 * 1024;

/// How many of the articles, from the first on, have bodies that fit in a page; one at least.
pub fn affordable(connection: &mut PgConnection, ids: &[Uuid], shape: &Shape) -> QueryResult<usize> {
    if !shape.has_bodies() {
        return Ok(ids.len());
    }
    let sizes: HashMap<Uuid, i64> = readable(shape)
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
    let fitting = ids.iter().take_while(|id| {
        sum += sizes.get(id).copied().unwrap_or_default();
        sum <= BODY_BYTES
    });
    Ok(fitting.count().max(1))
}

/// The articles that a query has chosen so far.
pub type Matching<'a> = articles::BoxedQuery<'a, Pg>;

/// What is read of an article: of its tags and entities the ids.
#[derive(Debug, Queryable)]
pub struct ArticleRow {
    pub article: Article,
    pub bodies: Bodies,
    pub tags: Option<Vec<Uuid>>,
    pub entities: Option<Vec<EntityLink>>,
    /// Whether readers without a key may know of the article that it translates.
    pub original_is_public: bool,
}

/// An entity's id, and what the entity is to the article.
type EntityLink = (Uuid, Relation, Option<f64>, LinkOrigin);

/// The articles that a reader may see, with all that the shape wants of them, in one query.
#[diesel::dsl::auto_type(no_type_alias)]
pub(super) fn shaped(shape: &Shape) -> _ {
    let seen: readable = readable(shape);
    let wanted: selection = selection(shape);
    seen.select(wanted)
}

#[diesel::dsl::auto_type]
fn selection(shape: &Shape) -> _ {
    let wanted_tags: bool = shape.tags;
    let wanted_entities: bool = shape.entities;
    let article: AsSelect<Article, Pg> = Article::as_select();
    let chosen: bodies = bodies(shape);
    (article, chosen, Wanted(wanted_tags, TagLinks), Wanted(wanted_entities, EntityLinks), OriginalIsPublic)
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
    /// The ids of its tags, in the editor's order.
    TagLinks: sql_types::Array<sql_types::Uuid> =
        "ARRAY(SELECT tag_id FROM article_tags AS link WHERE link.article_id = articles.id ORDER BY position)"
}
article_expression! {
    /// An [`EntityLink`] of each entity: the editor's, in order, before the annotator's.
    EntityLinks: sql_types::Array<sql_types::Record<(sql_types::Uuid, Text, Nullable<Double>, Text)>> =
        "ARRAY(SELECT ROW(entity_id, relation, salience, origin) FROM article_entities AS link \
        WHERE link.article_id = articles.id ORDER BY position)"
}
article_expression! {
    /// Whether readers without a key may know of the article that this one translates.
    OriginalIsPublic: Bool = "(articles.translation_of IS NULL OR EXISTS (SELECT FROM articles AS original \
        WHERE original.id = articles.translation_of AND original.status = 'published'))"
}
