//! What it takes to read a list of articles, and a page of it.

use std::{collections::HashMap, sync::Arc, time::Duration};

use chrono::NaiveDate;
use diesel::PgConnection;
use uuid::Uuid;

use super::{
    asked::FoundLabels,
    body::{ArticlePage, SortedBy},
    details::{Finds, SearchPlan, SearchStep},
    facets::Facets,
    lookup::{LookedUp, Lookups},
    plan::{self, Cost},
    queries::{self, ArticleFilter, facets::FacetCount},
};
use crate::{
    articles::{
        body::Article,
        model::{ArticleSort, Facet, FullArticle},
        queries as articles, read,
        shape::Shape,
        summaries::{FoundSummaries, SummaryCache},
        terms::TermCache,
    },
    cache::{
        answer::{Content, Ready},
        dependency_cache::Cached,
    },
    db::{
        Db, Snapshot, SnapshotOf,
        batch::Batches,
        invalidation::Dependency,
        resources::Topic,
        searches::{self, Allowance, SearchTime},
    },
    error::ApiResult,
    http::{format::Chosen, target::Address},
    page::{Count, CursorText, Limit, Page, PageInfo, PageRequest, Position, SortKey},
};

type Pages = Batches<Arc<ListPage>, FoundPage, Content>;

/// The reads of lists, which requests share.
pub struct ListReads {
    db: Db,
    pages: Pages,
    searches: Pages,
    counts: Pages,
    lookups: Arc<Lookups>,
}

impl ListReads {
    /// Those of a database, with so many bytes for the articles of lists.
    pub fn new(db: &Db, term_cache: Arc<TermCache>, summary_bytes: u64) -> Self {
        let lookups = Arc::new(Lookups::new(db.invalidation().clone(), term_cache));
        let summaries = Arc::new(SummaryCache::new(db.invalidation(), summary_bytes));
        let (known, cached) = (lookups.clone(), summaries.clone());
        let time = db.search_time();
        let find_pages = move |connection: &mut PgConnection, asked: &[Arc<ListPage>]| {
            // A failure is that of the query, so that a connection which died is told as such.
            asked.iter().map(|asked| asked.read(connection, &known, &cached, time).map(Ok)).collect()
        };
        let finish = move |asked: &Arc<ListPage>, found| asked.finish(found, &summaries);
        let pages = |db: Db| Batches::new(db, 1, find_pages.clone(), finish.clone());
        Self {
            pages: pages(db.clone()),
            searches: pages(db.for_searches()),
            counts: pages(db.for_counts()),
            db: db.clone(),
            lookups,
        }
    }

    /// The database that is read.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// One state of the database, for the whole of a list.
    pub async fn snapshot(&self, of: SnapshotOf) -> ApiResult<Snapshot> {
        self.db.snapshot(of).await
    }

    /// What is known of words in a [`Snapshot`], for [`List::read`]: what was true when that was
    /// taken must not be kept as true now.
    pub fn lookups_of_snapshot(&self) -> Arc<Lookups> {
        let term_cache = Arc::new(TermCache::new(self.db.invalidation()));
        Arc::new(Lookups::new(self.db.invalidation().clone(), term_cache))
    }

    /// What is known of words.
    pub fn lookups(&self) -> Arc<Lookups> {
        self.lookups.clone()
    }

    /// One page of a list.
    pub async fn page(&self, asked: Arc<ListPage>) -> ApiResult<Content> {
        let pages = match asked.cost() {
            Cost::Shown => &self.pages,
            Cost::Searched => &self.searches,
            Cost::Counted => &self.counts,
        };
        pages.ask(asked).await
    }
}

/// Which articles, in which order, and what of each.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub filter: ArticleFilter,
    pub sort: ArticleSort,
    pub shape: Shape,
    /// The day on which it is asked for, in UTC: of what matches a search, newer articles are more relevant.
    pub today: NaiveDate,
}

impl List {
    /// One page of it.
    pub fn page(&self, limit: Limit, cursor: Option<&CursorText>) -> ApiResult<PageRequest> {
        PageRequest::new(limit, cursor, &("articles", &self.filter, self.sort))
    }

    /// Reads a page, without the number of all matches.
    pub fn read(
        &self,
        connection: &mut PgConnection,
        page: &PageRequest,
        lookups: &Lookups,
    ) -> ApiResult<Page<FullArticle>> {
        let looked_up = self.look_up(connection, lookups)?;
        let Positions { positions, .. } = self.positions(connection, &looked_up, self.sort, page)?;
        let Page { rows: ids, info } = queries::on_page(connection, positions, page, &self.shape)?;
        let rows = read_all(connection, &ids, &self.shape, lookups)?;
        Ok(Page { rows, info })
    }

