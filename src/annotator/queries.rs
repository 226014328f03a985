//! The SQL of the annotator: here of mentions and links, below of the queue, of prior use, of names that
//! are new, and of who writes.

pub mod company;
pub mod names;
pub mod queue;
pub mod writers;

use std::collections::{HashMap, HashSet};

use diesel::{
    prelude::*,
    sql_types::{BigInt, Jsonb, Text, Uuid as SqlUuid},
    upsert::excluded,
};
use uuid::Uuid;

use crate::{
    annotator::model::{LinkOrigin, Mention, Texts},
    db::prepared::{Prepared, Value},
    entities::model::EntityType,
    schema::{article_entities, articles, entities, mentions},
    taxonomy::{
        counts::OF_ENTITY,
        queries::{ENTITY_NAMES, Names},
    },
};

/// An entity with all that it is called, each name with its language.
#[derive(Debug, Queryable)]
pub struct NamedEntity {
    pub id: Uuid,
    pub kind: EntityType,
    pub names: Names,
    pub article_count: i64,
}

/// All entities.
pub fn named_entities(connection: &mut PgConnection) -> QueryResult<Vec<NamedEntity>> {
    let named = format!("SELECT id, type, {ENTITY_NAMES}, {OF_ENTITY} FROM entities ORDER BY id");
    Prepared::<(SqlUuid, Text, Jsonb, BigInt)>::new(named, []).load(connection)
}

/// Which of the entities are there.
pub fn living(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<HashSet<Uuid>> {
    let found: Vec<Uuid> =
        entities::table.filter(entities::id.eq_any(ids)).select(entities::id).load(connection)?;
    Ok(found.into_iter().collect())
}

/// The texts of the articles.
pub fn texts(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Texts>> {
    articles::table
        .filter(articles::id.eq_any(ids))
        .order(articles::id)
        .select((
            articles::id,
            articles::language,
            articles::headline,
            articles::standfirst,
            articles::body_text,
        ))
        .load(connection)
}

/// The same, locked against other writers until the transaction ends.
pub fn lock(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Uuid>> {
    articles::table
        .filter(articles::id.eq_any(ids))
        .order(articles::id)
        .select(articles::id)
        .for_no_key_update()
        .load(connection)
}

/// The mentions of the articles, those of each in the order of its texts.
pub fn of_articles(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<HashMap<Uuid, Vec<Mention>>> {
    let found: Vec<Mention> = mentions::table
        .filter(mentions::article_id.eq_any(ids))
        .order((mentions::article_id, mentions::field, mentions::start_offset, mentions::id))
        .select(Mention::as_select())
        .load(connection)?;
    let mut by_article: HashMap<Uuid, Vec<Mention>> = HashMap::new();
    for mention in found {
        by_article.entry(mention.article_id).or_default().push(mention);
    }
    Ok(by_article)
}

/// Stores mentions, new ones or others in the place of those with their ids.
pub fn store(connection: &mut PgConnection, rows: &[Mention]) -> QueryResult<()> {
    // A statement takes 65,535 values at most.
    for some in rows.chunks(1000) {
        diesel::insert_into(mentions::table)
            .values(some)
            .on_conflict((mentions::article_id, mentions::id))
            .do_update()
            .set((
                mentions::start_offset.eq(excluded(mentions::start_offset)),
                mentions::end_offset.eq(excluded(mentions::end_offset)),
                mentions::exact.eq(excluded(mentions::exact)),
                mentions::prefix.eq(excluded(mentions::prefix)),
                mentions::suffix.eq(excluded(mentions::suffix)),
                mentions::status.eq(excluded(mentions::status)),
                mentions::confidence.eq(excluded(mentions::confidence)),
            ))
            .execute(connection)?;
    }
    Ok(())
}

/// Stores mentions of articles that have none.
pub fn store_new(connection: &mut PgConnection, rows: &[Mention]) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    diesel::copy_from(mentions::table).from_insertable(rows).execute(connection).map(drop)
}

/// Deletes mentions, each given by its article and its id.
pub fn delete(connection: &mut PgConnection, gone: &[(Uuid, Uuid)]) -> QueryResult<()> {
    if gone.is_empty() {
        return Ok(());
    }
    const DELETE: &str = "
        DELETE FROM mentions USING unnest({}, {}) AS gone (article_id, id)
        WHERE mentions.article_id = gone.article_id AND mentions.id = gone.id";
    let (articles, ids): (Vec<Uuid>, Vec<Uuid>) = gone.iter().copied().unzip();
    Prepared::<()>::new(DELETE, [Value::Ids(articles), Value::Ids(ids)]).execute(connection).map(drop)
}

/// A link of an article to an entity.
#[derive(Debug, Clone, Queryable)]
pub struct Link {
    pub article: Uuid,
    pub entity: Uuid,
    pub origin: LinkOrigin,
    pub salience: Option<f64>,
}

/// The links of the articles to entities, in order.
pub fn links(connection: &mut PgConnection, ids: &[Uuid]) -> QueryResult<Vec<Link>> {
    use article_entities as link;
    link::table
        .filter(link::article_id.eq_any(ids))
        .order((link::article_id, link::position))
        .select((link::article_id, link::entity_id, link::origin, link::salience))
        .load(connection)
}

/// A place behind all that an editor can link.
pub const FIRST_POSITION: i16 = 1000;

/// Gives the articles these links of the annotator in the place of those that it had, which are
/// given by article, entity and salience. An article's links are in order.
pub fn relink(
    connection: &mut PgConnection,
    articles: Vec<Uuid>,
    links: &[(Uuid, Uuid, f64)],
) -> QueryResult<()> {
    const DELETE: &str = "
        DELETE FROM article_entities AS link
        WHERE link.article_id = ANY ({}) AND link.origin = 'gazetteer' AND NOT EXISTS (
            SELECT FROM unnest({}, {}) AS new (article_id, entity_id)
            WHERE new.article_id = link.article_id AND new.entity_id = link.entity_id)";
    const INSERT: &str = "
        INSERT INTO article_entities (article_id, entity_id, position, relation, salience, published_at, origin)
        SELECT new.article_id, new.entity_id,
            {} + row_number() OVER (PARTITION BY new.article_id ORDER BY new.n), 'mentions', new.salience,
            CASE WHEN articles.status = 'published' THEN articles.published_at END, 'gazetteer'
        FROM unnest({}, {}, {}) WITH ORDINALITY AS new (article_id, entity_id, salience, n)
        JOIN articles ON articles.id = new.article_id
        ON CONFLICT (article_id, entity_id) DO UPDATE
        SET position = excluded.position, salience = excluded.salience WHERE article_entities.origin = 'gazetteer'";
    let of: Vec<Uuid> = links.iter().map(|(article, _, _)| *article).collect();
    let to: Vec<Uuid> = links.iter().map(|(_, entity, _)| *entity).collect();
    let saliences = links.iter().map(|(_, _, salience)| *salience).collect();
    let values = [Value::Ids(articles), Value::Ids(of.clone()), Value::Ids(to.clone())];
    Prepared::<()>::new(DELETE, values).execute(connection)?;
    if !links.is_empty() {
        let values =
            [Value::BigInt(FIRST_POSITION.into()), Value::Ids(of), Value::Ids(to), Value::Doubles(saliences)];
        Prepared::<()>::new(INSERT, values).execute(connection)?;
    }
    Ok(())
}
