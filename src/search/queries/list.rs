//! Which articles are on a page of a list, in its order.

use chrono::{DateTime, Utc};
use diesel::{
    prelude::*,
    sql_types::{Text, Timestamptz},
};
use uuid::Uuid;

use super::{filter::Filter, scan::Scanned, window::Window};
use crate::{
    articles::{model::ArticleSort, queries::affordable, shape::Shape},
    db::{
        estimate::estimate_rows,
        keyset::{Limited, keyset},
    },
    error::ApiResult,
    page::{Count, Page, PageRequest, Position, SortKey},
    schema::articles,
    search::plan::{Plan, Strategy},
};

/// The ids of the articles on one page, by their positions. It ends early where they are to be shown
/// with very long bodies.
pub fn on_page(
    connection: &mut PgConnection,
    positions: Vec<Position>,
    page: &PageRequest,
    shape: &Shape,
) -> ApiResult<Page<Uuid>> {
    let ids: Vec<Uuid> = positions.iter().map(|(_, id)| *id).collect();
    let at_most = affordable(connection, &ids, shape)?;
    let Page { rows, info } = page.finish_early(positions, at_most, Clone::clone);
    Ok(Page { rows: rows.into_iter().map(|(_, id)| id).collect(), info })
}

/// The positions of a page's articles, and of one more, in an order that needs no ranking.
pub fn positions(
    connection: &mut PgConnection,
    filter: &Filter<'_>,
    plan: &Plan,
    page: &PageRequest,
) -> ApiResult<Vec<Position>> {
    // In an order that no scan has, they are put in it by PostgreSQL.
    let matching = || filter.scan(plan, Window::newest(plan.limit)).articles();
    match plan.order {
        ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => {
            let descending = plan.order == ArticleSort::PublishedAtDescending;
            let found = match filter.scan(plan, Window::of_page(page, descending, plan.limit)?) {
                Scanned::PageIds(ids) => ids.load(connection, plan)?,
                Scanned::Articles(articles) => {
                    let query = keyset!(
                        articles,
                        page,
                        descending,
                        articles::sort_date,
                        articles::id,
                        "(articles.sort_date, articles.id)",
                        Time: Timestamptz
                    );
                    let query = query.select((articles::sort_date, articles::id));
                    Limited::to(query, plan.limit, plan.is_prepared).load(connection)?
                }
            };
            Ok(found.into_iter().map(|(date, id)| (SortKey::Time(date), id)).collect())
        }
        ArticleSort::UpdatedAt | ArticleSort::UpdatedAtDescending => {
            let descending = plan.order == ArticleSort::UpdatedAtDescending;
            let query = keyset!(matching(), page, descending, articles::updated_at, articles::id, "(articles.updated_at, articles.id)", Time: Timestamptz);
            let query = query.select((articles::updated_at, articles::id));
            let found: Vec<(DateTime<Utc>, Uuid)> =
                Limited::to(query, plan.limit, plan.is_prepared).load(connection)?;
            Ok(found.into_iter().map(|(date, id)| (SortKey::Time(date), id)).collect())
        }
        ArticleSort::Headline => {
            let query = keyset!(matching(), page, false, articles::headline, articles::id, "(articles.headline, articles.id)", Text: Text);
            let query = query.select((articles::headline, articles::id));
            let found: Vec<(String, Uuid)> =
                Limited::to(query, plan.limit, plan.is_prepared).load(connection)?;
            Ok(found.into_iter().map(|(headline, id)| (SortKey::Text(headline), id)).collect())
        }
        // See `scored`. Without words to search for, all are equally relevant.
        ArticleSort::Relevance => Err(PageRequest::broken_cursor()),
    }
}

/// The number of all that match.
pub fn total(connection: &mut PgConnection, filter: &Filter<'_>, count: Count) -> QueryResult<Option<i64>> {
    let all = filter.matching(filter.search.as_ref().map(|_| Strategy::Any));
    match count {
        Count::None => Ok(None),
        // Of as many forms as there are filters.
        Count::Exact => Limited::already(all.count(), false).get_result(connection).map(Some),
        Count::Estimated => estimate_rows(connection, "articles", all.select(articles::id)).map(Some),
    }
}