    fn look_up(&self, connection: &mut PgConnection, lookups: &Lookups) -> ApiResult<LookedUp<'_>> {
        lookups.look_up(connection, &self.filter, self.shape.unpublished)
    }

    /// The positions of a page's articles, and of one more, in an order.
    fn positions(
        &self,
        connection: &mut PgConnection,
        LookedUp { filter, planner, .. }: &LookedUp<'_>,
        sort: ArticleSort,
        page: &PageRequest,
    ) -> ApiResult<Positions> {
        let Some(search) = self.filter.search.as_ref().filter(|_| sort == ArticleSort::Relevance) else {
            let plan = planner.page(sort, page.limit);
            let positions = queries::positions(connection, filter, &plan, page)?;
            return Ok(Positions { positions, sort, step: SearchStep::new(Finds::Page, plan) });
        };
        let ranking = page.ranking().unwrap_or_else(|| queries::ranking_on(self.today, planner.to_rank()));
        let ranked = search.ranked();
        let lexemes = ranked.iter().map(|ranked| ranked.lexemes as u32).sum();
        let plan = planner.ranked(ranking.ranked, lexemes);
        let ranked = ranked.map(|ranked| ranked.tsquery);
        let scored = page.of_scored(queries::scored(connection, filter, &plan, ranked, ranking.day)?)?;
        let position = |(score, id)| (SortKey::Score(score, ranking), id);
        let positions = scored.into_iter().map(position).collect();
        Ok(Positions { positions, sort, step: SearchStep::new(Finds::Ranked, plan) })
    }
}

/// The articles with the ids, as far as they may be seen, in order.
fn read_all(
    connection: &mut PgConnection,
    ids: &[Uuid],
    shape: &Shape,
    lookups: &Lookups,
) -> ApiResult<Vec<FullArticle>> {
    let rows = articles::load(connection, ids, shape)?;
    Ok(read::all(connection, rows, shape, &lookups.term_cache)?)
}

/// Where the articles of a page are in their list.
struct Positions {
    positions: Vec<Position>,
    /// The order that they are in.
    sort: ArticleSort,
    /// How they were found.
    step: SearchStep,
}

/// One page of a list, as it was asked for.
#[derive(Debug, PartialEq)]
pub struct ListPage {
    pub list: List,
    pub page: PageRequest,
    pub count: Count,
    /// Whether to show where a search matches.
    pub highlight: bool,
    /// Whether to show how a search was read.
    pub explain: bool,
    /// Whether to show how its matches were found as well.
    pub plan: bool,
    /// What to count of the matches, and how many values of each.
    pub facets: Option<(Vec<Facet>, u32)>,
    /// What it is written in, for which address.
    pub format: Chosen<ArticlePage>,
    pub address: Address,
}

/// What was read for a page.
struct FoundPage {
    info: PageInfo,
    sort: ArticleSort,
    labels: FoundLabels,
    plan: Option<SearchPlan>,
    facets: Option<Vec<FacetCount>>,
    articles: FoundArticles,
}

enum FoundArticles {
    /// Those whose summaries are cached, and those that were read.
    Summaries(FoundSummaries, Vec<FullArticle>),
    /// Where matches are to be shown, with the beginnings of their texts.
    Rows(Vec<FullArticle>, HashMap<Uuid, String>),
}

/// For how long a page is by date that was to be by relevance: the next one may be ranked in time.
const NOT_RANKED: Duration = Duration::from_secs(10);

impl ListPage {
    /// What it costs.
    fn cost(&self) -> Cost {
        let List { filter, sort, .. } = &self.list;
        let is_counted = self.facets.is_some() || self.count != Count::None;
        plan::cost(&filter.conditions(), *sort, filter.search.is_some(), is_counted)
    }

