//! What it takes to read articles: one, many at once, a page of a list.

use std::{collections::HashMap, sync::Arc};

use diesel::PgConnection;
use uuid::Uuid;

use super::{
    body::{Article, ArticlePage},
    facets::Facets,
    findings::Highlights,
    listed::ListedCache,
    model::{ArticleSort, Facet, FullArticle},
    queries::{self, ArticleFilter, Candidates},
    search::Search,
    shape::Shape,
    subjects::Subjects,
    vocabulary::Vocabulary,
};
use crate::{
    db::{Db, Snapshot, batch::Batches, changes::Topic, freshness::Subject, kept::Held},
    error::ApiResult,
    http::{
        answer::{Content, Ready},
        page::{Count, CursorText, Limit, Page, PageRequest},
    },
    values::Key,
};

/// The most articles that one query reads by their keys.
const AT_ONCE: usize = 32;

/// The reads of articles, which requests share.
pub struct ArticleReads {
    db: Db,
    items: Batches<(Key, Shape), Content>,
    pages: Batches<Arc<ListPage>, Content>,
    vocabulary: Arc<Vocabulary>,
}

impl ArticleReads {
    /// Those of a database, with so many bytes for the articles of lists.
    pub fn new(db: &Db, listed_bytes: u64) -> Self {
        let vocabulary = Arc::new(Vocabulary::new(db.freshness().clone()));
        let known = vocabulary.clone();
        let items = Batches::new(db.clone(), AT_ONCE, move |connection, questions: &[(Key, Shape)]| {
            let found = queries::find_each(connection, questions, &known.shown)?;
            let answers = found.into_iter().zip(questions).map(|(full, (_, shape))| item(full?, shape));
            Ok(answers.collect())
        });
        let known = vocabulary.clone();
        let listed = ListedCache::new(db.freshness(), listed_bytes);
        let pages = Batches::new(db.clone(), 1, move |connection, asked: &[Arc<ListPage>]| {
            // A failure is that of the query, so that a connection which died is told as such.
            asked.iter().map(|asked| asked.read(connection, &known, &listed).map(Ok)).collect()
        });
        Self { db: db.clone(), items, pages, vocabulary }
    }

    /// The database that is read.
    pub fn db(&self) -> &Db {
        &self.db
    }

    /// One state of the database, for the whole of a list.
    pub async fn snapshot(&self) -> ApiResult<Snapshot> {
        self.db.snapshot().await
    }

    /// What is known of words in a [`Snapshot`], for [`List::read`]: what was true when that was
    /// taken must not be kept as true now.
    pub fn vocabulary_of_snapshot(&self) -> Arc<Vocabulary> {
        Arc::new(Vocabulary::new(self.db.freshness().clone()))
    }

    /// What is known of words.
    pub fn vocabulary(&self) -> Arc<Vocabulary> {
        self.vocabulary.clone()
    }

    /// One article.
    pub async fn item(&self, key: Key, shape: Shape) -> ApiResult<Content> {
        self.items.ask((key, shape)).await
    }

    /// One page of a list.
    pub async fn page(&self, asked: Arc<ListPage>) -> ApiResult<Content> {
        self.pages.ask(asked).await
    }
}

fn item(full: FullArticle, shape: &Shape) -> ApiResult<Content> {
    let Subjects { shown, original } = Subjects::of(&full);
    let content = Content::item(full.article.version, &Article::from(full).shaped(shape)?, shown)?;
    Ok(content.changing_also_with(original))
}

/// Which articles, in which order, and what of each.
#[derive(Debug, Clone, PartialEq)]
pub struct List {
    pub filter: ArticleFilter,
    pub sort: ArticleSort,
    pub shape: Shape,
}

impl List {
    /// One page of it.
    pub fn page(&self, limit: Limit, cursor: Option<&CursorText>) -> ApiResult<PageRequest> {
        PageRequest::new(limit, cursor, &("articles", &self.filter, self.sort))
    }

    /// Reads a page.
    pub fn read(
        &self,
        connection: &mut PgConnection,
        page: &PageRequest,
        count: Count,
        vocabulary: &Vocabulary,
    ) -> ApiResult<Page<FullArticle>> {
        let candidates = self.candidates(connection, vocabulary)?;
        let Page { rows: ids, info } =
            queries::places(connection, &candidates, self.sort, page, count, &self.shape)?;
        let rows = queries::load_in_order(connection, &ids, &self.shape, &vocabulary.shown)?;
        Ok(Page { rows, info })
    }

    fn candidates(
        &self,
        connection: &mut PgConnection,
        vocabulary: &Vocabulary,
    ) -> ApiResult<Candidates<'_>> {
        Candidates::find(connection, &self.filter, self.shape.unpublished, vocabulary)
    }
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
    /// What to count of the matches, and how many values of each.
    pub facets: Option<(Vec<Facet>, u32)>,
}

impl ListPage {
    fn read(
        &self,
        connection: &mut PgConnection,
        vocabulary: &Vocabulary,
        listed: &ListedCache,
    ) -> ApiResult<Content> {
        let Self { list, count, .. } = self;
        let search = list.filter.search.as_ref();
        let candidates = list.candidates(connection, vocabulary)?;
        let Page { rows: ids, info } =
            queries::places(connection, &candidates, list.sort, &self.page, *count, &list.shape)?;
        let facets = match &self.facets {
            None => None,
            Some((asked, limit)) => {
                let counts = queries::facets::facets(connection, &candidates, asked, *limit)?;
                Some(Facets::new(asked, counts))
            }
        };
        let query = search.filter(|_| self.explain).map(|search| search.explain(candidates.labels()));
        let data = match listed.serves(&list.shape) && !self.highlight {
            true => listed.get(connection, &ids, &list.shape, &vocabulary.shown)?,
            false => self.data(connection, &ids, vocabulary)?,
        };
        let page = ArticlePage { data, page: info.clone(), facets, query };
        let subjects = [Topic::Articles, Topic::Tags, Topic::Entities].map(Subject::Any);
        let alike = (&page.page, &page.facets, &page.query);
        Content::page_of_ready(info, &page, &page.data, &alike, subjects.to_vec())
    }

    /// The articles themselves, as they are asked for.
    fn data(
        &self,
        connection: &mut PgConnection,
        ids: &[Uuid],
        vocabulary: &Vocabulary,
    ) -> ApiResult<Vec<Held<Ready>>> {
        let shape = &self.list.shape;
        let rows = queries::load_in_order(connection, ids, shape, &vocabulary.shown)?;
        let mut highlights = match self.list.filter.search.as_ref().filter(|_| self.highlight) {
            None => HashMap::new(),
            Some(search) => highlights(connection, search, &rows)?,
        };
        let shaped = |full: FullArticle| {
            let highlights = highlights.remove(&full.article.id);
            let article = Article { highlights, ..Article::from(full) }.shaped(shape)?;
            Ready::new(&article).map(Held::alone)
        };
        rows.into_iter().map(shaped).collect()
    }
}

/// Where the search matches each of the articles. Of very long texts the beginning is looked at.
fn highlights(
    connection: &mut PgConnection,
    search: &Search,
    rows: &[FullArticle],
) -> ApiResult<HashMap<Uuid, Highlights>> {
    let ids: Vec<Uuid> = rows.iter().map(|full| full.article.id).collect();
    let texts = queries::search::beginnings(connection, &ids)?;
    let highlights = rows.iter().map(|full| {
        let text = texts.get(&full.article.id).map(String::as_str).unwrap_or_default();
        (full.article.id, search.highlights(full, text))
    });
    Ok(highlights.collect())
}
