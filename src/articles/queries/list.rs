//! One page of a list of articles, in its order.

use std::collections::HashMap;

use diesel::{
    prelude::*,
    sql_types::{Text, Timestamptz},
};
use uuid::Uuid;

use super::{
    embed::{Matching, Selected, add_bodies, affordable, full, selection},
    filter::{self, ArticleFilter},
    linked::linked,
    relevance,
    search::{self, KnownFrequencies, Way},
};
use crate::{
    articles::{
        model::{ArticleSort, FullArticle},
        shape::Shape,
    },
    db::{
        explain::estimate_rows,
        keyset::{Limited, keyset},
    },
    error::ApiResult,
    http::page::{Count, Page, PageRequest, Position, SortKey},
    schema::articles,
};

/// One page of the articles that match.
pub fn list(
    connection: &mut PgConnection,
    filter: &ArticleFilter,
    sort: ArticleSort,
    page: &PageRequest,
    count: Count,
    shape: &Shape,
    frequencies: &KnownFrequencies,
) -> ApiResult<Page<FullArticle>> {
    let found = filter.look_up(connection, shape.unpublished)?;
    let without_bodies = shape.clone().without_bodies();
    let way = match &filter.search {
        None => None,
        Some(search) => Some(search.way(page.limit, &*frequencies.get(connection)?)),
    };
    let matching_by = |way: Option<Way>| {
        let matching = filter::matching(filter, &found);
        match filter.search.as_ref().zip(way) {
            Some((search, way)) => search::filter(matching, search.tsquery(), way),
            None => matching,
        }
    };
    let matching = || matching_by(way);
    let all_matching = || matching_by(Some(Way::Set));
    let only_links = filter::only_links(filter, &found);
    let is_common = only_links.is_some() || filter.is_common();
    if let (ArticleSort::Relevance, Some((search, way))) = (sort, filter.search.as_ref().zip(way)) {
        let scored = relevance::page(connection, matching(), search, way, page, &without_bodies)?;
        let (scores, rows): (Vec<i64>, Vec<FullArticle>) = scored.into_iter().unzip();
        let scores: HashMap<Uuid, i64> = rows.iter().map(|row| row.article.id).zip(scores).collect();
        let position = |full: &FullArticle| {
            let id = full.article.id;
            (SortKey::Number(scores.get(&id).copied().unwrap_or_default()), id)
        };
        return finish(connection, all_matching, rows, page, count, shape, position);
    }
    let query = match sort {
        ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => {
            let descending = sort == ArticleSort::PublishedAtDescending;
            let candidates = match only_links {
                Some(links) => linked(links, page, descending)?,
                None => matching(),
            };
            keyset!(
                candidates,
                page,
                descending,
                articles::sort_date,
                articles::id,
                "(articles.sort_date, articles.id)",
                Time: Timestamptz
            )
        }
        ArticleSort::UpdatedAt | ArticleSort::UpdatedAtDescending => {
            let descending = sort == ArticleSort::UpdatedAtDescending;
            keyset!(matching(), page, descending, articles::updated_at, articles::id, "(articles.updated_at, articles.id)", Time: Timestamptz)
        }
        // Without words to search for, all are equally relevant.
        ArticleSort::Relevance => return Err(PageRequest::broken_cursor()),
        ArticleSort::Headline => {
            keyset!(matching(), page, false, articles::headline, articles::id, "(articles.headline, articles.id)", Text: Text)
        }
    };
    let rows: Vec<Selected> =
        Limited::to_page(query.select(selection(&without_bodies)), page, is_common).load(connection)?;
    let rows: Vec<FullArticle> = rows.into_iter().map(|row| full(row, &without_bodies)).collect();
    finish(connection, all_matching, rows, page, count, shape, |full| {
        (sort.key(&full.article), full.article.id)
    })
}

/// Makes a page of the rows that were read, in the order in which they were read.
fn finish<'a>(
    connection: &mut PgConnection,
    matching: impl Fn() -> Matching<'a>,
    rows: Vec<FullArticle>,
    page: &PageRequest,
    count: Count,
    shape: &Shape,
    position: impl Fn(&FullArticle) -> Position,
) -> ApiResult<Page<FullArticle>> {
    let total = match count {
        Count::None => None,
        Count::Exact => Some(matching().count().get_result(connection)?),
        Count::Estimated => Some(estimate_rows(connection, matching().select(articles::id))?),
    };
    let at_most = affordable(connection, &rows, shape)?;
    let mut page = page.finish_early(rows, at_most, position).with_total(count, total);
    add_bodies(connection, &mut page.rows, shape)?;
    Ok(page)
}