    fn read(
        &self,
        connection: &mut PgConnection,
        lookups: &Lookups,
        summaries: &SummaryCache,
        time: SearchTime,
    ) -> ApiResult<FoundPage> {
        let Self { list: List { filter, shape, .. }, page, count, .. } = self;
        let allowance = Allowance::new(filter.search.is_some().then_some(time.whole));
        let looked_up = allowance.run(connection, |connection| self.list.look_up(connection, lookups))?;
        let LookedUp { filter: wanted, planner, .. } = &looked_up;
        let Positions { positions, sort, step } =
            self.positions(connection, &looked_up, allowance, time.ranking)?;
        let mut steps = vec![step];
        let Page { rows: ids, info } = queries::on_page(connection, positions, page, shape)?;
        let page = Page { rows: ids, info };
        let page = match count {
            Count::None => page,
            count => {
                let total = allowance
                    .run(connection, |connection| Ok(queries::total(connection, wanted, *count)?))?;
                page.with_total(*count, total)
            }
        };
        let facets = match &self.facets {
            None => None,
            Some((asked, limit)) => {
                let plan = planner.facets();
                let counts = allowance.run(connection, |connection| {
                    Ok(queries::facets::facets(connection, wanted, &plan, asked, *limit)?)
                })?;
                steps.push(SearchStep::new(Finds::Facets, plan));
                Some(counts)
            }
        };
        #[expect(clippy::cast_possible_truncation, reason = "a number of articles")]
        let matches_at_most = planner.matches_at_most().map(|matches| matches.round() as i64);
        let plan = matches_at_most.filter(|_| self.plan);
        let plan = plan.map(|matches_at_most| SearchPlan { matches_at_most, steps });
        let Page { rows: ids, info } = page;
        let articles = if summaries.serves(shape) && !self.highlight {
            let found = summaries.look(ids, shape);
            // What was hidden since its list was read is not among them.
            let rows = read_all(connection, &found.missing(), shape, lookups)?;
            FoundArticles::Summaries(found, rows)
        } else {
            let rows = read_all(connection, &ids, shape, lookups)?;
            let texts = match self.highlight {
                true => queries::beginnings(connection, &ids, shape)?,
                false => HashMap::new(),
            };
            FoundArticles::Rows(rows, texts)
        };
        Ok(FoundPage { info, sort, labels: looked_up.labels, plan, facets, articles })
    }

    /// The positions of the page, and the order that they are in: where ranking takes too long, that of
    /// the dates, in which the pages that follow go on.
    fn positions(
        &self,
        connection: &mut PgConnection,
        looked_up: &LookedUp<'_>,
        allowance: Allowance,
        ranking: Duration,
    ) -> ApiResult<Positions> {
        let Self { list, page, .. } = self;
        let went_by_date = matches!(page.beyond, Some((SortKey::Time(_), _)));
        let by = |connection: &mut PgConnection, sort| list.positions(connection, looked_up, sort, page);
        if list.sort != ArticleSort::Relevance {
            return allowance.run(connection, |connection| by(connection, list.sort));
        }
        if !went_by_date {
            let ranked =
                allowance.run_for(Some(ranking), connection, |connection| by(connection, list.sort))?;
            match ranked {
                Some(ranked) => return Ok(ranked),
                None if page.beyond.is_none() => {}
                // What came before was by relevance, and what comes by date may have been there.
                None => return Err(searches::too_slow()),
            }
        }
        allowance.run(connection, |connection| by(connection, ArticleSort::PublishedAtDescending))
    }

    /// The page, of what was found.
    fn finish(&self, found: FoundPage, summaries: &SummaryCache) -> ApiResult<Content> {
        let FoundPage { info, sort, labels, plan, facets, articles } = found;
        let search = self.list.filter.search.as_ref();
        let data = match articles {
            FoundArticles::Summaries(found, rows) => summaries.complete(found, rows)?,
            FoundArticles::Rows(rows, texts) => self.shown(rows, &texts)?,
        };
        let facets = self.facets.as_ref().zip(facets);
        let is_ranked = sort == ArticleSort::Relevance;
        let sorted_by = (self.list.sort == ArticleSort::Relevance).then_some(match is_ranked {
            true => SortedBy::Relevance,
            false => SortedBy::PublishedAtDescending,
        });
        let page = ArticlePage {
            data,
            page: info.clone(),
            sorted_by,
            facets: facets.map(|((asked, _), counts)| Facets::new(asked, counts)),
            query: search.filter(|_| self.explain).map(|search| search.explain(&labels, plan)),
        };
        let dependencies = [Topic::Articles, Topic::Tags, Topic::Entities].map(Dependency::Any);
        let body = self.format.write(&page, &self.address)?;
        let alike = (self.format.form().media_type, &page.page, page.sorted_by, &page.facets, &page.query);
        let content = Content::written_page_of_ready(info, body, &page.data, &alike, dependencies.to_vec())?;
        Ok(if is_ranked || sorted_by.is_none() { content } else { content.for_at_most(NOT_RANKED) })
    }

    /// The articles themselves, as they are asked for. Of very long texts the beginning is looked at for
    /// matches.
    fn shown(&self, rows: Vec<FullArticle>, texts: &HashMap<Uuid, String>) -> ApiResult<Vec<Cached<Ready>>> {
        let search = self.list.filter.search.as_ref().filter(|_| self.highlight);
        let shown = |full: FullArticle| {
            let text = texts.get(&full.article.id).map(String::as_str).unwrap_or_default();
            let highlights = search.map(|search| search.highlights(&full, text));
            let article = Article { highlights, ..Article::from(full) }.shaped(&self.list.shape)?;
            Ready::new(&article).map(Cached::alone)
        };
        rows.into_iter().map(shown).collect()
    }
}
