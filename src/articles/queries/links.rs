//! The links of articles to their tags and entities, written.

use chrono::{DateTime, Utc};
use diesel::{copy_from, prelude::*};
use uuid::Uuid;

use crate::{
    annotator::model::LinkOrigin,
    articles::model::{EntityLink, Relation},
    db::prepared::{Prepared, Value},
    schema::{article_entities, article_tags},
};

/// A tag of an article that is new.
#[derive(Debug, Insertable)]
#[diesel(table_name = article_tags, treat_none_as_default_value = false)]
pub struct NewTag {
    pub article_id: Uuid,
    pub tag_id: Uuid,
    pub position: i16,
    pub published_at: Option<DateTime<Utc>>,
}

/// An entity of an article that is new.
#[derive(Debug, Insertable)]
#[diesel(table_name = article_entities, treat_none_as_default_value = false)]
pub struct NewEntity {
    pub article_id: Uuid,
    pub entity_id: Uuid,
    pub position: i16,
    pub relation: Relation,
    pub salience: Option<f64>,
    pub published_at: Option<DateTime<Utc>>,
    pub origin: LinkOrigin,
}

/// Stores the links of new articles.
pub fn copy(connection: &mut PgConnection, tags: &[NewTag], entities: &[NewEntity]) -> QueryResult<()> {
    if !tags.is_empty() {
        copy_from(article_tags::table).from_insertable(tags).execute(connection)?;
    }
    if !entities.is_empty() {
        copy_from(article_entities::table).from_insertable(entities).execute(connection)?;
    }
    Ok(())
}

/// Gives each of the articles these tags, in this order.
pub fn set_tags<'a>(
    connection: &mut PgConnection,
    articles: impl Iterator<Item = (Uuid, &'a [Uuid])>,
) -> QueryResult<()> {
    const DELETE: &str = "
        DELETE FROM article_tags AS link WHERE link.article_id = ANY ({}) AND NOT EXISTS (
            SELECT FROM unnest({}, {}) AS new (article_id, tag_id)
            WHERE new.article_id = link.article_id AND new.tag_id = link.tag_id)";
    const INSERT: &str = "
        INSERT INTO article_tags (article_id, tag_id, position, published_at)
        SELECT new.article_id, new.tag_id, row_number() OVER (PARTITION BY new.article_id ORDER BY new.n) - 1,
            CASE WHEN articles.status = 'published' THEN articles.published_at END
        FROM unnest({}, {}) WITH ORDINALITY AS new (article_id, tag_id, n)
        JOIN articles ON articles.id = new.article_id
        ON CONFLICT (article_id, tag_id) DO UPDATE SET position = excluded.position";
    let (mut ids, mut of, mut to) = (Vec::new(), Vec::new(), Vec::new());
    for (id, tags) in articles {
        ids.push(id);
        of.extend(tags.iter().map(|_| id));
        to.extend(tags);
    }
    if ids.is_empty() {
        return Ok(());
    }
    let links = [Value::Ids(of), Value::Ids(to)];
    let gone = [&[Value::Ids(ids)], links.as_slice()].concat();
    Prepared::<()>::new(DELETE, gone).execute(connection)?;
    Prepared::<()>::new(INSERT, links).execute(connection).map(drop)
}

/// Gives each of the articles these entities of its editor, in this order.
pub fn set_entities<'a>(
    connection: &mut PgConnection,
    articles: impl Iterator<Item = (Uuid, &'a [EntityLink])>,
) -> QueryResult<()> {
    const DELETE: &str = "
        DELETE FROM article_entities AS link
        WHERE link.article_id = ANY ({}) AND link.origin = 'editor' AND NOT EXISTS (
            SELECT FROM unnest({}, {}) AS new (article_id, entity_id)
            WHERE new.article_id = link.article_id AND new.entity_id = link.entity_id)";
    const INSERT: &str = "
        INSERT INTO article_entities (article_id, entity_id, position, relation, salience, published_at, origin)
        SELECT new.article_id, new.entity_id, row_number() OVER (PARTITION BY new.article_id ORDER BY new.n) - 1,
            new.relation, new.salience, CASE WHEN articles.status = 'published' THEN articles.published_at END, 'editor'
        FROM unnest({}, {}, {}, {}) WITH ORDINALITY AS new (article_id, entity_id, relation, salience, n)
        JOIN articles ON articles.id = new.article_id
        ON CONFLICT (article_id, entity_id) DO UPDATE
        SET position = excluded.position, relation = excluded.relation, salience = excluded.salience,
            origin = excluded.origin";
    let (mut ids, mut of, mut to) = (Vec::new(), Vec::new(), Vec::new());
    let (mut relations, mut saliences) = (Vec::new(), Vec::new());
    for (id, entities) in articles {
        ids.push(id);
        for (entity, relation, salience) in entities {
            of.push(id);
            to.push(*entity);
            relations.push(relation.as_str().to_owned());
            saliences.push(*salience);
        }
    }
    if ids.is_empty() {
        return Ok(());
    }
    let gone = [Value::Ids(ids), Value::Ids(of.clone()), Value::Ids(to.clone())];
    Prepared::<()>::new(DELETE, gone).execute(connection)?;
    let links = [Value::Ids(of), Value::Ids(to), Value::Texts(relations), Value::NullableDoubles(saliences)];
    Prepared::<()>::new(INSERT, links).execute(connection).map(drop)
}
