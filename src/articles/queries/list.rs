//! One page of a list of articles, in its order.

use std::{collections::HashMap, sync::Arc};

use diesel::{
    prelude::*,
    sql_types::{Text, Timestamptz},
};
use uuid::Uuid;

use super::{
    embed::{Matching, Selected, add_bodies, affordable, all_full, selection},
    filter::{self, ArticleFilter, Found},
    frequencies::{Frequencies, Way},
    linked::{linked, only_links},
    matches, relevance,
    stretch::Stretch,
};
use crate::{
    articles::{
        model::{ArticleSort, ArticleStatus, FullArticle},
        search::FoundLabels,
        shape::Shape,
        shown::LabelCache,
        vocabulary::Vocabulary,
    },
    db::{
        explain::estimate_rows,
        keyset::{Limited, keyset},
    },
    error::ApiResult,
    http::page::{Count, Page, PageRequest, Position, SortKey},
    schema::articles,
};

/// The articles that a list may have: its filter, looked up.
pub struct Candidates<'a> {
    filter: &'a ArticleFilter,
    found: Found,
    labels: FoundLabels,
    frequencies: Arc<Frequencies>,
}

/// The articles of a list, to be put in order by their dates.
pub struct Dated<'a> {
    pub articles: Matching<'a>,
    /// Whether there are few queries of this form.
    pub is_common: bool,
}

impl<'a> Candidates<'a> {
    /// Looks up what the filter names.
    pub fn find(
        connection: &mut PgConnection,
        filter: &'a ArticleFilter,
        sees_unpublished: bool,
        vocabulary: &Vocabulary,
    ) -> ApiResult<Self> {
        let found = filter.look_up(connection, sees_unpublished, vocabulary)?;
        let (labels, frequencies) = match &filter.search {
            None => Default::default(),
            Some(search) => {
                let labels = search.find_labels(connection, &vocabulary.labels)?;
                (labels, vocabulary.frequencies.get(connection)?)
            }
        };
        Ok(Self { filter, found, labels, frequencies })
    }

    /// Those that match, in the way that finds so many of them the soonest.
    fn matching(&self, wanted: u32) -> Matching<'a> {
        self.matching_by(self.way(wanted))
    }

    /// How to find so many of them. Without a search they are walked.
    fn way(&self, wanted: u32) -> Way {
        let search = self.filter.search.as_ref();
        search.map_or(Way::Walk, |search| search.way(wanted, &self.labels, &self.frequencies))
    }

    /// How many match at most, as far as is known.
    pub fn at_most(&self) -> f64 {
        let search = self.filter.search.as_ref();
        search.map_or(f64::INFINITY, |search| search.at_most(&self.labels, &self.frequencies))
    }

    fn matching_by(&self, way: Way) -> Matching<'a> {
        let matching = filter::matching(self.filter, &self.found);
        match &self.filter.search {
            None => matching,
            Some(search) => matches::filter(matching, search.asked(&self.labels).tsquery, way),
        }
    }

    /// Those that match, in the way that is the soonest for a stretch of their list by date; none
    /// that is on the stretch is missing.
    pub fn dated(&self, stretch: Stretch) -> Dated<'a> {
        let Self { filter, found, .. } = self;
        let way = self.way(stretch.limit);
        let asked = filter.search.as_ref().map(|search| search.asked(&self.labels));
        let links = only_links(filter, found);
        let is_common = links.is_some() || filter.is_common();
        let articles = match (asked, links, way) {
            (asked, Some(links), Way::Walk) => linked(links, asked.map(|asked| asked.tsquery), stretch),
            (Some(asked), _, Way::Index) if filter.status == [ArticleStatus::Published] => {
                let is_all = filter::is_all_published(filter, found);
                let others = (!is_all).then(|| filter::matching(filter, found));
                matches::indexed(asked, others, stretch)
            }
            _ => self.matching_by(way),
        };
        Dated { articles, is_common }
    }

    /// The tags and entities that the search stands for.
    pub fn labels(&self) -> &FoundLabels {
        &self.labels
    }

    /// The number of all that match.
    fn total(&self, connection: &mut PgConnection, count: Count) -> QueryResult<Option<i64>> {
        let all = self.matching_by(Way::Set);
        match count {
            Count::None => Ok(None),
            Count::Exact => all.count().get_result(connection).map(Some),
            Count::Estimated => estimate_rows(connection, all.select(articles::id)).map(Some),
        }
    }
}

/// One page of the articles that match.
pub fn list(
    connection: &mut PgConnection,
    candidates: &Candidates<'_>,
    sort: ArticleSort,
    page: &PageRequest,
    count: Count,
    shape: &Shape,
    cache: &LabelCache,
) -> ApiResult<Page<FullArticle>> {
    let without_bodies = shape.clone().without_bodies();
    let matching = || candidates.matching(page.limit);
    if let (ArticleSort::Relevance, Some(search)) = (sort, &candidates.filter.search) {
        let ranked = search.ranked(&candidates.labels);
        let scored = relevance::page(connection, candidates, ranked, page, &without_bodies, cache)?;
        let (scores, rows): (Vec<i64>, Vec<FullArticle>) = scored.into_iter().unzip();
        let scores: HashMap<Uuid, i64> = rows.iter().map(|row| row.article.id).zip(scores).collect();
        let position = |full: &FullArticle| {
            let id = full.article.id;
            (SortKey::Number(scores.get(&id).copied().unwrap_or_default()), id)
        };
        return finish(connection, candidates, rows, page, count, shape, position);
    }
    let mut is_common = candidates.filter.is_common();
    let query = match sort {
        ArticleSort::PublishedAt | ArticleSort::PublishedAtDescending => {
            let descending = sort == ArticleSort::PublishedAtDescending;
            let dated = candidates.dated(Stretch::of_page(page, descending)?);
            is_common = dated.is_common;
            keyset!(
                dated.articles,
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
    let rows = all_full(connection, rows, &without_bodies, cache)?;
    finish(connection, candidates, rows, page, count, shape, |full| {
        (sort.key(&full.article), full.article.id)
    })
}

/// Makes a page of the rows that were read, in the order in which they were read.
fn finish(
    connection: &mut PgConnection,
    candidates: &Candidates<'_>,
    rows: Vec<FullArticle>,
    page: &PageRequest,
    count: Count,
    shape: &Shape,
    position: impl Fn(&FullArticle) -> Position,
) -> ApiResult<Page<FullArticle>> {
    let total = candidates.total(connection, count)?;
    let at_most = affordable(connection, &rows, shape)?;
    let mut page = page.finish_early(rows, at_most, position).with_total(count, total);
    add_bodies(connection, &mut page.rows, shape)?;
    Ok(page)
}
