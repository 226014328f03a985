//! Many entities at once. A line is known by its source and external id, by its Wikidata id, or by
//! its slug, whichever something has.

mod line;
mod plan;
mod queries;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

pub use line::{LineEntity, Name};
pub use plan::{Current, Merged, Row};

use crate::{
    bulk::{Batch, Item, Numbered, Outcome, free_slugs},
    db::{resources::Resource, slugs},
    error::ApiResult,
};
use plan::Plan;

impl Item for LineEntity {
    type Context = ();
    type Tools = ();

    fn read(text: &[u8]) -> ApiResult<Self> {
        LineEntity::read(text)
    }

    fn tools((): &()) {}

    fn write(
        connection: &mut PgConnection,
        (): &(),
        entities: &[Numbered<Self>],
        _now: DateTime<Utc>,
    ) -> ApiResult<Batch> {
        let names = || entities.iter().flat_map(|(_, entity)| entity.names());
        let current = queries::look_up(connection, names())?;
        let merged = queries::look_up_merged(connection, names())?;
        let deleted = queries::look_up_deleted(connection, names())?;
        let mut plan = Plan::new(entities, &current, &merged, &deleted);
        let made = free_slugs::choose(&plan.bases(), &plan.given_slugs(), |some| {
            slugs::taken(connection, Resource::Entity, some)
        })?;
        plan.set_slugs(made);
        plan.leave_gained(queries::gained(connection, plan.replaced())?);
        let updated = queries::write(connection, &plan.rows)?;
        let mut outcomes = plan.failed;
        for row in plan.rows {
            let current = row.current.map(|it| it.version);
            outcomes.push(Outcome::written(
                row.line,
                row.id,
                row.slug,
                current,
                updated.get(&row.id).copied(),
            ));
        }
        Ok(Batch { lines: plan.lines, outcomes })
    }
}
