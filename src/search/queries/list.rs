//! Which articles are on a page of a list, in its order.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::{
    prelude::*,
    sql_types::{Text, Timestamptz},
};
use uuid::Uuid;

use super::{candidates::Candidates, places::Places, relevance, stretch::Stretch};
use crate::{
    articles::{model::ArticleSort, queries::affordable, shape::Shape},
    db::keyset::{Limited, keyset},
    error::ApiResult,
    page::{Limit, Page, PageRequest, Position, SortKey},
    schema::articles,
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

/// The positions of a page's articles, and of one more.
pub fn positions(
    connection: &mut PgConnection,
    candidates: &Candidates<'_>,
    sort: ArticleSort,
    page: &PageRequest,
    today: NaiveDate,
) -> ApiResult<Vec<Position>> {
    let matching = || candidates.matching(page.limit);
    // Searches are mostly by relevance or date.
    let is_usual = candidates.filter.is_common() && candidates.filter.search.is_none();
    match sort {
        ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => {
            let descending = sort == ArticleSort::PublishedAtDescending;
            let dated = candidates.dated(Stretch::of_page(page, descending)?);
            let found = match dated.places {
                Places::Found(stretched) => {
                    stretched.load(connection, dated.is_common && page.limit == Limit::default().0)?
                }
                Places::Chosen(articles) => {
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
                    Limited::to_page(query, page, dated.is_common).load(connection)?
                }
            };
            Ok(found.into_iter().map(|(date, id)| (SortKey::Time(date), id)).collect())
        }
        ArticleSort::UpdatedAt | ArticleSort::UpdatedAtDescending => {
            let descending = sort == ArticleSort::UpdatedAtDescending;
            let query = keyset!(matching(), page, descending, articles::updated_at, articles::id, "(articles.updated_at, articles.id)", Time: Timestamptz);
            let query = query.select((articles::updated_at, articles::id));
            let found: Vec<(DateTime<Utc>, Uuid)> =
                Limited::to_page(query, page, is_usual).load(connection)?;
            Ok(found.into_iter().map(|(date, id)| (SortKey::Time(date), id)).collect())
        }
        ArticleSort::Headline => {
            let query = keyset!(matching(), page, false, articles::headline, articles::id, "(articles.headline, articles.id)", Text: Text);
            let query = query.select((articles::headline, articles::id));
            let found: Vec<(String, Uuid)> = Limited::to_page(query, page, is_usual).load(connection)?;
            Ok(found.into_iter().map(|(headline, id)| (SortKey::Text(headline), id)).collect())
        }
        ArticleSort::Relevance => match &candidates.filter.search {
            // Without words to search for, all are equally relevant.
            None => Err(PageRequest::broken_cursor()),
            Some(search) => {
                let ranking = page.ranking().unwrap_or_else(|| relevance::ranking_of(candidates, today));
                let scored = relevance::scored(connection, candidates, search.ranked(), ranking)?;
                let found = page.of_scored(scored)?;
                Ok(found.into_iter().map(|(score, id)| (SortKey::Score(score, ranking), id)).collect())
            }
        },
    }
}
