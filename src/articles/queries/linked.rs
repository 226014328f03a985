//! The newest articles of a tag or an entity, from the index of its links.

use chrono::{DateTime, Utc};
use diesel::{
    expression::{AppearsOnTable, ValidGrouping},
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment, QueryId},
    sql_types::{self, Bool, Timestamptz},
};
use uuid::Uuid;

use super::{embed::Matching, filter::OnlyLinks};
use crate::{
    error::ApiResult,
    http::page::{PageRequest, SortKey},
    schema::articles,
};

/// The articles of one page of a tag with those below it, or of an entity, by date. The links
/// bear the date, so that one index has the page as it is, however few or many there are; left to
/// the planner, a tag of middling use costs a hundred times more. `matching`, the text of a
/// `tsquery` literal, is what they have to match as well.
pub(super) fn linked<'a>(
    links: OnlyLinks<'_>,
    matching: Option<String>,
    page: &PageRequest,
    descending: bool,
) -> ApiResult<Matching<'a>> {
    let beyond = match &page.beyond {
        None => None,
        Some((SortKey::Time(date), article)) => Some((*date, *article)),
        Some(_) => return Err(PageRequest::broken_cursor()),
    };
    let page = LinkedPage {
        beyond,
        descending: descending != page.backward,
        ..LinkedPage::newest(links, matching, page.limit + 1)
    };
    Ok(articles::table.into_boxed().filter(page))
}

/// So many of the newest of them.
pub(super) fn newest_linked<'a>(links: OnlyLinks<'_>, matching: Option<String>, limit: u32) -> Matching<'a> {
    articles::table.into_boxed().filter(LinkedPage::newest(links, matching, limit))
}

/// Whether the article is on a page of links. The page is an array, so that it
/// is found first, whatever the planner expects of it.
#[derive(ValidGrouping)]
struct LinkedPage {
    /// The table of the links, and whose they are, up to the id.
    table: &'static str,
    ids: Vec<Uuid>,
    /// What the articles have to match, the text of a `tsquery` literal.
    matching: Option<String>,
    beyond: Option<(DateTime<Utc>, Uuid)>,
    descending: bool,
    limit: u32,
}

impl Expression for LinkedPage {
    type SqlType = Bool;
}

impl AppearsOnTable<articles::table> for LinkedPage {}

impl QueryId for LinkedPage {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl QueryFragment<Pg> for LinkedPage {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("articles.id = ANY (ARRAY(");
        match self.ids.as_slice() {
            [id] => {
                out.push_sql("SELECT article_id FROM ");
                self.push_links(&mut out, |out| out.push_bind_param::<sql_types::Uuid, _>(id))?;
            }
            several => {
                // One page of each, merged: an article may bear several of them.
                out.push_sql("SELECT article_id FROM (SELECT DISTINCT page.* FROM unnest(");
                out.push_bind_param::<sql_types::Array<sql_types::Uuid>, _>(several)?;
                out.push_sql(
                    "::uuid[]) AS linked (id) CROSS JOIN LATERAL (SELECT published_at, article_id FROM ",
                );
                self.push_links(&mut out, |out| {
                    out.push_sql("linked.id");
                    Ok(())
                })?;
                out.push_sql(") AS page) AS pages");
                self.cut(&mut out);
            }
        }
        out.push_sql("))");
        Ok(())
    }
}

impl LinkedPage {
    fn newest(links: OnlyLinks<'_>, matching: Option<String>, limit: u32) -> Self {
        let (table, ids) = match links {
            OnlyLinks::Tags(ids) => ("article_tags AS link WHERE tag_id = ", ids),
            OnlyLinks::Entities(ids) => ("article_entities AS link WHERE entity_id = ", ids),
        };
        Self { table, ids: ids.to_vec(), matching, beyond: None, descending: true, limit }
    }

    /// The links of one item on the page, from the table on.
    fn push_links<'a, 'b>(
        &'b self,
        out: &mut AstPass<'a, 'b, Pg>,
        id: impl FnOnce(&mut AstPass<'a, 'b, Pg>) -> QueryResult<()>,
    ) -> QueryResult<()> {
        out.push_sql(self.table);
        id(out)?;
        out.push_sql(" AND published_at IS NOT NULL");
        if let Some((date, article)) = &self.beyond {
            out.push_sql(" AND (published_at, article_id) ");
            out.push_sql(if self.descending { "< (" } else { "> (" });
            out.push_bind_param::<Timestamptz, _>(date)?;
            out.push_sql(", ");
            out.push_bind_param::<sql_types::Uuid, _>(article)?;
            out.push_sql(")");
        }
        if let Some(tsquery) = &self.matching {
            out.push_sql(" AND (SELECT vector @@ ");
            out.push_bind_param::<sql_types::Text, _>(tsquery)?;
            out.push_sql("::tsquery FROM article_search WHERE article_id = link.article_id)");
        }
        self.cut(out);
        Ok(())
    }

    fn cut(&self, out: &mut AstPass<'_, '_, Pg>) {
        out.push_sql(match self.descending {
            true => " ORDER BY published_at DESC, article_id DESC LIMIT ",
            false => " ORDER BY published_at, article_id LIMIT ",
        });
        out.push_sql(&self.limit.to_string());
    }
}
