//! Many articles at once. The key of a line is its source and external id, or else its slug.

mod line;
mod plan;
pub mod row;

use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel::PgConnection;

pub use line::LineArticle;

use super::{links::FoundLinks, queries::bulk as queries};
use crate::{
    annotator::matcher::{Matcher, SharedMatcher},
    bulk::{Batch, Item, Numbered, Outcome, free_slugs},
    db::{former::Resource, slugs},
    error::ApiResult,
};
use plan::Plan;

impl Item for LineArticle {
    type Context = SharedMatcher;
    type Tools = Arc<Matcher>;

    fn read(text: &[u8]) -> ApiResult<Self> {
        LineArticle::read(text)
    }

    fn renew(connection: &mut PgConnection, matcher: &SharedMatcher) -> ApiResult<()> {
        Ok(matcher.renew(connection)?)
    }

    fn tools(matcher: &SharedMatcher) -> Arc<Matcher> {
        matcher.get()
    }

    fn prepare(&mut self, matcher: &Arc<Matcher>) {
        self.spot_names(matcher);
    }

    fn write(
        connection: &mut PgConnection,
        matcher: &Arc<Matcher>,
        articles: &[Numbered<Self>],
        now: DateTime<Utc>,
    ) -> ApiResult<Batch> {
        let lines = articles.iter().map(|(_, article)| article.as_ref());
        let current = queries::look_up(connection, lines.clone())?;
        let deleted = queries::look_up_deleted(connection, lines)?;
        let named: Vec<_> = articles.iter().map(|(_, article)| &article.links).collect();
        let mut found = FoundLinks::look_up(connection, &named)?;
        let mut plan = Plan::new(articles, &current, &deleted, |links| found.faults(links), now);
        let originals = queries::find_originals(connection, &plan.original_keys())?;
        loop {
            let made = free_slugs::choose(&plan.bases(), &plan.given_slugs(), |some| {
                slugs::taken(connection, Resource::Article, some)
            })?;
            plan.set_slugs(made);
            // Without a line that fails, its slug is free for another.
            if plan.find_originals(&originals) {
                break;
            }
        }
        let good: Vec<_> = plan.rows.iter().map(|row| &row.article.links).collect();
        found.make_missing(connection, &good)?;
        let links = good.iter().map(|links| found.links(links)).collect::<ApiResult<Vec<_>>>()?;
        let stored = queries::write(connection, matcher, &plan.rows, &links, now)?;
        let mut outcomes = plan.failed;
        for row in &plan.rows {
            let current = row.current.map(|it| it.version);
            let updated = stored.get(&row.id).copied();
            outcomes.push(Outcome::written(row.line, row.id, row.slug.clone(), current, updated));
        }
        Ok(Batch { lines: plan.lines, outcomes })
    }
}
