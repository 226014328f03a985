//! The newest articles of a tag or an entity, from the index of its links.

use diesel::{
    pg::Pg,
    prelude::*,
    query_builder::{AstPass, QueryFragment},
    sql_types,
};
use uuid::Uuid;

use super::{
    filter::{ArticleFilter, Found, is_for_published},
    matches::push_tsquery,
    stretch::Stretch,
};
/// The articles of any of some tags, or of some entities.
#[derive(Clone, Copy)]
pub(super) enum OnlyLinks<'a> {
    Tags(&'a [Uuid]),
    Entities(&'a [Uuid]),
}

/// Whether a filter is for the published articles of one tag or entity, and nothing else but a search.
pub(super) fn only_links<'a>(filter: &ArticleFilter, found: &'a Found) -> Option<OnlyLinks<'a>> {
    if !is_for_published(filter) {
        return None;
    }
    match (found.tags.only(), found.entities.only()) {
        (Some(tags), None) if found.entities.is_empty() => Some(OnlyLinks::Tags(tags)),
        (None, Some(entities)) if found.tags.is_empty() => Some(OnlyLinks::Entities(entities)),
        _ => None,
    }
}

/// The places of the articles of a tag with those below it, or of an entity, on a stretch of their list
/// by date. The links bear the date, so that one index has them as they are, however few or many there
/// are; left to the planner, a tag of middling use costs a hundred times more.
pub(super) struct Linked {
    /// The table of the links, and whose they are, up to the id.
    table: &'static str,
    ids: Vec<Uuid>,
    /// What the articles have to match, the text of a `tsquery` literal.
    matching: Option<String>,
    stretch: Stretch,
}

impl QueryFragment<Pg> for Linked {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT published_at, article_id AS id FROM ");
        match self.ids.as_slice() {
            [id] => self.push_links(&mut out, |out| out.push_bind_param::<sql_types::Uuid, _>(id))?,
            several => {
                // One page of each, merged: an article may bear several of them.
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
                self.stretch.push_end(&mut out, "published_at", "article_id");
            }
        }
        Ok(())
    }
}

impl Linked {
    /// `matching`, the text of a `tsquery` literal, is what they have to match as well.
    pub fn new(links: OnlyLinks<'_>, matching: Option<String>, stretch: Stretch) -> Self {
        let (table, ids) = match links {
            OnlyLinks::Tags(ids) => ("article_tags AS link WHERE tag_id = ", ids),
            OnlyLinks::Entities(ids) => ("article_entities AS link WHERE entity_id = ", ids),
        };
        Self { table, ids: ids.to_vec(), matching, stretch }
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
        self.stretch.push_beyond(out, "(published_at, article_id)")?;
        if let Some(tsquery) = &self.matching {
            out.push_sql(" AND (SELECT vector @@ ");
            push_tsquery(out, tsquery)?;
            out.push_sql(" FROM article_search WHERE article_id = link.article_id)");
        }
        self.stretch.push_end(out, "published_at", "article_id");
        Ok(())
    }
}
