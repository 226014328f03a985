//! The newest articles of a tag or an entity, from the index of its links.

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment},
    sql_types,
};
use uuid::Uuid;

use super::{matches::push_tsquery, window::Window};
use crate::search::plan::LinkKind;

/// The dates and ids of the published articles of a tag with those below it, or of an entity, in a page window.
pub(super) struct LinksScan {
    /// The table of the links, and whose they are, up to the id.
    table: &'static str,
    ids: Vec<Uuid>,
    /// What the articles have to match, the text of a `tsquery` literal.
    matching: Option<String>,
    window: Window,
}

impl QueryFragment<Pg> for LinksScan {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT published_at, article_id AS id FROM ");
        match self.ids.as_slice() {
            [id] => self.push_links(&mut out, |out| out.push_bind_param::<sql_types::Uuid, _>(id))?,
            several => {
                // One page of each, merged: an article may have several of them.
                out.push_sql("(SELECT DISTINCT page.* FROM unnest(");
                out.push_bind_param::<sql_types::Array<sql_types::Uuid>, _>(several)?;
                out.push_sql(
                    "::uuid[]) AS linked (id) CROSS JOIN LATERAL (SELECT published_at, article_id FROM ",
                );
                self.push_links(&mut out, |out| {
                    out.push_sql("linked.id");
                    Ok(())
                })?;
                out.push_sql(") AS page) AS pages");
                self.window.push_end(&mut out, "published_at", "article_id");
            }
        }
        Ok(())
    }
}

impl LinksScan {
    /// Those of any of the ids; `matching`, the text of a `tsquery` literal, is what they have to match as well.
    pub fn new(kind: LinkKind, ids: &[Uuid], matching: Option<String>, window: Window) -> Self {
        let table = match kind {
            LinkKind::Tags => "article_tags AS link WHERE tag_id = ",
            LinkKind::Entities => "article_entities AS link WHERE entity_id = ",
        };
        Self { table, ids: ids.to_vec(), matching, window }
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
        self.window.push_after(out, "(published_at, article_id)")?;
        if let Some(tsquery) = &self.matching {
            out.push_sql(" AND (SELECT vector @@ ");
            push_tsquery(out, tsquery)?;
            out.push_sql(" FROM article_search WHERE article_id = link.article_id)");
        }
        self.window.push_end(out, "published_at", "article_id");
        Ok(())
    }
}
