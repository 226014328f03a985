//! The links of an article to its tags and entities, written.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use uuid::Uuid;

use crate::{
    annotator::model::LinkOrigin,
    articles::links::EntityLink,
    schema::{article_entities, article_tags},
};

/// Gives an article these tags, in this order.
pub fn set_tags(
    connection: &mut PgConnection,
    article_id: Uuid,
    tags: &[Uuid],
    public_date: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    use article_tags as link;
    let superfluous = link::table.filter(link::article_id.eq(article_id)).filter(link::tag_id.ne_all(tags));
    diesel::delete(superfluous).execute(connection)?;
    let rows: Vec<_> = (0i16..)
        .zip(tags)
        .map(|(position, tag)| {
            (
                link::article_id.eq(article_id),
                link::tag_id.eq(tag),
                link::position.eq(position),
                link::published_at.eq(public_date),
            )
        })
        .collect();
    diesel::insert_into(link::table)
        .values(rows)
        .on_conflict((link::article_id, link::tag_id))
        .do_update()
        .set(link::position.eq(diesel::upsert::excluded(link::position)))
        .execute(connection)
        .map(drop)
}

/// Gives an article these entities of its editor, in this order.
pub fn set_entities(
    connection: &mut PgConnection,
    article_id: Uuid,
    entities: &[EntityLink],
    public_date: Option<DateTime<Utc>>,
) -> QueryResult<()> {
    use article_entities as link;
    use diesel::upsert::excluded;
    let ids: Vec<Uuid> = entities.iter().map(|(id, _, _)| *id).collect();
    let superfluous = link::table
        .filter(link::article_id.eq(article_id))
        .filter(link::origin.eq(LinkOrigin::Editor))
        .filter(link::entity_id.ne_all(ids));
    diesel::delete(superfluous).execute(connection)?;
    let rows: Vec<_> = (0i16..)
        .zip(entities)
        .map(|(position, (entity, relation, salience))| {
            (
                link::article_id.eq(article_id),
                link::entity_id.eq(entity),
                link::position.eq(position),
                link::relation.eq(relation),
                link::salience.eq(salience),
                link::origin.eq(LinkOrigin::Editor),
                link::published_at.eq(public_date),
            )
        })
        .collect();
    diesel::insert_into(link::table)
        .values(rows)
        .on_conflict((link::article_id, link::entity_id))
        .do_update()
        .set((
            link::position.eq(excluded(link::position)),
            link::relation.eq(excluded(link::relation)),
            link::salience.eq(excluded(link::salience)),
            link::origin.eq(excluded(link::origin)),
        ))
        .execute(connection)
        .map(drop)
}
