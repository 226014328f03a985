//! A window of a list of articles by date.

use chrono::{DateTime, Utc};
use diesel::{
    QueryResult,
    pg::Pg,
    query_builder::AstPass,
    sql_types::{self, Timestamptz},
};
use uuid::Uuid;

use crate::{
    error::ApiResult,
    page::{PageRequest, SortKey},
};

/// So many articles after one of them.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    /// The article before the first, and its date.
    pub after: Option<(DateTime<Utc>, Uuid)>,
    pub descending: bool,
    pub limit: u32,
}

impl Window {
    /// The newest.
    pub fn newest(limit: u32) -> Self {
        Self { after: None, descending: true, limit }
    }

    /// So many of a page.
    pub fn of_page(page: &PageRequest, descending: bool, limit: u32) -> ApiResult<Self> {
        let after = match &page.beyond {
            None => None,
            Some((SortKey::Time(date), article)) => Some((*date, *article)),
            Some(_) => return Err(PageRequest::broken_cursor()),
        };
        Ok(Self { after, descending: descending != page.backward, limit })
    }

    /// Goes on with a condition: after the article before, by the row of its date and its id.
    pub fn push_after<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>, row: &'static str) -> QueryResult<()> {
        if let Some((date, article)) = &self.after {
            out.push_sql(" AND ");
            out.push_sql(row);
            out.push_sql(if self.descending { " < (" } else { " > (" });
            out.push_bind_param::<Timestamptz, _>(date)?;
            out.push_sql(", ");
            out.push_bind_param::<sql_types::Uuid, _>(article)?;
            out.push_sql(")");
        }
        Ok(())
    }

    /// The order by these columns.
    pub fn push_order(&self, out: &mut AstPass<'_, '_, Pg>, date: &'static str, id: &'static str) {
        let direction = if self.descending { " DESC" } else { "" };
        for part in [date, direction, ", ", id, direction] {
            out.push_sql(part);
        }
    }

    /// The order by these columns, and the limit, in which a query of it ends.
    pub fn push_end(&self, out: &mut AstPass<'_, '_, Pg>, date: &'static str, id: &'static str) {
        out.push_sql(" ORDER BY ");
        self.push_order(out, date, id);
        out.push_sql(" LIMIT ");
        out.push_sql(&self.limit.to_string());
    }
}
